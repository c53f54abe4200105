//! `textDocument/documentSymbol`: the outline.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::DocumentSymbolRequest;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
};
use warplens_ide::symbols::{OutlineItem, document_symbols};

use crate::dispatch::Read;
use crate::snapshot::{Asked, Snapshot};
use crate::to_proto;

impl Read for DocumentSymbolRequest {
    fn answer(
        snapshot: &Snapshot,
        params: &DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>, Error> {
        let Some(asked) = snapshot.ask(&params.text_document.uri) else { return Ok(None) };
        let items = document_symbols(&asked.analysis.ide);
        if snapshot.abilities.outline_trees {
            let trees = items.iter().map(|i| tree(&asked, i)).collect();
            return Ok(Some(DocumentSymbolResponse::Nested(trees)));
        }
        let mut list = Vec::new();
        flatten(&asked, &items, &mut list);
        Ok(Some(DocumentSymbolResponse::Flat(list)))
    }
}

#[expect(deprecated, reason = "the protocol's type has a deprecated field that must be filled")]
fn tree(asked: &Asked<'_>, item: &OutlineItem) -> DocumentSymbol {
    let children: Vec<_> = item.children.iter().map(|c| tree(asked, c)).collect();
    DocumentSymbol {
        name: item.name.clone(),
        detail: (!item.detail.is_empty()).then(|| item.detail.clone()),
        kind: to_proto::symbol_kind(item.kind),
        tags: None,
        deprecated: None,
        range: asked.range(item.range),
        selection_range: asked.range(item.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

/// For clients that do not know trees: containers by name. A stack, since nesting has no limit.
#[expect(deprecated, reason = "the protocol's type has a deprecated field that must be filled")]
fn flatten(asked: &Asked<'_>, items: &[OutlineItem], out: &mut Vec<SymbolInformation>) {
    let mut open: Vec<(&OutlineItem, Option<&str>)> = items.iter().rev().map(|i| (i, None)).collect();
    while let Some((item, container)) = open.pop() {
        out.push(SymbolInformation {
            name: item.name.clone(),
            kind: to_proto::symbol_kind(item.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: asked.document.uri.clone(), range: asked.range(item.selection) },
            container_name: container.map(str::to_owned),
        });
        open.extend(item.children.iter().rev().map(|c| (c, Some(item.name.as_str()))));
    }
}
