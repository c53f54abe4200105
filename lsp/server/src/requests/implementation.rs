//! `textDocument/implementation`: the bodies of a declaration.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::GotoImplementation;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Uri};
use warplens_ide as ide;

use super::places;
use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;

impl Read for GotoImplementation {
    fn answer(
        snapshot: &Snapshot,
        params: &GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>, Error> {
        places::answer(snapshot, params, ide::navigate::implementation)
    }

    fn document(params: &GotoDefinitionParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    fn merge(
        ours: Option<GotoDefinitionResponse>,
        theirs: Vec<(Pass, Option<GotoDefinitionResponse>)>,
    ) -> Option<GotoDefinitionResponse> {
        places::merge(ours, theirs)
    }
}
