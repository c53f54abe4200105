//! The server beside the real clangd. Skipped with a line on standard error where there is none.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use warplens_lsp::ServerOptions;
use warplens_lsp::clangd::find;

use crate::editor::{Editor, Folder, abilities, uri};

fn headers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../driver/include")
        .canonicalize()
        .expect("the headers are there")
}

/// A session on `root` with the real clangd; `None`, said aloud, where there is none.
async fn session(root: &Folder, encoding: &str) -> Option<Editor> {
    if find::program("clangd", None, "WARPLENS_CLANGD").is_none() {
        eprintln!("skipped: no clangd is installed");
        return None;
    }
    let options = ServerOptions::new("test", Some(headers()));
    let settings = json!({"deep": {"enable": false}});
    Some(Editor::start(options, settings, abilities(encoding), &[&root.0]).await)
}

fn of_clang(list: &[Value]) -> Vec<String> {
    list.iter()
        .filter(|d| d["source"].as_str().is_some_and(|s| s.starts_with("clang")))
        .map(|d| {
            format!(
                "{}: {} ({})",
                d["range"]["start"]["line"],
                d["message"].as_str().unwrap_or(""),
                d["source"]
            )
        })
        .collect()
}

/// Wait until both passes have spoken of a version: a marker error that only one pass sees proves it.
const BOTH_PASSES: &str = "\
__device__ int on_device(int x) { return x; }
int on_host(int x) { return x; }
__global__ void kernel(int* p) {
#ifdef __CUDA_ARCH__
  int wrong = \"device\";
#else
  int wrong = \"host\";
#endif
  *p = on_device(wrong);
}
void call(int* p) { on_host(1); kernel<<<1, 1>>>(p); }
int everywhere = undeclared;
";

#[tokio::test]
async fn both_passes_of_a_file_are_analysed_and_merged_without_twins() {
    let root = Folder::new();
    let document = uri(&root.write("a.cu", BOTH_PASSES));
    let Some(mut editor) = session(&root, "utf-8").await else { return };
    editor.open(&document, "cuda", BOTH_PASSES).await;
    let list = editor
        .diagnostics_that(&document, 1, |l| {
            let lines: Vec<_> = l.iter().map(|d| d["range"]["start"]["line"].as_u64()).collect();
            lines.contains(&Some(4)) && lines.contains(&Some(6))
        })
        .await;
    let found = of_clang(&list);
    assert_eq!(found.iter().filter(|f| f.contains("undeclared")).count(), 1, "{found:#?}");
    assert_eq!(found.len(), 3, "{found:#?}");
}

/// A correct program, with what trips clang over nvcc's command lines and its missing headers.
const CORRECT: &str = "\
#include \"util.cuh\"
#include <vector>
// 规约: 每个线程块一个结果
template <int BLOCK> __global__ void reduce(const float* in, float* out, int n) {
  __shared__ float tile[BLOCK];
  int i = blockIdx.x * BLOCK + threadIdx.x;
  tile[threadIdx.x] = i < n ? square(in[i]) : 0.0f;
  __syncthreads();
  for (int s = BLOCK / 2; s > 0; s >>= 1) {
    if (threadIdx.x < s) tile[threadIdx.x] += tile[threadIdx.x + s];
    __syncthreads();
  }
  if (threadIdx.x == 0) atomicAdd(out, tile[0]);
}
int main() {
  std::vector<float> host(SIZE, 1.0f);
  float *in = nullptr, *out = nullptr;
  cudaMalloc(&in, SIZE * sizeof(float));
  cudaMalloc(&out, sizeof(float));
  cudaMemcpy(in, host.data(), SIZE * sizeof(float), cudaMemcpyHostToDevice);
  reduce<256><<<SIZE / 256, 256>>>(in, out, SIZE);
  return cudaDeviceSynchronize() == cudaSuccess ? 0 : 1;
}
";

fn nvcc_database(root: &Path) -> String {
    let command = format!(
        "/usr/local/cuda/bin/nvcc -forward-unknown-to-host-compiler -ccbin=/usr/bin/g++ -DSIZE=4096 \
         -I{0}/include -isystem=/usr/local/cuda/include --generate-code=arch=compute_70,code=[compute_70,sm_70] \
         -gencode arch=compute_90,code=sm_90 --expt-relaxed-constexpr --expt-extended-lambda -Xcompiler=-fPIC,-Wall \
         -Xcompiler \"-fno-gnu-unique -fopenmp\" -rdc=true -lineinfo --use_fast_math -maxrregcount=64 -Xptxas=-v \
         -Xcudafe --display_error_number --threads 4 -diag-suppress 177 -std=c++17 -x cu -dc {0}/src/a.cu -o a.o",
        root.display()
    );
    json!([{"directory": root, "file": format!("{}/src/a.cu", root.display()), "command": command}])
        .to_string()
}

/// Break the last line, so that both passes have something to say when they are done, and see that they say no more.
async fn only_the_planted_error(editor: &mut Editor, document: &str, text: &str) -> Vec<String> {
    let planted = format!(
        "{text}\n#ifdef __CUDA_ARCH__\nint d = planted_device;\n#else\nint h = planted_host;\n#endif\n"
    );
    editor.open(document, "cuda", &planted).await;
    let said =
        |l: &[Value], what: &str| l.iter().any(|d| d["message"].as_str().is_some_and(|m| m.contains(what)));
    let list =
        editor.diagnostics_that(document, 1, |l| said(l, "planted_device") && said(l, "planted_host")).await;
    of_clang(&list).into_iter().filter(|f| !f.contains("planted_")).collect()
}

#[tokio::test]
async fn an_nvcc_database_gives_no_false_error_on_a_correct_file() {
    let root = Folder::new();
    root.write(
        "include/util.cuh",
        "#pragma once\n__host__ __device__ inline float square(float x) { return x * x; }\n",
    );
    let document = uri(&root.write("src/a.cu", CORRECT));
    root.write("compile_commands.json", &nvcc_database(&root.0));
    let Some(mut editor) = session(&root, "utf-8").await else { return };
    // Without the database neither SIZE nor the header is known, so this also proves that it was read.
    let rest = only_the_planted_error(&mut editor, &document, CORRECT).await;
    assert_eq!(rest, Vec::<String>::new());
}

#[tokio::test]
async fn a_musa_file_without_an_sdk_has_no_false_error_and_completion() {
    let root = Folder::new();
    let text = CORRECT.replace("cuda", "musa").replace(
        "#include \"util.cuh\"",
        "#include <musa_runtime.h>\n#define SIZE 4096\n__device__ float square(float x) { return x * x; }",
    );
    let document = uri(&root.write("a.mu", &text));
    let Some(mut editor) = session(&root, "utf-16").await else { return };
    let rest = only_the_planted_error(&mut editor, &document, &text).await;
    assert_eq!(rest, Vec::<String>::new());
    let line = text.lines().position(|l| l.contains("host.data")).unwrap() as u32;
    let column = text.lines().nth(line as usize).unwrap().find("host.").unwrap() as u32 + 5;
    // A member of std::vector: only a C++ compiler knows it. The first answer may be ours alone.
    loop {
        let list = editor.at("textDocument/completion", &document, line, column).await.unwrap();
        let items = list["items"].as_array().unwrap();
        if items.iter().any(|i| {
            i["filterText"].as_str().or(i["label"].as_str()).is_some_and(|l| l.contains("push_back"))
        }) {
            break;
        }
    }
}

#[tokio::test]
async fn a_killed_clangd_is_restarted_and_speaks_again() {
    let root = Folder::new();
    let pid_file = root.0.join("pids");
    let Some(clangd) = find::program("clangd", None, "WARPLENS_CLANGD") else {
        eprintln!("skipped: no clangd is installed");
        return;
    };
    let script = root.write(
        "clangd.sh",
        &format!("#!/bin/sh\necho $$ >> {}\nexec {} \"$@\"\n", pid_file.display(), clangd.display()),
    );
    std::os::unix::fs::PermissionsExt::set_mode(
        &mut std::fs::metadata(&script).unwrap().permissions(),
        0o755,
    );
    let mode: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, mode).unwrap();
    let text = "int a = undeclared;\n";
    let document = uri(&root.write("a.cu", text));
    let options = ServerOptions::new("test", Some(headers()));
    let settings = json!({"deep": {"enable": false}, "clangd": {"path": script, "devicePass": false}});
    let mut editor = Editor::start(options, settings, abilities("utf-8"), &[&root.0]).await;
    editor.open(&document, "cuda", text).await;
    editor.diagnostics_that(&document, 1, |l| !of_clang(l).is_empty()).await;
    let pid = std::fs::read_to_string(&pid_file).unwrap().trim().to_owned();
    assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    editor.diagnostics_that(&document, 1, |l| of_clang(l).is_empty()).await;
    editor.diagnostics_that(&document, 1, |l| !of_clang(l).is_empty()).await;
    assert_eq!(std::fs::read_to_string(&pid_file).unwrap().lines().count(), 2);
}

#[tokio::test]
async fn a_refactoring_of_clangd_ends_in_an_edit_that_the_client_is_asked_for() {
    let root = Folder::new();
    let text = "int main() { auto x = 1.5f; return x > 1; }\n";
    let document = uri(&root.write("a.cu", text));
    let Some(mut editor) = session(&root, "utf-8").await else { return };
    editor.open(&document, "cuda", text).await;
    let range = json!({"start": {"line": 0, "character": 13}, "end": {"line": 0, "character": 17}});
    let params = json!({"textDocument": {"uri": document}, "range": range, "context": {"diagnostics": []}});
    // The first answers may come before clangd has parsed the file.
    let expand = loop {
        let actions = editor.request("textDocument/codeAction", params.clone()).await.unwrap();
        let expand: Vec<Value> = actions
            .as_array()
            .unwrap()
            .iter()
            .filter(|a| a["title"] == "Replace with deduced type")
            .cloned()
            .collect();
        if let Some(first) = expand.first() {
            assert_eq!(expand.len(), 1, "both passes offer it, it is shown once: {expand:?}");
            break first["command"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    let command = json!({"command": expand["command"], "arguments": expand["arguments"]});
    editor.request("workspace/executeCommand", command).await.unwrap();
    let edit = editor.hear(|m| m["method"] == "workspace/applyEdit").await;
    let edits = edit["params"]["edit"]["changes"][&document].as_array().unwrap().clone();
    // clangd lays the line out anew as well.
    assert!(edits.iter().any(|e| e["newText"].as_str().is_some_and(|t| t.trim() == "float")), "{edit}");
}
