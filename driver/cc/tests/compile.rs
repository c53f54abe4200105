//! `warplens cc` on small programs: what it makes, what it says, and how it fails.
//!
//! Skipped without clang, and says so. Programs are linked with no runtime library, or not linked at all: running them
//! is the device's business.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use warplens_driver_cc::{Clang, Compiler, Error, Headers, Options, Verdict};

/// A folder for one test's files.
struct Place {
    path: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("warplens-cc-test-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self { path }
    }

    fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.path.join(name), text).expect("a file can be written");
        self.name(name)
    }

    fn name(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// What a compile said on stderr and printed, and how it ended; `None` without clang.
fn cc(arguments: &[&str]) -> Option<(Result<Verdict, Error>, String, String)> {
    let clang = match Clang::find() {
        Ok(clang) => clang,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return None;
        }
    };
    let said = Mutex::new(String::new());
    let printed = Mutex::new(Vec::new());
    let words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let result = Options::parse(&words).and_then(|options| {
        let compiler = Compiler {
            clang,
            headers: Headers::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("../include")),
            libraries: None,
            colour: false,
            say: &|text| said.lock().expect("not poisoned").push_str(text),
            print: &|bytes| printed.lock().expect("not poisoned").extend_from_slice(bytes),
        };
        compiler.run(&options)
    });
    let printed = String::from_utf8_lossy(&printed.into_inner().expect("not poisoned")).into_owned();
    Some((result, said.into_inner().expect("not poisoned"), printed))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

const PROGRAM: &str = "
#include <vector>
__constant__ float scale[2];
template <typename T> __global__ void twice(T *p) { p[threadIdx.x] *= scale[0]; }
int main() {
  float two[2] = {2, 2};
  cudaMemcpyToSymbol(scale, two, sizeof two);
  twice<<<1, 32>>>((float *)nullptr);
  auto lambda = [=] __device__(int i) { return i; };
  (void)lambda;
  return cudaDeviceSynchronize();
}
";

#[test]
fn an_object_carries_its_ptx_and_registers_its_kernels() {
    let place = Place::new("object");
    let source = place.file("a.cu", PROGRAM);
    let Some((result, said, _)) = cc(&["-c", &source, "-o", &place.name("a.o"), "--extended-lambda"]) else {
        return;
    };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert_eq!(said, "");
    let object = place.read("a.o");
    assert!(contains(&object, ".visible .entry _Z5twiceIfEvPT_"), "the PTX is inside");
    assert!(contains(&object, ".loc"), "with line numbers");
    assert!(contains(&object, "__cudaRegisterFunction"));
    assert!(contains(&object, "__cudaRegisterVar"));
}

#[test]
fn two_architectures_are_both_inside() {
    let place = Place::new("two");
    let source = place.file("a.cu", PROGRAM);
    let gencode = ["-gencode", "arch=compute_70,code=sm_70", "-gencode", "arch=compute_80,code=sm_80"];
    let object = place.name("a.o");
    let mut line = vec!["-c", &source, "-o", &object];
    line.extend(gencode);
    let Some((result, said, _)) = cc(&line) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    let object = place.read("a.o");
    assert!(contains(&object, ".target sm_70") && contains(&object, ".target sm_80"));
}

#[test]
fn a_musa_source_sees_its_own_names_and_macros() {
    let place = Place::new("musa");
    let source = place.file(
        "a.mu",
        "#include <musa_runtime.h>
#include <musa_fp16.h>
#ifndef __MUSACC__
#error not mcc
#endif
__global__ void k(int *p) {
#if __MUSA_ARCH__ == 220
  p[0] = 7;
#endif
}
int main() { int *p; musaMalloc(&p, 4); k<<<1, 1>>>(p); return musaDeviceSynchronize() != musaSuccess; }
",
    );
    let Some((result, said, ptx)) = cc(&["-ptx", "--offload-arch=mp_22", &source, "-o", "-"]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(ptx.contains("st.global.u32"), "{ptx}");
    let (result, said, _) = cc(&["-c", &source, "-o", &place.name("a.o")]).expect("clang is there");
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(contains(&place.read("a.o"), "musaMalloc"));
}

#[test]
fn relocatable_objects_name_static_variables_alike_in_both_passes_and_differ_from_other_objects() {
    let place = Place::new("relocatable");
    // The kernel comes before the host's use, which is what makes the variable visible.
    let source = place.file(
        "a.cu",
        "static __device__ int n; __global__ void k() { n = 1; }\n\
         int main() { k<<<1, 1>>>(); int v; return cudaMemcpyFromSymbol(&v, n, 4); }",
    );
    let names = |object: &str| -> Option<Vec<String>> {
        let (result, said, _) = cc(&["-dc", &source, "-o", &place.name(object)])?;
        assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
        let bytes = String::from_utf8_lossy(&place.read(object)).into_owned();
        let hash = |mark: &str| {
            let (_, rest) = bytes.split_once(mark).unwrap_or_else(|| panic!("no {mark}"));
            rest.chars().take_while(char::is_ascii_hexdigit).collect::<String>()
        };
        assert!(!bytes.contains(".extern .global"), "a use kept the plain name");
        Some(vec![hash("_ZL1n.static."), hash("_ZL1n__static__")])
    };
    let Some(first) = names("a.o") else { return };
    assert_eq!(first[0], first[1]);
    assert_ne!(first, names("b.o").expect("clang is there"), "another object is another identity");
    assert_eq!(first, names("a.o").expect("clang is there"), "the same object is the same bytes");
}

#[test]
fn a_header_that_brings_a_managed_variable_is_noticed_even_without_warnings() {
    let place = Place::new("managed-header");
    place.file("own.h", "static __managed__ int count;\n");
    let source = place.file("a.cu", "#include \"own.h\"\nint main() { return count; }\n");
    let Some((result, said, _)) = cc(&["-w", "-c", &source, "-o", &place.name("a.o")]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert_eq!(said, "");
    assert!(contains(&place.read("a.o"), "__hipRegisterManagedVar"));
}

#[test]
fn openmp_without_its_runtime_says_what_to_install() {
    let place = Place::new("openmp");
    let source = place.file("a.cu", "#include <omp.h>\nint main() { return omp_get_max_threads() < 1; }\n");
    let line = ["-Xcompiler", "-fopenmp", &source, "-cudart", "none", "-o", &place.name("a")];
    let Some((result, said, _)) = cc(&line) else { return };
    match result.expect("it runs") {
        Verdict::Made => assert!(place.path.join("a").exists()),
        Verdict::Failed(_) => assert!(said.contains("apt-get install libomp-"), "{said}"),
    }
}

#[test]
fn flags_of_real_builds_say_nothing() {
    let place = Place::new("flags");
    let source = place.file(
        "a.cu",
        "__global__ void k() {}\n#if HOST_SIDE && !defined(__CUDA_ARCH__)\nint host;\n#endif\n",
    );
    let flags = "-ccbin g++ -m64 -t0 --threads 4 -std=c++20 -lineinfo -diag-suppress 20012,177 --diag-suppress=186 \
                 -Werror all-warnings -Xcompiler -fPIC,-Wall --compiler-options -DHOST_SIDE=1 -Xcudafe --display_error_number \
                 --expt-relaxed-constexpr --extended-lambda -cudart=static -forward-unknown-to-host-compiler \
                 -Wno-deprecated-gpu-targets -rdc=false --generate-code=arch=compute_70,code=[compute_70,sm_70] \
                 --generate-dependencies-with-compile -MF DEPENDENCIES --split-compile 0 -use_fast_math -O3 -g";
    let flags = flags.replace("DEPENDENCIES", &place.name("a.d"));
    let object = place.name("a.o");
    let line: Vec<&str> = flags.split_whitespace().chain(["-c", &source, "-o", &object]).collect();
    let Some((result, said, _)) = cc(&line) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert_eq!(said, "");
    assert!(contains(&place.read("a.d"), "a.cu") && contains(&place.read("a.o"), "host"));
    let (result, said, _) =
        cc(&["-c", &source, "-o", &object, "-maxrregcount", "32", "--no-such-flag"]).expect("clang is there");
    assert_eq!(result.expect("it runs"), Verdict::Failed(1));
    assert!(said.starts_with("warplens cc: note: -maxrregcount 32 has no effect"), "{said}");
    assert!(said.contains("note: --no-such-flag is unknown here and goes to clang as it is"), "{said}");
}

#[test]
fn device_functions_of_another_file_stay_open_for_the_runtime() {
    let place = Place::new("separate");
    let a = place.file("a.cu", "__device__ int twice(int); __global__ void k(int *p) { *p = twice(*p); }");
    let b = place.file("b.cu", "__device__ int twice(int x) { return 2 * x; }");
    let Some((result, said, ptx)) = cc(&["-ptx", "-rdc=true", &a, "-o", "-"]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(ptx.contains(".extern .func  (.param .b32 func_retval0) _Z5twicei"), "{ptx}");
    let (_, _, ptx) = cc(&["-ptx", "-rdc=true", &b, "-o", "-"]).expect("clang is there");
    assert!(ptx.contains(".visible .func  (.param .b32 func_retval0) _Z5twicei"), "{ptx}");
    let (result, said, _) = cc(&["-dlink", "a.o", "b.o", "-o", &place.name("d.o")]).expect("clang is there");
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(!place.read("d.o").is_empty());
}

#[test]
fn device_sources_c_files_and_objects_make_one_program() {
    let place = Place::new("program");
    let cu = place
        .file("a.cu", "extern \"C\" int seven(); __device__ int unused; int main() { return seven() - 7; }");
    let c = place.file("b.c", "int seven(void) { return 7; }");
    // The four functions that registration needs; the runtime library has them.
    let stub = place.file(
        "stub.c",
        "void *__cudaRegisterFatBinary(void *w) { return w; }
void __cudaRegisterFatBinaryEnd(void *h) { (void)h; }
void __cudaUnregisterFatBinary(void *h) { (void)h; }
void __cudaRegisterVar() {}
",
    );
    let program = place.name("program");
    let Some((result, said, _)) = cc(&["-O1", &cu, &c, &stub, "-cudart", "none", "-lm", "-o", &program])
    else {
        return;
    };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    let status = std::process::Command::new(&program).status().expect("the program starts");
    assert!(status.success());
}

#[test]
fn an_error_of_both_passes_is_said_once_and_leaves_no_object() {
    let place = Place::new("error");
    let source = place.file("bad.cu", "__global__ void k() { int x = \"text\"; }\nint main() {}\n");
    let Some((result, said, _)) = cc(&["-c", &source, "-o", &place.name("bad.o")]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Failed(1));
    assert_eq!(said.matches("error: cannot initialize").count(), 1, "{said}");
    assert!(!said.contains("driver/include"), "our headers show: {said}");
    assert!(!place.path.join("bad.o").exists());
}

#[test]
fn an_error_of_the_device_pass_alone_fails_the_compile() {
    let place = Place::new("device-error");
    let source = place.file(
        "bad.cu",
        "#ifdef __CUDA_ARCH__\n#error only on the device\n#endif\n__global__ void k() {}\nint main() {}\n",
    );
    let Some((result, said, _)) = cc(&["-c", &source, "-o", &place.name("bad.o")]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Failed(1));
    assert!(said.contains("only on the device"), "{said}");
    assert!(!place.path.join("bad.o").exists());
}

#[test]
fn make_rules_name_the_users_headers() {
    let place = Place::new("rules");
    place.file("mine.h", "#define ONE 1\n");
    let source = place.file("a.cu", "#include \"mine.h\"\n__global__ void k(int *p) { *p = ONE; }\n");
    let Some((result, said, printed)) = cc(&["-MM", &source]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(printed.starts_with("a.o:") && printed.contains("mine.h"), "{printed}");
    assert!(!printed.contains("cuda_runtime.h"), "{printed}");
    let object = place.name("a.o");
    let (result, said, _) = cc(&["-c", "-MMD", &source, "-o", &object]).expect("clang is there");
    assert_eq!(result.expect("it runs"), Verdict::Made, "{said}");
    assert!(contains(&place.read("a.d"), "mine.h"));
}

#[test]
fn a_dry_run_prints_commands_and_makes_nothing() {
    let place = Place::new("dry");
    let source = place.file("a.cu", PROGRAM);
    let Some((result, said, _)) = cc(&["-dryrun", "-c", &source, "-o", &place.name("a.o")]) else { return };
    assert_eq!(result.expect("it runs"), Verdict::Made);
    assert_eq!(said.lines().count(), 2, "one device and one host command: {said}");
    assert!(!place.path.join("a.o").exists());
}

#[test]
fn a_line_without_files_says_so() {
    let Some((result, _, _)) = cc(&["-O2", "-lm"]) else { return };
    assert_eq!(result.expect_err("nothing to do").to_string(), "no input files");
}
