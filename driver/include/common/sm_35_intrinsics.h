// A part of the device library by its old name; `warplens/device.h` has all of it.
#ifndef WARPLENS_SM_35_INTRINSICS_H
#define WARPLENS_SM_35_INTRINSICS_H

#include <warplens/attributes.h>
#include <vector_types.h>
#if defined(__CUDA__) && defined(__clang__)
#include <warplens/device.h>
#endif

#endif
