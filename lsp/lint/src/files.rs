//! Which files to lint: those named, and in folders those that hold device code, honouring `.gitignore`.

use crate::FileError;
use std::path::{Path, PathBuf};

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    pub path: PathBuf,
    /// Whether the user named it, so that it is linted whatever is in it.
    pub named: bool,
}

/// Always device code.
const DEVICE: &[&str] = &["cu", "cuh", "mu", "muh"];

/// Device code if it looks like it.
const MAYBE: &[&str] = &["h", "hh", "hpp", "hxx", "c", "cc", "cpp", "cxx", "inl", "ipp"];

/// Words that plain C++ has no use for.
const MARKS: &[&str] = &["__global__", "__device__", "<<<", "cuda_runtime", "musa_runtime", "cudaM", "musaM"];

/// Files under the given paths, sorted, each once.
pub(crate) fn collect(paths: &[PathBuf], errors: &mut Vec<FileError>) -> Vec<Candidate> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(Candidate { path: path.clone(), named: true });
            continue;
        }
        for entry in ignore::WalkBuilder::new(path).require_git(false).build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    let extension = extension(entry.path());
                    let ours = DEVICE.contains(&extension.as_str()) || MAYBE.contains(&extension.as_str());
                    if ours || is_database(entry.path()) {
                        files.push(Candidate { path: entry.into_path(), named: false });
                    }
                }
                Ok(_) => {}
                Err(e) => {
                    errors.push(FileError { path: path.clone(), what: "cannot walk", why: e.to_string() });
                }
            }
        }
    }
    files.sort();
    files.dedup_by(|b, a| a.path == b.path);
    files
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a file found in a folder is worth linting.
pub(crate) fn is_device_code(path: &Path, text: &str) -> bool {
    DEVICE.contains(&extension(path).as_str()) || is_database(path) || MARKS.iter().any(|m| text.contains(m))
}

/// Whether it holds compile commands.
pub(crate) fn is_database(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n == warplens_ide::commands::FILE_NAME)
}

/// Whether a compiler takes it by itself: a source, not a header.
pub(crate) fn is_source(path: &Path) -> bool {
    matches!(extension(path).as_str(), "cu" | "mu")
}

/// A path as reports show it: forward slashes, no `./` before it.
pub(crate) fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

/// A path from a folder, with forward slashes.
pub(crate) fn relative(path: &Path, root: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    absolute.strip_prefix(root).ok().map(display)
}
