//! `textDocument/prepareCallHierarchy` and the calls in and out: host function to launch to kernel to device function.
//!
//! Three methods in one file, because they pass one item around. Launches are ours; templates, overloads and methods are
//! clangd's. What both know is shown once.

use serde_json::Value;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{
    CallHierarchyIncomingCalls, CallHierarchyOutgoingCalls, CallHierarchyPrepare,
};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind, Uri,
};
use warplens_ide as ide;
use warplens_ide::calls::{CallItem, CallLink};

use super::hierarchy;
use crate::clangd::Pass;
use crate::dispatch::{Question, Read};
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

    fn document(params: &CallHierarchyPrepareParams) -> Option<&Uri> {
        Some(&params.text_document_position_params.text_document.uri)
    }

    fn merge(
        ours: Option<Vec<CallHierarchyItem>>,
        theirs: Vec<(Pass, Option<Vec<CallHierarchyItem>>)>,
    ) -> Option<Vec<CallHierarchyItem>> {
        let mut all = ours.unwrap_or_default();
        for (pass, item) in
            theirs.into_iter().flat_map(|(pass, l)| l.into_iter().flatten().map(move |i| (pass, i)))
        {
            join(&mut all, addressed(pass, item), |i| i);
        }
        (!all.is_empty()).then_some(all)
    }
}

/// A pass's item, ready to come back.
fn addressed(pass: Pass, mut item: CallHierarchyItem) -> CallHierarchyItem {
    item.data = hierarchy::addressed(pass, &item);
    item
}

/// Add what no item of `all` is, and to the one that it is what its pass needs. Gives its place.
fn join<T>(all: &mut Vec<T>, new: T, item: fn(&mut T) -> &mut CallHierarchyItem) -> Option<(usize, T)> {
    let mut new = new;
    let its = item(&mut new).clone();
    let same = |i: &CallHierarchyItem| {
        i.name == its.name
            && i.uri == its.uri
            && i.selection_range.start.line == its.selection_range.start.line
    };
    match all.iter_mut().position(|t| same(item(t))) {
        Some(at) => {
            let known = item(all.get_mut(at)?);
            known.data = hierarchy::both(known.data.take(), its.data);
            Some((at, new))
        }
        None => {
            all.push(new);
            None
        }
    }
}

/// Places of calls, each once.
fn add_ranges(all: &mut Vec<Range>, more: Vec<Range>) {
    for range in more {
        if !all.iter().any(|r| r.start == range.start) {
            all.push(range);
        }
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

    fn questions(snapshot: &Snapshot, params: &CallHierarchyIncomingCallsParams, _: &Value) -> Vec<Question> {
        hierarchy::questions(snapshot, params.item.data.as_ref())
    }

    fn merge(
        ours: Option<Vec<CallHierarchyIncomingCall>>,
        theirs: Vec<(Pass, Option<Vec<CallHierarchyIncomingCall>>)>,
    ) -> Option<Vec<CallHierarchyIncomingCall>> {
        let mut all = ours.unwrap_or_default();
        for (pass, mut call) in
            theirs.into_iter().flat_map(|(pass, l)| l.into_iter().flatten().map(move |c| (pass, c)))
        {
            call.from = addressed(pass, call.from);
            if let Some((at, twin)) = join(&mut all, call, |c| &mut c.from)
                && let Some(known) = all.get_mut(at)
            {
                add_ranges(&mut known.from_ranges, twin.from_ranges);
            }
        }
        Some(all)
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

    fn questions(snapshot: &Snapshot, params: &CallHierarchyOutgoingCallsParams, _: &Value) -> Vec<Question> {
        hierarchy::questions(snapshot, params.item.data.as_ref())
    }

    fn merge(
        ours: Option<Vec<CallHierarchyOutgoingCall>>,
        theirs: Vec<(Pass, Option<Vec<CallHierarchyOutgoingCall>>)>,
    ) -> Option<Vec<CallHierarchyOutgoingCall>> {
        let mut all = ours.unwrap_or_default();
        for (pass, mut call) in
            theirs.into_iter().flat_map(|(pass, l)| l.into_iter().flatten().map(move |c| (pass, c)))
        {
            call.to = addressed(pass, call.to);
            if let Some((at, twin)) = join(&mut all, call, |c| &mut c.to)
                && let Some(known) = all.get_mut(at)
            {
                add_ranges(&mut known.from_ranges, twin.from_ranges);
            }
        }
        Some(all)
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
