// Runs the bench kernels on whatever OpenCL device there is: `peer KERNELS.cl SCALE` prints `name elements-a-second`.
// SCALE 1 is the size the embedded device runs; larger values divide it, for slow interpreters.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(cl_int e, const char *what) {
  if (e != CL_SUCCESS) {
    fprintf(stderr, "%s: OpenCL error %d\n", what, e);
    exit(2);
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static cl_command_queue queue;

static void run(cl_kernel k, const char *name, int dims, const size_t *global, const size_t *local, double work, int rounds) {
  double best = 1e30;
  for (int i = 0; i < rounds; i++) {
    double t = now();
    check(clEnqueueNDRangeKernel(queue, k, dims, NULL, global, local, 0, NULL, NULL), name);
    check(clFinish(queue), name);
    t = now() - t;
    if (t < best) best = t;
  }
  printf("%s %.6g\n", name, work / best);
}

int main(int argc, char **argv) {
  int scale = argc > 2 ? atoi(argv[2]) : 1, rounds = scale > 1 ? 1 : 7;
  FILE *f = fopen(argv[1], "r");
  if (!f) return perror(argv[1]), 2;
  static char text[1 << 16];
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  cl_platform_id platforms[8];
  cl_uint n = 0;
  check(clGetPlatformIDs(8, platforms, &n), "platforms");
  cl_device_id device;
  cl_int e = CL_DEVICE_NOT_FOUND;
  for (cl_uint i = 0; i < n && e != CL_SUCCESS; i++) e = clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 1, &device, NULL);
  check(e, "devices");
  cl_context c = clCreateContext(NULL, 1, &device, NULL, NULL, &e);
  check(e, "context");
  queue = clCreateCommandQueue(c, device, 0, &e);
  check(e, "queue");
  const char *source = text;
  cl_program p = clCreateProgramWithSource(c, 1, &source, NULL, &e);
  check(clBuildProgram(p, 1, &device, "", NULL, NULL), "build");
  size_t bytes = 16u << 20;
  float *host = calloc(1, bytes);
  cl_mem b[3];
  for (int i = 0; i < 3; i++) b[i] = clCreateBuffer(c, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes, host, &e);
  check(e, "buffers");

  cl_uint elements = (1u << 20) / scale;
  float a = 2.0f;
  cl_kernel k = clCreateKernel(p, "saxpy", &e);
  clSetKernelArg(k, 0, 4, &elements), clSetKernelArg(k, 1, 4, &a);
  clSetKernelArg(k, 2, sizeof b[0], &b[0]), clSetKernelArg(k, 3, sizeof b[1], &b[1]);
  run(k, "saxpy", 1, (size_t[]){elements}, (size_t[]){256}, elements, rounds);

  cl_int m = scale > 1 ? 64 : 256;
  k = clCreateKernel(p, "matmul", &e);
  for (int i = 0; i < 3; i++) clSetKernelArg(k, i, sizeof b[i], &b[i]);
  clSetKernelArg(k, 3, 4, &m);
  run(k, "matmul", 2, (size_t[]){m, m}, (size_t[]){16, 16}, (double)m * m * m, rounds);

  k = clCreateKernel(p, "reduction", &e);
  clSetKernelArg(k, 0, sizeof b[0], &b[0]), clSetKernelArg(k, 1, sizeof b[1], &b[1]), clSetKernelArg(k, 2, 4, &elements);
  run(k, "reduction", 1, (size_t[]){elements}, (size_t[]){256}, elements, rounds);

  m = scale > 1 ? 128 : 1024;
  k = clCreateKernel(p, "transpose", &e);
  clSetKernelArg(k, 0, sizeof b[0], &b[0]), clSetKernelArg(k, 1, sizeof b[1], &b[1]), clSetKernelArg(k, 2, 4, &m);
  run(k, "transpose", 2, (size_t[]){m, m / 4}, (size_t[]){32, 8}, (double)m * m, rounds);
  return 0;
}
