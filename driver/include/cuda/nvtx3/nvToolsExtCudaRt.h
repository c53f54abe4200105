// Names for objects of the runtime API; nothing shows them yet.
#ifndef WARPLENS_CUDA_NVTX3_NVTOOLSEXTCUDART_H
#define WARPLENS_CUDA_NVTX3_NVTOOLSEXTCUDART_H

#include <cuda_runtime_api.h>
#include <nvtx3/nvToolsExt.h>

static inline void nvtxNameCudaDeviceA(int object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCudaDevice nvtxNameCudaDeviceA

static inline void nvtxNameCudaStreamA(cudaStream_t object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCudaStream nvtxNameCudaStreamA

static inline void nvtxNameCudaEventA(cudaEvent_t object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCudaEvent nvtxNameCudaEventA

#endif
