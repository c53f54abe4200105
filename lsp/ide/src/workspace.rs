//! What the files of a workspace declare and call, small enough to keep for thousands of them.
//!
//! The index holds names, not trees. A request that needs another file's tree (references, rename) asks the caller for it
//! through [`Files`], and only for files that mention the name at all.

use crate::model::{Exec, SymbolKind};
use crate::{Analysis, TextRange};
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A place in some file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file, as the index spells it.
    pub path: String,
    /// Where in it.
    pub range: TextRange,
}

/// Gives analyses of files other than the one asked about.
pub trait Files {
    /// The analysis of this file, if it can be had.
    fn analysis(&self, path: &str) -> Option<Arc<Analysis>>;
}

/// No other files.
pub struct NoFiles;

impl Files for NoFiles {
    fn analysis(&self, _: &str) -> Option<Arc<Analysis>> {
        None
    }
}

/// A name the whole workspace can see.
#[derive(Clone, Debug)]
pub struct IndexedSymbol {
    /// The name.
    pub name: Box<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// The name's bytes.
    pub range: TextRange,
    /// The whole declaration.
    pub full: TextRange,
    /// The name of the struct, enum or namespace it is in.
    pub container: Option<Box<str>>,
    /// For functions: where it runs.
    pub exec: Option<Exec>,
    /// Whether this has a body (or is not a function).
    pub definition: bool,
}

/// A call or launch from one function to a name.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The caller: index into the file's symbols.
    pub caller: u32,
    /// The name called.
    pub callee: Box<str>,
    /// Where.
    pub range: TextRange,
    /// Whether it is a launch.
    pub launch: bool,
}

/// One file's share.
#[derive(Clone, Debug, Default)]
pub struct FileIndex {
    /// File-wide names.
    pub symbols: Vec<IndexedSymbol>,
    /// Calls and launches.
    pub edges: Vec<Edge>,
    /// Functions and variables of a PTX file: for searches by name only, since no source means them.
    pub ptx: Vec<IndexedSymbol>,
    /// Hashes of every identifier, sorted.
    mentions: Vec<u32>,
}

impl FileIndex {
    /// Extracts a file's share.
    pub fn new(analysis: &Analysis) -> FileIndex {
        let model = analysis.model();
        let mut symbols = Vec::new();
        let mut place = HashMap::new();
        for (i, s) in model.symbols.iter().enumerate() {
            let function = s.function.and_then(|f| model.function(f));
            if s.visible.is_some() || s.name.is_empty() {
                continue;
            }
            place.insert(i, symbols.len() as u32);
            symbols.push(IndexedSymbol {
                name: s.name.as_str().into(),
                kind: s.kind,
                range: s.range,
                full: s.full,
                container: s.container.and_then(|c| model.symbol(c)).map(|c| c.name.as_str().into()),
                exec: function.map(|f| f.exec),
                definition: function.is_none_or(|f| f.body.is_some()),
            });
        }
        let mut edges = Vec::new();
        let caller_of = |mut function: Option<crate::model::FunctionId>| loop {
            let f = model.function(function?)?;
            match f.symbol {
                Some(s) => return place.get(&(s.0 as usize)).copied(),
                None => function = f.outer,
            }
        };
        for call in &model.calls {
            if let Some(caller) = caller_of(call.function) {
                let range = analysis.syntax().node(call.callee).range();
                edges.push(Edge { caller, callee: call.name.as_str().into(), range, launch: false });
            }
        }
        for launch in &model.launches {
            if let Some(caller) = caller_of(launch.function) {
                let range = analysis.syntax().node(launch.callee).range();
                edges.push(Edge { caller, callee: launch.kernel.as_str().into(), range, launch: true });
            }
        }
        let names = model.references.iter().map(|r| r.range).chain(model.mentions.iter().copied());
        let mut mentions: Vec<u32> = names.map(|range| hash(range.of(analysis.text()))).collect();
        mentions.sort_unstable();
        mentions.dedup();
        let ptx = analysis.ptx().map(crate::ptx::indexed).unwrap_or_default();
        FileIndex { symbols, edges, ptx, mentions }
    }

    /// Whether the file may hold this identifier.
    pub fn mentions(&self, name: &str) -> bool {
        self.mentions.binary_search(&hash(name)).is_ok()
    }
}

fn hash(name: &str) -> u32 {
    let mut hasher = std::hash::DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() as u32
}

/// All files' shares.
#[derive(Clone, Debug, Default)]
pub struct Index {
    files: BTreeMap<String, Arc<FileIndex>>,
    by_name: HashMap<Box<str>, Vec<String>>,
}

impl Index {
    /// An index of nothing.
    pub fn new() -> Index {
        Index::default()
    }

    /// Adds a file, or replaces what was known of it.
    pub fn insert(&mut self, path: &str, file: FileIndex) {
        self.remove(path);
        for symbol in &file.symbols {
            let paths = self.by_name.entry(symbol.name.clone()).or_default();
            if paths.last().is_none_or(|p| p != path) {
                paths.push(path.to_owned());
            }
        }
        self.files.insert(path.to_owned(), Arc::new(file));
    }

    /// Forgets a file.
    pub fn remove(&mut self, path: &str) {
        let Some(old) = self.files.remove(path) else { return };
        for symbol in &old.symbols {
            if let Some(paths) = self.by_name.get_mut(&symbol.name) {
                paths.retain(|p| p != path);
                if paths.is_empty() {
                    self.by_name.remove(&symbol.name);
                }
            }
        }
    }

    /// How many files it holds.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Every file's share, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &FileIndex)> {
        self.files.iter().map(|(p, f)| (p.as_str(), f.as_ref()))
    }

    /// One file's share.
    pub fn file(&self, path: &str) -> Option<&FileIndex> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// Declarations of a name, in all files.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a IndexedSymbol)> {
        self.by_name.get(name).into_iter().flatten().flat_map(move |path| {
            let file = self.files.get(path);
            file.into_iter()
                .flat_map(|f| &f.symbols)
                .filter(move |s| &*s.name == name)
                .map(move |s| (path.as_str(), s))
        })
    }
}
