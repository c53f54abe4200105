// Definitions for the `__nv_*` functions that are one or a few machine instructions.
//
// clang's helper headers call the vendor's bitcode library for these; a GPU compiler links that in and inlines
// it, so `fabsf`, `__popc`, `sqrtf` or `min` become single instructions. Defined here, they do the same
// without that library and instruction counts mean what they do on hardware. Functions with real algorithms in
// them (`sinf`, `expf`, `pow`, ...) stay external calls that the embedded device answers natively.
#ifndef WARPLENS_LIBDEVICE_H
#define WARPLENS_LIBDEVICE_H

#define WARPLENS_NV __inline__ __device__ __attribute__((always_inline))

#if defined(__CLANG_GPU_APPROX_TRANSCENDENTALS__) || defined(__FAST_MATH__)
#define WARPLENS_FTZ(name) __nvvm_##name##_ftz_f
#else
#define WARPLENS_FTZ(name) __nvvm_##name##_f
#endif

extern "C" {

// Integers.
WARPLENS_NV int __nv_abs(int a) { return a < 0 ? (int)(0u - (unsigned)a) : a; }
WARPLENS_NV long long __nv_llabs(long long a) { return a < 0 ? (long long)(0ull - (unsigned long long)a) : a; }
WARPLENS_NV int __nv_brev(int a) { return (int)__builtin_bitreverse32((unsigned)a); }
WARPLENS_NV long long __nv_brevll(long long a) { return (long long)__builtin_bitreverse64((unsigned long long)a); }
WARPLENS_NV int __nv_byte_perm(int a, int b, int c) { return (int)__nvvm_prmt((unsigned)a, (unsigned)b, (unsigned)c); }
WARPLENS_NV int __nv_clz(int a) {
  int r;
  __asm__("clz.b32 %0, %1;" : "=r"(r) : "r"(a));
  return r;
}
WARPLENS_NV int __nv_clzll(long long a) {
  int r;
  __asm__("clz.b64 %0, %1;" : "=r"(r) : "l"(a));
  return r;
}
WARPLENS_NV int __nv_ffs(int a) {
  int r = (int)__builtin_bitreverse32((unsigned)a);
  return a == 0 ? 0 : __nv_clz(r) + 1;
}
WARPLENS_NV int __nv_ffsll(long long a) {
  long long r = (long long)__builtin_bitreverse64((unsigned long long)a);
  return a == 0 ? 0 : __nv_clzll(r) + 1;
}
WARPLENS_NV int __nv_popc(unsigned int a) { return __builtin_popcount(a); }
WARPLENS_NV int __nv_popcll(unsigned long long a) { return __builtin_popcountll(a); }
WARPLENS_NV int __nv_max(int a, int b) { return a > b ? a : b; }
WARPLENS_NV int __nv_min(int a, int b) { return a < b ? a : b; }
WARPLENS_NV unsigned int __nv_umax(unsigned int a, unsigned int b) { return a > b ? a : b; }
WARPLENS_NV unsigned int __nv_umin(unsigned int a, unsigned int b) { return a < b ? a : b; }
WARPLENS_NV long long __nv_llmax(long long a, long long b) { return a > b ? a : b; }
WARPLENS_NV long long __nv_llmin(long long a, long long b) { return a < b ? a : b; }
WARPLENS_NV unsigned long long __nv_ullmax(unsigned long long a, unsigned long long b) { return a > b ? a : b; }
WARPLENS_NV unsigned long long __nv_ullmin(unsigned long long a, unsigned long long b) { return a < b ? a : b; }
WARPLENS_NV int __nv_mul24(int a, int b) { return __nvvm_mul24_i(a, b); }
WARPLENS_NV unsigned int __nv_umul24(unsigned int a, unsigned int b) { return __nvvm_mul24_ui(a, b); }
WARPLENS_NV int __nv_mulhi(int a, int b) { return __nvvm_mulhi_i(a, b); }
WARPLENS_NV unsigned int __nv_umulhi(unsigned int a, unsigned int b) { return __nvvm_mulhi_ui(a, b); }
WARPLENS_NV long long __nv_mul64hi(long long a, long long b) { return __nvvm_mulhi_ll(a, b); }
WARPLENS_NV unsigned long long __nv_umul64hi(unsigned long long a, unsigned long long b) {
  return __nvvm_mulhi_ull(a, b);
}
WARPLENS_NV int __nv_hadd(int a, int b) { return (int)(((long long)a + b) >> 1); }
WARPLENS_NV int __nv_rhadd(int a, int b) { return (int)(((long long)a + b + 1) >> 1); }
WARPLENS_NV int __nv_uhadd(unsigned int a, unsigned int b) {
  return (int)(((unsigned long long)a + b) >> 1);
}
WARPLENS_NV unsigned int __nv_urhadd(unsigned int a, unsigned int b) {
  return (unsigned int)(((unsigned long long)a + b + 1) >> 1);
}
WARPLENS_NV int __nv_sad(int a, int b, int c) {
  int r;
  __asm__("sad.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_NV unsigned int __nv_usad(unsigned int a, unsigned int b, unsigned int c) {
  unsigned int r;
  __asm__("sad.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}

// Bit casts.
WARPLENS_NV int __nv_float_as_int(float a) { return __nvvm_bitcast_f2i(a); }
WARPLENS_NV unsigned int __nv_float_as_uint(float a) { return (unsigned)__nvvm_bitcast_f2i(a); }
WARPLENS_NV float __nv_int_as_float(int a) { return __nvvm_bitcast_i2f(a); }
WARPLENS_NV float __nv_uint_as_float(unsigned int a) { return __nvvm_bitcast_i2f((int)a); }
WARPLENS_NV unsigned long long __nv_double_as_longlong(double a) { return (unsigned long long)__nvvm_bitcast_d2ll(a); }
WARPLENS_NV double __nv_longlong_as_double(long long a) { return __nvvm_bitcast_ll2d(a); }
WARPLENS_NV int __nv_double2hiint(double a) { return __nvvm_d2i_hi(a); }
WARPLENS_NV int __nv_double2loint(double a) { return __nvvm_d2i_lo(a); }
WARPLENS_NV double __nv_hiloint2double(int hi, int lo) { return __nvvm_lohi_i2d(lo, hi); }

// Arithmetic with a rounding mode. PTX calls rounding down "rm" and up "rp".
#define WARPLENS_ROUNDED2(c_type, name, ptx, suffix)                                              \
  WARPLENS_NV c_type name##_rn(c_type a, c_type b) { return __nvvm_##ptx##_rn_##suffix(a, b); }   \
  WARPLENS_NV c_type name##_rz(c_type a, c_type b) { return __nvvm_##ptx##_rz_##suffix(a, b); }   \
  WARPLENS_NV c_type name##_rd(c_type a, c_type b) { return __nvvm_##ptx##_rm_##suffix(a, b); }   \
  WARPLENS_NV c_type name##_ru(c_type a, c_type b) { return __nvvm_##ptx##_rp_##suffix(a, b); }
#define WARPLENS_ROUNDED_SUB(c_type, name, ptx, suffix)                                           \
  WARPLENS_NV c_type name##_rn(c_type a, c_type b) { return __nvvm_##ptx##_rn_##suffix(a, -b); }  \
  WARPLENS_NV c_type name##_rz(c_type a, c_type b) { return __nvvm_##ptx##_rz_##suffix(a, -b); }  \
  WARPLENS_NV c_type name##_rd(c_type a, c_type b) { return __nvvm_##ptx##_rm_##suffix(a, -b); }  \
  WARPLENS_NV c_type name##_ru(c_type a, c_type b) { return __nvvm_##ptx##_rp_##suffix(a, -b); }
#define WARPLENS_ROUNDED1(c_type, name, ptx, suffix)                                    \
  WARPLENS_NV c_type name##_rn(c_type a) { return __nvvm_##ptx##_rn_##suffix(a); }      \
  WARPLENS_NV c_type name##_rz(c_type a) { return __nvvm_##ptx##_rz_##suffix(a); }      \
  WARPLENS_NV c_type name##_rd(c_type a) { return __nvvm_##ptx##_rm_##suffix(a); }      \
  WARPLENS_NV c_type name##_ru(c_type a) { return __nvvm_##ptx##_rp_##suffix(a); }
#define WARPLENS_ROUNDED3(c_type, name, suffix)                                                                \
  WARPLENS_NV c_type name##_rn(c_type a, c_type b, c_type c) { return __nvvm_fma_rn_##suffix(a, b, c); }       \
  WARPLENS_NV c_type name##_rz(c_type a, c_type b, c_type c) { return __nvvm_fma_rz_##suffix(a, b, c); }       \
  WARPLENS_NV c_type name##_rd(c_type a, c_type b, c_type c) { return __nvvm_fma_rm_##suffix(a, b, c); }       \
  WARPLENS_NV c_type name##_ru(c_type a, c_type b, c_type c) { return __nvvm_fma_rp_##suffix(a, b, c); }
WARPLENS_ROUNDED2(float, __nv_fadd, add, f)
WARPLENS_ROUNDED2(double, __nv_dadd, add, d)
WARPLENS_ROUNDED_SUB(float, __nv_fsub, add, f)
WARPLENS_ROUNDED_SUB(double, __nv_dsub, add, d)
WARPLENS_ROUNDED2(float, __nv_fmul, mul, f)
WARPLENS_ROUNDED2(double, __nv_dmul, mul, d)
WARPLENS_ROUNDED2(float, __nv_fdiv, div, f)
WARPLENS_ROUNDED2(double, __nv_ddiv, div, d)
WARPLENS_ROUNDED1(float, __nv_frcp, rcp, f)
WARPLENS_ROUNDED1(double, __nv_drcp, rcp, d)
WARPLENS_ROUNDED1(float, __nv_fsqrt, sqrt, f)
WARPLENS_ROUNDED1(double, __nv_dsqrt, sqrt, d)
WARPLENS_ROUNDED3(float, __nv_fmaf, f)
WARPLENS_ROUNDED3(float, __nv_fmaf_ieee, f)
WARPLENS_ROUNDED3(double, __nv_fma, d)

// Conversions with a rounding mode.
#define WARPLENS_CVT(to, name, from, ptx)                                     \
  WARPLENS_NV to name##_rn(from a) { return (to)__nvvm_##ptx##_rn(a); }       \
  WARPLENS_NV to name##_rz(from a) { return (to)__nvvm_##ptx##_rz(a); }       \
  WARPLENS_NV to name##_rd(from a) { return (to)__nvvm_##ptx##_rm(a); }       \
  WARPLENS_NV to name##_ru(from a) { return (to)__nvvm_##ptx##_rp(a); }
WARPLENS_CVT(int, __nv_float2int, float, f2i)
WARPLENS_CVT(unsigned int, __nv_float2uint, float, f2ui)
WARPLENS_CVT(long long, __nv_float2ll, float, f2ll)
WARPLENS_CVT(unsigned long long, __nv_float2ull, float, f2ull)
WARPLENS_CVT(int, __nv_double2int, double, d2i)
WARPLENS_CVT(unsigned int, __nv_double2uint, double, d2ui)
WARPLENS_CVT(long long, __nv_double2ll, double, d2ll)
WARPLENS_CVT(unsigned long long, __nv_double2ull, double, d2ull)
WARPLENS_CVT(float, __nv_double2float, double, d2f)
WARPLENS_CVT(float, __nv_int2float, int, i2f)
WARPLENS_CVT(float, __nv_uint2float, unsigned int, ui2f)
WARPLENS_CVT(float, __nv_ll2float, long long, ll2f)
WARPLENS_CVT(float, __nv_ull2float, unsigned long long, ull2f)
WARPLENS_CVT(double, __nv_ll2double, long long, ll2d)
WARPLENS_CVT(double, __nv_ull2double, unsigned long long, ull2d)
WARPLENS_NV double __nv_int2double_rn(int a) { return (double)a; }
WARPLENS_NV double __nv_uint2double_rn(unsigned int a) { return (double)a; }
WARPLENS_NV unsigned short __nv_float2half_rn(float a) {
  unsigned short r;
  __asm__("cvt.rn.f16.f32 %0, %1;" : "=h"(r) : "f"(a));
  return r;
}
WARPLENS_NV float __nv_half2float(unsigned short a) {
  float r;
  __asm__("cvt.f32.f16 %0, %1;" : "=f"(r) : "h"(a));
  return r;
}

// Floating point in one instruction.
WARPLENS_NV float __nv_fabsf(float a) { return __builtin_fabsf(a); }
WARPLENS_NV double __nv_fabs(double a) { return __builtin_fabs(a); }
WARPLENS_NV float __nv_fminf(float a, float b) { return WARPLENS_FTZ(fmin)(a, b); }
WARPLENS_NV float __nv_fmaxf(float a, float b) { return WARPLENS_FTZ(fmax)(a, b); }
WARPLENS_NV double __nv_fmin(double a, double b) { return __nvvm_fmin_d(a, b); }
WARPLENS_NV double __nv_fmax(double a, double b) { return __nvvm_fmax_d(a, b); }
WARPLENS_NV float __nv_fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
WARPLENS_NV double __nv_fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
WARPLENS_NV float __nv_floorf(float a) { return __builtin_floorf(a); }
WARPLENS_NV double __nv_floor(double a) { return __builtin_floor(a); }
WARPLENS_NV float __nv_ceilf(float a) { return __builtin_ceilf(a); }
WARPLENS_NV double __nv_ceil(double a) { return __builtin_ceil(a); }
WARPLENS_NV float __nv_truncf(float a) { return __builtin_truncf(a); }
WARPLENS_NV double __nv_trunc(double a) { return __builtin_trunc(a); }
WARPLENS_NV float __nv_rintf(float a) { return __builtin_rintf(a); }
WARPLENS_NV double __nv_rint(double a) { return __builtin_rint(a); }
WARPLENS_NV float __nv_nearbyintf(float a) { return __builtin_nearbyintf(a); }
WARPLENS_NV double __nv_nearbyint(double a) { return __builtin_nearbyint(a); }
WARPLENS_NV long long __nv_llrintf(float a) { return __nvvm_f2ll_rn(a); }
WARPLENS_NV long long __nv_llrint(double a) { return __nvvm_d2ll_rn(a); }
WARPLENS_NV float __nv_saturatef(float a) { return WARPLENS_FTZ(saturate)(a); }
WARPLENS_NV float __nv_copysignf(float a, float b) {
  return __nv_int_as_float((__nv_float_as_int(a) & 0x7fffffff) | (__nv_float_as_int(b) & (int)0x80000000));
}
WARPLENS_NV double __nv_copysign(double a, double b) {
  return __nv_longlong_as_double((__nvvm_bitcast_d2ll(a) & 0x7fffffffffffffffll) |
                                 (__nvvm_bitcast_d2ll(b) & (long long)0x8000000000000000ull));
}
WARPLENS_NV int __nv_signbitf(float a) { return __nv_float_as_int(a) < 0; }
WARPLENS_NV int __nv_signbitd(double a) { return __nvvm_bitcast_d2ll(a) < 0; }
WARPLENS_NV int __nv_isnanf(float a) { return (__nv_float_as_uint(a) & 0x7fffffffu) > 0x7f800000u; }
WARPLENS_NV int __nv_isnand(double a) {
  return ((unsigned long long)__nvvm_bitcast_d2ll(a) & 0x7fffffffffffffffull) > 0x7ff0000000000000ull;
}
WARPLENS_NV int __nv_isinff(float a) { return (__nv_float_as_uint(a) & 0x7fffffffu) == 0x7f800000u; }
WARPLENS_NV int __nv_isinfd(double a) {
  return ((unsigned long long)__nvvm_bitcast_d2ll(a) & 0x7fffffffffffffffull) == 0x7ff0000000000000ull;
}
WARPLENS_NV int __nv_finitef(float a) { return (__nv_float_as_uint(a) & 0x7fffffffu) < 0x7f800000u; }
WARPLENS_NV int __nv_isfinited(double a) {
  return ((unsigned long long)__nvvm_bitcast_d2ll(a) & 0x7fffffffffffffffull) < 0x7ff0000000000000ull;
}
WARPLENS_NV float __nv_sqrtf(float a) {
#if defined(__CLANG_GPU_APPROX_TRANSCENDENTALS__)
  return __nvvm_sqrt_approx_ftz_f(a);
#else
  return __nvvm_sqrt_rn_f(a);
#endif
}
WARPLENS_NV double __nv_sqrt(double a) { return __nvvm_sqrt_rn_d(a); }
WARPLENS_NV float __nv_rsqrtf(float a) { return WARPLENS_FTZ(rsqrt_approx)(a); }
WARPLENS_NV float __nv_frsqrt_rn(float a) { return __nvvm_div_rn_f(1.0f, __nvvm_sqrt_rn_f(a)); }

// The fast intrinsics: the special-function unit and a multiplication.
WARPLENS_NV float __nv_fast_fdividef(float a, float b) { return WARPLENS_FTZ(div_approx)(a, b); }
WARPLENS_NV float __nv_fast_expf(float a) { return WARPLENS_FTZ(ex2_approx)(a * 1.4426950408889634f); }
WARPLENS_NV float __nv_fast_exp10f(float a) { return WARPLENS_FTZ(ex2_approx)(a * 3.3219280948873623f); }
WARPLENS_NV float __nv_fast_logf(float a) { return WARPLENS_FTZ(lg2_approx)(a) * 0.6931471805599453f; }
WARPLENS_NV float __nv_fast_log2f(float a) { return WARPLENS_FTZ(lg2_approx)(a); }
WARPLENS_NV float __nv_fast_log10f(float a) { return WARPLENS_FTZ(lg2_approx)(a) * 0.3010299956639812f; }
WARPLENS_NV float __nv_fast_powf(float a, float b) {
  return WARPLENS_FTZ(ex2_approx)(b * WARPLENS_FTZ(lg2_approx)(a));
}
WARPLENS_NV float __nv_fast_sinf(float a) { return WARPLENS_FTZ(sin_approx)(a); }
WARPLENS_NV float __nv_fast_cosf(float a) { return WARPLENS_FTZ(cos_approx)(a); }
WARPLENS_NV void __nv_fast_sincosf(float a, float *s, float *c) {
  *s = WARPLENS_FTZ(sin_approx)(a);
  *c = WARPLENS_FTZ(cos_approx)(a);
}
WARPLENS_NV float __nv_fast_tanf(float a) {
  return WARPLENS_FTZ(div_approx)(WARPLENS_FTZ(sin_approx)(a), WARPLENS_FTZ(cos_approx)(a));
}

} // extern "C"

#undef WARPLENS_CVT
#undef WARPLENS_ROUNDED1
#undef WARPLENS_ROUNDED2
#undef WARPLENS_ROUNDED3
#undef WARPLENS_ROUNDED_SUB
#undef WARPLENS_FTZ
#undef WARPLENS_NV

#endif
