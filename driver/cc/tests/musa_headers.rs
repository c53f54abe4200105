//! The MUSA API headers are the CUDA ones under other names: this test derives them and compares with the files.
//!
//! The substitutions are those that reproduce the vendor's published name table; see docs. Names that belong to
//! clang rather than to an API keep their spelling. Run with `WARPLENS_UPDATE=1` to write the files.

use std::fs;
use std::path::{Path, PathBuf};

/// Files with a twin; a name that begins with `cuda` changes too.
const TWINS: [&str; 13] = [
    "cuda.h",
    "driver_api_more.h",
    "cuda_profiler_api.h",
    "library_types.h",
    "builtin_types.h",
    "texture_types.h",
    "surface_types.h",
    "driver_types.h",
    "driver_functions.h",
    "channel_descriptor.h",
    "cuda_runtime_api.h",
    "cuda_runtime.h",
    "math_constants.h",
];

/// What clang and its helper headers call things, in both languages.
fn belongs_to_clang(name: &str) -> bool {
    name.starts_with("__CUDA") && !name.starts_with("__CUDA_RUNTIME")
        || matches!(name, "__cudaPushCallConfiguration" | "__cudaPopCallConfiguration")
}

/// Replaces `from` at the start of `name` or after an underscore when a name character follows.
fn replace_prefix(name: &str, from: &str, to: &str, follows: fn(char) -> bool, not: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = name;
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        if at_start
            && let Some(after) = rest.strip_prefix(from)
            && after.chars().next().is_some_and(follows)
            && !not.iter().any(|n| after.starts_with(n))
        {
            out.push_str(to);
            rest = after;
            at_start = false;
            continue;
        }
        out.push(c);
        at_start = c == '_';
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn musa_name(name: &str) -> String {
    if belongs_to_clang(name) {
        return name.to_string();
    }
    match name {
        "CUDA_VERSION" => return "MUSA_COMP_VERSION".to_string(),
        "CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED" => {
            return "MU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED".to_string();
        }
        "cudaGraphExecUpdateResultInfo" => return "musaGraphExecUpdateResultInfo".to_string(),
        _ => {}
    }
    let name = name.replace("CUDA", "MUSA").replace("cuda", "musa").replace("Cuda", "Musa");
    let name =
        replace_prefix(&name, "cu", "mu", |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_', &[]);
    replace_prefix(
        &name,
        "CU",
        "MU",
        |c| c.is_ascii_alphanumeric() || c == '_',
        &["RRENT", "STOM", "BEMAP", "TOFF", "T_"],
    )
}

fn musa_text(text: &str) -> String {
    let mut out = String::new();
    let mut name = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            name.push(c);
            continue;
        }
        out.push_str(&musa_name(&name));
        name.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn include_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../include")
}

fn expected_twin(file: &str) -> String {
    let source = fs::read_to_string(include_dir().join("cuda").join(file)).expect("the CUDA header is there");
    let text = musa_text(&source);
    let note =
        format!("// Derived from cuda/{file} by name substitution; a test compares. Edit that file.\n");
    note + &text
}

#[test]
fn musa_headers_are_the_cuda_ones_renamed() {
    for file in TWINS {
        let twin = include_dir().join("musa").join(file.replace("cuda", "musa"));
        let expected = expected_twin(file);
        if std::env::var_os("WARPLENS_UPDATE").is_some() {
            fs::write(&twin, &expected).expect("the MUSA header can be written");
        }
        let found = fs::read_to_string(&twin).unwrap_or_default();
        assert!(
            found == expected,
            "{} is out of date: run WARPLENS_UPDATE=1 cargo test -p warplens-driver-cc",
            twin.display()
        );
    }
}

#[test]
fn names_change_by_the_published_rules() {
    for (cuda, musa) in [
        ("cudaMalloc", "musaMalloc"),
        ("CUDART_VERSION", "MUSART_VERSION"),
        ("cuMemAlloc", "muMemAlloc"),
        ("CUdeviceptr", "MUdeviceptr"),
        ("CUDA_SUCCESS", "MUSA_SUCCESS"),
        ("CU_CTX_SCHED_AUTO", "MU_CTX_SCHED_AUTO"),
        ("cudaErrorInvalidValue", "musaErrorInvalidValue"),
        ("current", "current"),
        ("CURRENT", "CURRENT"),
        ("WARPLENS_CUDA_DRIVER_TYPES_H", "WARPLENS_MUSA_DRIVER_TYPES_H"),
        ("__CUDA_ARCH__", "__CUDA_ARCH__"),
        ("__cudaPushCallConfiguration", "__cudaPushCallConfiguration"),
    ] {
        assert_eq!(musa_name(cuda), musa);
    }
}
