//! PTX documents: what an instruction does, where a register is set, where a label is, which source line this was.
//!
//! The module comes from `warplens-ptx`, whose one instruction table is also the help text. Names are found in the text
//! by their words: registers and labels belong to their function, everything else to the module.

use crate::completion::{Completion, CompletionKind, Completions};
use crate::diagnostics::{Diagnostic, Severity};
use crate::folding::{Fold, FoldKind};
use crate::hover::Hover;
use crate::lenses::{Lens, LensAction};
use crate::links::Link;
use crate::model::{Exec, SymbolKind};
use crate::navigate::Highlight;
use crate::symbols::OutlineItem;
use crate::text::TextRange;
use crate::tokens::{Token, TokenModifier, TokenType};
use crate::workspace::IndexedSymbol;
use warplens_ptx::ast::{Function, Instr, Item, Operand, Stmt, Symbol, Variable};
use warplens_ptx::isa::Mnemonic;
use warplens_ptx::span::Span;
use warplens_ptx::table;

/// A PTX document, read.
#[derive(Clone, Debug)]
pub struct PtxDocument {
    parse: warplens_ptx::Parse,
    unresolved: Vec<warplens_ptx::Diagnostic>,
    words: Vec<TextRange>,
}

impl PtxDocument {
    pub(crate) fn new(text: &str) -> PtxDocument {
        let parse = warplens_ptx::parse(text);
        let (_, unresolved) = warplens_ptx::resolve(&parse.module);
        PtxDocument { parse, unresolved, words: words(text) }
    }

    fn functions(&self) -> impl Iterator<Item = &Function> {
        self.parse.module.items.iter().filter_map(|i| match i {
            Item::Function(f) => Some(f),
            _ => None,
        })
    }

    fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parse.module.items.iter().filter_map(|i| match i {
            Item::Variable(v) => Some(v),
            _ => None,
        })
    }

    fn name(&self, symbol: Symbol) -> &str {
        self.parse.module.names.get(symbol)
    }

    fn function_at(&self, offset: u32) -> Option<&Function> {
        self.functions().find(|f| f.span.start <= offset && offset <= f.span.end)
    }

    fn word_at(&self, offset: u32) -> Option<TextRange> {
        let after = self.words.partition_point(|w| w.start <= offset);
        self.words.get(after.checked_sub(1)?).copied().filter(|w| w.touches(offset))
    }
}

fn range(span: Span) -> TextRange {
    TextRange::new(span.start, span.end)
}

/// Words of a PTX text: opcodes and directives with their dots, registers without their components.
fn words(text: &str) -> Vec<TextRange> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let part = |b: u8| b.is_ascii_alphanumeric() || b"_$%.".contains(&b);
    while let Some(b) = bytes.get(at).copied() {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"//") {
            at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        } else if rest.starts_with(b"/*") {
            at += rest.windows(2).skip(2).position(|w| w == b"*/").map_or(rest.len(), |i| i + 4);
        } else if b == b'"' {
            at +=
                1 + rest.iter().skip(1).position(|b| matches!(b, b'"' | b'\n')).map_or(rest.len(), |i| i + 1);
        } else if part(b) {
            let mut end = at + rest.iter().position(|b| !part(*b)).unwrap_or(rest.len());
            if b == b'%' {
                // `%tid.x` is the register `%tid`.
                end = bytes
                    .get(at..end)
                    .and_then(|w| w.iter().position(|b| *b == b'.'))
                    .map_or(end, |i| at + i);
            }
            if !b.is_ascii_digit() && end > at {
                found.push(TextRange::new(at as u32, end as u32));
            }
            at = end.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// Diagnostics of the parser and of name resolution.
pub(crate) fn diagnostics(ptx: &PtxDocument) -> Vec<Diagnostic> {
    let all = ptx.parse.diagnostics.iter().chain(&ptx.unresolved);
    let mut list: Vec<Diagnostic> = all
        .map(|d| Diagnostic {
            code: "PTX",
            rule: "ptx",
            severity: match d.severity {
                warplens_ptx::Severity::Error => Severity::Error,
                warplens_ptx::Severity::Warning => Severity::Warning,
            },
            tags: Vec::new(),
            range: range(d.span),
            message: d.message.clone(),
            elsewhere: Vec::new(),
            labels: Vec::new(),
            notes: d.help.iter().cloned().collect(),
            fixes: Vec::new(),
            witness: None,
        })
        .collect();
    list.sort_by_key(|d| d.range);
    list.dedup();
    list
}

/// What the word under the cursor is.
pub(crate) fn hover(ptx: &PtxDocument, text: &str, offset: u32) -> Option<Hover> {
    let word = ptx.word_at(offset)?;
    let name = word.of(text);
    let base = name.split('.').next().unwrap_or("");
    if let Some(mnemonic) = Mnemonic::parse(base).filter(|_| !name.starts_with('%')) {
        let mut markdown = table::doc(mnemonic);
        if let Some(source) = source_of(ptx, offset) {
            markdown.push_str(&format!("\nfrom {source}\n"));
        }
        return Some(Hover { range: word, markdown });
    }
    if name.starts_with('%') {
        let function = ptx.function_at(offset);
        let declared = function.and_then(|f| declaration_of(ptx, f, name));
        let markdown = match declared {
            Some(v) => format!("```ptx\n{}\n```\n", range(v.span).of(text).trim()),
            None => format!("```ptx\n{name}\n```\nA special register."),
        };
        return Some(Hover { range: word, markdown });
    }
    let place = definition(ptx, text, offset).into_iter().next()?;
    let line = text.get(place.start as usize..)?.lines().next().unwrap_or("");
    let start = text.get(..place.start as usize)?.rfind('\n').map_or(0, |i| i + 1);
    let head = text.get(start..place.start as usize).unwrap_or("");
    Some(Hover { range: word, markdown: format!("```ptx\n{}{line}\n```\n", head.trim_start()) })
}

/// The source line an offset was compiled from: the last `.loc` before it in its function.
fn source_of(ptx: &PtxDocument, offset: u32) -> Option<String> {
    let function = ptx.function_at(offset)?;
    let mut last = None;
    each_statement(function, &mut |s| {
        if let Stmt::Loc(loc) = s
            && loc.span.start <= offset
            && loc.line > 0
        {
            last = Some((loc.file, loc.line));
        }
    });
    let (file, line) = last?;
    let path = ptx.parse.module.items.iter().find_map(|i| match i {
        Item::File(f) if f.index == file => Some(f.path.as_str()),
        _ => None,
    })?;
    Some(format!("`{path}:{line}`"))
}

/// Calls `with` on every statement of a function, blocks entered. The parser bounds how deep blocks nest.
fn each_statement<'a>(function: &'a Function, with: &mut dyn FnMut(&'a Stmt)) {
    fn go<'a>(list: &'a [Stmt], with: &mut dyn FnMut(&'a Stmt)) {
        for statement in list {
            with(statement);
            if let Stmt::Block(inner, _) = statement {
                go(inner, with);
            }
        }
    }
    go(function.body.as_deref().unwrap_or(&[]), with);
}

/// The `.reg` (or other local variable) that declares a name in a function.
fn declaration_of<'a>(ptx: &PtxDocument, function: &'a Function, name: &str) -> Option<&'a Variable> {
    let fits = |v: &Variable| {
        let own = ptx.name(v.name);
        match v.range {
            None => own == name,
            Some(count) => {
                name.strip_prefix(own).and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n < count)
            }
        }
    };
    let mut found = function.params.iter().chain(&function.returns).find(|v| fits(v));
    each_statement(function, &mut |s| {
        if let Stmt::Variable(v) = s
            && found.is_none()
            && fits(v)
        {
            found = Some(v);
        }
    });
    found
}

/// Where a name is set or defined: a register's instructions that write it, a label, a function, a variable.
pub(crate) fn definition(ptx: &PtxDocument, text: &str, offset: u32) -> Vec<TextRange> {
    let Some(word) = ptx.word_at(offset) else { return Vec::new() };
    let name = word.of(text);
    if let Some(function) = ptx.function_at(offset) {
        let mut places = Vec::new();
        each_statement(function, &mut |s| match s {
            Stmt::Instr(i) if name.starts_with('%') && writes(ptx, i, name) => {
                let inside = ptx.words.iter().find(|w| range(i.span).covers(**w) && w.of(text) == name);
                places.extend(inside);
            }
            Stmt::Label(label, span) if ptx.name(*label) == name => places.push(range(*span)),
            Stmt::BranchTargets { label, span, .. }
            | Stmt::CallTargets { label, span, .. }
            | Stmt::CallPrototype { label, span, .. }
                if ptx.name(*label) == name =>
            {
                places.push(range(*span));
            }
            _ => {}
        });
        if places.is_empty() {
            places.extend(declaration_of(ptx, function, name).map(|v| range(v.name_span)));
        }
        if !places.is_empty() {
            return places;
        }
    }
    let mut functions: Vec<&Function> = ptx.functions().filter(|f| ptx.name(f.name) == name).collect();
    functions.sort_by_key(|f| f.body.is_none());
    let variables = ptx.variables().filter(|v| ptx.name(v.name) == name).map(|v| range(v.name_span));
    functions.first().map(|f| range(f.name_span)).into_iter().chain(variables).collect()
}

/// Where a name is declared: a register's `.reg`; else as [`definition`].
pub(crate) fn declaration(ptx: &PtxDocument, text: &str, offset: u32) -> Vec<TextRange> {
    let name = ptx.word_at(offset).map_or("", |w| w.of(text));
    let function = ptx.function_at(offset);
    match function.and_then(|f| declaration_of(ptx, f, name)) {
        Some(v) => vec![range(v.name_span)],
        None => definition(ptx, text, offset),
    }
}

/// Whether an instruction sets a register: its first operand, unless it is one that only reads.
fn writes(ptx: &PtxDocument, instr: &Instr, name: &str) -> bool {
    const READERS: &[&str] = &[
        "st",
        "red",
        "bra",
        "brx",
        "bar",
        "barrier",
        "membar",
        "fence",
        "prefetch",
        "prefetchu",
        "cp",
        "ret",
        "exit",
        "trap",
        "brkpt",
        "nanosleep",
        "sust",
        "pmevent",
        "discard",
        "wgmma",
        "mbarrier",
    ];
    let mnemonic = instr.mnemonic.as_str();
    if READERS.contains(&mnemonic) && !(mnemonic == "mbarrier" || mnemonic == "barrier") {
        return false;
    }
    let Some(first) = instr.operands.first() else { return false };
    holds(ptx, first, name)
}

fn holds(ptx: &PtxDocument, operand: &Operand, name: &str) -> bool {
    let mut at = vec![operand];
    while let Some(operand) = at.pop() {
        match operand {
            Operand::Name(s, _) | Operand::Component(s, ..) | Operand::Selected(s, ..)
                if ptx.name(*s) == name =>
            {
                return true;
            }
            Operand::Vector(list, _) | Operand::List(list, _) => at.extend(list),
            Operand::Pair(a, b, _) => at.extend([&**a, &**b]),
            _ => {}
        }
    }
    false
}

/// Uses of the name under the cursor: within its function for registers and labels, else in the whole module.
pub(crate) fn highlights(ptx: &PtxDocument, text: &str, offset: u32) -> Vec<Highlight> {
    let Some(word) = ptx.word_at(offset) else { return Vec::new() };
    let name = word.of(text);
    let shared = ptx.functions().any(|f| ptx.name(f.name) == name)
        || ptx.variables().any(|v| ptx.name(v.name) == name);
    let within = ptx.function_at(offset).filter(|_| !shared).map(|f| range(f.span));
    let written = definition(ptx, text, offset);
    ptx.words
        .iter()
        .filter(|w| w.of(text) == name && within.is_none_or(|f| f.covers(**w)))
        .map(|w| Highlight { range: *w, write: written.contains(w) })
        .collect()
}

/// Kernels, functions, variables; labels inside functions.
pub(crate) fn outline(ptx: &PtxDocument) -> Vec<OutlineItem> {
    let item = |name: &str, detail: &str, kind, whole: Span, selection: Span| OutlineItem {
        name: name.to_owned(),
        detail: detail.to_owned(),
        kind,
        kernel: detail == ".entry",
        range: range(whole),
        selection: range(selection),
        children: Vec::new(),
    };
    let mut items = Vec::new();
    for v in ptx.variables() {
        items.push(item(ptx.name(v.name), "variable", SymbolKind::Variable, v.span, v.name_span));
    }
    for f in ptx.functions() {
        let detail = if f.is_entry { ".entry" } else { ".func" };
        let mut function = item(ptx.name(f.name), detail, SymbolKind::Function, f.span, f.name_span);
        each_statement(f, &mut |s| {
            if let Stmt::Label(label, span) = s {
                function.children.push(item(ptx.name(*label), "label", SymbolKind::Field, *span, *span));
            }
        });
        items.push(function);
    }
    items.retain(|i| i.range.covers(i.selection));
    items.sort_by_key(|i| i.range);
    items
}

/// Functions and variables, for searches of the workspace.
pub(crate) fn indexed(ptx: &PtxDocument) -> Vec<IndexedSymbol> {
    let entries = outline(ptx).into_iter().map(|item| {
        let function = item.kind == SymbolKind::Function;
        let exec = Exec { global: item.kernel, device: !item.kernel, ..Exec::default() };
        IndexedSymbol {
            name: item.name.into(),
            kind: item.kind,
            range: item.selection,
            full: item.range,
            container: None,
            exec: function.then_some(exec),
            definition: true,
        }
    });
    entries.collect()
}

/// A kernel's buttons.
pub(crate) fn lenses(ptx: &PtxDocument) -> Vec<Lens> {
    let kernels = ptx.functions().filter(|f| f.is_entry && f.body.is_some());
    kernels
        .flat_map(|f| {
            [LensAction::Profile, LensAction::Debug, LensAction::Check].map(|action| Lens {
                range: range(f.name_span),
                title: action.title().to_owned(),
                action,
                kernel: Some(ptx.name(f.name).to_owned()),
            })
        })
        .collect()
}

/// Bodies.
pub(crate) fn folding(ptx: &PtxDocument) -> Vec<Fold> {
    let bodies = ptx.functions().filter(|f| f.body.is_some());
    bodies.map(|f| Fold { range: range(f.span), kind: FoldKind::Code }).collect()
}

/// Source files, and each `.loc` with its line in one.
pub(crate) fn links(ptx: &PtxDocument) -> Vec<Link> {
    let mut links = Vec::new();
    let mut files = std::collections::HashMap::new();
    for item in &ptx.parse.module.items {
        if let Item::File(f) = item {
            files.insert(f.index, f.path.clone());
            links.push(Link { range: range(f.span), target: f.path.clone(), quoted: true, line: None });
        }
    }
    for function in ptx.functions() {
        each_statement(function, &mut |s| {
            if let Stmt::Loc(loc) = s
                && let Some(path) = files.get(&loc.file)
            {
                let line = (loc.line > 0).then_some(loc.line);
                links.push(Link { range: range(loc.span), target: path.clone(), quoted: true, line });
            }
        });
    }
    links
}

/// Colours.
pub(crate) fn tokens(ptx: &PtxDocument, text: &str, within: Option<TextRange>) -> Vec<Token> {
    let functions: std::collections::HashMap<&str, bool> =
        ptx.functions().map(|f| (ptx.name(f.name), f.is_entry)).collect();
    let wanted = |r: &&TextRange| within.is_none_or(|w| w.overlaps(**r));
    let mut tokens = Vec::new();
    for word in ptx.words.iter().filter(wanted) {
        let name = word.of(text);
        let base = name.split('.').next().unwrap_or("");
        let library = 1 << TokenModifier::DefaultLibrary as u8;
        let (ty, modifiers) = if name.starts_with('.') {
            (TokenType::Keyword, 0)
        } else if name.starts_with('%') {
            let special = !name.ends_with(|c: char| c.is_ascii_digit());
            if special { (TokenType::BuiltinVariable, library) } else { (TokenType::Variable, 0) }
        } else if let Some(entry) = functions.get(name) {
            (if *entry { TokenType::Kernel } else { TokenType::Function }, 0)
        } else if Mnemonic::parse(base).is_some() {
            (TokenType::Function, library)
        } else {
            (TokenType::Variable, 0)
        };
        tokens.push(Token { range: *word, ty, modifiers });
    }
    tokens
}

/// Mnemonics, and after a dot the modifiers that may follow.
pub(crate) fn completion(ptx: &PtxDocument, text: &str, offset: u32) -> Completions {
    let end = (offset as usize).min(text.len());
    let head = text.get(..end).unwrap_or("");
    let start = head.rfind(|c: char| !c.is_alphanumeric() && !"_$%.".contains(c)).map_or(0, |i| i + 1);
    let word = head.get(start..).unwrap_or("");
    let item = |label: &str, kind, detail: &str, rank| Completion {
        label: label.to_owned(),
        kind,
        detail: detail.to_owned(),
        insert: label.to_owned(),
        snippet: false,
        rank,
    };
    let mut items = Vec::new();
    let mut parts: Vec<&str> = word.split('.').collect();
    let typed = parts.pop().unwrap_or("");
    let begin = end - typed.len();
    match parts.split_first() {
        Some((base, mods)) if !base.is_empty() => {
            let known = mods.iter().filter_map(|m| warplens_ptx::isa::Mod::parse(m)).collect::<Vec<_>>();
            if let Some(mnemonic) = Mnemonic::parse(base).filter(|_| known.len() == mods.len()) {
                for next in table::next_modifiers(mnemonic, &known) {
                    if next.as_str().starts_with(typed) {
                        items.push(item(next.as_str(), CompletionKind::Keyword, "", 0));
                    }
                }
            }
        }
        _ => {
            for mnemonic in Mnemonic::ALL.iter().filter(|m| m.as_str().starts_with(typed)) {
                let summary = table::entries_of(*mnemonic).next().map_or("", |e| e.summary);
                items.push(item(mnemonic.as_str(), CompletionKind::Function, summary, 0));
            }
            for function in ptx.functions().filter(|f| ptx.name(f.name).starts_with(typed)) {
                items.push(item(ptx.name(function.name), CompletionKind::Function, "", 1));
            }
        }
    }
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    items.truncate(200);
    Completions { range: TextRange::new(begin as u32, end as u32), items, incomplete: false }
}
