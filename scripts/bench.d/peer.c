// Runs the bench kernels on whatever OpenCL device there is: `peer KERNELS.cl SCALE` reads lines `name rounds` and answers
// each with the seconds those launches took. SCALE 1 is the size the embedded device runs; larger values divide it, for slow
// interpreters.
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

struct work {
  const char *name;
  cl_kernel kernel;
  int dims;
  size_t global[2], local[2];
};

static double run(const struct work *w, int rounds) {
  double t = now();
  for (int i = 0; i < rounds; i++) {
    check(clEnqueueNDRangeKernel(queue, w->kernel, w->dims, NULL, w->global, w->local, 0, NULL, NULL), w->name);
    check(clFinish(queue), w->name);
  }
  return now() - t;
}

int main(int argc, char **argv) {
  int scale = argc > 2 ? atoi(argv[2]) : 1;
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
  cl_int m = scale > 1 ? 64 : 256, t = scale > 1 ? 128 : 1024;
  float a = 2.0f;
  struct work works[] = {
      {"saxpy", NULL, 1, {elements}, {256}},
      {"matmul", NULL, 2, {m, m}, {16, 16}},
      {"reduction", NULL, 1, {elements}, {256}},
      {"transpose", NULL, 2, {t, t / 4}, {32, 8}},
  };
  for (int i = 0; i < 4; i++) works[i].kernel = clCreateKernel(p, works[i].name, &e), check(e, works[i].name);
  cl_kernel k = works[0].kernel;
  clSetKernelArg(k, 0, 4, &elements), clSetKernelArg(k, 1, 4, &a);
  clSetKernelArg(k, 2, sizeof b[0], &b[0]), clSetKernelArg(k, 3, sizeof b[1], &b[1]);
  k = works[1].kernel;
  for (int i = 0; i < 3; i++) clSetKernelArg(k, i, sizeof b[i], &b[i]);
  clSetKernelArg(k, 3, 4, &m);
  k = works[2].kernel;
  clSetKernelArg(k, 0, sizeof b[0], &b[0]), clSetKernelArg(k, 1, sizeof b[1], &b[1]), clSetKernelArg(k, 2, 4, &elements);
  k = works[3].kernel;
  clSetKernelArg(k, 0, sizeof b[0], &b[0]), clSetKernelArg(k, 1, sizeof b[1], &b[1]), clSetKernelArg(k, 2, 4, &t);

  char name[32];
  int rounds;
  while (scanf("%31s %d", name, &rounds) == 2 && strcmp(name, "quit")) {
    for (int i = 0; i < 4; i++) {
      if (!strcmp(name, works[i].name)) printf("%.9f\n", run(&works[i], rounds)), fflush(stdout);
    }
  }
  return 0;
}
