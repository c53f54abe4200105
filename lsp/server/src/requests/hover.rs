//! `textDocument/hover`: what a word is; what a PTX instruction does; which rule a squiggle is of.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::HoverRequest;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, LanguageString, MarkedString, Uri};
use warplens_ide as ide;

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for HoverRequest {
    fn answer(snapshot: &Snapshot, params: &HoverParams) -> Result<Option<Hover>, Error> {
        let at = &params.text_document_position_params;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let hover = ide::hover::hover(&asked.query(), asked.offset(at.position));
        Ok(hover.map(|h| {
            let mut text = h.markdown;
            if let Some(cost) = crate::deep::hover(&asked, h.range) {
                text.push_str(&format!("\n\n{cost}"));
            }
            Hover {
                contents: HoverContents::Markup(to_proto::markdown(text)),
                range: Some(asked.range(h.range)),
            }
        }))
    }

    fn document(params: &HoverParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    /// Ours first, since it speaks of memory spaces and launches, then the compiler's type, from the first pass that has one.
    fn merge(ours: Option<Hover>, theirs: Vec<(Pass, Option<Hover>)>) -> Option<Hover> {
        let theirs = theirs.into_iter().find_map(|(_, h)| h);
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let text = format!("{}\n\n---\n\n{}", text(ours.contents), text(theirs.contents));
                Some(Hover { contents: HoverContents::Markup(to_proto::markdown(text)), range: ours.range })
            }
            (ours, theirs) => ours.or(theirs),
        }
    }
}

fn text(contents: HoverContents) -> String {
    let marked = |m| match m {
        MarkedString::String(text) => text,
        MarkedString::LanguageString(LanguageString { language, value }) => {
            format!("```{language}\n{value}\n```")
        }
    };
    match contents {
        HoverContents::Scalar(m) => marked(m),
        HoverContents::Array(list) => list.into_iter().map(marked).collect::<Vec<_>>().join("\n\n"),
        HoverContents::Markup(markup) => markup.value,
    }
}
