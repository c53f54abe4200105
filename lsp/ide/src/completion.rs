//! What could be typed next.
//!
//! Names the file and the workspace declare, what CUDA or MUSA gives, members after `.` and `->`, the axes of `threadIdx`.
//! With clangd beside us the server merges its list with this one.

use crate::apis::{Api, ApiKind};
use crate::model::{SymbolKind, types::Base};
use crate::symbols::{score, space_word};
use crate::{Kind, Query, TextRange};
use std::collections::HashSet;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A function.
    Function,
    /// A kernel.
    Kernel,
    /// A variable or parameter.
    Variable,
    /// A member.
    Field,
    /// A type.
    Type,
    /// A constant.
    Constant,
    /// A macro.
    Macro,
    /// A keyword or qualifier.
    Keyword,
    /// A rule's name in a suppression.
    Rule,
    /// A piece of code.
    Snippet,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown, and typed unless `insert` says otherwise.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type or signature.
    pub detail: String,
    /// What is typed.
    pub insert: String,
    /// Whether `insert` holds `$1`-style places.
    pub snippet: bool,
    /// Sorts the list; smaller is better.
    pub rank: u32,
}

/// A list of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The word that an entry replaces.
    pub range: TextRange,
    /// The entries, best first.
    pub items: Vec<Completion>,
    /// Whether typing on may bring entries that are not here.
    pub incomplete: bool,
}

/// How many entries a list has at most.
const LIMIT: usize = 200;

/// Entries for the cursor.
pub fn completion(q: &Query<'_>, offset: u32) -> Completions {
    let text = q.analysis.text();
    if let Some(ptx) = q.analysis.ptx() {
        return crate::ptx::completion(ptx, text, offset);
    }
    let end = (offset as usize).min(text.len());
    let head = text.get(..end).unwrap_or("");
    let word_len = head
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .map(char::len_utf8)
        .sum::<usize>();
    let start = end - word_len;
    let word = head.get(start..).unwrap_or("");
    let before = head.get(..start).unwrap_or("");
    let range = TextRange::new(start as u32, end as u32);
    let line = before.rsplit('\n').next().unwrap_or("");
    let mut items = Vec::new();
    if let Some((_, comment)) = line.split_once("//") {
        if comment.contains("warplens:") && comment.contains("allow") && comment.contains('(') {
            rules(word, head, &mut items);
            let dash = head.rfind(|c: char| !c.is_alphanumeric() && c != '-').map_or(0, |i| i + 1);
            return finish(TextRange::new(dash as u32, end as u32), items);
        }
        return finish(range, items);
    }
    let trimmed = before.trim_end();
    if trimmed.ends_with('.') || trimmed.ends_with("->") {
        members(q, trimmed, &mut items);
        items.retain(|i| score(&i.label, word).is_some());
        return finish(range, items);
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) || in_string(line) {
        return finish(range, items);
    }
    names(q, offset, word, &mut items);
    finish(range, items)
}

fn finish(range: TextRange, mut items: Vec<Completion>) -> Completions {
    items.sort_by(|a, b| (a.rank, &a.label, &a.detail).cmp(&(b.rank, &b.label, &b.detail)));
    let mut seen = HashSet::new();
    items.retain(|i| seen.insert(i.label.clone()));
    let incomplete = items.len() > LIMIT;
    items.truncate(LIMIT);
    Completions { range, items, incomplete }
}

/// The help text of an entry, which lists leave out.
pub fn resolve(q: &Query<'_>, label: &str) -> Option<String> {
    if let Some(manual) = crate::rules::explain(label) {
        return Some(manual);
    }
    if let Some(api) = crate::apis::find(label) {
        return Some(format!("```cuda\n{}\n```\n{}", api.signature.replace(api.name, label), api.help));
    }
    let symbol = q.analysis.model().symbols.iter().find(|s| s.name == label)?;
    crate::hover::hover(q, symbol.range.start).map(|h| h.markdown)
}

fn in_string(line: &str) -> bool {
    line.bytes().filter(|b| *b == b'"').count() % 2 == 1
}

fn item(label: &str, kind: CompletionKind, detail: impl Into<String>, rank: u32) -> Completion {
    Completion {
        label: label.to_owned(),
        kind,
        detail: detail.into(),
        insert: label.to_owned(),
        snippet: false,
        rank,
    }
}

fn rules(word: &str, head: &str, items: &mut Vec<Completion>) {
    let typed = head.rsplit(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or(word);
    for rule in crate::rules::RULES {
        if let Some(score) = score(rule.name, typed) {
            items.push(item(rule.name, CompletionKind::Rule, rule.summary(), score));
        }
    }
}

fn members(q: &Query<'_>, before: &str, items: &mut Vec<Completion>) {
    let object = before.trim_end_matches("->").trim_end_matches('.').trim_end();
    let name_at = object.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
    let name = object.get(name_at..).unwrap_or("");
    if matches!(name, "threadIdx" | "blockIdx" | "blockDim" | "gridDim") {
        for (rank, axis) in ["x", "y", "z"].iter().enumerate() {
            items.push(item(axis, CompletionKind::Field, "unsigned", rank as u32));
        }
        return;
    }
    let model = q.analysis.model();
    // The largest expression that ends where the object ends: `v[0]`, not `]`.
    let end = object.len() as u32;
    let mut node = q.analysis.syntax().at(end.saturating_sub(1));
    for outer in node.ancestors().take_while(|n| n.range().end == end) {
        let expression = matches!(
            outer.kind(),
            Kind::SubscriptExpression
                | Kind::SubscriptArgumentList
                | Kind::CallExpression
                | Kind::ArgumentList
                | Kind::FieldExpression
                | Kind::ParenthesizedExpression
                | Kind::QualifiedIdentifier
        );
        if !expression {
            break;
        }
        node = outer;
    }
    let mut base = model.type_of(node).base;
    if base == Base::Unknown {
        // A half-typed member access may not have parsed: the last declaration of the name will do.
        let known =
            model.symbols.iter().rev().find(|s| s.name == name && s.range.start < object.len() as u32);
        base = known.map_or(Base::Unknown, |s| s.ty.base.clone());
    }
    match base {
        Base::Vector(_, lanes) => {
            for (rank, axis) in ["x", "y", "z", "w"].iter().take(lanes as usize).enumerate() {
                items.push(item(axis, CompletionKind::Field, "", rank as u32));
            }
        }
        Base::Named(owner) if owner == "dim3" => {
            for axis in ["x", "y", "z"] {
                items.push(item(axis, CompletionKind::Field, "unsigned", 0));
            }
        }
        Base::Named(owner) => {
            for symbol in &model.symbols {
                let container = crate::symbols::container_name(model, symbol);
                if container == Some(owner.as_str()) {
                    let kind = if symbol.kind == SymbolKind::Function {
                        CompletionKind::Function
                    } else {
                        CompletionKind::Field
                    };
                    items.push(item(&symbol.name, kind, "", 0));
                }
            }
            for (_, file) in q.index.files() {
                for symbol in file.symbols.iter().filter(|s| s.container.as_deref() == Some(owner.as_str())) {
                    items.push(item(&symbol.name, CompletionKind::Field, "", 1));
                }
            }
        }
        _ => {}
    }
}

fn names(q: &Query<'_>, offset: u32, word: &str, items: &mut Vec<Completion>) {
    let model = q.analysis.model();
    let at = q.analysis.syntax().at(offset.saturating_sub(word.len() as u32 + 1));
    for symbol in &model.symbols {
        let Some(score) = score(&symbol.name, word) else { continue };
        let visible = symbol.visible.is_none_or(|(from, to)| from <= at.id && at.id < to);
        let under_cursor = symbol.range.touches(offset);
        if !visible || under_cursor || matches!(symbol.kind, SymbolKind::Field) || symbol.name.is_empty() {
            continue;
        }
        let function = symbol.function.and_then(|f| model.function(f));
        let (kind, detail) = match symbol.kind {
            SymbolKind::Function if function.is_some_and(|f| f.exec.global) => {
                (CompletionKind::Kernel, "__global__".to_owned())
            }
            SymbolKind::Function => {
                (CompletionKind::Function, function.map_or("", |f| f.exec.words()).to_owned())
            }
            SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Alias | SymbolKind::TemplateParameter => {
                (CompletionKind::Type, String::new())
            }
            SymbolKind::EnumConstant => (CompletionKind::Constant, String::new()),
            SymbolKind::Macro => (
                CompletionKind::Macro,
                model.macros.get(&symbol.name).map_or(String::new(), |m| m.body.clone()),
            ),
            _ => (CompletionKind::Variable, space_word(symbol.space).to_owned()),
        };
        let local = if symbol.visible.is_some() { 0 } else { 10 };
        items.push(item(&symbol.name, kind, detail, score * 40 + local));
    }
    for api in crate::apis::all() {
        push_api(q, api, word, items);
    }
    for keyword in KEYWORDS {
        if let Some(score) = score(keyword, word).filter(|s| *s < 2) {
            items.push(item(keyword, CompletionKind::Keyword, "", score * 40 + 35));
        }
    }
    // The workspace is large: it is asked once there is something to ask for.
    if word.len() >= 2 {
        for (path, file) in q.index.files() {
            if path == q.path {
                continue;
            }
            let place = path.rsplit('/').next().unwrap_or(path);
            for symbol in file.symbols.iter().filter(|s| s.kind != SymbolKind::Field) {
                let Some(score) = score(&symbol.name, word).filter(|s| *s < 2) else { continue };
                let kind = match symbol.kind {
                    SymbolKind::Function if symbol.exec.is_some_and(|e| e.global) => CompletionKind::Kernel,
                    SymbolKind::Function => CompletionKind::Function,
                    SymbolKind::Macro => CompletionKind::Macro,
                    SymbolKind::Variable => CompletionKind::Variable,
                    SymbolKind::EnumConstant => CompletionKind::Constant,
                    _ => CompletionKind::Type,
                };
                items.push(item(&symbol.name, kind, place, score * 40 + 25));
            }
        }
    }
    let node_is_top = at.kind() == Kind::TranslationUnit || at.parent().is_none();
    if node_is_top && ("kernel".starts_with(word) || "__global__".starts_with(word)) {
        items.push(Completion {
            label: "__global__ kernel".to_owned(),
            kind: CompletionKind::Snippet,
            detail: "a kernel with a bounds check".to_owned(),
            insert: "__global__ void ${1:kernel}(${2:float *data, int n}) {\n    int i = blockIdx.x * blockDim.x + threadIdx.x;\n    if (i < n) {\n        $0\n    }\n}".to_owned(),
            snippet: true,
            rank: 60,
        });
    }
}

fn push_api(q: &Query<'_>, api: &Api, word: &str, items: &mut Vec<Completion>) {
    let host = matches!(api.kind, ApiKind::HostFunction | ApiKind::Constant | ApiKind::Type);
    let musa = q.analysis.is_musa() && host;
    let name = if musa { crate::names::to_musa(api.name) } else { api.name.to_owned() };
    let Some(score) = score(&name, word).filter(|s| *s < 3 || word.is_empty()) else { return };
    let kind = match api.kind {
        ApiKind::Variable => CompletionKind::Variable,
        ApiKind::Qualifier => CompletionKind::Keyword,
        ApiKind::DeviceFunction | ApiKind::HostFunction => CompletionKind::Function,
        ApiKind::Constant => CompletionKind::Constant,
        ApiKind::Type => CompletionKind::Type,
    };
    let detail = api.signature.replace(api.name, &name);
    items.push(item(&name, kind, detail, score * 40 + 20));
}

const KEYWORDS: &[&str] = &[
    "alignas",
    "auto",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "constexpr",
    "continue",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "namespace",
    "new",
    "noexcept",
    "nullptr",
    "operator",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "true",
    "try",
    "typedef",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
    "reinterpret_cast",
];

/// Whether a word is a keyword of C++.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}
