// All types of the runtime API.
#ifndef WARPLENS_CUDA_BUILTIN_TYPES_H
#define WARPLENS_CUDA_BUILTIN_TYPES_H

#include <device_types.h>
#include <driver_types.h>
#include <vector_types.h>

#endif
