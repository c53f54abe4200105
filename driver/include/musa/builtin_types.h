// Derived from cuda/builtin_types.h by name substitution; a test compares. Edit that file.
// All types of the runtime API.
#ifndef WARPLENS_MUSA_BUILTIN_TYPES_H
#define WARPLENS_MUSA_BUILTIN_TYPES_H

#include <device_types.h>
#include <driver_types.h>
#include <vector_types.h>

#endif
