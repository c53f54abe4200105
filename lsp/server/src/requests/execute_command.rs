//! `workspace/executeCommand`: what a click on a lens means, as a command line.
//!
//! The server runs no program of the user's: it answers with the command line, which the editor's side runs in a
//! terminal where the user sees it (docs/editors).

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::ExecuteCommand;
use tower_lsp::ls_types::{ExecuteCommandParams, Uri};

use crate::dispatch::{Read, refused};
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

/// All of them, as advertised.
pub(crate) const ALL: &[&str] = &[RUN, PROFILE, DEBUG, CHECK, SHOW_LAUNCHES];

impl Read for ExecuteCommand {
    fn answer(snapshot: &Snapshot, params: &ExecuteCommandParams) -> Result<Option<Value>, Error> {
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
