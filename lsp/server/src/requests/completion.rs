//! `textDocument/completion`: what could be typed next, with clangd's members and templates.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::Completion;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, InsertTextFormat, TextEdit, Uri,
};
use warplens_ide::completion::{CompletionKind, completion};

use crate::clangd::Pass;
use crate::dispatch::Read;
use crate::snapshot::Snapshot;

impl Read for Completion {
    /// Typing does not wait: a late clangd adds to the next list.
    const PATIENCE: std::time::Duration = std::time::Duration::from_millis(800);

    fn answer(snapshot: &Snapshot, params: &CompletionParams) -> Result<Option<CompletionResponse>, Error> {
        let at = &params.text_document_position;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let found = completion(&asked.query(), asked.offset(at.position));
        let range = asked.range(found.range);
        let uri = at.text_document.uri.as_str();
        let items = found.items.into_iter().map(|item| {
            let snippet = item.snippet && snapshot.abilities.snippets;
            // A client without snippets gets the bare name.
            let new_text = if item.snippet && !snippet { item.label.clone() } else { item.insert };
            CompletionItem {
                kind: Some(kind(item.kind)),
                detail: (!item.detail.is_empty()).then_some(item.detail),
                sort_text: Some(format!("{:08}", item.rank)),
                insert_text_format: snippet.then_some(InsertTextFormat::SNIPPET),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
                data: Some(serde_json::json!({"uri": uri})),
                label: item.label,
                ..CompletionItem::default()
            }
        });
        let list = CompletionList { is_incomplete: found.incomplete, items: items.collect() };
        Ok(Some(CompletionResponse::List(list)))
    }

    fn document(params: &CompletionParams) -> Option<&Uri> {
        Some(&params.text_document_position.text_document.uri)
    }

    fn late(result: &mut Option<CompletionResponse>) {
        if let Some(CompletionResponse::List(list)) = result {
            list.is_incomplete = true;
        }
    }

    /// clangd's entries first, each name once; ours add what it does not know.
    fn merge(
        ours: Option<CompletionResponse>,
        theirs: Vec<(Pass, Option<CompletionResponse>)>,
    ) -> Option<CompletionResponse> {
        let mut incomplete = false;
        let mut all: Vec<CompletionItem> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        // What our resolving needs: clangd's entries take it along, so that they too get our help on demand.
        let data = ours.as_ref().and_then(|r| match r {
            CompletionResponse::List(list) => list.items.first()?.data.clone(),
            CompletionResponse::Array(items) => items.first()?.data.clone(),
        });
        for response in theirs.into_iter().filter_map(|(_, r)| r).chain(ours) {
            let (more, items) = parts(response);
            incomplete |= more;
            let new = items.into_iter().filter(|i| seen.insert(name(i).to_owned()));
            all.extend(new.map(|mut item| {
                item.data = item.data.or_else(|| data.clone());
                item
            }));
        }
        let list = CompletionList { is_incomplete: incomplete, items: all };
        Some(CompletionResponse::List(list))
    }
}

fn parts(response: CompletionResponse) -> (bool, Vec<CompletionItem>) {
    match response {
        CompletionResponse::Array(items) => (false, items),
        CompletionResponse::List(list) => (list.is_incomplete, list.items),
    }
}

/// The bare name: clangd puts a space or a bullet and the signature into the label. Overloads have a detail of their own.
pub(super) fn name(item: &CompletionItem) -> &str {
    let name = item.filter_text.as_deref().unwrap_or(&item.label);
    name.split('(').next().unwrap_or(name).trim_start_matches([' ', '•'])
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Function | CompletionKind::Kernel => CompletionItemKind::FUNCTION,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Field => CompletionItemKind::FIELD,
        CompletionKind::Type => CompletionItemKind::CLASS,
        CompletionKind::Constant | CompletionKind::Macro => CompletionItemKind::CONSTANT,
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Rule => CompletionItemKind::VALUE,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
    }
}
