// C = A*B for square matrices: from global memory, through shared tiles, and with a 4-row register block.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define TILE 16

// Each thread walks a row of A and a column of B in global memory.
extern "C" __global__ void matmul_naive(const float *a, const float *b, float *c, int n) {
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  float sum = 0.0f;
  for (int k = 0; k < n; k++) {
    sum += a[y * n + k] * b[k * n + x];
  }
  c[y * n + x] = sum;
}

// Tiles of A and B in shared memory are each used TILE times.
extern "C" __global__ void matmul_tiled(const float *a, const float *b, float *c, int n) {
  __shared__ float sa[TILE][TILE];
  __shared__ float sb[TILE][TILE];
  int tx = threadIdx.x, ty = threadIdx.y;
  int x = blockIdx.x * TILE + tx;
  int y = blockIdx.y * TILE + ty;
  float sum = 0.0f;
  for (int tile = 0; tile < n; tile += TILE) {
    sa[ty][tx] = a[y * n + tile + tx];
    sb[ty][tx] = b[(tile + ty) * n + x];
    __syncthreads();
    for (int k = 0; k < TILE; k++) {
      sum += sa[ty][k] * sb[k][tx];
    }
    __syncthreads();
  }
  c[y * n + x] = sum;
}

// Each thread keeps four results: one shared load of B feeds four multiply-adds.
extern "C" __global__ void matmul_blocked(const float *a, const float *b, float *c, int n) {
  __shared__ float sa[4 * TILE][TILE];
  __shared__ float sb[TILE][TILE];
  int tx = threadIdx.x, ty = threadIdx.y;
  int x = blockIdx.x * TILE + tx;
  int row = blockIdx.y * 4 * TILE;
  float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  for (int tile = 0; tile < n; tile += TILE) {
    for (int r = 0; r < 4; r++) {
      sa[r * TILE + ty][tx] = a[(row + r * TILE + ty) * n + tile + tx];
    }
    sb[ty][tx] = b[(tile + ty) * n + x];
    __syncthreads();
    for (int k = 0; k < TILE; k++) {
      float bk = sb[k][tx];
      for (int r = 0; r < 4; r++) {
        sum[r] += sa[r * TILE + ty][k] * bk;
      }
    }
    __syncthreads();
  }
  for (int r = 0; r < 4; r++) {
    c[(row + r * TILE + ty) * n + x] = sum[r];
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
  const int n = 128;
  const size_t bytes = (size_t)n * n * sizeof(float);
  std::vector<float> a((size_t)n * n), b((size_t)n * n), got((size_t)n * n);
  for (int i = 0; i < n * n; i++) {
    a[i] = (float)(i % 13) - 6.0f;
    b[i] = (float)(i % 11) - 5.0f;
  }
  float *da, *db, *dc;
  CHECK(cudaMalloc(&da, bytes));
  CHECK(cudaMalloc(&db, bytes));
  CHECK(cudaMalloc(&dc, bytes));
  CHECK(cudaMemcpy(da, a.data(), bytes, cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(db, b.data(), bytes, cudaMemcpyHostToDevice));

  const char *names[] = {"naive", "tiled", "blocked"};
  int failures = 0;
  for (int kernel = 0; kernel < 3; kernel++) {
    CHECK(cudaMemset(dc, 0, bytes));
    dim3 block(TILE, TILE);
    switch (kernel) {
    case 0: matmul_naive<<<dim3(n / TILE, n / TILE), block>>>(da, db, dc, n); break;
    case 1: matmul_tiled<<<dim3(n / TILE, n / TILE), block>>>(da, db, dc, n); break;
    default: matmul_blocked<<<dim3(n / TILE, n / (4 * TILE)), block>>>(da, db, dc, n); break;
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dc, bytes, cudaMemcpyDeviceToHost));
    int wrong = 0;
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        float sum = 0.0f;
        for (int k = 0; k < n; k++) {
          sum += a[(size_t)y * n + k] * b[(size_t)k * n + x];
        }
        wrong += std::fabs(got[(size_t)y * n + x] - sum) > 1e-3f;
      }
    }
    std::printf("matmul_%s: %d wrong elements\n", names[kernel], wrong);
    failures += wrong != 0;
  }
  CHECK(cudaFree(da));
  CHECK(cudaFree(db));
  CHECK(cudaFree(dc));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
