//! What workers and child processes bring back, and what is shown of it.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

use super::MainLoop;
use crate::analysis::Finished;
use crate::clangd::{ClangdEvent, News, Pass};
use crate::client::{Expected, Severity};
use crate::deep::DeepFinished;
use crate::diagnostics::Source;
use crate::to_proto;
use crate::workspace::Indexed;

/// The token of the progress bar of indexing.
const INDEXING: &str = "warplens/indexing";

impl MainLoop {
    /// The fast tier has looked at a version.
    pub(super) fn analysed(&mut self, finished: Finished) {
        let Finished { uri, version, found, share, users, took } = finished;
        let again = self.running.get_mut(&uri).is_some_and(|r| {
            r.busy = false;
            r.again
        });
        let document = self.documents.get(&uri).filter(|d| d.version == version).cloned();
        if let Some(document) = document {
            match found {
                Ok(found) => {
                    let list = to_proto::diagnostics(&document, &found, self.encoding);
                    self.take_in(&uri, Source::Fast, version, list);
                }
                Err(panic) => {
                    let micros = took.as_micros();
                    self.client.log(
                        Severity::Error,
                        &format!("the analysis failed after {micros} µs; {panic}: {}", uri.as_str()),
                    );
                    self.take_in(&uri, Source::Fast, version, Vec::new());
                }
            }
            if let (Some(share), Some(path)) = (share, document.path()) {
                let name = path.display().to_string();
                Arc::make_mut(&mut self.workspace).index.insert(&name, share);
            }
        }
        if again {
            self.analyse(&uri);
        }
        self.look_anew_at(&users);
    }

    fn take_in(&mut self, uri: &Uri, source: Source, version: i32, list: Vec<Diagnostic>) {
        let shown = Arc::make_mut(&mut self.shown).entry(uri.clone()).or_default();
        if shown.put(source, version, list) {
            self.show(uri, source);
        }
    }

    /// Push what is known of the newest version, or have the client ask.
    fn show(&mut self, uri: &Uri, source: Source) {
        let Some(document) = self.documents.get(uri) else { return };
        if self.abilities.pulls_diagnostics {
            // The client asks by itself after each edit, and the fast tier answers then.
            if source != Source::Fast {
                self.client.ask("workspace/diagnostic/refresh", Value::Null, Expected::Nothing);
            }
            return;
        }
        let Some(shown) = self.shown.get(uri) else { return };
        // Before the fast tier's word, an empty list would only flicker.
        if source != Source::Fast && !shown.has_fast(document.version) {
            return;
        }
        let list = shown.of_version(document.version);
        let version = document.version;
        // Settings that were read again, a second pass with nothing to add: nothing new for the client.
        if self.pushed.get(uri).is_some_and(|(v, l)| *v == version && *l == list) {
            return;
        }
        self.pushed.insert(uri.clone(), (version, list.clone()));
        self.publish_list(uri, Some(version), list);
    }

    pub(super) fn publish_list(&self, uri: &Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        if self.abilities.pulls_diagnostics {
            return;
        }
        let params = PublishDiagnosticsParams { uri: uri.clone(), diagnostics, version };
        if let Ok(params) = serde_json::to_value(params) {
            self.client.notify("textDocument/publishDiagnostics", params);
        }
    }

    /// Have every open document shown again.
    pub(super) fn analyse_all(&mut self) {
        let uris: Vec<Uri> = self.documents.keys().cloned().collect();
        for uri in uris {
            self.analyse(&uri);
        }
        if self.abilities.pulls_diagnostics {
            self.client.ask("workspace/diagnostic/refresh", Value::Null, Expected::Nothing);
        }
    }

    /// A clangd child has something to say.
    pub(super) fn clangd_says(&mut self, event: ClangdEvent) {
        let ClangdEvent { pass, news } = event;
        match news {
            News::Up { version } => {
                self.client.log(Severity::Info, &format!("clangd for the {} pass: {version}", pass.name()));
            }
            News::Down { reason, gave_up } => self.clangd_down(pass, &reason, gave_up),
            News::Diagnostics(params) => self.clangd_found(pass, params),
            News::ApplyEdit(params) => self.client.ask("workspace/applyEdit", params, Expected::Nothing),
        }
    }

    fn clangd_down(&mut self, pass: Pass, reason: &str, gave_up: bool) {
        let what = format!("clangd for the {} pass stopped: {reason}.", pass.name());
        if gave_up {
            self.client.show(
                Severity::Warning,
                &format!(
                    "{what} It failed too often and stays off; Warplens goes on without it. Change `warplens.clangd` to try again."
                ),
            );
        } else {
            self.client.log(Severity::Warning, &format!("{what} It is started again."));
        }
        let uris: Vec<Uri> = self.shown.keys().cloned().collect();
        for uri in uris {
            let changed = Arc::make_mut(&mut self.shown).get_mut(&uri).is_some_and(|s| s.forget_clangd(pass));
            if changed {
                self.show(&uri, Source::Clangd(pass));
            }
        }
    }

    fn clangd_found(&mut self, pass: Pass, params: Value) {
        let Ok(params) = serde_json::from_value::<PublishDiagnosticsParams>(params) else {
            self.client.log(Severity::Warning, "diagnostics of clangd were not understood and are ignored");
            return;
        };
        // A result without a version cannot be placed.
        let (Some(document), Some(version)) = (self.documents.get(&params.uri), params.version) else {
            return;
        };
        if document.version != version {
            return;
        }
        // It has parsed this version, so it can colour it as well.
        let mut late = self.late_tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let recolour = late.remove(&params.uri);
        drop(late);
        if recolour && self.abilities.refreshes_tokens {
            self.client.ask("workspace/semanticTokens/refresh", Value::Null, Expected::Nothing);
        }
        let list = crate::clangd::merge::diagnostics(params.diagnostics, pass);
        self.take_in(&params.uri, Source::Clangd(pass), version, list);
    }

    /// The deep tier is done with a version.
    pub(super) fn compiled(&mut self, finished: DeepFinished) {
        let uri = finished.uri.clone();
        let version = finished.version;
        if let Some(sentence) = finished.complaint.as_deref() {
            self.client.log(Severity::Warning, sentence);
        }
        let Some(document) = self.documents.get(&uri).filter(|d| d.version == version).cloned() else {
            return;
        };
        let without_clangd = self.clangd.is_none();
        let config = self.file_settings.of(document.path());
        let list = self.deep.take_in(&document, finished, self.encoding, without_clangd, config.as_ref());
        self.take_in(&uri, Source::Deep, version, list);
        if self.abilities.refreshes_lenses {
            self.client.ask("workspace/codeLens/refresh", Value::Null, Expected::Nothing);
        }
        if self.abilities.refreshes_hints {
            self.client.ask("workspace/inlayHint/refresh", Value::Null, Expected::Nothing);
        }
    }

    /// A batch of the workspace's files was read.
    pub(super) fn indexed(&mut self, batch: Indexed) {
        if batch.scan != self.scan {
            return;
        }
        let open: Vec<String> = self
            .documents
            .values()
            .filter(|d| d.language.is_ours())
            .filter_map(|d| Some(d.path()?.display().to_string()))
            .collect();
        let workspace = Arc::make_mut(&mut self.workspace);
        for (path, share) in batch.files {
            // What is open counts as it is in the editor.
            if open.contains(&path) {
                continue;
            }
            match share {
                Some(share) => workspace.index.insert(&path, share),
                None => workspace.index.remove(&path),
            }
        }
        let new_databases = !batch.databases.is_empty();
        for (folder, database) in batch.databases {
            match database {
                Ok(database) => {
                    workspace.databases.insert(folder, database);
                }
                Err(sentence) => self.client.show(Severity::Warning, &sentence),
            }
        }
        if new_databases {
            self.recommand_clangd();
        }
        self.show_progress(batch.done, batch.total, batch.cut_off);
    }

    fn show_progress(&mut self, done: usize, total: usize, cut_off: bool) {
        if done == 0 {
            if self.abilities.progress && total > 0 {
                let params = json!({"token": INDEXING});
                self.client.ask(
                    "window/workDoneProgress/create",
                    params,
                    Expected::Progress(INDEXING.to_owned()),
                );
            }
        } else if done < total {
            let percentage = done * 100 / total.max(1);
            self.progress(json!({"kind": "report", "message": format!("{done} of {total} files"), "percentage": percentage}));
        } else {
            self.progress(json!({"kind": "end", "message": format!("{total} files")}));
            if cut_off {
                self.client.log(
                    Severity::Warning,
                    &format!("the workspace has more files than are indexed; the first {total} are"),
                );
            }
        }
    }

    fn progress(&mut self, value: Value) {
        if self.progress_shown {
            self.client.notify("$/progress", json!({"token": INDEXING, "value": value}));
            if value["kind"] == "end" {
                self.progress_shown = false;
            }
        }
        self.last_progress = Some(value);
    }

    /// The client has made room for a progress bar.
    pub(super) fn progress_begins(&mut self, token: &str) {
        let begin =
            json!({"kind": "begin", "title": "Warplens: indexing", "percentage": 0, "cancellable": true});
        self.client.notify("$/progress", json!({"token": token, "value": begin}));
        self.progress_shown = true;
        // Everything may have been read before the client answered.
        if let Some(last) = self.last_progress.take() {
            self.progress(last);
        }
    }

    /// The user does not want to wait for the index.
    pub(super) fn progress_cancelled(&mut self) {
        self.scan_stop.store(true, std::sync::atomic::Ordering::Relaxed);
        self.progress(json!({"kind": "end", "message": "stopped"}));
    }
}
