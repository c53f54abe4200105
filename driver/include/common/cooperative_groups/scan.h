// `inclusive_scan` and `exclusive_scan` over a tile, of a warp or wider, or a coalesced group.
#ifndef WARPLENS_COOPERATIVE_GROUPS_SCAN_H
#define WARPLENS_COOPERATIVE_GROUPS_SCAN_H

#include <cooperative_groups/reduce.h>

#if defined(__cplusplus) && defined(__CUDA__)

namespace cooperative_groups {
namespace __v1 {

namespace details {
template <typename Group, typename T, typename Operation>
static __inline__ __device__ T scan_lanes(const Group &group, T value, Operation operation) {
  unsigned n = (unsigned)group.num_threads(), rank = (unsigned)group.thread_rank();
  for (unsigned step = 1; step < n; step *= 2) {
    T before = group.shfl_up(value, step);
    if (rank >= step) {
      value = operation(before, value);
    }
  }
  return value;
}
template <bool Wide> struct scanner {
  template <typename Group, typename T, typename Operation>
  static __inline__ __device__ T run(const Group &group, T value, Operation operation) {
    return scan_lanes(group, value, operation);
  }
};
template <> struct scanner<true> {
  template <typename Group, typename T, typename Operation>
  static __inline__ __device__ T run(const Group &, T value, Operation operation) {
    T here = scan_lanes(thread_block_tile<32>(), value, operation);
    return Group::exchange(here, lane_id() == 31, [=](const T *all) {
      unsigned warp = Group::thread_rank() / 32;
      if (warp == 0) {
        return here;
      }
      T before = all[0];
      for (unsigned w = 1; w < warp; w++) {
        before = operation(before, all[w]);
      }
      return operation(before, here);
    });
  }
};
// What the thread before this one holds.
template <typename Group, typename T> static __inline__ __device__ T before_lanes(const Group &group, T value) {
  if constexpr (is_wide<Group>::value) {
    T before = thread_block_tile<32>().shfl_up(value, 1);
    return Group::exchange(value, lane_id() == 31, [=](const T *all) {
      unsigned warp = Group::thread_rank() / 32;
      return lane_id() == 0 && warp > 0 ? all[warp - 1] : before;
    });
  } else {
    return group.shfl_up(value, 1);
  }
}
} // namespace details

template <typename Group, typename T, typename Operation>
static __inline__ __device__ T inclusive_scan(const Group &group, T value, Operation operation) {
  return details::scanner<details::is_wide<Group>::value>::run(group, value, operation);
}
template <typename Group, typename T> static __inline__ __device__ T inclusive_scan(const Group &group, T value) {
  return inclusive_scan(group, value, plus<T>());
}
template <typename Group, typename T, typename Operation>
static __inline__ __device__ T exclusive_scan(const Group &group, T value, Operation operation) {
  T before = details::before_lanes(group, inclusive_scan(group, value, operation));
  return group.thread_rank() == 0 ? T() : before;
}
template <typename Group, typename T> static __inline__ __device__ T exclusive_scan(const Group &group, T value) {
  return exclusive_scan(group, value, plus<T>());
}

} // namespace __v1
using namespace __v1;
} // namespace cooperative_groups

#endif

#endif
