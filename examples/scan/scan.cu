// Prefix sums: Hillis-Steele and Blelloch in a block, shuffles in a warp, and a three-kernel scan of a long array.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define BLOCK 256

// Hillis and Steele: log2(n) steps, every thread busy in each, n*log2(n) additions. Inclusive.
extern "C" __global__ void scan_hillis_steele(const int *in, int *out, int *sums, int n) {
  __shared__ int s[2][BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  int from = 0;
  s[0][t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = 1; step < BLOCK; step *= 2) {
    int to = 1 - from;
    s[to][t] = t >= step ? s[from][t] + s[from][t - step] : s[from][t];
    from = to;
    __syncthreads();
  }
  if (i < n) {
    out[i] = s[from][t];
  }
  if (t == BLOCK - 1) {
    sums[blockIdx.x] = s[from][t];
  }
}

// Blelloch: up-sweep and down-sweep over a tree, 2n additions, half the threads idle, strides that collide in banks.
extern "C" __global__ void scan_blelloch(const int *in, int *out, int *sums, int n) {
  __shared__ int s[2 * BLOCK];
  int t = threadIdx.x;
  int base = blockIdx.x * 2 * BLOCK;
  s[2 * t] = base + 2 * t < n ? in[base + 2 * t] : 0;
  s[2 * t + 1] = base + 2 * t + 1 < n ? in[base + 2 * t + 1] : 0;
  int last = s[2 * t + 1];
  int step = 1;
  for (int d = BLOCK; d > 0; d /= 2) {
    __syncthreads();
    if (t < d) {
      s[step * (2 * t + 2) - 1] += s[step * (2 * t + 1) - 1];
    }
    step *= 2;
  }
  __syncthreads();
  if (t == 0) {
    sums[blockIdx.x] = s[2 * BLOCK - 1];
    s[2 * BLOCK - 1] = 0;
  }
  for (int d = 1; d <= BLOCK; d *= 2) {
    step /= 2;
    __syncthreads();
    if (t < d) {
      int left = s[step * (2 * t + 1) - 1];
      s[step * (2 * t + 1) - 1] = s[step * (2 * t + 2) - 1];
      s[step * (2 * t + 2) - 1] += left;
    }
  }
  __syncthreads();
  // The tree gives an exclusive scan; the array wants an inclusive one.
  if (base + 2 * t < n) {
    out[base + 2 * t] = s[2 * t + 1];
  }
  if (base + 2 * t + 1 < n) {
    out[base + 2 * t + 1] = s[2 * t + 1] + last;
  }
}

// A warp scans 32 values with five shuffles and no memory; the warps' totals are scanned the same way.
extern "C" __global__ void scan_shuffle(const int *in, int *out, int *sums, int n) {
  __shared__ int totals[32];
  int t = threadIdx.x;
  int lane = t % 32, warp = t / 32;
  int i = blockIdx.x * BLOCK + t;
  int v = i < n ? in[i] : 0;
  for (int step = 1; step < 32; step *= 2) {
    int up = __shfl_up_sync(0xffffffff, v, step);
    if (lane >= step) {
      v += up;
    }
  }
  if (lane == 31) {
    totals[warp] = v;
  }
  __syncthreads();
  if (warp == 0) {
    int total = lane < BLOCK / 32 ? totals[lane] : 0;
    for (int step = 1; step < 32; step *= 2) {
      int up = __shfl_up_sync(0xffffffff, total, step);
      if (lane >= step) {
        total += up;
      }
    }
    totals[lane] = total;
  }
  __syncthreads();
  if (warp > 0) {
    v += totals[warp - 1];
  }
  if (i < n) {
    out[i] = v;
  }
  if (t == BLOCK - 1) {
    sums[blockIdx.x] = v;
  }
}

// Adds the scanned totals of the preceding blocks; `width` elements a block.
extern "C" __global__ void scan_add_offsets(int *data, const int *offsets, int width, int n) {
  if (blockIdx.x == 0) {
    return;
  }
  int offset = offsets[blockIdx.x - 1];
  for (int i = blockIdx.x * width + threadIdx.x; i < (blockIdx.x + 1) * width && i < n; i += blockDim.x) {
    data[i] += offset;
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
  const int n = BLOCK * BLOCK;
  std::vector<int> in(n), expected(n), got(n);
  int sum = 0;
  for (int i = 0; i < n; i++) {
    in[i] = i % 9 - 2;
    sum += in[i];
    expected[i] = sum;
  }
  int *din, *dout, *sums, *offsets, *unused;
  CHECK(cudaMalloc(&din, n * sizeof(int)));
  CHECK(cudaMalloc(&dout, n * sizeof(int)));
  CHECK(cudaMalloc(&sums, BLOCK * sizeof(int)));
  CHECK(cudaMalloc(&offsets, BLOCK * sizeof(int)));
  CHECK(cudaMalloc(&unused, sizeof(int)));
  CHECK(cudaMemcpy(din, in.data(), n * sizeof(int), cudaMemcpyHostToDevice));

  const char *names[] = {"hillis_steele", "blelloch", "shuffle"};
  int failures = 0;
  for (int k = 0; k < 3; k++) {
    int width = k == 1 ? 2 * BLOCK : BLOCK;
    int blocks = n / width;
    CHECK(cudaMemset(dout, 0, n * sizeof(int)));
    switch (k) {
    case 0: scan_hillis_steele<<<blocks, BLOCK>>>(din, dout, sums, n); break;
    case 1: scan_blelloch<<<blocks, BLOCK>>>(din, dout, sums, n); break;
    default: scan_shuffle<<<blocks, BLOCK>>>(din, dout, sums, n); break;
    }
    CHECK(cudaGetLastError());
    scan_shuffle<<<1, BLOCK>>>(sums, offsets, unused, blocks);
    scan_add_offsets<<<blocks, BLOCK>>>(dout, offsets, width, n);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dout, n * sizeof(int), cudaMemcpyDeviceToHost));
    std::printf("scan_%s: %s\n", names[k], got == expected ? "equal" : "differs");
    failures += got != expected;
  }
  CHECK(cudaFree(din));
  CHECK(cudaFree(dout));
  CHECK(cudaFree(sums));
  CHECK(cudaFree(offsets));
  CHECK(cudaFree(unused));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
