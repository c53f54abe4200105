// NVTX by the path of its second version.
#ifndef WARPLENS_NVTOOLSEXT_H
#define WARPLENS_NVTOOLSEXT_H

#include <nvtx3/nvToolsExt.h>

#endif
