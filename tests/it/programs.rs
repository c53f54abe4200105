//! Whole programs through the command: `cc`, then `run` and `profile`, as at a prompt.

use std::path::{Path, PathBuf};

use crate::support::{Run, has, scratch, warplens};

const CLANG: &str = "clang-19";

/// Writes a past-the-end element of an allocation whose size is no multiple of anything.
const ONE_TOO_MANY: &str = r#"
#include <cuda_runtime.h>
namespace ns {
template <int N> __global__ void fill(float *out) { if (threadIdx.x <= N) out[threadIdx.x] = 1.0f; }
}
int main(int argc, char **argv) {
    float *out;
    cudaMalloc(&out, 99 * sizeof(float));
    if (argc > 1) ns::fill<99><<<1, 128>>>(out); else ns::fill<98><<<1, 128>>>(out);
    return cudaDeviceSynchronize();
}
"#;

fn compiled(name: &str, source: &str) -> (PathBuf, String) {
    let folder = scratch(name);
    let (file, program) = (folder.join("p.cu"), folder.join("p"));
    std::fs::write(&file, source).unwrap();
    let run = cc(&file, &program);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    (folder, program.display().to_string())
}

fn cc(source: &Path, program: &Path) -> Run {
    warplens(&["cc", &source.display().to_string(), "-o", &program.display().to_string()])
}

#[test]
fn an_allocation_ends_where_the_program_said_and_the_fault_is_told_in_its_words() {
    if !has(CLANG) {
        return;
    }
    let (_, program) = compiled("programs-one-too-many", ONE_TOO_MANY);
    let run = warplens(&["run", &program]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));

    // cudaErrorIllegalAddress, from main.
    let run = warplens(&["run", &program, "-x"]);
    assert_eq!(run.status, Some(700 % 256), "{}", run.stderr);
    let says =
        "out-of-bounds write of 4 bytes at 0x30000000038c, 1 byte past the end of an allocation of 396 bytes";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    assert!(run.stderr.contains("in ns::fill<99>(float*) block (0,0,0) thread (99,0,0)"), "{}", run.stderr);
    assert!(run.stderr.contains("p.cu:4 in ns::fill<99>(float*)"), "{}", run.stderr);
}

#[test]
fn a_program_may_follow_two_dashes_and_keeps_its_own_arguments() {
    let run = warplens(&["run", "sh", "-c", "echo $0 $1; exit 7", "a", "--devices"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(7), "a --devices\n"));
    let run = warplens(&["run", "--devices", "2", "--", "sh", "-c", "exit 3"]);
    assert_eq!(run.status, Some(3), "{}", run.stderr);
}

#[test]
fn what_is_no_program_gets_the_commands_that_make_one() {
    let folder = scratch("programs-source");
    let source = folder.join("p.cu");
    std::fs::write(&source, ONE_TOO_MANY).unwrap();
    let shown = |run: &Run| run.stderr.replace(&folder.display().to_string(), "DIR");

    let run = warplens(&["run", &source.display().to_string()]);
    assert_eq!(run.status, Some(2));
    assert_eq!(
        shown(&run),
        "error: DIR/p.cu is a source file, not a program\n help: `warplens cc DIR/p.cu -o DIR/p`, then `warplens run DIR/p`\n"
    );
    let run = warplens(&["profile", &source.display().to_string()]);
    assert!(shown(&run).contains("`warplens cc DIR/p.cu -o DIR/p` and `warplens profile -- DIR/p`"));
    let run = warplens(&["profile", env!("CARGO_BIN_EXE_warplens")]);
    assert!(run.stderr.contains("for a whole program, `warplens profile -- "), "{}", run.stderr);
    let run = warplens(&["profile", "--format", "json", "--", "sh"]);
    assert!(run.stderr.contains("--report FILE"), "{}", run.stderr);
}
