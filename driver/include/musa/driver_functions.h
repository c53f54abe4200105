// Derived from cuda/driver_functions.h by name substitution; a test compares. Edit that file.
// `make_musaExtent` and its relatives.
#ifndef WARPLENS_MUSA_DRIVER_FUNCTIONS_H
#define WARPLENS_MUSA_DRIVER_FUNCTIONS_H

#include <driver_types.h>

static __inline__ struct musaPitchedPtr make_musaPitchedPtr(void *d, size_t p, size_t xsz, size_t ysz) {
  struct musaPitchedPtr s;
  s.ptr = d;
  s.pitch = p;
  s.xsize = xsz;
  s.ysize = ysz;
  return s;
}

static __inline__ struct musaPos make_musaPos(size_t x, size_t y, size_t z) {
  struct musaPos p;
  p.x = x;
  p.y = y;
  p.z = z;
  return p;
}

static __inline__ struct musaExtent make_musaExtent(size_t w, size_t h, size_t d) {
  struct musaExtent e;
  e.width = w;
  e.height = h;
  e.depth = d;
  return e;
}

#endif
