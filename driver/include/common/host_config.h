// Kept for programs that include it; there is nothing to configure.
#ifndef WARPLENS_HOST_CONFIG_H
#define WARPLENS_HOST_CONFIG_H



#endif
