# CMake toolchain: CUDA sources are compiled by `warplens cc`.
#
#   cmake -DCMAKE_TOOLCHAIN_FILE=$(warplens cc --cmake-toolchain) ..
#
# CMake takes a compiler's path, not a command line, and looks for it in a folder laid out like NVIDIA's toolkit; so the
# build folder gets one, with a two-line script for nvcc, our headers, and the library that `warplens run` serves. CMake's
# identification of nvcc compiles a program and reads NVIDIA's tools' commands in the output. What it would find out is
# stated here instead, in the variables that are documented for it, and in the one text that it parses in any case.
if(DEFINED _WARPLENS_TOOLCHAIN)
  return()
endif()
set(_WARPLENS_TOOLCHAIN TRUE)

# Projects that CMake makes to try things out take the same program.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WARPLENS_EXECUTABLE)
find_program(WARPLENS_EXECUTABLE warplens HINTS "$ENV{WARPLENS_BIN}" REQUIRED)
execute_process(
  COMMAND "${WARPLENS_EXECUTABLE}" cc --print-folders
  OUTPUT_VARIABLE _warplens_folders COMMAND_ERROR_IS_FATAL ANY)
foreach(_warplens_what headers libraries linker)
  if(NOT _warplens_folders MATCHES "${_warplens_what} ([^\n]+)\n")
    message(FATAL_ERROR "${WARPLENS_EXECUTABLE} cc --print-folders names no ${_warplens_what}: is it older than this file?")
  endif()
  set(_warplens_${_warplens_what} "${CMAKE_MATCH_1}")
endforeach()

set(_warplens_toolkit "${CMAKE_BINARY_DIR}/warplens-toolkit")
set(_warplens_nvcc "${_warplens_toolkit}/bin/nvcc")
file(WRITE "${_warplens_nvcc}.new" "#!/bin/sh\nexec '${WARPLENS_EXECUTABLE}' cc \"$@\"\n")
file(COPY_FILE "${_warplens_nvcc}.new" "${_warplens_nvcc}" ONLY_IF_DIFFERENT)
file(CHMOD "${_warplens_nvcc}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
file(COPY "${_warplens_headers}/common/" "${_warplens_headers}/cuda/" DESTINATION "${_warplens_toolkit}/include")
file(CREATE_LINK "${_warplens_libraries}" "${_warplens_toolkit}/lib64" SYMBOLIC)

set(CMAKE_CUDA_COMPILER "${_warplens_nvcc}")
set(CMAKE_CUDA_COMPILER_FORCED TRUE)
set(CMAKE_CUDA_COMPILER_WORKS TRUE)
set(CMAKE_CUDA_COMPILER_ID_RUN 1)
set(CMAKE_CUDA_COMPILER_ID "NVIDIA")
set(CMAKE_CUDA_COMPILER_VERSION "12.3")
set(CMAKE_CUDA_COMPILER_TOOLKIT_VERSION "12.3")
set(CMAKE_CUDA_COMPILER_TOOLKIT_ROOT "${_warplens_toolkit}")
set(CMAKE_CUDA_COMPILER_LIBRARY_ROOT "${_warplens_toolkit}")
set(CUDAToolkit_ROOT "${_warplens_toolkit}")
set(CMAKE_CUDA_HOST_COMPILER "${_warplens_linker}")
set(CMAKE_CUDA_STANDARD_COMPUTED_DEFAULT 17)
set(CMAKE_CUDA_EXTENSIONS_COMPUTED_DEFAULT ON)
# For target_compile_features.
set(CMAKE_CUDA_COMPILE_FEATURES "")
foreach(_warplens_standard 03 11 14 17 20)
  set(CMAKE_CUDA${_warplens_standard}_COMPILE_FEATURES cuda_std_${_warplens_standard})
  list(APPEND CMAKE_CUDA_COMPILE_FEATURES cuda_std_${_warplens_standard})
endforeach()
set(CMAKE_CUDA_ARCHITECTURES_ALL 50 52 60 61 70 75 80 86 89 90)
set(CMAKE_CUDA_ARCHITECTURES_ALL_MAJOR 50 60 70 80 90)
set(CMAKE_CUDA_ARCHITECTURES_NATIVE 80)
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80)
endif()
# There is one runtime library, a shared one.
set(CMAKE_CUDA_RUNTIME_LIBRARY "Shared")
# What CMake reads the toolkit's folders and the linking compiler from.
set(_warplens_l "\"-L${_warplens_libraries}\"")
string(CONCAT CMAKE_CUDA_COMPILER_PRODUCED_OUTPUT
  "#$ LIBRARIES= ${_warplens_l}\n"
  "#$ INCLUDES=\"-I${_warplens_toolkit}/include\"\n"
  "\n\"${_warplens_linker}\" ${_warplens_l} -lcudart\n")
