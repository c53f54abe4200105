// Driver functions by name, and the forms that functions took with CUDA 13.
#include <cuda.h>
#include <cudaTypedefs.h>
#include <cstdio>

int main() {
  void *found = nullptr;
  CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
  if (cuGetProcAddress("cuDeviceGetCount", &found, CUDA_VERSION, CU_GET_PROC_ADDRESS_DEFAULT, &status) != CUDA_SUCCESS ||
      status != CU_GET_PROC_ADDRESS_SUCCESS) {
    return printf("cuDeviceGetCount is not found\n"), 1;
  }
  int count = 0;
  if (cuInit(0) != CUDA_SUCCESS || ((CUresult(*)(int *))found)(&count) != CUDA_SUCCESS || count != 1) {
    return printf("%d devices\n", count), 1;
  }
  found = &count;
  if (cuGetProcAddress("cuNoSuchFunction", &found, CUDA_VERSION, 0, &status) != CUDA_ERROR_NOT_FOUND || found ||
      status != CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND) {
    return printf("a function that is not there was found\n"), 1;
  }
  // A name of the C library is not one of the driver.
  if (cuGetProcAddress("malloc", &found, CUDA_VERSION, 0, nullptr) != CUDA_ERROR_NOT_FOUND) {
    return printf("malloc is a driver function\n"), 1;
  }

  int *managed;
  cudaMallocManaged(&managed, 4096);
  cudaMemLocation place = {cudaMemLocationTypeDevice, 0};
  if (cudaMemAdvise(managed, 4096, cudaMemAdviseSetPreferredLocation, place) != cudaSuccess ||
      cudaMemPrefetchAsync(managed, 4096, place, 0) != cudaSuccess) {
    return printf("a place is refused\n"), 1;
  }
  puts("right");
  return 0;
}
