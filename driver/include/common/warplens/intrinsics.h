// Device intrinsics that clang's helper headers leave to the vendor's or get wrong: cached loads and stores, timers,
// reductions over a warp, integer dot products.
#ifndef WARPLENS_INTRINSICS_H
#define WARPLENS_INTRINSICS_H

// Loads and stores with a cache operator (PTX ISA, "Cache Operators").
#define WARPLENS_LD(fn, op, c_type, ptx, constraint, reg_type)                                         \
  WARPLENS_D c_type fn(const c_type *p) {                                                              \
    reg_type r;                                                                                        \
    __asm__ __volatile__("ld.global." op "." ptx " %0, [%1];" : "=" constraint(r) : "l"(p) : "memory"); \
    return (c_type)r;                                                                                  \
  }
#define WARPLENS_LD2(fn, op, c_type, elem, ptx, constraint)                                                            \
  WARPLENS_D c_type fn(const c_type *p) {                                                                              \
    elem a, b;                                                                                                         \
    __asm__ __volatile__("ld.global." op ".v2." ptx " {%0, %1}, [%2];" : "=" constraint(a), "=" constraint(b) : "l"(p) \
                         : "memory");                                                                                  \
    c_type r = {a, b};                                                                                                 \
    return r;                                                                                                          \
  }
#define WARPLENS_LD4(fn, op, c_type, elem, ptx, constraint)                                       \
  WARPLENS_D c_type fn(const c_type *p) {                                                         \
    elem a, b, c, d;                                                                              \
    __asm__ __volatile__("ld.global." op ".v4." ptx " {%0, %1, %2, %3}, [%4];"                    \
                         : "=" constraint(a), "=" constraint(b), "=" constraint(c), "=" constraint(d) \
                         : "l"(p)                                                                 \
                         : "memory");                                                             \
    c_type r = {a, b, c, d};                                                                      \
    return r;                                                                                     \
  }
#define WARPLENS_ST(fn, op, c_type, ptx, constraint, reg_type)                                                        \
  WARPLENS_D void fn(c_type *p, c_type v) {                                                                           \
    __asm__ __volatile__("st.global." op "." ptx " [%0], %1;" ::"l"(p), constraint((reg_type)v) : "memory");           \
  }
#define WARPLENS_ST2(fn, op, c_type, ptx, constraint)                                                                     \
  WARPLENS_D void fn(c_type *p, c_type v) {                                                                               \
    __asm__ __volatile__("st.global." op ".v2." ptx " [%0], {%1, %2};" ::"l"(p), constraint(v.x), constraint(v.y) : "memory"); \
  }
#define WARPLENS_ST4(fn, op, c_type, ptx, constraint)                                                        \
  WARPLENS_D void fn(c_type *p, c_type v) {                                                                  \
    __asm__ __volatile__("st.global." op ".v4." ptx " [%0], {%1, %2, %3, %4};" ::"l"(p), constraint(v.x),    \
                         constraint(v.y), constraint(v.z), constraint(v.w)                                   \
                         : "memory");                                                                        \
  }

#define WARPLENS_LOADS(fn, op)                                                   \
  WARPLENS_LD(fn, op, signed char, "s8", "r", int)                               \
  WARPLENS_LD(fn, op, char, "s8", "r", int)                                      \
  WARPLENS_LD(fn, op, unsigned char, "u8", "r", unsigned int)                    \
  WARPLENS_LD(fn, op, short, "s16", "h", short)                                  \
  WARPLENS_LD(fn, op, unsigned short, "u16", "h", unsigned short)                \
  WARPLENS_LD(fn, op, int, "s32", "r", int)                                      \
  WARPLENS_LD(fn, op, unsigned int, "u32", "r", unsigned int)                    \
  WARPLENS_LD(fn, op, long, "s64", "l", long)                                    \
  WARPLENS_LD(fn, op, unsigned long, "u64", "l", unsigned long)                  \
  WARPLENS_LD(fn, op, long long, "s64", "l", long long)                          \
  WARPLENS_LD(fn, op, unsigned long long, "u64", "l", unsigned long long)        \
  WARPLENS_LD(fn, op, float, "f32", "f", float)                                  \
  WARPLENS_LD(fn, op, double, "f64", "d", double)                                \
  WARPLENS_LD2(fn, op, short2, short, "s16", "h")                                \
  WARPLENS_LD2(fn, op, ushort2, unsigned short, "u16", "h")                      \
  WARPLENS_LD2(fn, op, int2, int, "s32", "r")                                    \
  WARPLENS_LD2(fn, op, uint2, unsigned int, "u32", "r")                          \
  WARPLENS_LD2(fn, op, longlong2, long long, "s64", "l")                         \
  WARPLENS_LD2(fn, op, ulonglong2, unsigned long long, "u64", "l")               \
  WARPLENS_LD2(fn, op, float2, float, "f32", "f")                                \
  WARPLENS_LD2(fn, op, double2, double, "f64", "d")                              \
  WARPLENS_LD4(fn, op, short4, short, "s16", "h")                                \
  WARPLENS_LD4(fn, op, ushort4, unsigned short, "u16", "h")                      \
  WARPLENS_LD4(fn, op, int4, int, "s32", "r")                                    \
  WARPLENS_LD4(fn, op, uint4, unsigned int, "u32", "r")                          \
  WARPLENS_LD4(fn, op, float4, float, "f32", "f")
#define WARPLENS_STORES(fn, op)                                                  \
  WARPLENS_ST(fn, op, signed char, "s8", "r", int)                               \
  WARPLENS_ST(fn, op, char, "s8", "r", int)                                      \
  WARPLENS_ST(fn, op, unsigned char, "u8", "r", unsigned int)                    \
  WARPLENS_ST(fn, op, short, "s16", "h", short)                                  \
  WARPLENS_ST(fn, op, unsigned short, "u16", "h", unsigned short)                \
  WARPLENS_ST(fn, op, int, "s32", "r", int)                                      \
  WARPLENS_ST(fn, op, unsigned int, "u32", "r", unsigned int)                    \
  WARPLENS_ST(fn, op, long, "s64", "l", long)                                    \
  WARPLENS_ST(fn, op, unsigned long, "u64", "l", unsigned long)                  \
  WARPLENS_ST(fn, op, long long, "s64", "l", long long)                          \
  WARPLENS_ST(fn, op, unsigned long long, "u64", "l", unsigned long long)        \
  WARPLENS_ST(fn, op, float, "f32", "f", float)                                  \
  WARPLENS_ST(fn, op, double, "f64", "d", double)                                \
  WARPLENS_ST2(fn, op, int2, "s32", "r")                                         \
  WARPLENS_ST2(fn, op, uint2, "u32", "r")                                        \
  WARPLENS_ST2(fn, op, longlong2, "s64", "l")                                    \
  WARPLENS_ST2(fn, op, ulonglong2, "u64", "l")                                   \
  WARPLENS_ST2(fn, op, float2, "f32", "f")                                       \
  WARPLENS_ST2(fn, op, double2, "f64", "d")                                      \
  WARPLENS_ST4(fn, op, int4, "s32", "r")                                         \
  WARPLENS_ST4(fn, op, uint4, "u32", "r")                                        \
  WARPLENS_ST4(fn, op, float4, "f32", "f")

WARPLENS_LOADS(__ldca, "ca")
WARPLENS_LOADS(__ldcg, "cg")
WARPLENS_LOADS(__ldcs, "cs")
WARPLENS_LOADS(__ldlu, "lu")
WARPLENS_LOADS(__ldcv, "cv")
WARPLENS_STORES(__stwb, "wb")
WARPLENS_STORES(__stcg, "cg")
WARPLENS_STORES(__stcs, "cs")
WARPLENS_STORES(__stwt, "wt")

#undef WARPLENS_LOADS
#undef WARPLENS_STORES
#undef WARPLENS_LD
#undef WARPLENS_LD2
#undef WARPLENS_LD4
#undef WARPLENS_ST
#undef WARPLENS_ST2
#undef WARPLENS_ST4

// Timers.
WARPLENS_D void __nanosleep(unsigned int ns) { __asm__ __volatile__("nanosleep.u32 %0;" ::"r"(ns)); }

// One value from those of all lanes of a mask (sm_80).
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
#define WARPLENS_REDUCE(fn, type, ptx)                                                                  \
  WARPLENS_D type fn(unsigned int mask, type value) {                                                   \
    type r;                                                                                             \
    __asm__ __volatile__("redux.sync." ptx " %0, %1, %2;" : "=r"(r) : "r"(value), "r"(mask) : "memory"); \
    return r;                                                                                           \
  }
WARPLENS_REDUCE(__reduce_add_sync, unsigned int, "add.u32")
WARPLENS_REDUCE(__reduce_add_sync, int, "add.s32")
WARPLENS_REDUCE(__reduce_min_sync, unsigned int, "min.u32")
WARPLENS_REDUCE(__reduce_min_sync, int, "min.s32")
WARPLENS_REDUCE(__reduce_max_sync, unsigned int, "max.u32")
WARPLENS_REDUCE(__reduce_max_sync, int, "max.s32")
WARPLENS_REDUCE(__reduce_and_sync, unsigned int, "and.b32")
WARPLENS_REDUCE(__reduce_or_sync, unsigned int, "or.b32")
WARPLENS_REDUCE(__reduce_xor_sync, unsigned int, "xor.b32")
#undef WARPLENS_REDUCE
#endif

// Integer dot products with accumulation.
WARPLENS_D int __dp4a(int a, int b, int c) {
  int r;
  __asm__("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_D unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int c) {
  unsigned int r;
  __asm__("dp4a.u32.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_D int __warplens_bits(char4 v) {
  return (int)((unsigned)(unsigned char)v.x | ((unsigned)(unsigned char)v.y << 8) |
               ((unsigned)(unsigned char)v.z << 16) | ((unsigned)(unsigned char)v.w << 24));
}
WARPLENS_D unsigned int __warplens_bits(uchar4 v) {
  return (unsigned)v.x | ((unsigned)v.y << 8) | ((unsigned)v.z << 16) | ((unsigned)v.w << 24);
}
WARPLENS_D int __dp4a(char4 a, char4 b, int c) { return __dp4a(__warplens_bits(a), __warplens_bits(b), c); }
WARPLENS_D unsigned int __dp4a(uchar4 a, uchar4 b, unsigned int c) {
  return __dp4a(__warplens_bits(a), __warplens_bits(b), c);
}
WARPLENS_D int __dp2a_lo(int a, int b, int c) {
  int r;
  __asm__("dp2a.lo.s32.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_D unsigned int __dp2a_lo(unsigned int a, unsigned int b, unsigned int c) {
  unsigned int r;
  __asm__("dp2a.lo.u32.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_D int __dp2a_hi(int a, int b, int c) {
  int r;
  __asm__("dp2a.hi.s32.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}
WARPLENS_D unsigned int __dp2a_hi(unsigned int a, unsigned int b, unsigned int c) {
  unsigned int r;
  __asm__("dp2a.hi.u32.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}

#endif
