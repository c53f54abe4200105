// Derived from cuda/driver_api_more.h by name substitution; a test compares. Edit that file.
// The rest of the driver API that public libraries name: entry points by name, memory pools, libraries of kernels,
// graphs, tensor maps. Written from the published API reference; part of musa.h.
//
// Most of these functions are declared so that code which takes their types compiles; the library answers those it
// does not have through muGetProcAddress with "not found", and a direct call fails at link.
#ifndef WARPLENS_MUSA_DRIVER_API_MORE_H
#define WARPLENS_MUSA_DRIVER_API_MORE_H

#include <musa.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum MUdriverProcAddress_flags_enum {
  MU_GET_PROC_ADDRESS_DEFAULT = 0,
  MU_GET_PROC_ADDRESS_LEGACY_STREAM = 1 << 0,
  MU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM = 1 << 1,
} MUdriverProcAddress_flags;

typedef enum MUdriverProcAddressQueryResult_enum {
  MU_GET_PROC_ADDRESS_SUCCESS = 0,
  MU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND = 1,
  MU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT = 2,
} MUdriverProcAddressQueryResult;

// The five-argument form has this name in the library.
#define muGetProcAddress muGetProcAddress_v2
MUresult muGetProcAddress(const char *symbol, void **pfn, int musaVersion, cuuint64_t flags,
                          MUdriverProcAddressQueryResult *symbolStatus);

// Memory pools.
typedef enum MUmemPool_attribute_enum {
  MU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES = 1,
  MU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC = 2,
  MU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES = 3,
  MU_MEMPOOL_ATTR_RELEASE_THRESHOLD = 4,
  MU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT = 5,
  MU_MEMPOOL_ATTR_RESERVED_MEM_HIGH = 6,
  MU_MEMPOOL_ATTR_USED_MEM_CURRENT = 7,
  MU_MEMPOOL_ATTR_USED_MEM_HIGH = 8,
} MUmemPool_attribute;

typedef enum MUmemAllocationHandleType_enum {
  MU_MEM_HANDLE_TYPE_NONE = 0x0,
  MU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR = 0x1,
  MU_MEM_HANDLE_TYPE_WIN32 = 0x2,
  MU_MEM_HANDLE_TYPE_WIN32_KMT = 0x4,
  MU_MEM_HANDLE_TYPE_FABRIC = 0x8,
} MUmemAllocationHandleType;

typedef enum MUmemAllocationType_enum {
  MU_MEM_ALLOCATION_TYPE_INVALID = 0x0,
  MU_MEM_ALLOCATION_TYPE_PINNED = 0x1,
} MUmemAllocationType;

typedef enum MUmemLocationType_enum {
  MU_MEM_LOCATION_TYPE_INVALID = 0x0,
  MU_MEM_LOCATION_TYPE_DEVICE = 0x1,
  MU_MEM_LOCATION_TYPE_HOST = 0x2,
  MU_MEM_LOCATION_TYPE_HOST_NUMA = 0x3,
  MU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT = 0x4,
} MUmemLocationType;

typedef enum MUmemAccess_flags_enum {
  MU_MEM_ACCESS_FLAGS_PROT_NONE = 0x0,
  MU_MEM_ACCESS_FLAGS_PROT_READ = 0x1,
  MU_MEM_ACCESS_FLAGS_PROT_READWRITE = 0x3,
} MUmemAccess_flags;

typedef struct MUmemLocation_st {
  MUmemLocationType type;
  int id;
} MUmemLocation;

typedef struct MUmemAccessDesc_st {
  MUmemLocation location;
  MUmemAccess_flags flags;
} MUmemAccessDesc;

typedef struct MUmemPoolProps_st {
  MUmemAllocationType allocType;
  MUmemAllocationHandleType handleTypes;
  MUmemLocation location;
  void *win32SecurityAttributes;
  size_t maxSize;
  unsigned short usage;
  unsigned char reserved[54];
} MUmemPoolProps;

MUresult muMemPoolCreate(MUmemoryPool *pool, const MUmemPoolProps *props);
MUresult muMemPoolDestroy(MUmemoryPool pool);
MUresult muMemPoolTrimTo(MUmemoryPool pool, size_t minBytesToKeep);
MUresult muMemPoolSetAttribute(MUmemoryPool pool, MUmemPool_attribute attribute, void *value);
MUresult muMemPoolGetAttribute(MUmemoryPool pool, MUmemPool_attribute attribute, void *value);
MUresult muMemPoolSetAccess(MUmemoryPool pool, const MUmemAccessDesc *map, size_t count);
MUresult muMemPoolGetAccess(MUmemAccess_flags *flags, MUmemoryPool pool, MUmemLocation *location);
MUresult muDeviceGetDefaultMemPool(MUmemoryPool *pool, MUdevice dev);
MUresult muDeviceGetMemPool(MUmemoryPool *pool, MUdevice dev);
MUresult muDeviceSetMemPool(MUdevice dev, MUmemoryPool pool);
MUresult muMemAllocAsync(MUdeviceptr *dptr, size_t bytesize, MUstream stream);
MUresult muMemAllocFromPoolAsync(MUdeviceptr *dptr, size_t bytesize, MUmemoryPool pool, MUstream stream);
MUresult muMemFreeAsync(MUdeviceptr dptr, MUstream stream);
MUresult muMemsetD16Async(MUdeviceptr dst, unsigned short value, size_t n, MUstream stream);
MUresult muPointerGetAttribute(void *data, MUpointer_attribute attribute, MUdeviceptr ptr);
MUresult muPointerGetAttributes(unsigned int numAttributes, MUpointer_attribute *attributes, void **data,
                                MUdeviceptr ptr);

// Streams.
typedef enum MUevent_record_flags_enum {
  MU_EVENT_RECORD_DEFAULT = 0x0,
  MU_EVENT_RECORD_EXTERNAL = 0x1,
} MUevent_record_flags;
typedef enum MUevent_wait_flags_enum {
  MU_EVENT_WAIT_DEFAULT = 0x0,
  MU_EVENT_WAIT_EXTERNAL = 0x1,
} MUevent_wait_flags;
typedef enum MUstreamCaptureStatus_enum {
  MU_STREAM_CAPTURE_STATUS_NONE = 0,
  MU_STREAM_CAPTURE_STATUS_ACTIVE = 1,
  MU_STREAM_CAPTURE_STATUS_INVALIDATED = 2,
} MUstreamCaptureStatus;
MUresult muStreamGetCtx(MUstream stream, MUcontext *ctx);
MUresult muStreamGetPriority(MUstream stream, int *priority);
MUresult muStreamGetFlags(MUstream stream, unsigned int *flags);
MUresult muStreamGetId(MUstream stream, unsigned long long *id);
MUresult muStreamIsCapturing(MUstream stream, MUstreamCaptureStatus *status);
MUresult muLaunchHostFunc(MUstream stream, MUhostFn fn, void *userData);

// Libraries of kernels.
typedef enum MUlibraryOption_enum {
  MU_LIBRARY_HOST_UNIVERSAL_FUNCTION_AND_DATA_TABLE = 0,
  MU_LIBRARY_BINARY_IS_PRESERVED = 1,
} MUlibraryOption;
MUresult muLibraryLoadData(MUlibrary *library, const void *code, MUjit_option *jitOptions, void **jitOptionsValues,
                           unsigned int numJitOptions, MUlibraryOption *libraryOptions, void **libraryOptionValues,
                           unsigned int numLibraryOptions);
MUresult muLibraryUnload(MUlibrary library);
MUresult muLibraryGetKernel(MUkernel *kernel, MUlibrary library, const char *name);
MUresult muLibraryGetGlobal(MUdeviceptr *dptr, size_t *bytes, MUlibrary library, const char *name);
MUresult muLibraryGetManaged(MUdeviceptr *dptr, size_t *bytes, MUlibrary library, const char *name);
MUresult muKernelGetFunction(MUfunction *function, MUkernel kernel);
MUresult muKernelGetAttribute(int *value, MUfunction_attribute attribute, MUkernel kernel, MUdevice dev);
MUresult muKernelGetName(const char **name, MUkernel kernel);

// Launches with attributes, and kernel nodes of graphs.
typedef enum MUlaunchAttributeID_enum {
  MU_LAUNCH_ATTRIBUTE_IGNORE = 0,
  MU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW = 1,
  MU_LAUNCH_ATTRIBUTE_COOPERATIVE = 2,
  MU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY = 3,
  MU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION = 4,
  MU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE = 5,
  MU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6,
  MU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT = 7,
  MU_LAUNCH_ATTRIBUTE_PRIORITY = 8,
} MUlaunchAttributeID;
typedef union MUlaunchAttributeValue_union {
  char pad[64];
  int cooperative;
  struct {
    unsigned int x;
    unsigned int y;
    unsigned int z;
  } clusterDim;
  int programmaticStreamSerializationAllowed;
  int priority;
} MUlaunchAttributeValue;
typedef struct MUlaunchAttribute_st {
  MUlaunchAttributeID id;
  char pad[8 - sizeof(MUlaunchAttributeID)];
  MUlaunchAttributeValue value;
} MUlaunchAttribute;
typedef struct MUlaunchConfig_st {
  unsigned int gridDimX;
  unsigned int gridDimY;
  unsigned int gridDimZ;
  unsigned int blockDimX;
  unsigned int blockDimY;
  unsigned int blockDimZ;
  unsigned int sharedMemBytes;
  MUstream hStream;
  MUlaunchAttribute *attrs;
  unsigned int numAttrs;
} MUlaunchConfig;
typedef MUlaunchAttributeID MUkernelNodeAttrID;
typedef MUlaunchAttributeValue MUkernelNodeAttrValue;
typedef struct MUSA_KERNEL_NODE_PARAMS_st {
  MUfunction func;
  unsigned int gridDimX;
  unsigned int gridDimY;
  unsigned int gridDimZ;
  unsigned int blockDimX;
  unsigned int blockDimY;
  unsigned int blockDimZ;
  unsigned int sharedMemBytes;
  void **kernelParams;
  void **extra;
  MUkernel kern;
  MUcontext ctx;
} MUSA_KERNEL_NODE_PARAMS;
MUresult muLaunchKernelEx(const MUlaunchConfig *config, MUfunction f, void **kernelParams, void **extra);
MUresult muGraphAddKernelNode(MUgraphNode *node, MUgraph graph, const MUgraphNode *dependencies,
                              size_t numDependencies, const MUSA_KERNEL_NODE_PARAMS *nodeParams);
MUresult muGraphKernelNodeSetAttribute(MUgraphNode node, MUkernelNodeAttrID attribute,
                                       const MUkernelNodeAttrValue *value);

// Tensor maps.
typedef struct MUtensorMap_st {
#if defined(__cplusplus) && __cplusplus >= 201103L
  alignas(64)
#else
  __attribute__((aligned(64)))
#endif
      cuuint64_t opaque[16];
} MUtensorMap;
typedef enum MUtensorMapDataType_enum {
  MU_TENSOR_MAP_DATA_TYPE_UINT8 = 0,
  MU_TENSOR_MAP_DATA_TYPE_UINT16,
  MU_TENSOR_MAP_DATA_TYPE_UINT32,
  MU_TENSOR_MAP_DATA_TYPE_INT32,
  MU_TENSOR_MAP_DATA_TYPE_UINT64,
  MU_TENSOR_MAP_DATA_TYPE_INT64,
  MU_TENSOR_MAP_DATA_TYPE_FLOAT16,
  MU_TENSOR_MAP_DATA_TYPE_FLOAT32,
  MU_TENSOR_MAP_DATA_TYPE_FLOAT64,
  MU_TENSOR_MAP_DATA_TYPE_BFLOAT16,
  MU_TENSOR_MAP_DATA_TYPE_FLOAT32_FTZ,
  MU_TENSOR_MAP_DATA_TYPE_TFLOAT32,
  MU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ,
} MUtensorMapDataType;
typedef enum MUtensorMapInterleave_enum {
  MU_TENSOR_MAP_INTERLEAVE_NONE = 0,
  MU_TENSOR_MAP_INTERLEAVE_16B,
  MU_TENSOR_MAP_INTERLEAVE_32B,
} MUtensorMapInterleave;
typedef enum MUtensorMapSwizzle_enum {
  MU_TENSOR_MAP_SWIZZLE_NONE = 0,
  MU_TENSOR_MAP_SWIZZLE_32B,
  MU_TENSOR_MAP_SWIZZLE_64B,
  MU_TENSOR_MAP_SWIZZLE_128B,
} MUtensorMapSwizzle;
typedef enum MUtensorMapL2promotion_enum {
  MU_TENSOR_MAP_L2_PROMOTION_NONE = 0,
  MU_TENSOR_MAP_L2_PROMOTION_L2_64B,
  MU_TENSOR_MAP_L2_PROMOTION_L2_128B,
  MU_TENSOR_MAP_L2_PROMOTION_L2_256B,
} MUtensorMapL2promotion;
typedef enum MUtensorMapFloatOOBfill_enum {
  MU_TENSOR_MAP_FLOAT_OOB_FILL_NONE = 0,
  MU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA,
} MUtensorMapFloatOOBfill;
MUresult muTensorMapEncodeTiled(MUtensorMap *tensorMap, MUtensorMapDataType tensorDataType, cuuint32_t tensorRank,
                                void *globalAddress, const cuuint64_t *globalDim, const cuuint64_t *globalStrides,
                                const cuuint32_t *boxDim, const cuuint32_t *elementStrides,
                                MUtensorMapInterleave interleave, MUtensorMapSwizzle swizzle,
                                MUtensorMapL2promotion l2Promotion, MUtensorMapFloatOOBfill oobFill);

#ifdef __cplusplus
}
#endif

#endif
