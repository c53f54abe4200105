//! Findings for people: where, what, the line with the place marked, and what to do.
//!
//! Colours are ANSI codes; whoever prints strips them where they are not wanted.

use crate::{FileReport, Report};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;
use warplens_ide::{LineIndex, Severity, TextRange};

/// All findings, then a line that counts them.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for file in &report.files {
        one_file(&mut out, file);
    }
    let count = |s: Severity| report.findings().filter(|f| f.diagnostic.severity == s).count();
    let mut parts = Vec::new();
    for (severity, word) in [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "remark"),
        (Severity::Hint, "hint"),
    ] {
        match count(severity) {
            0 => {}
            1 => parts.push(format!("1 {word}")),
            n => parts.push(format!("{n} {word}s")),
        }
    }
    let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    let files =
        if report.looked_at == 1 { "1 file".to_owned() } else { format!("{} files", report.looked_at) };
    let _ = write!(out, "{found} in {files}");
    if report.fixed > 0 {
        let _ = write!(out, "; {} fixed", report.fixed);
    }
    out.push('\n');
    out
}

fn one_file(out: &mut String, file: &FileReport) {
    let lines = LineIndex::new(&file.text);
    for finding in &file.findings {
        let d = &finding.diagnostic;
        let style = severity_style(d.severity);
        let bold = Style::new().bold();
        let dim = AnsiColor::BrightBlack.on_default();
        let (line, column) = finding.start;
        let _ = writeln!(
            out,
            "{bold}{}:{line}:{column}:{bold:#} {style}{}{style:#}: {} {dim}[{} {}]{dim:#}",
            file.path,
            d.severity.word(),
            d.message,
            d.code,
            d.rule
        );
        let last = d.labels.iter().map(|l| lines.line(l.range.start) + 1).chain([line]).max().unwrap_or(line);
        let gutter = last.to_string().len();
        snippet(out, &file.text, &lines, d.range, style, '^', "", gutter);
        for label in &d.labels {
            snippet(
                out,
                &file.text,
                &lines,
                label.range,
                AnsiColor::Cyan.on_default(),
                '-',
                &label.message,
                gutter,
            );
        }
        if let Some(witness) = &d.witness {
            let _ = writeln!(out, "{:gutter$} {dim}={dim:#} with {witness}", "");
        }
        for note in &d.notes {
            let _ = writeln!(out, "{:gutter$} {dim}={dim:#} {note}", "");
        }
        if let Some(fix) = d.fixes.first() {
            let how = if fix.safe { "fix" } else { "suggestion" };
            let _ = writeln!(out, "{:gutter$} {dim}={dim:#} {how}: {}", "", fix.title);
        }
        out.push('\n');
    }
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Blue.on_default().bold(),
        Severity::Hint => AnsiColor::Green.on_default(),
    }
}

/// Lines longer than this are cut around the place.
const MAX_SHOWN: usize = 160;

#[expect(clippy::too_many_arguments, reason = "one line of output, each argument a part of it")]
fn snippet(
    out: &mut String,
    text: &str,
    lines: &LineIndex,
    range: TextRange,
    style: Style,
    mark: char,
    message: &str,
    gutter: usize,
) {
    let line = lines.line(range.start);
    let whole = lines.line_range(text, line);
    let mut shown = whole.of(text);
    let from = (range.start - whole.start) as usize;
    let to = (range.end.min(whole.end).max(range.start) - whole.start) as usize;
    let (mut from, mut to) = (from.min(shown.len()), to.min(shown.len()));
    if shown.len() > MAX_SHOWN {
        let cut = floor(shown, from.saturating_sub(40));
        shown = &shown[cut..];
        shown = &shown[..floor(shown, MAX_SHOWN)];
        from = (from - cut).min(shown.len());
        to = (to - cut).min(shown.len());
    }
    // Tabs are shown as they are, and repeated below, so that marks stand under what they mark.
    let before: String = shown
        .get(..from)
        .unwrap_or("")
        .chars()
        .map(|c| if c == '\t' { "\t".to_owned() } else { " ".repeat(c.to_string().width()) })
        .collect();
    let width = shown.get(from..to).unwrap_or("").width().max(1);
    let dim = AnsiColor::BrightBlack.on_default();
    let _ = writeln!(out, "{dim}{:gutter$} |{dim:#} {shown}", line + 1);
    let marks: String = std::iter::repeat_n(mark, width).collect();
    let message = if message.is_empty() { String::new() } else { format!(" {message}") };
    let _ = writeln!(out, "{dim}{:gutter$} |{dim:#} {before}{style}{marks}{message}{style:#}", "");
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}
