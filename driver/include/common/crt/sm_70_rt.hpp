// Typed overloads of the warp match functions.
//
// clang's `__clang_cuda_intrinsics.h` brings the 32- and 64-bit primitives and then includes a header of this
// name for the overloads that programs call; this is ours.
#ifndef WARPLENS_SM_70_RT_HPP
#define WARPLENS_SM_70_RT_HPP

#define WARPLENS_MATCH(type, width, word)                                                          \
  WARPLENS_D unsigned int __match_any_sync(unsigned int mask, type v) {                            \
    return (unsigned int)__match##width##_any_sync(mask, (word)v);                                 \
  }                                                                                                \
  WARPLENS_D unsigned int __match_all_sync(unsigned int mask, type v, int *pred) {                 \
    return (unsigned int)__match##width##_all_sync(mask, (word)v, pred);                           \
  }
WARPLENS_MATCH(unsigned int, 32, unsigned int)
WARPLENS_MATCH(int, 32, unsigned int)
WARPLENS_MATCH(unsigned long, 64, unsigned long long)
WARPLENS_MATCH(long, 64, unsigned long long)
WARPLENS_MATCH(unsigned long long, 64, unsigned long long)
WARPLENS_MATCH(long long, 64, unsigned long long)
#undef WARPLENS_MATCH
WARPLENS_D unsigned int __match_any_sync(unsigned int mask, float v) {
  return (unsigned int)__match32_any_sync(mask, __float_as_uint(v));
}
WARPLENS_D unsigned int __match_any_sync(unsigned int mask, double v) {
  return (unsigned int)__match64_any_sync(mask, (unsigned long long)__double_as_longlong(v));
}
WARPLENS_D unsigned int __match_all_sync(unsigned int mask, float v, int *pred) {
  return (unsigned int)__match32_all_sync(mask, __float_as_uint(v), pred);
}
WARPLENS_D unsigned int __match_all_sync(unsigned int mask, double v, int *pred) {
  return (unsigned int)__match64_all_sync(mask, (unsigned long long)__double_as_longlong(v), pred);
}

#endif
