//! `textDocument/foldingRange`: what can be folded away.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::FoldingRangeRequest;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use warplens_ide::folding::{FoldKind, folding};

use crate::dispatch::Read;
use crate::snapshot::Snapshot;

impl Read for FoldingRangeRequest {
    fn answer(snapshot: &Snapshot, params: &FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let folds = folding(&asked.analysis.ide);
        let show = |fold: &warplens_ide::folding::Fold| {
            let range = asked.range(fold.range);
            FoldingRange {
                start_line: range.start.line,
                start_character: Some(range.start.character),
                end_line: range.end.line,
                end_character: Some(range.end.character),
                kind: match fold.kind {
                    FoldKind::Code => None,
                    FoldKind::Comment => Some(FoldingRangeKind::Comment),
                    FoldKind::Imports => Some(FoldingRangeKind::Imports),
                },
                collapsed_text: None,
            }
        };
        Ok(Some(folds.iter().map(show).collect()))
    }
}
