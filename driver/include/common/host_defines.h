// The attributes `__global__`, `__device__` and their relatives.
#ifndef WARPLENS_HOST_DEFINES_H
#define WARPLENS_HOST_DEFINES_H

#include <warplens/attributes.h>

#endif
