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
                    Some(json!({"jsonrpc": "2.0", "id": 0, "result": {"serverInfo": {"version": "fake"}}}))
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
    let (launcher, says) = fake(script);
    let mut options = ServerOptions::new("test", None);
    options.clangd = Some(launcher);
    options.clangd_limits = Limits { first_pause: Duration::from_millis(10), ..Limits::default() };
    let settings = json!({"deep": {"enable": false}});
    let mut editor = Editor::start(options, settings, abilities("utf-8"), &[]).await;
    editor.open(URI, "cuda", "int a;\nint b;\n").await;
    (editor, says)
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
