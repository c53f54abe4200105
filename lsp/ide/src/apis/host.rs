//! The runtime API, by CUDA's names.

/// (name, declaration, help)
pub(super) const FUNCTIONS: &[(&str, &str, &str)] = &[
    (
        "cudaMalloc",
        "cudaError_t cudaMalloc(void **devPtr, size_t size)",
        "Allocates size bytes of device memory.",
    ),
    (
        "cudaMallocAsync",
        "cudaError_t cudaMallocAsync(void **devPtr, size_t size, cudaStream_t stream)",
        "Allocates device memory in the order of a stream.",
    ),
    (
        "cudaMallocManaged",
        "cudaError_t cudaMallocManaged(void **devPtr, size_t size, unsigned flags = cudaMemAttachGlobal)",
        "Allocates memory that host and device both reach.",
    ),
    (
        "cudaMallocHost",
        "cudaError_t cudaMallocHost(void **ptr, size_t size)",
        "Allocates page-locked host memory, which copies can overlap with.",
    ),
    (
        "cudaHostAlloc",
        "cudaError_t cudaHostAlloc(void **pHost, size_t size, unsigned flags)",
        "Allocates page-locked host memory with flags.",
    ),
    (
        "cudaHostRegister",
        "cudaError_t cudaHostRegister(void *ptr, size_t size, unsigned flags)",
        "Page-locks existing host memory.",
    ),
    ("cudaHostUnregister", "cudaError_t cudaHostUnregister(void *ptr)", "Undoes `cudaHostRegister`."),
    (
        "cudaHostGetDevicePointer",
        "cudaError_t cudaHostGetDevicePointer(void **pDevice, void *pHost, unsigned flags)",
        "The device's address of mapped host memory.",
    ),
    (
        "cudaMallocPitch",
        "cudaError_t cudaMallocPitch(void **devPtr, size_t *pitch, size_t width, size_t height)",
        "Allocates rows padded so that each begins aligned.",
    ),
    (
        "cudaMalloc3D",
        "cudaError_t cudaMalloc3D(cudaPitchedPtr *pitchedDevPtr, cudaExtent extent)",
        "Allocates a padded volume.",
    ),
    (
        "cudaMallocArray",
        "cudaError_t cudaMallocArray(cudaArray_t *array, const cudaChannelFormatDesc *desc, size_t width, size_t height = 0, unsigned flags = 0)",
        "Allocates an array for textures.",
    ),
    ("cudaFree", "cudaError_t cudaFree(void *devPtr)", "Frees device memory; waits for the device."),
    (
        "cudaFreeAsync",
        "cudaError_t cudaFreeAsync(void *devPtr, cudaStream_t stream)",
        "Frees device memory in the order of a stream.",
    ),
    ("cudaFreeHost", "cudaError_t cudaFreeHost(void *ptr)", "Frees page-locked host memory."),
    ("cudaFreeArray", "cudaError_t cudaFreeArray(cudaArray_t array)", "Frees an array."),
    (
        "cudaMemcpy",
        "cudaError_t cudaMemcpy(void *dst, const void *src, size_t count, cudaMemcpyKind kind)",
        "Copies bytes, after all earlier work of the default stream.",
    ),
    (
        "cudaMemcpyAsync",
        "cudaError_t cudaMemcpyAsync(void *dst, const void *src, size_t count, cudaMemcpyKind kind, cudaStream_t stream = 0)",
        "Queues a copy on a stream. Overlaps only with page-locked host memory.",
    ),
    (
        "cudaMemcpy2D",
        "cudaError_t cudaMemcpy2D(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height, cudaMemcpyKind kind)",
        "Copies rows of padded memory.",
    ),
    (
        "cudaMemcpy2DAsync",
        "cudaError_t cudaMemcpy2DAsync(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height, cudaMemcpyKind kind, cudaStream_t stream = 0)",
        "Queues a copy of rows.",
    ),
    ("cudaMemcpy3D", "cudaError_t cudaMemcpy3D(const cudaMemcpy3DParms *p)", "Copies a volume."),
    (
        "cudaMemcpyPeer",
        "cudaError_t cudaMemcpyPeer(void *dst, int dstDevice, const void *src, int srcDevice, size_t count)",
        "Copies between devices.",
    ),
    (
        "cudaMemcpyPeerAsync",
        "cudaError_t cudaMemcpyPeerAsync(void *dst, int dstDevice, const void *src, int srcDevice, size_t count, cudaStream_t stream = 0)",
        "Queues a copy between devices.",
    ),
    (
        "cudaMemcpyToSymbol",
        "cudaError_t cudaMemcpyToSymbol(const T &symbol, const void *src, size_t count, size_t offset = 0, cudaMemcpyKind kind = cudaMemcpyHostToDevice)",
        "Copies to a `__device__` or `__constant__` variable.",
    ),
    (
        "cudaMemcpyFromSymbol",
        "cudaError_t cudaMemcpyFromSymbol(void *dst, const T &symbol, size_t count, size_t offset = 0, cudaMemcpyKind kind = cudaMemcpyDeviceToHost)",
        "Copies from a `__device__` or `__constant__` variable.",
    ),
    (
        "cudaGetSymbolAddress",
        "cudaError_t cudaGetSymbolAddress(void **devPtr, const T &symbol)",
        "The device address of a variable.",
    ),
    (
        "cudaMemset",
        "cudaError_t cudaMemset(void *devPtr, int value, size_t count)",
        "Sets each byte to value.",
    ),
    (
        "cudaMemsetAsync",
        "cudaError_t cudaMemsetAsync(void *devPtr, int value, size_t count, cudaStream_t stream = 0)",
        "Queues a byte fill.",
    ),
    (
        "cudaMemset2D",
        "cudaError_t cudaMemset2D(void *devPtr, size_t pitch, int value, size_t width, size_t height)",
        "Sets bytes of padded rows.",
    ),
    (
        "cudaMemGetInfo",
        "cudaError_t cudaMemGetInfo(size_t *free, size_t *total)",
        "Free and total device memory.",
    ),
    (
        "cudaMemPrefetchAsync",
        "cudaError_t cudaMemPrefetchAsync(const void *devPtr, size_t count, int dstDevice, cudaStream_t stream = 0)",
        "Moves managed memory ahead of its use.",
    ),
    (
        "cudaMemAdvise",
        "cudaError_t cudaMemAdvise(const void *devPtr, size_t count, cudaMemoryAdvise advice, int device)",
        "Tells how managed memory will be used.",
    ),
    (
        "cudaPointerGetAttributes",
        "cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *attributes, const void *ptr)",
        "What kind of memory a pointer points to.",
    ),
    (
        "cudaDeviceSynchronize",
        "cudaError_t cudaDeviceSynchronize()",
        "Waits for all work of the device; returns errors of earlier kernels.",
    ),
    ("cudaDeviceReset", "cudaError_t cudaDeviceReset()", "Frees everything of this process on the device."),
    (
        "cudaDeviceGetAttribute",
        "cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attr, int device)",
        "One figure of a device.",
    ),
    (
        "cudaDeviceCanAccessPeer",
        "cudaError_t cudaDeviceCanAccessPeer(int *canAccessPeer, int device, int peerDevice)",
        "Whether a device reaches another's memory.",
    ),
    (
        "cudaDeviceEnablePeerAccess",
        "cudaError_t cudaDeviceEnablePeerAccess(int peerDevice, unsigned flags)",
        "Lets the current device reach a peer's memory.",
    ),
    (
        "cudaDeviceDisablePeerAccess",
        "cudaError_t cudaDeviceDisablePeerAccess(int peerDevice)",
        "Undoes `cudaDeviceEnablePeerAccess`.",
    ),
    (
        "cudaDeviceSetLimit",
        "cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value)",
        "Sets the stack, heap or printf buffer of kernels.",
    ),
    ("cudaDeviceGetLimit", "cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit limit)", "Gets a limit."),
    (
        "cudaDeviceSetCacheConfig",
        "cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache config)",
        "Prefers L1 cache or shared memory.",
    ),
    (
        "cudaDeviceGetStreamPriorityRange",
        "cudaError_t cudaDeviceGetStreamPriorityRange(int *leastPriority, int *greatestPriority)",
        "The priorities streams can have.",
    ),
    (
        "cudaSetDevice",
        "cudaError_t cudaSetDevice(int device)",
        "Makes a device the current one of this host thread.",
    ),
    (
        "cudaSetDeviceFlags",
        "cudaError_t cudaSetDeviceFlags(unsigned flags)",
        "How the host waits for the device.",
    ),
    ("cudaGetDevice", "cudaError_t cudaGetDevice(int *device)", "The current device."),
    ("cudaGetDeviceCount", "cudaError_t cudaGetDeviceCount(int *count)", "How many devices there are."),
    (
        "cudaGetDeviceProperties",
        "cudaError_t cudaGetDeviceProperties(cudaDeviceProp *prop, int device)",
        "All figures of a device.",
    ),
    (
        "cudaGetLastError",
        "cudaError_t cudaGetLastError()",
        "The last error of this host thread, and clears it. After a launch: whether it was accepted.",
    ),
    ("cudaPeekAtLastError", "cudaError_t cudaPeekAtLastError()", "The last error of this host thread, kept."),
    ("cudaGetErrorString", "const char *cudaGetErrorString(cudaError_t error)", "An error in words."),
    ("cudaGetErrorName", "const char *cudaGetErrorName(cudaError_t error)", "An error's name."),
    (
        "cudaDriverGetVersion",
        "cudaError_t cudaDriverGetVersion(int *driverVersion)",
        "The version the driver supports.",
    ),
    (
        "cudaRuntimeGetVersion",
        "cudaError_t cudaRuntimeGetVersion(int *runtimeVersion)",
        "The runtime's version.",
    ),
    ("cudaStreamCreate", "cudaError_t cudaStreamCreate(cudaStream_t *pStream)", "Creates a stream."),
    (
        "cudaStreamCreateWithFlags",
        "cudaError_t cudaStreamCreateWithFlags(cudaStream_t *pStream, unsigned flags)",
        "Creates a stream; `cudaStreamNonBlocking` frees it from the default stream.",
    ),
    (
        "cudaStreamCreateWithPriority",
        "cudaError_t cudaStreamCreateWithPriority(cudaStream_t *pStream, unsigned flags, int priority)",
        "Creates a stream with a priority.",
    ),
    (
        "cudaStreamDestroy",
        "cudaError_t cudaStreamDestroy(cudaStream_t stream)",
        "Destroys a stream once its work is done.",
    ),
    (
        "cudaStreamSynchronize",
        "cudaError_t cudaStreamSynchronize(cudaStream_t stream)",
        "Waits for a stream's work.",
    ),
    (
        "cudaStreamQuery",
        "cudaError_t cudaStreamQuery(cudaStream_t stream)",
        "Whether a stream's work is done.",
    ),
    (
        "cudaStreamWaitEvent",
        "cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags = 0)",
        "Makes a stream wait for an event.",
    ),
    (
        "cudaStreamAddCallback",
        "cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t callback, void *userData, unsigned flags)",
        "Calls a host function after a stream's work.",
    ),
    (
        "cudaStreamBeginCapture",
        "cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode)",
        "Begins to record a stream's work as a graph.",
    ),
    (
        "cudaStreamEndCapture",
        "cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *pGraph)",
        "Ends the recording.",
    ),
    (
        "cudaStreamIsCapturing",
        "cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *pCaptureStatus)",
        "Whether a stream is being recorded.",
    ),
    (
        "cudaStreamAttachMemAsync",
        "cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, void *devPtr, size_t length = 0, unsigned flags = cudaMemAttachSingle)",
        "Ties managed memory to a stream.",
    ),
    (
        "cudaLaunchHostFunc",
        "cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t fn, void *userData)",
        "Queues a host function.",
    ),
    (
        "cudaLaunchKernel",
        "cudaError_t cudaLaunchKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, cudaStream_t stream)",
        "Launches a kernel.",
    ),
    (
        "cudaLaunchCooperativeKernel",
        "cudaError_t cudaLaunchCooperativeKernel(const void *func, dim3 gridDim, dim3 blockDim, void **args, size_t sharedMem, cudaStream_t stream)",
        "Launches a kernel whose blocks can wait for one another.",
    ),
    ("cudaEventCreate", "cudaError_t cudaEventCreate(cudaEvent_t *event)", "Creates an event."),
    (
        "cudaEventCreateWithFlags",
        "cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags)",
        "Creates an event with flags.",
    ),
    ("cudaEventDestroy", "cudaError_t cudaEventDestroy(cudaEvent_t event)", "Destroys an event."),
    (
        "cudaEventRecord",
        "cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = 0)",
        "Queues an event on a stream.",
    ),
    ("cudaEventSynchronize", "cudaError_t cudaEventSynchronize(cudaEvent_t event)", "Waits for an event."),
    ("cudaEventQuery", "cudaError_t cudaEventQuery(cudaEvent_t event)", "Whether an event has happened."),
    (
        "cudaEventElapsedTime",
        "cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t start, cudaEvent_t end)",
        "Milliseconds between two events.",
    ),
    (
        "cudaFuncSetAttribute",
        "cudaError_t cudaFuncSetAttribute(const void *func, cudaFuncAttribute attr, int value)",
        "Sets a kernel's attribute, such as its dynamic shared memory.",
    ),
    (
        "cudaFuncGetAttributes",
        "cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attr, const void *func)",
        "A kernel's registers, shared memory and limits.",
    ),
    (
        "cudaFuncSetCacheConfig",
        "cudaError_t cudaFuncSetCacheConfig(const void *func, cudaFuncCache config)",
        "Prefers L1 cache or shared memory for a kernel.",
    ),
    (
        "cudaOccupancyMaxActiveBlocksPerMultiprocessor",
        "cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, const void *func, int blockSize, size_t dynamicSMemSize)",
        "How many blocks of a kernel fit one multiprocessor.",
    ),
    (
        "cudaOccupancyMaxPotentialBlockSize",
        "cudaError_t cudaOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, T func, size_t dynamicSMemSize = 0, int blockSizeLimit = 0)",
        "A block size with the best occupancy.",
    ),
    (
        "cudaGraphCreate",
        "cudaError_t cudaGraphCreate(cudaGraph_t *pGraph, unsigned flags)",
        "Creates an empty graph.",
    ),
    (
        "cudaGraphInstantiate",
        "cudaError_t cudaGraphInstantiate(cudaGraphExec_t *pGraphExec, cudaGraph_t graph, unsigned long long flags = 0)",
        "Makes a graph ready to launch.",
    ),
    (
        "cudaGraphLaunch",
        "cudaError_t cudaGraphLaunch(cudaGraphExec_t graphExec, cudaStream_t stream)",
        "Launches a graph.",
    ),
    ("cudaGraphDestroy", "cudaError_t cudaGraphDestroy(cudaGraph_t graph)", "Destroys a graph."),
    (
        "cudaGraphExecDestroy",
        "cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graphExec)",
        "Destroys an instantiated graph.",
    ),
    ("cudaProfilerStart", "cudaError_t cudaProfilerStart()", "Begins profiling."),
    ("cudaProfilerStop", "cudaError_t cudaProfilerStop()", "Ends profiling."),
    (
        "cudaThreadSynchronize",
        "cudaError_t cudaThreadSynchronize()",
        "The old name of `cudaDeviceSynchronize`.",
    ),
];

pub(super) const CONSTANTS: &[(&str, &str, &str)] = &[
    ("cudaSuccess", "cudaSuccess", "No error."),
    ("cudaMemcpyHostToDevice", "cudaMemcpyHostToDevice", "Copy from host to device."),
    ("cudaMemcpyDeviceToHost", "cudaMemcpyDeviceToHost", "Copy from device to host."),
    ("cudaMemcpyDeviceToDevice", "cudaMemcpyDeviceToDevice", "Copy within device memory."),
    ("cudaMemcpyHostToHost", "cudaMemcpyHostToHost", "Copy within host memory."),
    ("cudaMemcpyDefault", "cudaMemcpyDefault", "Copy in the direction the pointers tell."),
    ("cudaStreamNonBlocking", "cudaStreamNonBlocking", "A stream that does not wait for the default stream."),
    ("cudaEventDisableTiming", "cudaEventDisableTiming", "An event that keeps no time and is cheaper."),
    (
        "cudaFuncAttributeMaxDynamicSharedMemorySize",
        "cudaFuncAttributeMaxDynamicSharedMemorySize",
        "How much dynamic shared memory a kernel may ask for.",
    ),
    ("cudaHostAllocMapped", "cudaHostAllocMapped", "Page-locked memory the device can reach."),
    ("cudaHostAllocDefault", "cudaHostAllocDefault", "Page-locked memory."),
];

pub(super) const TYPES: &[(&str, &str, &str)] = &[
    ("dim3", "struct dim3 { unsigned x = 1, y = 1, z = 1; }", "Extents of a grid or a block."),
    ("cudaError_t", "enum cudaError_t", "The outcome of a runtime call."),
    ("cudaStream_t", "cudaStream_t", "A queue of work for the device."),
    ("cudaEvent_t", "cudaEvent_t", "A mark in a stream."),
    ("cudaDeviceProp", "struct cudaDeviceProp", "All figures of a device."),
    ("cudaGraph_t", "cudaGraph_t", "Recorded work."),
    ("cudaGraphExec_t", "cudaGraphExec_t", "Recorded work, ready to launch."),
    ("float2", "struct float2 { float x, y; }", "Two floats, 8-byte aligned."),
    ("float3", "struct float3 { float x, y, z; }", "Three floats, 4-byte aligned."),
    ("float4", "struct float4 { float x, y, z, w; }", "Four floats, 16-byte aligned: one load or store."),
    ("int2", "struct int2 { int x, y; }", "Two ints, 8-byte aligned."),
    ("int4", "struct int4 { int x, y, z, w; }", "Four ints, 16-byte aligned: one load or store."),
    ("double2", "struct double2 { double x, y; }", "Two doubles, 16-byte aligned: one load or store."),
    ("__half", "struct __half", "A half-precision number."),
    ("__half2", "struct __half2", "Two half-precision numbers, handled by one instruction."),
];
