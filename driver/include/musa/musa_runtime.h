// Derived from cuda/cuda_runtime.h by name substitution; a test compares. Edit that file.
// The runtime API for C++: the C functions, typed overloads of them, and in a device language everything that a kernel
// may use. `warplens cc` includes it first, as nvcc does.
#ifndef WARPLENS_MUSA_RUNTIME_H
#define WARPLENS_MUSA_RUNTIME_H
// Programs ask by these names what has been included.
#define __MUSA_RUNTIME_H__

#if defined(__CUDA__) && defined(__clang__)
#ifndef __CUDACC__
#define __CUDACC__ 1
#endif
#ifndef __CUDACC_VER_MAJOR__
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 3
#define __CUDACC_VER_BUILD__ 0
#endif
// nvcc leaves this to musa.h; libraries that know clang (CCCL) ask clang's way, for which it is always there.
#ifndef MUSA_COMP_VERSION
#define MUSA_COMP_VERSION 12030
#endif
#include <warplens/device.h>
#endif

#include <vector_functions.h>
#include <vector_types.h>

#include <musa_runtime_api.h>

#include <warplens/launch_abi.h>

#include <channel_descriptor.h>
#include <driver_functions.h>

#if defined(__CUDA__) && defined(__clang__)
#include <warplens/textures.h>
#endif

#if defined(__cplusplus)

template <class T> static inline musaError_t musaMalloc(T **devPtr, size_t size) {
  return ::musaMalloc((void **)(void *)devPtr, size);
}
template <class T> static inline musaError_t musaMallocHost(T **ptr, size_t size, unsigned int flags = 0) {
  return ::musaHostAlloc((void **)(void *)ptr, size, flags);
}
template <class T> static inline musaError_t musaHostAlloc(T **ptr, size_t size, unsigned int flags) {
  return ::musaHostAlloc((void **)(void *)ptr, size, flags);
}
template <class T>
static inline musaError_t musaMallocManaged(T **devPtr, size_t size, unsigned int flags = musaMemAttachGlobal) {
  return ::musaMallocManaged((void **)(void *)devPtr, size, flags);
}
template <class T>
static inline musaError_t musaMallocPitch(T **devPtr, size_t *pitch, size_t width, size_t height) {
  return ::musaMallocPitch((void **)(void *)devPtr, pitch, width, height);
}
template <class T> static inline musaError_t musaMallocAsync(T **devPtr, size_t size, musaStream_t stream) {
  return ::musaMallocAsync((void **)(void *)devPtr, size, stream);
}
template <class T>
static inline musaError_t musaMallocAsync(T **devPtr, size_t size, musaMemPool_t pool, musaStream_t stream) {
  return ::musaMallocFromPoolAsync((void **)(void *)devPtr, size, pool, stream);
}
template <class T>
static inline musaError_t musaMallocFromPoolAsync(T **devPtr, size_t size, musaMemPool_t pool, musaStream_t stream) {
  return ::musaMallocFromPoolAsync((void **)(void *)devPtr, size, pool, stream);
}
template <class T>
static inline musaError_t musaHostGetDevicePointer(T **pDevice, void *pHost, unsigned int flags) {
  return ::musaHostGetDevicePointer((void **)(void *)pDevice, pHost, flags);
}
// The forms of MUSA 13, which take a place instead of a device.
static inline musaError_t musaMemPrefetchAsync(const void *devPtr, size_t count, musaMemLocation location,
                                               unsigned int flags, musaStream_t stream = 0) {
  (void)flags;
  return ::musaMemPrefetchAsync(devPtr, count, location.type == musaMemLocationTypeDevice ? location.id : musaCpuDeviceId,
                                stream);
}
static inline musaError_t musaMemAdvise(const void *devPtr, size_t count, musaMemoryAdvise advice,
                                        musaMemLocation location) {
  return ::musaMemAdvise(devPtr, count, advice,
                         location.type == musaMemLocationTypeDevice ? location.id : musaCpuDeviceId);
}
template <class T>
static inline musaError_t musaStreamAttachMemAsync(musaStream_t stream, T *devPtr, size_t length = 0,
                                                   unsigned int flags = musaMemAttachSingle) {
  return ::musaStreamAttachMemAsync(stream, (void *)devPtr, length, flags);
}

template <class T>
static inline musaError_t musaMemcpyToSymbol(const T &symbol, const void *src, size_t count, size_t offset = 0,
                                             musaMemcpyKind kind = musaMemcpyHostToDevice) {
  return ::musaMemcpyToSymbol((const void *)&symbol, src, count, offset, kind);
}
template <class T>
static inline musaError_t musaMemcpyFromSymbol(void *dst, const T &symbol, size_t count, size_t offset = 0,
                                               musaMemcpyKind kind = musaMemcpyDeviceToHost) {
  return ::musaMemcpyFromSymbol(dst, (const void *)&symbol, count, offset, kind);
}
template <class T>
static inline musaError_t musaMemcpyToSymbolAsync(const T &symbol, const void *src, size_t count, size_t offset = 0,
                                                  musaMemcpyKind kind = musaMemcpyHostToDevice,
                                                  musaStream_t stream = 0) {
  return ::musaMemcpyToSymbolAsync((const void *)&symbol, src, count, offset, kind, stream);
}
template <class T>
static inline musaError_t musaMemcpyFromSymbolAsync(void *dst, const T &symbol, size_t count, size_t offset = 0,
                                                    musaMemcpyKind kind = musaMemcpyDeviceToHost,
                                                    musaStream_t stream = 0) {
  return ::musaMemcpyFromSymbolAsync(dst, (const void *)&symbol, count, offset, kind, stream);
}
template <class T> static inline musaError_t musaGetSymbolAddress(void **devPtr, const T &symbol) {
  return ::musaGetSymbolAddress(devPtr, (const void *)&symbol);
}
template <class T, class U> static inline musaError_t musaGetSymbolAddress(U **devPtr, const T &symbol) {
  return ::musaGetSymbolAddress((void **)(void *)devPtr, (const void *)&symbol);
}
template <class T> static inline musaError_t musaGetSymbolSize(size_t *size, const T &symbol) {
  return ::musaGetSymbolSize(size, (const void *)&symbol);
}

template <class T>
static inline musaError_t musaLaunchKernel(T *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem = 0,
                                           musaStream_t stream = 0) {
  return ::musaLaunchKernel((const void *)func, gridDim, blockDim, args, sharedMem, stream);
}
template <class T>
static inline musaError_t musaLaunchCooperativeKernel(T *func, dim3 gridDim, dim3 blockDim, void **args,
                                                      size_t sharedMem = 0, musaStream_t stream = 0) {
  return ::musaLaunchCooperativeKernel((const void *)func, gridDim, blockDim, args, sharedMem, stream);
}
#if __cplusplus >= 201103L
template <typename... Expected, typename... Actual>
static inline musaError_t musaLaunchKernelEx(const musaLaunchConfig_t *config, void (*kernel)(Expected...),
                                             Actual &&...args) {
  return [&](Expected... coerced) {
    void *pointers[sizeof...(Expected) + 1] = {(void *)&coerced..., nullptr};
    return ::musaLaunchKernelExC(config, (const void *)kernel, pointers);
  }(static_cast<Actual &&>(args)...);
}
#endif

template <class T> static inline musaError_t musaFuncGetAttributes(musaFuncAttributes *attr, T *entry) {
  return ::musaFuncGetAttributes(attr, (const void *)entry);
}
template <class T> static inline musaError_t musaFuncSetAttribute(T *entry, musaFuncAttribute attr, int value) {
  return ::musaFuncSetAttribute((const void *)entry, attr, value);
}
template <class T> static inline musaError_t musaFuncSetCacheConfig(T *func, musaFuncCache config) {
  return ::musaFuncSetCacheConfig((const void *)func, config);
}
template <class T> static inline musaError_t musaFuncSetSharedMemConfig(T *func, musaSharedMemConfig config) {
  return ::musaFuncSetSharedMemConfig((const void *)func, config);
}
template <class T> static inline musaError_t musaGetFuncBySymbol(musaFunction_t *function, T *symbol) {
  return ::musaGetFuncBySymbol(function, (const void *)symbol);
}

static inline musaError_t musaEventCreate(musaEvent_t *event, unsigned int flags) {
  return ::musaEventCreateWithFlags(event, flags);
}
static inline musaError_t musaGraphInstantiate(musaGraphExec_t *exec, musaGraph_t graph, musaGraphNode_t *errorNode,
                                               char *logBuffer, size_t bufferSize) {
  (void)errorNode;
  (void)logBuffer;
  (void)bufferSize;
  return ::musaGraphInstantiate(exec, graph, 0);
}

// The form of MUSA 11.
static inline musaError_t musaGraphExecUpdate(musaGraphExec_t exec, musaGraph_t graph, musaGraphNode_t *errorNode,
                                              musaGraphExecUpdateResult *result) {
  musaGraphExecUpdateResultInfo info;
  musaError_t status = ::musaGraphExecUpdate(exec, graph, &info);
  if (errorNode) {
    *errorNode = info.errorNode;
  }
  if (result) {
    *result = info.result;
  }
  return status;
}

template <class T>
static inline musaError_t musaOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, T func, int blockSize,
                                                                        size_t dynamicSMemSize) {
  return ::musaOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks, (const void *)func, blockSize, dynamicSMemSize);
}
template <class T>
static inline musaError_t musaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, T func, int blockSize,
                                                                                 size_t dynamicSMemSize,
                                                                                 unsigned int flags) {
  return ::musaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(numBlocks, (const void *)func, blockSize,
                                                                  dynamicSMemSize, flags);
}

// The block size that keeps most threads resident: every multiple of the warp size is tried from the largest down.
template <typename ToShared, class T>
static inline musaError_t musaOccupancyMaxPotentialBlockSizeVariableSMem(int *minGridSize, int *blockSize, T func,
                                                                         ToShared toShared, int blockSizeLimit = 0) {
  if (!minGridSize || !blockSize) {
    return musaErrorInvalidValue;
  }
  int device, multiprocessors, perMultiprocessor, deviceLimit, warp;
  musaFuncAttributes attributes;
  musaError_t status = ::musaGetDevice(&device);
  if (status == musaSuccess) {
    status = ::musaDeviceGetAttribute(&multiprocessors, musaDevAttrMultiProcessorCount, device);
  }
  if (status == musaSuccess) {
    status = ::musaDeviceGetAttribute(&perMultiprocessor, musaDevAttrMaxThreadsPerMultiProcessor, device);
  }
  if (status == musaSuccess) {
    status = ::musaDeviceGetAttribute(&deviceLimit, musaDevAttrMaxThreadsPerBlock, device);
  }
  if (status == musaSuccess) {
    status = ::musaDeviceGetAttribute(&warp, musaDevAttrWarpSize, device);
  }
  if (status == musaSuccess) {
    status = ::musaFuncGetAttributes(&attributes, (const void *)func);
  }
  if (status != musaSuccess) {
    return status;
  }
  int limit = attributes.maxThreadsPerBlock < deviceLimit ? attributes.maxThreadsPerBlock : deviceLimit;
  if (blockSizeLimit > 0 && blockSizeLimit < limit) {
    limit = blockSizeLimit;
  }
  int best = 0, bestSize = 0, bestBlocks = 0;
  for (int aligned = (limit + warp - 1) / warp * warp; aligned > 0; aligned -= warp) {
    int size = aligned < limit ? aligned : limit;
    int blocks = 0;
    status = ::musaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, (const void *)func, size,
                                                                      (size_t)toShared(size), 0);
    if (status != musaSuccess) {
      return status;
    }
    if (blocks * size > best) {
      best = blocks * size;
      bestSize = size;
      bestBlocks = blocks;
    }
    if (best >= perMultiprocessor) {
      break;
    }
  }
  *minGridSize = bestBlocks * multiprocessors;
  *blockSize = bestSize;
  return musaSuccess;
}
template <class T>
static inline musaError_t musaOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, T func,
                                                             size_t dynamicSMemSize = 0, int blockSizeLimit = 0) {
  struct Constant {
    size_t bytes;
    size_t operator()(int) const { return bytes; }
  } constant = {dynamicSMemSize};
  return musaOccupancyMaxPotentialBlockSizeVariableSMem(minGridSize, blockSize, func, constant, blockSizeLimit);
}
template <class T>
static inline musaError_t musaOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, T func,
                                                                      size_t dynamicSMemSize = 0,
                                                                      int blockSizeLimit = 0, unsigned int flags = 0) {
  (void)flags;
  return musaOccupancyMaxPotentialBlockSize(minGridSize, blockSize, func, dynamicSMemSize, blockSizeLimit);
}

#endif

#endif
