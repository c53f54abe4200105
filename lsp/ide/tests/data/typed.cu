// 矩阵转置：每个线程块搬运一块
#include <cuda_runtime.h>
#include "helper.h"
#define TILE 32
#define HD __host__ __device__
#define CHECK(x) do { cudaError_t e = (x); if (e != cudaSuccess) exit(1); } while (0)

namespace detail {
template <typename T, int N>
struct __align__(16) Pack {
    T v[N];
    HD T sum() const { T s = 0; for (int i = 0; i < N; ++i) s += v[i]; return s; }
};
}  // namespace detail

__constant__ float scale[4] = {1.0f, 2.0f, 3.0f, 4.0f};

template <typename T>
__global__ void __launch_bounds__(TILE * 8, 2, 1) transpose(T *__restrict__ out, const T *in, int n, int m) {
    __shared__ T tile[TILE][TILE + 1]; /* 共享内存 */
    int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
    for (int j = 0; j < TILE; j += 8) {
        if (x < n && y + j < m) tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * n + x];
    }
    __syncthreads();
#if __CUDA_ARCH__ >= 700
    asm volatile("bar.sync 1, 48;" ::: "memory");
#else
    if (threadIdx.x < 16) __syncthreads();
#endif
    out[x * m + y] = tile[threadIdx.x][threadIdx.y] * 2.0;
}

int main() {
    float *d = nullptr, *h = new float[1 << 20];
    CHECK(cudaMalloc(&d, sizeof(float) << 20));
    dim3 block(TILE, 8), grid((1024 + TILE - 1) / TILE, 32);
    auto f = [=] __device__ (int i) { return d[i] + scale[i & 3]; };
    transpose<float><<<grid, block, 0, 0>>>(d, h, 1024, 1024); // warplens: allow(host-pointer-in-kernel)
    const char *s = R"(raw <<< "string" >>>)";
    printf("完成 %s\n", s);
    return cudaDeviceSynchronize() == cudaSuccess ? 0 : 1;
}
