// Textures, surfaces and arrays through both APIs, against the programming guide's formulae worked out on the host.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <cuda.h>
#include <cuda_runtime.h>

#define CHECK(call)                                                                                                   \
  do {                                                                                                                \
    cudaError_t status = (cudaError_t)(call);                                                                         \
    if (status != cudaSuccess) {                                                                                      \
      printf("line %d: %s\n", __LINE__, cudaGetErrorName(status));                                                    \
      return 1;                                                                                                       \
    }                                                                                                                 \
  } while (0)
#define EXPECT(got, wanted)                                                                                           \
  do {                                                                                                                \
    double g = (double)(got), w = (double)(wanted);                                                                   \
    if (!(fabs(g - w) <= 1e-6 * fabs(w))) {                                                                           \
      printf("line %d: %s is %g, not %g\n", __LINE__, #got, g, w);                                                    \
      return 1;                                                                                                       \
    }                                                                                                                 \
  } while (0)

__global__ void rotate(cudaTextureObject_t in, cudaSurfaceObject_t out, int n) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < n && y < n) {
    // A quarter turn: texel (y, n - 1 - x) comes to (x, y).
    float4 v = tex2D<float4>(in, (y + 0.5f) / n, (n - 0.5f - x) / n);
    surf2Dwrite(make_uchar4(v.x * 255 + 0.5f, v.y * 255 + 0.5f, v.z * 255 + 0.5f, 255), out, x * 4, y);
  }
}

__global__ void sample(cudaTextureObject_t t, float *out) {
  float x = threadIdx.x * 0.25f;
  out[threadIdx.x] = tex2D<float>(t, x, 1.25f);
}

__global__ void solid(cudaTextureObject_t three, cudaTextureObject_t layers, cudaTextureObject_t cube,
                      cudaTextureObject_t levels, float *out) {
  out[0] = tex3D<float>(three, 1.5f, 0.5f, 1.5f);
  out[1] = tex2DLayered<float>(layers, 1.5f, 0.5f, 1);
  out[2] = texCubemap<float>(cube, -1.0f, 0.25f, 0.25f);
  out[3] = tex2DLod<float>(levels, 0.5f, 0.5f, 1.0f);
  out[4] = tex2DLod<float>(levels, 0.5f, 0.5f, 0.0f);
  out[5] = tex2DGrad<float>(levels, 0.5f, 0.5f, make_float2(0.5f, 0), make_float2(0, 0.5f));
  float4 four = tex2Dgather<float4>(levels, 0.5f, 0.5f);
  out[6] = four.x + 10 * four.y + 100 * four.z + 1000 * four.w;
}

__global__ void surfaces(cudaSurfaceObject_t s, int *out) {
  surf3Dwrite(7, s, 4, 1, 1);
  surf3Dwrite(9, s, 400, 0, 0, cudaBoundaryModeZero);
  short2 both = surf3Dread<short2>(s, 4, 1, 1);
  out[0] = both.x + both.y;
  out[1] = surf3Dread<int>(s, -4, 0, 0, cudaBoundaryModeZero);
  out[2] = surf3Dread<int>(s, 400, 0, 0, cudaBoundaryModeClamp);
  out[3] = surf3Dread<unsigned char>(s, 8, 0, 0);
  int2 pair;
  surf3Dread(&pair, s, 8, 1, 0);
  out[4] = pair.x + 100 * pair.y;
}

__global__ void plain(cudaTextureObject_t t, int *out) { out[threadIdx.x] = tex1Dfetch<int>(t, (int)threadIdx.x - 1); }

static int images() {
  const int n = 20;
  static uchar4 in[n][n], out[n][n];
  for (int y = 0; y < n; y++) {
    for (int x = 0; x < n; x++) {
      in[y][x] = make_uchar4(x * 12, y * 12, x ^ y, 0);
    }
  }
  cudaChannelFormatDesc format = cudaCreateChannelDesc<uchar4>();
  cudaArray_t a, b;
  CHECK(cudaMallocArray(&a, &format, n, n));
  CHECK(cudaMallocArray(&b, &format, n, n, cudaArraySurfaceLoadStore));
  CHECK(cudaMemcpy2DToArray(a, 0, 0, in, n * 4, n * 4, n, cudaMemcpyHostToDevice));
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = a;
  cudaTextureDesc how = {};
  how.readMode = cudaReadModeNormalizedFloat;
  how.normalizedCoords = 1;
  cudaTextureObject_t t;
  CHECK(cudaCreateTextureObject(&t, &resource, &how, nullptr));
  resource.res.array.array = b;
  cudaSurfaceObject_t s;
  CHECK(cudaCreateSurfaceObject(&s, &resource));
  rotate<<<dim3(2, 2), dim3(16, 16)>>>(t, s, n);
  CHECK(cudaMemcpy2DFromArray(out, n * 4, b, 0, 0, n * 4, n, cudaMemcpyDeviceToHost));
  for (int y = 0; y < n; y++) {
    for (int x = 0; x < n; x++) {
      uchar4 want = in[n - 1 - x][y], got = out[y][x];
      EXPECT(got.x, want.x);
      EXPECT(got.y, want.y);
      EXPECT(got.z, want.z);
      EXPECT(got.w, 255);
    }
  }
  CHECK(cudaDestroyTextureObject(t));
  CHECK(cudaDestroySurfaceObject(s));
  CHECK(cudaFreeArray(a));
  CHECK(cudaFreeArray(b));
  return 0;
}

static int filtering() {
  const float texels[2][4] = {{0, 1, 2, 3}, {8, 9, 10, 11}};
  float *pitched, *out, got[24];
  size_t pitch;
  CHECK(cudaMallocPitch(&pitched, &pitch, sizeof texels[0], 2));
  CHECK(cudaMalloc(&out, sizeof got));
  CHECK(cudaMemcpy2D(pitched, pitch, texels, sizeof texels[0], sizeof texels[0], 2, cudaMemcpyHostToDevice));
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypePitch2D;
  resource.res.pitch2D.devPtr = pitched;
  resource.res.pitch2D.desc = cudaCreateChannelDesc<float>();
  resource.res.pitch2D.width = 4;
  resource.res.pitch2D.height = 2;
  resource.res.pitch2D.pitchInBytes = pitch;
  cudaTextureDesc how = {};
  how.filterMode = cudaFilterModeLinear;
  how.addressMode[0] = how.addressMode[1] = cudaAddressModeClamp;
  cudaTextureObject_t t;
  CHECK(cudaCreateTextureObject(&t, &resource, &how, nullptr));
  sample<<<1, 24>>>(t, out);
  CHECK(cudaMemcpy(got, out, sizeof got, cudaMemcpyDeviceToHost));
  for (int i = 0; i < 24; i++) {
    // Rows 0 and 1 in the ratio 1 to 3; columns are numbered by their values.
    float x = fminf(fmaxf(i * 0.25f - 0.5f, 0), 3);
    EXPECT(got[i], x + 8 * 0.75f);
  }
  cudaTextureDesc back;
  CHECK(cudaGetTextureObjectTextureDesc(&back, t));
  EXPECT(back.filterMode, cudaFilterModeLinear);
  CHECK(cudaDestroyTextureObject(t));
  int words[4] = {5, 6, 7, 8}, *device, *result, six[6];
  CHECK(cudaMalloc(&device, sizeof words));
  CHECK(cudaMalloc(&result, sizeof six));
  CHECK(cudaMemcpy(device, words, sizeof words, cudaMemcpyHostToDevice));
  cudaResourceDesc line = {};
  line.resType = cudaResourceTypeLinear;
  line.res.linear.devPtr = device;
  line.res.linear.desc = cudaCreateChannelDesc<int>();
  line.res.linear.sizeInBytes = sizeof words;
  cudaTextureDesc points = {};
  CHECK(cudaCreateTextureObject(&t, &line, &points, nullptr));
  plain<<<1, 6>>>(t, result);
  CHECK(cudaMemcpy(six, result, sizeof six, cudaMemcpyDeviceToHost));
  for (int i = 0; i < 6; i++) {
    EXPECT(six[i], i >= 1 && i <= 4 ? words[i - 1] : 0);
  }
  points.filterMode = cudaFilterModeLinear;
  line.resType = cudaResourceTypePitch2D;
  EXPECT(cudaCreateTextureObject(&t, &line, &points, nullptr), cudaErrorInvalidValue);
  return 0;
}

// An array of these flags, filled with 0, 1, 2, ...
static int filled(cudaArray_t *array, cudaExtent extent, unsigned flags) {
  static float texels[256];
  for (int i = 0; i < 256; i++) {
    texels[i] = (float)i;
  }
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
  CHECK(cudaMalloc3DArray(array, &format, extent, flags));
  cudaMemcpy3DParms copy = {};
  copy.srcPtr = make_cudaPitchedPtr(texels, extent.width * 4, extent.width, extent.height);
  copy.dstArray = *array;
  copy.extent = extent;
  copy.kind = cudaMemcpyHostToDevice;
  CHECK(cudaMemcpy3D(&copy));
  return 0;
}

static int shapes() {
  cudaArray_t three, layered, cubic, level;
  cudaMipmappedArray_t mips;
  if (filled(&three, make_cudaExtent(2, 2, 2), 0) || filled(&layered, make_cudaExtent(2, 2, 3), cudaArrayLayered) ||
      filled(&cubic, make_cudaExtent(2, 2, 6), cudaArrayCubemap)) {
    return 1;
  }
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
  CHECK(cudaMallocMipmappedArray(&mips, &format, make_cudaExtent(2, 2, 0), 2));
  const float small[4] = {1, 2, 3, 4}, one[1] = {50};
  CHECK(cudaGetMipmappedArrayLevel(&level, mips, 0));
  CHECK(cudaMemcpyToArray(level, 0, 0, small, sizeof small, cudaMemcpyHostToDevice));
  CHECK(cudaGetMipmappedArrayLevel(&level, mips, 1));
  CHECK(cudaMemcpyToArray(level, 0, 0, one, sizeof one, cudaMemcpyHostToDevice));
  cudaExtent extent;
  unsigned flags;
  CHECK(cudaArrayGetInfo(&format, &extent, &flags, cubic));
  EXPECT(extent.depth + 10 * flags, 6 + 10 * cudaArrayCubemap);
  cudaResourceDesc resource = {};
  cudaTextureDesc how = {};
  cudaTextureObject_t objects[4];
  cudaArray_t arrays[3] = {three, layered, cubic};
  for (int i = 0; i < 3; i++) {
    resource.res.array.array = arrays[i];
    how.normalizedCoords = i == 2;
    CHECK(cudaCreateTextureObject(&objects[i], &resource, &how, nullptr));
  }
  resource.resType = cudaResourceTypeMipmappedArray;
  resource.res.mipmap.mipmap = mips;
  how.normalizedCoords = 1;
  how.maxMipmapLevelClamp = 5;
  CHECK(cudaCreateTextureObject(&objects[3], &resource, &how, nullptr));
  float *out, got[7];
  CHECK(cudaMalloc(&out, sizeof got));
  solid<<<1, 1>>>(objects[0], objects[1], objects[2], objects[3], out);
  CHECK(cudaMemcpy(got, out, sizeof got, cudaMemcpyDeviceToHost));
  EXPECT(got[0], 5);
  EXPECT(got[1], 5);
  // Face 1 looks along -x: s = z = 0.25 and t = -y = -0.25, so column 1 of row 0.
  EXPECT(got[2], 5);
  EXPECT(got[3], 50);
  EXPECT(got[4], 4);
  // Half a texture from pixel to pixel is one texel of two: the first level.
  EXPECT(got[5], 4);
  EXPECT(got[6], 3 + 40 + 200 + 1000);
  for (cudaTextureObject_t t : objects) {
    CHECK(cudaDestroyTextureObject(t));
  }
  CHECK(cudaFreeArray(layered));
  CHECK(cudaFreeMipmappedArray(mips));
  EXPECT(cudaFreeArray(level), cudaErrorInvalidResourceHandle);
  return 0;
}

static int through_the_driver() {
  CHECK(cudaFree(0));
  CUarray array;
  CUDA_ARRAY3D_DESCRIPTOR d = {};
  d.Width = 4, d.Height = 2, d.Depth = 2, d.Format = CU_AD_FORMAT_SIGNED_INT32, d.NumChannels = 1;
  d.Flags = CUDA_ARRAY3D_SURFACE_LDST;
  CHECK(cuArray3DCreate(&array, &d));
  int texels[2][2][4], back[2][2][4] = {};
  for (int i = 0; i < 16; i++) {
    (&texels[0][0][0])[i] = i + 1;
  }
  CUDA_MEMCPY3D copy = {};
  copy.srcMemoryType = CU_MEMORYTYPE_HOST;
  copy.srcHost = texels;
  copy.srcPitch = 16, copy.srcHeight = 2;
  copy.dstMemoryType = CU_MEMORYTYPE_ARRAY;
  copy.dstArray = array;
  copy.WidthInBytes = 16, copy.Height = 2, copy.Depth = 2;
  CHECK(cuMemcpy3D(&copy));
  CUDA_RESOURCE_DESC resource = {};
  resource.resType = CU_RESOURCE_TYPE_ARRAY;
  resource.res.array.hArray = array;
  CUsurfObject s;
  CHECK(cuSurfObjectCreate(&s, &resource));
  int *out, got[5];
  CHECK(cudaMalloc(&out, sizeof got));
  surfaces<<<1, 1>>>(s, out);
  CHECK(cudaMemcpy(got, out, sizeof got, cudaMemcpyDeviceToHost));
  EXPECT(got[0], 7);
  EXPECT(got[1], 0);
  EXPECT(got[2], 4);
  EXPECT(got[3], 3);
  EXPECT(got[4], 7 + 100 * 8);
  memset(&copy, 0, sizeof copy);
  copy.srcMemoryType = CU_MEMORYTYPE_ARRAY;
  copy.srcArray = array;
  copy.dstMemoryType = CU_MEMORYTYPE_HOST;
  copy.dstHost = back;
  copy.dstPitch = 16, copy.dstHeight = 2;
  copy.WidthInBytes = 16, copy.Height = 2, copy.Depth = 2;
  CHECK(cuMemcpy3D(&copy));
  texels[1][1][1] = 7;
  EXPECT(memcmp(texels, back, sizeof back), 0);
  copy.Depth = 3;
  EXPECT(cuMemcpy3D(&copy), CUDA_ERROR_INVALID_VALUE);
  CHECK(cuSurfObjectDestroy(s));
  CHECK(cuArrayDestroy(array));
  // A destroyed object is named in the kernel's fault.
  surfaces<<<1, 1>>>(s, out);
  EXPECT(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
  return 0;
}

int main() {
  if (images() || filtering() || shapes() || through_the_driver()) {
    return 1;
  }
  puts("right");
}
