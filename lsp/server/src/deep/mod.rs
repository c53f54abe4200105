//! The deep tier: on save, or when typing pauses, clang compiles the document in the background, and what comes out is
//! read: its errors, its PTX, and what the kernels in it cost.
//!
//! `compile` runs clang, and ptxas where there is one; `warplens-ide` reads what they say and has the rules. `lint` does
//! the same for the command line. The next edit kills the compile. Results carry the version they are for; the main loop
//! drops those of other versions. Only these programs are run, with our own flags: nothing that the workspace names.

mod assembler;
pub(crate) mod compile;
pub mod lint;
mod scratch;
mod show;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::task::AbortHandle;
use tower_lsp::ls_types::{Diagnostic, Uri};
use warplens_ide::compiled::{self, Compiled, Kernel, Message, PtxReport};

use crate::clangd::Pass;
use crate::document::{Document, Language};
use crate::event::{Event, Events};
use crate::text::Encoding;
pub(crate) use assembler::Assembler;
pub(crate) use show::{hover, launch_hints, lenses};

/// What the last compile of each open document found out.
pub(crate) type Reports = Arc<HashMap<Uri, Arc<Report>>>;

/// What a compile found out about a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// The version compiled.
    pub(crate) version: i32,
    /// Its kernels.
    pub(crate) kernels: Vec<Kernel>,
}

/// A compile's outcome.
#[derive(Debug)]
pub(crate) struct DeepFinished {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    /// Messages of the compiler, by pass.
    pub(crate) messages: Vec<(Pass, Vec<Message>)>,
    /// What the PTX says; `None` when the device pass failed.
    pub(crate) ptx: Option<PtxReport>,
    /// Why nothing could be found out, for the log.
    pub(crate) complaint: Option<String>,
}

/// What a compile needs to know.
pub(crate) struct Plan {
    /// clang.
    pub(crate) clang: PathBuf,
    /// Folder and command of each pass.
    pub(crate) commands: Vec<(Pass, PathBuf, Vec<String>)>,
    /// ptxas.
    pub(crate) assembler: Option<Assembler>,
}

/// The tier's state: what runs and what is known.
pub(crate) struct DeepTier {
    events: Events,
    jobs: HashMap<Uri, (i32, AbortHandle)>,
    reports: Reports,
}

impl DeepTier {
    pub(crate) fn new(events: Events) -> Self {
        Self { events, jobs: HashMap::new(), reports: Reports::default() }
    }

    /// The text has settled: compile it, unless this version is compiled or being compiled already.
    pub(crate) fn settled(&mut self, document: &Arc<Document>, plan: Option<Plan>) {
        let Some(plan) = plan else { return };
        if !matches!(document.language, Language::Cuda | Language::Musa) || document.path().is_none() {
            return;
        }
        if self.jobs.get(&document.uri).is_some_and(|(version, _)| *version == document.version) {
            return;
        }
        self.cancel(&document.uri);
        let events = self.events.clone();
        let document = Arc::clone(document);
        let (uri, version) = (document.uri.clone(), document.version);
        let job = tokio::spawn(async move {
            let finished = compile::run(document, plan).await;
            let _ = events.send(Event::Deep(finished));
        });
        self.jobs.insert(uri, (version, job.abort_handle()));
    }

    /// An edit: what is being compiled is out of date.
    pub(crate) fn cancel(&mut self, uri: &Uri) {
        if let Some((_, job)) = self.jobs.remove(uri) {
            job.abort();
        }
    }

    /// The settings changed or the session ends.
    pub(crate) fn cancel_all(&mut self) {
        for (_, (_, job)) in self.jobs.drain() {
            job.abort();
        }
    }

    /// The document was closed.
    pub(crate) fn forget(&mut self, uri: &Uri) {
        Arc::make_mut(&mut self.reports).remove(uri);
    }

    /// What is known, for a snapshot.
    pub(crate) fn reports(&self) -> Reports {
        Arc::clone(&self.reports)
    }

    /// Take in a compile of `document`'s present version; gives what to show. The compiler's own messages are shown
    /// only when no clangd shows them; nothing is shown of a file that the settings leave out.
    pub(crate) fn take_in(
        &mut self,
        document: &Arc<Document>,
        finished: DeepFinished,
        encoding: Encoding,
        without_clangd: bool,
        config: Option<&warplens_ide::Config>,
    ) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut compiled = Compiled {
            path: document.path().map(std::path::Path::to_owned).unwrap_or_default(),
            messages: Vec::new(),
            ptx: finished.ptx,
        };
        // A header by itself is no translation unit: what its compile complains of may be fine where it is included.
        if without_clangd && document.path().is_some_and(is_translation_unit) {
            out.extend(show::compiler_warnings(document, &finished.messages, encoding));
            compiled.messages = finished.messages.into_iter().map(|(pass, m)| (pass.name(), m)).collect();
        }
        if let Some(config) = config {
            let found = compiled::diagnostics(&document.analysis().ide, config, &compiled);
            out.extend(crate::to_proto::diagnostics(document, &found, encoding));
        }
        if let Some(ptx) = compiled.ptx {
            let report = Report { version: finished.version, kernels: ptx.kernels };
            Arc::make_mut(&mut self.reports).insert(finished.uri, Arc::new(report));
        }
        out
    }
}

/// Whether a file of this name is compiled by itself.
fn is_translation_unit(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    !matches!(extension, "cuh" | "muh" | "h" | "hh" | "hpp" | "hxx" | "inl" | "ipp")
}
