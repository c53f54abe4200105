//! What a request sees: the state at one moment, cheap to take and never changing under its reader.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tower_lsp::ls_types::{Position, SemanticToken, Uri};
use warplens_ide as ide;

use crate::analysis::FileAnalysis;
use crate::clangd::child::Child;
use crate::clangd::{Clangd, Pass};
use crate::client::Abilities;
use crate::config::{FileSettings, Settings};
use crate::deep::Reports;
use crate::diagnostics::Shown;
use crate::document::Document;
use crate::text::{Encoding, LineIndex};
use crate::workspace::Workspace;

/// The semantic tokens last sent for a document, which deltas refer to.
pub(crate) type SentTokens = Arc<Mutex<HashMap<Uri, (String, Arc<[SemanticToken]>)>>>;

/// Documents whose semantic tokens went out before clangd had spoken: the client is told to ask again when it has.
pub(crate) type LateTokens = Arc<Mutex<HashSet<Uri>>>;

/// The state at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) documents: Arc<HashMap<Uri, Arc<Document>>>,
    pub(crate) shown: Arc<HashMap<Uri, Shown>>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) file_settings: Arc<FileSettings>,
    pub(crate) abilities: Arc<Abilities>,
    pub(crate) encoding: Encoding,
    pub(crate) clangd: Option<Arc<Clangd>>,
    pub(crate) deep: Reports,
    pub(crate) sent_tokens: SentTokens,
    pub(crate) late_tokens: LateTokens,
}

/// A file's text, open or on disk, to place ranges in.
pub(crate) struct FileText {
    pub(crate) uri: Uri,
    pub(crate) text: Arc<str>,
    pub(crate) lines: LineIndex,
}

/// A document that is asked about, with its analysis.
pub(crate) struct Asked<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) document: Arc<Document>,
    pub(crate) analysis: Arc<FileAnalysis>,
    name: String,
    config: ide::Config,
}

impl<'s> Asked<'s> {
    /// `document` as it is, for requests that need positions alone.
    pub(crate) fn bare(snapshot: &'s Snapshot, document: Arc<Document>) -> Self {
        let analysis = document.analysis();
        let name = name_of(&document);
        let config = snapshot.file_settings.config_for(document.path());
        Asked { snapshot, document, analysis, name, config }
    }

    /// The question's surroundings for `warplens-ide`.
    pub(crate) fn query(&self) -> ide::Query<'_> {
        ide::Query {
            analysis: &self.analysis.ide,
            path: &self.name,
            index: &self.snapshot.workspace.index,
            files: self.snapshot,
            config: self.config(),
        }
    }

    /// The rules' settings for it.
    pub(crate) fn config(&self) -> &ide::Config {
        &self.config
    }

    /// What the rules find in it.
    pub(crate) fn findings(&self) -> Vec<ide::Diagnostic> {
        self.snapshot.file_settings.findings(&self.analysis.ide, self.document.path())
    }

    /// The byte offset of a position.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        u32::try_from(self.document.offset(position, self.snapshot.encoding)).unwrap_or(u32::MAX)
    }

    /// The bytes of a range.
    pub(crate) fn bytes(&self, range: tower_lsp::ls_types::Range) -> ide::TextRange {
        ide::TextRange::new(self.offset(range.start), self.offset(range.end))
    }

    /// The protocol's range.
    pub(crate) fn range(&self, range: ide::TextRange) -> tower_lsp::ls_types::Range {
        crate::to_proto::range(&self.document, range, self.snapshot.encoding)
    }
}

impl Snapshot {
    /// An open document that this server looks at.
    pub(crate) fn document(&self, uri: &Uri) -> Option<&Arc<Document>> {
        self.documents.get(uri).filter(|d| d.language.is_ours())
    }

    /// The document `uri` with its analysis; `None` when it is not open or not ours.
    pub(crate) fn ask(&self, uri: &Uri) -> Option<Asked<'_>> {
        Some(Asked::bare(self, Arc::clone(self.document(uri)?)))
    }

    /// The clangd children that have `uri` open.
    pub(crate) fn children_of(&self, uri: &Uri) -> Vec<(Pass, Child)> {
        match (&self.clangd, self.document(uri)) {
            (Some(clangd), Some(document)) => clangd.children_of(document),
            _ => Vec::new(),
        }
    }

    /// The text of the file that the index calls `name`.
    pub(crate) fn text_of(&self, name: &str) -> Option<FileText> {
        let open = self.documents.values().find(|d| name_of(d) == name);
        if let Some(d) = open {
            return Some(FileText { uri: d.uri.clone(), text: Arc::clone(&d.text), lines: d.lines.clone() });
        }
        let path = Path::new(name);
        let text: Arc<str> = String::from_utf8(std::fs::read(path).ok()?).ok()?.into();
        let lines = LineIndex::new(&text);
        Some(FileText { uri: Uri::from_file_path(path)?, text, lines })
    }
}

impl ide::Files for Snapshot {
    fn analysis(&self, path: &str) -> Option<Arc<ide::Analysis>> {
        if let Some(d) = self.documents.values().find(|d| name_of(d) == path) {
            return Some(Arc::clone(&d.analysis().ide));
        }
        crate::workspace::analyse_file(Path::new(path)).map(Arc::new)
    }
}

/// What the index calls a document: its path, or its URI when it has none.
pub(crate) fn name_of(document: &Document) -> String {
    match document.path() {
        Some(path) => path.display().to_string(),
        None => document.uri.as_str().to_owned(),
    }
}
