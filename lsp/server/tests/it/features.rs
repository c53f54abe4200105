//! Requests end to end: diagnostics, fix, rename, completion, lens and the rest, on one small program.

use serde_json::{Value, json};

use crate::editor::{Editor, abilities, at, bare, codes};

const URI: &str = "file:///nowhere/a.cu";
const SOURCE: &str = "\
__device__ float twice(float value) { return 2.0f * value; }

__global__ void scale(float* data, int count) {
  __shared__ float tile[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = data[i];
  if (i < count) data[i] = twice(tile[threadIdx.x]) + __shfl(1, 0);
}

int main() {
  float* data = nullptr;
  scale<<<4, 256>>>(data, 1024);
  return 0;
}
";

async fn session() -> Editor {
    let mut editor = Editor::fast().await;
    editor.open(URI, "cuda", SOURCE).await;
    editor.diagnostics(URI, 1).await;
    editor
}

fn text_at(range: &Value) -> String {
    let line = SOURCE.lines().nth(range["start"]["line"].as_u64().unwrap() as usize).unwrap();
    let column = |end: &str| range[end]["character"].as_u64().unwrap() as usize;
    line[column("start")..column("end")].to_owned()
}

/// Apply the edits of one document, last first.
fn apply(text: &str, edits: &[Value]) -> String {
    let offset = |p: &Value| {
        let line = p["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + p["character"].as_u64().unwrap() as usize
    };
    let mut edits = edits.to_vec();
    edits.sort_by_key(|e| std::cmp::Reverse(offset(&e["range"]["start"])));
    let mut out = text.to_owned();
    for e in &edits {
        out.replace_range(
            offset(&e["range"]["start"])..offset(&e["range"]["end"]),
            e["newText"].as_str().unwrap(),
        );
    }
    out
}

#[tokio::test]
async fn a_fix_silences_its_finding() {
    let mut editor = session().await;
    let line = 6;
    let range = json!({"start": {"line": line, "character": 54}, "end": {"line": line, "character": 60}});
    let params = json!({"textDocument": {"uri": URI}, "range": range, "context": {"diagnostics": []}});
    let actions = editor.request("textDocument/codeAction", params).await.unwrap();
    let fix = actions
        .as_array()
        .unwrap()
        .iter()
        .find(|a| !a["title"].as_str().unwrap().starts_with("Allow"))
        .expect("a fix");
    let edits = fix["edit"]["changes"][URI].as_array().unwrap();
    let fixed = apply(SOURCE, edits);
    assert!(fixed.contains("__shfl_sync"), "{fixed}");
    editor.change(URI, 2, json!([{"text": fixed}])).await;
    let list = editor.diagnostics(URI, 2).await;
    assert!(!codes(&list).contains(&"WL005"), "{list:?}");
}

#[tokio::test]
async fn names_are_found_highlighted_and_renamed() {
    let mut editor = session().await;
    let definition = editor.at("textDocument/definition", URI, 11, 4).await.unwrap();
    assert_eq!(text_at(&definition[0]["range"]), "scale");
    let params = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 18}, "context": {"includeDeclaration": true}});
    let references = editor.request("textDocument/references", params).await.unwrap();
    assert_eq!(references.as_array().unwrap().len(), 2, "{references}");
    let highlights = editor.at("textDocument/documentHighlight", URI, 3, 20).await.unwrap();
    assert_eq!(highlights.as_array().unwrap().len(), 3, "{highlights}");
    let prepared = editor.at("textDocument/prepareRename", URI, 0, 18).await.unwrap();
    assert_eq!(text_at(&prepared), "twice");
    let mut params = at(URI, 0, 18);
    params["newName"] = json!("doubled");
    let edit = editor.request("textDocument/rename", params.clone()).await.unwrap();
    let renamed = apply(SOURCE, edit["changes"][URI].as_array().unwrap());
    assert_eq!(renamed.matches("doubled").count(), 2);
    assert_eq!(renamed.matches("twice").count(), 0);
    params["newName"] = json!("not a name");
    let refused = editor.request("textDocument/rename", params).await.unwrap_err();
    assert!(refused["message"].as_str().unwrap().contains("not a name"), "{refused}");
}

#[tokio::test]
async fn completion_knows_kernels_and_explains_entries_on_demand() {
    let mut editor = session().await;
    editor.change(URI, 2, json!([{"text": SOURCE.replace("  return 0;\n", "  cudaMemc\n")}])).await;
    let list = editor.at("textDocument/completion", URI, 12, 10).await.unwrap();
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|i| i["label"] == "cudaMemcpy").expect("cudaMemcpy is offered");
    let resolved = editor.request("completionItem/resolve", item.clone()).await.unwrap();
    assert!(!resolved["documentation"]["value"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_launch_has_signature_help_hints_and_calls() {
    let mut editor = session().await;
    let help = editor.at("textDocument/signatureHelp", URI, 11, 13).await.unwrap();
    assert!(help["signatures"][0]["label"].as_str().unwrap().contains("<<<"), "{help}");
    assert_eq!(help["activeParameter"], 1);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = editor
        .request("textDocument/inlayHint", json!({"textDocument": {"uri": URI}, "range": whole}))
        .await
        .unwrap();
    let labels: Vec<&str> = hints.as_array().unwrap().iter().filter_map(|h| h["label"].as_str()).collect();
    assert!(labels.iter().any(|l| l.contains("256 threads")), "{labels:?}");
    let items = editor.at("textDocument/prepareCallHierarchy", URI, 2, 18).await.unwrap();
    let incoming = editor.request("callHierarchy/incomingCalls", json!({"item": items[0]})).await.unwrap();
    assert_eq!(incoming[0]["from"]["name"], "main");
    let outgoing = editor.request("callHierarchy/outgoingCalls", json!({"item": items[0]})).await.unwrap();
    assert_eq!(outgoing[0]["to"]["name"], "twice", "{outgoing}");
}

#[tokio::test]
async fn lenses_stand_on_kernels_and_main_and_say_what_to_run() {
    let mut editor = session().await;
    let lenses =
        editor.request("textDocument/codeLens", json!({"textDocument": {"uri": URI}})).await.unwrap();
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().filter_map(|l| l["command"]["title"].as_str()).collect();
    for title in ["Run", "Profile", "Debug", "Check"] {
        assert_eq!(titles.iter().filter(|t| **t == title).count(), 2, "{titles:?}");
    }
    let profile = lenses.as_array().unwrap().iter().find(|l| l["command"]["title"] == "Profile").unwrap();
    let command = profile["command"].clone();
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    let line = editor.request("workspace/executeCommand", params).await.unwrap();
    assert_eq!(line["command"], json!(["warplens", "profile", "--kernel", "scale", "/nowhere/a.cu"]));
    let refused = editor
        .request("workspace/executeCommand", json!({"command": "rm", "arguments": [{"uri": URI}]}))
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn outline_folds_selection_and_tokens_are_there() {
    let mut editor = session().await;
    let document = json!({"textDocument": {"uri": URI}});
    let outline = editor.request("textDocument/documentSymbol", document.clone()).await.unwrap();
    let names: Vec<&str> = outline.as_array().unwrap().iter().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(names, ["twice", "scale", "main"]);
    let folds = editor.request("textDocument/foldingRange", document.clone()).await.unwrap();
    assert!(folds.as_array().unwrap().iter().any(|f| f["startLine"] == 2 && f["endLine"] == 7), "{folds}");
    let params = json!({"textDocument": {"uri": URI}, "positions": [{"line": 5, "character": 3}]});
    let selection = editor.request("textDocument/selectionRange", params).await.unwrap();
    assert_eq!(text_at(&selection[0]["range"]), "tile");
    let full = editor.request("textDocument/semanticTokens/full", document).await.unwrap();
    assert_eq!(full["data"].as_array().unwrap().len() % 5, 0);
    editor.change(URI, 2, json!([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}])).await;
    let params = json!({"textDocument": {"uri": URI}, "previousResultId": full["resultId"]});
    let delta = editor.request("textDocument/semanticTokens/full/delta", params).await.unwrap();
    let edits = delta["edits"].as_array().expect("a delta");
    assert!(edits.len() == 1 && edits[0]["data"].as_array().unwrap().len() <= 5, "one token moved: {delta}");
}

#[tokio::test]
async fn a_client_that_pulls_gets_the_same_findings_and_is_not_pushed_to() {
    let (options, settings) = bare();
    let mut client = abilities("utf-8");
    client["textDocument"]["diagnostic"] = json!({"dynamicRegistration": false});
    client["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    let mut editor = Editor::start(options, settings, client, &[]).await;
    assert!(editor.initialized["capabilities"]["diagnosticProvider"].is_object());
    editor.open(URI, "cuda", SOURCE).await;
    let params = json!({"textDocument": {"uri": URI}});
    let report = editor.request("textDocument/diagnostic", params).await.unwrap();
    let items = report["items"].as_array().unwrap();
    assert!(codes(items).contains(&"WL005"), "{report}");
    let params = json!({"textDocument": {"uri": URI}, "previousResultId": report["resultId"]});
    assert_eq!(editor.request("textDocument/diagnostic", params).await.unwrap()["kind"], "unchanged");
    let whole = editor.request("workspace/diagnostic", json!({"previousResultIds": []})).await.unwrap();
    assert_eq!(whole["items"][0]["uri"], URI);
    assert!(!editor.heard.iter().any(|m| m["method"] == "textDocument/publishDiagnostics"));
}
