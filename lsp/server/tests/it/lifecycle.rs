//! Beginning, end, and requests that make no sense.

use serde_json::{Value, json};

use crate::editor::{Editor, abilities, bare};

#[tokio::test]
async fn a_polite_session_ends_politely_and_a_dropped_one_does_not() {
    assert!(Editor::fast().await.leave().await);
    assert!(!Editor::fast().await.hang_up().await);
}

#[tokio::test]
async fn what_is_unknown_or_too_late_is_refused_by_its_code() {
    let mut editor = Editor::fast().await;
    let code = |r: Result<Value, Value>| r.unwrap_err()["code"].as_i64().unwrap();
    assert_eq!(code(editor.request("no/such", json!({})).await), -32601);
    assert_eq!(code(editor.request("initialize", json!({})).await), -32600);
    assert_eq!(code(editor.request("textDocument/hover", json!({"x": 1})).await), -32602);
    editor.request("shutdown", Value::Null).await.unwrap();
    assert_eq!(code(editor.request("textDocument/hover", json!({})).await), -32600);
}

#[tokio::test]
async fn the_encoding_is_the_one_the_client_offers() {
    for encoding in ["utf-8", "utf-16"] {
        let (options, settings) = bare();
        let editor = Editor::start(options, settings, abilities(encoding), &[]).await;
        assert_eq!(editor.initialized["capabilities"]["positionEncoding"], encoding);
    }
    let (options, settings) = bare();
    let silent = Editor::start(options, settings, json!({}), &[]).await;
    assert_eq!(silent.initialized["capabilities"]["positionEncoding"], "utf-16");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_said_and_the_old_ones_stay() {
    let (options, _) = bare();
    let settings = json!({"clangd": {"enable": "perhaps"}});
    let mut editor = Editor::start(options, settings, json!({}), &[]).await;
    let said = editor.hear(|m| m["method"] == "window/showMessage").await;
    assert!(said["params"]["message"].as_str().unwrap().contains("warplens"), "{said}");
}
