//! The server beside fake clangds that live in this process: slow, stale, dead. The real one is in `clangd_real`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex, split};
use tokio::sync::mpsc;
use warplens_lsp::ServerOptions;
use warplens_lsp::clangd::{Connection, Launcher, Limits, Pass};

use crate::editor::{Editor, abilities};

const URI: &str = "file:///nowhere/a.cu";

/// How a fake answers: `None` means silence.
type Script = Arc<dyn Fn(Pass, &Value) -> Option<Value> + Send + Sync>;
/// Sends a message as the fake of a pass would.
type Says = Arc<Mutex<Vec<(Pass, mpsc::UnboundedSender<Value>)>>>;

fn fake(script: Script) -> (Launcher, Says) {
    let says = Says::default();
    let keep = Arc::clone(&says);
    let launcher: Launcher = Arc::new(move |pass| {
        let (ours, theirs) = duplex(1 << 16);
        let (say, said) = mpsc::unbounded_channel();
        keep.lock().unwrap().push((pass, say));
        tokio::spawn(play(pass, theirs, Arc::clone(&script), said));
        let (reader, writer) = split(ours);
        Ok(Connection { reader: Box::new(BufReader::new(reader)), writer: Box::new(writer), process: None })
    });
    (launcher, says)
}

async fn play(pass: Pass, stream: DuplexStream, script: Script, mut said: mpsc::UnboundedReceiver<Value>) {
    let (reader, mut writer) = split(stream);
    let mut reader = BufReader::new(reader);
    let (inbox_in, mut inbox) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = read(&mut reader).await {
            if inbox_in.send(message).is_err() {
                return;
            }
        }
    });
    loop {
        let out = tokio::select! {
            message = inbox.recv() => match message {
                Some(message) if message["method"] == "initialize" => {
                    let legend = json!({"tokenTypes": ["comment", "method", "variable"], "tokenModifiers": ["static"]});
                    let capabilities = json!({"semanticTokensProvider": {"legend": legend}});
                    let result = json!({"serverInfo": {"version": "fake"}, "capabilities": capabilities});
                    Some(json!({"jsonrpc": "2.0", "id": 0, "result": result}))
                }
                Some(message) if message["method"] == "$/warplens/alive" => {
                    Some(json!({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}}))
                }
                Some(message) => script(pass, &message),
                None => return,
            },
            message = said.recv() => match message {
                // A fake that is told to die closes its pipe.
                Some(message) if message == "die" => return,
                // One that is told to hang neither reads nor writes any more.
                Some(message) if message == "hang" => std::future::pending().await,
                message => message,
            },
        };
        if let Some(message) = out {
            let body = message.to_string();
            let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
            if writer.write_all(text.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn read(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("Content-Length: ") {
            length = n.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}

async fn session(script: Script) -> (Editor, Says) {
    let limits = Limits { first_pause: Duration::from_millis(10), ..Limits::default() };
    let (launcher, says) = fake(script);
    (started(launcher, limits).await, says)
}

async fn started(launcher: Launcher, limits: Limits) -> Editor {
    let mut options = ServerOptions::new("test", None);
    options.clangd = Some(launcher);
    options.clangd_limits = limits;
    let settings = json!({"deep": {"enable": false}});
    let mut editor = Editor::start(options, settings, abilities("utf-8"), &[]).await;
    editor.open(URI, "cuda", "int a;\nint b;\n").await;
    editor
}

fn say(says: &Says, pass: Pass, message: Value) {
    let list = says.lock().unwrap();
    let (_, newest) = list.iter().rev().find(|(p, _)| *p == pass).expect("a fake for the pass");
    newest.send(message).expect("the fake lives");
}

fn found(version: i64, line: u32, message: &str) -> Value {
    let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 3}});
    json!({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": {
        "uri": URI, "version": version, "diagnostics": [{"range": range, "severity": 1, "message": message}],
    }})
}

fn messages(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|d| d["message"].as_str()).collect()
}

async fn both_up(editor: &mut Editor) {
    for pass in ["host", "device"] {
        editor
            .hear(|m| {
                m["params"]["message"].as_str().is_some_and(|t| t.contains(&format!("the {pass} pass: fake")))
            })
            .await;
    }
}

#[tokio::test]
async fn findings_of_both_passes_are_shown_once_and_stale_ones_never() {
    let (mut editor, says) = session(Arc::new(|_, _| None)).await;
    both_up(&mut editor).await;
    say(&says, Pass::Host, found(1, 0, "both"));
    say(&says, Pass::Device, found(1, 0, "both"));
    say(&says, Pass::Device, found(1, 1, "device alone"));
    let list = editor.diagnostics_that(URI, 1, |l| messages(l).contains(&"device alone")).await;
    assert_eq!(messages(&list), ["both", "device alone"]);
    editor.change(URI, 2, json!([{"text": "int a;\n"}])).await;
    let list = editor.diagnostics(URI, 2).await;
    assert_eq!(messages(&list), Vec::<&str>::new(), "version 1's findings are out of date");
    say(&says, Pass::Host, found(1, 0, "late"));
    say(&says, Pass::Host, found(2, 0, "fresh"));
    let list = editor.diagnostics_that(URI, 2, |l| !l.is_empty()).await;
    assert_eq!(messages(&list), ["fresh"]);
}

#[tokio::test]
async fn the_pass_that_has_an_answer_wins_and_ours_fills_in() {
    let place = |line: u32| json!([{"uri": URI, "range": {"start": {"line": line, "character": 4}, "end": {"line": line, "character": 5}}}]);
    let script: Script = Arc::new(move |pass, m| {
        (m["method"] == "textDocument/definition").then(|| {
            let result = if pass == Pass::Device { place(1) } else { json!([]) };
            json!({"jsonrpc": "2.0", "id": m["id"], "result": result})
        })
    });
    let (mut editor, _says) = session(script).await;
    let definition = editor.at("textDocument/definition", URI, 0, 4).await.unwrap();
    assert_eq!(definition[0]["range"]["start"]["line"], 1, "{definition}");
    // The fakes are silent about references: ours alone come, after the server's patience.
    let params = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}, "context": {"includeDeclaration": true}});
    let references = editor.request("textDocument/references", params).await.unwrap();
    assert_eq!(references.as_array().unwrap().len(), 1, "{references}");
}

#[tokio::test]
async fn a_request_that_waits_for_a_silent_clangd_can_be_cancelled() {
    let (mut editor, _says) = session(Arc::new(|_, _| None)).await;
    let id = editor.ask("textDocument/hover", crate::editor::at(URI, 0, 4)).await;
    editor.notify("$/cancelRequest", json!({"id": id})).await;
    assert_eq!(editor.answer(id).await.unwrap_err()["code"], -32800);
}

#[tokio::test]
async fn a_clangd_that_dies_takes_its_findings_along_and_comes_back() {
    let (mut editor, says) = session(Arc::new(|_, _| None)).await;
    both_up(&mut editor).await;
    say(&says, Pass::Host, found(1, 0, "from the host"));
    editor.diagnostics_that(URI, 1, |l| !l.is_empty()).await;
    say(&says, Pass::Host, json!("die"));
    editor.diagnostics_that(URI, 1, |l| l.is_empty()).await;
    editor.hear(|m| m["params"]["message"].as_str().is_some_and(|t| t.contains("host pass: fake"))).await;
    say(&says, Pass::Host, found(1, 0, "again"));
    editor.diagnostics_that(URI, 1, |l| messages(l) == ["again"]).await;
}

fn said(m: &Value, what: &str) -> bool {
    m["params"]["message"].as_str().is_some_and(|t| t.contains(what))
}

#[tokio::test]
async fn a_clangd_that_hangs_is_killed_and_started_again_while_requests_are_answered() {
    let (launcher, says) = fake(Arc::new(|_, _| None));
    let soon = Duration::from_millis(50);
    let limits = Limits { hang: soon * 4, ping: soon, first_pause: soon, ..Limits::default() };
    let mut editor = started(launcher, limits).await;
    both_up(&mut editor).await;
    say(&says, Pass::Host, found(1, 0, "from the host"));
    editor.diagnostics_that(URI, 1, |l| !l.is_empty()).await;
    say(&says, Pass::Host, json!("hang"));
    let references = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}, "context": {"includeDeclaration": true}});
    let references = editor.request("textDocument/references", references).await.unwrap();
    assert_eq!(references.as_array().unwrap().len(), 1, "{references}");
    editor.hear(|m| said(m, "host pass stopped: it gave no sign of life")).await;
    editor.diagnostics_that(URI, 1, |l| l.is_empty()).await;
    editor.hear(|m| said(m, "host pass: fake")).await;
}

#[tokio::test]
async fn a_clangd_that_never_starts_is_tried_with_growing_pauses_and_given_up_with_a_word() {
    let tries = Arc::new(Mutex::new(Vec::new()));
    let count = Arc::clone(&tries);
    let launcher: Launcher = Arc::new(move |pass| {
        count.lock().unwrap().push((pass, tokio::time::Instant::now()));
        Err(std::io::Error::other("no such luck"))
    });
    let limits = Limits { first_pause: Duration::from_millis(20), max_failures: 3, ..Limits::default() };
    let mut editor = started(launcher, limits).await;
    editor
        .hear(|m| m["method"] == "window/showMessage" && said(m, "host pass") && said(m, "stays off"))
        .await;
    let times: Vec<_> =
        tries.lock().unwrap().iter().filter(|(p, _)| *p == Pass::Host).map(|(_, t)| *t).collect();
    assert_eq!(times.len(), 3);
    assert!(times[2] - times[1] >= (times[1] - times[0]).min(Duration::from_millis(40)), "{times:?}");
    let hover = editor.at("textDocument/hover", URI, 0, 4).await.unwrap();
    assert!(!hover.is_null(), "the fast tier answers alone");
}

#[tokio::test]
async fn colours_of_both_passes_join_ours() {
    let script: Script = Arc::new(|pass, m| {
        // `int a;` is a variable for both; the device pass knows something on the second line too.
        let data =
            if pass == Pass::Host { json!([0, 4, 1, 2, 1]) } else { json!([0, 4, 1, 1, 0, 1, 0, 3, 1, 0]) };
        (m["method"] == "textDocument/semanticTokens/full")
            .then(|| json!({"jsonrpc": "2.0", "id": m["id"], "result": {"data": data}}))
    });
    let (mut editor, _says) = session(script).await;
    both_up(&mut editor).await;
    let legend = &editor.initialized["capabilities"]["semanticTokensProvider"]["legend"];
    let number = |list: &str, name: &str| {
        legend[list].as_array().unwrap().iter().position(|n| n == name).unwrap() as u64
    };
    let (method, is_static) = (number("tokenTypes", "method"), 1 << number("tokenModifiers", "static"));
    let variable = number("tokenTypes", "variable");
    let document = json!({"textDocument": {"uri": URI}});
    let tokens = editor.request("textDocument/semanticTokens/full", document).await.unwrap();
    let data: Vec<u64> = tokens["data"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let words: Vec<&[u64]> = data.chunks(5).collect();
    assert_eq!(words[0][..4], [0, 4, 1, variable]);
    assert_eq!(words[0][4] & is_static, is_static, "the host pass says that it is static");
    assert_eq!(words[1][..4], [1, 0, 3, method], "only the device pass knows this one");
    assert_eq!(words[2][1..3], [4, 1], "and this one only we");
}

#[tokio::test]
async fn a_refactoring_goes_to_the_pass_that_offers_it_and_its_edit_to_the_client() {
    let script: Script = Arc::new(|pass, m| {
        let answer = |result: Value| Some(json!({"jsonrpc": "2.0", "id": m["id"], "result": result}));
        match m["method"].as_str()? {
            "textDocument/codeAction" if pass == Pass::Device => answer(json!([
                {"title": "Extract to function", "kind": "refactor.extract",
                 "command": {"title": "Extract", "command": "clangd.applyTweak", "arguments": [{"tweakID": "ExtractFunction"}]}},
            ])),
            "textDocument/codeAction" => answer(json!([])),
            "workspace/executeCommand" => {
                assert_eq!(m["params"]["arguments"][0]["tweakID"], "ExtractFunction");
                let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
                let edit = json!({"changes": {URI: [{"range": range, "newText": pass.name()}]}});
                Some(
                    json!({"jsonrpc": "2.0", "id": "edit", "method": "workspace/applyEdit", "params": {"edit": edit}}),
                )
            }
            _ => None,
        }
    });
    let (mut editor, _says) = session(script).await;
    both_up(&mut editor).await;
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}});
    let params = json!({"textDocument": {"uri": URI}, "range": range, "context": {"diagnostics": []}});
    let actions = editor.request("textDocument/codeAction", params).await.unwrap();
    let command =
        &actions.as_array().unwrap().iter().find(|a| a["title"] == "Extract to function").unwrap()["command"];
    assert_eq!(command["command"], "warplens.clangd");
    editor
        .ask(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        )
        .await;
    let edit = editor.hear(|m| m["method"] == "workspace/applyEdit").await;
    assert_eq!(edit["params"]["edit"]["changes"][URI][0]["newText"], "device");
    // What clangd never offered is not passed on.
    let made_up = json!({"pass": "device", "command": "clangd.deleteEverything", "arguments": []});
    let answer = editor
        .request("workspace/executeCommand", json!({"command": "warplens.clangd", "arguments": [made_up]}))
        .await;
    assert_eq!(answer.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_caller_that_several_know_is_shown_once_with_all_its_calls() {
    let at = |line: u32, from: u32, to: u32| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    let item = move |name: &str, line: u32, from: u32| {
        let range = at(line, from, from + name.len() as u32);
        json!({"name": name, "kind": 12, "uri": URI, "range": range, "selectionRange": range, "data": name})
    };
    let script: Script = Arc::new(move |_, m| {
        let result = match m["method"].as_str()? {
            "textDocument/prepareCallHierarchy" => json!([item("k", 0, 16)]),
            "callHierarchy/incomingCalls" => {
                assert_eq!(m["params"]["item"]["data"], "k", "its own item comes back");
                json!([
                    {"from": item("main", 1, 4), "fromRanges": [at(1, 13, 14), at(1, 30, 31)]},
                    {"from": item("hidden", 1, 40), "fromRanges": [at(1, 50, 51)]},
                ])
            }
            _ => return None,
        };
        Some(json!({"jsonrpc": "2.0", "id": m["id"], "result": result}))
    });
    let (mut editor, _says) = session(script).await;
    both_up(&mut editor).await;
    editor.change(URI, 2, json!([{"text": "__global__ void k();\nint main() { k<<<1, 1>>>(); }\n"}])).await;
    editor.diagnostics(URI, 2).await;
    let items = editor.at("textDocument/prepareCallHierarchy", URI, 0, 16).await.unwrap();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    let calls = editor.request("callHierarchy/incomingCalls", json!({"item": items[0]})).await.unwrap();
    let seen: Vec<_> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["from"]["name"].as_str().unwrap(), c["fromRanges"].as_array().unwrap().len()))
        .collect();
    assert_eq!(seen, [("main", 2), ("hidden", 1)]);
}
