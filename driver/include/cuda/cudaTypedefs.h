// Types of pointers to driver functions, `PFN_<name>_v<version>`, for those that public libraries take by entry point.
// Written from the published API reference; not all functions are here.
#ifndef WARPLENS_CUDA_TYPEDEFS_H
#define WARPLENS_CUDA_TYPEDEFS_H

#include <cuda.h>

#define WARPLENS_PFN(name, version, parameters)              \
  typedef CUresult(CUDAAPI *PFN_##name##_v##version) parameters; \
  typedef PFN_##name##_v##version PFN_##name

WARPLENS_PFN(cuInit, 2000, (unsigned int flags));
WARPLENS_PFN(cuDriverGetVersion, 2020, (int *version));
WARPLENS_PFN(cuDeviceGet, 2000, (CUdevice * device, int ordinal));
WARPLENS_PFN(cuDeviceGetAttribute, 2000, (int *value, CUdevice_attribute attribute, CUdevice dev));
WARPLENS_PFN(cuGetProcAddress, 12000,
             (const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags,
              CUdriverProcAddressQueryResult *symbolStatus));
WARPLENS_PFN(cuTensorMapEncodeTiled, 12000,
             (CUtensorMap * tensorMap, CUtensorMapDataType tensorDataType, cuuint32_t tensorRank, void *globalAddress,
              const cuuint64_t *globalDim, const cuuint64_t *globalStrides, const cuuint32_t *boxDim,
              const cuuint32_t *elementStrides, CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
              CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill oobFill));

#undef WARPLENS_PFN

#endif
