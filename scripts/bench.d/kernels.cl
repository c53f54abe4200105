// The kernels of the examples, in OpenCL, for the peers.
__kernel void saxpy(uint n, float a, __global const float *x, __global float *y) {
  uint i = get_global_id(0);
  if (i < n) y[i] = a * x[i] + y[i];
}

#define TILE 16
__kernel void matmul(__global const float *a, __global const float *b, __global float *c, int n) {
  __local float sa[TILE][TILE], sb[TILE][TILE];
  int tx = get_local_id(0), ty = get_local_id(1);
  int x = get_group_id(0) * TILE + tx, y = get_group_id(1) * TILE + ty;
  float sum = 0.0f;
  for (int tile = 0; tile < n; tile += TILE) {
    sa[ty][tx] = a[y * n + tile + tx];
    sb[ty][tx] = b[(tile + ty) * n + x];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE; k++) sum += sa[ty][k] * sb[k][tx];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  c[y * n + x] = sum;
}

__kernel void reduction(__global const int *in, __global int *out, int n) {
  __local int s[256];
  int t = get_local_id(0), i = get_global_id(0);
  s[t] = i < n ? in[i] : 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int step = 128; step > 0; step /= 2) {
    if (t < step) s[t] += s[t + step];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (t == 0) out[get_group_id(0)] = s[0];
}

__kernel void transpose(__global const float *in, __global float *out, int n) {
  __local float tile[32][33];
  int lx = get_local_id(0), ly = get_local_id(1);
  int x = get_group_id(0) * 32 + lx, y = get_group_id(1) * 32 + ly;
  for (int j = 0; j < 32; j += 8) tile[ly + j][lx] = in[(y + j) * n + x];
  barrier(CLK_LOCAL_MEM_FENCE);
  x = get_group_id(1) * 32 + lx;
  y = get_group_id(0) * 32 + ly;
  for (int j = 0; j < 32; j += 8) out[(y + j) * n + x] = tile[lx][ly + j];
}
