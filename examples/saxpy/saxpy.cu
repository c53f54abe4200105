// y = a*x + y, three ways: one element a thread, a grid-stride loop, and a stride that breaks coalescing.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

// One thread an element: a warp reads and writes 128 contiguous bytes at a time.
extern "C" __global__ void saxpy(int n, float a, const float *x, float *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = a * x[i] + y[i];
  }
}

// A fixed grid walks the array: fewer blocks, the same accesses.
extern "C" __global__ void saxpy_grid_stride(int n, float a, const float *x, float *y) {
  int step = gridDim.x * blockDim.x;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    y[i] = a * x[i] + y[i];
  }
}

// Every thread owns a run of consecutive elements, so neighbouring threads are `run` elements apart.
extern "C" __global__ void saxpy_chunked(int n, float a, const float *x, float *y, int run) {
  int first = (blockIdx.x * blockDim.x + threadIdx.x) * run;
  for (int i = first; i < first + run && i < n; i++) {
    y[i] = a * x[i] + y[i];
  }
}

#define CHECK(call)                                                                                     \
  do {                                                                                                  \
    cudaError_t status = (call);                                                                        \
    if (status != cudaSuccess) {                                                                        \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(status)); \
      std::exit(2);                                                                                     \
    }                                                                                                   \
  } while (0)

int main() {
  const int n = 1 << 20;
  const float a = 2.5f;
  std::vector<float> x(n), y(n), expected(n), got(n);
  for (int i = 0; i < n; i++) {
    x[i] = (float)(i % 1000) * 0.25f;
    y[i] = (float)(i % 7);
    expected[i] = a * x[i] + y[i];
  }
  float *dx, *dy;
  CHECK(cudaMalloc(&dx, n * sizeof(float)));
  CHECK(cudaMalloc(&dy, n * sizeof(float)));
  CHECK(cudaMemcpy(dx, x.data(), n * sizeof(float), cudaMemcpyHostToDevice));

  int failures = 0;
  for (int variant = 0; variant < 3; variant++) {
    CHECK(cudaMemcpy(dy, y.data(), n * sizeof(float), cudaMemcpyHostToDevice));
    switch (variant) {
    case 0: saxpy<<<(n + 255) / 256, 256>>>(n, a, dx, dy); break;
    case 1: saxpy_grid_stride<<<64, 256>>>(n, a, dx, dy); break;
    default: saxpy_chunked<<<n / (256 * 16), 256>>>(n, a, dx, dy, 16); break;
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dy, n * sizeof(float), cudaMemcpyDeviceToHost));
    for (int i = 0; i < n; i++) {
      if (std::fabs(got[i] - expected[i]) > 1e-4f * std::fabs(expected[i])) {
        std::printf("variant %d: y[%d] is %g, expected %g\n", variant, i, got[i], expected[i]);
        failures++;
        break;
      }
    }
  }
  CHECK(cudaFree(dx));
  CHECK(cudaFree(dy));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
