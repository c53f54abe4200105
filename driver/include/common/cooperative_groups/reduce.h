// `reduce` over a tile, of a warp or wider, or a coalesced group, and the function objects for it.
#ifndef WARPLENS_COOPERATIVE_GROUPS_REDUCE_H
#define WARPLENS_COOPERATIVE_GROUPS_REDUCE_H

#include <cooperative_groups.h>

#if defined(__cplusplus) && defined(__CUDA__)

namespace cooperative_groups {
namespace __v1 {

#define WL_CG_OPERATION(name, expression)                                                       \
  template <typename T = void> struct name {                                                    \
    __device__ __host__ T operator()(const T &a, const T &b) const { return expression; }       \
  };
WL_CG_OPERATION(plus, a + b)
WL_CG_OPERATION(less, b < a ? b : a)
WL_CG_OPERATION(greater, a < b ? b : a)
WL_CG_OPERATION(bit_and, a &b)
WL_CG_OPERATION(bit_or, a | b)
WL_CG_OPERATION(bit_xor, a ^ b)
#undef WL_CG_OPERATION

// Every thread gets the result. Halving steps when the group is a power of two in size, else one value after another.
template <typename Group, typename T, typename Operation>
static __inline__ __device__ T reduce(const Group &group, T value, Operation operation);

namespace details {
// A group whose threads lie in one warp.
template <typename Group, typename T, typename Operation>
static __inline__ __device__ T reduce_lanes(const Group &group, T value, Operation operation) {
  unsigned n = (unsigned)group.num_threads(), rank = (unsigned)group.thread_rank();
  if ((n & (n - 1)) == 0) {
    for (unsigned step = n / 2; step > 0; step /= 2) {
      T other = group.shfl(value, (int)(rank ^ step));
      value = operation(value, other);
    }
    return value;
  }
  T result = group.shfl(value, 0);
  for (unsigned i = 1; i < n; i++) {
    result = operation(result, group.shfl(value, (int)i));
  }
  return result;
}

template <bool Wide> struct reducer {
  template <typename Group, typename T, typename Operation>
  static __inline__ __device__ T run(const Group &group, T value, Operation operation) {
    return reduce_lanes(group, value, operation);
  }
};
// Warp by warp, then over the warps' results.
template <> struct reducer<true> {
  template <typename Group, typename T, typename Operation>
  static __inline__ __device__ T run(const Group &, T value, Operation operation) {
    T here = reduce_lanes(thread_block_tile<32>(), value, operation);
    return Group::exchange(here, lane_id() == 0, [=](const T *all) {
      T result = all[0];
      for (unsigned w = 1; w < Group::size() / 32; w++) {
        result = operation(result, all[w]);
      }
      return result;
    });
  }
};
template <typename Group> struct is_wide {
  static constexpr bool value = false;
};
template <unsigned Size, typename Parent> struct is_wide<thread_block_tile<Size, Parent>> {
  static constexpr bool value = (Size > 32);
};
} // namespace details

template <typename Group, typename T, typename Operation>
static __inline__ __device__ T reduce(const Group &group, T value, Operation operation) {
  return details::reducer<details::is_wide<Group>::value>::run(group, value, operation);
}

template <typename Group, typename D, typename T, typename Operation>
static __inline__ __device__ void reduce_update_async(const Group &group, D &atomic, T value, Operation operation) {
  T result = reduce(group, value, operation);
  if (group.thread_rank() == 0) {
    atomic.fetch_add(result);
  }
}

} // namespace __v1
using namespace __v1;
} // namespace cooperative_groups

#endif

#endif
