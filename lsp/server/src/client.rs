//! What the editor can do, read once from `initialize`, and the way to talk to it.
//!
//! Abilities are looked up by path in the raw JSON: an editor that sends something odd in one place still works.

use std::collections::HashMap;

use futures_channel::mpsc as fut_mpsc;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Id, Request, Response};

/// The abilities that change what we do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Abilities {
    /// Asks for diagnostics by itself and can be told to ask again; else they are pushed.
    pub(crate) pulls_diagnostics: bool,
    /// Can be told to ask again for code lenses.
    pub(crate) refreshes_lenses: bool,
    /// Can be told to ask again for inlay hints.
    pub(crate) refreshes_hints: bool,
    /// Can be told to ask again for semantic tokens.
    pub(crate) refreshes_tokens: bool,
    /// Understands snippets in completions.
    pub(crate) snippets: bool,
    /// Understands outlines as trees.
    pub(crate) outline_trees: bool,
    /// Shows progress.
    pub(crate) progress: bool,
    /// Answers `workspace/configuration`.
    pub(crate) configuration: bool,
    /// Watches files when asked to.
    pub(crate) watches_files: bool,
    /// Takes code actions as such rather than as commands.
    pub(crate) code_action_literals: bool,
    /// Applies edits that it is asked to apply.
    pub(crate) applies_edits: bool,
    /// Understands `LocationLink`.
    pub(crate) links: bool,
}

impl Abilities {
    pub(crate) fn read(initialize: &Value) -> Self {
        let has = |path: &str| {
            let path = format!("/capabilities/{path}");
            initialize.pointer(&path).and_then(Value::as_bool).unwrap_or(false)
        };
        let is_there =
            |path: &str| initialize.pointer(&format!("/capabilities/{path}")).is_some_and(Value::is_object);
        Self {
            pulls_diagnostics: is_there("textDocument/diagnostic")
                && (has("workspace/diagnostics/refreshSupport")
                    || has("workspace/diagnostic/refreshSupport")),
            refreshes_lenses: has("workspace/codeLens/refreshSupport"),
            refreshes_hints: has("workspace/inlayHint/refreshSupport"),
            refreshes_tokens: has("workspace/semanticTokens/refreshSupport"),
            snippets: has("textDocument/completion/completionItem/snippetSupport"),
            outline_trees: has("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            progress: has("window/workDoneProgress"),
            configuration: has("workspace/configuration"),
            watches_files: has("workspace/didChangeWatchedFiles/dynamicRegistration"),
            code_action_literals: is_there("textDocument/codeAction/codeActionLiteralSupport"),
            applies_edits: has("workspace/applyEdit"),
            links: has("textDocument/definition/linkSupport"),
        }
    }
}

/// What an answer of the client is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// `workspace/configuration`.
    Configuration,
    /// Leave to show progress under this token.
    Progress(String),
    /// Nothing that matters.
    Nothing,
}

/// The way to the client.
pub(crate) struct Client {
    out: fut_mpsc::UnboundedSender<Request>,
    next_id: i64,
    expected: HashMap<i64, Expected>,
}

impl Client {
    pub(crate) fn new(out: fut_mpsc::UnboundedSender<Request>) -> Self {
        Self { out, next_id: 1, expected: HashMap::new() }
    }

    /// Tell. A client that is gone hears nothing.
    pub(crate) fn notify(&self, method: &'static str, params: Value) {
        let _ = self.out.unbounded_send(Request::build(method).params(params).finish());
    }

    /// Ask; the answer comes back as an event.
    pub(crate) fn ask(&mut self, method: &'static str, params: Value, expected: Expected) {
        let id = self.next_id;
        self.next_id += 1;
        self.expected.insert(id, expected);
        let mut request = Request::build(method).id(id);
        if !params.is_null() {
            request = request.params(params);
        }
        let _ = self.out.unbounded_send(request.finish());
    }

    /// What `response` answers, with the result; `None` for one nobody asked for or an error.
    pub(crate) fn answered(&mut self, response: Response) -> Option<(Expected, Value)> {
        let (id, result) = response.into_parts();
        let Id::Number(id) = id else { return None };
        let expected = self.expected.remove(&id)?;
        Some((expected, result.ok()?))
    }

    /// A message in the editor's window.
    pub(crate) fn show(&self, severity: Severity, message: &str) {
        self.notify("window/showMessage", json!({"type": severity as u8, "message": message}));
    }

    /// A line in the editor's log.
    pub(crate) fn log(&self, severity: Severity, message: &str) {
        self.notify("window/logMessage", json!({"type": severity as u8, "message": message}));
    }
}

/// How loud a message is; the protocol's numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Severity {
    /// Something does not work.
    Error = 1,
    /// Something works less well.
    Warning = 2,
    /// Good to know.
    Info = 3,
}
