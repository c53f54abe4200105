//! The background compile with the real clang. Skipped with a line on standard error where there is none.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use warplens_lsp::ServerOptions;
use warplens_lsp::clangd::find;

use crate::editor::{Editor, Folder, abilities, codes, uri};

fn headers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../driver/include")
        .canonicalize()
        .expect("the headers are there")
}

async fn session(root: &Folder) -> Option<Editor> {
    if find::program("clang++", None, "WARPLENS_CLANGXX").is_none() {
        eprintln!("skipped: no clang++ is installed");
        return None;
    }
    let options = ServerOptions::new("test", Some(headers()));
    let settings = json!({"clangd": {"enable": false}, "deep": {"idleMs": 50}});
    Some(Editor::start(options, settings, abilities("utf-8"), &[&root.0]).await)
}

const SOURCE: &str = "\
__global__ void kernel(float* p) {
  __shared__ float tile[64];
  int lane;
  float local[32];
  for (int i = 0; i < 32; i++) local[i] = p[i];
  asm volatile(\"mov.u32 %0, %%laneid;\\n\\t\"
               \"add.u33 %0, %0, 1;\" : \"=r\"(lane));
  tile[threadIdx.x] = p[lane];
  __syncthreads();
  p[lane] = local[lane & 31] + tile[63 - threadIdx.x];
}
";

#[tokio::test]
async fn an_error_inside_an_inline_ptx_string_is_placed_in_the_string() {
    let root = Folder::new();
    let document = uri(&root.write("a.cu", SOURCE));
    let Some(mut editor) = session(&root).await else { return };
    editor.open(&document, "cuda", SOURCE).await;
    let list = editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL057")).await;
    let error = list.iter().find(|d| d["code"] == "WL057").unwrap();
    let line = SOURCE.lines().nth(error["range"]["start"]["line"].as_u64().unwrap() as usize).unwrap();
    let column = |end: &str| error["range"][end]["character"].as_u64().unwrap() as usize;
    assert!(line[column("start")..column("end")].contains("u33"), "{error}");
}

#[tokio::test]
async fn lenses_tell_what_a_kernel_costs_and_go_when_the_text_changes() {
    let root = Folder::new();
    let document = uri(&root.write("a.cu", SOURCE));
    let Some(mut editor) = session(&root).await else { return };
    editor.open(&document, "cuda", SOURCE).await;
    editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL057")).await;
    let cost = async |editor: &mut Editor| -> Option<String> {
        let lenses = editor
            .request("textDocument/codeLens", json!({"textDocument": {"uri": document}}))
            .await
            .unwrap();
        let titles = lenses.as_array().unwrap().iter().filter_map(|l| l["command"]["title"].as_str());
        titles.map(str::to_owned).find(|t| t.contains("registers"))
    };
    let title = cost(&mut editor).await.expect("a lens with registers");
    assert!(
        title.contains("256 B shared")
            && title.contains("128 B local")
            && (title.contains("estimate") || title.contains("ptxas")),
        "{title}"
    );
    editor.change(&document, 2, json!([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}])).await;
    let before = cost(&mut editor).await;
    editor.diagnostics_that(&document, 2, |l| codes(l).contains(&"WL057")).await;
    assert_eq!(before, None, "a count of another text is not shown");
    assert!(cost(&mut editor).await.is_some(), "text that is not saved is compiled too");
}

#[tokio::test]
async fn without_clangd_the_compilers_errors_of_both_passes_are_shown() {
    let root = Folder::new();
    let text = "__global__ void k(int* p) {\n#ifdef __CUDA_ARCH__\n  *p = only_device;\n#else\n  *p = only_host;\n#endif\n}\nint both = nowhere;\n";
    let document = uri(&root.write("a.cu", text));
    let Some(mut editor) = session(&root).await else { return };
    editor.open(&document, "cuda", text).await;
    let said = |l: &[Value], what: &str| {
        l.iter().filter(|d| d["message"].as_str().is_some_and(|m| m.contains(what))).count()
    };
    let list = editor.diagnostics_that(&document, 1, |l| said(l, "only_host") > 0).await;
    assert_eq!((said(&list, "only_device"), said(&list, "nowhere")), (1, 1), "{list:#?}");
}
