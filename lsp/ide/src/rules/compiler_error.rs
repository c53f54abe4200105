//! # compiler-error
//!
//! The compiler refuses this code, in the host pass, the device pass, or both.
//!
//! ## What it does
//!
//! Compiles the file for host and device as the project's `compile_commands.json` says, with our own headers where no SDK
//! is installed, and passes on clang's errors: those of both passes once, those of one pass with its name. Where a header is
//! not found, that alone is said, as information, since other errors may only follow from it. Headers are not compiled by
//! themselves. It needs clang: the editor's background compile when no clangd runs, or `warplens lint --deep`.
//!
//! ## Why it matters
//!
//! A CUDA source is compiled twice, and each pass sees different code: under `#ifdef __CUDA_ARCH__`, in the bodies of
//! templates, in calls across the host and device line. An editor that looks at one pass misses the other's errors
//! until the build.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(int *p) {
//! #ifdef __CUDA_ARCH__
//!     *p = only_the_device_pass_sees_this;
//! #endif
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(int *p) {
//! #ifdef __CUDA_ARCH__
//!     *p = __CUDA_ARCH__;
//! #endif
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered. A code that only clang refuses, and the build's own compiler takes, can be allowed like any other.

use super::{Check, Context};
use crate::compiled::messages::{Level, Message};
use crate::compiled::Compiled;
use crate::diagnostics::{Elsewhere, Findings, Severity};
use crate::{Analysis, TextRange};

pub(super) const CHECK: Check = Check::Compiled(check);

fn check(cx: &Context<'_>, compiled: &Compiled, out: &mut Findings) {
    let missing = !compiled.missing_headers().is_empty();
    let mut told: Vec<(TextRange, &str)> = Vec::new();
    for (at, (pass, list)) in compiled.messages.iter().enumerate() {
        let errors = list.iter().filter(|m| m.level == Level::Error && m.file == compiled.path);
        for message in errors {
            let range = place(cx.analysis, message);
            if told.contains(&(range, message.text.as_str())) {
                continue;
            }
            told.push((range, message.text.as_str()));
            if missing && message.missing_header().is_none() {
                continue;
            }
            let others = compiled.messages.iter().enumerate().filter(|(i, _)| *i != at);
            let in_both = others.flat_map(|(_, (_, l))| l).any(|m| {
                (m.line, m.column, &m.text) == (message.line, message.column, &message.text)
            });
            let found = out.report(range, capitalised(&message.text));
            if !in_both && compiled.messages.len() > 1 {
                found.note(format!("in the {pass} pass only"));
            }
            if let Some(header) = message.missing_header() {
                found.severity(Severity::Info);
                found.note(format!(
                    "nothing else is said of this file's compile; give `{header}`'s folder with -I in compile_commands.json"
                ));
            }
            notes(cx.analysis, compiled, message, found);
        }
    }
}

fn notes(
    analysis: &Analysis,
    compiled: &Compiled,
    message: &Message,
    found: &mut crate::diagnostics::Diagnostic,
) {
    for note in &message.notes {
        if note.file == compiled.path {
            let at = offset(analysis, note.line, note.column);
            found.label(TextRange::new(at, at + word_length(analysis.text(), at)), note.text.clone());
        } else {
            found.elsewhere(Elsewhere {
                path: note.file.clone(),
                line: note.line,
                column: note.column,
                message: note.text.clone(),
            });
        }
    }
}

/// What a message marks.
fn place(analysis: &Analysis, message: &Message) -> TextRange {
    let start = offset(analysis, message.line, message.column);
    let end = match message.end {
        Some((line, column)) => offset(analysis, line, column),
        None => start + word_length(analysis.text(), start),
    };
    TextRange::new(start, end)
}

fn offset(analysis: &Analysis, line: u32, column: u32) -> u32 {
    let range = analysis.lines().line_range(analysis.text(), line.saturating_sub(1));
    (range.start.saturating_add(column.saturating_sub(1))).min(range.end)
}

fn word_length(text: &str, at: u32) -> u32 {
    let rest = text.get(at as usize..).unwrap_or_default();
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    if word > 0 { word as u32 } else { rest.chars().next().map_or(0, |c| c.len_utf8() as u32) }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
