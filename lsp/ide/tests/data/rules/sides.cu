// What runs where, and what has arrived when.
#include <stdexcept>
float host_only(float x) { return x; }
__host__ __device__ float both(float x) { return x; }
constexpr float constant(float x) { return x; }
template <typename T> T generic(T x) { return x; }
__device__ float device_only(float x) { return x; }
struct Op { float host_only(float x) { return x; } };

__global__ int wrong() { return 0; }  //~ kernel-not-void

__global__ void kernel(float *x) {
    x[0] = host_only(x[0]);  //~ host-call-from-device
    x[0] = both(x[0]) + constant(x[0]) + generic(x[0]) + device_only(x[0]);
    exit(1);  //~ host-call-from-device
    printf("%f\n", x[0]);
    auto inner = [](float y) { return y; };
    x[1] = inner(x[0]);
    if (x[0] < 0) throw 1;  //~ thrown-exception-in-device
}

__host__ __device__ float mixed(float x) {
#ifdef __CUDA_ARCH__
    return device_only(x);
#else
    return host_only(x);
#endif
}

float host(float *x) {
    if (!x) throw std::runtime_error("no x");
    kernel(x);  //~ device-call-from-host
    float (*f)(float) = host_only;
    return device_only(1) + both(2) + f(3);  //~ device-call-from-host
}

float arrivals(float *d, cudaStream_t s) {
    float *h, *m, sum = 0;
    if (cudaMallocHost(&h, 64) != cudaSuccess || cudaMallocManaged(&m, 64) != cudaSuccess) return 0;
    if (cudaMemcpyAsync(h, d, 64, cudaMemcpyDeviceToHost, s) != cudaSuccess) return 0;
    sum += h[0];  //~ missing-stream-sync-before-read
    if (cudaStreamSynchronize(s) != cudaSuccess) return 0;
    sum += h[1];
    kernel<<<1, 1>>>(m);
    sum += m[0];  //~ missing-stream-sync-before-read
    if (cudaDeviceSynchronize() != cudaSuccess) return 0;
    return sum + m[1];
}

bool copies(float *d, cudaStream_t s) {
    float *h = new float[4];
    float *pinned = new float[4];
    if (cudaHostRegister(pinned, 16, 0) != cudaSuccess) return false;
    if (cudaMemcpyAsync(d, pinned, 16, cudaMemcpyHostToDevice, s) != cudaSuccess) return false;
    return cudaMemcpyAsync(d, h, 16, cudaMemcpyHostToDevice, s) == cudaSuccess;  //~ pageable-async-copy
}
