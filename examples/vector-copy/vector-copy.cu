// A copy through 4-, 8- and 16-byte loads: one template, three instantiations with mangled names, and two variants.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <cuda_runtime.h>

template <typename T> __global__ void copy(const T *in, T *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] = in[i];
  }
}

template __global__ void copy<float>(const float *, float *, int);
template __global__ void copy<float2>(const float2 *, float2 *, int);
template __global__ void copy<float4>(const float4 *, float4 *, int);

// The same bytes through a structure of three floats: 12-byte elements cannot be loaded in one piece.
__global__ void copy(const float3 *in, float3 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] = in[i];
  }
}

// Field by field: clang copies a whole 16-byte structure as two 8-byte pieces, but joins four adjacent floats into one load.
__global__ void copy_fields(const float4 *in, float4 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float4 v = make_float4(in[i].x, in[i].y, in[i].z, in[i].w);
    out[i].x = v.x;
    out[i].y = v.y;
    out[i].z = v.z;
    out[i].w = v.w;
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
  const int floats = 3 << 18;
  std::vector<float> in(floats), got(floats);
  for (int i = 0; i < floats; i++) {
    in[i] = (float)i * 0.5f;
  }
  float *din, *dout;
  CHECK(cudaMalloc(&din, floats * sizeof(float)));
  CHECK(cudaMalloc(&dout, floats * sizeof(float)));
  CHECK(cudaMemcpy(din, in.data(), floats * sizeof(float), cudaMemcpyHostToDevice));

  int failures = 0;
  for (int width = 1; width <= 5; width++) {
    CHECK(cudaMemset(dout, 0xff, floats * sizeof(float)));
    int n = floats / (width == 5 ? 4 : width);
    int blocks = (n + 255) / 256;
    switch (width) {
    case 1: copy<float><<<blocks, 256>>>(din, dout, n); break;
    case 2: copy<float2><<<blocks, 256>>>((float2 *)din, (float2 *)dout, n); break;
    case 3: copy<<<blocks, 256>>>((const float3 *)din, (float3 *)dout, n); break;
    case 4: copy<float4><<<blocks, 256>>>((float4 *)din, (float4 *)dout, n); break;
    default: copy_fields<<<blocks, 256>>>((float4 *)din, (float4 *)dout, n); break;
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dout, floats * sizeof(float), cudaMemcpyDeviceToHost));
    if (std::memcmp(got.data(), in.data(), floats * sizeof(float)) != 0) {
      std::printf("variant %d: the copy differs\n", width);
      failures++;
    }
  }
  CHECK(cudaFree(din));
  CHECK(cudaFree(dout));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
