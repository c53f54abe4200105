//! `textDocument/references`: every use of a name.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::References;
use tower_lsp::ls_types::{Location, ReferenceParams, Uri};
use warplens_ide as ide;

use crate::clangd::{Pass, merge as join};
use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for References {
    fn answer(snapshot: &Snapshot, params: &ReferenceParams) -> Result<Option<Vec<Location>>, Error> {
        let at = &params.text_document_position;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let with_declaration = params.context.include_declaration;
        let found = ide::navigate::references(&asked.query(), asked.offset(at.position), with_declaration);
        Ok(Some(to_proto::locations(snapshot, &found)))
    }

    fn document(params: &ReferenceParams) -> Option<&Uri> {
        Some(&params.text_document_position.text_document.uri)
    }

    /// Each pass sees uses that the other's preprocessor removed, and ours sees files that are in no compile command.
    fn merge(
        ours: Option<Vec<Location>>,
        theirs: Vec<(Pass, Option<Vec<Location>>)>,
    ) -> Option<Vec<Location>> {
        let theirs = theirs.into_iter().filter_map(|(_, list)| list);
        let all = join::locations(theirs.chain(ours));
        (!all.is_empty()).then_some(all)
    }
}
