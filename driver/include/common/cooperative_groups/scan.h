// `inclusive_scan` and `exclusive_scan` over a tile or a coalesced group.
#ifndef WARPLENS_COOPERATIVE_GROUPS_SCAN_H
#define WARPLENS_COOPERATIVE_GROUPS_SCAN_H

#include <cooperative_groups/reduce.h>

#if defined(__cplusplus) && defined(__CUDA__)

namespace cooperative_groups {

template <typename Group, typename T, typename Operation>
static __inline__ __device__ T inclusive_scan(const Group &group, T value, Operation operation) {
  unsigned n = (unsigned)group.num_threads(), rank = (unsigned)group.thread_rank();
  for (unsigned step = 1; step < n; step *= 2) {
    T before = group.shfl_up(value, step);
    if (rank >= step) {
      value = operation(before, value);
    }
  }
  return value;
}
template <typename Group, typename T> static __inline__ __device__ T inclusive_scan(const Group &group, T value) {
  return inclusive_scan(group, value, plus<T>());
}
template <typename Group, typename T, typename Operation>
static __inline__ __device__ T exclusive_scan(const Group &group, T value, Operation operation) {
  T before = group.shfl_up(inclusive_scan(group, value, operation), 1);
  return group.thread_rank() == 0 ? T() : before;
}
template <typename Group, typename T> static __inline__ __device__ T exclusive_scan(const Group &group, T value) {
  return exclusive_scan(group, value, plus<T>());
}

} // namespace cooperative_groups

#endif

#endif
