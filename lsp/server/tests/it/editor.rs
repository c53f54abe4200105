//! A client for tests: sends, receives, remembers what came in between.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;
use warplens_lsp::{ServerOptions, serve};

/// No answer takes longer on any machine that is not stuck.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Editor {
    writer: WriteHalf<DuplexStream>,
    reader: BufReader<ReadHalf<DuplexStream>>,
    server: JoinHandle<bool>,
    next_id: i64,
    /// Everything the server said unasked, oldest first.
    pub heard: Vec<Value>,
    /// What `workspace/configuration` is answered with.
    pub configuration: Value,
    pub initialized: Value,
}

/// Options without clangd and without the background compile: the fast tier alone.
pub fn bare() -> (ServerOptions, Value) {
    let options = ServerOptions::new("test", None);
    (options, json!({"clangd": {"enable": false}, "deep": {"enable": false}}))
}

/// What a modern editor can do, but for pulling diagnostics.
pub fn abilities(encoding: &str) -> Value {
    json!({
        "general": {"positionEncodings": [encoding]},
        "textDocument": {
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "completion": {"completionItem": {"snippetSupport": true}},
        },
        "workspace": {"configuration": true, "applyEdit": true},
    })
}

impl Editor {
    /// A session with the fast tier alone.
    pub async fn fast() -> Self {
        let (options, settings) = bare();
        Self::start(options, settings, abilities("utf-8"), &[]).await
    }

    pub async fn start(
        options: ServerOptions,
        settings: Value,
        capabilities: Value,
        roots: &[&Path],
    ) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (input, output) = tokio::io::split(theirs);
        let server = tokio::spawn(serve(input, output, options));
        let (reader, writer) = tokio::io::split(ours);
        let mut editor = Self {
            writer,
            reader: BufReader::new(reader),
            server,
            next_id: 1,
            heard: Vec::new(),
            configuration: settings.clone(),
            initialized: Value::Null,
        };
        let folders: Vec<Value> = roots.iter().map(|r| json!({"uri": uri(r), "name": "root"})).collect();
        let params = json!({
            "processId": null, "rootUri": null, "workspaceFolders": folders,
            "capabilities": capabilities, "initializationOptions": settings,
        });
        editor.initialized = editor.request("initialize", params).await.expect("initialize is answered");
        editor.notify("initialized", json!({})).await;
        editor
    }

    pub async fn send(&mut self, message: Value) {
        let body = message.to_string();
        let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.writer.write_all(text.as_bytes()).await.expect("the server listens");
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// Send a request without waiting; gives its id.
    pub async fn ask(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
        id
    }

    /// Wait for the answer to request `id`.
    pub async fn answer(&mut self, id: i64) -> Result<Value, Value> {
        loop {
            let mut message = self.receive().await;
            if message.get("method").is_none() && message["id"] == id {
                return match message.get_mut("result") {
                    Some(result) => Ok(result.take()),
                    None => Err(message["error"].take()),
                };
            }
            self.keep(message).await;
        }
    }

    pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params).await;
        self.answer(id).await
    }

    async fn receive(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("the server says something")
    }

    async fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let n = self.reader.read_line(&mut line).await.expect("the pipe works");
            assert!(n > 0, "the server closed the pipe");
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).await.expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Answer what the server asks, remember what it says.
    async fn keep(&mut self, message: Value) {
        if let Some(id) = message.get("id").cloned() {
            let result = match message["method"].as_str() {
                Some("workspace/configuration") => json!([self.configuration]),
                _ => Value::Null,
            };
            self.send(json!({"jsonrpc": "2.0", "id": id, "result": result})).await;
        }
        self.heard.push(message);
    }

    /// Wait for a message that `wanted` likes, among those heard since the last call first.
    pub async fn hear(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut seen = 0;
        loop {
            while let Some(message) = self.heard.get(seen) {
                if wanted(message) {
                    return self.heard.remove(seen);
                }
                seen += 1;
            }
            let message = self.receive().await;
            self.keep(message).await;
        }
    }

    /// Wait for pushed diagnostics of `version` of `uri` that `wanted` likes.
    pub async fn diagnostics_that(
        &mut self,
        uri: &str,
        version: i64,
        wanted: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let message = self
            .hear(|m| {
                m["method"] == "textDocument/publishDiagnostics"
                    && m["params"]["uri"] == uri
                    && m["params"]["version"] == version
                    && m["params"]["diagnostics"].as_array().is_some_and(|list| wanted(list))
            })
            .await;
        message["params"]["diagnostics"].as_array().cloned().expect("a list")
    }

    pub async fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        self.diagnostics_that(uri, version, |_| true).await
    }

    pub async fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document})).await;
    }

    pub async fn change(&mut self, uri: &str, version: i64, changes: Value) {
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", params).await;
    }

    pub async fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Result<Value, Value> {
        self.request(method, at(uri, line, character)).await
    }

    /// Leave as the protocol wants; true when the server calls it polite.
    pub async fn leave(mut self) -> bool {
        self.request("shutdown", Value::Null).await.expect("shutdown is answered");
        self.notify("exit", Value::Null).await;
        self.server.await.expect("the server does not panic")
    }

    /// Hang up in the middle.
    pub async fn hang_up(self) -> bool {
        drop(self.writer);
        drop(self.reader);
        self.server.await.expect("the server does not panic")
    }
}

pub fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Codes and messages, for readable assertions.
pub fn codes(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|d| d["code"].as_str()).collect()
}

/// A folder of this test's own, gone at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("warplens-lsp-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path.canonicalize().expect("a path"))
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
