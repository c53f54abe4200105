//! Several roots, files that change on disk, settings.

use serde_json::json;

use crate::editor::{Editor, Folder, abilities, bare, codes, uri};

const BAD: &str = "__global__ void k(int* p) { p[0] = __shfl(p[0], 0); }\n";

#[tokio::test]
async fn names_of_all_roots_are_found_and_follow_the_files() {
    let (one, two) = (Folder::new(), Folder::new());
    one.write("a.cu", "__global__ void first() {}\n");
    let file = two.write("sub/b.mu", "__global__ void second() {}\n");
    let (options, settings) = bare();
    let mut capabilities = abilities("utf-8");
    capabilities["window"] = json!({"workDoneProgress": true});
    let mut editor = Editor::start(options, settings, capabilities, &[&one.0, &two.0]).await;
    editor.hear(|m| m["method"] == "$/progress" && m["params"]["value"]["kind"] == "end").await;
    let found = async |editor: &mut Editor, name: &str| {
        let list = editor.request("workspace/symbol", json!({"query": name})).await.unwrap();
        list.as_array().unwrap().iter().any(|s| s["name"] == name)
    };
    assert!(found(&mut editor, "first").await && found(&mut editor, "second").await);
    std::fs::write(&file, "__global__ void third() {}\n").unwrap();
    editor
        .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&file), "type": 2}]}))
        .await;
    while !found(&mut editor, "third").await {}
    assert!(!found(&mut editor, "second").await);
    let gone = json!({"event": {"added": [], "removed": [{"uri": uri(&two.0), "name": "root"}]}});
    editor.notify("workspace/didChangeWorkspaceFolders", gone).await;
    assert!(!found(&mut editor, "third").await);
}

#[tokio::test]
async fn a_settings_file_is_obeyed_watched_and_complained_about() {
    let root = Folder::new();
    let settings_file = root.write("warplens.toml", "[lint.levels]\nlegacy-warp-intrinsic = \"off\"\n");
    let document = uri(&root.write("a.cu", BAD));
    let (options, settings) = bare();
    let mut editor = Editor::start(options, settings, abilities("utf-8"), &[&root.0]).await;
    editor.open(&document, "cuda", BAD).await;
    editor.diagnostics_that(&document, 1, |l| !codes(l).contains(&"WL005")).await;
    std::fs::write(&settings_file, "").unwrap();
    let changed = json!({"changes": [{"uri": uri(&settings_file), "type": 2}]});
    editor.notify("workspace/didChangeWatchedFiles", changed.clone()).await;
    editor.diagnostics_that(&document, 1, |l| codes(l).contains(&"WL005")).await;
    std::fs::write(&settings_file, "[lint.levels]\nno-such-rule = \"off\"\n").unwrap();
    editor.notify("workspace/didChangeWatchedFiles", changed).await;
    let said = editor.hear(|m| m["method"] == "window/showMessage").await;
    assert!(said["params"]["message"].as_str().unwrap().contains("no-such-rule"), "{said}");
}

#[tokio::test]
async fn the_editors_settings_are_asked_for_and_change_what_is_shown() {
    let (options, settings) = bare();
    let mut editor = Editor::start(options, settings.clone(), abilities("utf-8"), &[]).await;
    let document = "file:///nowhere/a.cu";
    editor.open(document, "cuda", BAD).await;
    let lenses = json!({"textDocument": {"uri": document}});
    assert!(editor.request("textDocument/codeLens", lenses.clone()).await.unwrap().is_array());
    let mut off = settings;
    off["codeLens"] = json!({"enable": false});
    editor.configuration = off;
    editor.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
    while !editor.request("textDocument/codeLens", lenses.clone()).await.unwrap().is_null() {}
}
