// Derived from cuda/surface_types.h by name substitution; a test compares. Edit that file.
// Surface types.
#ifndef WARPLENS_MUSA_SURFACE_TYPES_H
#define WARPLENS_MUSA_SURFACE_TYPES_H

#include <driver_types.h>

#endif
