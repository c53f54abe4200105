// What the programs use of the documented C ABI, declared here so that no header is needed.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct { unsigned x, y, z; } dim3;
typedef void *stream_t;
typedef void *event_t;
enum { H2H, H2D, D2H, D2D, ANY };

extern int cudaMalloc(void *, size_t), cudaFree(void *), cudaMallocHost(void *, size_t), cudaFreeHost(void *);
extern int cudaMallocManaged(void *, size_t, unsigned), cudaMemGetInfo(size_t *, size_t *);
extern int cudaHostRegister(void *, size_t, unsigned), cudaHostUnregister(void *);
extern int cudaHostGetDevicePointer(void *, void *, unsigned);
extern int cudaMemcpy(void *, const void *, size_t, int), cudaMemset(void *, int, size_t);
extern int cudaMemcpyAsync(void *, const void *, size_t, int, stream_t);
extern int cudaMemcpy2D(void *, size_t, const void *, size_t, size_t, size_t, int);
extern int cudaMallocPitch(void *, size_t *, size_t, size_t);
extern int cudaDeviceSynchronize(void), cudaGetLastError(void), cudaPeekAtLastError(void), cudaDeviceReset(void);
extern int cudaGetDeviceCount(int *), cudaSetDevice(int), cudaDeviceGetAttribute(int *, int, int);
extern int cudaLaunchKernel(const void *, dim3, dim3, void **, size_t, stream_t);
extern int cudaStreamCreate(stream_t *), cudaStreamSynchronize(stream_t), cudaStreamDestroy(stream_t);
extern int cudaStreamWaitEvent(stream_t, event_t, unsigned), cudaStreamQuery(stream_t);
extern int cudaLaunchHostFunc(stream_t, void (*)(void *), void *);
extern int cudaEventCreate(event_t *), cudaEventRecord(event_t, stream_t), cudaEventSynchronize(event_t);
extern int cudaEventElapsedTime(float *, event_t, event_t);
extern int cudaStreamBeginCapture(stream_t, int), cudaStreamEndCapture(stream_t, void **);
extern int cudaGraphInstantiate(void **, void *, unsigned long long), cudaGraphLaunch(void *, stream_t);
extern int cudaMemcpyToSymbol(const void *, const void *, size_t, size_t, int);
extern int cudaMemcpyFromSymbol(void *, const void *, size_t, size_t, int);
extern int cudaBindTexture(size_t *, const void *, const void *, const void *, size_t);
extern const char *cudaGetErrorName(int), *cudaGetErrorString(int);
extern int musaMalloc(void *, size_t), musaMemcpy(void *, const void *, size_t, int), musaFree(void *);
extern const char *musaGetErrorName(int);
extern int nvtxRangePushA(const char *), nvtxRangePop(void);
extern int cuInit(unsigned), cuModuleLoadData(void **, const void *);
extern int cuModuleGetFunction(void **, void *, const char *), cuMemAlloc_v2(unsigned long long *, size_t);
extern int cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, stream_t,
                          void **, void **);
extern int cuMemcpyDtoH_v2(void *, unsigned long long, size_t);
extern void **__cudaRegisterFatBinary(void *), __cudaRegisterFatBinaryEnd(void **), __cudaUnregisterFatBinary(void **);
extern void __cudaRegisterFunction(void **, const void *, char *, const char *, int, void *, void *, void *, void *,
                                   int *);
extern void __cudaRegisterVar(void **, char *, char *, const char *, int, size_t, int, int);

// The device code: the fake device knows these kernels by name.
static const char image[] = "fake device code";
static struct { int magic, version; const void *data; void *unused; } wrapper = {0x466243B1, 1, image, 0};
static void **module;
// Host functions stand for kernels by their addresses alone.
static char fill, add, print, crash, fault, lost, table;

__attribute__((constructor)) static void register_all(void) {
  module = __cudaRegisterFatBinary(&wrapper);
#define KERNEL(k) __cudaRegisterFunction(module, &k, #k, #k, -1, 0, 0, 0, 0, 0)
  KERNEL(fill), KERNEL(add), KERNEL(print), KERNEL(crash), KERNEL(fault), KERNEL(lost);
  __cudaRegisterVar(module, &table, "table", "table", 0, 64, 1, 0);
  __cudaRegisterFatBinaryEnd(module);
}
__attribute__((destructor)) static void unregister_all(void) { __cudaUnregisterFatBinary(module); }

static inline int launch(const void *kernel, void **args, stream_t stream) {
  return cudaLaunchKernel(kernel, (dim3){1, 1, 1}, (dim3){32, 1, 1}, args, 0, stream);
}
#define CHECK(call)                                                                              \
  do {                                                                                           \
    int code_ = (call);                                                                          \
    if (code_) printf("line %d: %s\n", __LINE__, cudaGetErrorName(code_)), exit(1);              \
  } while (0)
