// Derived from cuda/cuda_profiler_api.h by name substitution; a test compares. Edit that file.
// The profiler switch: `musaProfilerStart`, `musaProfilerStop`.
#ifndef WARPLENS_MUSA_MUSA_PROFILER_API_H
#define WARPLENS_MUSA_MUSA_PROFILER_API_H

#include <musa_runtime_api.h>

#endif
