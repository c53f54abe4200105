// Barriers and warps. A line's findings stand behind it; a line without any must have none.
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

__global__ void barriers(float *x, int n) {
    __shared__ float s[256];
    int t = threadIdx.x;
    int uniform = blockIdx.x;
    s[t] = x[t];
    if (uniform > 3) __syncthreads();
    if (n > 3) __syncthreads();
    if (t > 3) __syncthreads();  //~ divergent-barrier
    for (int i = 0; i < n; ++i) __syncthreads();
    for (int i = t; i < n; i += blockDim.x) __syncthreads();  //~ divergent-barrier
    bool more = __syncthreads_or(x[t] > 0);
    while (more) {
        __syncthreads();
        more = __syncthreads_or(x[t] > 1);
    }
    if (s[0] > 0) __syncthreads();
}

__global__ void groups(float *x) {
    cg::thread_block block = cg::this_thread_block();
    auto tile = cg::tiled_partition<32>(block);
    if (block.thread_rank() < 32) tile.sync();
    if (block.thread_rank() < 32) block.sync();  //~ divergent-barrier
    if (tile.thread_rank() == 0) cg::sync(block);  //~ divergent-barrier
}

__global__ void returns(float *x, int n) {
    if (n == 0) return;
    __syncthreads();
    auto helper = [&](int i) { if (i == (int)threadIdx.x) return 1; return 0; };
    __syncthreads();
    if (threadIdx.x >= n) return;
    x[0] = helper(1);
    __syncthreads();  //~ barrier-after-early-return
    __syncthreads();
}

__global__ void masks(float *x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    int warp = threadIdx.x / warpSize, lane = threadIdx.x % warpSize;
    float v = x[i];
    if (threadIdx.x < 64) v += __shfl_down_sync(0xffffffff, v, 1);
    if (warp == 0) v += __shfl_down_sync(0xffffffff, v, 1);
    if (lane < 8) v += __shfl_down_sync(0xff, v, 1);
    if (lane < 8) v += __shfl_down_sync(0xffffffff, v, 1);  //~ partial-warp-mask
    if (i < n) v += __shfl_down_sync(~0u, v, 1);  //~ partial-warp-mask
    if (i < n) v += __shfl_down_sync(__activemask(), v, 1);
    if (i < n) __syncwarp();  //~ partial-warp-mask
    v += __shfl(v, 3);  //~ legacy-warp-intrinsic
    x[i] = v;
}

__device__ void named() {
    asm volatile("bar.sync 1, 64;");
    asm volatile("bar.sync 1, 128;");  //~ mismatched-named-barrier
    asm volatile("bar.sync 16, 64;");  //~ mismatched-named-barrier
    asm volatile("bar.arrive 2, 33;");  //~ mismatched-named-barrier
    asm volatile("bar.sync %0, %1;" ::"r"(1), "r"(64));
    asm volatile("bar.warp.sync 0xffffffff;");
}

__device__ void last_steps(volatile float *s, int tid) {
    s[tid] += s[tid + 16];
    s[tid] += s[tid + 8];  //~ missing-warp-sync
    s[tid] += s[tid + 4];
}

__device__ void own_values(float *s, int tid) {
    s[tid] += 1.0f;
    s[tid] += s[tid] * 2.0f;
    s[tid] -= s[tid];
}
