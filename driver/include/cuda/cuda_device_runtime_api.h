// Kept for programs that include it; device-side launches are not supported.
#ifndef WARPLENS_CUDA_CUDA_DEVICE_RUNTIME_API_H
#define WARPLENS_CUDA_CUDA_DEVICE_RUNTIME_API_H

#include <driver_types.h>

#endif
