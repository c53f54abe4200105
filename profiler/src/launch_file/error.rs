//! What can be wrong with a launch file: always a place, a sentence and what to do.

use std::path::{Path, PathBuf};

/// A mistake in a launch file, or in what it refers to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}:{line}: {message}", file.display())]
pub struct LaunchFileError {
    /// The launch file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl LaunchFileError {
    /// An error at a line of `file`.
    pub fn new(file: &Path, line: u32, message: impl Into<String>, help: impl Into<String>) -> Self {
        LaunchFileError { file: file.to_owned(), line, message: message.into(), help: help.into() }
    }
}
