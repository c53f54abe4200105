// Derived from cuda/texture_types.h by name substitution; a test compares. Edit that file.
// Texture types.
#ifndef WARPLENS_MUSA_TEXTURE_TYPES_H
#define WARPLENS_MUSA_TEXTURE_TYPES_H

#include <driver_types.h>

#endif
