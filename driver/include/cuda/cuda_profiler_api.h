// The profiler switch: `cudaProfilerStart`, `cudaProfilerStop`.
#ifndef WARPLENS_CUDA_CUDA_PROFILER_API_H
#define WARPLENS_CUDA_CUDA_PROFILER_API_H

#include <cuda_runtime_api.h>

#endif
