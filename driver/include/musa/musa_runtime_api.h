// Derived from cuda/cuda_runtime_api.h by name substitution; a test compares. Edit that file.
// The functions of the runtime API, C linkage. This list is the contract with the runtime library: what it does not
// implement it must still name, or linking says so.
#ifndef WARPLENS_MUSA_RUNTIME_API_H
#define WARPLENS_MUSA_RUNTIME_API_H
// Programs ask by these names what has been included.
#define __MUSA_RUNTIME_API_H__

#define MUSART_VERSION 12030

#include <driver_types.h>
#include <warplens/per_thread_stream.h>

#ifdef __cplusplus
#define WARPLENS_DEFAULT(value) = value
extern "C" {
#else
#define WARPLENS_DEFAULT(value)
#endif

// Errors.
musaError_t musaGetLastError(void);
musaError_t musaPeekAtLastError(void);
const char *musaGetErrorName(musaError_t error);
const char *musaGetErrorString(musaError_t error);

// Devices.
musaError_t musaDeviceReset(void);
musaError_t musaDeviceSynchronize(void);
musaError_t musaDeviceSetLimit(enum musaLimit limit, size_t value);
musaError_t musaDeviceGetLimit(size_t *value, enum musaLimit limit);
musaError_t musaDeviceGetCacheConfig(enum musaFuncCache *config);
musaError_t musaDeviceSetCacheConfig(enum musaFuncCache config);
musaError_t musaDeviceGetSharedMemConfig(enum musaSharedMemConfig *config);
musaError_t musaDeviceSetSharedMemConfig(enum musaSharedMemConfig config);
musaError_t musaDeviceGetStreamPriorityRange(int *least, int *greatest);
musaError_t musaDeviceGetByPCIBusId(int *device, const char *pciBusId);
musaError_t musaDeviceGetPCIBusId(char *pciBusId, int len, int device);
musaError_t musaDeviceCanAccessPeer(int *canAccessPeer, int device, int peerDevice);
musaError_t musaDeviceEnablePeerAccess(int peerDevice, unsigned int flags);
musaError_t musaDeviceDisablePeerAccess(int peerDevice);
musaError_t musaDeviceGetP2PAttribute(int *value, enum musaDeviceP2PAttr attr, int srcDevice, int dstDevice);
musaError_t musaDeviceGetAttribute(int *value, enum musaDeviceAttr attr, int device);
musaError_t musaDeviceGetDefaultMemPool(musaMemPool_t *memPool, int device);
musaError_t musaDeviceGetMemPool(musaMemPool_t *memPool, int device);
musaError_t musaDeviceSetMemPool(int device, musaMemPool_t memPool);
musaError_t musaDeviceGraphMemTrim(int device);
musaError_t musaDeviceGetGraphMemAttribute(int device, enum musaGraphMemAttributeType attr, void *value);
musaError_t musaDeviceSetGraphMemAttribute(int device, enum musaGraphMemAttributeType attr, void *value);
musaError_t musaGetDeviceCount(int *count);
musaError_t musaGetDeviceProperties(struct musaDeviceProp *prop, int device);
musaError_t musaChooseDevice(int *device, const struct musaDeviceProp *prop);
musaError_t musaInitDevice(int device, unsigned int deviceFlags, unsigned int flags);
musaError_t musaSetDevice(int device);
musaError_t musaGetDevice(int *device);
musaError_t musaSetValidDevices(int *devices, int count);
musaError_t musaSetDeviceFlags(unsigned int flags);
musaError_t musaGetDeviceFlags(unsigned int *flags);
musaError_t musaDriverGetVersion(int *version);
musaError_t musaRuntimeGetVersion(int *version);
musaError_t musaGetDriverEntryPoint(const char *symbol, void **function, unsigned long long flags,
                                    enum musaDriverEntryPointQueryResult *status WARPLENS_DEFAULT(NULL));
musaError_t musaThreadSynchronize(void);
musaError_t musaThreadExit(void);

// Memory.
musaError_t musaMalloc(void **devPtr, size_t size);
musaError_t musaMallocHost(void **ptr, size_t size);
musaError_t musaMallocPitch(void **devPtr, size_t *pitch, size_t width, size_t height);
musaError_t musaMalloc3D(struct musaPitchedPtr *pitchedDevPtr, struct musaExtent extent);
musaError_t musaMallocManaged(void **devPtr, size_t size, unsigned int flags WARPLENS_DEFAULT(musaMemAttachGlobal));
musaError_t musaFree(void *devPtr);
musaError_t musaFreeHost(void *ptr);
musaError_t musaHostAlloc(void **pHost, size_t size, unsigned int flags);
musaError_t musaHostRegister(void *ptr, size_t size, unsigned int flags);
musaError_t musaHostUnregister(void *ptr);
musaError_t musaHostGetDevicePointer(void **pDevice, void *pHost, unsigned int flags);
musaError_t musaHostGetFlags(unsigned int *pFlags, void *pHost);
musaError_t musaMemGetInfo(size_t *free, size_t *total);
musaError_t musaMemcpy(void *dst, const void *src, size_t count, enum musaMemcpyKind kind);
musaError_t musaMemcpyAsync(void *dst, const void *src, size_t count, enum musaMemcpyKind kind,
                            musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpyPeer(void *dst, int dstDevice, const void *src, int srcDevice, size_t count);
musaError_t musaMemcpyPeerAsync(void *dst, int dstDevice, const void *src, int srcDevice, size_t count,
                                musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpy2D(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                         enum musaMemcpyKind kind);
musaError_t musaMemcpy2DAsync(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                              enum musaMemcpyKind kind, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpy3D(const struct musaMemcpy3DParms *p);
musaError_t musaMemcpy3DAsync(const struct musaMemcpy3DParms *p, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpy3DPeer(const struct musaMemcpy3DPeerParms *p);
musaError_t musaMemcpy3DPeerAsync(const struct musaMemcpy3DPeerParms *p, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpyToSymbol(const void *symbol, const void *src, size_t count, size_t offset WARPLENS_DEFAULT(0),
                               enum musaMemcpyKind kind WARPLENS_DEFAULT(musaMemcpyHostToDevice));
musaError_t musaMemcpyFromSymbol(void *dst, const void *symbol, size_t count, size_t offset WARPLENS_DEFAULT(0),
                                 enum musaMemcpyKind kind WARPLENS_DEFAULT(musaMemcpyDeviceToHost));
musaError_t musaMemcpyToSymbolAsync(const void *symbol, const void *src, size_t count, size_t offset,
                                    enum musaMemcpyKind kind, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpyFromSymbolAsync(void *dst, const void *symbol, size_t count, size_t offset,
                                      enum musaMemcpyKind kind, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaGetSymbolAddress(void **devPtr, const void *symbol);
musaError_t musaGetSymbolSize(size_t *size, const void *symbol);
musaError_t musaMemset(void *devPtr, int value, size_t count);
musaError_t musaMemsetAsync(void *devPtr, int value, size_t count, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemset2D(void *devPtr, size_t pitch, int value, size_t width, size_t height);
musaError_t musaMemset2DAsync(void *devPtr, size_t pitch, int value, size_t width, size_t height,
                              musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemset3D(struct musaPitchedPtr pitchedDevPtr, int value, struct musaExtent extent);
musaError_t musaMemset3DAsync(struct musaPitchedPtr pitchedDevPtr, int value, struct musaExtent extent,
                              musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemPrefetchAsync(const void *devPtr, size_t count, int dstDevice,
                                 musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemAdvise(const void *devPtr, size_t count, enum musaMemoryAdvise advice, int device);
musaError_t musaMemRangeGetAttribute(void *data, size_t dataSize, enum musaMemRangeAttribute attribute,
                                     const void *devPtr, size_t count);
musaError_t musaPointerGetAttributes(struct musaPointerAttributes *attributes, const void *ptr);

// Arrays.
musaError_t musaMallocArray(musaArray_t *array, const struct musaChannelFormatDesc *desc, size_t width,
                            size_t height WARPLENS_DEFAULT(0), unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaMalloc3DArray(musaArray_t *array, const struct musaChannelFormatDesc *desc, struct musaExtent extent,
                              unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaMallocMipmappedArray(musaMipmappedArray_t *array, const struct musaChannelFormatDesc *desc,
                                     struct musaExtent extent, unsigned int numLevels,
                                     unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaGetMipmappedArrayLevel(musaArray_t *levelArray, musaMipmappedArray_const_t array, unsigned int level);
musaError_t musaFreeArray(musaArray_t array);
musaError_t musaFreeMipmappedArray(musaMipmappedArray_t array);
musaError_t musaArrayGetInfo(struct musaChannelFormatDesc *desc, struct musaExtent *extent, unsigned int *flags,
                             musaArray_t array);
musaError_t musaMemcpyToArray(musaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t count,
                              enum musaMemcpyKind kind);
musaError_t musaMemcpyFromArray(void *dst, musaArray_const_t src, size_t wOffset, size_t hOffset, size_t count,
                                enum musaMemcpyKind kind);
musaError_t musaMemcpy2DToArray(musaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t spitch,
                                size_t width, size_t height, enum musaMemcpyKind kind);
musaError_t musaMemcpy2DToArrayAsync(musaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t spitch,
                                     size_t width, size_t height, enum musaMemcpyKind kind,
                                     musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpy2DFromArray(void *dst, size_t dpitch, musaArray_const_t src, size_t wOffset, size_t hOffset,
                                  size_t width, size_t height, enum musaMemcpyKind kind);
musaError_t musaMemcpy2DArrayToArray(musaArray_t dst, size_t wOffsetDst, size_t hOffsetDst, musaArray_const_t src,
                                     size_t wOffsetSrc, size_t hOffsetSrc, size_t width, size_t height,
                                     enum musaMemcpyKind kind WARPLENS_DEFAULT(musaMemcpyDeviceToDevice));
musaError_t musaMemcpyToArrayAsync(musaArray_t dst, size_t wOffset, size_t hOffset, const void *src, size_t count,
                                   enum musaMemcpyKind kind, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpyFromArrayAsync(void *dst, musaArray_const_t src, size_t wOffset, size_t hOffset, size_t count,
                                     enum musaMemcpyKind kind, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpy2DFromArrayAsync(void *dst, size_t dpitch, musaArray_const_t src, size_t wOffset, size_t hOffset,
                                       size_t width, size_t height, enum musaMemcpyKind kind,
                                       musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaMemcpyArrayToArray(musaArray_t dst, size_t wOffsetDst, size_t hOffsetDst, musaArray_const_t src,
                                   size_t wOffsetSrc, size_t hOffsetSrc, size_t count,
                                   enum musaMemcpyKind kind WARPLENS_DEFAULT(musaMemcpyDeviceToDevice));
musaError_t musaGetChannelDesc(struct musaChannelFormatDesc *desc, musaArray_const_t array);
static __inline__ struct musaChannelFormatDesc musaCreateChannelDesc(int x, int y, int z, int w,
                                                                     enum musaChannelFormatKind f) {
  struct musaChannelFormatDesc desc;
  desc.x = x;
  desc.y = y;
  desc.z = z;
  desc.w = w;
  desc.f = f;
  return desc;
}

// Textures and surfaces.
musaError_t musaCreateTextureObject(musaTextureObject_t *object, const struct musaResourceDesc *resource,
                                    const struct musaTextureDesc *texture, const struct musaResourceViewDesc *view);
musaError_t musaDestroyTextureObject(musaTextureObject_t object);
musaError_t musaGetTextureObjectResourceDesc(struct musaResourceDesc *resource, musaTextureObject_t object);
musaError_t musaGetTextureObjectTextureDesc(struct musaTextureDesc *texture, musaTextureObject_t object);
musaError_t musaGetTextureObjectResourceViewDesc(struct musaResourceViewDesc *view, musaTextureObject_t object);
musaError_t musaDeviceGetTexture1DLinearMaxWidth(size_t *maxWidth, const struct musaChannelFormatDesc *desc, int device);
musaError_t musaGetSurfaceObjectResourceDesc(struct musaResourceDesc *resource, musaSurfaceObject_t object);
musaError_t musaCreateSurfaceObject(musaSurfaceObject_t *object, const struct musaResourceDesc *resource);
musaError_t musaDestroySurfaceObject(musaSurfaceObject_t object);

// Stream-ordered memory.
musaError_t musaMallocAsync(void **devPtr, size_t size, musaStream_t stream);
musaError_t musaFreeAsync(void *devPtr, musaStream_t stream);
musaError_t musaMemPoolCreate(musaMemPool_t *memPool, const struct musaMemPoolProps *props);
musaError_t musaMemPoolDestroy(musaMemPool_t memPool);
musaError_t musaMemPoolTrimTo(musaMemPool_t memPool, size_t minBytesToKeep);
musaError_t musaMemPoolSetAttribute(musaMemPool_t memPool, enum musaMemPoolAttr attr, void *value);
musaError_t musaMemPoolGetAttribute(musaMemPool_t memPool, enum musaMemPoolAttr attr, void *value);
musaError_t musaMemPoolSetAccess(musaMemPool_t memPool, const struct musaMemAccessDesc *descs, size_t count);
musaError_t musaMemPoolGetAccess(enum musaMemAccessFlags *flags, musaMemPool_t memPool,
                                 struct musaMemLocation *location);
musaError_t musaMallocFromPoolAsync(void **ptr, size_t size, musaMemPool_t memPool, musaStream_t stream);
musaError_t musaMemPoolExportToShareableHandle(void *handle, musaMemPool_t memPool,
                                               enum musaMemAllocationHandleType type, unsigned int flags);
musaError_t musaMemPoolImportFromShareableHandle(musaMemPool_t *memPool, void *handle,
                                                 enum musaMemAllocationHandleType type, unsigned int flags);
musaError_t musaMemPoolExportPointer(struct musaMemPoolPtrExportData *data, void *ptr);
musaError_t musaMemPoolImportPointer(void **ptr, musaMemPool_t memPool, struct musaMemPoolPtrExportData *data);

// Streams.
musaError_t musaStreamCreate(musaStream_t *stream);
musaError_t musaStreamCreateWithFlags(musaStream_t *stream, unsigned int flags);
musaError_t musaStreamCreateWithPriority(musaStream_t *stream, unsigned int flags, int priority);
musaError_t musaStreamDestroy(musaStream_t stream);
musaError_t musaStreamGetPriority(musaStream_t stream, int *priority);
musaError_t musaStreamGetFlags(musaStream_t stream, unsigned int *flags);
musaError_t musaStreamGetDevice(musaStream_t stream, int *device);
musaError_t musaStreamCopyAttributes(musaStream_t dst, musaStream_t src);
musaError_t musaStreamGetId(musaStream_t stream, unsigned long long *id);
musaError_t musaStreamQuery(musaStream_t stream);
musaError_t musaStreamSynchronize(musaStream_t stream);
musaError_t musaStreamWaitEvent(musaStream_t stream, musaEvent_t event, unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaStreamAddCallback(musaStream_t stream, musaStreamCallback_t callback, void *userData,
                                  unsigned int flags);
musaError_t musaStreamAttachMemAsync(musaStream_t stream, void *devPtr, size_t length WARPLENS_DEFAULT(0),
                                     unsigned int flags WARPLENS_DEFAULT(musaMemAttachSingle));
musaError_t musaStreamSetAttribute(musaStream_t stream, musaLaunchAttributeID attr,
                                   const musaLaunchAttributeValue *value);
musaError_t musaStreamGetAttribute(musaStream_t stream, musaLaunchAttributeID attr, musaLaunchAttributeValue *value);
musaError_t musaStreamBeginCapture(musaStream_t stream, enum musaStreamCaptureMode mode);
musaError_t musaStreamEndCapture(musaStream_t stream, musaGraph_t *graph);
musaError_t musaStreamIsCapturing(musaStream_t stream, enum musaStreamCaptureStatus *status);
musaError_t musaStreamGetCaptureInfo(musaStream_t stream, enum musaStreamCaptureStatus *status,
                                     unsigned long long *id WARPLENS_DEFAULT(0),
                                     musaGraph_t *graph WARPLENS_DEFAULT(0),
                                     const musaGraphNode_t **dependencies WARPLENS_DEFAULT(0),
                                     size_t *numDependencies WARPLENS_DEFAULT(0));
musaError_t musaThreadExchangeStreamCaptureMode(enum musaStreamCaptureMode *mode);
musaError_t musaCtxResetPersistingL2Cache(void);

// Events.
musaError_t musaEventCreate(musaEvent_t *event);
musaError_t musaEventCreateWithFlags(musaEvent_t *event, unsigned int flags);
musaError_t musaEventDestroy(musaEvent_t event);
musaError_t musaEventRecord(musaEvent_t event, musaStream_t stream WARPLENS_DEFAULT(0));
musaError_t musaEventRecordWithFlags(musaEvent_t event, musaStream_t stream WARPLENS_DEFAULT(0),
                                     unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaEventQuery(musaEvent_t event);
musaError_t musaEventSynchronize(musaEvent_t event);
musaError_t musaEventElapsedTime(float *ms, musaEvent_t start, musaEvent_t end);

// Execution.
musaError_t musaLaunchKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
                             musaStream_t stream);
musaError_t musaLaunchKernelExC(const musaLaunchConfig_t *config, const void *func, void **args);
musaError_t musaLaunchCooperativeKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem,
                                        musaStream_t stream);
musaError_t musaLaunchCooperativeKernelMultiDevice(struct musaLaunchParams *launchParamsList, unsigned int numDevices,
                                                   unsigned int flags WARPLENS_DEFAULT(0));
musaError_t musaLaunchHostFunc(musaStream_t stream, musaHostFn_t fn, void *userData);
musaError_t musaFuncGetAttributes(struct musaFuncAttributes *attr, const void *func);
musaError_t musaFuncSetAttribute(const void *func, enum musaFuncAttribute attr, int value);
musaError_t musaFuncSetCacheConfig(const void *func, enum musaFuncCache config);
musaError_t musaFuncSetSharedMemConfig(const void *func, enum musaSharedMemConfig config);
musaError_t musaGetFuncBySymbol(musaFunction_t *function, const void *symbol);
musaError_t musaGetKernel(musaKernel_t *kernel, const void *entry);
musaError_t musaOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, const void *func, int blockSize,
                                                          size_t dynamicSMemSize);
musaError_t musaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, const void *func, int blockSize,
                                                                   size_t dynamicSMemSize, unsigned int flags);
musaError_t musaOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, const void *func, int numBlocks,
                                                      int blockSize);
musaError_t musaOccupancyMaxActiveClusters(int *numClusters, const void *func, const musaLaunchConfig_t *config);
musaError_t musaOccupancyMaxPotentialClusterSize(int *clusterSize, const void *func, const musaLaunchConfig_t *config);

// Interprocess memory and events.
musaError_t musaIpcGetEventHandle(musaIpcEventHandle_t *handle, musaEvent_t event);
musaError_t musaIpcOpenEventHandle(musaEvent_t *event, musaIpcEventHandle_t handle);
musaError_t musaIpcGetMemHandle(musaIpcMemHandle_t *handle, void *devPtr);
musaError_t musaIpcOpenMemHandle(void **devPtr, musaIpcMemHandle_t handle, unsigned int flags);
musaError_t musaIpcCloseMemHandle(void *devPtr);

// Graphs.
musaError_t musaGraphCreate(musaGraph_t *graph, unsigned int flags);
musaError_t musaGraphDestroy(musaGraph_t graph);
musaError_t musaGraphClone(musaGraph_t *clone, musaGraph_t original);
musaError_t musaGraphAddKernelNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                   size_t numDependencies, const struct musaKernelNodeParams *params);
musaError_t musaGraphAddMemcpyNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                   size_t numDependencies, const struct musaMemcpy3DParms *params);
musaError_t musaGraphAddMemcpyNode1D(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                     size_t numDependencies, void *dst, const void *src, size_t count,
                                     enum musaMemcpyKind kind);
musaError_t musaGraphAddMemsetNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                   size_t numDependencies, const struct musaMemsetParams *params);
musaError_t musaGraphAddHostNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                 size_t numDependencies, const struct musaHostNodeParams *params);
musaError_t musaGraphAddChildGraphNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                       size_t numDependencies, musaGraph_t child);
musaError_t musaGraphAddEmptyNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                  size_t numDependencies);
musaError_t musaGraphAddEventRecordNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                        size_t numDependencies, musaEvent_t event);
musaError_t musaGraphAddEventWaitNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                      size_t numDependencies, musaEvent_t event);
musaError_t musaGraphAddMemAllocNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                     size_t numDependencies, struct musaMemAllocNodeParams *params);
musaError_t musaGraphAddMemFreeNode(musaGraphNode_t *node, musaGraph_t graph, const musaGraphNode_t *dependencies,
                                    size_t numDependencies, void *dptr);
musaError_t musaGraphMemAllocNodeGetParams(musaGraphNode_t node, struct musaMemAllocNodeParams *params);
musaError_t musaGraphMemFreeNodeGetParams(musaGraphNode_t node, void *dptr);
musaError_t musaGraphAddDependencies(musaGraph_t graph, const musaGraphNode_t *from, const musaGraphNode_t *to,
                                     size_t numDependencies);
musaError_t musaGraphGetNodes(musaGraph_t graph, musaGraphNode_t *nodes, size_t *numNodes);
musaError_t musaGraphGetRootNodes(musaGraph_t graph, musaGraphNode_t *nodes, size_t *numNodes);
musaError_t musaGraphGetEdges(musaGraph_t graph, musaGraphNode_t *from, musaGraphNode_t *to, size_t *numEdges);
musaError_t musaGraphNodeGetType(musaGraphNode_t node, enum musaGraphNodeType *type);
musaError_t musaGraphKernelNodeGetParams(musaGraphNode_t node, struct musaKernelNodeParams *params);
musaError_t musaGraphKernelNodeSetParams(musaGraphNode_t node, const struct musaKernelNodeParams *params);
musaError_t musaGraphInstantiate(musaGraphExec_t *exec, musaGraph_t graph,
                                 unsigned long long flags WARPLENS_DEFAULT(0));
musaError_t musaGraphInstantiateWithFlags(musaGraphExec_t *exec, musaGraph_t graph,
                                          unsigned long long flags WARPLENS_DEFAULT(0));
musaError_t musaGraphExecDestroy(musaGraphExec_t exec);
musaError_t musaGraphExecUpdate(musaGraphExec_t exec, musaGraph_t graph, musaGraphExecUpdateResultInfo *result);
musaError_t musaGraphExecKernelNodeSetParams(musaGraphExec_t exec, musaGraphNode_t node,
                                             const struct musaKernelNodeParams *params);
musaError_t musaGraphExecMemcpyNodeSetParams1D(musaGraphExec_t exec, musaGraphNode_t node, void *dst, const void *src,
                                               size_t count, enum musaMemcpyKind kind);
musaError_t musaGraphAddMemcpyNodeToSymbol(musaGraphNode_t *node, musaGraph_t graph,
                                           const musaGraphNode_t *dependencies, size_t numDependencies,
                                           const void *symbol, const void *src, size_t count, size_t offset,
                                           enum musaMemcpyKind kind);
musaError_t musaGraphAddMemcpyNodeFromSymbol(musaGraphNode_t *node, musaGraph_t graph,
                                             const musaGraphNode_t *dependencies, size_t numDependencies, void *dst,
                                             const void *symbol, size_t count, size_t offset,
                                             enum musaMemcpyKind kind);
musaError_t musaGraphDestroyNode(musaGraphNode_t node);
musaError_t musaGraphRemoveDependencies(musaGraph_t graph, const musaGraphNode_t *from, const musaGraphNode_t *to,
                                        size_t numDependencies);
musaError_t musaGraphNodeGetDependencies(musaGraphNode_t node, musaGraphNode_t *dependencies,
                                         size_t *numDependencies);
musaError_t musaGraphMemcpyNodeSetParams(musaGraphNode_t node, const struct musaMemcpy3DParms *params);
musaError_t musaGraphMemcpyNodeSetParams1D(musaGraphNode_t node, void *dst, const void *src, size_t count,
                                           enum musaMemcpyKind kind);
musaError_t musaGraphMemsetNodeSetParams(musaGraphNode_t node, const struct musaMemsetParams *params);
musaError_t musaGraphHostNodeSetParams(musaGraphNode_t node, const struct musaHostNodeParams *params);
musaError_t musaGraphExecMemcpyNodeSetParams(musaGraphExec_t exec, musaGraphNode_t node,
                                             const struct musaMemcpy3DParms *params);
musaError_t musaGraphExecMemsetNodeSetParams(musaGraphExec_t exec, musaGraphNode_t node,
                                             const struct musaMemsetParams *params);
musaError_t musaGraphExecHostNodeSetParams(musaGraphExec_t exec, musaGraphNode_t node,
                                           const struct musaHostNodeParams *params);
musaError_t musaGraphUpload(musaGraphExec_t exec, musaStream_t stream);
musaError_t musaGraphLaunch(musaGraphExec_t exec, musaStream_t stream);
musaError_t musaGraphDebugDotPrint(musaGraph_t graph, const char *path, unsigned int flags);

// Profiler control.
musaError_t musaProfilerStart(void);
musaError_t musaProfilerStop(void);

// What the compiler's host code calls: registration of device code and the two halves of `<<<>>>`.
unsigned int __cudaPushCallConfiguration(dim3 gridDim, dim3 blockDim, size_t sharedMem WARPLENS_DEFAULT(0),
                                         void *stream WARPLENS_DEFAULT(0));
musaError_t __cudaPopCallConfiguration(dim3 *gridDim, dim3 *blockDim, size_t *sharedMem, void *stream);

#ifdef __cplusplus
}
#endif
#undef WARPLENS_DEFAULT

#endif
