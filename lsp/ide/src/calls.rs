//! Who calls whom: host function to launch, launch to kernel, kernel to device function.

use crate::model::SymbolKind;
use crate::navigate::target;
use crate::workspace::{IndexedSymbol, Location};
use crate::{Query, TextRange};
use std::collections::BTreeMap;

/// A function in a call hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallItem {
    /// Its name.
    pub name: String,
    /// Where it runs.
    pub detail: String,
    /// Whether it is a kernel.
    pub kernel: bool,
    /// Its name's place.
    pub location: Location,
    /// Its whole declaration.
    pub full: TextRange,
}

/// A function on one side of calls, and where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLink {
    /// The caller, or the callee.
    pub item: CallItem,
    /// The calls' places, in the caller's file.
    pub ranges: Vec<TextRange>,
    /// Whether they are launches.
    pub launch: bool,
}

/// The function under the cursor.
pub fn prepare(q: &Query<'_>, offset: u32) -> Vec<CallItem> {
    let Some(target) = target(q, offset) else { return Vec::new() };
    best(q, &target.name).into_iter().collect()
}

/// Who calls or launches it.
pub fn incoming(q: &Query<'_>, item: &CallItem) -> Vec<CallLink> {
    let mut found: BTreeMap<(String, u32), CallLink> = BTreeMap::new();
    for (path, file) in q.index.files() {
        for edge in file.edges.iter().filter(|e| *e.callee == *item.name) {
            let Some(caller) = file.symbols.get(edge.caller as usize) else { continue };
            let entry = found.entry((path.to_owned(), edge.caller)).or_insert_with(|| CallLink {
                item: to_item(path, caller),
                ranges: Vec::new(),
                launch: edge.launch,
            });
            entry.ranges.push(edge.range);
        }
    }
    found.into_values().collect()
}

/// What it calls or launches.
pub fn outgoing(q: &Query<'_>, item: &CallItem) -> Vec<CallLink> {
    let Some(file) = q.index.file(&item.location.path) else { return Vec::new() };
    let mut found: BTreeMap<(bool, String), CallLink> = BTreeMap::new();
    for edge in &file.edges {
        let caller = file.symbols.get(edge.caller as usize);
        if caller.is_none_or(|c| c.range != item.location.range) {
            continue;
        }
        let Some(callee) = best(q, &edge.callee) else { continue };
        let entry = found.entry((edge.launch, edge.callee.to_string())).or_insert_with(|| CallLink {
            item: callee,
            ranges: Vec::new(),
            launch: edge.launch,
        });
        entry.ranges.push(edge.range);
    }
    found.into_values().collect()
}

/// The function of this name: from this file and with a body, if there is a choice.
fn best(q: &Query<'_>, name: &str) -> Option<CallItem> {
    let mut all: Vec<(&str, &IndexedSymbol)> =
        q.index.named(name).filter(|(_, s)| s.kind == SymbolKind::Function).collect();
    all.sort_by_key(|(path, s)| (!s.definition, *path != q.path));
    all.first().map(|(path, s)| to_item(path, s))
}

fn to_item(path: &str, symbol: &IndexedSymbol) -> CallItem {
    CallItem {
        name: symbol.name.to_string(),
        detail: symbol.exec.map_or("", |e| e.words()).to_owned(),
        kernel: symbol.exec.is_some_and(|e| e.global),
        location: Location { path: path.to_owned(), range: symbol.range },
        full: symbol.full,
    }
}
