// Conversions between float and the 16-bit formats on the host, and the macros their headers share.
#ifndef WARPLENS_SMALL_FLOAT_H
#define WARPLENS_SMALL_FLOAT_H

#include <math.h>
#include <string.h>

#include <vector_types.h>
#include <warplens/attributes.h>

#if defined(__CUDA__) && defined(__clang__)
#include <warplens/device.h>
#endif

#define WL_HD static __inline__ __host__ __device__ __attribute__((unused, always_inline))
#define WL_SPECIALISED __inline__ __host__ __device__ __attribute__((unused, always_inline))
#define WL_D static __inline__ __device__ __attribute__((unused, always_inline))

#if defined(__cplusplus)

// Directions of rounding.
enum wl_rounding { wl_nearest, wl_zero, wl_down, wl_up };

template <class T> WL_SPECIALISED T wl_raw(unsigned short bits);
template <class T> WL_SPECIALISED T wl_from(float value);

static inline __attribute__((unused)) unsigned wl_float_bits(float f) {
  unsigned u;
  memcpy(&u, &f, sizeof u);
  return u;
}
static inline __attribute__((unused)) float wl_bits_float(unsigned u) {
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}

// Whether a value cut after its last kept bit must be rounded away from zero: `cut` holds the dropped bits, `half` the
// weight of the first of them.
static inline __attribute__((unused)) bool wl_away(unsigned cut, unsigned half, bool odd, bool negative,
                                                   wl_rounding r) {
  switch (r) {
  case wl_nearest: return cut > half || (cut == half && odd);
  case wl_down: return negative && cut != 0;
  case wl_up: return !negative && cut != 0;
  default: return false;
  }
}

static inline __attribute__((unused)) unsigned short wl_host_to_half(float f, wl_rounding r) {
  unsigned u = wl_float_bits(f), sign = (u >> 16) & 0x8000u, magnitude = u & 0x7fffffffu;
  if (magnitude > 0x7f800000u) {
    return 0x7fff;
  }
  if (magnitude == 0x7f800000u) {
    return (unsigned short)(sign | 0x7c00u);
  }
  unsigned kept, cut, half;
  if (magnitude < 0x38800000u) {
    // Below the smallest normal half: the value in units of 2^-24.
    int shift = 126 - (int)(magnitude >> 23);
    unsigned fraction = magnitude >= 0x00800000u ? (magnitude & 0x007fffffu) | 0x00800000u : magnitude;
    if (magnitude < 0x00800000u) {
      shift = 125;
    }
    if (shift > 31) {
      kept = 0;
      half = 2;
      cut = fraction != 0 ? 1 : 0;
    } else {
      kept = fraction >> shift;
      half = 1u << (shift - 1);
      cut = fraction & ((1u << shift) - 1);
    }
  } else {
    kept = (magnitude - 0x38000000u) >> 13;
    half = 0x1000u;
    cut = magnitude & 0x1fffu;
  }
  if (wl_away(cut, half, kept & 1, sign != 0, r)) {
    kept++;
  }
  if (kept >= 0x7c00u) {
    // Too large: infinity, or the largest finite value when rounding points inwards.
    bool inwards = r == wl_zero || (r == wl_down && !sign) || (r == wl_up && sign);
    kept = inwards ? 0x7bffu : 0x7c00u;
  }
  return (unsigned short)(sign | kept);
}

static inline __attribute__((unused)) float wl_host_from_half(unsigned short h) {
  unsigned sign = (unsigned)(h & 0x8000u) << 16, exponent = (h >> 10) & 0x1fu, fraction = h & 0x3ffu;
  if (exponent == 0x1f) {
    return wl_bits_float(sign | 0x7f800000u | (fraction << 13));
  }
  if (exponent == 0) {
    float v = (float)fraction * 5.9604644775390625e-8f;
    return sign ? -v : v;
  }
  return wl_bits_float(sign | ((exponent + 112) << 23) | (fraction << 13));
}

static inline __attribute__((unused)) unsigned short wl_host_to_bf16(float f, wl_rounding r) {
  unsigned u = wl_float_bits(f);
  if ((u & 0x7fffffffu) > 0x7f800000u) {
    return 0x7fff;
  }
  unsigned kept = u >> 16, cut = u & 0xffffu;
  bool infinite = (u & 0x7fffffffu) == 0x7f800000u;
  if (!infinite && wl_away(cut, 0x8000u, kept & 1, (u >> 31) != 0, r)) {
    kept++;
  }
  return (unsigned short)kept;
}

#endif

#endif
