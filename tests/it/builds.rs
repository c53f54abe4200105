//! Build systems that think they drive nvcc: a Makefile of the usual kind, and CMake with the toolchain file.

use std::process::Command;

use crate::cc::{CLANG, Place};
use crate::support::{has, warplens};

const SCALE: &str = "#include \"scale.h\"\n__device__ int factor = 3;\n\
                     __device__ int scale(int x) { return x * factor; }\n";
const SCALE_H: &str = "#pragma once\nextern __device__ int factor;\n__device__ int scale(int);\n";
const HOST: &str =
    "#include <cuda_runtime.h>\nint devices() { int n = 0; cudaGetDeviceCount(&n); return n; }\n";
const MAIN: &str = r#"
#include <cstdio>
#include "scale.h"
int devices();
__global__ void k(int *p) { p[threadIdx.x] = scale(threadIdx.x); }
int main() {
  int four = 4, sum = 0, *p;
  cudaMemcpyToSymbol(factor, &four, 4);
  cudaMallocManaged(&p, 128);
  k<<<1, 32>>>(p);
  cudaDeviceSynchronize();
  for (int i = 0; i < 32; i++) sum += p[i];
  printf("%d %d\n", sum, devices());
}
"#;
const SUM: &str = "1984 1\n";

const MAKEFILE: &str = r#"
NVCC ?= nvcc
HOST_COMPILER ?= g++
SMS ?= 70 80
$(foreach sm,$(SMS),$(eval GENCODE += -gencode arch=compute_$(sm),code=sm_$(sm)))
HIGHEST := $(lastword $(sort $(SMS)))
GENCODE += -gencode arch=compute_$(HIGHEST),code=compute_$(HIGHEST)
NVCCFLAGS := -ccbin $(HOST_COMPILER) -m64 -O2 -std=c++17 --threads 0 -lineinfo -Xptxas=-v @flags.rsp
NVCCFLAGS += -Xcompiler -fPIC,-Wall --compiler-options "-fno-strict-aliasing -DHOST_SIDE" -diag-suppress 177
OBJECTS := main.o scale.o host.o

all: program
-include main.d
main.o: main.cu
	$(NVCC) $(NVCCFLAGS) $(GENCODE) -MMD -MF main.d -MT $@ -dc $< -o $@
scale.o: scale.cu
	$(NVCC) $(NVCCFLAGS) $(GENCODE) -dc $< -o $@
host.o: host.cpp
	$(NVCC) $(NVCCFLAGS) -c $< -o $@
linked.o: main.o scale.o
	$(NVCC) $(GENCODE) -Xcompiler -fPIC -dlink $^ -o $@
program: $(OBJECTS) linked.o
	$(NVCC) -ccbin $(HOST_COMPILER) -m64 $(GENCODE) -Xlinker --as-needed -cudart static -o $@ $^ -lcudart_static -lcuda -lrt -lpthread -ldl
rules: main.cu
	$(NVCC) -M $< -o rules.d
"#;

#[test]
fn a_makefile_written_for_nvcc_builds_with_warplens_in_its_place() {
    if !has(CLANG) || !has("make") {
        return;
    }
    let files = [("scale.cu", SCALE), ("scale.h", SCALE_H), ("host.cpp", HOST), ("main.cu", MAIN)];
    let place = Place::new("builds-make", &files);
    place.write("Makefile", MAKEFILE);
    place.write("flags.rsp", "-DNAME=\"a b\"\n-I .\n");
    let make = |target: &str| {
        let nvcc = format!("NVCC={} cc", env!("CARGO_BIN_EXE_warplens"));
        Command::new("make").args(["-j2", target, &nvcc]).current_dir(&place.0).output().unwrap()
    };
    let made = make("all");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(place.run("./program"), SUM);
    let rule = place.read("main.d");
    assert!(
        rule.starts_with("main.o:") && rule.contains("scale.h") && !rule.contains("cuda_runtime.h"),
        "{rule}"
    );
    assert!(make("all").stdout.ends_with(b"Nothing to be done for 'all'.\n"));
    assert!(make("rules").status.success());
    let rules = place.read("rules.d");
    assert!(rules.starts_with("main.o:") && rules.contains("cuda_runtime.h"), "{rules}");
}

const CMAKE: &str = r#"
cmake_minimum_required(VERSION 3.20)
project(sums LANGUAGES CXX CUDA)
find_package(CUDAToolkit REQUIRED)
set(CMAKE_CUDA_STANDARD 17)
add_library(scale STATIC scale.cu)
set_target_properties(scale PROPERTIES CUDA_SEPARABLE_COMPILATION ON POSITION_INDEPENDENT_CODE ON)
add_library(host SHARED host.cpp)
target_link_libraries(host PRIVATE CUDA::cudart)
add_executable(sums main.cu)
set_target_properties(sums PROPERTIES CUDA_SEPARABLE_COMPILATION ON CUDA_ARCHITECTURES "70;80")
target_link_libraries(sums PRIVATE scale host)
target_compile_options(sums PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr -lineinfo>)
target_compile_features(sums PRIVATE cxx_std_17 cuda_std_17)
add_executable(moore moore.mu)
set_source_files_properties(moore.mu PROPERTIES LANGUAGE CUDA)
"#;

const MOORE: &str = "#include <musa_runtime.h>\n#ifndef __MUSACC__\n#error not MUSA\n#endif\n__global__ void k() {}\n\
                     int main() { k<<<1, 1>>>(); return musaDeviceSynchronize() != musaSuccess; }\n";

#[test]
fn cmake_builds_a_cuda_project_with_the_toolchain_file() {
    if !has(CLANG) || !has("cmake") {
        return;
    }
    let files = [("scale.cu", SCALE), ("scale.h", SCALE_H), ("host.cpp", HOST), ("main.cu", MAIN)];
    let place = Place::new("builds-cmake", &files);
    place.write("CMakeLists.txt", CMAKE);
    place.write("moore.mu", MOORE);
    let toolchain = warplens(&["cc", "--cmake-toolchain"]).stdout;
    let cmake = |arguments: &str| {
        let run = Command::new("cmake")
            .args(arguments.split_whitespace())
            .env("WARPLENS_BIN", env!("CARGO_BIN_EXE_warplens").trim_end_matches("warplens"))
            .current_dir(&place.0)
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].map(|s| String::from_utf8_lossy(&s).into_owned()).concat();
        assert!(run.status.success(), "cmake {arguments}\n{said}");
        said
    };
    let said = cmake(&format!("-S . -B build -DCMAKE_TOOLCHAIN_FILE={}", toolchain.trim_end()));
    assert!(said.contains("Found CUDAToolkit") && !said.contains("Warning"), "{said}");
    let said = cmake("--build build");
    assert!(said.contains("Linking CUDA device code"), "{said}");
    assert_eq!(place.run("build/sums"), SUM);
    place.run("build/moore");
}
