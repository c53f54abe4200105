//! What the deep tier knows, as diagnostics, lenses and hints.

use tower_lsp::ls_types::{
    CodeLens, Command, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, InlayHint,
    InlayHintLabel, InlayHintTooltip, Location, NumberOrString, Position, Range, Uri,
};
use warplens_devices as devices;
use warplens_ide as ide;

use super::kernels::{AsmError, Kernel, PtxReport};
use super::messages::{Level, Message};
use crate::clangd::Pass;
use crate::document::Document;
use crate::snapshot::Asked;
use crate::text::Encoding;
use crate::to_proto;

/// Below this share of the warps that fit, a launch is worth a word.
const LOW_OCCUPANCY: f64 = 0.25;

/// The compiler's messages about this document, those of both passes once.
pub(super) fn compiler_messages(
    document: &Document,
    messages: &[(Pass, Vec<Message>)],
    encoding: Encoding,
) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = Vec::new();
    for (pass, list) in messages {
        for message in list.iter().filter(|m| document.path() == Some(&m.file)) {
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
                severity: Some(match message.level {
                    Level::Error => DiagnosticSeverity::ERROR,
                    Level::Warning => DiagnosticSeverity::WARNING,
                }),
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

/// What the PTX gives reason to say.
pub(super) fn ptx_findings(
    document: &Document,
    report: &PtxReport,
    encoding: Encoding,
    config: &ide::Config,
) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> =
        report.asm_errors.iter().map(|e| asm_error(document, e, encoding)).collect();
    let analysis = document.analysis();
    for kernel in &report.kernels {
        let Some(range) = name_range(&analysis.ide, &kernel.name) else { continue };
        let at = to_proto::range(document, range, encoding);
        out.extend(local_memory(kernel, at, config));
        out.extend(low_occupancy(&analysis.ide, document, kernel, encoding, config));
    }
    out
}

fn finding(
    rule: &'static str,
    level: ide::Level,
    range: Range,
    message: String,
    config: &ide::Config,
) -> Option<Diagnostic> {
    let level = config.levels.get(rule).copied().unwrap_or(level);
    let severity = match level {
        ide::Level::Off => return None,
        ide::Level::Hint => DiagnosticSeverity::HINT,
        ide::Level::Info => DiagnosticSeverity::INFORMATION,
        ide::Level::Warning => DiagnosticSeverity::WARNING,
        ide::Level::Error => DiagnosticSeverity::ERROR,
    };
    Some(Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(code_of(rule).to_owned())),
        source: Some("warplens".to_owned()),
        message,
        data: Some(serde_json::json!({"rule": rule})),
        ..Diagnostic::default()
    })
}

/// The stable codes of the rules that need a compile.
fn code_of(rule: &'static str) -> &'static str {
    match rule {
        "register-spill" => "WL016",
        "dynamically-indexed-local-array" => "WL017",
        "low-occupancy" => "WL030",
        other => other,
    }
}

/// Local memory, which is as slow as global memory: arrays that stay out of registers, or more values than registers.
fn local_memory(kernel: &Kernel, at: Range, config: &ide::Config) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    if kernel.local > 0 {
        let message = format!(
            "`{}` keeps {} bytes a thread in local memory, which is as slow as global memory\n\
             note: arrays go there when their index is not known at compile time or their address is taken",
            kernel.name, kernel.local
        );
        out.extend(finding("dynamically-indexed-local-array", ide::Level::Info, at, message, config));
    }
    let models = targets(config);
    let limit = models.iter().map(|m| m.figures.max_registers_per_thread.get()).min().unwrap_or(255);
    if kernel.registers > limit {
        let message = format!(
            "`{}` has at least {} values of 32 bits live at once and a thread has {limit} registers: some will spill to local memory\n\
             note: counted on the PTX, before the device compiler's own allocation",
            kernel.name, kernel.registers
        );
        out.extend(finding("register-spill", ide::Level::Warning, at, message, config));
    }
    out
}

/// Launches whose blocks cannot fill a multiprocessor.
fn low_occupancy(
    analysis: &ide::Analysis,
    document: &Document,
    kernel: &Kernel,
    encoding: Encoding,
    config: &ide::Config,
) -> Vec<Diagnostic> {
    let model = analysis.model();
    let mut out = Vec::new();
    for launch in model.launches.iter().filter(|l| l.kernel == kernel.name) {
        let Some(threads) = threads_of(analysis, launch) else { continue };
        for device in targets(config) {
            let o = occupancy_of(device, kernel, threads, dynamic_shared(analysis, launch));
            if o.theoretical() >= LOW_OCCUPANCY || o.blocks() == 0 {
                continue;
            }
            let range = to_proto::range(document, launch.syntax, encoding);
            let message = format!(
                "blocks of {threads} threads fill at most {:.0} % of a multiprocessor's warps on {}; the limit is {}\n\
                 note: modelled from {} registers a thread (a lower bound) and {} bytes of shared memory a block",
                o.theoretical() * 100.0,
                device.display_name,
                o.limiters().join(", "),
                kernel.registers,
                u64::from(dynamic_shared(analysis, launch)) + kernel.shared,
            );
            out.extend(finding("low-occupancy", ide::Level::Info, range, message, config));
            break;
        }
    }
    out
}

/// The device models to judge by: those of the settings, else the default one.
fn targets(config: &ide::Config) -> Vec<&'static devices::Model> {
    let named: Vec<_> = config.devices.iter().filter_map(|d| devices::find(&d.name).ok()).collect();
    if named.is_empty() { devices::all().iter().take(1).collect() } else { named }
}

fn occupancy_of(
    device: &devices::Model,
    kernel: &Kernel,
    threads: u32,
    dynamic: u32,
) -> devices::occupancy::Occupancy {
    let demand = devices::occupancy::Demand {
        registers_per_thread: kernel.registers.max(16),
        shared_per_block: u32::try_from(kernel.shared).unwrap_or(u32::MAX).saturating_add(dynamic),
        threads_per_block: threads,
        barriers_per_block: 0,
    };
    devices::occupancy::occupancy(&device.figures, demand)
}

fn threads_of(analysis: &ide::Analysis, launch: &ide::model::Launch) -> Option<u32> {
    let block = launch.configuration.get(1)?;
    let extents = analysis.model().eval_dim3(analysis.syntax().node(*block));
    let threads = extents.into_iter().try_fold(1u64, |all, e| all.checked_mul(e?))?;
    u32::try_from(threads).ok().filter(|&t| t > 0)
}

fn dynamic_shared(analysis: &ide::Analysis, launch: &ide::model::Launch) -> u32 {
    let bytes = launch.configuration.get(2).and_then(|n| analysis.model().eval(analysis.syntax().node(*n)));
    bytes.and_then(|b| u32::try_from(b).ok()).unwrap_or(0)
}

fn name_range(analysis: &ide::Analysis, kernel: &str) -> Option<ide::TextRange> {
    let model = analysis.model();
    let function = model.kernels_named(kernel).into_iter().find(|f| f.body.is_some())?;
    Some(model.symbol(function.symbol?)?.range)
}

/// Where in the document an error of inline assembly is: the token, else the statement, else the whole string.
fn asm_error(document: &Document, error: &AsmError, encoding: Encoding) -> Diagnostic {
    let bytes = place_in_asm(document, error);
    Diagnostic {
        range: document.range(bytes, encoding),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("inline-ptx-error".to_owned())),
        source: Some("warplens".to_owned()),
        message: format!("in inline PTX: {}", error.message),
        ..Diagnostic::default()
    }
}

fn place_in_asm(document: &Document, error: &AsmError) -> std::ops::Range<usize> {
    let text = &*document.text;
    let line = document.lines.line_range(text, error.line.saturating_sub(1) as usize);
    let from = line.start + error.column.saturating_sub(1) as usize;
    let template = AsmTemplate::read(text, from.min(line.end));
    let statement = template.statement(error.statement);
    let in_statement = |needle: &str| {
        let at = template.text.get(statement.clone())?.find(needle)?;
        Some(statement.start + at..statement.start + at + needle.len())
    };
    // Operands were filled in, so the exact text may not be there; the first word of it often is.
    let word = error.text.split([' ', ',', ';', '\t', '\n']).next().unwrap_or_default();
    let found = [error.text.trim(), word].into_iter().filter(|n| !n.is_empty()).find_map(in_statement);
    let bytes = template.source(found.unwrap_or(statement));
    bytes.unwrap_or(line)
}

/// The joined string literals of an `asm` statement, with the place of each byte.
struct AsmTemplate {
    text: String,
    places: Vec<usize>,
}

impl AsmTemplate {
    /// Read the literals of the first parenthesis at or after `from`, up to the first colon outside them.
    fn read(source: &str, from: usize) -> Self {
        let mut out = Self { text: String::new(), places: Vec::new() };
        let Some(open) = source.get(from..).and_then(|rest| rest.find('(')) else { return out };
        let mut chars = source
            .get(from + open + 1..)
            .unwrap_or_default()
            .char_indices()
            .map(|(i, c)| (from + open + 1 + i, c));
        let mut in_string = false;
        while let Some((at, c)) = chars.next() {
            match (in_string, c) {
                (false, '"') => in_string = true,
                (false, ':' | ')') => break,
                (false, _) => {}
                (true, '"') => in_string = false,
                (true, '\\') => match chars.next() {
                    Some((_, 'n')) => out.push('\n', at),
                    Some((_, 't')) => out.push('\t', at),
                    Some((_, other)) => out.push(other, at),
                    None => break,
                },
                // `%%` is a percent sign.
                (true, '%')
                    if out.text.ends_with('%')
                        && source.as_bytes().get(at.wrapping_sub(1)) == Some(&b'%') => {}
                (true, c) => out.push(c, at),
            }
        }
        out
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.places.extend(std::iter::repeat_n(at, c.len_utf8()));
    }

    /// The bytes of statement `n` in the template, without spaces around it; everything if there are fewer.
    fn statement(&self, n: usize) -> std::ops::Range<usize> {
        let mut start = 0;
        for (i, part) in self.text.split_inclusive(';').enumerate() {
            if i == n {
                let lead = part.len() - part.trim_start().len();
                return start + lead..start + part.trim_end().len().max(lead);
            }
            start += part.len();
        }
        0..self.text.len()
    }

    /// The bytes of the source behind bytes of the template.
    fn source(&self, bytes: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
        let start = *self.places.get(bytes.start)?;
        let last = *self.places.get(bytes.end.checked_sub(1)?)?;
        (last >= start).then_some(start..last + 1)
    }
}

/// Lenses with the resources of kernels, from the last compile of this version.
pub(crate) fn lenses(asked: &Asked<'_>) -> Vec<CodeLens> {
    let Some(report) = asked.snapshot.deep.get(&asked.document.uri) else { return Vec::new() };
    if report.version != asked.document.version {
        return Vec::new();
    }
    let mut out = Vec::new();
    for kernel in &report.kernels {
        let Some(range) = name_range(&asked.analysis.ide, &kernel.name) else { continue };
        let mut parts = vec![
            format!("≥ {} registers (modelled)", kernel.registers),
            format!("{} B shared", kernel.shared),
        ];
        parts.push(if kernel.local > 0 {
            format!("{} B local", kernel.local)
        } else {
            "no spills in PTX".to_owned()
        });
        let title = parts.join(" · ");
        let command = Command { title, command: String::new(), arguments: None };
        out.push(CodeLens { range: asked.range(range), command: Some(command), data: None });
    }
    out
}

/// Hints after launches: occupancy and what limits it, from the last compile of this version.
pub(crate) fn launch_hints(asked: &Asked<'_>, within: ide::TextRange) -> Vec<InlayHint> {
    let Some(report) = asked.snapshot.deep.get(&asked.document.uri) else { return Vec::new() };
    if report.version != asked.document.version {
        return Vec::new();
    }
    let analysis = &asked.analysis.ide;
    let models = targets(asked.config());
    let Some(device) = models.first() else { return Vec::new() };
    let launches = analysis.model().launches.iter().filter(|l| within.overlaps(l.syntax));
    launches
        .filter_map(|launch| {
            let kernel = report.kernels.iter().find(|k| k.name == launch.kernel)?;
            let threads = threads_of(analysis, launch)?;
            let o = occupancy_of(device, kernel, threads, dynamic_shared(analysis, launch));
            let label = format!("≥ {} registers, occupancy ≤ {:.0} %", kernel.registers, o.theoretical() * 100.0);
            let tooltip = format!(
                "On {}: {} blocks of {threads} threads a multiprocessor, limited by {}. Modelled from the PTX; registers are a lower bound.",
                device.display_name,
                o.blocks(),
                o.limiters().join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn error(statement: usize, text: &str) -> AsmError {
        AsmError { line: 2, column: 3, statement, text: text.to_owned(), message: String::new() }
    }

    #[test]
    fn an_error_lands_on_its_token_inside_the_string() {
        let source = "void f() {\n  asm volatile(\"mov.u32 %0, %%laneid;\\n\\t\"\n    \"add.u33 %0, %0, 1;\" : \"=r\"(x));\n}\n";
        let document = Document::new(Uri::from_str("file:///a.cu").unwrap(), "cuda", 1, source);
        let at = |e: &AsmError| &source[place_in_asm(&document, e)];
        assert_eq!(at(&error(1, "add.u33")), "add.u33");
        assert_eq!(at(&error(0, "%laneid")), "%%laneid");
        assert_eq!(at(&error(1, "nothing like it")), "add.u33 %0, %0, 1;");
        assert_eq!(at(&error(9, "mov.u32")), "mov.u32");
    }

    #[test]
    fn an_error_where_there_is_no_string_marks_the_line() {
        let document = Document::new(Uri::from_str("file:///a.cu").unwrap(), "cuda", 1, "a\nb c\n");
        assert_eq!(place_in_asm(&document, &error(0, "x")), 2..5);
    }
}
