// Reductions over a warp, tiles of a warp and of several, and what their parents say: each result against a host loop.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <cstdio>

namespace cg = cooperative_groups;

__device__ int value(unsigned thread) { return (int)(thread * 37 % 101) - 20; }

__global__ void reductions(int *out) {
  unsigned lane = threadIdx.x, odd = 0xaaaaaaaau;
  int v = value(lane);
  out[lane] = __reduce_add_sync(0xffffffffu, v);
  out[32 + lane] = __reduce_min_sync(0xffffffffu, v);
  out[64 + lane] = (int)__reduce_max_sync(0xffffffffu, (unsigned)v);
  out[96 + lane] = lane % 2 ? __reduce_add_sync(odd, v) : 0;
  out[128 + lane] = (int)__reduce_xor_sync(0xffffffffu, 1u << lane % 5);
}

template <unsigned Size> __global__ void tiles(int *out) {
  __shared__ cg::block_tile_memory<1024> room;
  cg::thread_block block = cg::this_thread_block(room);
  auto tile = cg::tiled_partition<Size>(block);
  unsigned t = block.thread_rank(), n = block.size();
  int v = value(t);
  out[t] = cg::reduce(tile, v, cg::plus<int>());
  out[n + t] = cg::inclusive_scan(tile, v);
  out[2 * n + t] = cg::exclusive_scan(tile, v);
  out[3 * n + t] = tile.shfl(v, (int)Size - 3);
  out[4 * n + t] = (int)(tile.meta_group_rank() * 100 + tile.meta_group_size());
  out[5 * n + t] = tile.any(v == value(5)) * 2 + tile.all(v < 81);
  auto inner = cg::tiled_partition<4>(cg::tiled_partition<16>(block));
  out[6 * n + t] = (int)(inner.meta_group_rank() * 100 + inner.meta_group_size());
}

static int host(unsigned thread) { return (int)(thread * 37 % 101) - 20; }
static int wrong;
static void check(const char *what, unsigned thread, int got, int expected) {
  if (got != expected && wrong++ < 10) {
    printf("%s of thread %u: %d, expected %d\n", what, thread, got, expected);
  }
}

template <unsigned Size> static void try_tiles(int *out, unsigned threads) {
  tiles<Size><<<1, threads>>>(out);
  if (cudaDeviceSynchronize() != cudaSuccess) {
    printf("%s\n", cudaGetErrorString(cudaGetLastError()));
    wrong++;
  }
  for (unsigned t = 0; t < threads; t++) {
    unsigned first = t / Size * Size;
    int sum = 0, before = 0, any = 0;
    for (unsigned i = 0; i < Size; i++) {
      before += i < t - first ? host(first + i) : 0;
      sum += host(first + i);
      any |= host(first + i) == host(5);
    }
    check("reduce", t, out[t], sum);
    check("inclusive scan", t, out[threads + t], before + host(t));
    check("exclusive scan", t, out[2 * threads + t], before);
    check("shuffle", t, out[3 * threads + t], host(first + Size - 3));
    check("rank", t, out[4 * threads + t], (int)(t / Size * 100 + threads / Size));
    check("vote", t, out[5 * threads + t], any * 2 + 1);
    check("rank of a tile of a tile", t, out[6 * threads + t], (int)(t % 16 / 4 * 100 + 4));
  }
}

int main() {
  int *out;
  cudaMallocManaged(&out, 7 * 1024 * sizeof(int));
  reductions<<<1, 32>>>(out);
  cudaDeviceSynchronize();
  int sum = 0, least = host(0), odd = 0;
  unsigned most = 0, parity = 0;
  for (unsigned i = 0; i < 32; i++) {
    sum += host(i);
    least = host(i) < least ? host(i) : least;
    most = (unsigned)host(i) > most ? (unsigned)host(i) : most;
    odd += i % 2 ? host(i) : 0;
    parity ^= 1u << i % 5;
  }
  for (unsigned i = 0; i < 32; i++) {
    check("sum", i, out[i], sum);
    check("least", i, out[32 + i], least);
    check("greatest", i, out[64 + i], (int)most);
    check("sum of odd lanes", i, out[96 + i], i % 2 ? odd : 0);
    check("exclusive or", i, out[128 + i], (int)parity);
  }
  try_tiles<32>(out, 256);
  try_tiles<64>(out, 512);
  try_tiles<128>(out, 1024);
  try_tiles<256>(out, 512);
  try_tiles<512>(out, 1024);
  puts(wrong ? "wrong" : "right");
  return wrong != 0;
}
