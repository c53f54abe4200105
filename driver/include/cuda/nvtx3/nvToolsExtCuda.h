// Names for objects of the driver API; nothing shows them yet.
#ifndef WARPLENS_CUDA_NVTX3_NVTOOLSEXTCUDA_H
#define WARPLENS_CUDA_NVTX3_NVTOOLSEXTCUDA_H

#include <cuda.h>
#include <nvtx3/nvToolsExt.h>

static inline void nvtxNameCuDeviceA(CUdevice object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCuDevice nvtxNameCuDeviceA

static inline void nvtxNameCuContextA(CUcontext object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCuContext nvtxNameCuContextA

static inline void nvtxNameCuStreamA(CUstream object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCuStream nvtxNameCuStreamA

static inline void nvtxNameCuEventA(CUevent object, const char *name) {
  (void)object;
  (void)name;
}
#define nvtxNameCuEvent nvtxNameCuEventA

#endif
