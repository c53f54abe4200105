// Softmax over the rows of a matrix: a thread a row, a block a row, and a warp a row with an online maximum.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <musa_runtime.h>

#define BLOCK 256

// One thread walks a whole row three times; neighbouring threads are a row apart.
extern "C" __global__ void softmax_thread_per_row(const float *in, float *out, int rows, int columns) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= rows) {
    return;
  }
  const float *x = in + (size_t)row * columns;
  float *y = out + (size_t)row * columns;
  float top = x[0];
  for (int c = 1; c < columns; c++) {
    top = fmaxf(top, x[c]);
  }
  float sum = 0.0f;
  for (int c = 0; c < columns; c++) {
    sum += expf(x[c] - top);
  }
  for (int c = 0; c < columns; c++) {
    y[c] = expf(x[c] - top) / sum;
  }
}

// A block a row: coalesced, two reductions through shared memory.
extern "C" __global__ void softmax_block_per_row(const float *in, float *out, int columns) {
  __shared__ float s[BLOCK];
  int t = threadIdx.x;
  const float *x = in + (size_t)blockIdx.x * columns;
  float *y = out + (size_t)blockIdx.x * columns;
  float top = -INFINITY;
  for (int c = t; c < columns; c += BLOCK) {
    top = fmaxf(top, x[c]);
  }
  s[t] = top;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (t < step) {
      s[t] = fmaxf(s[t], s[t + step]);
    }
    __syncthreads();
  }
  top = s[0];
  __syncthreads();
  float sum = 0.0f;
  for (int c = t; c < columns; c += BLOCK) {
    sum += expf(x[c] - top);
  }
  s[t] = sum;
  __syncthreads();
  for (int step = BLOCK / 2; step > 0; step /= 2) {
    if (t < step) {
      s[t] += s[t + step];
    }
    __syncthreads();
  }
  sum = s[0];
  for (int c = t; c < columns; c += BLOCK) {
    y[c] = expf(x[c] - top) / sum;
  }
}

// A warp a row: one pass keeps a running maximum and a sum scaled to it, and shuffles combine the lanes. Needs warps of 32.
extern "C" __global__ void softmax_online_warp(const float *in, float *out, int rows, int columns) {
  int lane = threadIdx.x % 32;
  int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (row >= rows) {
    return;
  }
  const float *x = in + (size_t)row * columns;
  float *y = out + (size_t)row * columns;
  float top = -INFINITY, sum = 0.0f;
  for (int c = lane; c < columns; c += 32) {
    float v = x[c];
    float higher = fmaxf(top, v);
    sum = sum * __expf(top - higher) + __expf(v - higher);
    top = higher;
  }
  for (int step = 16; step > 0; step /= 2) {
    float other_top = __shfl_xor_sync(0xffffffff, top, step);
    float other_sum = __shfl_xor_sync(0xffffffff, sum, step);
    float higher = fmaxf(top, other_top);
    sum = sum * __expf(top - higher) + other_sum * __expf(other_top - higher);
    top = higher;
  }
  float scale = 1.0f / sum;
  for (int c = lane; c < columns; c += 32) {
    y[c] = __expf(x[c] - top) * scale;
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
  const int rows = 128, columns = 512;
  const size_t n = (size_t)rows * columns, bytes = n * sizeof(float);
  std::vector<float> in(n), expected(n), got(n);
  for (size_t i = 0; i < n; i++) {
    in[i] = (float)((i * 7919) % 1000) / 100.0f - 5.0f;
  }
  for (int r = 0; r < rows; r++) {
    const float *x = &in[(size_t)r * columns];
    double top = x[0], sum = 0.0;
    for (int c = 0; c < columns; c++) {
      top = std::fmax(top, (double)x[c]);
    }
    for (int c = 0; c < columns; c++) {
      sum += std::exp(x[c] - top);
    }
    for (int c = 0; c < columns; c++) {
      expected[(size_t)r * columns + c] = (float)(std::exp(x[c] - top) / sum);
    }
  }
  float *din, *dout;
  CHECK(musaMalloc(&din, bytes));
  CHECK(musaMalloc(&dout, bytes));
  CHECK(musaMemcpy(din, in.data(), bytes, musaMemcpyHostToDevice));

  const char *names[] = {"thread_per_row", "block_per_row", "online_warp"};
  int failures = 0;
  for (int k = 0; k < 3; k++) {
    CHECK(musaMemset(dout, 0, bytes));
    switch (k) {
    case 0: softmax_thread_per_row<<<1, rows>>>(din, dout, rows, columns); break;
    case 1: softmax_block_per_row<<<rows, BLOCK>>>(din, dout, columns); break;
    default: softmax_online_warp<<<rows / 8, 256>>>(din, dout, rows, columns); break;
    }
    CHECK(musaGetLastError());
    CHECK(musaMemcpy(got.data(), dout, bytes, musaMemcpyDeviceToHost));
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
      wrong += !(std::fabs(got[i] - expected[i]) <= 1e-7f + 1e-4f * expected[i]);
    }
    std::printf("softmax_%s: %d wrong elements\n", names[k], wrong);
    failures += wrong != 0;
  }
  CHECK(musaFree(din));
  CHECK(musaFree(dout));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
