// The Mandelbrot set: lanes of a warp leave a data-dependent loop at different times.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <musa_runtime.h>

__host__ __device__ inline int escape(float cx, float cy, int limit) {
  float x = 0.0f, y = 0.0f;
  int i = 0;
  while (i < limit) {
    // Written so that no multiply-add can be fused: host and device must agree to the last bit.
#ifdef __MUSA_ARCH__
    float xx = __fmul_rn(x, x), yy = __fmul_rn(y, y), xy = __fmul_rn(x, y);
#else
    volatile float vxx = x * x, vyy = y * y, vxy = x * y;
    float xx = vxx, yy = vyy, xy = vxy;
#endif
    if (xx + yy > 4.0f) {
      break;
    }
    x = xx - yy + cx;
    y = xy + xy + cy;
    i++;
  }
  return i;
}

// A thread a pixel; a warp covers 32 pixels of one row.
extern "C" __global__ void mandelbrot_rows(int *iterations, int width, int height, int limit) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < width && y < height) {
    float cx = -2.0f + 3.0f * (float)x / (float)width;
    float cy = -1.5f + 3.0f * (float)y / (float)height;
    iterations[y * width + x] = escape(cx, cy, limit);
  }
}

// The same, with each warp covering a patch of 8 x 4 pixels, whose escape times differ less.
extern "C" __global__ void mandelbrot_patches(int *iterations, int width, int height, int limit) {
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  int x = blockIdx.x * 32 + (warp % 4) * 8 + lane % 8;
  int y = blockIdx.y * 8 + (warp / 4) * 4 + lane / 8;
  if (x < width && y < height) {
    float cx = -2.0f + 3.0f * (float)x / (float)width;
    float cy = -1.5f + 3.0f * (float)y / (float)height;
    iterations[y * width + x] = escape(cx, cy, limit);
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
  const int width = 256, height = 256, limit = 128;
  const size_t n = (size_t)width * height;
  std::vector<int> expected(n), got(n);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      float cx = -2.0f + 3.0f * (float)x / (float)width;
      float cy = -1.5f + 3.0f * (float)y / (float)height;
      expected[(size_t)y * width + x] = escape(cx, cy, limit);
    }
  }
  int *diterations;
  CHECK(musaMalloc(&diterations, n * sizeof(int)));
  int failures = 0;
  for (int k = 0; k < 2; k++) {
    CHECK(musaMemset(diterations, 0, n * sizeof(int)));
    if (k == 0) {
      mandelbrot_rows<<<dim3(width / 32, height / 8), dim3(32, 8)>>>(diterations, width, height, limit);
    } else {
      mandelbrot_patches<<<dim3(width / 32, height / 8), 256>>>(diterations, width, height, limit);
    }
    CHECK(musaGetLastError());
    CHECK(musaMemcpy(got.data(), diterations, n * sizeof(int), musaMemcpyDeviceToHost));
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
      wrong += got[i] != expected[i];
    }
    // A pixel on the very edge may differ where the constants above were folded differently.
    std::printf("mandelbrot_%s: %d pixels differ\n", k == 0 ? "rows" : "patches", wrong);
    failures += wrong > (int)(n / 1000);
  }
  CHECK(musaFree(diterations));
  std::printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
