//! `textDocument/documentHighlight`: the uses of a name in its document.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::DocumentHighlightRequest;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Uri};
use warplens_ide as ide;

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;

type List = Option<Vec<DocumentHighlight>>;

impl Read for DocumentHighlightRequest {
    fn answer(snapshot: &Snapshot, params: &DocumentHighlightParams) -> Result<List, Error> {
        let at = &params.text_document_position_params;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let found = ide::navigate::highlights(&asked.query(), asked.offset(at.position));
        let kind = |write| if write { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
        let show = |h: &ide::navigate::Highlight| DocumentHighlight {
            range: asked.range(h.range),
            kind: Some(kind(h.write)),
        };
        Ok(Some(found.iter().map(show).collect()))
    }

    fn document(params: &DocumentHighlightParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        let mut all: Vec<DocumentHighlight> = Vec::new();
        for h in theirs.into_iter().filter_map(|(_, list)| list).flatten() {
            if !all.iter().any(|seen| seen.range == h.range) {
                all.push(h);
            }
        }
        if all.is_empty() { ours } else { Some(all) }
    }
}
