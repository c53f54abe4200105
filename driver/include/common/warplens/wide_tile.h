// Tiles of 64 to 1024 threads: several warps of a block. Part of cooperative_groups.h, inside its namespace.
//
// The warps of a tile meet at a hardware barrier of their own, numbered from one, and hand values over in shared memory
// that each function here brings along. There are fifteen such barriers, so the sixteenth tile of 64 threads in a block of
// 1024 traps, with a message.
#ifndef WARPLENS_WIDE_TILE_H
#define WARPLENS_WIDE_TILE_H

#ifndef WL_CGM
#error "include cooperative_groups.h"
#endif

namespace details {

template <unsigned Size> class wide_tile : public thread_group {
  static constexpr unsigned warps = Size / 32;

protected:
  WL_CGM wide_tile() : thread_group(kind_tile, 0xffffffffu, Size, block_rank() & (Size - 1)) {}

public:
  static_assert(Size == 64 || Size == 128 || Size == 256 || Size == 512 || Size == 1024,
                "a tile has a power of two of threads, at most 1024");
  static WL_CGM unsigned size() { return Size; }
  static WL_CGM unsigned num_threads() { return Size; }
  static WL_CGM unsigned thread_rank() { return block_rank() & (Size - 1); }
  static WL_CGM void sync() {
    unsigned number = block_rank() / Size + 1;
    if (number > 15) {
      if (thread_rank() == 0) {
        printf("warplens: cooperative groups: a block has at most fifteen tiles wider than a warp here\n");
      }
      __trap();
    }
    __asm__ __volatile__("bar.sync %0, %1;" ::"r"(number), "n"(Size) : "memory");
  }

  // The values of all warps of the tile, one from each, in warp order: `give(w)` is then warp w's.
  template <typename T, typename Use> static WL_CGM T exchange(const T &mine, bool gives, Use use) {
    static __shared__ __attribute__((aligned(16))) unsigned char room[1024 / 32][sizeof(T)];
    unsigned first = block_rank() / Size * warps;
    T *all = (T *)(void *)&room[first][0];
    if (gives) {
      all[thread_rank() / 32] = mine;
    }
    sync();
    T result = use((const T *)all);
    sync();
    return result;
  }
  template <typename T> static WL_CGM T shfl(T value, int rank) {
    unsigned from = (unsigned)rank & (Size - 1);
    return exchange(value, thread_rank() == from, [=](const T *all) { return all[from / 32]; });
  }
  static WL_CGM int any(int predicate) {
    int here = __ballot_sync(0xffffffffu, predicate) != 0;
    return exchange(here, lane_id() == 0, [](const int *all) {
      int any = 0;
      for (unsigned w = 0; w < warps; w++) {
        any |= all[w];
      }
      return any;
    });
  }
  static WL_CGM int all(int predicate) { return !any(!predicate); }
};

} // namespace details

#endif
