// y = A*x for a sparse matrix in CSR form: a thread a row, then a warp a row.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

// Lanes of a warp walk different rows: loads are scattered and the longest row keeps the warp.
extern "C" __global__ void spmv_csr_scalar(int rows, const int *row_start, const int *column, const float *value,
                                           const float *x, float *y) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row < rows) {
    float sum = 0.0f;
    for (int j = row_start[row]; j < row_start[row + 1]; j++) {
      sum += value[j] * x[column[j]];
    }
    y[row] = sum;
  }
}

// Lanes of a warp share a row: `column` and `value` are read contiguously, then shuffles add up.
extern "C" __global__ void spmv_csr_vector(int rows, const int *row_start, const int *column, const float *value,
                                           const float *x, float *y) {
  int lane = threadIdx.x % 32;
  int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (row < rows) {
    float sum = 0.0f;
    for (int j = row_start[row] + lane; j < row_start[row + 1]; j += 32) {
      sum += value[j] * x[column[j]];
    }
    for (int step = 16; step > 0; step /= 2) {
      sum += __shfl_down_sync(0xffffffff, sum, step);
    }
    if (lane == 0) {
      y[row] = sum;
    }
  }
}

// Builds a matrix on the device for the launch file: row r has 1 + (r * 7) % 61 entries, spread over the columns.
extern "C" __global__ void spmv_build(int rows, const int *row_start, int *column, float *value) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row < rows) {
    int first = row_start[row];
    for (int j = first; j < row_start[row + 1]; j++) {
      column[j] = (row * 31 + (j - first) * 67) % rows;
      value[j] = 1.0f / (float)(row_start[row + 1] - first);
    }
  }
}

// Row starts by one thread: short, serial, and what a launch file needs to avoid shipping a matrix.
extern "C" __global__ void spmv_row_starts(int rows, int *row_start) {
  int at = 0;
  for (int row = 0; row < rows; row++) {
    row_start[row] = at;
    at += 1 + (row * 7) % 61;
  }
  row_start[rows] = at;
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
  const int rows = 4096;
  std::vector<int> start(rows + 1), column;
  std::vector<float> value, x(rows), expected(rows), got(rows);
  for (int r = 0; r < rows; r++) {
    x[r] = (float)(r % 19) - 9.0f;
  }
  for (int r = 0; r < rows; r++) {
    start[r] = (int)column.size();
    int length = 1 + (r * 7) % 61;
    float sum = 0.0f;
    for (int j = 0; j < length; j++) {
      int c = (r * 31 + j * 67) % rows;
      column.push_back(c);
      value.push_back(1.0f / (float)length);
      sum += x[c] / (float)length;
    }
    expected[r] = sum;
  }
  start[rows] = (int)column.size();

  int *dstart, *dcolumn;
  float *dvalue, *dx, *dy;
  CHECK(cudaMalloc(&dstart, start.size() * sizeof(int)));
  CHECK(cudaMalloc(&dcolumn, column.size() * sizeof(int)));
  CHECK(cudaMalloc(&dvalue, value.size() * sizeof(float)));
  CHECK(cudaMalloc(&dx, rows * sizeof(float)));
  CHECK(cudaMalloc(&dy, rows * sizeof(float)));
  CHECK(cudaMemcpy(dstart, start.data(), start.size() * sizeof(int), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dcolumn, column.data(), column.size() * sizeof(int), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dvalue, value.data(), value.size() * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dx, x.data(), rows * sizeof(float), cudaMemcpyHostToDevice));

  int failures = 0;
  for (int k = 0; k < 2; k++) {
    CHECK(cudaMemset(dy, 0, rows * sizeof(float)));
    if (k == 0) {
      spmv_csr_scalar<<<rows / 256, 256>>>(rows, dstart, dcolumn, dvalue, dx, dy);
    } else {
      spmv_csr_vector<<<rows / 8, 256>>>(rows, dstart, dcolumn, dvalue, dx, dy);
    }
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(got.data(), dy, rows * sizeof(float), cudaMemcpyDeviceToHost));
    int wrong = 0;
    for (int r = 0; r < rows; r++) {
      wrong += !(std::fabs(got[r] - expected[r]) <= 1e-4f);
    }
    std::printf("spmv_csr_%s: %d wrong rows\n", k == 0 ? "scalar" : "vector", wrong);
    failures += wrong != 0;
  }
  CHECK(cudaFree(dstart));
  CHECK(cudaFree(dcolumn));
  CHECK(cudaFree(dvalue));
  CHECK(cudaFree(dx));
  CHECK(cudaFree(dy));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
