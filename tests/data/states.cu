// A program to be killed in a state of its choice: `states STATE` prints "ready PID" and stays in that state.
#include <cuda.h>
#include <cuda_runtime.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

__global__ void add(int *x) { atomicAdd(x, 1); }
__global__ void wait_for(volatile int *flag) { while (!*flag) {} }

static const char module_text[] = ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry nothing() { ret; }\n";

// Says what went wrong and ends with the error's number, so that nothing passes for success.
#define CHECK(call)                                                                                        \
  do {                                                                                                     \
    cudaError_t code_ = (call);                                                                            \
    if (code_) { printf("%s\n", cudaGetErrorName(code_)); fflush(stdout); _exit(46); }                     \
  } while (0)

int main(int argc, char **argv) {
  std::string state = argc > 1 ? argv[1] : "idle";
  int *x, *flag, host[2] = {0, 0};
  CHECK(cudaMalloc(&x, 64 << 20));
  CHECK(cudaMallocHost(&flag, 4));
  *flag = 0;
  CHECK(cudaMemset(x, 0, 4));
  add<<<2, 64>>>(x);
  CHECK(cudaMemcpy(host, x, 4, cudaMemcpyDeviceToHost));
  if (host[0] != 128) return 1;
  if (state == "spin") wait_for<<<1, 32>>>(flag);
  printf("ready %d\n", getpid());
  fflush(stdout);
  std::vector<char> bytes(64 << 20);
  for (;;) {
    if (state == "idle") { usleep(1000); cudaError_t gone = cudaFree(0); CHECK(gone); }
    if (state == "copy") CHECK(cudaMemcpy(x, bytes.data(), bytes.size(), cudaMemcpyHostToDevice));
    if (state == "launch") { add<<<64, 256>>>(x); CHECK(cudaDeviceSynchronize()); }
    if (state == "malloc") { void *p; CHECK(cudaMalloc(&p, 4096)); CHECK(cudaFree(p)); }
    if (state == "load") {
      CUmodule module;
      if (cuModuleLoadData(&module, module_text)) CHECK(cudaErrorDevicesUnavailable);
      cuModuleUnload(module);
    }
    if (state == "spin") CHECK(cudaDeviceSynchronize());
    if (state == "exit") return 0;
  }
}
