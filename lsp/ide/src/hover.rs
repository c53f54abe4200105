//! What is shown when the pointer rests on a word.

use crate::model::{Function, Model, Space, Symbol, SymbolKind};
use crate::navigate::target;
use crate::symbols::space_word;
use crate::{Kind, Node, Query, TextRange};

/// A hover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word it is about.
    pub range: TextRange,
    /// Markdown.
    pub markdown: String,
}

/// What is known of the word at `offset`: a diagnostic's rule excepted, which the caller has.
pub fn hover(q: &Query<'_>, offset: u32) -> Option<Hover> {
    if let Some(ptx) = q.analysis.ptx() {
        return crate::ptx::hover(ptx, q.analysis.text(), offset);
    }
    let node = q.analysis.syntax().at(offset);
    if let Some(launch) = launch(q, node) {
        return Some(launch);
    }
    let model = q.analysis.model();
    if let Some(target) = target(q, offset) {
        let markdown = match target.symbol.and_then(|s| model.symbol(s)) {
            Some(symbol) => of_symbol(q, symbol),
            None => match crate::apis::find(&target.name) {
                Some(api) => of_api(api, &target.name),
                None => of_indexed(q, &target.name)?,
            },
        };
        return Some(Hover { range: target.range, markdown });
    }
    let word = node.text();
    let api = crate::apis::find(word)?;
    Some(Hover { range: node.range(), markdown: of_api(api, word) })
}

fn code(text: &str) -> String {
    format!("```cuda\n{text}\n```\n")
}

fn of_api(api: &crate::apis::Api, name: &str) -> String {
    let musa = name != api.name;
    let signature = if musa { rename_words(api.signature) } else { api.signature.to_owned() };
    let mut text = code(&signature);
    text.push_str(&if musa { rename_words(api.help) } else { api.help.to_owned() });
    if musa && api.kind == crate::apis::ApiKind::HostFunction && !crate::names::is_verified_musa(name) {
        text.push_str("\n\n*Unverified name: CUDA has it, but it was not seen in public MUSA code.*");
    }
    text
}

fn rename_words(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        out.push_str(&crate::names::to_musa(&word));
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn of_symbol(q: &Query<'_>, symbol: &Symbol) -> String {
    let model = q.analysis.model();
    let node = q.analysis.syntax().node(symbol.node);
    let mut text = code(&declaration(q.analysis.text(), node, symbol));
    if let Some(function) = symbol.function.and_then(|f| model.function(f)) {
        text.push_str(&of_function(q, function));
    }
    if symbol.space != Space::Plain {
        let help =
            crate::apis::find(space_word(symbol.space).trim_start_matches("extern ")).map_or("", |a| a.help);
        text.push_str(help);
        if let Some(bytes) = symbol.ty.bytes().filter(|_| symbol.space == Space::Shared) {
            text.push_str(&format!(" This one takes {bytes} bytes."));
        }
        text.push('\n');
    }
    if let Some(value) = value_of(model, node, symbol) {
        text.push_str(&format!("Value: `{value}` (`{value:#x}`)\n"));
    }
    if let Some(comment) = comment_before(q.analysis, node) {
        text.push_str(&format!("\n{comment}\n"));
    }
    text
}

fn value_of(model: &Model, node: Node<'_>, symbol: &Symbol) -> Option<i128> {
    match symbol.kind {
        SymbolKind::Macro => model.macro_value(&symbol.name, None, 0),
        SymbolKind::EnumConstant | SymbolKind::Variable
            if symbol.ty.as_scalar().is_some_and(|s| s.is_integer()) =>
        {
            if symbol.writes > 0 || !symbol.ty.constant && symbol.kind == SymbolKind::Variable {
                return None;
            }
            model.eval(node.other(symbol.value?))
        }
        _ => None,
    }
}

fn of_function(q: &Query<'_>, function: &Function) -> String {
    let mut text = String::new();
    if !function.exec.global {
        return text;
    }
    if let Some(shared) = crate::inlay::shared_bytes(q.analysis, function)
        && (shared.bytes > 0 || shared.dynamic)
    {
        let dynamic = if shared.dynamic { ", and dynamic shared memory" } else { "" };
        text.push_str(&format!("Shared memory: {} bytes a block{dynamic}.\n", shared.bytes));
    }
    let here = q.analysis.model().launches.iter().filter(|l| l.kernel == function.name).count();
    text.push_str(&format!("Launched from {here} place{} in this file.\n", if here == 1 { "" } else { "s" }));
    text
}

/// A symbol's declaration without its body.
fn declaration(text: &str, node: Node<'_>, symbol: &Symbol) -> String {
    let end = match symbol.kind {
        SymbolKind::Function => node.child(crate::Field::Body).map(|b| b.range().start),
        SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Namespace => {
            node.child(crate::Field::Body).map(|b| b.range().start)
        }
        _ => None,
    };
    // Attributes that the grammar did not see belong to the line as well.
    let start =
        text.get(..node.range().start as usize).and_then(|t| t.rfind('\n')).map_or(0, |i| i as u32 + 1);
    let lead = TextRange::new(start, node.range().start).of(text);
    let start = if lead.bytes().all(|b| b.is_ascii_alphanumeric() || b"_ \t(),".contains(&b)) {
        start
    } else {
        node.range().start
    };
    let whole = TextRange::new(start, end.unwrap_or(node.range().end)).of(text).trim();
    let short: String = whole.chars().take(600).collect();
    if short.len() < whole.len() { format!("{short} …") } else { short }
}

/// The comment that ends right above a declaration.
fn comment_before(analysis: &crate::Analysis, node: Node<'_>) -> Option<String> {
    let lines = analysis.lines();
    let first = lines.line(node.range().start);
    let mut found: Vec<String> = Vec::new();
    let mut line = first;
    while line > 0 && found.len() < 40 {
        line -= 1;
        let text = lines.line_range(analysis.text(), line).of(analysis.text()).trim();
        let is_comment =
            text.starts_with("//") || text.starts_with('*') || text.starts_with("/*") || text.ends_with("*/");
        if !is_comment {
            break;
        }
        found
            .push(text.trim_start_matches(['/', '*', '!', ' ']).trim_end_matches(['/', '*', ' ']).to_owned());
        if text.starts_with("/*") {
            break;
        }
    }
    found.reverse();
    let text = found.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn of_indexed(q: &Query<'_>, name: &str) -> Option<String> {
    let (path, symbol) = q.index.named(name).find(|(_, s)| s.kind != SymbolKind::Field)?;
    let place = path.rsplit('/').next().unwrap_or(path);
    if let Some(analysis) = q.files.analysis(path) {
        let model = analysis.model();
        if let Some(own) = model.symbols.iter().find(|s| s.range == symbol.range) {
            let node = analysis.syntax().node(own.node);
            let mut text = code(&declaration(analysis.text(), node, own));
            if let Some(comment) = comment_before(&analysis, node) {
                text.push_str(&format!("{comment}\n\n"));
            }
            text.push_str(&format!("from `{place}`"));
            return Some(text);
        }
    }
    Some(format!("{}from `{place}`", code(&format!("{} {name}", symbol.exec.map_or("", |e| e.words())))))
}

/// On the `<<<` or `>>>` of a launch: its configuration.
fn launch(q: &Query<'_>, node: Node<'_>) -> Option<Hover> {
    let syntax = node.parent().filter(|p| p.kind() == Kind::KernelCallSyntax && node.is_token())?;
    let model = q.analysis.model();
    let launch = model.launches.iter().find(|l| l.syntax == syntax.range())?;
    let mut text = format!("Launch of `{}`\n\n", launch.kernel);
    for (label, n) in ["Grid", "Block", "Dynamic shared bytes", "Stream"].iter().zip(&launch.configuration) {
        let n = q.analysis.syntax().node(*n);
        let value = match *label {
            "Grid" | "Block" => {
                let extents = model.eval_dim3(n);
                let shown: Vec<String> =
                    extents.iter().map(|e| e.map_or("?".to_owned(), |v| v.to_string())).collect();
                format!("({})", shown.join(", "))
            }
            "Stream" => String::new(),
            _ => model.eval(n).map_or(String::new(), |v| v.to_string()),
        };
        let value = if value.is_empty() { value } else { format!(" = {value}") };
        text.push_str(&format!("- {label}: `{}`{value}\n", n.text()));
    }
    Some(Hover { range: syntax.range(), markdown: text })
}
