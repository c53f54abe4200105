// Surface types.
#ifndef WARPLENS_CUDA_CUDA_SURFACE_TYPES_H
#define WARPLENS_CUDA_CUDA_SURFACE_TYPES_H

#include <driver_types.h>

#endif
