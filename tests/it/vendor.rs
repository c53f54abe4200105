//! Programs that nvcc built, on the embedded device: linked with the shared runtime, and carrying PTX.
//!
//! nvcc here comes without its host libraries' link names, so the tests give them one. Nothing but these tests needs nvcc.

use std::path::{Path, PathBuf};

use crate::cc::Place;
use crate::support::has;

const PROGRAM: &str = r#"
#include <cstdio>
__device__ int x = 3;
__constant__ float c[4];
__managed__ int total = 40;
__global__ void k(int *p) { *p = x + (int)c[0] + total; total += 1; }
int main() {
  int v = 5, *d;
  float f[4] = {100};
  cudaMemcpyToSymbol(x, &v, 4);
  cudaMemcpyToSymbol(c, f, 16);
  total += 3;
  cudaMalloc(&d, 4);
  k<<<1, 1>>>(d);
  cudaMemcpy(&v, d, 4, cudaMemcpyDefault);
  printf("%d %d %s\n", v, total, cudaGetErrorName(cudaGetLastError()));
}
"#;

const ONE: &str = "__device__ int x = 3;\n__device__ int twice(int v) { return 2 * v; }\n";
const TWO: &str = r#"
#include <cstdio>
extern __device__ int x;
__device__ int twice(int);
__global__ void k(int *p) { *p = twice(x); }
int main() {
  int v = 21, *d;
  cudaMemcpyToSymbol(x, &v, 4);
  cudaMalloc(&d, 4);
  k<<<1, 1>>>(d);
  cudaMemcpy(&v, d, 4, cudaMemcpyDefault);
  printf("%d\n", v);
}
"#;

/// The folder of the vendor's runtime library, found beside nvcc.
fn libraries() -> Option<PathBuf> {
    if !has("nvcc") {
        return None;
    }
    let path = std::env::var_os("PATH")?;
    let nvcc = std::env::split_paths(&path).map(|f| f.join("nvcc")).find(|p| p.is_file())?;
    let root = nvcc.canonicalize().ok()?.parent()?.parent()?.to_path_buf();
    ["lib", "lib64"].iter().map(|f| root.join(f)).find(|f| library_in(f).is_some())
}

fn library_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.filter_map(|e| Some(e.ok()?.path())).find(|p| p.to_string_lossy().contains("libcudart.so."))
}

/// A folder where `-lcudart` finds the vendor's library.
fn place(name: &str, files: &[(&str, &str)]) -> Option<Place> {
    let library = library_in(&libraries()?)?;
    let place = Place::new(name, files);
    std::os::unix::fs::symlink(library, place.0.join("libcudart.so")).unwrap();
    Some(place)
}

#[track_caller]
fn nvcc(place: &Place, arguments: &str) {
    let run = place.start("nvcc", &format!("-cudart shared -L. {arguments}"));
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_program_with_ptx_runs() {
    let Some(place) = place("vendor-whole", &[("a.cu", PROGRAM)]) else { return };
    nvcc(&place, "-gencode arch=compute_80,code=compute_80 a.cu -o a");
    assert_eq!(place.run("./a"), "148 44 cudaSuccess\n");
    nvcc(&place, "-gencode arch=compute_80,code=[compute_80,sm_80] a.cu -o both");
    assert_eq!(place.run("./both"), "148 44 cudaSuccess\n");
    nvcc(&place, "-arch=compute_80 --default-stream per-thread a.cu -o own");
    assert_eq!(place.run("./own"), "148 44 cudaSuccess\n");
}

#[test]
fn a_separately_compiled_program_runs_from_the_ptx_of_its_files() {
    let Some(place) = place("vendor-separate", &[("one.cu", ONE), ("two.cu", TWO)]) else { return };
    nvcc(&place, "-rdc=true -arch=compute_80 one.cu two.cu -o text");
    assert_eq!(place.run("./text"), "42\n");
    nvcc(&place, "-rdc=true -gencode arch=compute_80,code=[compute_80,sm_80] one.cu two.cu -o both");
    assert_eq!(place.run("./both"), "42\n");
}

#[test]
fn machine_code_alone_is_refused_with_its_architecture_and_a_way_out() {
    let Some(place) = place("vendor-machine-code", &[("a.cu", PROGRAM)]) else { return };
    nvcc(&place, "-gencode arch=compute_80,code=sm_80 a.cu -o a");
    let run = place.warplens("run -- ./a");
    assert!(run.stdout.contains("cudaErrorNoKernelImageForDevice"), "{}", run.stdout);
    assert!(run.stderr.contains("no PTX in it, only machine code for sm_80"), "{}", run.stderr);
    assert!(run.stderr.contains("-gencode arch=compute_80,code=compute_80"), "{}", run.stderr);
}
