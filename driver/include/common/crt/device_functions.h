// The device library by its newer path.
#ifndef WARPLENS_CRT_DEVICE_FUNCTIONS_H
#define WARPLENS_CRT_DEVICE_FUNCTIONS_H

#include <device_functions.h>

#endif
