//! What no editor should send, and what users really open.

use serde_json::json;

use crate::editor::{Editor, codes};

#[tokio::test]
async fn a_binary_file_is_left_alone() {
    let mut editor = Editor::fast().await;
    let uri = "file:///nowhere/a.cu";
    editor.open(uri, "cuda", "\u{7f}ELF\u{2}\u{1}\0\0\u{fffd}\u{fffd}__shfl(1, 2)\0").await;
    let hover = editor.at("textDocument/hover", uri, 0, 3).await.unwrap();
    assert!(hover.is_null());
    assert!(!editor.heard.iter().any(|m| m["method"] == "textDocument/publishDiagnostics"));
}

#[tokio::test]
async fn a_line_of_a_megabyte_is_read() {
    let mut editor = Editor::fast().await;
    let uri = "file:///nowhere/a.cu";
    let line = format!("__device__ int t[] = {{{}}};\n", "1, ".repeat(350_000));
    editor
        .open(uri, "cuda", &format!("{line}__global__ void k(int* p) {{ p[0] = __shfl(p[0], 0); }}\n"))
        .await;
    let list = editor.diagnostics(uri, 1).await;
    assert!(codes(&list).contains(&"WL005"), "{list:?}");
}

#[tokio::test]
async fn a_hundred_open_documents_are_each_answered() {
    let mut editor = Editor::fast().await;
    let uri = |i: usize| format!("file:///nowhere/f{i}.cu");
    for i in 0..100 {
        let text = format!("__global__ void k{i}(int* p) {{ p[0] = __shfl(p[0], {i}); }}\n");
        editor.open(&uri(i), "cuda", &text).await;
    }
    for i in 0..100 {
        let list = editor.diagnostics(&uri(i), 1).await;
        assert!(codes(&list).contains(&"WL005"), "{i}: {list:?}");
    }
    let found = editor.request("workspace/symbol", json!({"query": "k77"})).await.unwrap();
    assert!(found.as_array().unwrap().iter().any(|s| s["name"] == "k77"), "{found}");
}

#[tokio::test]
async fn nonsense_positions_changes_and_documents_are_no_panic() {
    let mut editor = Editor::fast().await;
    let uri = "file:///nowhere/a.cu";
    editor.open(uri, "cuda", "int a;\n").await;
    editor.change("file:///nowhere/closed.cu", 2, json!([{"text": "x"}])).await;
    let backwards = json!({"start": {"line": 9, "character": 9}, "end": {"line": 0, "character": 0}});
    editor.change(uri, 2, json!([{"range": backwards, "text": "x"}])).await;
    editor.notify("textDocument/didChange", json!({"textDocument": 7})).await;
    editor.notify("textDocument/didOpen", json!(null)).await;
    editor.notify("no/such", json!([1])).await;
    for method in [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/prepareRename",
    ] {
        let _ = editor.at(method, uri, u32::MAX, u32::MAX).await;
        let _ = editor.at(method, "untitled:1", 0, 0).await;
        let _ = editor.at(method, "file:///nowhere/closed.cu", 0, 0).await;
    }
    assert!(editor.leave().await);
}

#[tokio::test]
async fn deep_nesting_is_no_stack_overflow() {
    let mut editor = Editor::fast().await;
    let uri = "file:///nowhere/a.cu";
    let deep = 20_000;
    editor.open(uri, "cuda", &format!("int x = {}1{};\n", "(".repeat(deep), ")".repeat(deep))).await;
    editor.diagnostics(uri, 1).await;
    for method in
        ["textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/semanticTokens/full"]
    {
        editor.request(method, json!({"textDocument": {"uri": uri}})).await.unwrap();
    }
    let positions = json!({"textDocument": {"uri": uri}, "positions": [{"line": 0, "character": 20_008}]});
    // The answer nests as deep as the text does.
    let id = editor.ask("textDocument/selectionRange", positions).await;
    editor.notify("$/cancelRequest", json!({"id": id})).await;
    assert!(editor.leave().await);
}
