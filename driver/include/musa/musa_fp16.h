// Half precision by its MUSA name.
#ifndef WARPLENS_MUSA_FP16_H
#define WARPLENS_MUSA_FP16_H

#include <warplens/fp16.h>

#endif
