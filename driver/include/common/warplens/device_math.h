// `min`, `max` and the float overloads of the math API that clang's helper headers leave out.
//
// The helpers define `min(int, int)` and `max(int, int)` for the device only; CUDA C++ has them for every
// arithmetic type, mixed signedness and on the host too.
#ifndef WARPLENS_DEVICE_MATH_H
#define WARPLENS_DEVICE_MATH_H

#define WARPLENS_MINMAX(sides, ret, a_type, b_type)                                              \
  static __inline__ sides ret min(a_type a, b_type b) { return (ret)a < (ret)b ? (ret)a : (ret)b; } \
  static __inline__ sides ret max(a_type a, b_type b) { return (ret)a > (ret)b ? (ret)a : (ret)b; }
#define WARPLENS_HOST_DEVICE __host__ __device__ __attribute__((always_inline, unused))
#define WARPLENS_HOST_ONLY __host__ __attribute__((always_inline, unused))

WARPLENS_MINMAX(WARPLENS_HOST_ONLY, int, int, int)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned int, unsigned int, unsigned int)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned int, unsigned int, int)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned int, int, unsigned int)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, long, long, long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long, unsigned long, unsigned long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long, unsigned long, long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long, long, unsigned long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, long long, long long, long long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long long, unsigned long long, unsigned long long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long long, unsigned long long, long long)
WARPLENS_MINMAX(WARPLENS_HOST_DEVICE, unsigned long long, long long, unsigned long long)

// Floating point: a NaN argument yields the other one, as fmin and fmax do.
#define WARPLENS_FMINMAX(type, a_type, b_type, fn_min, fn_max)                                                        \
  static __inline__ WARPLENS_HOST_DEVICE type min(a_type a, b_type b) { return fn_min((type)a, (type)b); }            \
  static __inline__ WARPLENS_HOST_DEVICE type max(a_type a, b_type b) { return fn_max((type)a, (type)b); }
WARPLENS_FMINMAX(float, float, float, fminf, fmaxf)
WARPLENS_FMINMAX(double, double, double, ::fmin, ::fmax)
WARPLENS_FMINMAX(double, float, double, ::fmin, ::fmax)
WARPLENS_FMINMAX(double, double, float, ::fmin, ::fmax)

#undef WARPLENS_FMINMAX
#undef WARPLENS_MINMAX
#undef WARPLENS_HOST_DEVICE
#undef WARPLENS_HOST_ONLY

// CUDA's math API beyond C's, on the host: the same formulas a program would write with libm.
#define WARPLENS_HOST_MATH static __inline__ __host__ __attribute__((unused))
WARPLENS_HOST_MATH double rsqrt(double x) { return 1.0 / ::sqrt(x); }
WARPLENS_HOST_MATH float rsqrtf(float x) { return (float)(1.0 / ::sqrt((double)x)); }
WARPLENS_HOST_MATH double rcbrt(double x) { return 1.0 / ::cbrt(x); }
WARPLENS_HOST_MATH float rcbrtf(float x) { return (float)(1.0 / ::cbrt((double)x)); }
WARPLENS_HOST_MATH double sinpi(double x) { return ::sin(3.14159265358979323846 * ::fmod(x, 2.0)); }
WARPLENS_HOST_MATH float sinpif(float x) { return (float)sinpi((double)x); }
WARPLENS_HOST_MATH double cospi(double x) { return ::cos(3.14159265358979323846 * ::fmod(x, 2.0)); }
WARPLENS_HOST_MATH float cospif(float x) { return (float)cospi((double)x); }
WARPLENS_HOST_MATH double normcdf(double x) { return 0.5 * ::erfc(-x * 0.70710678118654752440); }
WARPLENS_HOST_MATH float normcdff(float x) { return (float)normcdf((double)x); }
#undef WARPLENS_HOST_MATH

// Declared by clang's helpers and defined nowhere else.
WARPLENS_D double nan(const char *) { return __builtin_nan(""); }
WARPLENS_D float nanf(const char *) { return __builtin_nanf(""); }

#ifdef __cplusplus
#define WARPLENS_FLOAT_OVERLOAD(name)                                                       \
  static __inline__ __device__ __attribute__((always_inline, unused)) float name(float x) { \
    return name##f(x);                                                                      \
  }                                                                                         \
  static __inline__ __host__ __attribute__((unused)) float name(float x) { return name##f(x); }
WARPLENS_FLOAT_OVERLOAD(rsqrt)
WARPLENS_FLOAT_OVERLOAD(rcbrt)
WARPLENS_FLOAT_OVERLOAD(sinpi)
WARPLENS_FLOAT_OVERLOAD(cospi)
WARPLENS_FLOAT_OVERLOAD(normcdf)
#undef WARPLENS_FLOAT_OVERLOAD
#define WARPLENS_FLOAT_OVERLOAD(name)                                                       \
  static __inline__ __device__ __attribute__((always_inline, unused)) float name(float x) { \
    return name##f(x);                                                                      \
  }
WARPLENS_FLOAT_OVERLOAD(erfinv)
WARPLENS_FLOAT_OVERLOAD(erfcinv)
WARPLENS_FLOAT_OVERLOAD(normcdfinv)
WARPLENS_FLOAT_OVERLOAD(erfcx)
WARPLENS_FLOAT_OVERLOAD(exp10)
#undef WARPLENS_FLOAT_OVERLOAD
#endif

#endif
