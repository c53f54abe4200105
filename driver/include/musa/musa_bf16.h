// bfloat16 by its MUSA name.
#ifndef WARPLENS_MUSA_BF16_H
#define WARPLENS_MUSA_BF16_H

#include <warplens/bf16.h>

#if defined(__cplusplus)
typedef __nv_bfloat16 __mt_bfloat16;
typedef __nv_bfloat162 __mt_bfloat162;
typedef __nv_bfloat16 mt_bfloat16;
typedef __nv_bfloat162 mt_bfloat162;
#endif

#endif
