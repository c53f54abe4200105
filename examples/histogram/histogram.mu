// A 256-bin histogram: atomics on global memory, then on a copy in shared memory that each block adds at its end.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <musa_runtime.h>

#define BINS 256

// Every byte is one atomic on global memory; popular bins serialise.
extern "C" __global__ void histogram_global(const unsigned char *data, unsigned int *bins, int n) {
  int step = gridDim.x * blockDim.x;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    atomicAdd(&bins[data[i]], 1u);
  }
}

// Each block counts in shared memory and adds its 256 results once.
extern "C" __global__ void histogram_shared(const unsigned char *data, unsigned int *bins, int n) {
  __shared__ unsigned int local[BINS];
  for (int b = threadIdx.x; b < BINS; b += blockDim.x) {
    local[b] = 0;
  }
  __syncthreads();
  int step = gridDim.x * blockDim.x;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    atomicAdd(&local[data[i]], 1u);
  }
  __syncthreads();
  for (int b = threadIdx.x; b < BINS; b += blockDim.x) {
    atomicAdd(&bins[b], local[b]);
  }
}

#define CHECK(call)                                                                                     \
  do {                                                                                                  \
    musaError_t status = (call);                                                                        \
    if (status != musaSuccess) {                                                                        \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, musaGetErrorString(status)); \
      std::exit(2);                                                                                     \
    }                                                                                                   \
  } while (0)

int main() {
  const int n = 1 << 18;
  std::vector<unsigned char> data(n);
  std::vector<unsigned int> expected(BINS, 0), got(BINS);
  unsigned int state = 12345;
  for (int i = 0; i < n; i++) {
    state = state * 1664525u + 1013904223u;
    data[i] = (unsigned char)((state >> 24) & (state >> 16));
    expected[data[i]]++;
  }
  unsigned char *ddata;
  unsigned int *dbins;
  CHECK(musaMalloc(&ddata, n));
  CHECK(musaMalloc(&dbins, BINS * sizeof(unsigned int)));
  CHECK(musaMemcpy(ddata, data.data(), n, musaMemcpyHostToDevice));

  int failures = 0;
  for (int k = 0; k < 2; k++) {
    CHECK(musaMemset(dbins, 0, BINS * sizeof(unsigned int)));
    if (k == 0) {
      histogram_global<<<32, 256>>>(ddata, dbins, n);
    } else {
      histogram_shared<<<32, 256>>>(ddata, dbins, n);
    }
    CHECK(musaGetLastError());
    CHECK(musaMemcpy(got.data(), dbins, BINS * sizeof(unsigned int), musaMemcpyDeviceToHost));
    std::printf("histogram_%s: %s\n", k == 0 ? "global" : "shared", got == expected ? "equal" : "differs");
    failures += got != expected;
  }
  CHECK(musaFree(ddata));
  CHECK(musaFree(dbins));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
