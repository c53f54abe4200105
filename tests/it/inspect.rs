//! `warplens inspect` as a user meets it, and held against NVIDIA's own reader where that is installed.

use std::path::Path;
use std::process::Command;

use crate::support::{has, scratch, warplens};

const PTX: &str = ".version 8.0
.target sm_80
.address_size 64
.visible .entry _Z5scalePfi(
	.param .u64 _Z5scalePfi_param_0,
	.param .u32 _Z5scalePfi_param_1
)
.maxntid 128, 1, 1
{
	ret;
}
";

#[test]
fn ptx_shows_its_kernels() {
    let file = scratch("inspect_ptx").join("scale.ptx");
    std::fs::write(&file, PTX).unwrap();
    let run = warplens(&["inspect", file.to_str().unwrap()]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    for part in
        ["PTX text for sm_80", "kernel scale(float*, int)", "+8: 4 B .u32", "at most 128x1x1 threads a block"]
    {
        assert!(run.stdout.contains(part), "{part} is not in:\n{}", run.stdout);
    }
}

#[test]
fn the_json_form_is_versioned() {
    let file = scratch("inspect_json").join("scale.ptx");
    std::fs::write(&file, PTX).unwrap();
    let run = warplens(&["inspect", "--format", "json", file.to_str().unwrap()]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["schema"], 1);
    let kernel = &json["root"]["kernels"][0];
    assert_eq!(kernel["name"], "_Z5scalePfi");
    assert_eq!(kernel["arguments"][1]["offset"], 8);
    assert_eq!(kernel["max_threads"], serde_json::json!([128, 1, 1]));
}

#[test]
fn bad_input_ends_with_2_and_says_what_to_do() {
    let folder = scratch("inspect_bad");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    };
    let cases = [
        (folder.join("missing").to_str().unwrap().to_owned(), "cannot read"),
        (write("empty", b""), "the file is empty"),
        (write("text.txt", b"hello\n"), "it is text but no PTX"),
        (write("binary", &[0x00, 0x01, 0xfe, 0xff]), "unknown contents, first bytes 00 01 fe ff"),
        (write("cut.elf", b"\x7fELF\x02\x01\x01"), "the ELF header is cut short"),
        (write("cut.fatbin", &[0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0, 0xff]), "fatbin header is cut short"),
        (
            write("bad.ptx", b".version 8.0\n.target sm_80\n.visible .entry k() { frobnicate; }\n"),
            "PTX error at 3:",
        ),
    ];
    for (path, what) in cases {
        let run = warplens(&["inspect", &path]);
        assert_eq!(run.status, Some(2), "{path}: {}", run.stderr);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(what), "{path}: {}", run.stderr);
        assert!(run.stderr.contains("\n help: "), "{path}: {}", run.stderr);
    }
}

#[test]
fn a_program_without_device_code_says_so() {
    let run = warplens(&["inspect", env!("CARGO_BIN_EXE_warplens")]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("there is no device code in it"), "{}", run.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let file = scratch("inspect_pipe").join("scale.ptx");
    // Far more than a pipe holds.
    let many: String = (0..2000).map(|i| format!(".visible .entry kernel_{i}()\n{{\n\tret;\n}}\n")).collect();
    std::fs::write(&file, format!(".version 8.0\n.target sm_80\n.address_size 64\n{many}")).unwrap();
    let script = format!(
        "'{}' inspect '{}' | head -1; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_warplens"),
        file.display()
    );
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.ends_with("\n0\n"), "{stdout}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

const CUDA: &str = r"
__constant__ float coef[16];
__global__ void __launch_bounds__(256) saxpy(int n, float a, const float *x, float *y) {
  __shared__ float tile[128];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x & 127] = x[i];
  __syncthreads();
  if (i < n) y[i] = a * tile[(threadIdx.x + 1) & 127] + y[i] * coef[i & 15];
}
template <typename T> __global__ void spill(T *p, char c) {
  T local[64];
  for (int i = 0; i < 64; ++i) local[i] = p[i] * i;
  for (int i = 0; i < 64; ++i) p[i] = local[(int)p[i] & 63] + c;
}
template __global__ void spill<double>(double *, char);
";

/// `(symbol, registers, stack, shared)` of each function, sorted.
type Usage = Vec<(String, u64, u64, u64)>;

fn cuobjdump_usage(file: &Path) -> Usage {
    let output = Command::new("cuobjdump").arg("--dump-resource-usage").arg(file).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut usage = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.trim().strip_prefix("Function ") else { continue };
        let figures = lines.next().unwrap();
        let figure = |key: &str| {
            let found = figures.split_whitespace().find_map(|w| w.strip_prefix(key)).unwrap();
            found.parse().unwrap()
        };
        usage.push((
            name.trim_end_matches(':').to_owned(),
            figure("REG:"),
            figure("STACK:"),
            figure("SHARED:"),
        ));
    }
    usage.sort();
    usage
}

fn our_usage(file: &Path) -> Usage {
    fn cubins(node: &serde_json::Value, into: &mut Usage) {
        if node["format"] == "cubin" {
            for k in node["kernels"].as_array().unwrap() {
                let figure = |key: &str| k[key].as_u64().unwrap();
                let name = k["name"].as_str().unwrap().to_owned();
                into.push((name, figure("registers"), figure("stack_bytes"), figure("shared_bytes")));
            }
        }
        node["entries"].as_array().unwrap().iter().for_each(|child| cubins(child, into));
    }
    let run = warplens(&["inspect", "--format", "json", file.to_str().unwrap()]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["problems"], serde_json::json!([]));
    let mut usage = Vec::new();
    cubins(&json["root"], &mut usage);
    usage.sort();
    usage
}

/// Compiles [`CUDA`] with nvcc; `None` when nvcc cannot (a host compiler it does not know, say).
fn nvcc(folder: &Path, output: &str, flags: &[&str]) -> std::path::PathBuf {
    let source = folder.join("k.cu");
    std::fs::write(&source, CUDA).unwrap();
    let file = folder.join(output);
    let run = Command::new("nvcc").args(flags).arg(&source).arg("-o").arg(&file).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    file
}

#[test]
fn resources_agree_with_cuobjdump() {
    if !has("nvcc") || !has("cuobjdump") {
        return;
    }
    let folder = scratch("inspect_nvcc");
    for (output, flags) in [
        ("sm80.cubin", &["-cubin", "-arch=sm_80"][..]),
        ("sm90.cubin", &["-cubin", "-arch=sm_90", "-lineinfo"]),
        ("debug.cubin", &["-cubin", "-arch=sm_89", "-G"]),
        (
            "plain.fatbin",
            &["-fatbin", "--no-compress", "-gencode", "arch=compute_80,code=[sm_80,compute_80]"],
        ),
        (
            "lz4.fatbin",
            &["-fatbin", "--compress-mode=speed", "-gencode", "arch=compute_80,code=[sm_80,compute_80]"],
        ),
        (
            "zstd.fatbin",
            &["-fatbin", "--compress-mode=size", "-gencode", "arch=compute_80,code=[sm_80,compute_80]"],
        ),
        ("host.o", &["-c", "-gencode", "arch=compute_80,code=[sm_80,compute_80]"]),
    ] {
        let file = nvcc(&folder, output, flags);
        let theirs = cuobjdump_usage(&file);
        assert_eq!(theirs.len(), 2, "{output}");
        assert_eq!(our_usage(&file), theirs, "{output}");
    }
}

#[test]
fn nvccs_ptx_and_line_tables_are_found() {
    if !has("nvcc") {
        return;
    }
    let folder = scratch("inspect_nvcc_lines");
    let cubin = nvcc(&folder, "lines.cubin", &["-cubin", "-arch=sm_80", "-lineinfo"]);
    let text = warplens(&["inspect", cubin.to_str().unwrap()]);
    assert!(text.stdout.contains("line table: yes") && text.stdout.contains("k.cu"), "{}", text.stdout);
    assert!(text.stderr.contains("there is no PTX in it, only machine code for sm_80"), "{}", text.stderr);
    assert!(text.stderr.contains("-gencode arch=compute_80,code=compute_80"), "{}", text.stderr);
    let fatbin = nvcc(&folder, "ptx.fatbin", &["-fatbin", "-lineinfo", "-arch=compute_80"]);
    let text = warplens(&["inspect", fatbin.to_str().unwrap()]).stdout;
    assert!(text.contains("PTX text for sm_80") && text.contains("line table: yes"), "{text}");
    assert!(text.contains("kernel saxpy(int, float, float const*, float*)"), "{text}");
}

#[test]
fn ptx_that_clang_embeds_raw_is_found() {
    if !has("clang-19") {
        return;
    }
    let folder = scratch("inspect_clang");
    let source = folder.join("host.cu");
    std::fs::write(
        &source,
        "typedef struct { unsigned x, y, z; } dim3;\n\
        extern \"C\" int cudaLaunchKernel(const void *, dim3, dim3, void **, unsigned long, void *);\n\
        __attribute__((global)) void scale(float *p, int n) { p[n] *= 2; }\n",
    )
    .unwrap();
    let ptx = folder.join("scale.ptx");
    std::fs::write(&ptx, PTX).unwrap();
    let object = folder.join("host.o");
    let output = Command::new("clang-19")
        .args([
            "-x",
            "cuda",
            "-nocudainc",
            "-nocudalib",
            "--cuda-gpu-arch=sm_80",
            "-Xclang",
            "-target-sdk-version=12.3",
        ])
        .args(["--cuda-host-only", "-Xclang", "-fcuda-include-gpubinary", "-Xclang"])
        .arg(&ptx)
        .arg("-c")
        .arg(&source)
        .arg("-o")
        .arg(&object)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let run = warplens(&["inspect", object.to_str().unwrap()]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("kernel scale(float*, int)"), "{}", run.stdout);
}
