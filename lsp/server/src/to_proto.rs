//! From `warplens-ide`'s plain data to the protocol's types. Free functions, named after what they make.

use std::collections::HashMap;

use tower_lsp::ls_types as lsp;
use warplens_ide as ide;

use crate::document::Document;
use crate::snapshot::{FileText, Snapshot};
use crate::text::Encoding;

/// Bytes as a standard range.
pub(crate) fn bytes(range: ide::TextRange) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
}

/// A range in an open document.
pub(crate) fn range(document: &Document, range: ide::TextRange, encoding: Encoding) -> lsp::Range {
    document.range(bytes(range), encoding)
}

/// A range in any file.
pub(crate) fn range_in(file: &FileText, range: ide::TextRange, encoding: Encoding) -> lsp::Range {
    file.lines.range(&file.text, bytes(range), encoding)
}

/// How bad, in the protocol's words.
pub(crate) fn severity(severity: ide::Severity) -> lsp::DiagnosticSeverity {
    match severity {
        ide::Severity::Error => lsp::DiagnosticSeverity::ERROR,
        ide::Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        ide::Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        ide::Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

/// The rules' findings.
pub(crate) fn diagnostics(
    document: &Document,
    list: &[ide::Diagnostic],
    encoding: Encoding,
) -> Vec<lsp::Diagnostic> {
    list.iter().map(|d| diagnostic(document, d, encoding)).collect()
}

/// One finding. Notes follow the message, labels become related places.
pub(crate) fn diagnostic(document: &Document, d: &ide::Diagnostic, encoding: Encoding) -> lsp::Diagnostic {
    let mut message = d.message.clone();
    for note in &d.notes {
        message.push_str("\nnote: ");
        message.push_str(note);
    }
    if let Some(witness) = &d.witness {
        message.push_str("\nfor instance: ");
        message.push_str(witness);
    }
    let related: Vec<_> = d
        .labels
        .iter()
        .map(|label| lsp::DiagnosticRelatedInformation {
            location: lsp::Location {
                uri: document.uri.clone(),
                range: range(document, label.range, encoding),
            },
            message: label.message.clone(),
        })
        .chain(d.elsewhere.iter().filter_map(elsewhere))
        .collect();
    let tags: Vec<_> = d
        .tags
        .iter()
        .map(|tag| match tag {
            ide::Tag::Unnecessary => lsp::DiagnosticTag::UNNECESSARY,
            ide::Tag::Deprecated => lsp::DiagnosticTag::DEPRECATED,
        })
        .collect();
    lsp::Diagnostic {
        range: range(document, d.range, encoding),
        severity: Some(severity(d.severity)),
        code: Some(lsp::NumberOrString::String(d.code.to_owned())),
        code_description: None,
        source: Some("warplens".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: (!tags.is_empty()).then_some(tags),
        data: Some(serde_json::json!({"rule": d.rule})),
    }
}

/// A place in a file that is not open, by line and column.
fn elsewhere(place: &ide::Elsewhere) -> Option<lsp::DiagnosticRelatedInformation> {
    let uri = lsp::Uri::from_file_path(&place.path)?;
    let at = lsp::Position { line: place.line.saturating_sub(1), character: place.column.saturating_sub(1) };
    let location = lsp::Location { uri, range: lsp::Range { start: at, end: at } };
    Some(lsp::DiagnosticRelatedInformation { location, message: place.message.clone() })
}

/// A place in any file; `None` when the file cannot be read any more.
pub(crate) fn location(snapshot: &Snapshot, place: &ide::Location) -> Option<lsp::Location> {
    let file = snapshot.text_of(&place.path)?;
    let range = range_in(&file, place.range, snapshot.encoding);
    Some(lsp::Location { uri: file.uri, range })
}

/// Places; those in files that are gone are left out.
pub(crate) fn locations(snapshot: &Snapshot, places: &[ide::Location]) -> Vec<lsp::Location> {
    places.iter().filter_map(|p| location(snapshot, p)).collect()
}

/// Edits of one open document.
pub(crate) fn edits(document: &Document, edits: &[ide::TextEdit], encoding: Encoding) -> Vec<lsp::TextEdit> {
    edits
        .iter()
        .map(|e| lsp::TextEdit { range: range(document, e.range, encoding), new_text: e.insert.clone() })
        .collect()
}

/// A change of one open document, as a whole.
pub(crate) fn workspace_edit(
    document: &Document,
    list: &[ide::TextEdit],
    encoding: Encoding,
) -> lsp::WorkspaceEdit {
    let changes = HashMap::from([(document.uri.clone(), edits(document, list, encoding))]);
    lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}

/// What a symbol is, for outlines.
pub(crate) fn symbol_kind(kind: ide::model::SymbolKind) -> lsp::SymbolKind {
    use ide::model::SymbolKind as K;
    match kind {
        K::Function => lsp::SymbolKind::FUNCTION,
        K::Variable | K::Parameter => lsp::SymbolKind::VARIABLE,
        K::Field => lsp::SymbolKind::FIELD,
        K::Struct => lsp::SymbolKind::STRUCT,
        K::Enum => lsp::SymbolKind::ENUM,
        K::EnumConstant => lsp::SymbolKind::ENUM_MEMBER,
        K::Alias => lsp::SymbolKind::CLASS,
        K::TemplateParameter => lsp::SymbolKind::TYPE_PARAMETER,
        K::Namespace => lsp::SymbolKind::NAMESPACE,
        K::Macro => lsp::SymbolKind::CONSTANT,
    }
}

/// Markdown.
pub(crate) fn markdown(value: impl Into<String>) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: value.into() }
}
