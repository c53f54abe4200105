// The driver API's profiler switch.
#ifndef WARPLENS_CUDA_CUDAPROFILER_H
#define WARPLENS_CUDA_CUDAPROFILER_H

#include <cuda.h>

#endif
