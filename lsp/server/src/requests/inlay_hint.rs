//! `textDocument/inlayHint`: launch dimensions, shared bytes, and what the last compile says of registers and occupancy.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::InlayHintRequest;
use tower_lsp::ls_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, InlayHintTooltip, Uri};
use warplens_ide::inlay::{HintKind, inlay_hints};

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::{deep, to_proto};

type List = Option<Vec<InlayHint>>;

impl Read for InlayHintRequest {
    const PATIENCE: std::time::Duration = std::time::Duration::from_millis(600);

    fn answer(snapshot: &Snapshot, params: &InlayHintParams) -> Result<List, Error> {
        if !snapshot.settings.inlay_hints.enable {
            return Ok(None);
        }
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let within = asked.bytes(params.range);
        let at = |offset| asked.range(warplens_ide::TextRange::empty(offset)).start;
        let mut hints: Vec<InlayHint> = inlay_hints(&asked.analysis.ide, within)
            .into_iter()
            .map(|h| InlayHint {
                position: at(h.at),
                label: InlayHintLabel::String(h.label),
                kind: (h.kind == HintKind::Parameter).then_some(InlayHintKind::PARAMETER),
                text_edits: None,
                tooltip: (!h.tooltip.is_empty())
                    .then(|| InlayHintTooltip::MarkupContent(to_proto::markdown(h.tooltip))),
                padding_left: Some(h.kind != HintKind::Parameter),
                padding_right: Some(h.kind == HintKind::Parameter),
                data: None,
            })
            .collect();
        hints.extend(deep::launch_hints(&asked, within));
        Ok(Some(hints))
    }

    fn document(params: &InlayHintParams) -> Option<&Uri> {
        Some(&params.text_document.uri)
    }

    /// clangd's names of parameters and deduced types, from the first pass that has any, beside ours.
    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        // Switched off is off.
        let mut all = ours?;
        let theirs = theirs.into_iter().filter_map(|(_, l)| l).find(|l| !l.is_empty());
        for hint in theirs.into_iter().flatten() {
            if !all.iter().any(|seen| seen.position == hint.position && seen.kind == hint.kind) {
                all.push(hint);
            }
        }
        Some(all)
    }
}
