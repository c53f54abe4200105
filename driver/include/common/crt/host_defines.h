// The attributes by their newer path.
#ifndef WARPLENS_CRT_HOST_DEFINES_H
#define WARPLENS_CRT_HOST_DEFINES_H

#include <warplens/attributes.h>

#endif
