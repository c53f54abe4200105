//! Names of files in a document, to click on. Finding the file is the caller's work: this crate reads none.

use crate::{Analysis, TextRange};

/// A file named in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The name, without delimiters.
    pub range: TextRange,
    /// The path as written.
    pub target: String,
    /// Whether it is looked for beside this file first.
    pub quoted: bool,
    /// A line of that file, from 1.
    pub line: Option<u32>,
}

/// `#include`s; in PTX the files and lines it was compiled from.
pub fn document_links(analysis: &Analysis) -> Vec<Link> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::links(ptx);
    }
    let includes = analysis.model().includes.iter();
    includes
        .map(|i| Link {
            range: TextRange::new(i.range.start + 1, i.range.end.saturating_sub(1)),
            target: i.path.clone(),
            quoted: i.quoted,
            line: None,
        })
        .collect()
}
