// `__half` and `__half2`: storage, conversions and arithmetic, on the device in PTX's f16 instructions and on the host in
// float with one rounding.
#ifndef WARPLENS_FP16_H
#define WARPLENS_FP16_H

#include <warplens/small_float.h>

typedef struct __align__(2) {
  unsigned short x;
} __half_raw;
typedef struct __align__(4) {
  unsigned short x, y;
} __half2_raw;

#if defined(__cplusplus)

struct __half;
WL_HD float __half2float(__half h);
WL_HD __half __float2half(float f);

struct __align__(2) __half {
protected:
  unsigned short __x;

public:
  __half() = default;
  __host__ __device__ constexpr __half(const __half_raw &raw) : __x(raw.x) {}
  __host__ __device__ __half(float f) { *this = __float2half(f); }
  __host__ __device__ __half(double d);
  __host__ __device__ __half(int v) { *this = __float2half((float)v); }
  __host__ __device__ __half(unsigned v) { *this = __float2half((float)v); }
  __host__ __device__ __half(short v) { *this = __float2half((float)v); }
  __host__ __device__ __half(unsigned short v) { *this = __float2half((float)v); }
  __host__ __device__ __half(long v) { *this = __float2half((float)v); }
  __host__ __device__ __half(unsigned long v) { *this = __float2half((float)v); }
  __host__ __device__ __half(long long v) { *this = __float2half((float)v); }
  __host__ __device__ __half(unsigned long long v) { *this = __float2half((float)v); }
  __host__ __device__ __half &operator=(const __half_raw &raw) {
    __x = raw.x;
    return *this;
  }
  __host__ __device__ operator __half_raw() const {
    __half_raw raw;
    raw.x = __x;
    return raw;
  }
  __host__ __device__ operator float() const { return __half2float(*this); }
  __host__ __device__ explicit operator bool() const { return (__x & 0x7fffu) != 0; }
};

struct __align__(4) __half2 {
  __half x, y;
  __half2() = default;
  __host__ __device__ constexpr __half2(const __half &a, const __half &b) : x(a), y(b) {}
  __host__ __device__ __half2(const __half2_raw &raw) {
    __half_raw a, b;
    a.x = raw.x;
    b.x = raw.y;
    x = a;
    y = b;
  }
  __host__ __device__ operator __half2_raw() const {
    __half2_raw raw;
    raw.x = ((__half_raw)x).x;
    raw.y = ((__half_raw)y).x;
    return raw;
  }
};

template <> WL_SPECIALISED __half wl_raw<__half>(unsigned short bits) {
  __half_raw raw;
  raw.x = bits;
  return __half(raw);
}
WL_HD unsigned short wl_bits(__half h) { return ((__half_raw)h).x; }

#if defined(__CUDA_ARCH__)
#define WL_CVT(name, mode)                                                   \
  WL_HD __half name(float f) {                                               \
    unsigned short r;                                                        \
    __asm__("cvt." mode ".f16.f32 %0, %1;" : "=h"(r) : "f"(f));              \
    return wl_raw<__half>(r);                                                \
  }
WL_CVT(__float2half_rn, "rn")
WL_CVT(__float2half_rz, "rz")
#undef WL_CVT
// PTX rounds down and up only towards integers here; the host's arithmetic serves for these two.
WL_HD __half wl_float2half_directed(float f, bool up) {
  __half r = __float2half_rz(f);
  float back = __half2float(r);
  unsigned short bits = wl_bits(r);
  if (back == f || f != f || (bits & 0x7fffu) == 0x7c00u) {
    return r;
  }
  bool away = up ? f > 0.0f : f < 0.0f;
  return wl_raw<__half>((unsigned short)(bits + (away ? 1 : 0)));
}
WL_HD __half __float2half_rd(float f) { return wl_float2half_directed(f, false); }
WL_HD __half __float2half_ru(float f) { return wl_float2half_directed(f, true); }
WL_HD float __half2float(__half h) {
  float r;
  __asm__("cvt.f32.f16 %0, %1;" : "=f"(r) : "h"(wl_bits(h)));
  return r;
}
#else
WL_HD __half __float2half_rn(float f) { return wl_raw<__half>(wl_host_to_half(f, wl_nearest)); }
WL_HD __half __float2half_rz(float f) { return wl_raw<__half>(wl_host_to_half(f, wl_zero)); }
WL_HD __half __float2half_rd(float f) { return wl_raw<__half>(wl_host_to_half(f, wl_down)); }
WL_HD __half __float2half_ru(float f) { return wl_raw<__half>(wl_host_to_half(f, wl_up)); }
WL_HD float __half2float(__half h) { return wl_host_from_half(wl_bits(h)); }
#endif
WL_HD __half __float2half(float f) { return __float2half_rn(f); }
WL_HD __half __double2half(double d) {
#if defined(__CUDA_ARCH__)
  unsigned short r;
  __asm__("cvt.rn.f16.f64 %0, %1;" : "=h"(r) : "d"(d));
  return wl_raw<__half>(r);
#else
  // To float with the sticky bit kept, so that the second rounding cannot be wrong.
  float f = (float)d;
  unsigned bits = wl_float_bits(f);
  if ((double)f != d && f == f && (bits & 1u) == 0u) {
    bool larger = (d > 0.0 && (double)f < d) || (d < 0.0 && (double)f > d);
    f = wl_bits_float(larger ? bits | 1u : (bits & 0x7fffffffu) != 0u ? bits - 1u : bits);
  }
  return __float2half_rn(f);
#endif
}
inline __host__ __device__ __half::__half(double d) { *this = __double2half(d); }

template <> WL_SPECIALISED __half wl_from<__half>(float value) { return __float2half_rn(value); }
WL_HD float wl_to(__half h) { return __half2float(h); }
WL_HD __half wl_neg(__half a) { return wl_raw<__half>((unsigned short)(wl_bits(a) ^ 0x8000u)); }

#if defined(__CUDA_ARCH__)
WL_D _Float16 wl_native(__half a) { return __builtin_bit_cast(_Float16, wl_bits(a)); }
WL_D __half wl_half(_Float16 a) { return wl_raw<__half>(__builtin_bit_cast(unsigned short, a)); }
WL_HD __half wl_add(__half a, __half b) { return wl_half(wl_native(a) + wl_native(b)); }
WL_HD __half wl_sub(__half a, __half b) { return wl_half(wl_native(a) - wl_native(b)); }
WL_HD __half wl_mul(__half a, __half b) { return wl_half(wl_native(a) * wl_native(b)); }
WL_HD __half wl_fma(__half a, __half b, __half c) {
  unsigned short r;
  __asm__("fma.rn.f16 %0, %1, %2, %3;" : "=h"(r) : "h"(wl_bits(a)), "h"(wl_bits(b)), "h"(wl_bits(c)));
  return wl_raw<__half>(r);
}
WL_D unsigned wl_pack(__half2 a) { return __builtin_bit_cast(unsigned, a); }
#define WL_PAIR2(name, ptx)                                                                            \
  WL_HD __half2 name(__half2 a, __half2 b) {                                                           \
    unsigned r;                                                                                        \
    __asm__(ptx " %0, %1, %2;" : "=r"(r) : "r"(wl_pack(a)), "r"(wl_pack(b)));                          \
    return __builtin_bit_cast(__half2, r);                                                             \
  }
WL_PAIR2(wl_add, "add.f16x2")
WL_PAIR2(wl_sub, "sub.f16x2")
WL_PAIR2(wl_mul, "mul.f16x2")
#undef WL_PAIR2
WL_HD __half2 wl_fma(__half2 a, __half2 b, __half2 c) {
  unsigned r;
  __asm__("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(r) : "r"(wl_pack(a)), "r"(wl_pack(b)), "r"(wl_pack(c)));
  return __builtin_bit_cast(__half2, r);
}
#else
WL_HD __half wl_add(__half a, __half b) { return __float2half_rn(__half2float(a) + __half2float(b)); }
WL_HD __half wl_sub(__half a, __half b) { return __float2half_rn(__half2float(a) - __half2float(b)); }
WL_HD __half wl_mul(__half a, __half b) { return __float2half_rn(__half2float(a) * __half2float(b)); }
WL_HD __half wl_fma(__half a, __half b, __half c) {
  return __double2half((double)__half2float(a) * (double)__half2float(b) + (double)__half2float(c));
}
WL_HD __half2 wl_add(__half2 a, __half2 b) { return __half2(wl_add(a.x, b.x), wl_add(a.y, b.y)); }
WL_HD __half2 wl_sub(__half2 a, __half2 b) { return __half2(wl_sub(a.x, b.x), wl_sub(a.y, b.y)); }
WL_HD __half2 wl_mul(__half2 a, __half2 b) { return __half2(wl_mul(a.x, b.x), wl_mul(a.y, b.y)); }
WL_HD __half2 wl_fma(__half2 a, __half2 b, __half2 c) { return __half2(wl_fma(a.x, b.x, c.x), wl_fma(a.y, b.y, c.y)); }
#endif

#define WL_T __half
#define WL_T2 __half2
#include <warplens/small_float_ops.h>
#undef WL_T
#undef WL_T2

// Conversions to and from integers. To integers: a NaN is zero and values out of range saturate, as PTX's cvt does.
WL_HD short __half_as_short(__half h) { return (short)wl_bits(h); }
WL_HD unsigned short __half_as_ushort(__half h) { return wl_bits(h); }
WL_HD __half __short_as_half(short v) { return wl_raw<__half>((unsigned short)v); }
WL_HD __half __ushort_as_half(unsigned short v) { return wl_raw<__half>(v); }
#define WL_TO_INTEGER(type, name, low, high)                                                                  \
  WL_HD type wl_to_##name(float v) { return v != v ? (type)0 : v <= (low) ? (type)(low) : v >= (high) ? (type)~(type)wl_sign_##name : (type)v; } \
  WL_HD type __half2##name##_rn(__half h) { return wl_to_##name(::rintf(__half2float(h))); }                   \
  WL_HD type __half2##name##_rz(__half h) { return wl_to_##name(::truncf(__half2float(h))); }                  \
  WL_HD type __half2##name##_rd(__half h) { return wl_to_##name(::floorf(__half2float(h))); }                  \
  WL_HD type __half2##name##_ru(__half h) { return wl_to_##name(::ceilf(__half2float(h))); }
#define wl_sign_int ((int)0x80000000)
#define wl_sign_uint 0u
#define wl_sign_short ((short)0x8000)
#define wl_sign_ushort 0
#define wl_sign_ll ((long long)0x8000000000000000ull)
#define wl_sign_ull 0ull
WL_TO_INTEGER(int, int, -2147483648.0f, 2147483648.0f)
WL_TO_INTEGER(unsigned int, uint, 0.0f, 4294967296.0f)
WL_TO_INTEGER(short, short, -32768.0f, 32767.0f)
WL_TO_INTEGER(unsigned short, ushort, 0.0f, 65535.0f)
WL_TO_INTEGER(long long, ll, -9223372036854775808.0f, 9223372036854775808.0f)
WL_TO_INTEGER(unsigned long long, ull, 0.0f, 18446744073709551616.0f)
#undef WL_TO_INTEGER
#undef wl_sign_int
#undef wl_sign_uint
#undef wl_sign_short
#undef wl_sign_ushort
#undef wl_sign_ll
#undef wl_sign_ull
#define WL_FROM_INTEGER(type, name)                                                          \
  WL_HD __half __##name##2half_rn(type v) { return __double2half((double)v); }               \
  WL_HD __half __##name##2half_rz(type v) { return __float2half_rz((float)v); }
WL_FROM_INTEGER(int, int)
WL_FROM_INTEGER(unsigned int, uint)
WL_FROM_INTEGER(short, short)
WL_FROM_INTEGER(unsigned short, ushort)
WL_FROM_INTEGER(long long, ll)
WL_FROM_INTEGER(unsigned long long, ull)
#undef WL_FROM_INTEGER

// Pairs: building and taking apart.
WL_HD __half2 __floats2half2_rn(float a, float b) { return __half2(__float2half_rn(a), __float2half_rn(b)); }
WL_HD __half2 __float2half2_rn(float a) { return __half2(__float2half_rn(a), __float2half_rn(a)); }
WL_HD __half2 __float22half2_rn(float2 a) { return __floats2half2_rn(a.x, a.y); }
WL_HD float2 __half22float2(__half2 a) {
  float2 r;
  r.x = __half2float(a.x);
  r.y = __half2float(a.y);
  return r;
}
WL_HD __half2 __half2half2(__half a) { return __half2(a, a); }
WL_HD __half2 __halves2half2(__half a, __half b) { return __half2(a, b); }
WL_HD __half2 make_half2(__half a, __half b) { return __half2(a, b); }
WL_HD __half __low2half(__half2 a) { return a.x; }
WL_HD __half __high2half(__half2 a) { return a.y; }
WL_HD float __low2float(__half2 a) { return __half2float(a.x); }
WL_HD float __high2float(__half2 a) { return __half2float(a.y); }
WL_HD __half2 __low2half2(__half2 a) { return __half2(a.x, a.x); }
WL_HD __half2 __high2half2(__half2 a) { return __half2(a.y, a.y); }
WL_HD __half2 __lowhigh2highlow(__half2 a) { return __half2(a.y, a.x); }
WL_HD __half2 __lows2half2(__half2 a, __half2 b) { return __half2(a.x, b.x); }
WL_HD __half2 __highs2half2(__half2 a, __half2 b) { return __half2(a.y, b.y); }
WL_HD __half2 __hcmadd(__half2 a, __half2 b, __half2 c) {
  __half2 t = __hfma2(__half2half2(a.x), b, c);
  return __hfma2(__half2(__hneg(a.y), a.y), __half2(b.y, b.x), t);
}

#if defined(__CUDA__) && defined(__clang__)
WL_D __half atomicAdd(__half *p, __half v) {
  unsigned short r;
  __asm__ __volatile__("atom.add.noftz.f16 %0, [%1], %2;" : "=h"(r) : "l"(p), "h"(wl_bits(v)) : "memory");
  return wl_raw<__half>(r);
}
WL_D __half2 atomicAdd(__half2 *p, __half2 v) {
  unsigned r, w = __builtin_bit_cast(unsigned, v);
  __asm__ __volatile__("atom.add.noftz.f16x2 %0, [%1], %2;" : "=r"(r) : "l"(p), "r"(w) : "memory");
  return __builtin_bit_cast(__half2, r);
}
#endif

typedef __half half;
typedef __half2 half2;
typedef __half nv_half;
typedef __half2 nv_half2;
typedef __half __nv_half;
typedef __half2 __nv_half2;

#endif

#endif
