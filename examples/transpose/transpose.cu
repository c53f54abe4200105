// Matrix transpose: scattered stores, a shared tile with bank conflicts, and a padded tile without them.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define TILE 32
#define ROWS 8

// Reads along rows, writes along columns: lanes of a warp store a whole row apart.
extern "C" __global__ void transpose_naive(const float *in, float *out, int n) {
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS) {
    out[x * n + y + j] = in[(y + j) * n + x];
  }
}

// Goes through shared memory so that both sides are contiguous, but reads the tile down a column: 32 lanes, one bank.
extern "C" __global__ void transpose_tiled(const float *in, float *out, int n) {
  __shared__ float tile[TILE][TILE];
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS) {
    tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * n + x];
  }
  __syncthreads();
  x = blockIdx.y * TILE + threadIdx.x;
  y = blockIdx.x * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS) {
    out[(y + j) * n + x] = tile[threadIdx.x][threadIdx.y + j];
  }
}

// One column of padding moves each row to the next bank.
extern "C" __global__ void transpose_padded(const float *in, float *out, int n) {
  __shared__ float tile[TILE][TILE + 1];
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS) {
    tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * n + x];
  }
  __syncthreads();
  x = blockIdx.y * TILE + threadIdx.x;
  y = blockIdx.x * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS) {
    out[(y + j) * n + x] = tile[threadIdx.x][threadIdx.y + j];
  }
}

// What the launch file checks against: one thread an element, nothing clever.
extern "C" __global__ void transpose_reference(const float *in, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n * n) {
    out[i] = in[(i % n) * n + i / n];
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
  const int n = 512;
  const size_t bytes = (size_t)n * n * sizeof(float);
  std::vector<float> in((size_t)n * n), got((size_t)n * n);
  for (int i = 0; i < n * n; i++) {
    in[i] = (float)i;
  }
  float *din, *dout;
  CHECK(cudaMalloc(&din, bytes));
  CHECK(cudaMalloc(&dout, bytes));
  CHECK(cudaMemcpy(din, in.data(), bytes, cudaMemcpyHostToDevice));

  const char *names[] = {"naive", "tiled", "padded"};
  void (*kernels[])(const float *, float *, int) = {transpose_naive, transpose_tiled, transpose_padded};
  int failures = 0;
  for (int k = 0; k < 3; k++) {
    CHECK(cudaMemset(dout, 0, bytes));
    kernels[k]<<<dim3(n / TILE, n / TILE), dim3(TILE, ROWS)>>>(din, dout, n);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dout, bytes, cudaMemcpyDeviceToHost));
    int wrong = 0;
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        wrong += got[(size_t)x * n + y] != in[(size_t)y * n + x];
      }
    }
    std::printf("transpose_%s: %d wrong elements\n", names[k], wrong);
    failures += wrong != 0;
  }
  CHECK(cudaFree(din));
  CHECK(cudaFree(dout));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
