//! The outline of a document, and names of a workspace by query.

use crate::model::{Function, Model, Space, Symbol, SymbolKind};
use crate::workspace::{Index, Location};
use crate::{Analysis, TextRange};

/// An entry of a document's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineItem {
    /// The name.
    pub name: String,
    /// Execution or memory space, type: what an outline shows in grey.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether it is a kernel.
    pub kernel: bool,
    /// The whole declaration.
    pub range: TextRange,
    /// The name's bytes.
    pub selection: TextRange,
    /// What is inside.
    pub children: Vec<OutlineItem>,
}

/// The outline: types with their members, functions, file-level variables, macros.
pub fn document_symbols(analysis: &Analysis) -> Vec<OutlineItem> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::outline(ptx);
    }
    let model = analysis.model();
    let mut roots: Vec<OutlineItem> = Vec::new();
    // Symbols come in the order of the text and containers before their members, so one pass with a stack nests them.
    let mut open: Vec<OutlineItem> = Vec::new();
    for symbol in model.symbols.iter().filter(|s| shown(s)) {
        while let Some(done) = open.pop_if(|o| !o.range.covers(symbol.full) || o.range == symbol.full) {
            match open.last_mut() {
                Some(outer) => outer.children.push(done),
                None => roots.push(done),
            }
        }
        let function = symbol.function.and_then(|f| model.function(f));
        let item = OutlineItem {
            name: symbol.name.clone(),
            detail: detail(analysis, symbol, function),
            kind: symbol.kind,
            kernel: function.is_some_and(|f| f.exec.global),
            range: symbol.full,
            selection: symbol.range,
            children: Vec::new(),
        };
        // Editors refuse a name outside its declaration.
        if item.range.covers(item.selection) {
            open.push(item);
        }
    }
    while let Some(done) = open.pop() {
        match open.last_mut() {
            Some(outer) => outer.children.push(done),
            None => roots.push(done),
        }
    }
    roots
}

fn shown(symbol: &Symbol) -> bool {
    let shared = matches!(symbol.space, Space::Shared | Space::DynamicShared);
    match symbol.kind {
        SymbolKind::TemplateParameter | SymbolKind::Parameter => false,
        _ => !symbol.name.is_empty() && (symbol.visible.is_none() || symbol.local_to.is_none() || shared),
    }
}

fn detail(analysis: &Analysis, symbol: &Symbol, function: Option<&Function>) -> String {
    if let Some(function) = function {
        let node = analysis.syntax().node(function.node);
        let parameters = node.descendants().find(|n| n.kind() == crate::Kind::ParameterList);
        let list = parameters.map_or("", crate::Node::text);
        let short: String = list.split_whitespace().collect::<Vec<_>>().join(" ");
        return format!("{} {short}", function.exec.words()).trim().to_owned();
    }
    match symbol.space {
        Space::Plain => String::new(),
        other => space_word(other).to_owned(),
    }
}

/// The qualifier of a memory space.
pub(crate) fn space_word(space: Space) -> &'static str {
    match space {
        Space::Plain => "",
        Space::Shared => "__shared__",
        Space::DynamicShared => "extern __shared__",
        Space::Constant => "__constant__",
        Space::Device => "__device__",
        Space::Managed => "__managed__",
    }
}

/// The name of the symbol around this one.
pub(crate) fn container_name<'a>(model: &'a Model, symbol: &Symbol) -> Option<&'a str> {
    symbol.container.and_then(|c| model.symbol(c)).map(|c| c.name.as_str())
}

/// A name of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether it is a kernel.
    pub kernel: bool,
    /// What it is in.
    pub container: Option<String>,
    /// Where its name is.
    pub location: Location,
}

/// Names that hold the query's letters in order, the closest first, at most `limit`.
pub fn workspace_symbols(index: &Index, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    let mut found: Vec<(u32, WorkspaceSymbol)> = Vec::new();
    for (path, file) in index.files() {
        for symbol in file.symbols.iter().chain(&file.ptx) {
            let Some(score) = score(&symbol.name, query) else { continue };
            found.push((
                score,
                WorkspaceSymbol {
                    name: symbol.name.to_string(),
                    kind: symbol.kind,
                    kernel: symbol.exec.is_some_and(|e| e.global),
                    container: symbol.container.as_deref().map(str::to_owned),
                    location: Location { path: path.to_owned(), range: symbol.range },
                },
            ));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1.name, &a.1.location).cmp(&(b.0, &b.1.name, &b.1.location)));
    found.truncate(limit);
    found.into_iter().map(|(_, s)| s).collect()
}

/// How badly a name fits a query: 0 is exact; none if it does not.
pub(crate) fn score(name: &str, query: &str) -> Option<u32> {
    if query.is_empty() {
        return Some(3);
    }
    if name == query {
        return Some(0);
    }
    let (name, query) = (name.to_lowercase(), query.to_lowercase());
    if name.starts_with(&query) {
        return Some(1);
    }
    if name.contains(&query) {
        return Some(2);
    }
    let mut letters = name.chars();
    query.chars().all(|c| letters.any(|n| n == c)).then_some(3)
}
