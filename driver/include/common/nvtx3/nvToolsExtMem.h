// Memory annotations of NVTX: heaps, regions, their names and permissions. Written from the published API reference.
//
// No checker here listens to them yet, so each call does what it does when no tool is attached: nothing, and the handles
// it gives say "no tool". A program that annotates its own allocator runs as it would without.
#ifndef WARPLENS_NVTX3_NVTOOLSEXTMEM_H
#define WARPLENS_NVTX3_NVTOOLSEXTMEM_H

#include <nvtx3/nvToolsExt.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NVTX_EXT_MODULEID_MEM 1
#define NVTX_EXT_COMPATID_MEM 0x0102

typedef struct nvtxMemHeap_v1 *nvtxMemHeapHandle_t;
typedef struct nvtxMemRegion_v1 *nvtxMemRegionHandle_t;
typedef struct nvtxMemPermissions_v1 *nvtxMemPermissionsHandle_t;

#define NVTX_MEM_HEAP_HANDLE_NO_TOOL ((nvtxMemHeapHandle_t)(intptr_t)-1)
#define NVTX_MEM_REGION_HANDLE_NO_TOOL ((nvtxMemRegionHandle_t)(intptr_t)-1)
#define NVTX_MEM_PERMISSIONS_HANDLE_NO_TOOL ((nvtxMemPermissionsHandle_t)(intptr_t)-1)
#define NVTX_MEM_HEAP_HANDLE_PROCESS_WIDE ((nvtxMemHeapHandle_t)0)
#define NVTX_MEM_PERMISSIONS_HANDLE_PROCESS_WIDE ((nvtxMemPermissionsHandle_t)0)

#define NVTX_MEM_HEAP_USAGE_UNKNOWN 0x0
#define NVTX_MEM_HEAP_USAGE_TYPE_SUB_ALLOCATOR 0x1
#define NVTX_MEM_HEAP_USAGE_TYPE_LAYOUT 0x2
#define NVTX_MEM_TYPE_UNKNOWN 0x0
#define NVTX_MEM_TYPE_VIRTUAL_ADDRESS 0x1
#define NVTX_MEM_REGION_REF_TYPE_UNKNOWN 0x0
#define NVTX_MEM_REGION_REF_TYPE_POINTER 0x1
#define NVTX_MEM_REGION_REF_TYPE_HANDLE 0x2
#define NVTX_MEM_PERMISSIONS_REGION_FLAGS_NONE 0x0
#define NVTX_MEM_PERMISSIONS_REGION_FLAGS_READ 0x1
#define NVTX_MEM_PERMISSIONS_REGION_FLAGS_WRITE 0x2
#define NVTX_MEM_PERMISSIONS_REGION_FLAGS_ATOMIC 0x4
#define NVTX_MEM_PERMISSIONS_REGION_FLAGS_RESET 0x8
#define NVTX_MEM_PERMISSIONS_CREATE_FLAGS_NONE 0x0
#define NVTX_MEM_PERMISSIONS_CREATE_FLAGS_EXCLUDE_GLOBAL_READ 0x1
#define NVTX_MEM_PERMISSIONS_CREATE_FLAGS_EXCLUDE_GLOBAL_WRITE 0x2
#define NVTX_MEM_PERMISSIONS_CREATE_FLAGS_EXCLUDE_GLOBAL_ATOMIC 0x4
#define NVTX_MEM_PERMISSIONS_BIND_FLAGS_NONE 0x0
#define NVTX_MEM_PERMISSIONS_BIND_FLAGS_STRICT_READ 0x1
#define NVTX_MEM_PERMISSIONS_BIND_FLAGS_STRICT_WRITE 0x2
#define NVTX_MEM_PERMISSIONS_BIND_FLAGS_STRICT_ATOMIC 0x4
#define NVTX_MEM_PERMISSIONS_BIND_SCOPE_UNKNOWN 0x0
#define NVTX_MEM_PERMISSIONS_BIND_SCOPE_CPU_THREAD 0x1
#define NVTX_MEM_PERMISSIONS_BIND_SCOPE_CUDA_STREAM 0x2

typedef union nvtxMemRegionRef_t {
  const void *pointer;
  nvtxMemRegionHandle_t handle;
} nvtxMemRegionRef_t;

typedef struct nvtxMemVirtualRangeDesc_v1 {
  size_t size;
  const void *ptr;
} nvtxMemVirtualRangeDesc_t;

typedef struct nvtxMemHeapDesc_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t reserved0;
  uint32_t usage;
  uint32_t type;
  size_t typeSpecificDescSize;
  const void *typeSpecificDesc;
  uint32_t category;
  uint32_t messageType;
  nvtxMessageValue_t message;
} nvtxMemHeapDesc_t;

typedef struct nvtxMemRegionsRegisterBatch_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t regionType;
  nvtxMemHeapHandle_t heap;
  size_t regionCount;
  size_t regionDescElementSize;
  const void *regionDescElements;
  nvtxMemRegionHandle_t *regionHandleElementsOut;
} nvtxMemRegionsRegisterBatch_t;

typedef struct nvtxMemRegionsResizeBatch_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t regionType;
  size_t regionDescCount;
  size_t regionDescElementSize;
  const void *regionDescElements;
} nvtxMemRegionsResizeBatch_t;

typedef struct nvtxMemRegionsUnregisterBatch_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t refType;
  size_t refCount;
  size_t refElementSize;
  const nvtxMemRegionRef_t *refElements;
} nvtxMemRegionsUnregisterBatch_t;

typedef struct nvtxMemRegionNameDesc_v1 {
  uint32_t regionRefType;
  uint32_t nameType;
  nvtxMemRegionRef_t region;
  nvtxMessageValue_t name;
  uint32_t category;
  uint32_t reserved0;
} nvtxMemRegionNameDesc_t;

typedef struct nvtxMemRegionsNameBatch_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t reserved0;
  size_t regionCount;
  size_t regionElementSize;
  const nvtxMemRegionNameDesc_t *regionElements;
  size_t reserved1;
} nvtxMemRegionsNameBatch_t;

typedef struct nvtxMemPermissionsAssignRegionDesc_v1 {
  uint32_t flags;
  uint32_t regionRefType;
  nvtxMemRegionRef_t region;
} nvtxMemPermissionsAssignRegionDesc_t;

typedef struct nvtxMemPermissionsAssignBatch_v1 {
  uint16_t extCompatID;
  uint16_t structSize;
  uint32_t reserved0;
  nvtxMemPermissionsHandle_t permissions;
  size_t regionCount;
  size_t regionElementSize;
  const nvtxMemPermissionsAssignRegionDesc_t *regionElements;
  size_t reserved1;
} nvtxMemPermissionsAssignBatch_t;

#define WARPLENS_NVTX static inline __attribute__((unused))
#define WARPLENS_NVTX_IGNORED(name, type)                              \
  WARPLENS_NVTX void name(nvtxDomainHandle_t domain, type argument) { \
    (void)domain;                                                      \
    (void)argument;                                                    \
  }
WARPLENS_NVTX nvtxMemHeapHandle_t nvtxMemHeapRegister(nvtxDomainHandle_t domain, const nvtxMemHeapDesc_t *desc) {
  (void)domain;
  (void)desc;
  return NVTX_MEM_HEAP_HANDLE_NO_TOOL;
}
WARPLENS_NVTX void nvtxMemRegionsRegister(nvtxDomainHandle_t domain, const nvtxMemRegionsRegisterBatch_t *desc) {
  size_t i;
  (void)domain;
  for (i = 0; desc->regionHandleElementsOut && i < desc->regionCount; i++) {
    desc->regionHandleElementsOut[i] = NVTX_MEM_REGION_HANDLE_NO_TOOL;
  }
}
WARPLENS_NVTX nvtxMemPermissionsHandle_t nvtxMemPermissionsCreate(nvtxDomainHandle_t domain, int32_t creationflags) {
  (void)domain;
  (void)creationflags;
  return NVTX_MEM_PERMISSIONS_HANDLE_NO_TOOL;
}
WARPLENS_NVTX void nvtxMemPermissionsBind(nvtxDomainHandle_t domain, nvtxMemPermissionsHandle_t permissions,
                                          uint32_t bindScope, uint32_t bindFlags) {
  (void)domain;
  (void)permissions;
  (void)bindScope;
  (void)bindFlags;
}
WARPLENS_NVTX_IGNORED(nvtxMemHeapUnregister, nvtxMemHeapHandle_t)
WARPLENS_NVTX_IGNORED(nvtxMemHeapReset, nvtxMemHeapHandle_t)
WARPLENS_NVTX_IGNORED(nvtxMemRegionsResize, const nvtxMemRegionsResizeBatch_t *)
WARPLENS_NVTX_IGNORED(nvtxMemRegionsUnregister, const nvtxMemRegionsUnregisterBatch_t *)
WARPLENS_NVTX_IGNORED(nvtxMemRegionsName, const nvtxMemRegionsNameBatch_t *)
WARPLENS_NVTX_IGNORED(nvtxMemPermissionsAssign, const nvtxMemPermissionsAssignBatch_t *)
WARPLENS_NVTX_IGNORED(nvtxMemPermissionsDestroy, nvtxMemPermissionsHandle_t)
WARPLENS_NVTX_IGNORED(nvtxMemPermissionsReset, nvtxMemPermissionsHandle_t)
WARPLENS_NVTX_IGNORED(nvtxMemPermissionsUnbind, uint32_t)
#undef WARPLENS_NVTX_IGNORED
#undef WARPLENS_NVTX

#ifdef __cplusplus
}
#endif

#endif
