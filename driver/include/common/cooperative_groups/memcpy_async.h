// `memcpy_async` and `wait`: copies by all threads of a group. The copy is done when the call returns; `wait` is the
// barrier that makes it visible to the group.
#ifndef WARPLENS_COOPERATIVE_GROUPS_MEMCPY_ASYNC_H
#define WARPLENS_COOPERATIVE_GROUPS_MEMCPY_ASYNC_H

#include <cooperative_groups.h>

#if defined(__cplusplus) && defined(__CUDA__)

namespace cooperative_groups {
namespace __v1 {

template <typename Group, typename T>
static __inline__ __device__ void memcpy_async(const Group &group, T *dst, const T *src, size_t bytes) {
  for (size_t i = (size_t)group.thread_rank(); i < bytes / sizeof(T); i += (size_t)group.size()) {
    dst[i] = src[i];
  }
}
template <typename Group> static __inline__ __device__ void wait(const Group &group) { group.sync(); }
template <unsigned Stages, typename Group> static __inline__ __device__ void wait_prior(const Group &group) {
  group.sync();
}

} // namespace __v1
using namespace __v1;
} // namespace cooperative_groups

#endif

#endif
