// What calls cost a program: an empty kernel launched and waited for, launches in a row, a query, and copies beside
// memcpy. The best of twenty rounds.
#include <cuda_runtime.h>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

__global__ void nothing() {}

static double now() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class F> static double best(int rounds, int times, F &&f) {
  double least = 1e30;
  for (int round = 0; round < rounds; round++) {
    double start = now();
    for (int i = 0; i < times; i++) f();
    double each = (now() - start) / times;
    if (each < least) least = each;
  }
  return least;
}

int main() {
  nothing<<<1, 32>>>();
  if (cudaDeviceSynchronize()) return 1;
  printf("%-28s %8.2f us\n", "launch and synchronise", best(20, 1000, [] { nothing<<<1, 32>>>(); cudaDeviceSynchronize(); }));
  printf("%-28s %8.2f us\n", "launch, 100 in a row", best(20, 1, [] {
           for (int i = 0; i < 100; i++) nothing<<<1, 32>>>();
           cudaDeviceSynchronize();
         }) / 100);
  printf("%-28s %8.2f us\n", "query of an idle stream", best(20, 1000, [] { cudaStreamQuery(0); }));
  size_t bytes = 256 << 20;
  char *device;
  std::vector<char> from(bytes, 1), to(bytes, 2);
  if (cudaMalloc(&device, bytes)) return 1;
  cudaMemcpy(device, from.data(), bytes, cudaMemcpyHostToDevice);
  double copy = best(5, 1, [&] { cudaMemcpy(device, from.data(), bytes, cudaMemcpyHostToDevice); });
  double plain = best(5, 1, [&] { memcpy(to.data(), from.data(), bytes); });
  printf("%-28s %8.2f GB/s\n%-28s %8.2f GB/s (%d)\n", "cudaMemcpy to the device", bytes / copy / 1e3, "memcpy", bytes / plain / 1e3, to[bytes - 1]);
}
