//! Headers around an open source: from disk, and as the editor has them.

use serde_json::json;

use crate::editor::{Editor, Folder, abilities, bare, codes, uri};

const SOURCE: &str =
    "#include \"sizes.h\"\n__global__ void k(float *x) {\n    __shared__ float s[N];\n    s[8] = x[0];\n}\n";

#[tokio::test]
async fn an_edit_of_a_header_changes_what_is_said_of_its_users() {
    let root = Folder::new();
    let header = root.write("sizes.h", "#define N 8\n__device__ int version;\n");
    let document = uri(&root.write("a.cu", SOURCE));
    let (options, settings) = bare();
    let mut editor = Editor::start(options, settings, abilities("utf-8"), &[&root.0]).await;
    editor.open(&document, "cuda", SOURCE).await;
    // The array has eight elements.
    editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL014")).await;
    editor.open(&uri(&header), "cuda", "#define N 9\n__device__ int version;\n").await;
    editor.diagnostics_that(&document, 1, |l| !codes(l).contains(&"WL014")).await;
    let back = json!([{"text": "#define N 8\n__device__ int version;\n"}]);
    editor.change(&uri(&header), 2, back).await;
    editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL014")).await;
    std::fs::write(&header, "#define N 10\n__device__ int version;\n").unwrap();
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&header)}})).await;
    editor.diagnostics_that(&document, 1, |l| !codes(l).contains(&"WL014")).await;
    std::fs::write(&header, "#define N 7\n__device__ int v;\n").unwrap();
    let changed = json!({"changes": [{"uri": uri(&header), "type": 2}]});
    editor.notify("workspace/didChangeWatchedFiles", changed).await;
    editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL014")).await;
}
