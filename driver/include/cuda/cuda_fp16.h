// Half precision by its CUDA name.
#ifndef WARPLENS_CUDA_FP16_H
#define WARPLENS_CUDA_FP16_H

#include <warplens/fp16.h>

#endif
