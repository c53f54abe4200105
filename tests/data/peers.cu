// Two devices that use each other's memory.
#include <cuda_runtime.h>
#include <cstdio>

#define CHECK(call)                                                                                        \
  do {                                                                                                     \
    cudaError_t code_ = (call);                                                                            \
    if (code_) { printf("line %d: %s\n", __LINE__, cudaGetErrorName(code_)); return 1; }                   \
  } while (0)
#define SHOW(call) printf("%s\n", cudaGetErrorName(call))

__global__ void scale(const int *from, int *to) { to[threadIdx.x] = from[threadIdx.x] * 3; }

int main(int argc, char **argv) {
  int can = 0, *a, *b, host[32];
  CHECK(cudaDeviceCanAccessPeer(&can, 0, 1));
  printf("can %d\n", can);
  for (int i = 0; i < 32; i++) host[i] = i;
  CHECK(cudaMalloc(&a, sizeof host));
  CHECK(cudaMemcpy(a, host, sizeof host, cudaMemcpyHostToDevice));
  CHECK(cudaSetDevice(1));
  CHECK(cudaMalloc(&b, sizeof host));
  if (argc < 2) {
    SHOW(cudaDeviceDisablePeerAccess(0));
    SHOW(cudaDeviceEnablePeerAccess(1, 0));
    CHECK(cudaDeviceEnablePeerAccess(0, 0));
    SHOW(cudaDeviceEnablePeerAccess(0, 0));
  }
  scale<<<1, 32>>>(a, b);
  SHOW(cudaDeviceSynchronize());
  if (argc > 1) return 0;
  CHECK(cudaSetDevice(0));
  CHECK(cudaMemset(a, 0, sizeof host));
  CHECK(cudaMemcpyPeer(a, 0, b, 1, sizeof host));
  CHECK(cudaMemcpy(host, a, sizeof host, cudaMemcpyDeviceToHost));
  printf("%d %d\n", host[1], host[31]);
}
