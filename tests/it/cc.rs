//! Programs of several files through `warplens cc` and `warplens run`: managed variables, variables and functions of
//! other files, device code in libraries, code loaded at run time, and the flags that builds use.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, has, scratch};

pub const CLANG: &str = "clang-19";

/// A folder with source files.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(name: &str, files: &[(&str, &str)]) -> Place {
        let place = Place(scratch(name));
        for (file, text) in files {
            place.write(file, text);
        }
        place
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.0.join(file)).unwrap()).into_owned()
    }

    pub fn has(&self, file: &str) -> bool {
        self.0.join(file).exists()
    }

    /// Runs a program here; arguments are separated by spaces.
    pub fn start(&self, program: &str, arguments: &str) -> Run {
        let words = arguments.split_whitespace();
        Run::from(Command::new(program).args(words).current_dir(&self.0).output().unwrap())
    }

    pub fn warplens(&self, arguments: &str) -> Run {
        self.start(env!("CARGO_BIN_EXE_warplens"), arguments)
    }

    /// Compiles; it must work and say nothing.
    #[track_caller]
    pub fn cc(&self, arguments: &str) {
        let run = self.warplens(&format!("cc {arguments}"));
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "cc {arguments}");
    }

    /// Runs on the embedded device; it must work and complain of nothing.
    #[track_caller]
    pub fn run(&self, program: &str) -> String {
        let run = self.warplens(&format!("run -- {program}"));
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{}", run.stdout);
        run.stdout
    }
}

const MANAGED: &str = r#"
#include <cstdio>
struct Pair { int a; float b[3]; };
__device__ __managed__ int x = 5;
__managed__ Pair pair = {1, {2, 3, 4}};
__managed__ float list[4];
template <class T> struct Held { static __managed__ T value; };
template <class T> __managed__ T Held<T>::value = 7;
static __managed__ double hidden = 0.5;
__global__ void k(int *p) {
  x += 1;
  pair.a += *p;
  list[1] = 7;
  Held<long>::value *= 2;
  hidden += 1;
}
int main() {
  printf("%d %d %ld %g\n", x, pair.a, Held<long>::value, hidden);
  k<<<1, 1>>>(&x);
  cudaDeviceSynchronize();
  printf("%d %d %g %ld %g\n", x, pair.a, list[1], Held<long>::value, hidden);
  float *p = list;
  p[2] = 3;
  for (auto &v : list) v += 1;
  printf("%g %zu\n", list[2], sizeof list);
  cudaPointerAttributes facts;
  cudaPointerGetAttributes(&facts, &pair);
  float three[3] = {9, 9, 9}, back[3];
  cudaMemcpy(pair.b, three, sizeof three, cudaMemcpyHostToDevice);
  cudaMemcpyFromSymbol(back, pair, sizeof back, offsetof(Pair, b));
  printf("%d %g %g\n", facts.type == cudaMemoryTypeManaged, pair.b[2], back[1]);
}
"#;

#[test]
fn host_code_uses_managed_variables_by_their_names() {
    if !has(CLANG) {
        return;
    }
    let place = Place::new("cc-managed", &[("a.cu", MANAGED)]);
    place.cc("a.cu -o a");
    assert_eq!(place.run("./a"), "5 1 7 0.5\n6 7 7 14 1.5\n4 16\n1 9 9\n");
    // Without a device host code still runs, and the API says what is missing.
    let run = place.start("./a", "");
    assert!(run.stdout.starts_with("5 1 7 0.5\n"), "{}", run.stdout);
    assert!(run.stderr.contains("warplens run -- PROGRAM"), "{}", run.stderr);
}

#[test]
fn a_header_may_bring_the_managed_variables_of_several_files() {
    if !has(CLANG) {
        return;
    }
    let header = "extern __managed__ int total;\nint add(int);\n";
    let a = "#include \"shared.h\"\n__managed__ int total = 40;\n\
             __global__ void bump(int n) { total += n; }\n\
             int add(int n) { bump<<<1, 1>>>(n); return cudaDeviceSynchronize(); }\n";
    // This file does not name the attribute itself.
    let b = "#include <cstdio>\n#include \"shared.h\"\n__global__ void twice() { total *= 2; }\n\
             int main() { total += 1; add(9); twice<<<1, 1>>>(); cudaDeviceSynchronize(); printf(\"%d\\n\", total); }\n";
    let place = Place::new("cc-managed-header", &[("shared.h", header), ("a.cu", a), ("b.cu", b)]);
    place.cc("-dc a.cu b.cu");
    place.cc("a.o b.o -o program");
    assert_eq!(place.run("./program"), "100\n");
    // In a header alone, without separate compilation.
    let own = "static __managed__ int count;\n";
    let main = "#include \"own.h\"\n__global__ void k() { count = 3; }\n\
                int main() { k<<<1, 1>>>(); cudaDeviceSynchronize(); return count - 3; }\n";
    place.write("own.h", own);
    place.write("c.cu", main);
    place.cc("-w c.cu -o c");
    place.run("./c");
}

#[test]
fn a_musa_program_has_managed_variables_too() {
    if !has(CLANG) {
        return;
    }
    let text = "#include <musa_runtime.h>\n__managed__ int n = 1;\n__global__ void k() { n += 41; }\n\
                int main() { k<<<1, 1>>>(); musaDeviceSynchronize(); return n != 42; }\n";
    let place = Place::new("cc-managed-musa", &[("a.mu", text)]);
    place.cc("a.mu -o a");
    place.run("./a");
}

const ONE: &str = r#"
__device__ int x = 3;
__constant__ float c[4];
static __device__ int hidden = 4;
__device__ int twice(int v) { return v * 2 + hidden; }
template <class T> __global__ void add(T *p) { *p += x; }
template __global__ void add<int>(int *);
int peek() { int v; cudaMemcpyFromSymbol(&v, hidden, 4); return v; }
"#;

const TWO: &str = r#"
#include <cstdio>
extern __device__ int x;
extern __constant__ float c[4];
extern __device__ int twice(int);
template <class T> __global__ void add(T *p);
static __device__ int hidden = 9;
namespace { __device__ int unnamed = 30; __global__ void own(int *p) { *p += unnamed; } }
struct Held { static __device__ int member; };
__device__ int Held::member = 8;
__global__ void k(int *p) { *p = twice(x) + hidden + (int)c[0]; }
int peek();
int main() {
  int v = 5, *d;
  float f[4] = {100};
  cudaMemcpyToSymbol(x, &v, 4);
  cudaMemcpyToSymbol(c, f, 16);
  cudaMalloc(&d, 4);
  k<<<1, 1>>>(d);
  add<<<1, 1>>>(d);
  own<<<1, 1>>>(d);
  cudaMemcpy(&v, d, 4, cudaMemcpyDefault);
  cudaFuncAttributes facts;
  int mine, member;
  cudaMemcpyFromSymbol(&mine, hidden, 4);
  cudaMemcpyFromSymbol(&member, Held::member, 4);
  printf("%d %d %d %d %d %s\n", v, mine, peek(), member, cudaFuncGetAttributes(&facts, add<int>),
         cudaGetErrorName(cudaGetLastError()));
}
"#;

/// ((5 * 2 + 4) + 9 + 100) + 5 + 30, and each file's own hidden variable.
const TOGETHER: &str = "158 9 4 8 0 cudaSuccess\n";

#[test]
fn device_code_and_variables_are_shared_across_files_and_libraries() {
    if !has(CLANG) {
        return;
    }
    let place = Place::new("cc-separate", &[("one.cu", ONE), ("two.cu", TWO)]);
    // In one step, as objects with the system's linker, from an archive made by ar, and from one of ours.
    place.cc("-rdc=true one.cu two.cu -o whole");
    assert_eq!(place.run("./whole"), TOGETHER);
    place.cc("-dc -Xcompiler -fPIC one.cu two.cu");
    place.cc("-dlink one.o two.o -o linked.o");
    let folders = place.warplens("cc --print-folders").stdout;
    let libraries = folders.lines().find_map(|l| l.strip_prefix("libraries ")).unwrap();
    let link = place.start("c++", &format!("one.o two.o linked.o -o objects -L{libraries} -lcudart"));
    assert_eq!(link.status, Some(0), "{}", link.stderr);
    assert_eq!(place.run("./objects"), TOGETHER);
    assert_eq!(place.start("ar", "rcs libone.a one.o").status, Some(0));
    place.cc("two.o -L. -lone -o archive");
    assert_eq!(place.run("./archive"), TOGETHER);
    place.cc("-lib -rdc=true one.cu -o libours.a");
    place.cc("-rdc=true two.cu libours.a -o ours");
    assert_eq!(place.run("./ours"), TOGETHER);
    place.cc("-shared -rdc=true -Xcompiler -fPIC one.cu -o libshared.so");
    place.cc("-rdc=true two.cu -L. -lshared -Xlinker -rpath,. -o with-shared");
    assert_eq!(place.run("./with-shared"), TOGETHER);
}

#[test]
fn one_source_compiled_twice_with_other_definitions_makes_one_program() {
    if !has(CLANG) {
        return;
    }
    let part = "static __device__ int n = N;\n__global__ void NAME(int *p) { *p += n; }\n\
                void ADD(int *p) { int one = 1; cudaMemcpyToSymbol(n, &one, 0); NAME<<<1, 1>>>(p); }\n";
    let main = "void add_a(int *), add_b(int *);\nint main() { int *p; cudaMallocManaged(&p, 4); *p = 0; add_a(p);\n\
                add_b(p); cudaDeviceSynchronize(); return *p - 30; }\n";
    let place = Place::new("cc-twice", &[("part.cu", part), ("main.cu", main)]);
    place.cc("-dc part.cu -DN=10 -DNAME=a -DADD=add_a -o a.o");
    place.cc("-dc part.cu -DN=20 -DNAME=b -DADD=add_b -o b.o");
    place.cc("-rdc=true main.cu a.o b.o -o program");
    place.run("./program");
}

#[test]
fn the_default_stream_may_be_each_threads_own() {
    if !has(CLANG) {
        return;
    }
    let text = "#include <cstdio>\n__global__ void k(int *p) { *p += 1; }\n\
                int main() { int *d, v = 1; cudaMalloc(&d, 4); cudaMemcpyAsync(d, &v, 4, cudaMemcpyHostToDevice, 0);\n\
                k<<<1, 1>>>(d); cudaMemcpy(&v, d, 4, cudaMemcpyDeviceToHost); printf(\"%d\\n\", v); }\n";
    let place = Place::new("cc-per-thread", &[("a.cu", text)]);
    place.cc("-default-stream per-thread a.cu -o a");
    assert_eq!(place.run("./a"), "2\n");
    let symbols = place.start("nm", "-u a").stdout;
    let twins = ["cudaLaunchKernel_ptsz", "cudaMemcpyAsync_ptsz", "cudaMemcpy_ptds"];
    assert!(twins.iter().all(|twin| symbols.contains(twin)), "{symbols}");
}

#[test]
fn run_starts_the_program_with_its_arguments_and_keep_keeps_the_ptx() {
    if !has(CLANG) {
        return;
    }
    let text = "#include <cstdio>\n__global__ void k() {}\n\
                int main(int n, char **v) { k<<<1, 1>>>(); printf(\"%s %d\\n\", v[n - 1], cudaDeviceSynchronize()); return 3; }\n";
    let place = Place::new("cc-run", &[("a.cu", text)]);
    let run = place.warplens("cc --keep -run -run-args one,two a.cu");
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(3), "two 0\n", ""));
    assert!(place.has("a.out") && place.read("a.ptx").contains(".entry _Z1kv"));
}

/// Ours are the only messages: what the compiler says, for the user's own files.
#[test]
fn errors_are_clangs_own_words_about_the_users_files() {
    if !has(CLANG) {
        return;
    }
    let text = "__global__ void k(float *p) {\n  atomicAdd(p, \"text\");\n  p[0] = __shfl_sync(1);\n}\nint main() { k<<<1>>>(); }\n";
    let place = Place::new("cc-errors", &[("bad.cu", text), ("late.cu", "#include \"none.h\"\n")]);
    let run = place.warplens("cc -c bad.cu -o bad.o");
    assert_eq!(run.status, Some(1));
    for line in ["bad.cu:2:3: error: no matching function for call to 'atomicAdd'", "bad.cu:5:19: error: "] {
        assert!(run.stderr.contains(line), "{}", run.stderr);
    }
    for hidden in ["cuda_runtime.h", "warplens/", "__clang_cuda", "<built-in>"] {
        assert!(!run.stderr.contains(hidden), "{hidden} shows:\n{}", run.stderr);
    }
    assert!(!place.has("bad.o"));
    let run = place.warplens("cc -c late.cu");
    assert!(run.stderr.starts_with("late.cu:1:10: fatal error: 'none.h' file not found"), "{}", run.stderr);
    let run = place.warplens("cc -c missing.cu");
    assert_eq!(run.status, Some(1));
    assert_eq!(run.stderr.matches("no such file or directory: 'missing.cu'").count(), 1, "{}", run.stderr);
    let run = place.warplens("cc -arch=sm_banana late.cu");
    assert!(run.stderr.contains("sm_banana is no architecture: sm_80"), "{}", run.stderr);
    let run = Command::new(env!("CARGO_BIN_EXE_warplens"))
        .args(["cc", "bad.cu"])
        .env("WARPLENS_CLANG", Path::new("/nowhere/clang"))
        .output()
        .unwrap();
    let says = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(says.contains("/nowhere/clang cannot be used") && says.contains("WARPLENS_CLANG"), "{says}");
}
