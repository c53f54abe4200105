// Derived from cuda/cuda.h by name substitution; a test compares. Edit that file.
// The driver API. Written from the published API reference.
//
// A function whose structure arguments once changed has a `_v2` name in the library; the plain name here means that one.
#ifndef WARPLENS_MUSA_H
#define WARPLENS_MUSA_H
// Programs ask by these names what has been included.
#define __musa_musa_h__

#ifndef MUSA_COMP_VERSION
#define MUSA_COMP_VERSION 12030
#endif
#define MUSAAPI
#define MUSA_CB

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t cuuint32_t;
typedef uint64_t cuuint64_t;

typedef enum musaError_enum {
  MUSA_SUCCESS = 0,
  MUSA_ERROR_INVALID_VALUE = 1,
  MUSA_ERROR_OUT_OF_MEMORY = 2,
  MUSA_ERROR_NOT_INITIALIZED = 3,
  MUSA_ERROR_DEINITIALIZED = 4,
  MUSA_ERROR_PROFILER_DISABLED = 5,
  MUSA_ERROR_PROFILER_NOT_INITIALIZED = 6,
  MUSA_ERROR_PROFILER_ALREADY_STARTED = 7,
  MUSA_ERROR_PROFILER_ALREADY_STOPPED = 8,
  MUSA_ERROR_STUB_LIBRARY = 34,
  MUSA_ERROR_DEVICE_UNAVAILABLE = 46,
  MUSA_ERROR_NO_DEVICE = 100,
  MUSA_ERROR_INVALID_DEVICE = 101,
  MUSA_ERROR_DEVICE_NOT_LICENSED = 102,
  MUSA_ERROR_INVALID_IMAGE = 200,
  MUSA_ERROR_INVALID_CONTEXT = 201,
  MUSA_ERROR_CONTEXT_ALREADY_CURRENT = 202,
  MUSA_ERROR_MAP_FAILED = 205,
  MUSA_ERROR_UNMAP_FAILED = 206,
  MUSA_ERROR_ARRAY_IS_MAPPED = 207,
  MUSA_ERROR_ALREADY_MAPPED = 208,
  MUSA_ERROR_NO_BINARY_FOR_GPU = 209,
  MUSA_ERROR_ALREADY_ACQUIRED = 210,
  MUSA_ERROR_NOT_MAPPED = 211,
  MUSA_ERROR_NOT_MAPPED_AS_ARRAY = 212,
  MUSA_ERROR_NOT_MAPPED_AS_POINTER = 213,
  MUSA_ERROR_ECC_UNCORRECTABLE = 214,
  MUSA_ERROR_UNSUPPORTED_LIMIT = 215,
  MUSA_ERROR_CONTEXT_ALREADY_IN_USE = 216,
  MUSA_ERROR_PEER_ACCESS_UNSUPPORTED = 217,
  MUSA_ERROR_INVALID_PTX = 218,
  MUSA_ERROR_INVALID_GRAPHICS_CONTEXT = 219,
  MUSA_ERROR_NVLINK_UNCORRECTABLE = 220,
  MUSA_ERROR_JIT_COMPILER_NOT_FOUND = 221,
  MUSA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  MUSA_ERROR_JIT_COMPILATION_DISABLED = 223,
  MUSA_ERROR_UNSUPPORTED_EXEC_AFFINITY = 224,
  MUSA_ERROR_UNSUPPORTED_DEVSIDE_SYNC = 225,
  MUSA_ERROR_INVALID_SOURCE = 300,
  MUSA_ERROR_FILE_NOT_FOUND = 301,
  MUSA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND = 302,
  MUSA_ERROR_SHARED_OBJECT_INIT_FAILED = 303,
  MUSA_ERROR_OPERATING_SYSTEM = 304,
  MUSA_ERROR_INVALID_HANDLE = 400,
  MUSA_ERROR_ILLEGAL_STATE = 401,
  MUSA_ERROR_LOSSY_QUERY = 402,
  MUSA_ERROR_NOT_FOUND = 500,
  MUSA_ERROR_NOT_READY = 600,
  MUSA_ERROR_ILLEGAL_ADDRESS = 700,
  MUSA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
  MUSA_ERROR_LAUNCH_TIMEOUT = 702,
  MUSA_ERROR_LAUNCH_INCOMPATIBLE_TEXTURING = 703,
  MUSA_ERROR_PEER_ACCESS_ALREADY_ENABLED = 704,
  MUSA_ERROR_PEER_ACCESS_NOT_ENABLED = 705,
  MUSA_ERROR_PRIMARY_CONTEXT_ACTIVE = 708,
  MUSA_ERROR_CONTEXT_IS_DESTROYED = 709,
  MUSA_ERROR_ASSERT = 710,
  MUSA_ERROR_TOO_MANY_PEERS = 711,
  MUSA_ERROR_HOST_MEMORY_ALREADY_REGISTERED = 712,
  MUSA_ERROR_HOST_MEMORY_NOT_REGISTERED = 713,
  MUSA_ERROR_HARDWARE_STACK_ERROR = 714,
  MUSA_ERROR_ILLEGAL_INSTRUCTION = 715,
  MUSA_ERROR_MISALIGNED_ADDRESS = 716,
  MUSA_ERROR_INVALID_ADDRESS_SPACE = 717,
  MUSA_ERROR_INVALID_PC = 718,
  MUSA_ERROR_LAUNCH_FAILED = 719,
  MUSA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE = 720,
  MUSA_ERROR_NOT_PERMITTED = 800,
  MUSA_ERROR_NOT_SUPPORTED = 801,
  MUSA_ERROR_SYSTEM_NOT_READY = 802,
  MUSA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
  MUSA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804,
  MUSA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
  MUSA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
  MUSA_ERROR_STREAM_CAPTURE_MERGE = 902,
  MUSA_ERROR_STREAM_CAPTURE_UNMATCHED = 903,
  MUSA_ERROR_STREAM_CAPTURE_UNJOINED = 904,
  MUSA_ERROR_STREAM_CAPTURE_ISOLATION = 905,
  MUSA_ERROR_STREAM_CAPTURE_IMPLICIT = 906,
  MUSA_ERROR_CAPTURED_EVENT = 907,
  MUSA_ERROR_STREAM_CAPTURE_WRONG_THREAD = 908,
  MUSA_ERROR_TIMEOUT = 909,
  MUSA_ERROR_GRAPH_EXEC_UPDATE_FAILURE = 910,
  MUSA_ERROR_EXTERNAL_DEVICE = 911,
  MUSA_ERROR_INVALID_CLUSTER_SIZE = 912,
  MUSA_ERROR_UNKNOWN = 999,
} MUresult;

typedef unsigned long long MUdeviceptr_v2;
typedef MUdeviceptr_v2 MUdeviceptr;
typedef int MUdevice_v1;
typedef MUdevice_v1 MUdevice;
typedef struct MUctx_st *MUcontext;
typedef struct MUmod_st *MUmodule;
typedef struct MUfunc_st *MUfunction;
typedef struct MUlib_st *MUlibrary;
typedef struct MUkern_st *MUkernel;
typedef struct MUarray_st *MUarray;
typedef struct MUmipmappedArray_st *MUmipmappedArray;
typedef struct MUtexref_st *MUtexref;
typedef struct MUsurfref_st *MUsurfref;
typedef struct MUevent_st *MUevent;
typedef struct MUstream_st *MUstream;
typedef struct MUgraph_st *MUgraph;
typedef struct MUgraphNode_st *MUgraphNode;
typedef struct MUgraphExec_st *MUgraphExec;
typedef struct MUmemPoolHandle_st *MUmemoryPool;
typedef struct MUlinkState_st *MUlinkState;
typedef struct MUgraphicsResource_st *MUgraphicsResource;
typedef unsigned long long MUtexObject;
typedef unsigned long long MUsurfObject;
typedef unsigned long long MUmemGenericAllocationHandle;

typedef struct MUuuid_st {
  char bytes[16];
} MUuuid;

#define MU_DEVICE_INVALID ((MUdevice)-2)
#define MU_DEVICE_CPU ((MUdevice)-1)
#define MU_STREAM_LEGACY ((MUstream)0x1)
#define MU_STREAM_PER_THREAD ((MUstream)0x2)
#define MU_IPC_HANDLE_SIZE 64
#define MU_LAUNCH_PARAM_END ((void *)0x00)
#define MU_LAUNCH_PARAM_BUFFER_POINTER ((void *)0x01)
#define MU_LAUNCH_PARAM_BUFFER_SIZE ((void *)0x02)
#define MU_MEMHOSTALLOC_PORTABLE 0x01
#define MU_MEMHOSTALLOC_DEVICEMAP 0x02
#define MU_MEMHOSTALLOC_WRITECOMBINED 0x04
#define MU_MEMHOSTREGISTER_PORTABLE 0x01
#define MU_MEMHOSTREGISTER_DEVICEMAP 0x02
#define MU_TRSA_OVERRIDE_FORMAT 0x01
#define MU_TRSF_READ_AS_INTEGER 0x01
#define MU_TRSF_NORMALIZED_COORDINATES 0x02

typedef enum MUdevice_attribute_enum {
  MU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1,
  MU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X = 2,
  MU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y = 3,
  MU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z = 4,
  MU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X = 5,
  MU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y = 6,
  MU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z = 7,
  MU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK = 8,
  MU_DEVICE_ATTRIBUTE_SHARED_MEMORY_PER_BLOCK = 8,
  MU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY = 9,
  MU_DEVICE_ATTRIBUTE_WARP_SIZE = 10,
  MU_DEVICE_ATTRIBUTE_MAX_PITCH = 11,
  MU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK = 12,
  MU_DEVICE_ATTRIBUTE_REGISTERS_PER_BLOCK = 12,
  MU_DEVICE_ATTRIBUTE_CLOCK_RATE = 13,
  MU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT = 14,
  MU_DEVICE_ATTRIBUTE_GPU_OVERLAP = 15,
  MU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  MU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT = 17,
  MU_DEVICE_ATTRIBUTE_INTEGRATED = 18,
  MU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY = 19,
  MU_DEVICE_ATTRIBUTE_COMPUTE_MODE = 20,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_WIDTH = 21,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_WIDTH = 22,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_HEIGHT = 23,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_WIDTH = 24,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_HEIGHT = 25,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH = 26,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_WIDTH = 27,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_HEIGHT = 28,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LAYERED_LAYERS = 29,
  MU_DEVICE_ATTRIBUTE_SURFACE_ALIGNMENT = 30,
  MU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS = 31,
  MU_DEVICE_ATTRIBUTE_ECC_ENABLED = 32,
  MU_DEVICE_ATTRIBUTE_PCI_BUS_ID = 33,
  MU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID = 34,
  MU_DEVICE_ATTRIBUTE_TCC_DRIVER = 35,
  MU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE = 36,
  MU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH = 37,
  MU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38,
  MU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR = 39,
  MU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT = 40,
  MU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING = 41,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LAYERED_WIDTH = 42,
  MU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LAYERED_LAYERS = 43,
  MU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID = 50,
  MU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT = 51,
  MU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  MU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  MU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED = 78,
  MU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED = 79,
  MU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED = 80,
  MU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81,
  MU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR = 82,
  MU_DEVICE_ATTRIBUTE_MANAGED_MEMORY = 83,
  MU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD = 84,
  MU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID = 85,
  MU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED = 86,
  MU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO = 87,
  MU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS = 88,
  MU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS = 89,
  MU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED = 90,
  MU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM = 91,
  MU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH = 95,
  MU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH = 96,
  MU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
  MU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES = 98,
  MU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED = 99,
  MU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES = 100,
  MU_DEVICE_ATTRIBUTE_DIRECT_MANAGED_MEM_ACCESS_FROM_HOST = 101,
  MU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED = 102,
  MU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED = 103,
  MU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR = 106,
  MU_DEVICE_ATTRIBUTE_GENERIC_COMPRESSION_SUPPORTED = 107,
  MU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE = 108,
  MU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE = 109,
  MU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_MUSA_VMM_SUPPORTED = 110,
  MU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK = 111,
  MU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED = 115,
  MU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH = 120,
  MU_DEVICE_ATTRIBUTE_UNIFIED_FUNCTION_POINTERS = 129,
} MUdevice_attribute;

typedef struct MUdevprop_st {
  int maxThreadsPerBlock;
  int maxThreadsDim[3];
  int maxGridSize[3];
  int sharedMemPerBlock;
  int totalConstantMemory;
  int SIMDWidth;
  int memPitch;
  int regsPerBlock;
  int clockRate;
  int textureAlign;
} MUdevprop;

typedef enum MUctx_flags_enum {
  MU_CTX_SCHED_AUTO = 0x00,
  MU_CTX_SCHED_SPIN = 0x01,
  MU_CTX_SCHED_YIELD = 0x02,
  MU_CTX_SCHED_BLOCKING_SYNC = 0x04,
  MU_CTX_BLOCKING_SYNC = 0x04,
  MU_CTX_SCHED_MASK = 0x07,
  MU_CTX_MAP_HOST = 0x08,
  MU_CTX_LMEM_RESIZE_TO_MAX = 0x10,
  MU_CTX_FLAGS_MASK = 0xff,
} MUctx_flags;

typedef enum MUstream_flags_enum {
  MU_STREAM_DEFAULT = 0x0,
  MU_STREAM_NON_BLOCKING = 0x1,
} MUstream_flags;

typedef enum MUevent_flags_enum {
  MU_EVENT_DEFAULT = 0x0,
  MU_EVENT_BLOCKING_SYNC = 0x1,
  MU_EVENT_DISABLE_TIMING = 0x2,
  MU_EVENT_INTERPROCESS = 0x4,
} MUevent_flags;

typedef enum MUmemAttach_flags_enum {
  MU_MEM_ATTACH_GLOBAL = 0x1,
  MU_MEM_ATTACH_HOST = 0x2,
  MU_MEM_ATTACH_SINGLE = 0x4,
} MUmemAttach_flags;

typedef enum MUfunc_cache_enum {
  MU_FUNC_CACHE_PREFER_NONE = 0x00,
  MU_FUNC_CACHE_PREFER_SHARED = 0x01,
  MU_FUNC_CACHE_PREFER_L1 = 0x02,
  MU_FUNC_CACHE_PREFER_EQUAL = 0x03,
} MUfunc_cache;

typedef enum MUsharedconfig_enum {
  MU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE = 0x00,
  MU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE = 0x01,
  MU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE = 0x02,
} MUsharedconfig;

typedef enum MUcomputemode_enum {
  MU_COMPUTEMODE_DEFAULT = 0,
  MU_COMPUTEMODE_PROHIBITED = 2,
  MU_COMPUTEMODE_EXCLUSIVE_PROCESS = 3,
} MUcomputemode;

typedef enum MUlimit_enum {
  MU_LIMIT_STACK_SIZE = 0x00,
  MU_LIMIT_PRINTF_FIFO_SIZE = 0x01,
  MU_LIMIT_MALLOC_HEAP_SIZE = 0x02,
  MU_LIMIT_DEV_RUNTIME_SYNC_DEPTH = 0x03,
  MU_LIMIT_DEV_RUNTIME_PENDING_LAUNCH_COUNT = 0x04,
  MU_LIMIT_MAX_L2_FETCH_GRANULARITY = 0x05,
  MU_LIMIT_PERSISTING_L2_CACHE_SIZE = 0x06,
} MUlimit;

typedef enum MUfunction_attribute_enum {
  MU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0,
  MU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1,
  MU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES = 2,
  MU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES = 3,
  MU_FUNC_ATTRIBUTE_NUM_REGS = 4,
  MU_FUNC_ATTRIBUTE_PTX_VERSION = 5,
  MU_FUNC_ATTRIBUTE_BINARY_VERSION = 6,
  MU_FUNC_ATTRIBUTE_CACHE_MODE_CA = 7,
  MU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  MU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT = 9,
  MU_FUNC_ATTRIBUTE_MAX,
} MUfunction_attribute;

typedef enum MUmemorytype_enum {
  MU_MEMORYTYPE_HOST = 0x01,
  MU_MEMORYTYPE_DEVICE = 0x02,
  MU_MEMORYTYPE_ARRAY = 0x03,
  MU_MEMORYTYPE_UNIFIED = 0x04,
} MUmemorytype;

typedef enum MUpointer_attribute_enum {
  MU_POINTER_ATTRIBUTE_CONTEXT = 1,
  MU_POINTER_ATTRIBUTE_MEMORY_TYPE = 2,
  MU_POINTER_ATTRIBUTE_DEVICE_POINTER = 3,
  MU_POINTER_ATTRIBUTE_HOST_POINTER = 4,
  MU_POINTER_ATTRIBUTE_IS_MANAGED = 8,
  MU_POINTER_ATTRIBUTE_DEVICE_ORDINAL = 9,
  MU_POINTER_ATTRIBUTE_RANGE_START_ADDR = 11,
  MU_POINTER_ATTRIBUTE_RANGE_SIZE = 12,
  MU_POINTER_ATTRIBUTE_MAPPED = 13,
  MU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE = 17,
} MUpointer_attribute;

typedef enum MUjit_option_enum {
  MU_JIT_MAX_REGISTERS = 0,
  MU_JIT_THREADS_PER_BLOCK = 1,
  MU_JIT_WALL_TIME = 2,
  MU_JIT_INFO_LOG_BUFFER = 3,
  MU_JIT_INFO_LOG_BUFFER_SIZE_BYTES = 4,
  MU_JIT_ERROR_LOG_BUFFER = 5,
  MU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
  MU_JIT_OPTIMIZATION_LEVEL = 7,
  MU_JIT_TARGET_FROM_MUCONTEXT = 8,
  MU_JIT_TARGET = 9,
  MU_JIT_FALLBACK_STRATEGY = 10,
  MU_JIT_GENERATE_DEBUG_INFO = 11,
  MU_JIT_LOG_VERBOSE = 12,
  MU_JIT_GENERATE_LINE_INFO = 13,
  MU_JIT_CACHE_MODE = 14,
  MU_JIT_NUM_OPTIONS = 15,
} MUjit_option;

typedef enum MUjitInputType_enum {
  MU_JIT_INPUT_MUBIN = 0,
  MU_JIT_INPUT_PTX = 1,
  MU_JIT_INPUT_FATBINARY = 2,
  MU_JIT_INPUT_OBJECT = 3,
  MU_JIT_INPUT_LIBRARY = 4,
} MUjitInputType;

typedef enum MUarray_format_enum {
  MU_AD_FORMAT_UNSIGNED_INT8 = 0x01,
  MU_AD_FORMAT_UNSIGNED_INT16 = 0x02,
  MU_AD_FORMAT_UNSIGNED_INT32 = 0x03,
  MU_AD_FORMAT_SIGNED_INT8 = 0x08,
  MU_AD_FORMAT_SIGNED_INT16 = 0x09,
  MU_AD_FORMAT_SIGNED_INT32 = 0x0a,
  MU_AD_FORMAT_HALF = 0x10,
  MU_AD_FORMAT_FLOAT = 0x20,
} MUarray_format;

// What a context may share with another process; empty parameters are the only ones taken here.
typedef struct MUctxCreateParams_st {
  void *execAffinityParams;
  int numExecAffinityParams;
  void *cigParams;
} MUctxCreateParams;

typedef struct MUSA_MEMCPY2D_st {
  size_t srcXInBytes;
  size_t srcY;
  MUmemorytype srcMemoryType;
  const void *srcHost;
  MUdeviceptr srcDevice;
  MUarray srcArray;
  size_t srcPitch;
  size_t dstXInBytes;
  size_t dstY;
  MUmemorytype dstMemoryType;
  void *dstHost;
  MUdeviceptr dstDevice;
  MUarray dstArray;
  size_t dstPitch;
  size_t WidthInBytes;
  size_t Height;
} MUSA_MEMCPY2D;

typedef struct MUSA_MEMCPY3D_st {
  size_t srcXInBytes;
  size_t srcY;
  size_t srcZ;
  size_t srcLOD;
  MUmemorytype srcMemoryType;
  const void *srcHost;
  MUdeviceptr srcDevice;
  MUarray srcArray;
  void *reserved0;
  size_t srcPitch;
  size_t srcHeight;
  size_t dstXInBytes;
  size_t dstY;
  size_t dstZ;
  size_t dstLOD;
  MUmemorytype dstMemoryType;
  void *dstHost;
  MUdeviceptr dstDevice;
  MUarray dstArray;
  void *reserved1;
  size_t dstPitch;
  size_t dstHeight;
  size_t WidthInBytes;
  size_t Height;
  size_t Depth;
} MUSA_MEMCPY3D;

// Arrays, textures and surfaces.
#define MUSA_ARRAY3D_LAYERED 0x01
#define MUSA_ARRAY3D_2DARRAY 0x01
#define MUSA_ARRAY3D_SURFACE_LDST 0x02
#define MUSA_ARRAY3D_CUBEMAP 0x04
#define MUSA_ARRAY3D_TEXTURE_GATHER 0x08
#define MU_TRSA_OVERRIDE_FORMAT 0x01
#define MU_TRSF_READ_AS_INTEGER 0x01
#define MU_TRSF_NORMALIZED_COORDINATES 0x02
#define MU_TRSF_SRGB 0x10
#define MU_TRSF_DISABLE_TRILINEAR_OPTIMIZATION 0x20
#define MU_TRSF_SEAMLESS_CUBEMAP 0x40

typedef struct MUSA_ARRAY_DESCRIPTOR_st {
  size_t Width;
  size_t Height;
  MUarray_format Format;
  unsigned int NumChannels;
} MUSA_ARRAY_DESCRIPTOR;

typedef struct MUSA_ARRAY3D_DESCRIPTOR_st {
  size_t Width;
  size_t Height;
  size_t Depth;
  MUarray_format Format;
  unsigned int NumChannels;
  unsigned int Flags;
} MUSA_ARRAY3D_DESCRIPTOR;

typedef enum MUaddress_mode_enum {
  MU_TR_ADDRESS_MODE_WRAP = 0,
  MU_TR_ADDRESS_MODE_CLAMP = 1,
  MU_TR_ADDRESS_MODE_MIRROR = 2,
  MU_TR_ADDRESS_MODE_BORDER = 3,
} MUaddress_mode;

typedef enum MUfilter_mode_enum {
  MU_TR_FILTER_MODE_POINT = 0,
  MU_TR_FILTER_MODE_LINEAR = 1,
} MUfilter_mode;

typedef enum MUresourcetype_enum {
  MU_RESOURCE_TYPE_ARRAY = 0x00,
  MU_RESOURCE_TYPE_MIPMAPPED_ARRAY = 0x01,
  MU_RESOURCE_TYPE_LINEAR = 0x02,
  MU_RESOURCE_TYPE_PITCH2D = 0x03,
} MUresourcetype;

typedef struct MUSA_RESOURCE_DESC_st {
  MUresourcetype resType;
  union {
    struct {
      MUarray hArray;
    } array;
    struct {
      MUmipmappedArray hMipmappedArray;
    } mipmap;
    struct {
      MUdeviceptr devPtr;
      MUarray_format format;
      unsigned int numChannels;
      size_t sizeInBytes;
    } linear;
    struct {
      MUdeviceptr devPtr;
      MUarray_format format;
      unsigned int numChannels;
      size_t width;
      size_t height;
      size_t pitchInBytes;
    } pitch2D;
    struct {
      int reserved[32];
    } reserved;
  } res;
  unsigned int flags;
} MUSA_RESOURCE_DESC;

typedef struct MUSA_TEXTURE_DESC_st {
  MUaddress_mode addressMode[3];
  MUfilter_mode filterMode;
  unsigned int flags;
  unsigned int maxAnisotropy;
  MUfilter_mode mipmapFilterMode;
  float mipmapLevelBias;
  float minMipmapLevelClamp;
  float maxMipmapLevelClamp;
  float borderColor[4];
  int reserved[12];
} MUSA_TEXTURE_DESC;

// A view's format by its number, as in musaResourceViewFormat; 0 is the resource's own.
typedef enum MUresourceViewFormat_enum {
  MU_RES_VIEW_FORMAT_NONE = 0x00,
} MUresourceViewFormat;

typedef struct MUSA_RESOURCE_VIEW_DESC_st {
  MUresourceViewFormat format;
  size_t width;
  size_t height;
  size_t depth;
  unsigned int firstMipmapLevel;
  unsigned int lastMipmapLevel;
  unsigned int firstLayer;
  unsigned int lastLayer;
  unsigned int reserved[16];
} MUSA_RESOURCE_VIEW_DESC;

typedef void (*MUstreamCallback)(MUstream hStream, MUresult status, void *userData);
typedef void (*MUhostFn)(void *userData);
typedef size_t (*MUoccupancyB2DSize)(int blockSize);

// Initialisation, errors, versions.
MUresult muInit(unsigned int flags);
MUresult muDriverGetVersion(int *version);
MUresult muGetErrorString(MUresult error, const char **text);
MUresult muGetErrorName(MUresult error, const char **name);

// Devices.
MUresult muDeviceGet(MUdevice *device, int ordinal);
MUresult muDeviceGetCount(int *count);
MUresult muDeviceGetName(char *name, int len, MUdevice dev);
MUresult muDeviceGetUuid(MUuuid *uuid, MUdevice dev);
MUresult muDeviceTotalMem(size_t *bytes, MUdevice dev);
MUresult muDeviceGetAttribute(int *value, MUdevice_attribute attribute, MUdevice dev);
MUresult muDeviceComputeCapability(int *major, int *minor, MUdevice dev);
MUresult muDeviceCanAccessPeer(int *canAccessPeer, MUdevice dev, MUdevice peerDev);
MUresult muDevicePrimaryCtxRetain(MUcontext *ctx, MUdevice dev);
MUresult muDevicePrimaryCtxRelease(MUdevice dev);
MUresult muDevicePrimaryCtxSetFlags(MUdevice dev, unsigned int flags);
MUresult muDevicePrimaryCtxGetState(MUdevice dev, unsigned int *flags, int *active);

// Contexts.
MUresult muCtxCreate(MUcontext *ctx, unsigned int flags, MUdevice dev);
MUresult muCtxDestroy(MUcontext ctx);
MUresult muCtxDetach(MUcontext ctx);
MUresult muCtxPushCurrent(MUcontext ctx);
MUresult muCtxPopCurrent(MUcontext *ctx);
MUresult muCtxSetCurrent(MUcontext ctx);
MUresult muCtxGetCurrent(MUcontext *ctx);
MUresult muCtxGetDevice(MUdevice *device);
MUresult muCtxGetApiVersion(MUcontext ctx, unsigned int *version);
MUresult muCtxGetStreamPriorityRange(int *least, int *greatest);
MUresult muCtxSynchronize(void);
MUresult muCtxSetLimit(MUlimit limit, size_t value);
MUresult muCtxSetCacheConfig(MUfunc_cache config);

// Modules and functions.
MUresult muModuleLoad(MUmodule *module, const char *fname);
MUresult muModuleLoadData(MUmodule *module, const void *image);
MUresult muModuleLoadDataEx(MUmodule *module, const void *image, unsigned int numOptions, MUjit_option *options,
                            void **optionValues);
MUresult muModuleLoadFatBinary(MUmodule *module, const void *fatCubin);
MUresult muModuleUnload(MUmodule module);
MUresult muModuleGetFunction(MUfunction *function, MUmodule module, const char *name);
MUresult muModuleGetGlobal(MUdeviceptr *dptr, size_t *bytes, MUmodule module, const char *name);
MUresult muFuncGetAttribute(int *value, MUfunction_attribute attribute, MUfunction function);
MUresult muFuncSetAttribute(MUfunction function, MUfunction_attribute attribute, int value);
MUresult muFuncSetCacheConfig(MUfunction function, MUfunc_cache config);
MUresult muLaunchKernel(MUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                        unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                        unsigned int sharedMemBytes, MUstream stream, void **kernelParams, void **extra);
MUresult muLaunchCooperativeKernel(MUfunction f, unsigned int gridDimX, unsigned int gridDimY, unsigned int gridDimZ,
                                   unsigned int blockDimX, unsigned int blockDimY, unsigned int blockDimZ,
                                   unsigned int sharedMemBytes, MUstream stream, void **kernelParams);
MUresult muOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, MUfunction func, int blockSize,
                                                     size_t dynamicSMemSize);
MUresult muOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, MUfunction func,
                                          MUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize,
                                          int blockSizeLimit);
MUresult muLinkCreate(unsigned int numOptions, MUjit_option *options, void **optionValues, MUlinkState *stateOut);
MUresult muLinkAddData(MUlinkState state, MUjitInputType type, void *data, size_t size, const char *name,
                       unsigned int numOptions, MUjit_option *options, void **optionValues);
MUresult muLinkAddFile(MUlinkState state, MUjitInputType type, const char *path, unsigned int numOptions,
                       MUjit_option *options, void **optionValues);
MUresult muLinkComplete(MUlinkState state, void **cubinOut, size_t *sizeOut);
MUresult muLinkDestroy(MUlinkState state);

// Memory.
MUresult muMemGetInfo(size_t *free, size_t *total);
MUresult muMemAlloc(MUdeviceptr *dptr, size_t bytesize);
MUresult muMemAllocPitch(MUdeviceptr *dptr, size_t *pitch, size_t widthInBytes, size_t height,
                         unsigned int elementSizeBytes);
MUresult muMemAllocManaged(MUdeviceptr *dptr, size_t bytesize, unsigned int flags);
MUresult muMemFree(MUdeviceptr dptr);
MUresult muMemGetAddressRange(MUdeviceptr *base, size_t *size, MUdeviceptr dptr);
MUresult muMemAllocHost(void **pp, size_t bytesize);
MUresult muMemHostAlloc(void **pp, size_t bytesize, unsigned int flags);
MUresult muMemHostGetDevicePointer(MUdeviceptr *pdptr, void *p, unsigned int flags);
MUresult muMemFreeHost(void *p);
MUresult muMemcpy(MUdeviceptr dst, MUdeviceptr src, size_t byteCount);
MUresult muMemcpyAsync(MUdeviceptr dst, MUdeviceptr src, size_t byteCount, MUstream stream);
MUresult muMemcpyHtoD(MUdeviceptr dst, const void *src, size_t byteCount);
MUresult muMemcpyDtoH(void *dst, MUdeviceptr src, size_t byteCount);
MUresult muMemcpyDtoD(MUdeviceptr dst, MUdeviceptr src, size_t byteCount);
MUresult muMemcpyHtoDAsync(MUdeviceptr dst, const void *src, size_t byteCount, MUstream stream);
MUresult muMemcpyDtoHAsync(void *dst, MUdeviceptr src, size_t byteCount, MUstream stream);
MUresult muMemcpyDtoDAsync(MUdeviceptr dst, MUdeviceptr src, size_t byteCount, MUstream stream);
MUresult muMemsetD8(MUdeviceptr dst, unsigned char value, size_t n);
MUresult muMemsetD16(MUdeviceptr dst, unsigned short value, size_t n);
MUresult muMemsetD32(MUdeviceptr dst, unsigned int value, size_t n);
MUresult muMemsetD8Async(MUdeviceptr dst, unsigned char value, size_t n, MUstream stream);
MUresult muMemsetD32Async(MUdeviceptr dst, unsigned int value, size_t n, MUstream stream);

// Arrays, textures and surfaces.
MUresult muArrayCreate(MUarray *array, const MUSA_ARRAY_DESCRIPTOR *desc);
MUresult muArray3DCreate(MUarray *array, const MUSA_ARRAY3D_DESCRIPTOR *desc);
MUresult muArrayDestroy(MUarray array);
MUresult muArrayGetDescriptor(MUSA_ARRAY_DESCRIPTOR *desc, MUarray array);
MUresult muArray3DGetDescriptor(MUSA_ARRAY3D_DESCRIPTOR *desc, MUarray array);
MUresult muMipmappedArrayCreate(MUmipmappedArray *array, const MUSA_ARRAY3D_DESCRIPTOR *desc, unsigned int levels);
MUresult muMipmappedArrayGetLevel(MUarray *level, MUmipmappedArray array, unsigned int number);
MUresult muMipmappedArrayDestroy(MUmipmappedArray array);
MUresult muMemcpy2D(const MUSA_MEMCPY2D *copy);
MUresult muMemcpy2DUnaligned(const MUSA_MEMCPY2D *copy);
MUresult muMemcpy2DAsync(const MUSA_MEMCPY2D *copy, MUstream stream);
MUresult muMemcpy3D(const MUSA_MEMCPY3D *copy);
MUresult muMemcpy3DAsync(const MUSA_MEMCPY3D *copy, MUstream stream);
MUresult muMemcpyHtoA(MUarray dst, size_t dstOffset, const void *src, size_t byteCount);
MUresult muMemcpyAtoH(void *dst, MUarray src, size_t srcOffset, size_t byteCount);
MUresult muMemcpyDtoA(MUarray dst, size_t dstOffset, MUdeviceptr src, size_t byteCount);
MUresult muMemcpyAtoD(MUdeviceptr dst, MUarray src, size_t srcOffset, size_t byteCount);
MUresult muMemcpyAtoA(MUarray dst, size_t dstOffset, MUarray src, size_t srcOffset, size_t byteCount);
MUresult muTexObjectCreate(MUtexObject *object, const MUSA_RESOURCE_DESC *resource, const MUSA_TEXTURE_DESC *texture,
                           const MUSA_RESOURCE_VIEW_DESC *view);
MUresult muTexObjectDestroy(MUtexObject object);
MUresult muSurfObjectCreate(MUsurfObject *object, const MUSA_RESOURCE_DESC *resource);
MUresult muSurfObjectDestroy(MUsurfObject object);

// Streams and events.
MUresult muStreamCreate(MUstream *stream, unsigned int flags);
MUresult muStreamCreateWithPriority(MUstream *stream, unsigned int flags, int priority);
MUresult muStreamDestroy(MUstream stream);
MUresult muStreamQuery(MUstream stream);
MUresult muStreamSynchronize(MUstream stream);
MUresult muStreamWaitEvent(MUstream stream, MUevent event, unsigned int flags);
MUresult muStreamAddCallback(MUstream stream, MUstreamCallback callback, void *userData, unsigned int flags);
MUresult muEventCreate(MUevent *event, unsigned int flags);
MUresult muEventRecord(MUevent event, MUstream stream);
MUresult muEventQuery(MUevent event);
MUresult muEventSynchronize(MUevent event);
MUresult muEventDestroy(MUevent event);
MUresult muEventElapsedTime(float *ms, MUevent start, MUevent end);

MUresult muProfilerStart(void);
MUresult muProfilerStop(void);

#ifdef __cplusplus
}

// The form of later versions, which take parameters.
static inline MUresult muCtxCreate(MUcontext *ctx, MUctxCreateParams *params, unsigned int flags, MUdevice dev) {
  (void)params;
  return muCtxCreate(ctx, flags, dev);
}
#endif

#include <driver_api_more.h>

#endif
