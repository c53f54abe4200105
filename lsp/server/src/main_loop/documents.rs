//! Opening, changing, saving and closing: the part of the loop where versions are made.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, Uri,
};

use super::{MainLoop, Phase};
use crate::client::Severity;
use crate::document::Document;
use crate::event::Event;
use crate::{analysis, dispatch};

impl MainLoop {
    /// Handle a notification; true for the last.
    pub(super) fn notification(&mut self, method: &str, params: Value) -> bool {
        if method == "exit" {
            return true;
        }
        if self.phase != Phase::Running {
            return false;
        }
        let result = match method {
            "initialized" => {
                self.initialized();
                Ok(())
            }
            "$/cancelRequest" => {
                self.cancel(&params);
                Ok(())
            }
            "textDocument/didOpen" => dispatch::parse(params).map(|p| self.open(p)),
            "textDocument/didChange" => {
                let raw = params.get("contentChanges").cloned().unwrap_or(Value::Null);
                dispatch::parse(params).map(|p| self.change(&p, &raw))
            }
            "textDocument/didSave" => dispatch::parse(params).map(|p| self.save(&p)),
            "textDocument/didClose" => dispatch::parse(params).map(|p| self.close(&p)),
            "workspace/didChangeConfiguration" => {
                self.configuration_changed(&params);
                Ok(())
            }
            "workspace/didChangeWatchedFiles" => dispatch::parse(params).map(|p| self.files_changed(&p)),
            "workspace/didChangeWorkspaceFolders" => {
                dispatch::parse(params).map(|p| self.folders_changed(&p))
            }
            "window/workDoneProgress/cancel" => {
                self.progress_cancelled();
                Ok(())
            }
            // Unknown ones are ignored, as the protocol asks.
            _ => Ok(()),
        };
        if let Err(e) = result {
            self.client.log(
                Severity::Warning,
                &format!("`{method}` was not understood and is ignored: {}", e.message),
            );
        }
        false
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let document = Document::new(item.uri.clone(), &item.language_id, item.version, item.text);
        let document = Arc::new(document.among(&self.headers));
        Arc::make_mut(&mut self.documents).insert(item.uri.clone(), Arc::clone(&document));
        Arc::make_mut(&mut self.shown).remove(&item.uri);
        self.pushed.remove(&item.uri);
        if !document.language.is_ours() {
            return;
        }
        self.start_clangd_once();
        self.clangd_opens(&document);
        self.analyse(&item.uri);
        self.deep_settled(&document);
    }

    fn change(&mut self, params: &DidChangeTextDocumentParams, raw: &Value) {
        let uri = &params.text_document.uri;
        let Some(old) = self.documents.get(uri) else {
            self.client.log(
                Severity::Warning,
                &format!("a change to a document that is not open is ignored: {}", uri.as_str()),
            );
            return;
        };
        let was_ours = old.language.is_ours();
        let document = old.changed(params.text_document.version, &params.content_changes, self.encoding);
        let document = Arc::new(document);
        Arc::make_mut(&mut self.documents).insert(uri.clone(), Arc::clone(&document));
        self.deep.cancel(uri);
        if !document.language.is_ours() {
            if was_ours {
                self.leave(uri);
            }
            return;
        }
        match &self.clangd {
            Some(clangd) if was_ours => clangd.change(&document, raw),
            // The first kernel in a plain C++ file.
            _ => self.clangd_opens(&document),
        }
        self.analyse(uri);
        self.start_idle_timer(uri, document.version);
    }

    fn save(&mut self, params: &DidSaveTextDocumentParams) {
        let Some(document) = self.documents.get(&params.text_document.uri).cloned() else { return };
        if !document.language.is_ours() {
            return;
        }
        if let Some(clangd) = &self.clangd {
            clangd.save(&document);
        }
        self.deep_settled(&document);
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        if Arc::make_mut(&mut self.documents).remove(uri).is_some() {
            self.leave(uri);
        }
        // What is on disk counts again.
        if let Some(path) = crate::document::file_path(uri) {
            let users = self.headers.closed(&path);
            self.look_anew_at(&users);
            crate::workspace::rescan(vec![path], self.scan, self.events.clone());
        }
    }

    /// Stop looking at a document, and take its squiggles away.
    fn leave(&mut self, uri: &Uri) {
        if let Some(clangd) = &self.clangd {
            clangd.close(uri);
        }
        self.deep.cancel(uri);
        self.deep.forget(uri);
        self.running.remove(uri);
        self.pushed.remove(uri);
        self.sent_tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(uri);
        self.late_tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(uri);
        if Arc::make_mut(&mut self.shown).remove(uri).is_some() {
            self.publish_list(uri, None, Vec::new());
        }
    }

    /// Have the fast tier look at the newest version; one run at a time a document.
    pub(super) fn analyse(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri).filter(|d| d.language.is_ours()) else { return };
        let running = self.running.entry(uri.clone()).or_default();
        if running.busy {
            running.again = true;
            return;
        }
        running.busy = true;
        running.again = false;
        analysis::start(Arc::clone(document), Arc::clone(&self.file_settings), self.events.clone());
    }

    /// Look anew at those of these files that are open: the headers around them have changed.
    pub(super) fn look_anew_at(&mut self, paths: &[std::path::PathBuf]) {
        let wanted = |d: &Arc<Document>| {
            d.language.is_ours() && d.path().is_some_and(|p| paths.iter().any(|known| known == p))
        };
        let users: Vec<Uri> = match paths {
            [] => return,
            _ => self.documents.values().filter(|d| wanted(d)).map(|d| d.uri.clone()).collect(),
        };
        for uri in users {
            if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(&uri) {
                *document = Arc::new(document.anew());
            }
            self.analyse(&uri);
        }
    }

    fn deep_settled(&mut self, document: &Arc<Document>) {
        let plan = self.deep_plan(document);
        self.deep.settled(document, plan);
    }

    fn start_idle_timer(&self, uri: &Uri, version: i32) {
        let deep = &self.settings.deep;
        if !deep.enable || !deep.on_idle {
            return;
        }
        let pause = Duration::from_millis(deep.idle_ms);
        let (events, uri) = (self.events.clone(), uri.clone());
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            let _ = events.send(Event::Idle { uri, version });
        });
    }

    /// The timer of `version` has run out; nothing to do if there was an edit since.
    pub(super) fn idle(&mut self, uri: &Uri, version: i32) {
        if let Some(document) = self.documents.get(uri).filter(|d| d.version == version).cloned() {
            self.deep_settled(&document);
        }
    }
}
