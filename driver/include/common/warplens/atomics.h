// Atomic functions of CUDA and MUSA C++ over clang's own `__iAtomicAdd` family.
//
// Every operation comes in device, block and system scope. The 16-bit types have theirs beside the types.
#ifndef WARPLENS_ATOMICS_H
#define WARPLENS_ATOMICS_H

#define WARPLENS_ATOMIC2(name, type, impl)                                                        \
  WARPLENS_D type name(type *p, type v) { return __##impl(p, v); }                                \
  WARPLENS_D type name##_block(type *p, type v) { return __##impl##_block(p, v); }                \
  WARPLENS_D type name##_system(type *p, type v) { return __##impl##_system(p, v); }
#define WARPLENS_ATOMIC2_AS(name, type, wide, impl)                                                    \
  WARPLENS_D type name(type *p, type v) { return (type)__##impl((wide *)p, (wide)v); }                 \
  WARPLENS_D type name##_block(type *p, type v) { return (type)__##impl##_block((wide *)p, (wide)v); } \
  WARPLENS_D type name##_system(type *p, type v) { return (type)__##impl##_system((wide *)p, (wide)v); }

WARPLENS_ATOMIC2(atomicAdd, int, iAtomicAdd)
WARPLENS_ATOMIC2(atomicAdd, unsigned int, uAtomicAdd)
WARPLENS_ATOMIC2(atomicAdd, unsigned long long, ullAtomicAdd)
WARPLENS_ATOMIC2(atomicAdd, float, fAtomicAdd)
WARPLENS_ATOMIC2(atomicAdd, double, dAtomicAdd)

#define WARPLENS_ATOMIC_SUB(scope)                                                                        \
  WARPLENS_D int atomicSub##scope(int *p, int v) { return __iAtomicAdd##scope(p, (int)(0u - (unsigned)v)); } \
  WARPLENS_D unsigned int atomicSub##scope(unsigned int *p, unsigned int v) {                             \
    return __uAtomicAdd##scope(p, 0u - v);                                                                \
  }
WARPLENS_ATOMIC_SUB()
WARPLENS_ATOMIC_SUB(_block)
WARPLENS_ATOMIC_SUB(_system)
#undef WARPLENS_ATOMIC_SUB

WARPLENS_ATOMIC2(atomicExch, int, iAtomicExch)
WARPLENS_ATOMIC2(atomicExch, unsigned int, uAtomicExch)
WARPLENS_ATOMIC2(atomicExch, unsigned long long, ullAtomicExch)
WARPLENS_ATOMIC2(atomicExch, float, fAtomicExch)

WARPLENS_ATOMIC2(atomicMin, int, iAtomicMin)
WARPLENS_ATOMIC2(atomicMin, unsigned int, uAtomicMin)
WARPLENS_ATOMIC2(atomicMin, unsigned long long, ullAtomicMin)
WARPLENS_ATOMIC2(atomicMin, long long, illAtomicMin)
WARPLENS_ATOMIC2(atomicMax, int, iAtomicMax)
WARPLENS_ATOMIC2(atomicMax, unsigned int, uAtomicMax)
WARPLENS_ATOMIC2(atomicMax, unsigned long long, ullAtomicMax)
WARPLENS_ATOMIC2(atomicMax, long long, illAtomicMax)

WARPLENS_ATOMIC2(atomicInc, unsigned int, uAtomicInc)
WARPLENS_ATOMIC2(atomicDec, unsigned int, uAtomicDec)

WARPLENS_ATOMIC2(atomicAnd, int, iAtomicAnd)
WARPLENS_ATOMIC2(atomicAnd, unsigned int, uAtomicAnd)
WARPLENS_ATOMIC2(atomicAnd, unsigned long long, ullAtomicAnd)
WARPLENS_ATOMIC2(atomicOr, int, iAtomicOr)
WARPLENS_ATOMIC2(atomicOr, unsigned int, uAtomicOr)
WARPLENS_ATOMIC2(atomicOr, unsigned long long, ullAtomicOr)
WARPLENS_ATOMIC2(atomicXor, int, iAtomicXor)
WARPLENS_ATOMIC2(atomicXor, unsigned int, uAtomicXor)
WARPLENS_ATOMIC2(atomicXor, unsigned long long, ullAtomicXor)

#define WARPLENS_ATOMIC_CAS(type, impl)                                                             \
  WARPLENS_D type atomicCAS(type *p, type c, type v) { return __##impl(p, c, v); }                  \
  WARPLENS_D type atomicCAS_block(type *p, type c, type v) { return __##impl##_block(p, c, v); }    \
  WARPLENS_D type atomicCAS_system(type *p, type c, type v) { return __##impl##_system(p, c, v); }
WARPLENS_ATOMIC_CAS(int, iAtomicCAS)
WARPLENS_ATOMIC_CAS(unsigned int, uAtomicCAS)
WARPLENS_ATOMIC_CAS(unsigned long long, ullAtomicCAS)
#undef WARPLENS_ATOMIC_CAS

WARPLENS_D unsigned short atomicCAS(unsigned short *p, unsigned short c, unsigned short v) {
  unsigned short old;
  __asm__ __volatile__("atom.cas.b16 %0, [%1], %2, %3;" : "=h"(old) : "l"(p), "h"(c), "h"(v) : "memory");
  return old;
}

// `unsigned long` is one of the two widths above; CUDA C++ lacks these, size_t code wants them.
WARPLENS_ATOMIC2_AS(atomicAdd, unsigned long, unsigned long long, ullAtomicAdd)
WARPLENS_ATOMIC2_AS(atomicMax, unsigned long, unsigned long long, ullAtomicMax)
WARPLENS_ATOMIC2_AS(atomicMin, unsigned long, unsigned long long, ullAtomicMin)

#undef WARPLENS_ATOMIC2
#undef WARPLENS_ATOMIC2_AS

#endif
