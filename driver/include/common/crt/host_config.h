// Kept for programs that include it.
#ifndef WARPLENS_CRT_HOST_CONFIG_H
#define WARPLENS_CRT_HOST_CONFIG_H



#endif
