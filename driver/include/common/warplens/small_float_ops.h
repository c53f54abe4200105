// What half and bfloat16 have in common: intrinsics, comparisons and operators, over a few primitives.
//
// Included once for each type with WL_T (scalar), WL_T2 (pair) and the primitives wl_add, wl_mul, wl_fma, wl_neg, wl_from,
// wl_to, wl_bits and their pair forms defined as overloads for it. No include guard on purpose.

// Scalar arithmetic. Operations without an instruction of their own go through float and round once.
WL_HD WL_T __hadd(WL_T a, WL_T b) { return wl_add(a, b); }
WL_HD WL_T __hsub(WL_T a, WL_T b) { return wl_sub(a, b); }
WL_HD WL_T __hmul(WL_T a, WL_T b) { return wl_mul(a, b); }
WL_HD WL_T __hadd_rn(WL_T a, WL_T b) { return wl_add(a, b); }
WL_HD WL_T __hsub_rn(WL_T a, WL_T b) { return wl_sub(a, b); }
WL_HD WL_T __hmul_rn(WL_T a, WL_T b) { return wl_mul(a, b); }
WL_HD WL_T __hdiv(WL_T a, WL_T b) { return wl_from<WL_T>(wl_to(a) / wl_to(b)); }
WL_HD WL_T __hfma(WL_T a, WL_T b, WL_T c) { return wl_fma(a, b, c); }
WL_HD WL_T __hneg(WL_T a) { return wl_neg(a); }
WL_HD WL_T __habs(WL_T a) { return wl_raw<WL_T>((unsigned short)(wl_bits(a) & 0x7fffu)); }
WL_HD float wl_clamp(float v, WL_T) { return !(v > 0.0f) ? 0.0f : v > 1.0f ? 1.0f : v; }
WL_HD WL_T __hadd_sat(WL_T a, WL_T b) { return wl_from<WL_T>(wl_clamp(wl_to(wl_add(a, b)), a)); }
WL_HD WL_T __hsub_sat(WL_T a, WL_T b) { return wl_from<WL_T>(wl_clamp(wl_to(wl_sub(a, b)), a)); }
WL_HD WL_T __hmul_sat(WL_T a, WL_T b) { return wl_from<WL_T>(wl_clamp(wl_to(wl_mul(a, b)), a)); }
WL_HD WL_T __hfma_sat(WL_T a, WL_T b, WL_T c) { return wl_from<WL_T>(wl_clamp(wl_to(wl_fma(a, b, c)), a)); }
WL_HD WL_T __hfma_relu(WL_T a, WL_T b, WL_T c) {
  WL_T r = wl_fma(a, b, c);
  return wl_to(r) < 0.0f ? wl_from<WL_T>(0.0f) : r;
}

// Comparisons: false when an operand is a NaN, and the "u" forms true.
#define WL_COMPARE(name, op)                                                                  \
  WL_HD bool __h##name(WL_T a, WL_T b) { return wl_to(a) op wl_to(b); }                       \
  WL_HD bool __h##name##u(WL_T a, WL_T b) {                                                   \
    float x = wl_to(a), y = wl_to(b);                                                         \
    return x != x || y != y || x op y;                                                        \
  }                                                                                           \
  WL_HD WL_T2 __h##name##2(WL_T2 a, WL_T2 b) {                                                \
    return WL_T2(wl_from<WL_T>(__h##name(a.x, b.x) ? 1.0f : 0.0f),                            \
                 wl_from<WL_T>(__h##name(a.y, b.y) ? 1.0f : 0.0f));                           \
  }                                                                                           \
  WL_HD WL_T2 __h##name##u2(WL_T2 a, WL_T2 b) {                                               \
    return WL_T2(wl_from<WL_T>(__h##name##u(a.x, b.x) ? 1.0f : 0.0f),                         \
                 wl_from<WL_T>(__h##name##u(a.y, b.y) ? 1.0f : 0.0f));                        \
  }                                                                                           \
  WL_HD unsigned __h##name##2_mask(WL_T2 a, WL_T2 b) {                                        \
    return (__h##name(a.x, b.x) ? 0xffffu : 0u) | (__h##name(a.y, b.y) ? 0xffff0000u : 0u);   \
  }                                                                                           \
  WL_HD unsigned __h##name##u2_mask(WL_T2 a, WL_T2 b) {                                       \
    return (__h##name##u(a.x, b.x) ? 0xffffu : 0u) | (__h##name##u(a.y, b.y) ? 0xffff0000u : 0u); \
  }                                                                                           \
  WL_HD bool __hb##name##2(WL_T2 a, WL_T2 b) { return __h##name(a.x, b.x) && __h##name(a.y, b.y); } \
  WL_HD bool __hb##name##u2(WL_T2 a, WL_T2 b) { return __h##name##u(a.x, b.x) && __h##name##u(a.y, b.y); }
WL_COMPARE(eq, ==)
WL_COMPARE(ne, !=)
WL_COMPARE(lt, <)
WL_COMPARE(le, <=)
WL_COMPARE(gt, >)
WL_COMPARE(ge, >=)
#undef WL_COMPARE
WL_HD bool __hisnan(WL_T a) { return wl_to(a) != wl_to(a); }
WL_HD int __hisinf(WL_T a) {
  float v = wl_to(a);
  return v - v != v - v && v == v ? (v > 0.0f ? 1 : -1) : 0;
}
WL_HD WL_T __hmax(WL_T a, WL_T b) { return __hisnan(a) || wl_to(a) < wl_to(b) ? b : a; }
WL_HD WL_T __hmin(WL_T a, WL_T b) { return __hisnan(a) || wl_to(b) < wl_to(a) ? b : a; }
WL_HD WL_T __hmax_nan(WL_T a, WL_T b) { return __hisnan(a) ? a : __hisnan(b) ? b : __hmax(a, b); }
WL_HD WL_T __hmin_nan(WL_T a, WL_T b) { return __hisnan(a) ? a : __hisnan(b) ? b : __hmin(a, b); }

// Pairs.
WL_HD WL_T2 __hadd2(WL_T2 a, WL_T2 b) { return wl_add(a, b); }
WL_HD WL_T2 __hsub2(WL_T2 a, WL_T2 b) { return wl_sub(a, b); }
WL_HD WL_T2 __hmul2(WL_T2 a, WL_T2 b) { return wl_mul(a, b); }
WL_HD WL_T2 __hadd2_rn(WL_T2 a, WL_T2 b) { return wl_add(a, b); }
WL_HD WL_T2 __hsub2_rn(WL_T2 a, WL_T2 b) { return wl_sub(a, b); }
WL_HD WL_T2 __hmul2_rn(WL_T2 a, WL_T2 b) { return wl_mul(a, b); }
WL_HD WL_T2 __hfma2(WL_T2 a, WL_T2 b, WL_T2 c) { return wl_fma(a, b, c); }
WL_HD WL_T2 __h2div(WL_T2 a, WL_T2 b) { return WL_T2(__hdiv(a.x, b.x), __hdiv(a.y, b.y)); }
WL_HD WL_T2 __hneg2(WL_T2 a) { return WL_T2(wl_neg(a.x), wl_neg(a.y)); }
WL_HD WL_T2 __habs2(WL_T2 a) { return WL_T2(__habs(a.x), __habs(a.y)); }
WL_HD WL_T2 __hmax2(WL_T2 a, WL_T2 b) { return WL_T2(__hmax(a.x, b.x), __hmax(a.y, b.y)); }
WL_HD WL_T2 __hmin2(WL_T2 a, WL_T2 b) { return WL_T2(__hmin(a.x, b.x), __hmin(a.y, b.y)); }
WL_HD WL_T2 __hmax2_nan(WL_T2 a, WL_T2 b) { return WL_T2(__hmax_nan(a.x, b.x), __hmax_nan(a.y, b.y)); }
WL_HD WL_T2 __hmin2_nan(WL_T2 a, WL_T2 b) { return WL_T2(__hmin_nan(a.x, b.x), __hmin_nan(a.y, b.y)); }
WL_HD WL_T2 __hadd2_sat(WL_T2 a, WL_T2 b) { return WL_T2(__hadd_sat(a.x, b.x), __hadd_sat(a.y, b.y)); }
WL_HD WL_T2 __hsub2_sat(WL_T2 a, WL_T2 b) { return WL_T2(__hsub_sat(a.x, b.x), __hsub_sat(a.y, b.y)); }
WL_HD WL_T2 __hmul2_sat(WL_T2 a, WL_T2 b) { return WL_T2(__hmul_sat(a.x, b.x), __hmul_sat(a.y, b.y)); }
WL_HD WL_T2 __hfma2_sat(WL_T2 a, WL_T2 b, WL_T2 c) {
  return WL_T2(__hfma_sat(a.x, b.x, c.x), __hfma_sat(a.y, b.y, c.y));
}
WL_HD WL_T2 __hfma2_relu(WL_T2 a, WL_T2 b, WL_T2 c) {
  return WL_T2(__hfma_relu(a.x, b.x, c.x), __hfma_relu(a.y, b.y, c.y));
}
WL_HD WL_T2 __hisnan2(WL_T2 a) {
  return WL_T2(wl_from<WL_T>(__hisnan(a.x) ? 1.0f : 0.0f), wl_from<WL_T>(__hisnan(a.y) ? 1.0f : 0.0f));
}

// The math API, computed in float and rounded once.
#define WL_MATH(name, call)                                                                    \
  WL_HD WL_T h##name(WL_T a) {                                                                 \
    float x = wl_to(a);                                                                        \
    return wl_from<WL_T>(call);                                                                \
  }                                                                                            \
  WL_HD WL_T2 h2##name(WL_T2 a) { return WL_T2(h##name(a.x), h##name(a.y)); }
WL_MATH(sqrt, ::sqrtf(x))
WL_MATH(rsqrt, 1.0f / ::sqrtf(x))
WL_MATH(rcp, 1.0f / x)
WL_MATH(exp, ::expf(x))
WL_MATH(exp2, ::exp2f(x))
WL_MATH(exp10, ::powf(10.0f, x))
WL_MATH(log, ::logf(x))
WL_MATH(log2, ::log2f(x))
WL_MATH(log10, ::log10f(x))
WL_MATH(sin, ::sinf(x))
WL_MATH(cos, ::cosf(x))
WL_MATH(ceil, ::ceilf(x))
WL_MATH(floor, ::floorf(x))
WL_MATH(rint, ::rintf(x))
WL_MATH(trunc, ::truncf(x))
WL_MATH(tanh, ::tanhf(x))
#undef WL_MATH

// Operators.
#define WL_OPERATOR(type, op, call)                                                            \
  WL_HD type operator op(const type &a, const type &b) { return call(a, b); }                  \
  WL_HD type &operator op##=(type &a, const type &b) {                                         \
    a = call(a, b);                                                                            \
    return a;                                                                                  \
  }
WL_OPERATOR(WL_T, +, __hadd)
WL_OPERATOR(WL_T, -, __hsub)
WL_OPERATOR(WL_T, *, __hmul)
WL_OPERATOR(WL_T, /, __hdiv)
WL_OPERATOR(WL_T2, +, __hadd2)
WL_OPERATOR(WL_T2, -, __hsub2)
WL_OPERATOR(WL_T2, *, __hmul2)
WL_OPERATOR(WL_T2, /, __h2div)
#undef WL_OPERATOR
WL_HD WL_T operator+(const WL_T &a) { return a; }
WL_HD WL_T operator-(const WL_T &a) { return wl_neg(a); }
WL_HD WL_T2 operator+(const WL_T2 &a) { return a; }
WL_HD WL_T2 operator-(const WL_T2 &a) { return __hneg2(a); }
WL_HD WL_T &operator++(WL_T &a) { return a = __hadd(a, wl_from<WL_T>(1.0f)); }
WL_HD WL_T &operator--(WL_T &a) { return a = __hsub(a, wl_from<WL_T>(1.0f)); }
WL_HD WL_T operator++(WL_T &a, int) {
  WL_T old = a;
  ++a;
  return old;
}
WL_HD WL_T operator--(WL_T &a, int) {
  WL_T old = a;
  --a;
  return old;
}
#define WL_RELATION(op, name)                                                                  \
  WL_HD bool operator op(const WL_T &a, const WL_T &b) { return __h##name(a, b); }             \
  WL_HD bool operator op(const WL_T2 &a, const WL_T2 &b) { return __hb##name##2(a, b); }
WL_RELATION(==, eq)
WL_RELATION(!=, ne)
WL_RELATION(<, lt)
WL_RELATION(<=, le)
WL_RELATION(>, gt)
WL_RELATION(>=, ge)
#undef WL_RELATION

// Warp shuffles, read-only and cached loads: by bit pattern.
#if defined(__CUDA__) && defined(__clang__)
WL_D unsigned wl_word(WL_T2 a) { return __builtin_bit_cast(unsigned, a); }
WL_D WL_T2 wl_pair(unsigned w, WL_T2) { return __builtin_bit_cast(WL_T2, w); }
#define WL_SHUFFLE(name, arg)                                                                                        \
  WL_D WL_T name(unsigned mask, WL_T v, arg by, int width = 32) {                                                    \
    return wl_raw<WL_T>((unsigned short)name(mask, (unsigned)wl_bits(v), by, width));                                \
  }                                                                                                                  \
  WL_D WL_T2 name(unsigned mask, WL_T2 v, arg by, int width = 32) {                                                  \
    return wl_pair(name(mask, wl_word(v), by, width), v);                                                            \
  }
WL_SHUFFLE(__shfl_sync, int)
WL_SHUFFLE(__shfl_up_sync, unsigned)
WL_SHUFFLE(__shfl_down_sync, unsigned)
WL_SHUFFLE(__shfl_xor_sync, int)
#undef WL_SHUFFLE
#define WL_LOAD(name)                                                                                                \
  WL_D WL_T name(const WL_T *p) { return wl_raw<WL_T>(name((const unsigned short *)p)); }                            \
  WL_D WL_T2 name(const WL_T2 *p) { return wl_pair(name((const unsigned *)p), WL_T2()); }
WL_LOAD(__ldg)
WL_LOAD(__ldcg)
WL_LOAD(__ldca)
WL_LOAD(__ldcs)
#undef WL_LOAD
#define WL_STORE(name)                                                                                               \
  WL_D void name(WL_T *p, WL_T v) { name((unsigned short *)p, wl_bits(v)); }                                         \
  WL_D void name(WL_T2 *p, WL_T2 v) { name((unsigned *)p, wl_word(v)); }
WL_STORE(__stcg)
WL_STORE(__stcs)
WL_STORE(__stwb)
WL_STORE(__stwt)
#undef WL_STORE
#endif
