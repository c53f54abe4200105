// The functions that clang's generated kernel stubs call, for languages whose own API has another name for them. Stubs
// compiled for per-thread default streams call ones of their own.
#ifndef WARPLENS_LAUNCH_ABI_H
#define WARPLENS_LAUNCH_ABI_H

#if defined(__CUDA__)
#include <stddef.h>
#include <vector_types.h>
extern "C" {
#if !defined(CUDART_VERSION)
int cudaLaunchKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, void *stream);
int cudaLaunchKernel_ptsz(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, void *stream);
#else
cudaError_t cudaLaunchKernel_ptsz(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
                                  cudaStream_t stream);
#endif
#ifdef WARPLENS_MANAGED_HOST
unsigned int __hipPushCallConfiguration(dim3 gridDim, dim3 blockDim, size_t sharedMem = 0, void *stream = 0);
int hipLaunchKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, void *stream);
int hipLaunchKernel_spt(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, void *stream);
#endif
}
#endif

#endif
