//! Device code that a program loads at run time: PTX linked by the driver API, logs, and functions found by name.

use crate::cc::{CLANG, Place};
use crate::support::has;

const PROGRAM: &str = r#"
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <cuda.h>
#include <cuda_runtime.h>
static std::string text(const char *path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}
int main() {
  cuInit(0);
  CUdevice device;
  CUcontext context;
  cuDeviceGet(&device, 0);
  cuCtxCreate(&context, 0, device);

  std::string one = text("one.ptx");
  char log[256] = "untouched";
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, CU_JIT_MAX_REGISTERS};
  void *values[] = {log, (void *)sizeof log, (void *)32};
  CUlinkState state;
  void *image;
  size_t bytes;
  printf("create %d", cuLinkCreate(3, options, values, &state));
  printf(" data %d", cuLinkAddData(state, CU_JIT_INPUT_PTX, (void *)one.c_str(), one.size() + 1, "one", 0, 0, 0));
  printf(" file %d", cuLinkAddFile(state, CU_JIT_INPUT_PTX, "two.ptx", 0, 0, 0));
  printf(" no file %d", cuLinkAddFile(state, CU_JIT_INPUT_PTX, "none.ptx", 0, 0, 0));
  printf(" complete %d %d log '%s'\n", cuLinkComplete(state, &image, &bytes), bytes > one.size(), log);
  CUmodule module;
  CUfunction kernel;
  CUdeviceptr out, x;
  printf("load %d", cuModuleLoadData(&module, image));
  std::ofstream("linked.bin", std::ios::binary).write((char *)image, bytes);
  printf(" destroy %d", cuLinkDestroy(state));
  printf(" function %d global %d\n", cuModuleGetFunction(&kernel, module, "k"), cuModuleGetGlobal(&x, &bytes, module, "x"));
  cuMemAlloc(&out, 4);
  int v = 21;
  cuMemcpyHtoD(x, &v, 4);
  void *arguments[] = {&out};
  for (int round = 0; round < 2; round++) {
    cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, 0, arguments, 0);
    cuMemcpyDtoH(&v, out, 4);
    printf("%d\n", v);
    // What was linked is a file like any other image.
    cuModuleUnload(module);
    cuModuleLoad(&module, "linked.bin");
    cuModuleGetFunction(&kernel, module, "k");
  }

  const char *bad = ".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry k() { nonsense; }\n";
  values[1] = (void *)sizeof log;
  CUresult refused = cuModuleLoadDataEx(&module, bad, 2, options, values);
  printf("bad %d says %d of %d\n", refused, strstr(log, "nonsense") != 0, (size_t)values[1] == strlen(log) + 1);

  typedef CUresult (*Count)(int *);
  Count count = 0, again = 0;
  CUdriverProcAddressQueryResult status;
  printf("address %d", cuGetProcAddress("cuDeviceGetCount", (void **)&count, 12030, 0, &status));
  printf(" status %d devices %d %d", status, count(&v), v);
  cuGetProcAddress("cuNoSuchThing", (void **)&again, 12030, 0, &status);
  printf(" unknown %d %d", status, again == 0);
  printf(" runtime %d %d\n", cudaGetDriverEntryPoint("cuDeviceGetCount", (void **)&again, 0), again == count);
}
"#;

#[test]
fn ptx_is_linked_loaded_and_functions_are_found_by_name() {
    if !has(CLANG) {
        return;
    }
    let one = "__device__ int x; __device__ int twice(int v) { return 2 * v; }\n";
    let two = "extern __device__ int x; __device__ int twice(int);\n\
               extern \"C\" __global__ void k(int *p) { *p = twice(x); }\n";
    let place = Place::new("jit", &[("main.cu", PROGRAM), ("one.cu", one), ("two.cu", two)]);
    place.cc("-ptx -rdc=true one.cu two.cu");
    place.cc("main.cu -lcuda -o program");
    let run = place.warplens("run -- ./program");
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
    assert_eq!(
        run.stdout,
        "create 0 data 0 file 0 no file 301 complete 0 1 log ''\n\
         load 0 destroy 0 function 0 global 0\n\
         42\n\
         0\n\
         bad 218 says 1 of 1\n\
         address 0 status 0 devices 0 1 unknown 1 1 runtime 0 1\n"
    );
    assert!(run.stderr.contains("nonsense"), "the user reads of it too: {}", run.stderr);
}
