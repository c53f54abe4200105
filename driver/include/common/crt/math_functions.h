// The device library by its newer path.
#ifndef WARPLENS_CRT_MATH_FUNCTIONS_H
#define WARPLENS_CRT_MATH_FUNCTIONS_H

#include <math_functions.h>

#endif
