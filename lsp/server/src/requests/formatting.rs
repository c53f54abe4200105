//! `textDocument/formatting` and `rangeFormatting`: clang-format when there is one, else clangd's own.
//!
//! clang-format reads the text from its standard input and the user's `.clang-format`; `--assume-filename` tells it the
//! language, with `.mu` shown as `.cu`, which it knows.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{Formatting, RangeFormatting};
use tower_lsp::ls_types::{DocumentFormattingParams, DocumentRangeFormattingParams, Range, TextEdit, Uri};

use crate::clangd::{Pass, find};
use crate::dispatch::{Read, refused};
use crate::document::Language;
use crate::snapshot::{Asked, Snapshot};

type List = Option<Vec<TextEdit>>;

impl Read for Formatting {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

    fn answer(snapshot: &Snapshot, params: &DocumentFormattingParams) -> Result<List, Error> {
        format(snapshot, &params.text_document.uri, None)
    }

    fn document(params: &DocumentFormattingParams) -> Option<&Uri> {
        Some(&params.text_document.uri)
    }

    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        ours.or_else(|| theirs.into_iter().find_map(|(_, l)| l))
    }
}

impl Read for RangeFormatting {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

    fn answer(snapshot: &Snapshot, params: &DocumentRangeFormattingParams) -> Result<List, Error> {
        format(snapshot, &params.text_document.uri, Some(params.range))
    }

    fn document(params: &DocumentRangeFormattingParams) -> Option<&Uri> {
        Some(&params.text_document.uri)
    }

    fn merge(ours: List, theirs: Vec<(Pass, List)>) -> List {
        ours.or_else(|| theirs.into_iter().find_map(|(_, l)| l))
    }
}

/// `None`: no clang-format here. An error: it is there and refused.
fn format(snapshot: &Snapshot, uri: &Uri, range: Option<Range>) -> Result<List, Error> {
    let Some(document) = snapshot.document(uri).cloned() else { return Ok(None) };
    if document.language == Language::Ptx {
        return Ok(None);
    }
    let setting = snapshot.settings.clang_format_path.as_deref();
    let Some(program) = find::program("clang-format", setting, "WARPLENS_CLANG_FORMAT") else {
        return Ok(None);
    };
    let path = document.path().unwrap_or(Path::new("untitled.cu"));
    let as_cuda = match path.extension().and_then(|e| e.to_str()) {
        Some("mu" | "muh" | "cuh") => path.with_extension("cu"),
        _ => path.to_owned(),
    };
    let mut command = Command::new(program);
    command.arg(format!("--assume-filename={}", as_cuda.display()));
    command.arg("--fallback-style=LLVM");
    if let Some(range) = range {
        let start = document.offset(range.start, snapshot.encoding);
        let end = document.offset(range.end, snapshot.encoding);
        command.arg(format!("--offset={start}")).arg(format!("--length={}", end.saturating_sub(start)));
    }
    if let Some(folder) = path.parent().filter(|f| f.is_dir()) {
        command.current_dir(folder);
    }
    let failed = |e: std::io::Error| refused(format!("clang-format could not be run: {e}"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let input = child.stdin.take();
    let text = std::sync::Arc::clone(&document.text);
    // Written from a thread of its own: both pipes may fill.
    let writer = std::thread::spawn(move || input.map(|mut i| i.write_all(text.as_bytes())));
    let output = child.wait_with_output().map_err(failed)?;
    // A pipe that broke shows in the exit status.
    let _ = writer.join();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(refused(format!("clang-format refused: {}", said.trim())));
    }
    let Ok(new) = String::from_utf8(output.stdout) else {
        return Err(refused("clang-format answered with something that is not UTF-8"));
    };
    let asked = Asked::bare(snapshot, document);
    Ok(Some(line_edits(&asked, &new)))
}

/// The change as edits of whole lines, so that cursors and folds elsewhere stay: common head and tail are left alone.
fn line_edits(asked: &Asked<'_>, new: &str) -> Vec<TextEdit> {
    let old = &*asked.document.text;
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let head = old_lines.iter().zip(&new_lines).take_while(|(a, b)| a == b).count();
    let rest = old_lines.len().min(new_lines.len()) - head;
    let tail =
        old_lines.iter().rev().zip(new_lines.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let bytes = |lines: Option<&[&str]>| lines.unwrap_or_default().iter().map(|l| l.len()).sum::<usize>();
    let start = bytes(old_lines.get(..head));
    let end = start + bytes(old_lines.get(head..old_lines.len() - tail));
    let new_text = new_lines.get(head..new_lines.len() - tail).unwrap_or_default().concat();
    if start == end && new_text.is_empty() {
        return Vec::new();
    }
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut range = asked.range(warplens_ide::TextRange::new(at(start), at(end)));
    // A position at a line's start cannot be mistaken for the end of the line before.
    range.start.character = 0;
    vec![TextEdit { range, new_text }]
}
