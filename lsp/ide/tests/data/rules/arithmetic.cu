// Numbers and their cost, in device code only.
#define HALF 0.5
typedef float real;

__device__ float literals(float x, double d, real r) {
    float y = 1.0;
    y = x * 2.0f + 1;
    y = x * 2.0;  //~ double-literal-in-float-code
    y = x + (-0.1);  //~ double-literal-in-float-code
    if (x > 0.5) y = 3;  //~ double-literal-in-float-code
    y = r / 3.0;  //~ double-literal-in-float-code
    y = d * 2.0;
    y = x * HALF;  //~ implicit-double-promotion
    y = x * d;  //~ implicit-double-promotion
    y = x * (float)d;
    y = abs((int)x) * 2.0f;
    return y;
}

float host(float x) { return x * 2.0; }

__device__ float functions(float x, int n) {
    x = powf(x, 2.0f);  //~ slow-math-function
    x = powf(x, 2.5f);
    x = powf(2.0f, x);
    x = 1.0f / sqrtf(x);  //~ slow-math-function
    x = 2.0f / sqrtf(x);
    n = __mul24(n, n);  //~ slow-math-function
    return x + n;
}

__global__ void indices(float *x, size_t n, int stride) {
    size_t i = blockIdx.x * blockDim.x + threadIdx.x;  //~ int-overflow-in-index
    size_t j = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    size_t step = gridDim.x * blockDim.x;
    size_t k = threadIdx.x * 4;
    unsigned m = blockIdx.x * blockDim.x;
    long long row = stride * stride;  //~ int-overflow-in-index
    for (; i < n; i += step) x[i] = j + k + m + row;
}

__global__ void few(float *x, int n) {
    size_t i = blockIdx.x * blockDim.x + threadIdx.x;
    size_t block = blockIdx.y * gridDim.x + blockIdx.x;
    if (i < n) x[i] = block;
}
