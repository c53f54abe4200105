// `__nv_bfloat16` and `__nv_bfloat162`: storage, conversions and arithmetic, on the device in PTX's bf16 instructions
// (one fused multiply-add each, as sm_80 has no other) and on the host in float with one rounding.
#ifndef WARPLENS_BF16_H
#define WARPLENS_BF16_H

#include <warplens/small_float.h>

typedef struct __align__(2) {
  unsigned short x;
} __nv_bfloat16_raw;
typedef struct __align__(4) {
  unsigned short x, y;
} __nv_bfloat162_raw;

#if defined(__cplusplus)

struct __nv_bfloat16;
WL_HD float __bfloat162float(__nv_bfloat16 h);
WL_HD __nv_bfloat16 __float2bfloat16(float f);

struct __align__(2) __nv_bfloat16 {
protected:
  unsigned short __x;

public:
  __nv_bfloat16() = default;
  __host__ __device__ constexpr __nv_bfloat16(const __nv_bfloat16_raw &raw) : __x(raw.x) {}
  __host__ __device__ __nv_bfloat16(float f) { *this = __float2bfloat16(f); }
  __host__ __device__ __nv_bfloat16(double d);
  __host__ __device__ __nv_bfloat16(int v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(unsigned v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(short v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(unsigned short v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(long v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(unsigned long v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(long long v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16(unsigned long long v) { *this = __float2bfloat16((float)v); }
  __host__ __device__ __nv_bfloat16 &operator=(const __nv_bfloat16_raw &raw) {
    __x = raw.x;
    return *this;
  }
  __host__ __device__ operator __nv_bfloat16_raw() const {
    __nv_bfloat16_raw raw;
    raw.x = __x;
    return raw;
  }
  __host__ __device__ operator float() const { return __bfloat162float(*this); }
  __host__ __device__ explicit operator bool() const { return (__x & 0x7fffu) != 0; }
};

struct __align__(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;
  __nv_bfloat162() = default;
  __host__ __device__ constexpr __nv_bfloat162(const __nv_bfloat16 &a, const __nv_bfloat16 &b) : x(a), y(b) {}
};

template <> WL_SPECIALISED __nv_bfloat16 wl_raw<__nv_bfloat16>(unsigned short bits) {
  __nv_bfloat16_raw raw;
  raw.x = bits;
  return __nv_bfloat16(raw);
}
WL_HD unsigned short wl_bits(__nv_bfloat16 h) { return ((__nv_bfloat16_raw)h).x; }

#if defined(__CUDA_ARCH__)
WL_HD __nv_bfloat16 __float2bfloat16_rn(float f) {
  unsigned short r;
  __asm__("cvt.rn.bf16.f32 %0, %1;" : "=h"(r) : "f"(f));
  return wl_raw<__nv_bfloat16>(r);
}
WL_HD __nv_bfloat16 __float2bfloat16_rz(float f) {
  unsigned short r;
  __asm__("cvt.rz.bf16.f32 %0, %1;" : "=h"(r) : "f"(f));
  return wl_raw<__nv_bfloat16>(r);
}
WL_HD float __bfloat162float(__nv_bfloat16 h) { return __uint_as_float((unsigned)wl_bits(h) << 16); }
#else
WL_HD __nv_bfloat16 __float2bfloat16_rn(float f) { return wl_raw<__nv_bfloat16>(wl_host_to_bf16(f, wl_nearest)); }
WL_HD __nv_bfloat16 __float2bfloat16_rz(float f) { return wl_raw<__nv_bfloat16>(wl_host_to_bf16(f, wl_zero)); }
WL_HD float __bfloat162float(__nv_bfloat16 h) { return wl_bits_float((unsigned)wl_bits(h) << 16); }
#endif
WL_HD __nv_bfloat16 __float2bfloat16(float f) { return __float2bfloat16_rn(f); }
WL_HD __nv_bfloat16 __double2bfloat16(double d) { return __float2bfloat16_rn((float)d); }
inline __host__ __device__ __nv_bfloat16::__nv_bfloat16(double d) { *this = __double2bfloat16(d); }

template <> WL_SPECIALISED __nv_bfloat16 wl_from<__nv_bfloat16>(float value) { return __float2bfloat16_rn(value); }
WL_HD float wl_to(__nv_bfloat16 h) { return __bfloat162float(h); }
WL_HD __nv_bfloat16 wl_neg(__nv_bfloat16 a) { return wl_raw<__nv_bfloat16>((unsigned short)(wl_bits(a) ^ 0x8000u)); }

#if defined(__CUDA_ARCH__)
WL_HD __nv_bfloat16 wl_fma_bits(unsigned short a, unsigned short b, unsigned short c) {
  unsigned short r;
  __asm__("fma.rn.bf16 %0, %1, %2, %3;" : "=h"(r) : "h"(a), "h"(b), "h"(c));
  return wl_raw<__nv_bfloat16>(r);
}
// 1*a + b, 1*a - b as -1*b + a, and a*b - 0: exact in the first step, so rounded once.
WL_HD __nv_bfloat16 wl_add(__nv_bfloat16 a, __nv_bfloat16 b) { return wl_fma_bits(wl_bits(a), 0x3f80, wl_bits(b)); }
WL_HD __nv_bfloat16 wl_sub(__nv_bfloat16 a, __nv_bfloat16 b) { return wl_fma_bits(wl_bits(b), 0xbf80, wl_bits(a)); }
WL_HD __nv_bfloat16 wl_mul(__nv_bfloat16 a, __nv_bfloat16 b) { return wl_fma_bits(wl_bits(a), wl_bits(b), 0x8000); }
WL_HD __nv_bfloat16 wl_fma(__nv_bfloat16 a, __nv_bfloat16 b, __nv_bfloat16 c) {
  return wl_fma_bits(wl_bits(a), wl_bits(b), wl_bits(c));
}
WL_HD __nv_bfloat162 wl_fma_bits2(unsigned a, unsigned b, unsigned c) {
  unsigned r;
  __asm__("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return __builtin_bit_cast(__nv_bfloat162, r);
}
WL_D unsigned wl_pack(__nv_bfloat162 a) { return __builtin_bit_cast(unsigned, a); }
WL_HD __nv_bfloat162 wl_add(__nv_bfloat162 a, __nv_bfloat162 b) {
  return wl_fma_bits2(wl_pack(a), 0x3f803f80u, wl_pack(b));
}
WL_HD __nv_bfloat162 wl_sub(__nv_bfloat162 a, __nv_bfloat162 b) {
  return wl_fma_bits2(wl_pack(b), 0xbf80bf80u, wl_pack(a));
}
WL_HD __nv_bfloat162 wl_mul(__nv_bfloat162 a, __nv_bfloat162 b) {
  return wl_fma_bits2(wl_pack(a), wl_pack(b), 0x80008000u);
}
WL_HD __nv_bfloat162 wl_fma(__nv_bfloat162 a, __nv_bfloat162 b, __nv_bfloat162 c) {
  return wl_fma_bits2(wl_pack(a), wl_pack(b), wl_pack(c));
}
#else
WL_HD __nv_bfloat16 wl_add(__nv_bfloat16 a, __nv_bfloat16 b) { return __float2bfloat16_rn(wl_to(a) + wl_to(b)); }
WL_HD __nv_bfloat16 wl_sub(__nv_bfloat16 a, __nv_bfloat16 b) { return __float2bfloat16_rn(wl_to(a) - wl_to(b)); }
WL_HD __nv_bfloat16 wl_mul(__nv_bfloat16 a, __nv_bfloat16 b) { return __float2bfloat16_rn(wl_to(a) * wl_to(b)); }
WL_HD __nv_bfloat16 wl_fma(__nv_bfloat16 a, __nv_bfloat16 b, __nv_bfloat16 c) {
  return __float2bfloat16_rn(::fmaf(wl_to(a), wl_to(b), wl_to(c)));
}
WL_HD __nv_bfloat162 wl_add(__nv_bfloat162 a, __nv_bfloat162 b) {
  return __nv_bfloat162(wl_add(a.x, b.x), wl_add(a.y, b.y));
}
WL_HD __nv_bfloat162 wl_sub(__nv_bfloat162 a, __nv_bfloat162 b) {
  return __nv_bfloat162(wl_sub(a.x, b.x), wl_sub(a.y, b.y));
}
WL_HD __nv_bfloat162 wl_mul(__nv_bfloat162 a, __nv_bfloat162 b) {
  return __nv_bfloat162(wl_mul(a.x, b.x), wl_mul(a.y, b.y));
}
WL_HD __nv_bfloat162 wl_fma(__nv_bfloat162 a, __nv_bfloat162 b, __nv_bfloat162 c) {
  return __nv_bfloat162(wl_fma(a.x, b.x, c.x), wl_fma(a.y, b.y, c.y));
}
#endif

#define WL_T __nv_bfloat16
#define WL_T2 __nv_bfloat162
#include <warplens/small_float_ops.h>
#undef WL_T
#undef WL_T2

WL_HD short __bfloat16_as_short(__nv_bfloat16 h) { return (short)wl_bits(h); }
WL_HD unsigned short __bfloat16_as_ushort(__nv_bfloat16 h) { return wl_bits(h); }
WL_HD __nv_bfloat16 __short_as_bfloat16(short v) { return wl_raw<__nv_bfloat16>((unsigned short)v); }
WL_HD __nv_bfloat16 __ushort_as_bfloat16(unsigned short v) { return wl_raw<__nv_bfloat16>(v); }
WL_HD __nv_bfloat16 __int2bfloat16_rn(int v) { return __float2bfloat16_rn((float)v); }
WL_HD __nv_bfloat16 __uint2bfloat16_rn(unsigned v) { return __float2bfloat16_rn((float)v); }
WL_HD int __bfloat162int_rn(__nv_bfloat16 h) { return (int)::rintf(__bfloat162float(h)); }
WL_HD int __bfloat162int_rz(__nv_bfloat16 h) { return (int)__bfloat162float(h); }

WL_HD __nv_bfloat162 __floats2bfloat162_rn(float a, float b) {
  return __nv_bfloat162(__float2bfloat16_rn(a), __float2bfloat16_rn(b));
}
WL_HD __nv_bfloat162 __float2bfloat162_rn(float a) { return __floats2bfloat162_rn(a, a); }
WL_HD __nv_bfloat162 __float22bfloat162_rn(float2 a) { return __floats2bfloat162_rn(a.x, a.y); }
WL_HD float2 __bfloat1622float2(__nv_bfloat162 a) {
  float2 r;
  r.x = __bfloat162float(a.x);
  r.y = __bfloat162float(a.y);
  return r;
}
WL_HD __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 a) { return __nv_bfloat162(a, a); }
WL_HD __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 a, __nv_bfloat16 b) { return __nv_bfloat162(a, b); }
WL_HD __nv_bfloat162 make_bfloat162(__nv_bfloat16 a, __nv_bfloat16 b) { return __nv_bfloat162(a, b); }
WL_HD __nv_bfloat16 __low2bfloat16(__nv_bfloat162 a) { return a.x; }
WL_HD __nv_bfloat16 __high2bfloat16(__nv_bfloat162 a) { return a.y; }
WL_HD float __low2float(__nv_bfloat162 a) { return __bfloat162float(a.x); }
WL_HD float __high2float(__nv_bfloat162 a) { return __bfloat162float(a.y); }
WL_HD __nv_bfloat162 __low2bfloat162(__nv_bfloat162 a) { return __nv_bfloat162(a.x, a.x); }
WL_HD __nv_bfloat162 __high2bfloat162(__nv_bfloat162 a) { return __nv_bfloat162(a.y, a.y); }
WL_HD __nv_bfloat162 __lowhigh2highlow(__nv_bfloat162 a) { return __nv_bfloat162(a.y, a.x); }

#if defined(__CUDA__) && defined(__clang__)
// Before sm_90 there is no bf16 atomic: replace the 32-bit word that holds the value until nobody came between.
WL_D __nv_bfloat162 atomicAdd(__nv_bfloat162 *p, __nv_bfloat162 v) {
  unsigned *word = (unsigned *)p, seen = *word, expected;
  do {
    expected = seen;
    __nv_bfloat162 sum = __builtin_bit_cast(__nv_bfloat162, expected);
    sum = __hadd2(sum, v);
    seen = atomicCAS(word, expected, __builtin_bit_cast(unsigned, sum));
  } while (seen != expected);
  return __builtin_bit_cast(__nv_bfloat162, seen);
}
WL_D __nv_bfloat16 atomicAdd(__nv_bfloat16 *p, __nv_bfloat16 v) {
  unsigned short *at = (unsigned short *)p, seen = *at, expected;
  do {
    expected = seen;
    seen = atomicCAS(at, expected, wl_bits(__hadd(wl_raw<__nv_bfloat16>(expected), v)));
  } while (seen != expected);
  return wl_raw<__nv_bfloat16>(seen);
}
#endif

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;

#endif

#endif
