// What changes on MUSA.
#include <musa_runtime.h>
#include <cuda_fp16.h>  //~ cuda-header-in-musa
#include <cub/cub.cuh>  //~ unsupported-on-musa
#define WARP_SIZE 32  //~ warp-size-literal
#if __CUDA_ARCH__ >= 700  //~ arch-guard-needs-musa-twin
#endif
#if __CUDA_ARCH__ >= 700 || __MUSA_ARCH__ >= 310
#endif

__global__ void lanes(int *x, int i) {
    int lane = threadIdx.x & 31;  //~ warp-size-literal
    int warp = threadIdx.x / 32;  //~ warp-size-literal
    int element = i / 32;
    int column = (i + threadIdx.x) % 32;
    int word = x[i] & 31;
    x[0] = lane + warp + element + word + column + threadIdx.x % warpSize;
    x[1] = __shfl_sync(0xffffffff, lane, 0);  //~ warp-size-literal
#ifndef __MUSA_ARCH__
    asm volatile("membar.gl;");
#endif
    asm volatile("membar.gl;");  //~ inline-ptx
}

__global__ void tile(float *x) {  //~ shared-memory-over-musa-limit
    __shared__ float s[8192];
    s[threadIdx.x] = x[0];
}

bool run(float **x) {
    int warp_size = 32;
    if (warp_size > 64) return false;
    if (musaMalloc(x, 4) != musaSuccess) return false;
    if (cudaMemset(*x, 0, 4) != cudaSuccess) return false;  //~ mixed-cuda-musa-api
    return musaGraphAddMemcpyNode1D() == musaSuccess;  //~ unverified-musa-name
}
