//! `textDocument/codeLens`: Run | Profile | Debug | Check above kernels and `main`, and what kernels cost.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::CodeLensRequest;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};
use warplens_ide::lenses::{Lens, LensAction, code_lenses};

use super::execute_command;
use crate::deep;
use crate::dispatch::Read;
use crate::snapshot::{Asked, Snapshot};

impl Read for CodeLensRequest {
    fn answer(snapshot: &Snapshot, params: &CodeLensParams) -> Result<Option<Vec<CodeLens>>, Error> {
        if !snapshot.settings.code_lens.enable {
            return Ok(None);
        }
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let mut lenses: Vec<CodeLens> =
            code_lenses(&asked.analysis.ide).iter().map(|l| show(&asked, l)).collect();
        lenses.extend(deep::lenses(&asked));
        Ok(Some(lenses))
    }
}

fn show(asked: &Asked<'_>, lens: &Lens) -> CodeLens {
    let range = asked.range(lens.range);
    let uri = asked.document.uri.as_str();
    let arguments = match &lens.kernel {
        Some(kernel) => serde_json::json!({"uri": uri, "kernel": kernel, "line": range.start.line}),
        None => serde_json::json!({"uri": uri, "line": range.start.line}),
    };
    let command = match lens.action {
        LensAction::Run => execute_command::RUN,
        LensAction::Profile => execute_command::PROFILE,
        LensAction::Debug => execute_command::DEBUG,
        LensAction::Check => execute_command::CHECK,
        LensAction::Launches => execute_command::SHOW_LAUNCHES,
        // Nothing to click: clients show a lens without a command as text.
        LensAction::Shared => "",
    };
    let arguments = if command.is_empty() { None } else { Some(vec![arguments]) };
    let command = Command { title: lens.title.clone(), command: command.to_owned(), arguments };
    CodeLens { range, command: Some(command), data: None }
}
