// Sum of an array: a ladder from divergent to warp-shuffle, each rung removing one cost of the one before.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define BLOCK 256

// Rung 1: interleaved addressing with a modulo; half the lanes of every warp idle from the first step.
extern "C" __global__ void reduce_interleaved(const int *in, int *out, int n) {
  __shared__ int s[BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  s[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = 1; step < BLOCK; step *= 2) {
    if (t % (2 * step) == 0) {
      s[t] += s[t + step];
    }
    __syncthreads();
  }
  if (t == 0) {
    out[blockIdx.x] = s[0];
  }
}

// Rung 2: active threads packed to the front; the strided shared accesses now collide in banks.
extern "C" __global__ void reduce_strided(const int *in, int *out, int n) {
  __shared__ int s[BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  s[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = 1; step < BLOCK; step *= 2) {
    int at = 2 * step * t;
    if (at < BLOCK) {
      s[at] += s[at + step];
    }
    __syncthreads();
  }
  if (t == 0) {
    out[blockIdx.x] = s[0];
  }
}

// Rung 3: sequential addressing, no conflicts; whole warps retire until one is left.
extern "C" __global__ void reduce_sequential(const int *in, int *out, int n) {
  __shared__ int s[BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  s[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (t < step) {
      s[t] += s[t + step];
    }
    __syncthreads();
  }
  if (t == 0) {
    out[blockIdx.x] = s[0];
  }
}

// Rung 4: registers and shuffles; shared memory only carries one value a warp, and there is one barrier.
extern "C" __global__ void reduce_shuffle(const int *in, int *out, int n) {
  __shared__ int s[32];
  int t = threadIdx.x;
  int sum = 0;
  for (int i = blockIdx.x * BLOCK + t; i < n; i += gridDim.x * BLOCK) {
    sum += in[i];
  }
  for (int step = warpSize / 2; step > 0; step /= 2) {
    sum += __shfl_down_sync(0xffffffff, sum, step);
  }
  if (t % warpSize == 0) {
    s[t / warpSize] = sum;
  }
  __syncthreads();
  if (t < warpSize) {
    sum = t < BLOCK / warpSize ? s[t] : 0;
    for (int step = warpSize / 2; step > 0; step /= 2) {
      sum += __shfl_down_sync(0xffffffff, sum, step);
    }
    if (t == 0) {
      out[blockIdx.x] = sum;
    }
  }
}

// The rung nobody should stand on: every thread adds to one word of global memory.
extern "C" __global__ void reduce_atomic(const int *in, int *out, int n) {
  int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i < n) {
    atomicAdd(out, in[i]);
  }
}

// Adds the partial sums of the other kernels; one block.
extern "C" __global__ void reduce_partials(const int *in, int *out, int n) {
  int sum = 0;
  for (int i = threadIdx.x; i < n; i += blockDim.x) {
    sum += in[i];
  }
  atomicAdd(out, sum);
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
  const int n = 1 << 19;
  std::vector<int> in(n);
  int expected = 0;
  for (int i = 0; i < n; i++) {
    in[i] = i % 17 - 3;
    expected += in[i];
  }
  const int blocks = n / BLOCK;
  int *din, *partial, *total;
  CHECK(cudaMalloc(&din, n * sizeof(int)));
  CHECK(cudaMalloc(&partial, blocks * sizeof(int)));
  CHECK(cudaMalloc(&total, sizeof(int)));
  CHECK(cudaMemcpy(din, in.data(), n * sizeof(int), cudaMemcpyHostToDevice));

  const char *names[] = {"interleaved", "strided", "sequential", "shuffle", "atomic"};
  int failures = 0;
  for (int k = 0; k < 5; k++) {
    CHECK(cudaMemset(total, 0, sizeof(int)));
    int parts = blocks;
    switch (k) {
    case 0: reduce_interleaved<<<blocks, BLOCK>>>(din, partial, n); break;
    case 1: reduce_strided<<<blocks, BLOCK>>>(din, partial, n); break;
    case 2: reduce_sequential<<<blocks, BLOCK>>>(din, partial, n); break;
    case 3: reduce_shuffle<<<parts = 64, BLOCK>>>(din, partial, n); break;
    default: reduce_atomic<<<blocks, BLOCK>>>(din, total, n); break;
    }
    CHECK(cudaGetLastError());
    if (k < 4) {
      reduce_partials<<<1, BLOCK>>>(partial, total, parts);
      CHECK(cudaGetLastError());
    }
    int got = 0;
    CHECK(cudaMemcpy(&got, total, sizeof(int), cudaMemcpyDeviceToHost));
    std::printf("reduce_%s: %d, expected %d\n", names[k], got, expected);
    failures += got != expected;
  }
  CHECK(cudaFree(din));
  CHECK(cudaFree(partial));
  CHECK(cudaFree(total));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
