//! The fast tier for one version of one document: tree, model, and what came of the rules.
//!
//! The binding to `warplens-ide`, which does the thinking. Work is sent to a worker with the version it is for; whether
//! the result is still wanted is the main loop's business.

use std::sync::Arc;
use std::time::Instant;

use tower_lsp::ls_types::Uri;
use warplens_ide as ide;

use crate::config::FileSettings;
use crate::document::{Document, Language};
use crate::event::{Event, Events};

/// What the fast tier knows of a document.
pub struct FileAnalysis {
    /// Tree and model.
    pub ide: Arc<ide::Analysis>,
}

impl FileAnalysis {
    /// Analyse `document`, from an older version's analysis where there is one.
    pub(crate) fn new(document: &Document, older: Option<&Self>) -> Self {
        let language = ide_language(document.language);
        let older = older.map(|o| &o.ide).filter(|o| o.language() == language);
        let text = Arc::clone(&document.text);
        let analysis = match older {
            Some(older) => older.updated(text),
            None => ide::Analysis::of(text, language),
        };
        let analysis = match document.path() {
            Some(path) => {
                let around = document.headers.around(path, &analysis);
                analysis.surrounded(&around)
            }
            None => analysis,
        };
        Self { ide: Arc::new(analysis) }
    }
}

/// The grammar for a document.
pub(crate) fn ide_language(language: Language) -> ide::Language {
    match language {
        Language::Musa => ide::Language::Musa,
        Language::Ptx => ide::Language::Ptx,
        Language::Cuda | Language::Cpp | Language::Other => ide::Language::Cuda,
    }
}

/// One version of one document, looked at.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The document.
    pub(crate) uri: Uri,
    /// The version.
    pub(crate) version: i32,
    /// What the rules found, or what a panic said.
    pub(crate) found: Result<Vec<ide::Diagnostic>, String>,
    /// What the file shows to others.
    pub(crate) share: Option<ide::workspace::FileIndex>,
    /// Files that include it and see something else now.
    pub(crate) users: Vec<std::path::PathBuf>,
    /// How long it took.
    pub(crate) took: std::time::Duration,
}

/// Look at `document` on a worker and say so when done.
pub(crate) fn start(document: Arc<Document>, settings: Arc<FileSettings>, events: Events) {
    let work = move || {
        let began = Instant::now();
        let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let analysis = document.analysis();
            let found = settings.findings(&analysis.ide, document.path());
            let share = ide::workspace::FileIndex::new(&analysis.ide);
            let users = document.path().map(|p| document.headers.opened(p, &analysis.ide));
            (found, share, users.unwrap_or_default())
        }));
        let (found, share, users) = match looked {
            Ok((found, share, users)) => (Ok(found), Some(share), users),
            Err(panic) => (Err(crate::dispatch::panic_text(&*panic)), None, Vec::new()),
        };
        let finished = Finished {
            uri: document.uri.clone(),
            version: document.version,
            found,
            share,
            users,
            took: began.elapsed(),
        };
        // The loop may have ended.
        let _ = events.send(Event::Analysed(finished));
    };
    tokio::task::spawn_blocking(work);
}
