// Texture fetches and surface accesses through objects, as the programming guide documents them. Both APIs' headers
// include this; objects are 64-bit numbers in both, and boundary modes are 0 zero, 1 clamp, 2 trap.
#ifndef WARPLENS_TEXTURES_H
#define WARPLENS_TEXTURES_H

#if defined(__cplusplus)
#include <vector_types.h>

#pragma push_macro("WARPLENS_DEVICE")
#undef WARPLENS_DEVICE
#define WARPLENS_DEVICE static __device__ __inline__ __attribute__((always_inline))

namespace warplens_textures {

// What four channels a value of a type is made of, and how.
template <class T> struct texel;
#define WARPLENS_TEXEL1(type, four)                                                                                   \
  template <> struct texel<type> {                                                                                    \
    typedef four raw;                                                                                                 \
    WARPLENS_DEVICE type of(four v) { return (type)v.x; }                                                             \
  };
#define WARPLENS_TEXELS(type, name, four)                                                                             \
  WARPLENS_TEXEL1(type, four)                                                                                         \
  template <> struct texel<name##1> {                                                                                 \
    typedef four raw;                                                                                                 \
    WARPLENS_DEVICE name##1 of(four v) {                                                                              \
      name##1 r;                                                                                                      \
      r.x = (type)v.x;                                                                                                \
      return r;                                                                                                       \
    }                                                                                                                 \
  };                                                                                                                  \
  template <> struct texel<name##2> {                                                                                 \
    typedef four raw;                                                                                                 \
    WARPLENS_DEVICE name##2 of(four v) {                                                                              \
      name##2 r;                                                                                                      \
      r.x = (type)v.x, r.y = (type)v.y;                                                                               \
      return r;                                                                                                       \
    }                                                                                                                 \
  };                                                                                                                  \
  template <> struct texel<name##4> {                                                                                 \
    typedef four raw;                                                                                                 \
    WARPLENS_DEVICE name##4 of(four v) {                                                                              \
      name##4 r;                                                                                                      \
      r.x = (type)v.x, r.y = (type)v.y, r.z = (type)v.z, r.w = (type)v.w;                                             \
      return r;                                                                                                       \
    }                                                                                                                 \
  };
WARPLENS_TEXEL1(char, int4)
WARPLENS_TEXELS(signed char, char, int4)
WARPLENS_TEXELS(unsigned char, uchar, uint4)
WARPLENS_TEXELS(short, short, int4)
WARPLENS_TEXELS(unsigned short, ushort, uint4)
WARPLENS_TEXELS(int, int, int4)
WARPLENS_TEXELS(unsigned int, uint, uint4)
WARPLENS_TEXELS(float, float, float4)
#undef WARPLENS_TEXELS
#undef WARPLENS_TEXEL1

// One instruction in its three result types, and in the form that says whether the texels are resident.
#define WARPLENS_LIST(...) __VA_ARGS__
#define WARPLENS_FETCH_AS(name, four, type, letter, params, op, coordinate, at, args)                                 \
  WARPLENS_DEVICE void name(four &r, unsigned long long object, params) {                                             \
    asm(op "." type "." coordinate " {%0, %1, %2, %3}, [%4, " at ";"                                                  \
        : "=" letter(r.x), "=" letter(r.y), "=" letter(r.z), "=" letter(r.w)                                          \
        : "l"(object), args);                                                                                         \
  }
#define WARPLENS_FETCH(name, params, op, coordinate, at, args)                                                        \
  WARPLENS_FETCH_AS(name, int4, "s32", "r", WARPLENS_LIST(params), op, coordinate, at, WARPLENS_LIST(args))           \
  WARPLENS_FETCH_AS(name, uint4, "u32", "r", WARPLENS_LIST(params), op, coordinate, at, WARPLENS_LIST(args))          \
  WARPLENS_FETCH_AS(name, float4, "f32", "f", WARPLENS_LIST(params), op, coordinate, at, WARPLENS_LIST(args))

WARPLENS_FETCH(fetch_1d, int x, "tex.1d.v4", "s32", "{%5}]", "r"(x))
WARPLENS_FETCH(tex_1d, float x, "tex.1d.v4", "f32", "{%5}]", "f"(x))
WARPLENS_FETCH(lod_1d, WARPLENS_LIST(float x, float level), "tex.level.1d.v4", "f32", "{%5}], %6",
               WARPLENS_LIST("f"(x), "f"(level)))
WARPLENS_FETCH(grad_1d, WARPLENS_LIST(float x, float dx, float dy), "tex.grad.1d.v4", "f32", "{%5}], {%6}, {%7}",
               WARPLENS_LIST("f"(x), "f"(dx), "f"(dy)))
WARPLENS_FETCH(tex_a1d, WARPLENS_LIST(float x, int layer), "tex.a1d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("r"(layer), "f"(x)))
WARPLENS_FETCH(lod_a1d, WARPLENS_LIST(float x, int layer, float level), "tex.level.a1d.v4", "f32", "{%5, %6}], %7",
               WARPLENS_LIST("r"(layer), "f"(x), "f"(level)))
WARPLENS_FETCH(grad_a1d, WARPLENS_LIST(float x, int layer, float dx, float dy), "tex.grad.a1d.v4", "f32",
               "{%5, %6}], {%7}, {%8}", WARPLENS_LIST("r"(layer), "f"(x), "f"(dx), "f"(dy)))
WARPLENS_FETCH(tex_2d, WARPLENS_LIST(float x, float y), "tex.2d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("f"(x), "f"(y)))
WARPLENS_FETCH(lod_2d, WARPLENS_LIST(float x, float y, float level), "tex.level.2d.v4", "f32", "{%5, %6}], %7",
               WARPLENS_LIST("f"(x), "f"(y), "f"(level)))
WARPLENS_FETCH(grad_2d, WARPLENS_LIST(float x, float y, float2 dx, float2 dy), "tex.grad.2d.v4", "f32",
               "{%5, %6}], {%7, %8}, {%9, %10}",
               WARPLENS_LIST("f"(x), "f"(y), "f"(dx.x), "f"(dx.y), "f"(dy.x), "f"(dy.y)))
WARPLENS_FETCH(tex_a2d, WARPLENS_LIST(float x, float y, int layer), "tex.a2d.v4", "f32", "{%5, %6, %7, %7}]",
               WARPLENS_LIST("r"(layer), "f"(x), "f"(y)))
WARPLENS_FETCH(lod_a2d, WARPLENS_LIST(float x, float y, int layer, float level), "tex.level.a2d.v4", "f32",
               "{%5, %6, %7, %7}], %8", WARPLENS_LIST("r"(layer), "f"(x), "f"(y), "f"(level)))
WARPLENS_FETCH(grad_a2d, WARPLENS_LIST(float x, float y, int layer, float2 dx, float2 dy), "tex.grad.a2d.v4", "f32",
               "{%5, %6, %7, %7}], {%8, %9}, {%10, %11}",
               WARPLENS_LIST("r"(layer), "f"(x), "f"(y), "f"(dx.x), "f"(dx.y), "f"(dy.x), "f"(dy.y)))
WARPLENS_FETCH(gather_r, WARPLENS_LIST(float x, float y), "tld4.r.2d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("f"(x), "f"(y)))
WARPLENS_FETCH(gather_g, WARPLENS_LIST(float x, float y), "tld4.g.2d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("f"(x), "f"(y)))
WARPLENS_FETCH(gather_b, WARPLENS_LIST(float x, float y), "tld4.b.2d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("f"(x), "f"(y)))
WARPLENS_FETCH(gather_a, WARPLENS_LIST(float x, float y), "tld4.a.2d.v4", "f32", "{%5, %6}]",
               WARPLENS_LIST("f"(x), "f"(y)))
#define WARPLENS_SOLID(geometry)                                                                                      \
  WARPLENS_FETCH(tex_##geometry, WARPLENS_LIST(float x, float y, float z), "tex." #geometry ".v4", "f32",             \
                 "{%5, %6, %7, %7}]", WARPLENS_LIST("f"(x), "f"(y), "f"(z)))                                          \
  WARPLENS_FETCH(lod_##geometry, WARPLENS_LIST(float x, float y, float z, float level),                               \
                 "tex.level." #geometry ".v4", "f32", "{%5, %6, %7, %7}], %8",                                        \
                 WARPLENS_LIST("f"(x), "f"(y), "f"(z), "f"(level)))                                                   \
  WARPLENS_FETCH(grad_##geometry, WARPLENS_LIST(float x, float y, float z, float4 dx, float4 dy),                     \
                 "tex.grad." #geometry ".v4", "f32", "{%5, %6, %7, %7}], {%8, %9, %10, %10}, {%11, %12, %13, %13}",   \
                 WARPLENS_LIST("f"(x), "f"(y), "f"(z), "f"(dx.x), "f"(dx.y), "f"(dx.z), "f"(dy.x), "f"(dy.y),         \
                               "f"(dy.z)))
WARPLENS_SOLID(3d)
WARPLENS_SOLID(cube)
#undef WARPLENS_SOLID
WARPLENS_FETCH(tex_acube, WARPLENS_LIST(float x, float y, float z, int layer), "tex.acube.v4", "f32",
               "{%5, %6, %7, %8}]", WARPLENS_LIST("r"(layer), "f"(x), "f"(y), "f"(z)))
WARPLENS_FETCH(lod_acube, WARPLENS_LIST(float x, float y, float z, int layer, float level), "tex.level.acube.v4",
               "f32", "{%5, %6, %7, %8}], %9", WARPLENS_LIST("r"(layer), "f"(x), "f"(y), "f"(z), "f"(level)))
WARPLENS_FETCH(grad_acube, WARPLENS_LIST(float x, float y, float z, int layer, float4 dx, float4 dy),
               "tex.grad.acube.v4", "f32", "{%5, %6, %7, %8}], {%9, %10, %11, %11}, {%12, %13, %14, %14}",
               WARPLENS_LIST("r"(layer), "f"(x), "f"(y), "f"(z), "f"(dx.x), "f"(dx.y), "f"(dx.z), "f"(dy.x),
                             "f"(dy.y), "f"(dy.z)))
#undef WARPLENS_FETCH
#undef WARPLENS_FETCH_AS

// Bytes of surfaces, by how many there are.
template <int bytes> struct bits;
template <> struct bits<1> {
  typedef unsigned char type;
};
template <> struct bits<2> {
  typedef unsigned short type;
};
template <> struct bits<4> {
  typedef unsigned int type;
};
template <> struct bits<8> {
  typedef uint2 type;
};
template <> struct bits<16> {
  typedef uint4 type;
};

// An instruction in its three boundary modes.
#define WARPLENS_BOUNDED(op, rest, outs, ins)                                                                         \
  switch (mode) {                                                                                                     \
  case 0:                                                                                                             \
    asm volatile(op ".zero " rest ";" : outs : "l"(object), ins : "memory");                                          \
    break;                                                                                                            \
  case 1:                                                                                                             \
    asm volatile(op ".clamp " rest ";" : outs : "l"(object), ins : "memory");                                         \
    break;                                                                                                            \
  default:                                                                                                            \
    asm volatile(op ".trap " rest ";" : outs : "l"(object), ins : "memory");                                          \
  }
#define WARPLENS_LOAD(name, value, params, op, data, outs, at, ins)                                                   \
  WARPLENS_DEVICE void load_##name(value &r, unsigned long long object, params, int mode) {                           \
    WARPLENS_BOUNDED(op, data ", " at, WARPLENS_LIST(outs), WARPLENS_LIST(ins))                                       \
  }
#define WARPLENS_STORE(name, value, params, op, data, values, at, ins)                                                \
  WARPLENS_DEVICE void store_##name(value r, unsigned long long object, params, int mode) {                           \
    WARPLENS_BOUNDED(op, at ", " data, , WARPLENS_LIST(values, ins))                                                  \
  }
// One geometry: `before`N is its address behind N results, `after`N behind the object and N values.
#define WARPLENS_SURFACE(name, params, geometry, ins, b1, b2, b4, a1, a2, a4)                                         \
  WARPLENS_LOAD(name, unsigned short, WARPLENS_LIST(params), "suld.b." geometry ".b16", "%0", "=h"(r), b1,            \
                WARPLENS_LIST(ins))                                                                                   \
  WARPLENS_LOAD(name, unsigned int, WARPLENS_LIST(params), "suld.b." geometry ".b32", "%0", "=r"(r), b1,              \
                WARPLENS_LIST(ins))                                                                                   \
  WARPLENS_LOAD(name, uint2, WARPLENS_LIST(params), "suld.b." geometry ".v2.b32", "{%0, %1}",                         \
                WARPLENS_LIST("=r"(r.x), "=r"(r.y)), b2, WARPLENS_LIST(ins))                                          \
  WARPLENS_LOAD(name, uint4, WARPLENS_LIST(params), "suld.b." geometry ".v4.b32", "{%0, %1, %2, %3}",                 \
                WARPLENS_LIST("=r"(r.x), "=r"(r.y), "=r"(r.z), "=r"(r.w)), b4, WARPLENS_LIST(ins))                    \
  WARPLENS_LOAD(name##_byte, unsigned short, WARPLENS_LIST(params), "suld.b." geometry ".b8", "%0", "=h"(r), b1,      \
                WARPLENS_LIST(ins))                                                                                   \
  WARPLENS_STORE(name, unsigned short, WARPLENS_LIST(params), "sust.b." geometry ".b16", "%1", "h"(r), a1,            \
                 WARPLENS_LIST(ins))                                                                                  \
  WARPLENS_STORE(name, unsigned int, WARPLENS_LIST(params), "sust.b." geometry ".b32", "%1", "r"(r), a1,              \
                 WARPLENS_LIST(ins))                                                                                  \
  WARPLENS_STORE(name, uint2, WARPLENS_LIST(params), "sust.b." geometry ".v2.b32", "{%1, %2}",                        \
                 WARPLENS_LIST("r"(r.x), "r"(r.y)), a2, WARPLENS_LIST(ins))                                           \
  WARPLENS_STORE(name, uint4, WARPLENS_LIST(params), "sust.b." geometry ".v4.b32", "{%1, %2, %3, %4}",                \
                 WARPLENS_LIST("r"(r.x), "r"(r.y), "r"(r.z), "r"(r.w)), a4, WARPLENS_LIST(ins))                       \
  WARPLENS_STORE(name##_byte, unsigned short, WARPLENS_LIST(params), "sust.b." geometry ".b8", "%1", "h"(r), a1,      \
                 WARPLENS_LIST(ins))
WARPLENS_SURFACE(1d, int x, "1d", "r"(x),
                 "[%1, {%2}]", "[%2, {%3}]", "[%4, {%5}]",
                 "[%0, {%2}]", "[%0, {%3}]", "[%0, {%5}]")
WARPLENS_SURFACE(2d, WARPLENS_LIST(int x, int y), "2d", WARPLENS_LIST("r"(x), "r"(y)),
                 "[%1, {%2, %3}]", "[%2, {%3, %4}]", "[%4, {%5, %6}]",
                 "[%0, {%2, %3}]", "[%0, {%3, %4}]", "[%0, {%5, %6}]")
WARPLENS_SURFACE(3d, WARPLENS_LIST(int x, int y, int z), "3d", WARPLENS_LIST("r"(x), "r"(y), "r"(z)),
                 "[%1, {%2, %3, %4, %4}]", "[%2, {%3, %4, %5, %5}]", "[%4, {%5, %6, %7, %7}]",
                 "[%0, {%2, %3, %4, %4}]", "[%0, {%3, %4, %5, %5}]", "[%0, {%5, %6, %7, %7}]")
WARPLENS_SURFACE(a1d, WARPLENS_LIST(int x, int layer), "a1d", WARPLENS_LIST("r"(layer), "r"(x)),
                 "[%1, {%2, %3}]", "[%2, {%3, %4}]", "[%4, {%5, %6}]",
                 "[%0, {%2, %3}]", "[%0, {%3, %4}]", "[%0, {%5, %6}]")
WARPLENS_SURFACE(a2d, WARPLENS_LIST(int x, int y, int layer), "a2d", WARPLENS_LIST("r"(layer), "r"(x), "r"(y)),
                 "[%1, {%2, %3, %4, %4}]", "[%2, {%3, %4, %5, %5}]", "[%4, {%5, %6, %7, %7}]",
                 "[%0, {%2, %3, %4, %4}]", "[%0, {%3, %4, %5, %5}]", "[%0, {%5, %6, %7, %7}]")
#undef WARPLENS_SURFACE
#undef WARPLENS_STORE
#undef WARPLENS_LOAD
#undef WARPLENS_BOUNDED

// A value of any type of 1, 2, 4, 8 or 16 bytes through its bits.
#define WARPLENS_THROUGH(name, params, args)                                                                          \
  template <int bytes> struct by_##name {                                                                             \
    template <class T> WARPLENS_DEVICE void load(T &r, unsigned long long object, params, int mode) {                 \
      typename bits<bytes>::type v;                                                                                   \
      load_##name(v, object, args, mode);                                                                             \
      __builtin_memcpy(&r, &v, bytes);                                                                                \
    }                                                                                                                 \
    template <class T> WARPLENS_DEVICE void store(const T &r, unsigned long long object, params, int mode) {          \
      typename bits<bytes>::type v;                                                                                   \
      __builtin_memcpy(&v, &r, bytes);                                                                                \
      store_##name(v, object, args, mode);                                                                            \
    }                                                                                                                 \
  };                                                                                                                  \
  template <> struct by_##name<1> {                                                                                   \
    template <class T> WARPLENS_DEVICE void load(T &r, unsigned long long object, params, int mode) {                 \
      unsigned short v;                                                                                               \
      load_##name##_byte(v, object, args, mode);                                                                      \
      unsigned char byte = (unsigned char)v;                                                                          \
      __builtin_memcpy(&r, &byte, 1);                                                                                 \
    }                                                                                                                 \
    template <class T> WARPLENS_DEVICE void store(const T &r, unsigned long long object, params, int mode) {          \
      unsigned char byte;                                                                                             \
      __builtin_memcpy(&byte, &r, 1);                                                                                 \
      store_##name##_byte((unsigned short)byte, object, args, mode);                                                  \
    }                                                                                                                 \
  };
WARPLENS_THROUGH(1d, int x, x)
WARPLENS_THROUGH(2d, WARPLENS_LIST(int x, int y), WARPLENS_LIST(x, y))
WARPLENS_THROUGH(3d, WARPLENS_LIST(int x, int y, int z), WARPLENS_LIST(x, y, z))
WARPLENS_THROUGH(a1d, WARPLENS_LIST(int x, int layer), WARPLENS_LIST(x, layer))
WARPLENS_THROUGH(a2d, WARPLENS_LIST(int x, int y, int layer), WARPLENS_LIST(x, y, layer))
#undef WARPLENS_THROUGH

} // namespace warplens_textures

// The documented functions: a value as the result, or through a pointer.
#define WARPLENS_TEXTURE(name, op, params, args)                                                                      \
  template <class T> WARPLENS_DEVICE T name(unsigned long long texObject, params) {                                   \
    typename warplens_textures::texel<T>::raw r;                                                                      \
    warplens_textures::op(r, texObject, args);                                                                        \
    return warplens_textures::texel<T>::of(r);                                                                        \
  }                                                                                                                   \
  template <class T> WARPLENS_DEVICE void name(T *ptr, unsigned long long texObject, params) {                        \
    *ptr = name<T>(texObject, args);                                                                                  \
  }
WARPLENS_TEXTURE(tex1Dfetch, fetch_1d, int x, x)
WARPLENS_TEXTURE(tex1D, tex_1d, float x, x)
WARPLENS_TEXTURE(tex1DLod, lod_1d, WARPLENS_LIST(float x, float level), WARPLENS_LIST(x, level))
WARPLENS_TEXTURE(tex1DGrad, grad_1d, WARPLENS_LIST(float x, float dx, float dy), WARPLENS_LIST(x, dx, dy))
WARPLENS_TEXTURE(tex1DLayered, tex_a1d, WARPLENS_LIST(float x, int layer), WARPLENS_LIST(x, layer))
WARPLENS_TEXTURE(tex1DLayeredLod, lod_a1d, WARPLENS_LIST(float x, int layer, float level),
                 WARPLENS_LIST(x, layer, level))
WARPLENS_TEXTURE(tex1DLayeredGrad, grad_a1d, WARPLENS_LIST(float x, int layer, float dx, float dy),
                 WARPLENS_LIST(x, layer, dx, dy))
WARPLENS_TEXTURE(tex2D, tex_2d, WARPLENS_LIST(float x, float y), WARPLENS_LIST(x, y))
WARPLENS_TEXTURE(tex2DLod, lod_2d, WARPLENS_LIST(float x, float y, float level), WARPLENS_LIST(x, y, level))
WARPLENS_TEXTURE(tex2DGrad, grad_2d, WARPLENS_LIST(float x, float y, float2 dx, float2 dy),
                 WARPLENS_LIST(x, y, dx, dy))
WARPLENS_TEXTURE(tex2DLayered, tex_a2d, WARPLENS_LIST(float x, float y, int layer), WARPLENS_LIST(x, y, layer))
WARPLENS_TEXTURE(tex2DLayeredLod, lod_a2d, WARPLENS_LIST(float x, float y, int layer, float level),
                 WARPLENS_LIST(x, y, layer, level))
WARPLENS_TEXTURE(tex2DLayeredGrad, grad_a2d, WARPLENS_LIST(float x, float y, int layer, float2 dx, float2 dy),
                 WARPLENS_LIST(x, y, layer, dx, dy))
WARPLENS_TEXTURE(tex3D, tex_3d, WARPLENS_LIST(float x, float y, float z), WARPLENS_LIST(x, y, z))
WARPLENS_TEXTURE(tex3DLod, lod_3d, WARPLENS_LIST(float x, float y, float z, float level),
                 WARPLENS_LIST(x, y, z, level))
WARPLENS_TEXTURE(tex3DGrad, grad_3d, WARPLENS_LIST(float x, float y, float z, float4 dx, float4 dy),
                 WARPLENS_LIST(x, y, z, dx, dy))
WARPLENS_TEXTURE(texCubemap, tex_cube, WARPLENS_LIST(float x, float y, float z), WARPLENS_LIST(x, y, z))
WARPLENS_TEXTURE(texCubemapLod, lod_cube, WARPLENS_LIST(float x, float y, float z, float level),
                 WARPLENS_LIST(x, y, z, level))
WARPLENS_TEXTURE(texCubemapGrad, grad_cube, WARPLENS_LIST(float x, float y, float z, float4 dx, float4 dy),
                 WARPLENS_LIST(x, y, z, dx, dy))
WARPLENS_TEXTURE(texCubemapLayered, tex_acube, WARPLENS_LIST(float x, float y, float z, int layer),
                 WARPLENS_LIST(x, y, z, layer))
WARPLENS_TEXTURE(texCubemapLayeredLod, lod_acube, WARPLENS_LIST(float x, float y, float z, int layer, float level),
                 WARPLENS_LIST(x, y, z, layer, level))
WARPLENS_TEXTURE(texCubemapLayeredGrad, grad_acube,
                 WARPLENS_LIST(float x, float y, float z, int layer, float4 dx, float4 dy),
                 WARPLENS_LIST(x, y, z, layer, dx, dy))
#undef WARPLENS_TEXTURE

template <class T> WARPLENS_DEVICE T tex2Dgather(unsigned long long texObject, float x, float y, int comp = 0) {
  typename warplens_textures::texel<T>::raw r;
  switch (comp) {
  case 1:
    warplens_textures::gather_g(r, texObject, x, y);
    break;
  case 2:
    warplens_textures::gather_b(r, texObject, x, y);
    break;
  case 3:
    warplens_textures::gather_a(r, texObject, x, y);
    break;
  default:
    warplens_textures::gather_r(r, texObject, x, y);
  }
  return warplens_textures::texel<T>::of(r);
}
template <class T>
WARPLENS_DEVICE void tex2Dgather(T *ptr, unsigned long long texObject, float x, float y, int comp = 0) {
  *ptr = tex2Dgather<T>(texObject, x, y, comp);
}

#define WARPLENS_SURFACE(name, op, params, args)                                                                      \
  template <class T> WARPLENS_DEVICE T name##read(unsigned long long surfObject, params, int mode = 2) {              \
    T r;                                                                                                              \
    warplens_textures::by_##op<(int)sizeof(T)>::load(r, surfObject, args, mode);                                      \
    return r;                                                                                                         \
  }                                                                                                                   \
  template <class T> WARPLENS_DEVICE void name##read(T *data, unsigned long long surfObject, params, int mode = 2) {  \
    *data = name##read<T>(surfObject, args, mode);                                                                    \
  }                                                                                                                   \
  template <class T> WARPLENS_DEVICE void name##write(T data, unsigned long long surfObject, params, int mode = 2) {  \
    warplens_textures::by_##op<(int)sizeof(T)>::store(data, surfObject, args, mode);                                  \
  }
WARPLENS_SURFACE(surf1D, 1d, int x, x)
WARPLENS_SURFACE(surf2D, 2d, WARPLENS_LIST(int x, int y), WARPLENS_LIST(x, y))
WARPLENS_SURFACE(surf3D, 3d, WARPLENS_LIST(int x, int y, int z), WARPLENS_LIST(x, y, z))
WARPLENS_SURFACE(surf1DLayered, a1d, WARPLENS_LIST(int x, int layer), WARPLENS_LIST(x, layer))
WARPLENS_SURFACE(surf2DLayered, a2d, WARPLENS_LIST(int x, int y, int layer), WARPLENS_LIST(x, y, layer))
WARPLENS_SURFACE(surfCubemap, a2d, WARPLENS_LIST(int x, int y, int face), WARPLENS_LIST(x, y, face))
WARPLENS_SURFACE(surfCubemapLayered, a2d, WARPLENS_LIST(int x, int y, int layerFace), WARPLENS_LIST(x, y, layerFace))
#undef WARPLENS_SURFACE
#undef WARPLENS_LIST
#pragma pop_macro("WARPLENS_DEVICE")
#endif

#endif
