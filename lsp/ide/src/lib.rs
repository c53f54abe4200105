//! What an editor or a linter needs to know of CUDA, MUSA and PTX text.
//!
//! Pure functions over texts: no IO, no LSP types, no clocks. A caller keeps a [`Parsed`] per document and edits it; each
//! state is turned into an [`Analysis`], a snapshot that any number of threads may ask. Requests take a [`Query`]: the
//! analysis, where it lives, and what is known of other files. All positions are UTF-8 byte offsets.
//!
//! Nothing here is ever a syntax error: what the grammar cannot read is skipped in silence, since compilers know better.

pub mod actions;
pub mod apis;
pub mod calls;
pub mod commands;
pub mod compiled;
pub mod completion;
pub mod config;
pub mod diagnostics;
pub mod folding;
mod hash;
pub mod hover;
pub mod inlay;
pub mod lenses;
pub mod links;
pub mod model;
pub mod names;
pub mod navigate;
pub mod ptx;
pub mod rename;
pub mod rules;
pub mod selection;
pub mod signature;
pub mod surroundings;
pub mod symbols;
mod syntax;
mod text;
pub mod tokens;
pub mod workspace;

pub use config::{Config, Device, Level};
pub use diagnostics::{Diagnostic, Elsewhere, Fix, Label, Severity, Tag, diagnostics};
pub use rules::explain;
pub use surroundings::{Share, Surroundings};
pub use syntax::{Blanked, Field, Kind, Language, Node, NodeId, Parsed, Syntax};
pub use text::{LineIndex, TextEdit, TextRange, apply_edits};
pub use workspace::{Files, Index, Location, NoFiles};

use std::sync::Arc;

/// One state of one document: its text, its tree, and what it declares. Cheap to share, never changes.
#[derive(Clone)]
pub struct Analysis {
    parsed: Parsed,
    syntax: Syntax,
    model: model::Model,
    lines: LineIndex,
    ptx: Option<Arc<ptx::PtxDocument>>,
}

impl Analysis {
    /// Analyses a parsed document.
    pub fn new(parsed: &Parsed) -> Analysis {
        Analysis::from_parts(parsed.clone(), parsed.syntax(), Arc::default())
    }

    /// The same document with another text, made from this analysis where the text is the same.
    pub fn updated(&self, text: impl Into<Arc<str>>) -> Analysis {
        let (parsed, syntax) = self.parsed.updated(text, &self.syntax);
        Analysis::from_parts(parsed, syntax, Arc::clone(&self.model.around))
    }

    /// The same document among other headers. Made anew only where the headers are others.
    pub fn surrounded(self, around: &Arc<Surroundings>) -> Analysis {
        if Arc::ptr_eq(&self.model.around, around) || self.model.around.is_empty() && around.is_empty() {
            return self;
        }
        let model = model::Model::new(&self.syntax, self.parsed.text(), Arc::clone(around));
        Analysis { model, ..self }
    }

    fn from_parts(parsed: Parsed, syntax: Syntax, around: Arc<Surroundings>) -> Analysis {
        let model = model::Model::new(&syntax, parsed.text(), around);
        let lines = LineIndex::new(parsed.text());
        let ptx =
            (parsed.language() == Language::Ptx).then(|| Arc::new(ptx::PtxDocument::new(parsed.text())));
        Analysis { parsed, syntax, model, lines, ptx }
    }

    /// Parses and analyses a text.
    pub fn of(text: impl Into<Arc<str>>, language: Language) -> Analysis {
        Analysis::new(&Parsed::new(text, language))
    }

    /// The document it is of.
    pub fn parsed(&self) -> &Parsed {
        &self.parsed
    }

    /// The document's language.
    pub fn language(&self) -> Language {
        self.parsed.language()
    }

    /// The document's text.
    pub fn text(&self) -> &str {
        self.parsed.text()
    }

    /// The module, for PTX documents.
    pub fn ptx(&self) -> Option<&ptx::PtxDocument> {
        self.ptx.as_deref()
    }

    /// The flat tree.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// Symbols, references, functions, launches.
    pub fn model(&self) -> &model::Model {
        &self.model
    }

    /// Where lines begin.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// Whether the text is written for MUSA: by its language, or by what it includes.
    pub fn is_musa(&self) -> bool {
        self.language() == Language::Musa
            || self.model.includes.iter().any(|i| i.path.starts_with("musa") || i.path.starts_with("mublas"))
    }
}

/// A request's surroundings.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// The document asked about.
    pub analysis: &'a Analysis,
    /// Its path, as the index and the answers spell it.
    pub path: &'a str,
    /// What other files declare.
    pub index: &'a Index,
    /// Where to get other files' analyses.
    pub files: &'a dyn Files,
    /// Settings.
    pub config: &'a Config,
}
