// The device side of CUDA and MUSA C++: built-in variables, math, atomics, warp and memory intrinsics.
//
// clang ships open helper headers that map the math API to external calls (`__nv_sinf`, ...) which the
// embedded device provides. They are included piece by piece, in the order in which they need each other,
// instead of through clang's own wrapper, which insists on a vendor's SDK.
#ifndef WARPLENS_DEVICE_H
#define WARPLENS_DEVICE_H

#if !defined(__CUDA__) || !defined(__clang__)
#error "warplens/device.h is for device compilation by clang (-x cuda)"
#endif

#include <__clang_cuda_math_forward_declares.h>

// The last six are there without asking under nvcc, so programs use them without asking.
#include <climits>
#include <cmath>
#include <cstdlib>
#include <math.h>
#include <stdint.h>
#include <assert.h>
#include <new>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <vector_types.h>

#pragma push_macro("CUDA_VERSION")
#undef CUDA_VERSION
#define CUDA_VERSION 12030

#ifndef __USE_FAST_MATH__
#if defined(__FAST_MATH__)
#define __USE_FAST_MATH__ 1
#else
#define __USE_FAST_MATH__ 0
#endif
#define WARPLENS_SET_FAST_MATH
#endif
#ifndef __CUDA_PREC_DIV
#define __CUDA_PREC_DIV 0
#define WARPLENS_SET_PREC_DIV
#endif

#include <__clang_cuda_builtin_vars.h>

#include <__clang_cuda_libdevice_declares.h>

#include <warplens/libdevice.h>

#include <__clang_cuda_device_functions.h>

#include <__clang_cuda_math.h>

#ifdef WARPLENS_SET_FAST_MATH
#undef __USE_FAST_MATH__
#undef WARPLENS_SET_FAST_MATH
#if defined(__FAST_MATH__)
#define __USE_FAST_MATH__ 1
#endif
#endif
#ifdef WARPLENS_SET_PREC_DIV
#undef __CUDA_PREC_DIV
#undef WARPLENS_SET_PREC_DIV
#endif

#include <vector_functions.h>
#include <warplens/atomics.h>
#include <warplens/device_math.h>

// Calls the device resolves itself: formatted output, its heap, failed assertions.
extern "C" {
__device__ int vprintf(const char *, const char *);
__device__ void free(void *) __attribute((nothrow));
__device__ void *malloc(size_t) __attribute((nothrow)) __attribute__((malloc));
__device__ void __assertfail(const char *message, const char *file, unsigned line, const char *function,
                             size_t char_size);
__device__ static inline void __assert_fail(const char *message, const char *file, unsigned line,
                                            const char *function) {
  __assertfail(message, file, line, function, sizeof(char));
}
__device__ int printf(const char *, ...);
}
namespace std {
__device__ static inline void free(void *p) { ::free(p); }
__device__ static inline void *malloc(size_t n) { return ::malloc(n); }
} // namespace std

__device__ inline __cuda_builtin_threadIdx_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_threadIdx_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_blockIdx_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_blockIdx_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_blockDim_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_blockDim_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_gridDim_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_gridDim_t::operator uint3() const { return {x, y, z}; }

#include <__clang_cuda_cmath.h>

typedef uint32_t cuuint32_t;
typedef uint64_t cuuint64_t;
#include <warplens/address_spaces.h>

// clang 19 hands these two arguments over the wrong way round; ours are in warplens/intrinsics.h.
#define __reduce_add_sync __clang_reduce_add_sync
#define __reduce_min_sync __clang_reduce_min_sync
#define __reduce_max_sync __clang_reduce_max_sync
#define __reduce_and_sync __clang_reduce_and_sync
#define __reduce_or_sync __clang_reduce_or_sync
#define __reduce_xor_sync __clang_reduce_xor_sync
#include <__clang_cuda_intrinsics.h>
#undef __reduce_add_sync
#undef __reduce_min_sync
#undef __reduce_max_sync
#undef __reduce_and_sync
#undef __reduce_or_sync
#undef __reduce_xor_sync

#include <__clang_cuda_complex_builtins.h>

#include <warplens/intrinsics.h>

#pragma pop_macro("CUDA_VERSION")

#endif
