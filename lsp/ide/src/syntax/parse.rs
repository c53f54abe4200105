//! Text to tree, whole or by edit.
//!
//! The grammar gets a blanked copy of the text (see `blank`). An edit blanks anew and compares old and new copies, so the
//! one span handed to tree-sitter covers what the edit changed anywhere in the file, macro attributes included.
//! Parsing never fails; what the grammar cannot read becomes error nodes, which nothing reports to the user.

use super::flatten::Change;
use super::{Syntax, blank};
use crate::text::TextRange;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// CUDA C++, and C++ that may hold some.
    Cuda,
    /// MUSA C++.
    Musa,
    /// PTX text.
    Ptx,
}

impl Language {
    /// By file name: `.ptx`, `.mu`, `.muh`, all else CUDA.
    pub fn from_path(path: &str) -> Language {
        match path.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
            Some("ptx") => Language::Ptx,
            Some("mu" | "muh") => Language::Musa,
            _ => Language::Cuda,
        }
    }
}

/// A stretch the grammar was shielded from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blanked {
    /// Where it is in the document.
    pub range: TextRange,
}

/// A document's text with its tree.
#[derive(Clone)]
pub struct Parsed {
    language: Language,
    text: Arc<str>,
    blanked_text: Arc<str>,
    blanked: Vec<Blanked>,
    tree: Option<tree_sitter::Tree>,
}

/// Texts longer than this are not parsed: they are generated data, and an editor shows them as plain text.
const MAX_PARSED_BYTES: usize = 16 << 20;

/// Error recovery on hostile text is slow, and an editor waits: no parse may take more steps, of a hundred operations of
/// the parser each, than this and one for each [`BYTES_PER_STEP`] bytes. Steps and not time, so that a busy machine sees what an
/// idle one sees. Plain code takes about one step for thirty bytes.
const MAX_STEPS: usize = 200_000;
/// See [`MAX_STEPS`].
const BYTES_PER_STEP: usize = 8;
/// Nobody waits longer, however many steps it was.
const MAX_PARSE_TIME: Duration = Duration::from_secs(30);

impl Parsed {
    /// Parses a whole text.
    pub fn new(text: impl Into<Arc<str>>, language: Language) -> Parsed {
        let text: Arc<str> = text.into();
        let (blanked_text, blanked) = prepare(&text, language);
        let tree = parse(&blanked_text, language, None);
        Parsed { language, text, blanked_text, blanked, tree }
    }

    /// The document after replacing `range` by `insert`; reuses the tree's unchanged parts. A range that does not fit the
    /// text is clamped to it.
    pub fn edited(&self, range: TextRange, insert: &str) -> Parsed {
        self.replaced(self.edit_text(range, insert))
    }

    /// The text after replacing `range` by `insert`.
    pub(super) fn edit_text(&self, range: TextRange, insert: &str) -> String {
        let at = |offset: u32| floor_char_boundary(&self.text, offset as usize);
        let (start, end) = (at(range.start), at(range.end.max(range.start)));
        let mut text = String::with_capacity(self.text.len() + insert.len());
        text.push_str(self.text.get(..start).unwrap_or(""));
        text.push_str(insert);
        text.push_str(self.text.get(end..).unwrap_or(""));
        text
    }

    /// The document with all its text replaced, reusing what did not change.
    pub fn replaced(&self, text: impl Into<Arc<str>>) -> Parsed {
        self.replaced_with(text).0
    }

    /// The document with all its text replaced, and its flat tree made from `syntax`, which is this document's.
    pub fn updated(&self, text: impl Into<Arc<str>>, syntax: &Syntax) -> (Parsed, Syntax) {
        let (parsed, change) = self.replaced_with(text);
        let syntax = parsed.syntax_after(syntax, change);
        (parsed, syntax)
    }

    #[cfg(test)]
    pub(super) fn edited_with(&self, range: TextRange, insert: &str, syntax: &Syntax) -> (Parsed, Syntax) {
        self.updated(self.edit_text(range, insert), syntax)
    }

    /// The document with all its text replaced, and what that changed.
    pub(super) fn replaced_with(&self, text: impl Into<Arc<str>>) -> (Parsed, Change) {
        let text: Arc<str> = text.into();
        let (blanked_text, blanked) = prepare(&text, self.language);
        let edit = difference(&self.blanked_text, &blanked_text);
        let old = self.tree.as_ref().map(|tree| {
            let mut tree = tree.clone();
            if let Some(edit) = &edit {
                tree.edit(edit);
            }
            tree
        });
        let tree = parse(&blanked_text, self.language, old.as_ref());
        let change = match (&edit, &old, &tree) {
            (Some(edit), Some(old), Some(new)) => Change::new(edit, old, new),
            (None, ..) => Change::NONE,
            _ => Change::ALL,
        };
        (Parsed { language: self.language, text, blanked_text, blanked, tree }, change)
    }

    /// The document's language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The document's text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What the grammar did not see.
    pub fn blanked(&self) -> &[Blanked] {
        &self.blanked
    }

    /// The flat syntax tree.
    pub fn syntax(&self) -> Syntax {
        match &self.tree {
            Some(tree) => Syntax::from_tree(tree, self.text.clone(), None),
            None => Syntax::none(self.text.clone()),
        }
    }

    /// The flat syntax tree, copied from `older` where `change` left it alone.
    pub(super) fn syntax_after(&self, older: &Syntax, change: Change) -> Syntax {
        match &self.tree {
            Some(tree) => Syntax::from_tree(tree, self.text.clone(), Some((older, change))),
            None => Syntax::none(self.text.clone()),
        }
    }

    /// The tree as tree-sitter writes it, for tests that compare two trees.
    pub fn to_sexp(&self) -> String {
        self.tree.as_ref().map(|t| t.root_node().to_sexp()).unwrap_or_default()
    }

    /// Whether the grammar read every byte.
    pub fn is_clean(&self) -> bool {
        self.tree.as_ref().is_some_and(|t| !t.root_node().has_error())
    }
}

fn prepare(text: &Arc<str>, language: Language) -> (Arc<str>, Vec<Blanked>) {
    if language == Language::Ptx || text.len() > MAX_PARSED_BYTES {
        return (text.clone(), Vec::new());
    }
    let spans = blank::spans(text);
    if spans.is_empty() {
        return (text.clone(), Vec::new());
    }
    (blank::apply(text, &spans).into(), spans.into_iter().map(|range| Blanked { range }).collect())
}

fn parse(text: &str, language: Language, old: Option<&tree_sitter::Tree>) -> Option<tree_sitter::Tree> {
    if language == Language::Ptx || text.len() > MAX_PARSED_BYTES {
        return None;
    }
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_cuda::LANGUAGE.into()).ok()?;
    let started = Instant::now();
    let limit = MAX_STEPS + text.len() / BYTES_PER_STEP;
    let mut steps = 0;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > limit || started.elapsed() > MAX_PARSE_TIME {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), old, Some(options))
}

/// The one span in which two texts differ, as an edit of the first.
fn difference(old: &str, new: &str) -> Option<tree_sitter::InputEdit> {
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if start == a.len() && start == b.len() {
        return None;
    }
    let rest = a.len().min(b.len()) - start;
    let tail = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let (old_end, new_end) = (a.len() - tail, b.len() - tail);
    Some(tree_sitter::InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(a, start),
        old_end_position: point(a, old_end),
        new_end_position: point(b, new_end),
    })
}

fn point(text: &[u8], at: usize) -> tree_sitter::Point {
    let before = text.get(..at).unwrap_or(text);
    let row = before.iter().filter(|b| **b == b'\n').count();
    let column = before.iter().rev().take_while(|b| **b != b'\n').count();
    tree_sitter::Point { row, column }
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
