// The function and variable attributes of CUDA and MUSA C++, as clang spells them.
//
// Host compilers see empty macros. `__noinline__` is left alone: clang treats it as a keyword in device
// languages and libstdc++ writes it inside `__attribute__`, where a macro of that name would break.
#ifndef WARPLENS_ATTRIBUTES_H
#define WARPLENS_ATTRIBUTES_H

#if defined(__CUDA__)
#ifndef __host__
#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#endif
#if defined(__has_attribute) && __has_attribute(grid_constant)
#define __grid_constant__ __attribute__((grid_constant))
#else
#define __grid_constant__
#endif
#define __maxnreg__(n)
#define __cluster_dims__(...)
#define __nv_pure__ __attribute__((pure))
// Host code reads and writes a managed variable without a call. clang makes that work in its HIP language only, so
// `warplens cc` compiles the host side of such a file in that language (WARPLENS_MANAGED_HOST) and names the file's need
// when it meets it in the other (WARPLENS_MANAGED_PROBE). Device code sees a variable of the device.
#if defined(WARPLENS_MANAGED_HOST) && !defined(__CUDA_ARCH__)
#define __managed__ __attribute__((managed))
#elif defined(WARPLENS_MANAGED_PROBE) && !defined(__CUDA_ARCH__)
#define __managed__ _Pragma("GCC error \"warplens: __managed__\"") __attribute__((device))
#else
#define __managed__ __attribute__((device))
#endif
#else
#define __host__
#define __device__
#define __global__
#define __shared__
#define __constant__
#define __managed__
#define __launch_bounds__(...)
#define __grid_constant__
#define __maxnreg__(n)
#define __cluster_dims__(...)
#define __nv_pure__
#endif

#ifndef __forceinline__
#define __forceinline__ __inline__ __attribute__((always_inline))
#endif
#ifndef __align__
#define __align__(n) __attribute__((aligned(n)))
#endif
#ifndef __builtin_align__
#define __builtin_align__(n) __align__(n)
#endif
#ifndef __specialization_static
#define __specialization_static
#endif
// Calling conventions, which no supported platform needs.
#define CUDARTAPI
#define CUDARTAPI_CDECL
#define CUDART_CB
#define CUDAAPI
#define CUDA_CB
#define MUSARTAPI
#define MUSARTAPI_CDECL
#define MUSART_CB
#define MUSAAPI
#define MUSA_CB

// What these headers put before a function of both sides, and of the device alone.
#define WARPLENS_HD static __inline__ __host__ __device__ __attribute__((always_inline, unused))
#define WARPLENS_D static __inline__ __device__ __attribute__((always_inline, unused))

#endif
