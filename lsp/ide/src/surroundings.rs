//! What the headers around a file declare: macros, constants, types, functions and kernels.
//!
//! A [`Share`] is what one header gives, names and small texts but no tree; [`Surroundings`] are the shares of all headers a
//! file includes, merged. Finding and reading headers is the caller's. Constants are kept as texts, like macros, and
//! evaluated where they are used, so that one header's may build on another's. A name that two headers give
//! differently has no value here: which one counts only a preprocessor can tell.

use std::path::PathBuf;
use std::sync::Arc;

use crate::hash::FastMap;
use crate::model::types::{Base, Type};
use crate::model::{Exec, Function, Macro, Model, Space, SymbolId, SymbolKind};
use crate::{Analysis, Kind, TextRange};

/// No symbol of the file that asks.
const NO_SYMBOL: SymbolId = SymbolId(u32::MAX);

/// A function that a header declares.
#[derive(Clone, Debug, PartialEq)]
pub struct OuterFunction {
    /// Its name.
    pub name: String,
    /// Where it runs.
    pub exec: Exec,
    /// Names and types of its parameters.
    pub parameters: Vec<(String, Type)>,
    /// How many arguments a call needs.
    pub required: usize,
    /// Whether it ends in `...` or a parameter pack.
    pub variadic: bool,
    /// Whether it is a template.
    pub template: bool,
    /// Whether it is a member of something, or under an `#if`, so that a plain call may mean another one.
    pub conditional: bool,
    /// The first argument of its `__launch_bounds__`, as written.
    pub bounds: Option<String>,
    /// The header it is declared in.
    pub path: PathBuf,
    /// Its line there, from 1.
    pub line: u32,
    /// The column of its name, from 1, in bytes.
    pub column: u32,
}

/// What one header gives to those that include it.
#[derive(Clone, Debug, Default)]
pub struct Share {
    macros: Vec<(String, Macro)>,
    types: Vec<(String, Type)>,
    variables: Vec<(String, Type)>,
    functions: Vec<OuterFunction>,
    includes: Vec<(String, bool)>,
}

impl Share {
    /// What a header at `path` gives.
    pub fn of(analysis: &Analysis, path: &std::path::Path) -> Share {
        let model = analysis.model();
        let mut share = Share {
            includes: model.includes.iter().map(|i| (i.path.clone(), i.quoted)).collect(),
            ..Share::default()
        };
        let macros = model.macros.iter().map(|(n, m)| (n.clone(), Macro { symbol: NO_SYMBOL, ..m.clone() }));
        share.macros.extend(macros);
        for symbol in &model.symbols {
            let outside = symbol.container.and_then(|c| model.symbol(c));
            let open = outside.is_none_or(|c| {
                c.kind == SymbolKind::Namespace
                    || c.kind == SymbolKind::Enum && symbol.kind == SymbolKind::EnumConstant
            });
            if symbol.visible.is_some() || symbol.local_to.is_some() || !open {
                continue;
            }
            match symbol.kind {
                SymbolKind::Alias if symbol.ty.base != Base::Unknown => {
                    share.types.push((symbol.name.clone(), symbol.ty.clone()));
                }
                SymbolKind::Variable | SymbolKind::EnumConstant => {
                    let steady = symbol.ty.constant || symbol.kind == SymbolKind::EnumConstant;
                    if steady && let Some(value) = constant_text(analysis, symbol) {
                        let value =
                            Macro { parameters: None, body: value, ambiguous: false, symbol: NO_SYMBOL };
                        share.macros.push((symbol.name.clone(), value));
                    }
                    if symbol.space != Space::Plain || steady {
                        share.variables.push((symbol.name.clone(), symbol.ty.clone()));
                    }
                }
                SymbolKind::Function => {
                    if let Some(function) = symbol.function.and_then(|f| model.function(f)) {
                        share.functions.push(outer(analysis, function, symbol, path));
                    }
                }
                _ => {}
            }
        }
        share
    }

    /// What it includes itself: the name, and whether it is in quotes.
    pub fn includes(&self) -> &[(String, bool)] {
        &self.includes
    }

    /// Whether it gives the same as another, places aside.
    pub fn same_as(&self, other: &Share) -> bool {
        let key = |s: &Share| {
            let mut macros: Vec<_> = s
                .macros
                .iter()
                .map(|(n, m)| (n.clone(), m.body.clone(), m.parameters.clone(), m.ambiguous))
                .collect();
            macros.sort();
            macros
        };
        let functions = |s: &Share| -> Vec<OuterFunction> {
            s.functions.iter().map(|f| OuterFunction { line: 0, column: 0, ..f.clone() }).collect()
        };
        self.includes == other.includes
            && self.types == other.types
            && self.variables == other.variables
            && functions(self) == functions(other)
            && key(self) == key(other)
    }
}

/// A constant's value as text in parentheses; an enumerator without one is the one before it and one more.
fn constant_text(analysis: &Analysis, symbol: &crate::model::Symbol) -> Option<String> {
    const MAX: usize = 256;
    let node = analysis.syntax().node(symbol.node);
    let value = symbol.value.map(|v| analysis.syntax().node(v));
    match value {
        Some(value) => {
            let text = match value.kind() {
                Kind::InitializerList | Kind::ArgumentList => value.items().next()?.text(),
                _ => value.text(),
            };
            (text.len() <= MAX).then(|| format!("({text})"))
        }
        None if symbol.kind == SymbolKind::EnumConstant => {
            let before = node.parent()?.items().take_while(|i| i.id != node.id).last();
            Some(match before.and_then(|b| b.child(crate::Field::Name)) {
                Some(name) => format!("({} + 1)", name.text()),
                None => "0".to_owned(),
            })
        }
        None => None,
    }
}

fn outer(
    analysis: &Analysis,
    function: &Function,
    symbol: &crate::model::Symbol,
    path: &std::path::Path,
) -> OuterFunction {
    let model = analysis.model();
    let node = analysis.syntax().node(function.node);
    // The include guard is a condition that says nothing: it is the outermost.
    let conditions = node.ancestors().filter(|a| {
        matches!(a.kind(), Kind::PreprocIf | Kind::PreprocElif | Kind::PreprocElse)
            || a.kind() == Kind::PreprocIfdef && a.parent().is_some_and(|p| p.kind() != Kind::TranslationUnit)
    });
    let (line, column) = analysis.lines().line_col(symbol.range.start);
    let parameters = function.parameters.iter().filter_map(|p| model.symbol(*p));
    OuterFunction {
        name: function.name.clone(),
        exec: function.exec,
        parameters: parameters.map(|p| (p.name.clone(), p.ty.clone())).collect(),
        required: function.required,
        variadic: function.variadic,
        template: function.template,
        conditional: symbol.container.is_some() || conditions.count() > 0,
        bounds: function.bounds.map(|b: TextRange| {
            b.of(analysis.text()).split(',').next().unwrap_or_default().trim().to_owned()
        }),
        path: path.to_owned(),
        line: line + 1,
        column: column + 1,
    }
}

/// What all headers around a file give.
#[derive(Debug, Default)]
pub struct Surroundings {
    macros: FastMap<String, Macro>,
    types: FastMap<String, Option<Type>>,
    variables: FastMap<String, Option<Type>>,
    functions: FastMap<String, Vec<OuterFunction>>,
    shares: Vec<Arc<Share>>,
}

impl Surroundings {
    /// Merges the shares of all headers a file includes, directly or not.
    pub fn new(shares: Vec<Arc<Share>>) -> Surroundings {
        let mut all = Surroundings::default();
        for share in &shares {
            for (name, new) in &share.macros {
                match all.macros.get_mut(name) {
                    Some(old) => {
                        old.ambiguous |=
                            new.ambiguous || old.body != new.body || old.parameters != new.parameters
                    }
                    None => {
                        all.macros.insert(name.clone(), new.clone());
                    }
                }
            }
            for (from, to) in [(&share.types, &mut all.types), (&share.variables, &mut all.variables)] {
                for (name, ty) in from {
                    let known = to.entry(name.clone()).or_insert_with(|| Some(ty.clone()));
                    if known.as_ref() != Some(ty) {
                        *known = None;
                    }
                }
            }
            for function in &share.functions {
                all.functions.entry(function.name.clone()).or_default().push(function.clone());
            }
        }
        all.shares = shares;
        all
    }

    /// Whether it was made of these very shares.
    pub fn is_of(&self, shares: &[Arc<Share>]) -> bool {
        self.shares.len() == shares.len() && self.shares.iter().zip(shares).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// A macro or constant.
    pub(crate) fn macro_named(&self, name: &str) -> Option<&Macro> {
        self.macros.get(name)
    }

    /// What a type's name stands for.
    pub(crate) fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.get(name)?.as_ref()
    }

    /// The type of a variable or constant.
    pub(crate) fn variable(&self, name: &str) -> Option<&Type> {
        self.variables.get(name)?.as_ref()
    }

    /// Functions of this name.
    pub fn functions_named(&self, name: &str) -> &[OuterFunction] {
        self.functions.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Kernels of this name, if nothing else goes by it.
    pub fn kernels_named(&self, name: &str) -> &[OuterFunction] {
        let all = self.functions_named(name);
        if all.iter().all(|f| f.exec.global && !f.conditional) { all } else { &[] }
    }
}

impl Model {
    /// The macro of this name: the file's own, else a header's.
    pub(crate) fn macro_named(&self, name: &str) -> Option<&Macro> {
        self.macros.get(name).or_else(|| self.around.macro_named(name))
    }

    /// What the headers around the file give.
    pub fn around(&self) -> &Surroundings {
        &self.around
    }
}
