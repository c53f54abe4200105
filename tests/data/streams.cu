// Host and device at the same time: flags both ways, calls of other threads and streams while a kernel runs.
#include <cuda_runtime.h>
#include <cstdio>
#include <thread>
#include <unistd.h>

#define CHECK(call)                                                                                        \
  do {                                                                                                     \
    cudaError_t code_ = (call);                                                                            \
    if (code_) { printf("line %d: %s\n", __LINE__, cudaGetErrorName(code_)); return 1; }                   \
  } while (0)

__global__ void answer(volatile int *question, volatile int *reply, int rounds) {
  for (int i = 1; i <= rounds; i++) {
    while (*question != i) {}
    *reply = i * 10;
    __threadfence_system();
  }
}
__global__ void add(int *x) { atomicAdd(x, 1); }

static int ping_pong(volatile int *q, volatile int *r, volatile int *dq, volatile int *dr) {
  *q = *r = 0;
  answer<<<1, 1>>>(dq, dr, 20);
  CHECK(cudaGetLastError());
  for (int i = 1; i <= 20; i++) {
    *q = i;
    while (*r != i * 10) {}
  }
  CHECK(cudaDeviceSynchronize());
  return 0;
}

int main() {
  // Pinned, mapped and managed memory; an ordinary host loop waits for the kernel, which waits for the host.
  int *pinned, *mapped, *device_side;
  CHECK(cudaMallocHost(&pinned, 8));
  CHECK(cudaHostAlloc(&mapped, 8, cudaHostAllocMapped));
  CHECK(cudaHostGetDevicePointer(&device_side, mapped, 0));
  if (ping_pong(pinned, pinned + 1, pinned, pinned + 1)) return 1;
  if (ping_pong(mapped, mapped + 1, device_side, device_side + 1)) return 1;
  int *managed;
  CHECK(cudaMallocManaged(&managed, 8));
  if (ping_pong(managed, managed + 1, managed, managed + 1)) return 1;
  printf("flags\n");

  // While a kernel waits: questions, allocations, copies, events and launches of other streams and threads.
  int *x, k = 0;
  size_t free_bytes, total;
  cudaStream_t busy, other;
  cudaEvent_t event;
  CHECK(cudaStreamCreateWithFlags(&busy, cudaStreamNonBlocking));
  CHECK(cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking));
  CHECK(cudaEventCreate(&event));
  pinned[0] = pinned[1] = 0;
  answer<<<1, 1, 0, busy>>>(pinned, pinned + 1, 1);
  CHECK(cudaEventRecord(event, busy));
  if (cudaStreamQuery(busy) != cudaErrorNotReady || cudaEventQuery(event) != cudaErrorNotReady) return 2;
  CHECK(cudaMalloc(&x, 4));
  CHECK(cudaMemset(x, 0, 4));
  CHECK(cudaMemGetInfo(&free_bytes, &total));
  add<<<1, 32, 0, other>>>(x);
  CHECK(cudaMemcpyAsync(mapped, x, 4, cudaMemcpyDeviceToHost, other));
  std::thread waits([&] { cudaStreamSynchronize(busy); printf("thread saw %d\n", pinned[1]); });
  usleep(50000);
  // The flag is set by a copy in a third stream.
  cudaStream_t third;
  int one = 1;
  CHECK(cudaStreamCreateWithFlags(&third, cudaStreamNonBlocking));
  CHECK(cudaMemcpyAsync(pinned, &one, 4, cudaMemcpyHostToDevice, third));
  CHECK(cudaStreamSynchronize(third));
  waits.join();
  CHECK(cudaStreamSynchronize(other));
  if (*mapped != 32) return 3;
  CHECK(cudaEventSynchronize(event));

  // A host function holds up its own stream, and nobody else.
  static volatile bool go = false;
  CHECK(cudaLaunchHostFunc(busy, [](void *) { while (!go) usleep(1000); }, nullptr));
  add<<<1, 32, 0, busy>>>(x);
  add<<<1, 32, 0, other>>>(x);
  CHECK(cudaStreamSynchronize(other));
  if (cudaStreamQuery(busy) != cudaErrorNotReady) return 4;
  go = true;
  CHECK(cudaStreamSynchronize(busy));
  CHECK(cudaMemcpy(&k, x, 4, cudaMemcpyDeviceToHost));
  printf("added %d\n", k);
}
