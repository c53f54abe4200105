//! `workspace/executeCommand`: what a click on a lens means, as a command line; and clangd's refactorings.
//!
//! The server runs no program of the user's: it answers with the command line, which the editor's side runs in a
//! terminal where the user sees it (docs/editors). A refactoring goes to the pass that offered it, which answers with an
//! edit that the client is asked to apply.

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::ExecuteCommand;
use tower_lsp::ls_types::{Command, ExecuteCommandParams, Uri};

use crate::clangd::Pass;
use crate::dispatch::{Question, Read, refused};
use crate::snapshot::Snapshot;
use crate::to_proto;

/// Run the program.
pub(crate) const RUN: &str = "warplens.run";
/// Profile the program or one kernel.
pub(crate) const PROFILE: &str = "warplens.profile";
/// Debug it.
pub(crate) const DEBUG: &str = "warplens.debug";
/// Run the checkers on it.
pub(crate) const CHECK: &str = "warplens.check";
/// Where a kernel is launched.
pub(crate) const SHOW_LAUNCHES: &str = "warplens.showLaunches";

/// One of clangd's own commands, with the pass it is for. A name of ours, since editors keep one handler a name.
pub(crate) const CLANGD: &str = "warplens.clangd";

/// All of them, as advertised.
pub(crate) const ALL: &[&str] = &[RUN, PROFILE, DEBUG, CHECK, SHOW_LAUNCHES, CLANGD];

/// What clangd may be told to do: nothing that a client made up.
const CLANGDS: &[&str] = &["clangd.applyFix", "clangd.applyTweak", "clangd.applyRename"];

/// A command of clangd's as one of ours.
pub(crate) fn addressed(pass: Pass, command: &Command) -> Command {
    let inner = json!({"pass": pass.name(), "command": command.command, "arguments": command.arguments});
    Command { title: command.title.clone(), command: CLANGD.to_owned(), arguments: Some(vec![inner]) }
}

impl Read for ExecuteCommand {
    /// A refactoring may wait for a parse.
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

    fn questions(snapshot: &Snapshot, params: &ExecuteCommandParams, _: &Value) -> Vec<Question> {
        let ask = || {
            let inner = params.arguments.first().filter(|_| params.command == CLANGD)?;
            let command = inner.get("command")?.as_str().filter(|c| CLANGDS.contains(c))?;
            let name = inner.get("pass")?.as_str()?;
            let pass = Pass::ALL.into_iter().find(|p| p.name() == name)?;
            let child = snapshot.clangd.as_ref()?.child(pass)?.clone();
            let params = json!({"command": command, "arguments": inner.get("arguments")});
            Some(Question { pass, child, params })
        };
        ask().into_iter().collect()
    }

    /// Whoever was asked has done it, and has nothing to say but that.
    fn merge(ours: Option<Value>, theirs: Vec<(Pass, Option<Value>)>) -> Option<Value> {
        ours.or_else(|| theirs.into_iter().find_map(|(_, v)| v))
    }

    fn answer(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<Option<Value>, Error> {
        if params.command == CLANGD {
            return Ok(None);
        }
        let argument = params.arguments.first().cloned().unwrap_or(Value::Null);
        let uri: Option<Uri> = argument.get("uri").and_then(Value::as_str).and_then(|u| u.parse().ok());
        let kernel = argument.get("kernel").and_then(Value::as_str);
        let Some(uri) = uri else {
            return Err(refused(format!("`{}` needs an argument with a `uri`", params.command)));
        };
        if params.command == SHOW_LAUNCHES {
            return Ok(Some(launches(snapshot, &uri, kernel.unwrap_or_default())));
        }
        let verb =
            params.command.strip_prefix("warplens.").filter(|_| ALL.contains(&params.command.as_str()));
        let Some(verb) = verb else {
            return Err(refused(format!("there is no command `{}`", params.command)));
        };
        let Some(path) = crate::document::file_path(&uri) else {
            return Err(refused("the document is not saved in a file yet: save it first"));
        };
        let folder = path.parent().map(std::path::Path::to_owned).unwrap_or_default();
        let mut line = vec!["warplens".to_owned(), verb.to_owned()];
        if let (Some(kernel), true) = (kernel, verb != "run") {
            line.extend(["--kernel".to_owned(), kernel.to_owned()]);
        }
        line.push(path.display().to_string());
        Ok(Some(json!({"command": line, "cwd": folder})))
    }
}

/// Places of launches, as locations.
fn launches(snapshot: &Snapshot, uri: &Uri, kernel: &str) -> Value {
    let Some(asked) = snapshot.ask(uri) else { return json!([]) };
    let mut places = Vec::new();
    for (path, file) in asked.query().index.files() {
        let edges = file.edges.iter().filter(|e| e.launch && *e.callee == *kernel);
        for edge in edges {
            let place = warplens_ide::Location { path: path.to_owned(), range: edge.range };
            places.extend(to_proto::location(snapshot, &place));
        }
    }
    serde_json::to_value(places).unwrap_or_default()
}
