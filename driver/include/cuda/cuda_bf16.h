// bfloat16 by its CUDA name.
#ifndef WARPLENS_CUDA_BF16_H
#define WARPLENS_CUDA_BF16_H

#include <warplens/bf16.h>

#endif
