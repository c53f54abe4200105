//! What the deep tier knows beside its rules' findings: the compiler's warnings, and what kernels cost, as lenses, hints
//! and a line in hovers.

use tower_lsp::ls_types::{
    CodeLens, Command, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, InlayHint,
    InlayHintLabel, InlayHintTooltip, Location, NumberOrString, Position, Range, Uri,
};
use warplens_ide as ide;
use warplens_ide::compiled::messages::{Level, Message};
use warplens_ide::compiled::{Kernel, kernel_name, occupancy};

use super::Report;
use crate::clangd::Pass;
use crate::document::Document;
use crate::snapshot::Asked;
use crate::text::Encoding;

/// The compiler's warnings about this document, those of both passes once. Its errors are a rule's.
pub(super) fn compiler_warnings(
    document: &Document,
    messages: &[(Pass, Vec<Message>)],
    encoding: Encoding,
) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for (pass, list) in messages {
        for message in list.iter().filter(|m| m.level == Level::Warning && document.path() == Some(&m.file)) {
            let range = message_range(document, message, encoding);
            let text = capitalised(&message.text);
            if out.iter().any(|d| d.range == range && d.message == text) {
                continue;
            }
            let related: Vec<_> = message
                .notes
                .iter()
                .filter_map(|note| {
                    let uri = if document.path() == Some(&note.file) {
                        document.uri.clone()
                    } else {
                        Uri::from_file_path(&note.file)?
                    };
                    let at = Position {
                        line: note.line.saturating_sub(1),
                        character: note.column.saturating_sub(1),
                    };
                    Some(DiagnosticRelatedInformation {
                        location: Location { uri, range: Range { start: at, end: at } },
                        message: note.text.clone(),
                    })
                })
                .collect();
            out.push(Diagnostic {
                range,
                severity: Some(DiagnosticSeverity::WARNING),
                code: message.flag.clone().map(NumberOrString::String),
                source: Some(format!("clang ({} pass)", pass.name())),
                message: text,
                related_information: (!related.is_empty()).then_some(related),
                ..Diagnostic::default()
            });
        }
    }
    out
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn message_range(document: &Document, message: &Message, encoding: Encoding) -> Range {
    let byte = |line: u32, column: u32| {
        let range = document.lines.line_range(&document.text, line.saturating_sub(1) as usize);
        (range.start + column.saturating_sub(1) as usize).min(range.end)
    };
    let start = byte(message.line, message.column);
    let end = match message.end {
        Some((line, column)) => byte(line, column),
        None => start + word_length(&document.text, start),
    };
    document.range(start..end.max(start), encoding)
}

fn word_length(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    word.max(usize::from(!rest.is_empty() && rest.is_char_boundary(1)))
}

/// What the last compile of this very version told.
fn report<'a>(asked: &'a Asked<'_>) -> Option<&'a Report> {
    let report = asked.snapshot.deep.get(&asked.document.uri)?;
    (report.version == asked.document.version).then_some(report)
}

/// Registers, shared and local memory of a kernel.
fn cost(kernel: &Kernel) -> String {
    let mut parts = vec![kernel.registers_in_words(), format!("{} B shared", kernel.shared)];
    if kernel.local > 0 {
        parts.push(format!("{} B local", kernel.local));
    }
    match kernel.spills() {
        Some((0, 0)) => parts.push("no spills".to_owned()),
        Some((stores, loads)) => parts.push(format!("spills {stores} B out, {loads} B in")),
        None => {}
    }
    parts.join(" · ")
}

/// Lenses with the resources of kernels, from the last compile of this version.
pub(crate) fn lenses(asked: &Asked<'_>) -> Vec<CodeLens> {
    let kernels = report(asked).map(|r| r.kernels.as_slice()).unwrap_or_default();
    kernels
        .iter()
        .filter_map(|kernel| {
            let range = kernel_name(&asked.analysis.ide, &kernel.name)?;
            let command = Command { title: cost(kernel), command: String::new(), arguments: None };
            Some(CodeLens { range: asked.range(range), command: Some(command), data: None })
        })
        .collect()
}

/// A line for the hover of a kernel's name, at its definition or a launch.
pub(crate) fn hover(asked: &Asked<'_>, word: ide::TextRange) -> Option<String> {
    let name = word.of(asked.analysis.ide.text());
    let kernel = report(asked)?.kernels.iter().find(|k| k.name == name)?;
    Some(cost(kernel))
}

/// Hints after launches: occupancy and what limits it, from the last compile of this version.
pub(crate) fn launch_hints(asked: &Asked<'_>, within: ide::TextRange) -> Vec<InlayHint> {
    let Some(report) = report(asked) else { return Vec::new() };
    let analysis = &asked.analysis.ide;
    let models = occupancy::targets(analysis, asked.config());
    let Some(device) = models.first() else { return Vec::new() };
    let launches = analysis.model().launches.iter().filter(|l| within.overlaps(l.syntax));
    launches
        .filter_map(|launch| {
            let kernel = report.kernels.iter().find(|k| k.name == launch.kernel)?;
            let threads = occupancy::threads_of(analysis, launch)?;
            let o = occupancy::of(device, kernel, threads, occupancy::dynamic_shared(analysis, launch));
            // With a lower bound for registers, occupancy has an upper one.
            let at_most = if kernel.allocated.is_some() { "" } else { "≤ " };
            let label = format!(
                "{}, occupancy {at_most}{:.0} %",
                kernel.registers_in_words(),
                o.theoretical() * 100.0
            );
            let tooltip = format!(
                "On {}: {} blocks of {threads} threads a multiprocessor, limited by {}. {}",
                device.display_name,
                o.blocks(),
                o.limiters().join(", "),
                match &kernel.allocated {
                    Some(a) => format!("Registers as ptxas allocates them for {}.", a.arch),
                    None => "Registers are estimated from the PTX, a lower bound; install ptxas for the device compiler's own count.".to_owned(),
                },
            );
            Some(InlayHint {
                position: asked.range(ide::TextRange::empty(launch.syntax.end)).start,
                label: InlayHintLabel::String(label),
                kind: None,
                text_edits: None,
                tooltip: Some(InlayHintTooltip::String(tooltip)),
                padding_left: Some(true),
                padding_right: Some(true),
                data: None,
            })
        })
        .collect()
}
