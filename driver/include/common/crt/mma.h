// Matrix fragments by their internal path.
#ifndef WARPLENS_CRT_MMA_H
#define WARPLENS_CRT_MMA_H

#include <mma.h>

#endif
