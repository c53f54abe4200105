//! `textDocument/prepareRename`: whether the name under the cursor can be renamed, and its range.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::PrepareRenameRequest;
use tower_lsp::ls_types::{PrepareRenameResponse, TextDocumentPositionParams, Uri};
use warplens_ide as ide;

use crate::clangd::Pass;
use crate::dispatch::{Read, refused};
use crate::snapshot::Snapshot;

impl Read for PrepareRenameRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let found = ide::rename::prepare_rename(&asked.query(), asked.offset(params.position));
        let range = found.map_err(|e| refused(e.to_string()))?;
        Ok(Some(PrepareRenameResponse::Range(asked.range(range))))
    }

    fn document(params: &TextDocumentPositionParams) -> Option<&Uri> {
        Some(&params.text_document.uri)
    }

    fn merge(
        ours: Option<PrepareRenameResponse>,
        theirs: Vec<(Pass, Option<PrepareRenameResponse>)>,
    ) -> Option<PrepareRenameResponse> {
        ours.or_else(|| theirs.into_iter().find_map(|(_, r)| r))
    }
}
