# CMake toolchain: CUDA sources are compiled by `warplens cc`.
#
# CMake takes a compiler's path, not a command line, so a two-line script is written into the build folder. CMake's own
# detection looks for parts of NVIDIA's toolkit; what it would find out is stated here instead.
find_program(WARPLENS_EXECUTABLE warplens HINTS "$ENV{WARPLENS_BIN}" REQUIRED)
set(_warplens_nvcc "${CMAKE_BINARY_DIR}/warplens-nvcc")
file(WRITE "${_warplens_nvcc}.new" "#!/bin/sh\nexec '${WARPLENS_EXECUTABLE}' cc \"$@\"\n")
file(COPY_FILE "${_warplens_nvcc}.new" "${_warplens_nvcc}" ONLY_IF_DIFFERENT)
file(CHMOD "${_warplens_nvcc}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)

set(CMAKE_CUDA_COMPILER "${_warplens_nvcc}")
set(CMAKE_CUDA_COMPILER_FORCED TRUE)
set(CMAKE_CUDA_COMPILER_ID_RUN 1)
set(CMAKE_CUDA_COMPILER_ID "NVIDIA")
set(CMAKE_CUDA_COMPILER_VERSION "12.3")
set(CMAKE_CUDA_COMPILER_WORKS TRUE)
set(CMAKE_CUDA_STANDARD_COMPUTED_DEFAULT 17)
set(CMAKE_CUDA_EXTENSIONS_COMPUTED_DEFAULT ON)
set(CMAKE_CUDA_HOST_LINK_LAUNCHER "${CMAKE_CXX_COMPILER}")
set(CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES "")
set(CMAKE_CUDA_IMPLICIT_LINK_LIBRARIES "")
set(CMAKE_CUDA_RUNTIME_LIBRARY "Shared")
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80)
endif()
