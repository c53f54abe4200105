// `cudaCreateChannelDesc<T>()`: the channel format of an element type.
#ifndef WARPLENS_CUDA_CHANNEL_DESCRIPTOR_H
#define WARPLENS_CUDA_CHANNEL_DESCRIPTOR_H

#include <cuda_runtime_api.h>
#include <vector_types.h>

// Formats of 16-bit floats, which have no element type of their own here.
static __inline__ struct cudaChannelFormatDesc cudaCreateChannelDescHalf(void) {
  return cudaCreateChannelDesc(16, 0, 0, 0, cudaChannelFormatKindFloat);
}
static __inline__ struct cudaChannelFormatDesc cudaCreateChannelDescHalf1(void) {
  return cudaCreateChannelDesc(16, 0, 0, 0, cudaChannelFormatKindFloat);
}
static __inline__ struct cudaChannelFormatDesc cudaCreateChannelDescHalf2(void) {
  return cudaCreateChannelDesc(16, 16, 0, 0, cudaChannelFormatKindFloat);
}
static __inline__ struct cudaChannelFormatDesc cudaCreateChannelDescHalf4(void) {
  return cudaCreateChannelDesc(16, 16, 16, 16, cudaChannelFormatKindFloat);
}

#if defined(__cplusplus)
template <class T> inline cudaChannelFormatDesc cudaCreateChannelDesc() {
  return cudaCreateChannelDesc(0, 0, 0, 0, cudaChannelFormatKindNone);
}

#define WARPLENS_CHANNEL(type, bits, n, kind)                                                                         \
  template <> inline cudaChannelFormatDesc cudaCreateChannelDesc<type>() {                                            \
    return cudaCreateChannelDesc(bits, (n) > 1 ? bits : 0, (n) > 2 ? bits : 0, (n) > 3 ? bits : 0,                    \
                                 cudaChannelFormatKind##kind);                                                        \
  }
#define WARPLENS_CHANNELS(name, type, bits, kind)                                                                     \
  WARPLENS_CHANNEL(type, bits, 1, kind)                                                                               \
  WARPLENS_CHANNEL(name##1, bits, 1, kind)                                                                            \
  WARPLENS_CHANNEL(name##2, bits, 2, kind)                                                                            \
  WARPLENS_CHANNEL(name##4, bits, 4, kind)
WARPLENS_CHANNEL(char, 8, 1, Signed)
WARPLENS_CHANNELS(char, signed char, 8, Signed)
WARPLENS_CHANNELS(uchar, unsigned char, 8, Unsigned)
WARPLENS_CHANNELS(short, short, 16, Signed)
WARPLENS_CHANNELS(ushort, unsigned short, 16, Unsigned)
WARPLENS_CHANNELS(int, int, 32, Signed)
WARPLENS_CHANNELS(uint, unsigned int, 32, Unsigned)
WARPLENS_CHANNELS(float, float, 32, Float)
#undef WARPLENS_CHANNELS
#undef WARPLENS_CHANNEL
#endif

#endif
