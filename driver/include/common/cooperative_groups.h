// Cooperative groups: blocks, tiles of a warp, coalesced threads and the whole grid.
//
// Written from the published programming guide. A grid is synchronised through one word of global memory, so it needs a
// cooperative launch, as on hardware. Tiles wider than a warp are in warplens/wide_tile.h. Not there: clusters, several
// devices.
#ifndef WARPLENS_COOPERATIVE_GROUPS_H
#define WARPLENS_COOPERATIVE_GROUPS_H

#include <vector_types.h>
#if defined(__CUDA__) && defined(__clang__)
#include <warplens/device.h>
#endif

#if defined(__cplusplus) && defined(__CUDA__)

#define _CG_HAS_CPP11_FEATURES
#define WL_CG static __inline__ __device__ __attribute__((unused, always_inline))
#define WL_CGM __inline__ __device__ __attribute__((always_inline))

namespace cooperative_groups {
// Other public headers declare these classes in a namespace of this name.
namespace __v1 {

namespace details {

enum group_kind : unsigned { kind_block = 1, kind_grid = 2, kind_tile = 3, kind_coalesced = 4 };

WL_CG unsigned lane_id() {
  unsigned lane;
  __asm__("mov.u32 %0, %%laneid;" : "=r"(lane));
  return lane;
}
WL_CG unsigned lanes_below() {
  unsigned mask;
  __asm__("mov.u32 %0, %%lanemask_lt;" : "=r"(mask));
  return mask;
}
WL_CG unsigned block_rank() {
  return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
}
WL_CG unsigned block_size() { return blockDim.x * blockDim.y * blockDim.z; }
WL_CG unsigned long long grid_blocks() { return (unsigned long long)gridDim.x * gridDim.y * gridDim.z; }
WL_CG unsigned long long grid_block_rank() {
  return ((unsigned long long)blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
}

// The lane of `mask` that has `rank` set lanes before it.
WL_CG unsigned nth_lane(unsigned mask, unsigned rank) {
  for (unsigned i = 0; i < rank; i++) {
    mask &= mask - 1;
  }
  return (unsigned)__ffs((int)mask) - 1;
}

// Arrivals count up from whatever the word holds; the first block adds so much that the last arrival flips the top bit and
// leaves the rest as it was. So the word serves grids of any size, again and again.
static __device__ unsigned grid_barrier_word;

WL_CG unsigned grid_arrive() {
  unsigned old = 0;
  __syncthreads();
  if (block_rank() == 0) {
    unsigned add = grid_block_rank() == 0 ? 0x80000000u - ((unsigned)grid_blocks() - 1) : 1u;
    __threadfence();
    old = atomicAdd(&grid_barrier_word, add);
  }
  return old;
}
WL_CG void grid_wait(unsigned old) {
  if (block_rank() == 0) {
    while (((old ^ *(volatile unsigned *)&grid_barrier_word) & 0x80000000u) == 0) {
      __nanosleep(100);
    }
    __threadfence();
  }
  __syncthreads();
}

// A shuffle of any trivially copyable value, word by word.
template <typename T, typename Move> WL_CG T shuffle(const T &value, Move move) {
  union Words {
    T value;
    unsigned word[(sizeof(T) + 3) / 4];
    WL_CGM Words() {}
  } in, out;
  in.word[(sizeof(T) + 3) / 4 - 1] = 0;
  in.value = value;
#pragma unroll
  for (unsigned i = 0; i < (sizeof(T) + 3) / 4; i++) {
    out.word[i] = move(in.word[i]);
  }
  return out.value;
}

} // namespace details

class grid_group;
class thread_block;
class coalesced_group;
template <unsigned Size, typename Parent = void> class thread_block_tile;

// Room that `this_thread_block` may be given for tiles wider than a warp; they bring their own here.
template <unsigned MaxBlockSize = 1024> struct block_tile_memory {
  unsigned char room[1];
};

// Any group, its kind known at run time.
class thread_group {
protected:
  unsigned kind;
  unsigned mask;
  unsigned count;
  unsigned index;

public:
  // For the functions below; programs get groups from those.
  WL_CGM thread_group(unsigned k, unsigned m, unsigned n, unsigned r) : kind(k), mask(m), count(n), index(r) {}
  WL_CGM unsigned long long size() const { return count; }
  WL_CGM unsigned long long num_threads() const { return count; }
  WL_CGM unsigned long long thread_rank() const { return index; }
  WL_CGM unsigned get_type() const { return kind; }
  WL_CGM bool is_valid() const { return true; }
  WL_CGM void sync() const {
    if (kind == details::kind_block) {
      __syncthreads();
    } else if (kind == details::kind_grid) {
      details::grid_wait(details::grid_arrive());
    } else {
      __syncwarp(mask);
    }
  }
};

class thread_block : public thread_group {
public:
  WL_CGM thread_block()
      : thread_group(details::kind_block, 0xffffffffu, details::block_size(), details::block_rank()) {}
  static WL_CGM void sync() { __syncthreads(); }
  static WL_CGM unsigned thread_rank() { return details::block_rank(); }
  static WL_CGM unsigned size() { return details::block_size(); }
  static WL_CGM unsigned num_threads() { return details::block_size(); }
  static WL_CGM dim3 group_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  static WL_CGM dim3 thread_index() { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
  static WL_CGM dim3 group_dim() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  static WL_CGM dim3 dim_threads() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  struct arrival_token {};
  static WL_CGM arrival_token barrier_arrive() { return arrival_token(); }
  static WL_CGM void barrier_wait(arrival_token) { __syncthreads(); }
};

class grid_group : public thread_group {
public:
  WL_CGM grid_group()
      : thread_group(details::kind_grid, 0, (unsigned)(details::grid_blocks() * details::block_size()),
                     (unsigned)(details::grid_block_rank() * details::block_size() + details::block_rank())) {}
  WL_CGM bool is_valid() const { return true; }
  static WL_CGM void sync() { details::grid_wait(details::grid_arrive()); }
  static WL_CGM unsigned long long size() { return details::grid_blocks() * details::block_size(); }
  static WL_CGM unsigned long long num_threads() { return size(); }
  static WL_CGM unsigned long long thread_rank() {
    return details::grid_block_rank() * details::block_size() + details::block_rank();
  }
  static WL_CGM dim3 group_dim() { return dim3(gridDim.x, gridDim.y, gridDim.z); }
  static WL_CGM dim3 dim_blocks() { return dim3(gridDim.x, gridDim.y, gridDim.z); }
  static WL_CGM dim3 block_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  static WL_CGM unsigned long long num_blocks() { return details::grid_blocks(); }
  static WL_CGM unsigned long long block_rank() { return details::grid_block_rank(); }
  typedef unsigned arrival_token;
  static WL_CGM arrival_token barrier_arrive() { return details::grid_arrive(); }
  static WL_CGM void barrier_wait(arrival_token token) { details::grid_wait(token); }
};

// The threads of a warp that stand at the same place, renumbered from zero.
class coalesced_group : public thread_group {
  unsigned meta_index, meta_count;

  WL_CGM unsigned lane(unsigned rank) const {
    return mask == 0xffffffffu ? rank : details::nth_lane(mask, rank);
  }

public:
  WL_CGM coalesced_group(unsigned m, unsigned meta_rank = 0, unsigned meta_size = 1)
      : thread_group(details::kind_coalesced, m, (unsigned)__popc(m),
                     (unsigned)__popc(m & details::lanes_below())),
        meta_index(meta_rank), meta_count(meta_size) {}
  WL_CGM unsigned size() const { return count; }
  WL_CGM unsigned num_threads() const { return count; }
  WL_CGM unsigned thread_rank() const { return index; }
  WL_CGM unsigned meta_group_rank() const { return meta_index; }
  WL_CGM unsigned meta_group_size() const { return meta_count; }
  WL_CGM unsigned get_mask() const { return mask; }
  WL_CGM void sync() const { __syncwarp(mask); }
  template <typename T> WL_CGM T shfl(T value, int rank) const {
    unsigned from = lane((unsigned)rank % count), m = mask;
    return details::shuffle(value, [=](unsigned w) { return __shfl_sync(m, w, (int)from, 32); });
  }
  template <typename T> WL_CGM T shfl_up(T value, unsigned delta) const {
    return shfl(value, index < delta ? (int)index : (int)(index - delta));
  }
  template <typename T> WL_CGM T shfl_down(T value, unsigned delta) const {
    return shfl(value, index + delta >= count ? (int)index : (int)(index + delta));
  }
  WL_CGM int any(int predicate) const { return __ballot_sync(mask, predicate) != 0; }
  WL_CGM int all(int predicate) const { return __ballot_sync(mask, predicate) == mask; }
  WL_CGM unsigned ballot(int predicate) const { return pack(__ballot_sync(mask, predicate)); }
  template <typename T> WL_CGM unsigned match_any(T value) const { return pack(__match_any_sync(mask, value)); }
  template <typename T> WL_CGM unsigned match_all(T value, int &predicate) const {
    return pack(__match_all_sync(mask, value, &predicate));
  }

private:
  // Lane bits to rank bits.
  WL_CGM unsigned pack(unsigned lanes) const {
    unsigned packed = 0, rest = mask;
    for (unsigned rank = 0; rest != 0; rank++, rest &= rest - 1) {
      packed |= (lanes & rest & (0u - rest)) != 0 ? 1u << rank : 0u;
    }
    return packed;
  }
};

namespace details {
// A tile of `Size` consecutive threads of a block; the lanes of one warp.
template <unsigned Size> class tile_base : public thread_group {
protected:
  static WL_CGM unsigned first_lane() { return lane_id() & ~(Size - 1); }
  static WL_CGM unsigned tile_mask() {
    return Size == 32 ? 0xffffffffu : ((1u << (Size % 32)) - 1) << first_lane();
  }
  WL_CGM tile_base() : thread_group(kind_tile, tile_mask(), Size, lane_id() & (Size - 1)) {}

public:
  static_assert(Size == 1 || Size == 2 || Size == 4 || Size == 8 || Size == 16 || Size == 32,
                "a tile has 1, 2, 4, 8, 16 or 32 threads here");
  static WL_CGM unsigned size() { return Size; }
  static WL_CGM unsigned num_threads() { return Size; }
  static WL_CGM unsigned thread_rank() { return lane_id() & (Size - 1); }
  WL_CGM void sync() const { __syncwarp(tile_mask()); }
  WL_CGM unsigned get_mask() const { return tile_mask(); }

  template <typename T> WL_CGM T shfl(T value, int rank) const {
    return shuffle(value, [=](unsigned w) { return __shfl_sync(tile_mask(), w, rank, Size); });
  }
  template <typename T> WL_CGM T shfl_up(T value, unsigned delta) const {
    return shuffle(value, [=](unsigned w) { return __shfl_up_sync(tile_mask(), w, delta, Size); });
  }
  template <typename T> WL_CGM T shfl_down(T value, unsigned delta) const {
    return shuffle(value, [=](unsigned w) { return __shfl_down_sync(tile_mask(), w, delta, Size); });
  }
  template <typename T> WL_CGM T shfl_xor(T value, unsigned lanes) const {
    return shuffle(value, [=](unsigned w) { return __shfl_xor_sync(tile_mask(), w, (int)lanes, Size); });
  }
  WL_CGM int any(int predicate) const { return __ballot_sync(tile_mask(), predicate) != 0; }
  WL_CGM int all(int predicate) const { return __ballot_sync(tile_mask(), predicate) == tile_mask(); }
  WL_CGM unsigned ballot(int predicate) const { return __ballot_sync(tile_mask(), predicate) >> first_lane(); }
  template <typename T> WL_CGM unsigned match_any(T value) const {
    return __match_any_sync(tile_mask(), value) >> first_lane();
  }
  template <typename T> WL_CGM unsigned match_all(T value, int &predicate) const {
    return __match_all_sync(tile_mask(), value, &predicate) >> first_lane();
  }
};

// How many threads the group has that a tile was made from, and which of them this one is.
template <typename Parent> struct parent_of {
  static WL_CGM unsigned size() { return block_size(); }
  static WL_CGM unsigned rank() { return block_rank(); }
};
template <unsigned Size, typename Parent> struct parent_of<thread_block_tile<Size, Parent>> {
  static WL_CGM unsigned size() { return Size; }
  static WL_CGM unsigned rank() { return block_rank() & (Size - 1); }
};

template <bool Wide, unsigned Size> struct pick_tile {
  typedef tile_base<Size> type;
};
template <unsigned Size> class wide_tile;
template <unsigned Size> struct pick_tile<true, Size> {
  typedef wide_tile<Size> type;
};
template <unsigned Size> using any_tile = typename pick_tile<(Size > 32), Size>::type;
} // namespace details

#include <warplens/wide_tile.h>

template <unsigned Size, typename Parent> class thread_block_tile : public details::any_tile<Size> {
public:
  WL_CGM thread_block_tile() {}
  static WL_CGM unsigned meta_group_rank() { return details::parent_of<Parent>::rank() / Size; }
  static WL_CGM unsigned meta_group_size() { return (details::parent_of<Parent>::size() + Size - 1) / Size; }
};
// The type-erased form remembers what its parent said.
template <unsigned Size> class thread_block_tile<Size, void> : public details::any_tile<Size> {
  unsigned meta_index, meta_count;

public:
  WL_CGM thread_block_tile()
      : meta_index(details::block_rank() / Size), meta_count((details::block_size() + Size - 1) / Size) {}
  // A tile of a known parent serves wherever any tile of its size does.
  template <typename Parent>
  WL_CGM thread_block_tile(const thread_block_tile<Size, Parent> &tile)
      : meta_index(tile.meta_group_rank()), meta_count(tile.meta_group_size()) {}
  WL_CGM unsigned meta_group_rank() const { return meta_index; }
  WL_CGM unsigned meta_group_size() const { return meta_count; }
};

WL_CG thread_block this_thread_block() { return thread_block(); }
template <unsigned MaxBlockSize> WL_CG thread_block this_thread_block(block_tile_memory<MaxBlockSize> &) {
  return thread_block();
}
WL_CG grid_group this_grid() { return grid_group(); }
WL_CG coalesced_group coalesced_threads() { return coalesced_group(__activemask()); }

template <unsigned N, typename Parent> WL_CG thread_block_tile<N, Parent> tiled_partition(const Parent &) {
  return thread_block_tile<N, Parent>();
}
WL_CG thread_group tiled_partition(const thread_group &parent, unsigned size) {
  unsigned first = details::lane_id() & ~(size - 1);
  unsigned mask = size >= 32 ? 0xffffffffu : ((1u << size) - 1) << first;
  (void)parent;
  return thread_group(details::kind_tile, mask, size, details::lane_id() & (size - 1));
}
WL_CG coalesced_group tiled_partition(const coalesced_group &parent, unsigned size) {
  unsigned part = parent.thread_rank() / size, mask = 0, rest = parent.get_mask();
  for (unsigned rank = 0; rest != 0; rank++, rest &= rest - 1) {
    mask |= rank / size == part ? rest & (0u - rest) : 0u;
  }
  return coalesced_group(mask, part, (parent.size() + size - 1) / size);
}
template <typename Group, typename Label> WL_CG coalesced_group labeled_partition(const Group &group, Label label) {
  return coalesced_group(__match_any_sync(group.get_mask(), label));
}
template <typename Group> WL_CG coalesced_group binary_partition(const Group &group, bool predicate) {
  unsigned yes = __ballot_sync(group.get_mask(), predicate);
  return coalesced_group(predicate ? yes : group.get_mask() & ~yes, predicate ? 1 : 0, 2);
}

template <typename Group> WL_CG void sync(const Group &group) { group.sync(); }
template <typename Group> WL_CG auto thread_rank(const Group &group) { return group.thread_rank(); }
template <typename Group> WL_CG auto group_size(const Group &group) { return group.size(); }

// One thread of the group, the same one for all.
template <typename Group, typename Fn> WL_CG void invoke_one(const Group &group, Fn &&fn) {
  if (group.thread_rank() == 0) {
    fn();
  }
}
template <typename Group, typename Fn> WL_CG auto invoke_one_broadcast(const Group &group, Fn &&fn) {
  decltype(fn()) result{};
  if (group.thread_rank() == 0) {
    result = fn();
  }
  return group.shfl(result, 0);
}

} // namespace __v1
using namespace __v1;
} // namespace cooperative_groups

#undef WL_CG
#undef WL_CGM

#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>

#endif

#endif
