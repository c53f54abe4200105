// Rounding modes by name.
#ifndef WARPLENS_DEVICE_TYPES_H
#define WARPLENS_DEVICE_TYPES_H

enum cudaRoundMode { cudaRoundNearest, cudaRoundZero, cudaRoundPosInf, cudaRoundMinInf };

#endif
