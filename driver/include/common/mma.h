// Matrix fragments of a warp, as the programming guide documents them, over clang's builtins for the PTX instructions.
// Which lane holds which element is not documented, so a program must not depend on it.
#ifndef WARPLENS_MMA_H
#define WARPLENS_MMA_H

#if defined(__cplusplus) && defined(__CUDA__) && defined(__clang__)
#include <warplens/bf16.h>
#include <warplens/fp16.h>

#define WARPLENS_MMA static __device__ __inline__ __attribute__((always_inline))

namespace nvcuda {
namespace wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };
namespace precision {
struct tf32;
}

// The value of an operand that is kept as a float: its low 13 bits do not count.
WARPLENS_MMA float __float_to_tf32(float v) {
  unsigned int r;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(v));
  return __builtin_bit_cast(float, r);
}

template <typename T, int n> struct __warplens_fragment {
  enum { num_elements = n, num_storage_elements = n };
  typedef T element_type;
  typedef T storage_element_type;
  T x[n];
};
template <typename L> struct __warplens_layout;
template <> struct __warplens_layout<row_major> {
  enum { column = 0 };
};
template <> struct __warplens_layout<col_major> {
  enum { column = 1 };
};

template <typename Use, int m, int n, int k, typename T, typename Layout = void> class fragment;

template <typename T, int n, typename V> WARPLENS_MMA void __warplens_fill(__warplens_fragment<T, n> &f, V v) {
#pragma unroll
  for (int i = 0; i < n; i++) {
    f.x[i] = v;
  }
}
template <typename Use, int m, int n, int k, typename T, typename Layout, typename V>
WARPLENS_MMA void fill_fragment(fragment<Use, m, n, k, T, Layout> &f, const V &v) {
  __warplens_fill(f, (typename fragment<Use, m, n, k, T, Layout>::storage_element_type)v);
}

#define WARPLENS_FRAGMENT(use, M, N, K, type, storage, count)                                                         \
  template <> class fragment<use, M, N, K, type> : public __warplens_fragment<storage, count> {};
#define WARPLENS_OPERAND(use, M, N, K, type, storage, word, count, load)                                              \
  template <typename Layout>                                                                                          \
  class fragment<use, M, N, K, type, Layout> : public __warplens_fragment<storage, count> {};                         \
  WARPLENS_MMA void load_matrix_sync(fragment<use, M, N, K, type, row_major> &f, const storage *p, unsigned ldm) {    \
    load((word *)f.x, (const word *)p, ldm, 0);                                                                       \
  }                                                                                                                   \
  WARPLENS_MMA void load_matrix_sync(fragment<use, M, N, K, type, col_major> &f, const storage *p, unsigned ldm) {    \
    load((word *)f.x, (const word *)p, ldm, 1);                                                                       \
  }
#define WARPLENS_ACCUMULATOR(M, N, K, type, word, count, load, store)                                                 \
  WARPLENS_FRAGMENT(accumulator, M, N, K, type, type, count)                                                          \
  WARPLENS_MMA void load_matrix_sync(fragment<accumulator, M, N, K, type> &f, const type *p, unsigned ldm,            \
                                     layout_t layout) {                                                               \
    if (layout == mem_row_major) {                                                                                    \
      load((word *)f.x, (const word *)p, ldm, 0);                                                                     \
    } else {                                                                                                          \
      load((word *)f.x, (const word *)p, ldm, 1);                                                                     \
    }                                                                                                                 \
  }                                                                                                                   \
  WARPLENS_MMA void store_matrix_sync(type *p, const fragment<accumulator, M, N, K, type> &f, unsigned ldm,           \
                                      layout_t layout) {                                                              \
    if (layout == mem_row_major) {                                                                                    \
      store((word *)p, (word *)f.x, ldm, 0);                                                                          \
    } else {                                                                                                          \
      store((word *)p, (word *)f.x, ldm, 1);                                                                          \
    }                                                                                                                 \
  }
#define WARPLENS_PRODUCT4(M, N, K, operand, aword, A, B, number, dtype, dword, ctype, cword, op, may)                 \
  WARPLENS_MMA void mma_sync(fragment<accumulator, M, N, K, dtype> &d,                                                \
                             const fragment<matrix_a, M, N, K, operand, A> &a,                                        \
                             const fragment<matrix_b, M, N, K, operand, B> &b,                                        \
                             const fragment<accumulator, M, N, K, ctype> &c, bool satf = false) {                     \
    if (may && satf) {                                                                                                \
      op((dword *)d.x, (const aword *)a.x, (const aword *)b.x, (const cword *)c.x, number, may);                      \
    } else {                                                                                                          \
      op((dword *)d.x, (const aword *)a.x, (const aword *)b.x, (const cword *)c.x, number, 0);                        \
    }                                                                                                                 \
  }
#define WARPLENS_PRODUCT(M, N, K, operand, aword, dtype, dword, ctype, cword, op, may)                                \
  WARPLENS_PRODUCT4(M, N, K, operand, aword, row_major, row_major, 0, dtype, dword, ctype, cword, op, may)           \
  WARPLENS_PRODUCT4(M, N, K, operand, aword, row_major, col_major, 1, dtype, dword, ctype, cword, op, may)           \
  WARPLENS_PRODUCT4(M, N, K, operand, aword, col_major, row_major, 2, dtype, dword, ctype, cword, op, may)           \
  WARPLENS_PRODUCT4(M, N, K, operand, aword, col_major, col_major, 3, dtype, dword, ctype, cword, op, may)

WARPLENS_OPERAND(matrix_a, 16, 16, 16, __half, __half, int, 16, __hmma_m16n16k16_ld_a)
WARPLENS_OPERAND(matrix_a, 16, 16, 16, __nv_bfloat16, __nv_bfloat16, int, 8, __mma_bf16_m16n16k16_ld_a)
WARPLENS_OPERAND(matrix_a, 16, 16, 16, signed char, signed char, int, 8, __imma_m16n16k16_ld_a_s8)
WARPLENS_OPERAND(matrix_a, 16, 16, 16, unsigned char, unsigned char, int, 8, __imma_m16n16k16_ld_a_u8)
WARPLENS_OPERAND(matrix_b, 16, 16, 16, __half, __half, int, 16, __hmma_m16n16k16_ld_b)
WARPLENS_OPERAND(matrix_b, 16, 16, 16, __nv_bfloat16, __nv_bfloat16, int, 8, __mma_bf16_m16n16k16_ld_b)
WARPLENS_OPERAND(matrix_b, 16, 16, 16, signed char, signed char, int, 8, __imma_m16n16k16_ld_b_s8)
WARPLENS_OPERAND(matrix_b, 16, 16, 16, unsigned char, unsigned char, int, 8, __imma_m16n16k16_ld_b_u8)
WARPLENS_ACCUMULATOR(16, 16, 16, __half, int, 8, __hmma_m16n16k16_ld_c_f16, __hmma_m16n16k16_st_c_f16)
WARPLENS_ACCUMULATOR(16, 16, 16, float, float, 8, __hmma_m16n16k16_ld_c_f32, __hmma_m16n16k16_st_c_f32)
WARPLENS_ACCUMULATOR(16, 16, 16, int, int, 8, __imma_m16n16k16_ld_c, __imma_m16n16k16_st_c_i32)
WARPLENS_PRODUCT(16, 16, 16, __half, int, float, float, float, float, __hmma_m16n16k16_mma_f32f32, 0)
WARPLENS_PRODUCT(16, 16, 16, __half, int, float, float, __half, int, __hmma_m16n16k16_mma_f32f16, 0)
WARPLENS_PRODUCT(16, 16, 16, __half, int, __half, int, float, float, __hmma_m16n16k16_mma_f16f32, 0)
WARPLENS_PRODUCT(16, 16, 16, __half, int, __half, int, __half, int, __hmma_m16n16k16_mma_f16f16, 0)
WARPLENS_PRODUCT(16, 16, 16, __nv_bfloat16, int, float, float, float, float, __mma_bf16_m16n16k16_mma_f32, 0)
WARPLENS_PRODUCT(16, 16, 16, signed char, int, int, int, int, int, __imma_m16n16k16_mma_s8, 1)
WARPLENS_PRODUCT(16, 16, 16, unsigned char, int, int, int, int, int, __imma_m16n16k16_mma_u8, 1)
WARPLENS_OPERAND(matrix_a, 32, 8, 16, __half, __half, int, 16, __hmma_m32n8k16_ld_a)
WARPLENS_OPERAND(matrix_a, 32, 8, 16, __nv_bfloat16, __nv_bfloat16, int, 16, __mma_bf16_m32n8k16_ld_a)
WARPLENS_OPERAND(matrix_a, 32, 8, 16, signed char, signed char, int, 16, __imma_m32n8k16_ld_a_s8)
WARPLENS_OPERAND(matrix_a, 32, 8, 16, unsigned char, unsigned char, int, 16, __imma_m32n8k16_ld_a_u8)
WARPLENS_OPERAND(matrix_b, 32, 8, 16, __half, __half, int, 16, __hmma_m32n8k16_ld_b)
WARPLENS_OPERAND(matrix_b, 32, 8, 16, __nv_bfloat16, __nv_bfloat16, int, 4, __mma_bf16_m32n8k16_ld_b)
WARPLENS_OPERAND(matrix_b, 32, 8, 16, signed char, signed char, int, 4, __imma_m32n8k16_ld_b_s8)
WARPLENS_OPERAND(matrix_b, 32, 8, 16, unsigned char, unsigned char, int, 4, __imma_m32n8k16_ld_b_u8)
WARPLENS_ACCUMULATOR(32, 8, 16, __half, int, 8, __hmma_m32n8k16_ld_c_f16, __hmma_m32n8k16_st_c_f16)
WARPLENS_ACCUMULATOR(32, 8, 16, float, float, 8, __hmma_m32n8k16_ld_c_f32, __hmma_m32n8k16_st_c_f32)
WARPLENS_ACCUMULATOR(32, 8, 16, int, int, 8, __imma_m32n8k16_ld_c, __imma_m32n8k16_st_c_i32)
WARPLENS_PRODUCT(32, 8, 16, __half, int, float, float, float, float, __hmma_m32n8k16_mma_f32f32, 0)
WARPLENS_PRODUCT(32, 8, 16, __half, int, float, float, __half, int, __hmma_m32n8k16_mma_f32f16, 0)
WARPLENS_PRODUCT(32, 8, 16, __half, int, __half, int, float, float, __hmma_m32n8k16_mma_f16f32, 0)
WARPLENS_PRODUCT(32, 8, 16, __half, int, __half, int, __half, int, __hmma_m32n8k16_mma_f16f16, 0)
WARPLENS_PRODUCT(32, 8, 16, __nv_bfloat16, int, float, float, float, float, __mma_bf16_m32n8k16_mma_f32, 0)
WARPLENS_PRODUCT(32, 8, 16, signed char, int, int, int, int, int, __imma_m32n8k16_mma_s8, 1)
WARPLENS_PRODUCT(32, 8, 16, unsigned char, int, int, int, int, int, __imma_m32n8k16_mma_u8, 1)
WARPLENS_OPERAND(matrix_a, 8, 32, 16, __half, __half, int, 16, __hmma_m8n32k16_ld_a)
WARPLENS_OPERAND(matrix_a, 8, 32, 16, __nv_bfloat16, __nv_bfloat16, int, 4, __mma_bf16_m8n32k16_ld_a)
WARPLENS_OPERAND(matrix_a, 8, 32, 16, signed char, signed char, int, 4, __imma_m8n32k16_ld_a_s8)
WARPLENS_OPERAND(matrix_a, 8, 32, 16, unsigned char, unsigned char, int, 4, __imma_m8n32k16_ld_a_u8)
WARPLENS_OPERAND(matrix_b, 8, 32, 16, __half, __half, int, 16, __hmma_m8n32k16_ld_b)
WARPLENS_OPERAND(matrix_b, 8, 32, 16, __nv_bfloat16, __nv_bfloat16, int, 16, __mma_bf16_m8n32k16_ld_b)
WARPLENS_OPERAND(matrix_b, 8, 32, 16, signed char, signed char, int, 16, __imma_m8n32k16_ld_b_s8)
WARPLENS_OPERAND(matrix_b, 8, 32, 16, unsigned char, unsigned char, int, 16, __imma_m8n32k16_ld_b_u8)
WARPLENS_ACCUMULATOR(8, 32, 16, __half, int, 8, __hmma_m8n32k16_ld_c_f16, __hmma_m8n32k16_st_c_f16)
WARPLENS_ACCUMULATOR(8, 32, 16, float, float, 8, __hmma_m8n32k16_ld_c_f32, __hmma_m8n32k16_st_c_f32)
WARPLENS_ACCUMULATOR(8, 32, 16, int, int, 8, __imma_m8n32k16_ld_c, __imma_m8n32k16_st_c_i32)
WARPLENS_PRODUCT(8, 32, 16, __half, int, float, float, float, float, __hmma_m8n32k16_mma_f32f32, 0)
WARPLENS_PRODUCT(8, 32, 16, __half, int, float, float, __half, int, __hmma_m8n32k16_mma_f32f16, 0)
WARPLENS_PRODUCT(8, 32, 16, __half, int, __half, int, float, float, __hmma_m8n32k16_mma_f16f32, 0)
WARPLENS_PRODUCT(8, 32, 16, __half, int, __half, int, __half, int, __hmma_m8n32k16_mma_f16f16, 0)
WARPLENS_PRODUCT(8, 32, 16, __nv_bfloat16, int, float, float, float, float, __mma_bf16_m8n32k16_mma_f32, 0)
WARPLENS_PRODUCT(8, 32, 16, signed char, int, int, int, int, int, __imma_m8n32k16_mma_s8, 1)
WARPLENS_PRODUCT(8, 32, 16, unsigned char, int, int, int, int, int, __imma_m8n32k16_mma_u8, 1)
WARPLENS_OPERAND(matrix_a, 16, 16, 8, precision::tf32, float, int, 4, __mma_tf32_m16n16k8_ld_a)
WARPLENS_OPERAND(matrix_b, 16, 16, 8, precision::tf32, float, int, 4, __mma_tf32_m16n16k8_ld_b)
WARPLENS_ACCUMULATOR(16, 16, 8, float, float, 8, __mma_tf32_m16n16k8_ld_c, __mma_m16n16k8_st_c_f32)
WARPLENS_PRODUCT(16, 16, 8, precision::tf32, int, float, float, float, float, __mma_tf32_m16n16k8_mma_f32, 0)
WARPLENS_OPERAND(matrix_a, 8, 8, 4, double, double, double, 1, __dmma_m8n8k4_ld_a)
WARPLENS_OPERAND(matrix_b, 8, 8, 4, double, double, double, 1, __dmma_m8n8k4_ld_b)
WARPLENS_ACCUMULATOR(8, 8, 4, double, double, 2, __dmma_m8n8k4_ld_c, __dmma_m8n8k4_st_c_f64)
WARPLENS_PRODUCT(8, 8, 4, double, double, double, double, double, double, __dmma_m8n8k4_mma_f64, 0)
#undef WARPLENS_PRODUCT
#undef WARPLENS_PRODUCT4
#undef WARPLENS_ACCUMULATOR
#undef WARPLENS_OPERAND
#undef WARPLENS_FRAGMENT

} // namespace wmma
} // namespace nvcuda

#undef WARPLENS_MMA
#endif

#endif
