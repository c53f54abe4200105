// `threadIdx`, `blockIdx`, `blockDim`, `gridDim` and `warpSize`: in a device language they are always there.
#ifndef WARPLENS_DEVICE_LAUNCH_PARAMETERS_H
#define WARPLENS_DEVICE_LAUNCH_PARAMETERS_H

#include <warplens/attributes.h>
#include <vector_types.h>
#if defined(__CUDA__) && defined(__clang__)
#include <warplens/device.h>
#endif

#endif
