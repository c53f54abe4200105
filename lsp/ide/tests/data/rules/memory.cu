// Addresses, extents and spaces.
constexpr int kTile = 16;
#define ROWS 8

__constant__ float table[64];

__global__ void vectors(float *x, const float *y, int i) {
    float4 a = *reinterpret_cast<const float4 *>(&y[4 * threadIdx.x]);
    float4 b = *(const float4 *)&y[1];  //~ misaligned-vector-access
    float4 c = *(const float4 *)(y + 4 * threadIdx.x + 2);  //~ misaligned-vector-access
    float2 d = *(const float2 *)(y + 4 * threadIdx.x + 2);
    float4 e = *(const float4 *)(y + i);
    int lane = threadIdx.x;
    float4 f = *(const float4 *)(y + lane);  //~ misaligned-vector-access
    if (lane % 4 == 0) f = *(const float4 *)(y + lane);
    x[lane] = a.x + b.x + c.x + d.x + e.x + f.x;
}

__global__ void extents(float *x) {
    __shared__ float s[kTile][ROWS + 1];
    __shared__ float t[96];
    s[15][8] = 1;
    s[16][0] = 1;  //~ shared-array-overflow
    s[0][ROWS + 1] = 1;  //~ shared-array-overflow
    t[threadIdx.x] = x[0];  //~ shared-array-overflow
    if (threadIdx.x < 96) t[threadIdx.x] = x[1];
    t[threadIdx.x / 2] = x[2];
    float *end = &t[96];
    float local[3] = {s[0][0], t[0], *end};
    x[0] = local[2] + table[0];
    x[1] = local[-1];  //~ shared-array-overflow
}

template <int N>
__global__ void generic(float *x) {
    __shared__ float s[4];
    if (N > 4) s[5] = x[0];
    s[N] = x[1];
    x[0] = s[0];
}

__global__ void constants(float *x) {
    x[threadIdx.x] = table[threadIdx.x];  //~ divergent-constant-access
    x[threadIdx.x] = table[blockIdx.x] + table[threadIdx.y];
}

__global__ void dynamic(float *x) {
    extern __shared__ float bytes[];
    bytes[threadIdx.x] = x[0];
}

__global__ void unwritten(float *x) {
    __shared__ float s[32];
    __shared__ float t[32];
    __shared__ int count;
    x[0] = s[threadIdx.x];  //~ uninitialised-shared-read
    atomicAdd(&count, 1);
    extents<<<1, 1>>>(t);
    x[1] = t[threadIdx.x];
}

__device__ float *shared_buffer() {
    __shared__ float s[32];
    return s;  //~ returned-shared-address
}

__device__ float *dynamic_buffer() {
    extern __shared__ float all[];
    return all;
}

__device__ float *gone() {
    float local[4];
    return &local[1];  //~ returned-shared-address
}

__device__ float value() {
    __shared__ float s[32];
    s[0] = 1;
    return s[0];
}

__global__ void unguarded(float *out, const float *in, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i] = in[i];  //~ missing-bounds-guard
}

__global__ void row_width(float *out, int width) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    out[i * width] = 1;
}

__global__ void counts(const int *x, int *total, int *bins, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(total, x[i]);  //~ contended-atomic
    if (i < n) atomicAdd(&bins[x[i]], 1);
    if (threadIdx.x == 0) atomicAdd(total, 1);
    atomicAdd(&bins[blockIdx.x], 1);
}

int main() {
    float *host = new float[64], *device, stack[4], *managed;
    if (cudaMalloc(&device, 256) != cudaSuccess) return 1;
    if (cudaMallocManaged(&managed, 256) != cudaSuccess) return 1;
    vectors<<<1, 32>>>(device, host, 1);  //~ host-pointer-in-kernel
    vectors<<<1, 32>>>(device, stack, 1);  //~ host-pointer-in-kernel
    vectors<<<1, 32>>>(managed, device, 1);
    extents<<<4, 128>>>(device);
    dynamic<<<1, 32>>>(device);  //~ dynamic-shared-size-mismatch
    dynamic<<<1, 32, 128>>>(device);
    dynamic<<<1, 32, 0>>>(device);  //~ dynamic-shared-size-mismatch
    return cudaGetLastError() != cudaSuccess;
}
