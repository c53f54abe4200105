//! C++ intelligence from clangd: two child processes, one a pass, so that host and device code are both understood.
//!
//! `find` looks for programs, `database` and `flags` make commands that clang understands, `child` keeps a process alive,
//! `merge` makes one answer of several. Everything works without any of it: a server with no clangd has no [`Clangd`].
//! Nothing that a workspace names is executed: no compiler of a database, no `--query-driver`.

pub(crate) mod child;
pub mod database;
pub mod find;
pub mod flags;
mod framing;
pub(crate) mod merge;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::ls_types::Uri;

use child::{Child, Order};
pub use child::{Connection, Launcher, Limits};
pub use flags::{Dialect, Headers, Pass};

use crate::document::{Document, Language};
use crate::event::Events;
use crate::text::Encoding;
use crate::workspace::Workspace;

/// Something a child says.
#[derive(Debug)]
pub(crate) struct ClangdEvent {
    /// Which child.
    pub(crate) pass: Pass,
    /// What.
    pub(crate) news: News,
}

/// What a child can say unasked.
#[derive(Debug)]
pub(crate) enum News {
    /// A process is running and has been told everything.
    Up { version: String },
    /// The process is gone; another follows unless `gave_up`.
    Down { reason: String, gave_up: bool },
    /// `textDocument/publishDiagnostics`.
    Diagnostics(Value),
    /// `workspace/applyEdit`.
    ApplyEdit(Value),
}

/// Start `program` as a child process.
pub fn launcher(program: PathBuf, arguments: Vec<String>) -> Launcher {
    Arc::new(move |pass| {
        let mut command = tokio::process::Command::new(&program);
        command.args(&arguments);
        // Two children writing one on-disk index would race; the device pass keeps none.
        let index = if pass == Pass::Host { "--background-index" } else { "--background-index=false" };
        command.args([index, "--log=error", "--pch-storage=disk", "-j=2", "--header-insertion=never"]);
        let mut process = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let pipe = || std::io::Error::other("its pipes could not be opened");
        let writer = process.stdin.take().ok_or_else(pipe)?;
        let reader = process.stdout.take().ok_or_else(pipe)?;
        Ok(Connection {
            reader: Box::new(tokio::io::BufReader::new(reader)),
            writer: Box::new(writer),
            process: Some(process),
        })
    })
}

/// Both children.
pub(crate) struct Clangd {
    host: Child,
    device: Option<Child>,
}

impl Clangd {
    /// Start them. `client` is what the editor said of itself in `initialize`.
    pub(crate) fn start(
        launcher: &Launcher,
        limits: Limits,
        client: &Value,
        encoding: Encoding,
        both_passes: bool,
        events: &Events,
    ) -> Self {
        let initialize = initialize_params(client, encoding);
        let child =
            |pass| Child::start(pass, Arc::clone(launcher), initialize.clone(), limits, events.clone());
        Self { host: child(Pass::Host), device: both_passes.then(|| child(Pass::Device)) }
    }

    /// The child of `pass`, if it is there.
    pub(crate) fn child(&self, pass: Pass) -> Option<&Child> {
        match pass {
            Pass::Host => Some(&self.host),
            Pass::Device => self.device.as_ref(),
        }
    }

    /// The children that have `document` open.
    pub(crate) fn children_of(&self, document: &Document) -> Vec<(Pass, Child)> {
        passes_of(document).iter().filter_map(|&pass| Some((pass, self.child(pass)?.clone()))).collect()
    }

    /// Open `document` with the command `command` makes for each pass.
    pub(crate) fn open(&self, document: &Document, command: impl Fn(Pass) -> (PathBuf, Vec<String>)) {
        let Some(path) = document.path() else { return };
        for (pass, child) in self.children_of(document) {
            let (directory, arguments) = command(pass);
            child.tell(Order::Commands(vec![entry(path, &directory, &arguments)]));
            child.tell(Order::Open {
                uri: document.uri.as_str().to_owned(),
                language: "cuda".to_owned(),
                version: document.version,
                text: Arc::clone(&document.text),
            });
        }
    }

    /// Give a file another compile command.
    pub(crate) fn recommand(&self, pass: Pass, path: &Path, directory: &Path, arguments: &[String]) {
        if let Some(child) = self.child(pass) {
            child.tell(Order::Commands(vec![entry(path, directory, arguments)]));
        }
    }

    /// Pass on a change.
    pub(crate) fn change(&self, document: &Document, changes: &Value) {
        for (_, child) in self.children_of(document) {
            child.tell(Order::Change {
                uri: document.uri.as_str().to_owned(),
                version: document.version,
                text: Arc::clone(&document.text),
                changes: changes.clone(),
            });
        }
    }

    /// Pass on that a document was saved.
    pub(crate) fn save(&self, document: &Document) {
        for (_, child) in self.children_of(document) {
            child.tell(Order::Save { uri: document.uri.as_str().to_owned() });
        }
    }

    /// Pass on that a document was closed.
    pub(crate) fn close(&self, uri: &Uri) {
        for child in [Some(&self.host), self.device.as_ref()].into_iter().flatten() {
            child.tell(Order::Close { uri: uri.as_str().to_owned() });
        }
    }
}

impl Drop for Clangd {
    fn drop(&mut self) {
        for child in [Some(&self.host), self.device.as_ref()].into_iter().flatten() {
            child.tell(Order::Stop);
        }
    }
}

fn entry(path: &Path, directory: &Path, arguments: &[String]) -> (String, Value) {
    let value = json!({"workingDirectory": directory, "compilationCommand": arguments});
    (path.display().to_string(), value)
}

/// The passes that make sense for a document: none for PTX, host alone for host sources.
pub(crate) fn passes_of(document: &Document) -> &'static [Pass] {
    match document.language {
        Language::Cuda | Language::Musa => &Pass::ALL,
        Language::Cpp => &[Pass::Host],
        Language::Ptx | Language::Other => &[],
    }
}

/// `initialize` for a child: the editor's own abilities, so that answers fit it, with what our merging needs.
fn initialize_params(client: &Value, encoding: Encoding) -> Value {
    let mut capabilities = client.get("capabilities").cloned().unwrap_or_else(|| json!({}));
    if !capabilities.is_object() {
        capabilities = json!({});
    }
    // Dynamic registration and refreshes would be asked of us; the lists of kinds pass through.
    capabilities["workspace"] = json!({"applyEdit": true, "workspaceEdit": {"documentChanges": false}});
    capabilities["window"] = json!({});
    if !capabilities["textDocument"].is_object() {
        capabilities["textDocument"] = json!({});
    }
    capabilities["textDocument"]["publishDiagnostics"] = json!({
        "relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true,
        "tagSupport": {"valueSet": [1, 2]},
    });
    capabilities["general"] = json!({"positionEncodings": [encoding.kind()]});
    capabilities["offsetEncoding"] = json!([encoding.kind()]);
    json!({
        "processId": std::process::id(),
        "rootUri": client.get("rootUri").cloned().unwrap_or(Value::Null),
        "capabilities": capabilities,
        "initializationOptions": {},
    })
}

/// The folder and the command with which clang understands one pass of `path`.
pub(crate) fn command_for(
    path: &Path,
    language: Language,
    pass: Pass,
    headers: &Headers,
    workspace: &Workspace,
) -> (PathBuf, Vec<String>) {
    let here = path.parent().unwrap_or(Path::new("/")).to_owned();
    let entry = workspace.database_of(path).and_then(|d| d.lookup(path));
    let target = flags::Target {
        headers,
        // Our own headers carry the same names; a toolkit is known by what stands beside its runtime header.
        holds_vendor_headers: &|folder| {
            folder.join("crt/host_config.h").is_file() || folder.join("musa_runtime_api.h").is_file()
        },
        response_file: &|file| std::fs::read_to_string(file).ok(),
    };
    let (directory, mut translated) = match entry {
        Some(entry) => {
            let t = flags::translate(&entry.arguments, &entry.directory, &target);
            (entry.directory.clone(), t)
        }
        None => (here.clone(), flags::Translated::default()),
    };
    if entry.is_none_or(|e| e.file != path) {
        // A neighbour's command: its own folder is searched too.
        translated.flags.push(format!("-I{}", here.display()));
    }
    let dialect = match language {
        Language::Musa => Dialect::Musa,
        Language::Cpp if !translated.cuda => Dialect::Host,
        _ => Dialect::Cuda,
    };
    (directory, flags::command(&translated, path, dialect, pass, headers))
}
