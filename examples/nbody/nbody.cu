// Gravity between all pairs of bodies: straight from global memory, and a tile of bodies at a time through shared memory.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define BLOCK 128
#define SOFTENING 0.01f

// The acceleration that a body at `b` (mass in w) gives one at `a`.
__device__ __forceinline__ float3 pull(float4 a, float4 b, float3 sum) {
  float dx = b.x - a.x, dy = b.y - a.y, dz = b.z - a.z;
  float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + SOFTENING);
  float scale = b.w * inverse * inverse * inverse;
  sum.x += dx * scale;
  sum.y += dy * scale;
  sum.z += dz * scale;
  return sum;
}

extern "C" __global__ void nbody_direct(const float4 *body, float4 *acceleration, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  float4 self = body[i];
  float3 sum = make_float3(0.0f, 0.0f, 0.0f);
  for (int j = 0; j < n; j++) {
    sum = pull(self, body[j], sum);
  }
  acceleration[i] = make_float4(sum.x, sum.y, sum.z, 0.0f);
}

extern "C" __global__ void nbody_tiled(const float4 *body, float4 *acceleration, int n) {
  __shared__ float4 tile[BLOCK];
  int i = blockIdx.x * BLOCK + threadIdx.x;
  float4 self = i < n ? body[i] : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  float3 sum = make_float3(0.0f, 0.0f, 0.0f);
  for (int start = 0; start < n; start += BLOCK) {
    int j = start + threadIdx.x;
    tile[threadIdx.x] = j < n ? body[j] : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    __syncthreads();
#pragma unroll 8
    for (int k = 0; k < BLOCK; k++) {
      sum = pull(self, tile[k], sum);
    }
    __syncthreads();
  }
  if (i < n) {
    acceleration[i] = make_float4(sum.x, sum.y, sum.z, 0.0f);
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
  const int n = 700;
  std::vector<float4> body(n), got(n);
  for (int i = 0; i < n; i++) {
    body[i] = make_float4((float)(i % 17), (float)(i % 23), (float)(i % 29), 1.0f + (float)(i % 3));
  }
  float4 *dbody, *dacc;
  CHECK(cudaMalloc(&dbody, n * sizeof(float4)));
  CHECK(cudaMalloc(&dacc, n * sizeof(float4)));
  CHECK(cudaMemcpy(dbody, body.data(), n * sizeof(float4), cudaMemcpyHostToDevice));

  int failures = 0;
  for (int kernel = 0; kernel < 2; kernel++) {
    CHECK(cudaMemset(dacc, 0, n * sizeof(float4)));
    if (kernel == 0) {
      nbody_direct<<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(dbody, dacc, n);
    } else {
      nbody_tiled<<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(dbody, dacc, n);
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dacc, n * sizeof(float4), cudaMemcpyDeviceToHost));
    int wrong = 0;
    for (int i = 0; i < n; i++) {
      double sum[3] = {0.0, 0.0, 0.0}, size = 0.0;
      for (int j = 0; j < n; j++) {
        double d[3] = {(double)body[j].x - body[i].x, (double)body[j].y - body[i].y, (double)body[j].z - body[i].z};
        double r = 1.0 / std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + (double)SOFTENING);
        for (int c = 0; c < 3; c++) {
          sum[c] += d[c] * body[j].w * r * r * r;
          size += std::fabs(d[c] * body[j].w * r * r * r);
        }
      }
      double error = std::fabs(got[i].x - sum[0]) + std::fabs(got[i].y - sum[1]) + std::fabs(got[i].z - sum[2]);
      wrong += !(error <= 1e-5 * size);
    }
    std::printf("nbody_%s: %d wrong bodies\n", kernel == 0 ? "direct" : "tiled", wrong);
    failures += wrong != 0;
  }
  CHECK(cudaFree(dbody));
  CHECK(cudaFree(dacc));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
