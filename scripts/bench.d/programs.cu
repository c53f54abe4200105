// Microseconds of one launch of each of the bench's kernels in a whole program, one a line: the fastest of many, with
// the wait for its end. The same PTX and sizes as in `cases.rs`.
//
//   programs EXAMPLES
#include <cuda.h>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

static double now() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static void check(CUresult result, const char *what) {
  if (result) {
    fprintf(stderr, "%s: error %d\n", what, result);
    exit(1);
  }
}

static const char *examples;

static void time(const char *name, const char *example, const char *kernel, dim3 grid, dim3 block, void **args) {
  std::ifstream file(std::string(examples) + "/" + example + "/" + example + ".ptx");
  std::string ptx((std::istreambuf_iterator<char>(file)), {});
  CUmodule module;
  CUfunction function;
  check(cuModuleLoadData(&module, ptx.c_str()), example);
  check(cuModuleGetFunction(&function, module, kernel), kernel);
  double least = 1e30;
  for (double end = now() + 2e6; now() < end;) {
    double start = now();
    check(cuLaunchKernel(function, grid.x, grid.y, grid.z, block.x, block.y, block.z, 0, 0, args, 0), kernel);
    check(cuCtxSynchronize(), kernel);
    double took = now() - start;
    if (took < least) least = took;
  }
  printf("%s %.1f\n", name, least);
}

int main(int argc, char **argv) {
  examples = argc > 1 ? argv[1] : "examples";
  CUdevice device;
  CUcontext context;
  check(cuInit(0), "cuInit");
  check(cuDeviceGet(&device, 0), "cuDeviceGet");
  check(cuCtxCreate(&context, 0, device), "cuCtxCreate");
  CUdeviceptr a, b, c;
  for (CUdeviceptr *p : {&a, &b, &c}) check(cuMemAlloc(p, 16 << 20), "cuMemAlloc");
  unsigned n = 1 << 20, side = 256, wide = 1024;
  float two = 2;
  void *saxpy[] = {&n, &two, &a, &b}, *matmul[] = {&a, &b, &c, &side};
  void *reduce[] = {&a, &b, &n}, *transpose[] = {&a, &b, &wide};
  time("saxpy", "saxpy", "saxpy", n / 256, 256, saxpy);
  time("matmul", "matmul", "matmul_tiled", dim3(16, 16), dim3(16, 16), matmul);
  time("matmul_naive", "matmul", "matmul_naive", dim3(16, 16), dim3(16, 16), matmul);
  time("reduction", "reduction", "reduce_sequential", n / 256, 256, reduce);
  time("transpose", "transpose", "transpose_padded", dim3(32, 32), dim3(32, 8), transpose);
}
