//! The linter: files in, findings out.
//!
//! [`run`] walks paths, lints in parallel, and gives findings in the order of paths and text, whatever the number of
//! cores. Reading and writing files happens here; what is wrong with a text is for `warplens-ide` to say. Outputs are one
//! file each and differ in form only.

#![forbid(unsafe_code)]

mod baseline;
mod files;
mod github;
mod json;
mod sarif;
mod text;

pub use baseline::{BadBaseline, Baseline};
pub use github::github;
pub use json::json;
pub use sarif::sarif;
pub use text::text;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use warplens_config::Settings;
use warplens_headers::Headers;
use warplens_ide::{
    Analysis, Config, Diagnostic, Language, LineIndex, Severity, TextEdit, apply_edits, commands, diagnostics,
};

/// Looks at a source with a compiler, for the rules that need one.
pub trait Deep: std::fmt::Debug + Send + Sync {
    /// What the rules find in `path`, whose text `analysis` is of; `Err` with the reason when it cannot be compiled here.
    ///
    /// # Errors
    /// A sentence for the user.
    fn look(&self, path: &Path, analysis: &Analysis, config: &Config) -> Result<Vec<Diagnostic>, String>;
}

/// What to lint and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Settings, with the folder their patterns start from.
    pub settings: Settings,
    /// The folder of `warplens.toml`, if there is one.
    pub root: Option<PathBuf>,
    /// Findings below this are left out.
    pub least: Severity,
    /// Whether to apply safe fixes and write the files.
    pub fix: bool,
    /// How many threads to use; 0: one a core.
    pub jobs: usize,
    /// Compiles sources, for the rules that need it; none: those rules say nothing.
    pub deep: Option<Arc<dyn Deep>>,
}

/// A finding with what outputs need of its file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file, with forward slashes.
    pub path: String,
    /// What was found.
    pub diagnostic: Diagnostic,
    /// First line and column, from 1, in characters.
    pub start: (u32, u32),
    /// Last line and column, from 1, exclusive.
    pub end: (u32, u32),
}

/// One linted file that has findings.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file, with forward slashes.
    pub path: String,
    /// Its text as it is now.
    pub text: String,
    /// Its findings.
    pub findings: Vec<Finding>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Files with findings, by path.
    pub files: Vec<FileReport>,
    /// How many files were looked at.
    pub looked_at: usize,
    /// How many fixes were applied.
    pub fixed: usize,
    /// What could not be read or written.
    pub errors: Vec<FileError>,
    /// Files that could not be compiled here, so that the rules that need it said nothing of them, and why.
    pub skipped: Vec<(String, String)>,
}

/// A file that could not be read or written.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{what} {}: {why}", .path.display())]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What was tried.
    pub what: &'static str,
    /// What the system said.
    pub why: String,
}

impl Report {
    /// All findings, in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.files.iter().flat_map(|f| &f.findings)
    }
}

/// Lints.
pub fn run(options: &Options) -> Report {
    let mut report = Report::default();
    let files = files::collect(&options.paths, &mut report.errors);
    let jobs = match options.jobs {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
        n => n,
    };
    let headers = Headers::default();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(files.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(at) else { return };
                    let outcome = lint_file(options, &headers, file);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, outcome));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    for (_, outcome) in done {
        report.looked_at += usize::from(outcome.looked_at);
        report.fixed += outcome.fixed;
        report.errors.extend(outcome.error);
        report.skipped.extend(outcome.skipped);
        report.files.extend(outcome.report);
    }
    report
}

#[derive(Default)]
struct Outcome {
    looked_at: bool,
    fixed: usize,
    error: Option<FileError>,
    skipped: Option<(String, String)>,
    report: Option<FileReport>,
}

fn lint_file(options: &Options, headers: &Headers, file: &files::Candidate) -> Outcome {
    let mut outcome = Outcome::default();
    let name = files::display(&file.path);
    let relative = options.root.as_deref().and_then(|root| files::relative(&file.path, root));
    let Some(config) = options.settings.for_path(relative.as_deref().unwrap_or(&name)) else {
        return outcome;
    };
    let mut text = match std::fs::read(&file.path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text,
            // Old sources in GBK or Latin-1: positions are still lines and columns of what is shown.
            Err(bad) if !options.fix => String::from_utf8_lossy(bad.as_bytes()).into_owned(),
            Err(_) => {
                let why = "it is not UTF-8, so it cannot be written back".to_owned();
                outcome.error = Some(FileError { path: file.path.clone(), what: "cannot fix", why });
                return outcome;
            }
        },
        Err(e) => {
            outcome.error =
                Some(FileError { path: file.path.clone(), what: "cannot read", why: e.to_string() });
            return outcome;
        }
    };
    if !file.named && !files::is_device_code(&file.path, &text) {
        return outcome;
    }
    if is_binary(&text) {
        let why = "it is not text".to_owned();
        outcome.error = Some(FileError { path: file.path.clone(), what: "cannot lint", why });
        return outcome;
    }
    outcome.looked_at = true;
    let language = Language::from_path(&name);
    let is_database = files::is_database(&file.path);
    let path = std::path::absolute(&file.path).unwrap_or_else(|_| file.path.clone());
    let analyse = |text: &str| {
        let alone = Analysis::of(text, language);
        let around = headers.around(&path, &alone);
        alone.surrounded(&around)
    };
    let lint_text = |text: &str| diagnostics(&analyse(text), &config);
    let mut found = if is_database { commands::diagnostics(&text, &config) } else { lint_text(&text) };
    if options.fix && !is_database {
        let before = text.clone();
        for _ in 0..8 {
            let edits: Vec<TextEdit> = found
                .iter()
                .filter(|d| d.severity >= options.least)
                .filter_map(|d| d.fixes.first().filter(|f| f.safe))
                .flat_map(|f| f.edits.clone())
                .collect();
            if edits.is_empty() {
                break;
            }
            outcome.fixed += edits.len();
            text = apply_edits(&text, &edits);
            found = lint_text(&text);
        }
        if text != before
            && let Err(e) = std::fs::write(&file.path, &text)
        {
            outcome.error =
                Some(FileError { path: file.path.clone(), what: "cannot write", why: e.to_string() });
        }
    }
    if let Some(deep) = options.deep.as_ref().filter(|_| files::is_source(&file.path)) {
        match deep.look(&file.path, &analyse(&text), &config) {
            Ok(more) => found.extend(more),
            Err(why) => outcome.skipped = Some((name.clone(), why)),
        }
        found.sort_by(|a, b| (a.range, a.code).cmp(&(b.range, b.code)));
    }
    let lines = LineIndex::new(&text);
    let findings: Vec<Finding> = found
        .into_iter()
        .filter(|d| d.severity >= options.least)
        .map(|d| Finding {
            path: name.clone(),
            start: position(&text, &lines, d.range.start),
            end: position(&text, &lines, d.range.end),
            diagnostic: d,
        })
        .collect();
    if !findings.is_empty() {
        outcome.report = Some(FileReport { path: name, text, findings });
    }
    outcome
}

/// Whether a file that is called source is something else.
fn is_binary(text: &str) -> bool {
    text.bytes().take(8192).any(|b| b == 0)
}

/// Line and column from 1, in characters.
fn position(text: &str, lines: &LineIndex, offset: u32) -> (u32, u32) {
    let (line, column) = lines.line_col(offset);
    let start = lines.line_start(line) as usize;
    let characters = text.get(start..start + column as usize).map_or(column as usize, |t| t.chars().count());
    (line + 1, characters as u32 + 1)
}

/// The `warplens.toml` that speaks for a path: in its folder or the nearest one above.
pub fn find_config(start: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(start).ok()?;
    let folder = if absolute.is_dir() { absolute.as_path() } else { absolute.parent()? };
    folder.ancestors().map(|f| f.join(warplens_config::FILE_NAME)).find(|f| f.is_file())
}
