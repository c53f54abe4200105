//! From a name to where it is declared, defined and used.
//!
//! A name is looked up in its own file first, by scope. What the file does not declare is looked up by name in the index,
//! kernels and functions before variables. Uses are found by name and scope, so a local never drags in its namesakes.

use crate::model::{Symbol, SymbolId, SymbolKind, types::Base};
use crate::workspace::Location;
use crate::{Analysis, Kind, Query, TextRange};

/// A use of a name in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub range: TextRange,
    /// Whether the value is written there.
    pub write: bool,
}

/// What a cursor is on.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The name.
    pub name: String,
    /// The bytes under the cursor.
    pub range: TextRange,
    /// Its meaning in this file.
    pub symbol: Option<SymbolId>,
    /// Whether other files can mean the same thing by it.
    pub shared: bool,
}

/// The name under the cursor.
pub(crate) fn target(q: &Query<'_>, offset: u32) -> Option<Target> {
    let model = q.analysis.model();
    let Some(reference) = model.reference_at(offset) else { return mentioned(q, offset) };
    let name = reference.range.of(q.analysis.text()).to_owned();
    let symbol = reference.symbol;
    let shared = match symbol.and_then(|s| model.symbol(s)) {
        Some(s) => s.visible.is_none() && s.kind != SymbolKind::Parameter,
        None => !crate::apis::is_known(&name),
    };
    Some(Target { name, range: reference.range, symbol, shared })
}

/// The name under a cursor in a macro's body, which means what the whole file can see by it.
fn mentioned(q: &Query<'_>, offset: u32) -> Option<Target> {
    let model = q.analysis.model();
    let after = model.mentions.partition_point(|m| m.start <= offset);
    let range = *model.mentions.get(after.checked_sub(1)?)?;
    if !range.touches(offset) {
        return None;
    }
    let name = range.of(q.analysis.text()).to_owned();
    let symbol = model.named(&name).find(|s| model.symbol(*s).is_some_and(|s| s.kind != SymbolKind::Field));
    let shared = symbol.is_some() || !crate::apis::is_known(&name);
    Some(Target { name, range, symbol, shared })
}

/// Where the name under the cursor is defined; its declarations where no definition is known. On an `#include`, nothing:
/// see [`crate::links`].
pub fn definition(q: &Query<'_>, offset: u32) -> Vec<Location> {
    if let Some(ptx) = q.analysis.ptx() {
        return locations(q, crate::ptx::definition(ptx, q.analysis.text(), offset));
    }
    let all = declarations(q, offset);
    let defined: Vec<Location> = all.iter().filter(|(_, def)| *def).map(|(l, _)| l.clone()).collect();
    if defined.is_empty() { all.into_iter().map(|(l, _)| l).collect() } else { defined }
}

/// Where the name under the cursor is declared without being defined; its definitions where there is nothing else.
pub fn declaration(q: &Query<'_>, offset: u32) -> Vec<Location> {
    if let Some(ptx) = q.analysis.ptx() {
        return locations(q, crate::ptx::declaration(ptx, q.analysis.text(), offset));
    }
    let all = declarations(q, offset);
    let declared: Vec<Location> = all.iter().filter(|(_, def)| !*def).map(|(l, _)| l.clone()).collect();
    if declared.is_empty() { all.into_iter().map(|(l, _)| l).collect() } else { declared }
}

/// Definitions of a declared function, in any file.
pub fn implementation(q: &Query<'_>, offset: u32) -> Vec<Location> {
    declarations(q, offset).into_iter().filter(|(_, def)| *def).map(|(l, _)| l).collect()
}

/// Where the type of the name under the cursor is defined.
pub fn type_definition(q: &Query<'_>, offset: u32) -> Vec<Location> {
    let model = q.analysis.model();
    let Some(reference) = model.reference_at(offset) else { return Vec::new() };
    let ty = model.type_of(q.analysis.syntax().node(reference.node));
    let ty = match (&ty.base, reference.symbol.and_then(|s| model.symbol(s))) {
        (Base::Unknown | Base::Auto, Some(symbol)) => symbol.ty.clone(),
        _ => ty,
    };
    let Base::Named(name) = ty.base else { return Vec::new() };
    let name = name.rsplit("::").next().unwrap_or("").split('<').next().unwrap_or("").to_owned();
    let is_type = |k: SymbolKind| matches!(k, SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Alias);
    let here: Vec<Location> = model
        .named(&name)
        .filter_map(|s| model.symbol(s))
        .filter(|s| is_type(s.kind))
        .map(|s| Location { path: q.path.to_owned(), range: s.range })
        .collect();
    if !here.is_empty() {
        return here;
    }
    q.index
        .named(&name)
        .filter(|(_, s)| is_type(s.kind))
        .map(|(path, s)| Location { path: path.to_owned(), range: s.range })
        .collect()
}

fn locations(q: &Query<'_>, ranges: Vec<TextRange>) -> Vec<Location> {
    ranges.into_iter().map(|range| Location { path: q.path.to_owned(), range }).collect()
}

fn declarations(q: &Query<'_>, offset: u32) -> Vec<(Location, bool)> {
    let Some(target) = target(q, offset) else { return Vec::new() };
    let model = q.analysis.model();
    let here = |s: &Symbol| {
        let definition = s.function.and_then(|f| model.function(f)).is_none_or(|f| f.body.is_some());
        (Location { path: q.path.to_owned(), range: s.range }, definition)
    };
    let own = target.symbol.and_then(|s| model.symbol(s));
    let mut found = Vec::new();
    match own {
        Some(s) if !target.shared => return vec![here(s)],
        Some(s) => found.extend(
            model.named(&target.name).filter_map(|o| model.symbol(o)).filter(|o| same_entity(s, o)).map(here),
        ),
        None => {}
    }
    for (path, symbol) in q.index.named(&target.name) {
        let fits = own.is_none_or(|s| s.kind == symbol.kind && s.kind != SymbolKind::Field);
        if path != q.path && fits && symbol.kind != SymbolKind::Field {
            found.push((Location { path: path.to_owned(), range: symbol.range }, symbol.definition));
        }
    }
    if own.is_none() {
        // A function is meant more often than a variable of its name.
        let functions = |path: &str, range: TextRange| {
            q.index
                .file(path)
                .is_some_and(|f| f.symbols.iter().any(|s| s.range == range && s.kind == SymbolKind::Function))
        };
        found.sort_by_key(|(l, def)| (!functions(&l.path, l.range), !def));
    }
    found.dedup();
    found
}

fn same_entity(a: &Symbol, b: &Symbol) -> bool {
    a.kind == b.kind && a.container == b.container || a.function.is_some() && b.function.is_some()
}

/// All uses of the name under the cursor, in every file the index knows.
pub fn references(q: &Query<'_>, offset: u32, include_declaration: bool) -> Vec<Location> {
    if let Some(ptx) = q.analysis.ptx() {
        let uses = crate::ptx::highlights(ptx, q.analysis.text(), offset);
        let wanted = uses.into_iter().filter(|u| include_declaration || !u.write).map(|u| u.range);
        return locations(q, wanted.collect());
    }
    let Some(target) = target(q, offset) else { return Vec::new() };
    let own = uses(q.analysis, &target, true)
        .into_iter()
        .filter(|u| include_declaration || !u.2)
        .map(|u| Location { path: q.path.to_owned(), range: u.0 });
    let mut found: Vec<Location> = own.collect();
    if target.shared {
        for (path, file) in q.index.files() {
            if path == q.path || !file.mentions(&target.name) {
                continue;
            }
            let Some(analysis) = q.files.analysis(path) else { continue };
            for (range, _, declares) in uses(&analysis, &target, false) {
                if include_declaration || !declares {
                    found.push(Location { path: path.to_owned(), range });
                }
            }
        }
    }
    found
}

/// Uses of the name under the cursor in this file.
pub fn highlights(q: &Query<'_>, offset: u32) -> Vec<Highlight> {
    if let Some(ptx) = q.analysis.ptx() {
        return crate::ptx::highlights(ptx, q.analysis.text(), offset);
    }
    let Some(target) = target(q, offset) else { return Vec::new() };
    uses(q.analysis, &target, true).into_iter().map(|(range, write, _)| Highlight { range, write }).collect()
}

/// (range, written, declared) of each use in a file; `own` if `target.symbol` is a symbol of this file.
fn uses(analysis: &Analysis, target: &Target, own: bool) -> Vec<(TextRange, bool, bool)> {
    let model = analysis.model();
    let symbol = if own { target.symbol } else { None };
    let wanted = symbol.and_then(|s| model.symbol(s));
    model
        .references
        .iter()
        .filter(|r| r.range.of(analysis.text()) == target.name)
        .filter(|r| match (r.symbol, symbol) {
            (Some(a), Some(b)) if a == b => true,
            (Some(a), Some(_)) => model
                .symbol(a)
                .zip(wanted)
                .is_some_and(|(a, b)| a.visible.is_none() && b.visible.is_none() && same_entity(a, b)),
            // In another file: not what is local there, nor a member of something.
            (Some(a), None) => {
                own || model.symbol(a).is_some_and(|s| s.visible.is_none() && s.kind != SymbolKind::Field)
            }
            (None, None) => true,
            (None, Some(_)) => {
                wanted.is_some_and(|s| s.visible.is_none() || s.kind == SymbolKind::Field)
                    && (analysis.syntax().node(r.node).kind() == Kind::FieldIdentifier)
                        == wanted.is_some_and(|s| s.kind == SymbolKind::Field)
            }
        })
        .map(|r| (r.range, r.writes || r.declares, r.declares))
        .chain(in_macros(analysis, target))
        .collect()
}

/// The same name in the bodies of macros, where it means what the whole file can see by it.
fn in_macros<'a>(
    analysis: &'a Analysis,
    target: &'a Target,
) -> impl Iterator<Item = (TextRange, bool, bool)> + 'a {
    let mentions = analysis.model().mentions.iter().filter(|_| target.shared);
    mentions.filter(|m| m.of(analysis.text()) == target.name).map(|m| (*m, false, false))
}
