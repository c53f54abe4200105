// Stencils: a 7-point one in 1D with coefficients in constant memory, and a 5-point one in 2D, each with and without a
// halo in shared memory.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <musa_runtime.h>

#define RADIUS 3
#define BLOCK 256
#define TILE 16

__constant__ float weights[2 * RADIUS + 1] = {0.05f, 0.1f, 0.2f, 0.3f, 0.2f, 0.1f, 0.05f};

// Each thread reads its seven neighbours from global memory; elements off the ends count as zero.
extern "C" __global__ void stencil1d_global(const float *in, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  float sum = 0.0f;
  for (int r = -RADIUS; r <= RADIUS; r++) {
    int at = i + r;
    sum += at >= 0 && at < n ? weights[r + RADIUS] * in[at] : 0.0f;
  }
  out[i] = sum;
}

// The block loads its elements and a halo once.
extern "C" __global__ void stencil1d_shared(const float *in, float *out, int n) {
  __shared__ float s[BLOCK + 2 * RADIUS];
  int t = threadIdx.x;
  int i = blockIdx.x * BLOCK + t;
  s[t + RADIUS] = i < n ? in[i] : 0.0f;
  if (t < RADIUS) {
    s[t] = i >= RADIUS ? in[i - RADIUS] : 0.0f;
    s[t + BLOCK + RADIUS] = i + BLOCK < n ? in[i + BLOCK] : 0.0f;
  }
  __syncthreads();
  float sum = 0.0f;
  for (int r = -RADIUS; r <= RADIUS; r++) {
    sum += weights[r + RADIUS] * s[t + RADIUS + r];
  }
  if (i < n) {
    out[i] = sum;
  }
}

// One step of heat flow on a square plate whose edge stays as it is.
extern "C" __global__ void stencil2d_global(const float *in, float *out, int n) {
  int x = blockIdx.x * TILE + threadIdx.x;
  int y = blockIdx.y * TILE + threadIdx.y;
  if (x >= n || y >= n) {
    return;
  }
  int i = y * n + x;
  if (x == 0 || y == 0 || x == n - 1 || y == n - 1) {
    out[i] = in[i];
  } else {
    out[i] = in[i] + 0.2f * (in[i - 1] + in[i + 1] + in[i - n] + in[i + n] - 4.0f * in[i]);
  }
}

extern "C" __global__ void stencil2d_shared(const float *in, float *out, int n) {
  __shared__ float s[TILE + 2][TILE + 2];
  int tx = threadIdx.x, ty = threadIdx.y;
  int x = blockIdx.x * TILE + tx;
  int y = blockIdx.y * TILE + ty;
  int i = y * n + x;
  bool inside = x < n && y < n;
  s[ty + 1][tx + 1] = inside ? in[i] : 0.0f;
  if (ty == 0) {
    s[0][tx + 1] = inside && y > 0 ? in[i - n] : 0.0f;
    s[TILE + 1][tx + 1] = x < n && y + TILE < n ? in[i + TILE * n] : 0.0f;
  }
  if (tx == 0) {
    s[ty + 1][0] = inside && x > 0 ? in[i - 1] : 0.0f;
    s[ty + 1][TILE + 1] = x + TILE < n && y < n ? in[i + TILE] : 0.0f;
  }
  __syncthreads();
  if (!inside) {
    return;
  }
  float centre = s[ty + 1][tx + 1];
  if (x == 0 || y == 0 || x == n - 1 || y == n - 1) {
    out[i] = centre;
  } else {
    out[i] = centre + 0.2f * (s[ty + 1][tx] + s[ty + 1][tx + 2] + s[ty][tx + 1] + s[ty + 2][tx + 1] - 4.0f * centre);
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

static int differs(const char *name, const std::vector<float> &got, const std::vector<float> &expected) {
  for (size_t i = 0; i < got.size(); i++) {
    if (std::fabs(got[i] - expected[i]) > 1e-5f) {
      std::printf("%s: element %zu is %g, expected %g\n", name, i, got[i], expected[i]);
      return 1;
    }
  }
  std::printf("%s: equal\n", name);
  return 0;
}

int main() {
  const int side = 300;
  const int n = side * side;
  const float w[] = {0.05f, 0.1f, 0.2f, 0.3f, 0.2f, 0.1f, 0.05f};
  std::vector<float> in(n), line(n), plate(n), got(n);
  for (int i = 0; i < n; i++) {
    in[i] = (float)((i * 37) % 101) / 101.0f;
  }
  for (int i = 0; i < n; i++) {
    line[i] = 0.0f;
    for (int r = -RADIUS; r <= RADIUS; r++) {
      if (i + r >= 0 && i + r < n) {
        line[i] += w[r + RADIUS] * in[i + r];
      }
    }
    int x = i % side, y = i / side;
    bool edge = x == 0 || y == 0 || x == side - 1 || y == side - 1;
    plate[i] =
        edge ? in[i] : in[i] + 0.2f * (in[i - 1] + in[i + 1] + in[i - side] + in[i + side] - 4.0f * in[i]);
  }
  float *din, *dout;
  CHECK(musaMalloc(&din, n * sizeof(float)));
  CHECK(musaMalloc(&dout, n * sizeof(float)));
  CHECK(musaMemcpy(din, in.data(), n * sizeof(float), musaMemcpyHostToDevice));

  dim3 grid2((side + TILE - 1) / TILE, (side + TILE - 1) / TILE), block2(TILE, TILE);
  int blocks = (n + BLOCK - 1) / BLOCK;
  int failures = 0;
  for (int k = 0; k < 4; k++) {
    const char *names[] = {"stencil1d_global", "stencil1d_shared", "stencil2d_global", "stencil2d_shared"};
    CHECK(musaMemset(dout, 0, n * sizeof(float)));
    switch (k) {
    case 0: stencil1d_global<<<blocks, BLOCK>>>(din, dout, n); break;
    case 1: stencil1d_shared<<<blocks, BLOCK>>>(din, dout, n); break;
    case 2: stencil2d_global<<<grid2, block2>>>(din, dout, side); break;
    default: stencil2d_shared<<<grid2, block2>>>(din, dout, side); break;
    }
    CHECK(musaGetLastError());
    CHECK(musaMemcpy(got.data(), dout, n * sizeof(float), musaMemcpyDeviceToHost));
    failures += differs(names[k], got, k < 2 ? line : plate);
  }
  CHECK(musaFree(din));
  CHECK(musaFree(dout));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
