//! `textDocument/prepareCallHierarchy` and the calls in and out: host function to launch to kernel to device function.
//!
//! Three methods in one file, because they pass one item around. clangd is not asked: it knows no launches.

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{
    CallHierarchyIncomingCalls, CallHierarchyOutgoingCalls, CallHierarchyPrepare,
};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind,
};
use warplens_ide as ide;
use warplens_ide::calls::{CallItem, CallLink};

use crate::dispatch::Read;
use crate::snapshot::Snapshot;
use crate::to_proto;

impl Read for CallHierarchyPrepare {
    fn answer(
        snapshot: &Snapshot,
        params: &CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>, Error> {
        let at = &params.text_document_position_params;
        let Some(asked) = snapshot.ask(&at.text_document.uri) else { return Ok(None) };
        let items = ide::calls::prepare(&asked.query(), asked.offset(at.position));
        let items: Vec<_> = items.iter().filter_map(|i| to_item(snapshot, i)).collect();
        Ok((!items.is_empty()).then_some(items))
    }
}

impl Read for CallHierarchyIncomingCalls {
    fn answer(
        snapshot: &Snapshot,
        params: &CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>, Error> {
        let links = links(snapshot, &params.item, ide::calls::incoming);
        let call = |link: CallLink| {
            let from_ranges = ranges(snapshot, &link.item.location.path, &link.ranges);
            Some(CallHierarchyIncomingCall { from: to_item(snapshot, &link.item)?, from_ranges })
        };
        Ok(links.map(|list| list.into_iter().filter_map(call).collect()))
    }
}

impl Read for CallHierarchyOutgoingCalls {
    fn answer(
        snapshot: &Snapshot,
        params: &CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>, Error> {
        let caller = from_item(snapshot, &params.item);
        let path = caller.map(|c| c.location.path).unwrap_or_default();
        let links = links(snapshot, &params.item, ide::calls::outgoing);
        let call = |link: CallLink| {
            let from_ranges = ranges(snapshot, &path, &link.ranges);
            Some(CallHierarchyOutgoingCall { to: to_item(snapshot, &link.item)?, from_ranges })
        };
        Ok(links.map(|list| list.into_iter().filter_map(call).collect()))
    }
}

fn links(
    snapshot: &Snapshot,
    item: &CallHierarchyItem,
    find: fn(&ide::Query<'_>, &CallItem) -> Vec<CallLink>,
) -> Option<Vec<CallLink>> {
    let item = from_item(snapshot, item)?;
    // Both directions read the index alone, so any analysis will do for the query's own document.
    let analysis = ide::Analysis::of("", ide::Language::Cuda);
    let config = ide::Config::default();
    let query = ide::Query {
        analysis: &analysis,
        path: &item.location.path,
        index: &snapshot.workspace.index,
        files: snapshot,
        config: &config,
    };
    Some(find(&query, &item))
}

fn to_item(snapshot: &Snapshot, item: &CallItem) -> Option<CallHierarchyItem> {
    let file = snapshot.text_of(&item.location.path)?;
    Some(CallHierarchyItem {
        name: item.name.clone(),
        kind: SymbolKind::FUNCTION,
        tags: None,
        detail: Some(item.detail.clone()),
        range: to_proto::range_in(&file, item.full, snapshot.encoding),
        selection_range: to_proto::range_in(&file, item.location.range, snapshot.encoding),
        uri: file.uri,
        data: Some(serde_json::json!({
            "path": item.location.path, "start": item.location.range.start, "end": item.location.range.end,
        })),
    })
}

/// The item the client hands back. Its bytes may be out of date after an edit; the name then finds it again.
fn from_item(snapshot: &Snapshot, item: &CallHierarchyItem) -> Option<CallItem> {
    let data = item.data.as_ref()?;
    let path = data.get("path")?.as_str()?;
    let number = |key: &str| data.get(key)?.as_u64().and_then(|n| u32::try_from(n).ok());
    let mut range = ide::TextRange::new(number("start")?, number("end")?);
    let known = snapshot.workspace.index.file(path)?;
    let named = || known.symbols.iter().filter(|s| *s.name == *item.name);
    if !named().any(|s| s.range == range) {
        range = named().max_by_key(|s| s.definition)?.range;
    }
    Some(CallItem {
        name: item.name.clone(),
        detail: item.detail.clone().unwrap_or_default(),
        kernel: false,
        location: ide::Location { path: path.to_owned(), range },
        full: range,
    })
}

fn ranges(snapshot: &Snapshot, path: &str, list: &[ide::TextRange]) -> Vec<Range> {
    let Some(file) = snapshot.text_of(path) else { return Vec::new() };
    list.iter().map(|&r| to_proto::range_in(&file, r, snapshot.encoding)).collect()
}
