//! `textDocument/selectionRange`: growing a selection.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::SelectionRangeRequest;
use tower_lsp::ls_types::{Range, SelectionRange, SelectionRangeParams};
use warplens_ide::selection::selection_ranges;

use crate::dispatch::Read;
use crate::snapshot::Snapshot;

impl Read for SelectionRangeRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &SelectionRangeParams,
    ) -> Result<Option<Vec<SelectionRange>>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let one = |position| {
            let ranges = selection_ranges(&asked.analysis.ide, asked.offset(position));
            // Outermost first, each the parent of the next. The protocol wants one answer a position, whatever is there.
            let mut outer: Option<SelectionRange> = None;
            for range in ranges.into_iter().rev() {
                outer = Some(SelectionRange { range: asked.range(range), parent: outer.map(Box::new) });
            }
            outer.unwrap_or(SelectionRange { range: Range { start: position, end: position }, parent: None })
        };
        Ok(Some(params.positions.iter().map(|&p| one(p)).collect()))
    }
}
