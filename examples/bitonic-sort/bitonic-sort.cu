// Bitonic sort of 32-bit keys: one launch a step in global memory, and a whole block's steps at once in shared memory.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define BLOCK 512

__device__ __forceinline__ void order(unsigned int &a, unsigned int &b, bool ascending) {
  if ((a > b) == ascending) {
    unsigned int t = a;
    a = b;
    b = t;
  }
}

// One compare-exchange a thread: partners are `stride` apart in a sequence of length `size`.
extern "C" __global__ void bitonic_step(unsigned int *key, int size, int stride) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  int i = 2 * t - (t & (stride - 1));
  order(key[i], key[i + stride], (i & size) == 0);
}

// All steps up to length 2 * BLOCK within a block.
extern "C" __global__ void bitonic_block_sort(unsigned int *key) {
  __shared__ unsigned int s[2 * BLOCK];
  int t = threadIdx.x;
  unsigned int *mine = key + blockIdx.x * 2 * BLOCK;
  s[t] = mine[t];
  s[t + BLOCK] = mine[t + BLOCK];
  for (int size = 2; size <= 2 * BLOCK; size *= 2) {
    for (int stride = size / 2; stride > 0; stride /= 2) {
      __syncthreads();
      int i = 2 * t - (t & (stride - 1));
      order(s[i], s[i + stride], ((blockIdx.x * 2 * BLOCK + i) & size) == 0);
    }
  }
  __syncthreads();
  mine[t] = s[t];
  mine[t + BLOCK] = s[t + BLOCK];
}

// The tail of a longer merge, from stride BLOCK down, in shared memory.
extern "C" __global__ void bitonic_block_merge(unsigned int *key, int size) {
  __shared__ unsigned int s[2 * BLOCK];
  int t = threadIdx.x;
  unsigned int *mine = key + blockIdx.x * 2 * BLOCK;
  s[t] = mine[t];
  s[t + BLOCK] = mine[t + BLOCK];
  for (int stride = BLOCK; stride > 0; stride /= 2) {
    __syncthreads();
    int i = 2 * t - (t & (stride - 1));
    order(s[i], s[i + stride], ((blockIdx.x * 2 * BLOCK + i) & size) == 0);
  }
  __syncthreads();
  mine[t] = s[t];
  mine[t + BLOCK] = s[t + BLOCK];
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
  const int n = 1 << 15;
  std::vector<unsigned int> key(n), expected, got(n);
  unsigned int state = 2463534242u;
  for (int i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    key[i] = state;
  }
  expected = key;
  std::sort(expected.begin(), expected.end());

  unsigned int *dkey;
  CHECK(cudaMalloc(&dkey, n * sizeof(unsigned int)));
  int failures = 0;
  for (int k = 0; k < 2; k++) {
    CHECK(cudaMemcpy(dkey, key.data(), n * sizeof(unsigned int), cudaMemcpyHostToDevice));
    if (k == 1) {
      bitonic_block_sort<<<n / (2 * BLOCK), BLOCK>>>(dkey);
    }
    for (int size = k == 1 ? 4 * BLOCK : 2; size <= n; size *= 2) {
      for (int stride = size / 2; stride > 0; stride /= 2) {
        if (k == 1 && stride == BLOCK) {
          bitonic_block_merge<<<n / (2 * BLOCK), BLOCK>>>(dkey, size);
          break;
        }
        bitonic_step<<<n / (2 * BLOCK), BLOCK>>>(dkey, size, stride);
      }
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dkey, n * sizeof(unsigned int), cudaMemcpyDeviceToHost));
    std::printf("%s: %s\n", k == 0 ? "global steps" : "shared blocks", got == expected ? "sorted" : "not sorted");
    failures += got != expected;
  }
  CHECK(cudaFree(dkey));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
