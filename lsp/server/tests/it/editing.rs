//! Text changes: encodings, line ends, versions, speed.

use serde_json::json;

use crate::editor::{Editor, abilities, bare, codes};

const URI: &str = "file:///nowhere/%E7%BA%BF%E7%A8%8B/a.cu";

/// A warp intrinsic of old, after a comment in Chinese, on the last of three lines.
fn source(eol: &str) -> String {
    ["// 线程块内的规约 𝕩", "__global__ void 核(int* p) {", "  /* 线程 */ p[0] = __shfl(p[0], 0);", "}", ""]
        .join(eol)
}

#[tokio::test]
async fn positions_are_right_in_both_encodings_with_chinese_comments_and_any_line_end() {
    for (encoding, start) in [("utf-8", 22), ("utf-16", 18)] {
        for eol in ["\n", "\r\n"] {
            let (options, settings) = bare();
            let mut editor = Editor::start(options, settings, abilities(encoding), &[]).await;
            editor.open(URI, "cuda", &source(eol)).await;
            let list = editor.diagnostics_that(URI, 1, |l| codes(l).contains(&"WL005")).await;
            let found = list.iter().find(|d| d["code"] == "WL005").unwrap();
            assert_eq!(found["range"]["start"], json!({"line": 2, "character": start}), "{encoding} {eol:?}");
            assert_eq!(found["range"]["end"]["line"], 2);
        }
    }
}

#[tokio::test]
async fn a_change_in_the_middle_of_chinese_text_keeps_the_text_right() {
    let (options, settings) = bare();
    let mut editor = Editor::start(options, settings, abilities("utf-16"), &[]).await;
    editor.open(URI, "cuda", &source("\r\n")).await;
    // Take the bad call away by its UTF-16 columns, then put it back one line up.
    let gone = json!([{"range": {"start": {"line": 2, "character": 18}, "end": {"line": 2, "character": 33}}, "text": "0"}]);
    editor.change(URI, 2, gone).await;
    let list = editor.diagnostics_that(URI, 2, |_| true).await;
    assert!(!codes(&list).contains(&"WL005"), "{list:?}");
    let back = json!([{"range": {"start": {"line": 1, "character": 26}, "end": {"line": 1, "character": 26}}, "text": " __shfl(1, 0);"}]);
    editor.change(URI, 3, back).await;
    let list = editor.diagnostics_that(URI, 3, |l| codes(l).contains(&"WL005")).await;
    assert_eq!(list.iter().find(|d| d["code"] == "WL005").unwrap()["range"]["start"]["line"], 1);
}

#[tokio::test]
async fn edits_faster_than_analysis_end_in_the_last_version_and_never_go_back() {
    let mut editor = Editor::fast().await;
    let mut text = source("\n");
    for _ in 0..200 {
        text.push_str("__global__ void f(int* p) { p[threadIdx.x] = __shfl(p[0], 1); }\n");
    }
    editor.open(URI, "cuda", &text).await;
    let last = 150;
    for version in 2..=last {
        let change = json!([{"range": {"start": {"line": 3, "character": 1}, "end": {"line": 3, "character": 1}}, "text": " "}]);
        editor.change(URI, version, change).await;
    }
    editor.diagnostics(URI, last).await;
    let versions: Vec<i64> = editor
        .heard
        .iter()
        .filter(|m| m["method"] == "textDocument/publishDiagnostics")
        .filter_map(|m| m["params"]["version"].as_i64())
        .collect();
    assert!(versions.is_sorted(), "{versions:?}");
}

#[tokio::test]
async fn a_file_typed_character_by_character_is_answered_at_every_state() {
    let mut editor = Editor::fast().await;
    let text = source("\n") + "int main() { 核<<<1, dim3(32, 2)>>>(nullptr); }\n";
    let mut typed = String::new();
    editor.open(URI, "cuda", "").await;
    let mut version = 1;
    for c in text.chars() {
        let line = typed.matches('\n').count();
        let character = typed.rsplit('\n').next().unwrap_or("").len();
        let place = json!({"line": line, "character": character});
        version += 1;
        editor
            .change(URI, version, json!([{"range": {"start": place, "end": place}, "text": c.to_string()}]))
            .await;
        typed.push(c);
        for method in
            ["textDocument/documentSymbol", "textDocument/semanticTokens/full", "textDocument/foldingRange"]
        {
            let params = json!({"textDocument": {"uri": URI}});
            editor.request(method, params).await.unwrap_or_else(|e| panic!("{method} after {typed:?}: {e}"));
        }
        for method in ["textDocument/completion", "textDocument/signatureHelp", "textDocument/hover"] {
            let params = json!({"textDocument": {"uri": URI}, "position": place});
            editor.request(method, params).await.unwrap_or_else(|e| panic!("{method} after {typed:?}: {e}"));
        }
    }
    let at_the_end = editor.diagnostics(URI, version).await;
    let mut fresh = Editor::fast().await;
    fresh.open(URI, "cuda", &text).await;
    assert_eq!(at_the_end, fresh.diagnostics(URI, 1).await);
}
