// Texture types.
#ifndef WARPLENS_CUDA_CUDA_TEXTURE_TYPES_H
#define WARPLENS_CUDA_CUDA_TEXTURE_TYPES_H

#include <driver_types.h>

#endif
