// The launch function that clang's generated kernel stubs call, for languages whose own API has another name for it.
#ifndef WARPLENS_LAUNCH_ABI_H
#define WARPLENS_LAUNCH_ABI_H

#if defined(__CUDA__) && !defined(CUDART_VERSION)
#include <stddef.h>
#include <vector_types.h>
extern "C" int cudaLaunchKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
                                void *stream);
#endif

#endif
