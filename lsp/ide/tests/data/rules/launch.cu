// Launches: their size, their arguments, their errors.
#include <vector>
#define THREADS 256
__global__ void k(float *x, int n) { if (threadIdx.x < n) x[threadIdx.x] = 0; }
__global__ void __launch_bounds__(128) small(float *x) { x[0] = 0; }
__global__ void big(float *x) {  //~ oversized-shared-memory
    __shared__ float s[128][128];
    s[threadIdx.y][threadIdx.x] = x[0];
}
template <typename T> __global__ void typed(T *x, T y) { x[0] = y; }

bool sizes(float *x, int n, double *d) {
    dim3 block(32, 33), fine(THREADS), grid(1, 70000);
    k<<<1, block>>>(x, n);  //~ oversized-block
    k<<<4, fine>>>(x, n);
    k<<<4, dim3(1, 1, 128)>>>(x, n);  //~ oversized-block
    k<<<grid, fine>>>(x, n);  //~ oversized-grid
    k<<<0, fine>>>(x, n);  //~ oversized-grid
    k<<<n, n>>>(x, n);
    k<<<16, 100>>>(x, n);  //~ partial-warp-block
    k<<<1, 100>>>(x, n);
    small<<<1, THREADS>>>(x);  //~ oversized-block
    small<<<1, 128>>>(x);
    int threads = 2048;
    if (n > 4) threads = 64;
    k<<<1, threads>>>(x, n);
    k<<<1, 32, 64 * 1024>>>(x, n);  //~ oversized-shared-memory
    k<<<1, 32>>>(x);  //~ launch-argument-mismatch
    k<<<1, 32>>>(n, n);  //~ launch-argument-mismatch
    k<<<1, 32>>>(d, n);  //~ launch-argument-mismatch
    k<<<1, 32>>>(nullptr, n);
    typed<<<1, 32>>>(x, 1.0f);
    return cudaGetLastError() == cudaSuccess;
}

void unchecked(float *x) {
    k<<<1, 32>>>(x, 1);
    k<<<1, 32>>>(x, 2);  //~ unchecked-launch
}

void loops(int n, cudaStream_t s) {
    std::vector<float *> all;
    float *one, *many[4], *per;
    for (int i = 0; i < 4; ++i) {
        (void)cudaMalloc(&one, 4);  //~ allocation-in-loop
        (void)cudaMalloc(&many[i], 4);
        (void)cudaMalloc(&per, 4);  //~ allocation-in-loop
    }
    while (cudaMalloc(&one, n) != cudaSuccess) n /= 2;
    for (int i = 0; i < n; ++i) {
        k<<<1, 32, 0, s>>>(one, i);
        if (cudaStreamSynchronize(s) != cudaSuccess) return;  //~ sync-in-loop
    }
    if (cudaDeviceSynchronize() != cudaSuccess) return;
}
