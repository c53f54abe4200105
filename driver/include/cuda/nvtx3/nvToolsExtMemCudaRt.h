// What NVTX's memory annotations add for the runtime API: permissions of the whole process and of a device. As in
// nvToolsExtMem.h, nothing listens yet.
#ifndef WARPLENS_NVTX3_NVTOOLSEXTMEMCUDART_H
#define WARPLENS_NVTX3_NVTOOLSEXTMEMCUDART_H

#include <cuda_runtime_api.h>
#include <nvtx3/nvToolsExtMem.h>

#define NVTX_MEM_CUDA_PEER_ALL_DEVICES -1

static inline __attribute__((unused)) nvtxMemPermissionsHandle_t
nvtxMemCudaGetProcessWidePermissions(nvtxDomainHandle_t domain) {
  (void)domain;
  return NVTX_MEM_PERMISSIONS_HANDLE_NO_TOOL;
}
static inline __attribute__((unused)) nvtxMemPermissionsHandle_t
nvtxMemCudaGetDeviceWidePermissions(nvtxDomainHandle_t domain, int device) {
  (void)domain;
  (void)device;
  return NVTX_MEM_PERMISSIONS_HANDLE_NO_TOOL;
}
static inline __attribute__((unused)) void nvtxMemCudaSetPeerAccess(nvtxDomainHandle_t domain,
                                                                    nvtxMemPermissionsHandle_t permissions,
                                                                    int devicePeer, uint32_t flags) {
  (void)domain;
  (void)permissions;
  (void)devicePeer;
  (void)flags;
}

#endif
