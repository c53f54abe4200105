// Derived from cuda/channel_descriptor.h by name substitution; a test compares. Edit that file.
// `musaCreateChannelDesc<T>()`: the channel format of an element type.
#ifndef WARPLENS_MUSA_CHANNEL_DESCRIPTOR_H
#define WARPLENS_MUSA_CHANNEL_DESCRIPTOR_H

#include <musa_runtime_api.h>
#include <vector_types.h>

// Formats of 16-bit floats, which have no element type of their own here.
static __inline__ struct musaChannelFormatDesc musaCreateChannelDescHalf(void) {
  return musaCreateChannelDesc(16, 0, 0, 0, musaChannelFormatKindFloat);
}
static __inline__ struct musaChannelFormatDesc musaCreateChannelDescHalf1(void) {
  return musaCreateChannelDesc(16, 0, 0, 0, musaChannelFormatKindFloat);
}
static __inline__ struct musaChannelFormatDesc musaCreateChannelDescHalf2(void) {
  return musaCreateChannelDesc(16, 16, 0, 0, musaChannelFormatKindFloat);
}
static __inline__ struct musaChannelFormatDesc musaCreateChannelDescHalf4(void) {
  return musaCreateChannelDesc(16, 16, 16, 16, musaChannelFormatKindFloat);
}

#if defined(__cplusplus)
template <class T> inline musaChannelFormatDesc musaCreateChannelDesc() {
  return musaCreateChannelDesc(0, 0, 0, 0, musaChannelFormatKindNone);
}

#define WARPLENS_CHANNEL(type, bits, n, kind)                                                                         \
  template <> inline musaChannelFormatDesc musaCreateChannelDesc<type>() {                                            \
    return musaCreateChannelDesc(bits, (n) > 1 ? bits : 0, (n) > 2 ? bits : 0, (n) > 3 ? bits : 0,                    \
                                 musaChannelFormatKind##kind);                                                        \
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
