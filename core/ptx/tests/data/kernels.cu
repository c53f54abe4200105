// Source of kernels-O2.ptx and kernels-O0.ptx; see tests/corpus.rs for the command that makes them.
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))

struct Pair { int a; float b; };
__device__ float table[4] = {1, 2, 3, 4};
__device__ float *second = table + 1;
__constant__ Pair origin = {3, 1.5f};
__device__ int triple(int x) { return x * 3; }
__device__ int square(int x) { return x * x; }
__device__ int (*functions[2])(int) = {triple, square};
__device__ __attribute__((noinline)) Pair shift(int a, Pair p) { p.a += a; return p; }
static __device__ float scaled(float x) { return x * *second; }

__global__ void kernel(float *x, int n, Pair p) {
  extern __shared__ float dynamic[];
  __shared__ double fixed[33];
  int i = __nvvm_read_ptx_sreg_tid_x();
  dynamic[i] = x[i];
  fixed[i % 33] = i;
  __syncthreads();
  Pair q = shift(n, p);
  x[i] = dynamic[n - i] + fixed[n % 33] + q.b + functions[n & 1](i) + scaled(x[n]) + origin.b;
  asm volatile("{ .reg .pred p; setp.ne.s32 p,%0,0; @p trap; }" ::"r"(n));
  switch (n) {
  case 0: x[1] = 1; break;
  case 1: x[2] = 5; break;
  case 2: x[3] = 7; x[9]++; break;
  case 3: x[5] = x[6]; break;
  case 4: x[8] *= 7; break;
  }
}
