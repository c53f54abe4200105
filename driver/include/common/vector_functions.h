// Constructors of the built-in vector types: `make_float4(x, y, z, w)` and its relatives.
#ifndef WARPLENS_VECTOR_FUNCTIONS_H
#define WARPLENS_VECTOR_FUNCTIONS_H

#include <vector_types.h>

#define WARPLENS_MAKE(name, type)                                                       \
  WARPLENS_HD struct name##1 make_##name##1(type x) {                                   \
    struct name##1 v;                                                                   \
    v.x = x;                                                                            \
    return v;                                                                           \
  }                                                                                     \
  WARPLENS_HD struct name##2 make_##name##2(type x, type y) {                           \
    struct name##2 v;                                                                   \
    v.x = x;                                                                            \
    v.y = y;                                                                            \
    return v;                                                                           \
  }                                                                                     \
  WARPLENS_HD struct name##3 make_##name##3(type x, type y, type z) {                   \
    struct name##3 v;                                                                   \
    v.x = x;                                                                            \
    v.y = y;                                                                            \
    v.z = z;                                                                            \
    return v;                                                                           \
  }                                                                                     \
  WARPLENS_HD struct name##4 make_##name##4(type x, type y, type z, type w) {           \
    struct name##4 v;                                                                   \
    v.x = x;                                                                            \
    v.y = y;                                                                            \
    v.z = z;                                                                            \
    v.w = w;                                                                            \
    return v;                                                                           \
  }

WARPLENS_MAKE(char, signed char)
WARPLENS_MAKE(uchar, unsigned char)
WARPLENS_MAKE(short, short)
WARPLENS_MAKE(ushort, unsigned short)
WARPLENS_MAKE(int, int)
WARPLENS_MAKE(uint, unsigned int)
WARPLENS_MAKE(long, long)
WARPLENS_MAKE(ulong, unsigned long)
WARPLENS_MAKE(longlong, long long)
WARPLENS_MAKE(ulonglong, unsigned long long)
WARPLENS_MAKE(float, float)
WARPLENS_MAKE(double, double)

#undef WARPLENS_MAKE

#endif
