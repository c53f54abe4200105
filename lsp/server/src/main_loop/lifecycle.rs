//! The beginning and the end of a session, and clangd's place in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tower_lsp::ls_types::{DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams};

use super::{MainLoop, Phase};
use crate::capabilities;
use crate::clangd::{self, Clangd, Headers, Pass, find};
use crate::client::{Abilities, Expected, Severity};
use crate::config::Settings;
use crate::deep::{Assembler, Plan};
use crate::document::Document;
use crate::text::Encoding;
use crate::workspace;

impl MainLoop {
    /// Answer `initialize`.
    pub(super) fn initialize(&mut self, params: Value) -> Value {
        self.phase = Phase::Running;
        self.abilities = Arc::new(Abilities::read(&params));
        let offered = params
            .pointer("/capabilities/general/positionEncodings")
            .and_then(|v| serde_json::from_value::<Vec<_>>(v.clone()).ok());
        self.encoding = Encoding::negotiate(offered.as_deref());
        if let Some(options) = params.get("initializationOptions") {
            match Settings::from_json(options) {
                Ok(settings) => self.settings = Arc::new(settings),
                Err(sentence) => self.client.show(Severity::Warning, &sentence),
            }
        }
        let roots = roots(&params);
        Arc::make_mut(&mut self.workspace).roots = roots;
        self.introduction = params;
        capabilities::answer(&self.abilities, self.encoding, self.options.version)
    }

    /// The client is ready to be asked things.
    pub(super) fn initialized(&mut self) {
        if self.abilities.watches_files {
            let watchers: Vec<Value> = [
                "**/*.{cu,cuh,mu,muh,ptx,h,hpp,hh,cpp,cc,cxx,inl}",
                "**/compile_commands.json",
                "**/warplens.toml",
            ]
            .iter()
            .map(|glob| json!({"globPattern": glob}))
            .collect();
            let registration = json!({
                "id": "warplens/watch", "method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": watchers},
            });
            self.client.ask(
                "client/registerCapability",
                json!({"registrations": [registration]}),
                Expected::Nothing,
            );
        }
        self.ask_for_configuration();
        self.read_file_settings();
        self.scan();
    }

    /// Read the whole workspace anew.
    fn scan(&mut self) {
        self.scan_stop.store(true, Ordering::Relaxed);
        self.scan_stop = Arc::new(AtomicBool::new(false));
        self.scan += 1;
        let roots = self.workspace.roots.clone();
        if !roots.is_empty() {
            workspace::scan(roots, self.scan, Arc::clone(&self.scan_stop), self.events.clone());
        }
    }

    /// Answer `shutdown`: let go of children and workers.
    pub(super) fn shut_down(&mut self) {
        self.phase = Phase::ShutDown;
        self.scan_stop.store(true, Ordering::Relaxed);
        self.clangd = None;
        self.deep.cancel_all();
        for (_, waiting) in self.in_flight.drain() {
            waiting.work.abort();
        }
    }

    pub(super) fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let path = |uri| crate::document::file_path(uri);
        let workspace = Arc::make_mut(&mut self.workspace);
        for gone in params.event.removed.iter().filter_map(|f| path(&f.uri)) {
            workspace.roots.retain(|r| *r != gone);
            let inside: Vec<String> = workspace
                .index
                .files()
                .map(|(p, _)| p.to_owned())
                .filter(|p| Path::new(p).starts_with(&gone))
                .collect();
            for file in inside {
                workspace.index.remove(&file);
            }
            workspace.databases.retain(|folder, _| !folder.starts_with(&gone));
        }
        for new in params.event.added.iter().filter_map(|f| path(&f.uri)) {
            if !workspace.roots.contains(&new) {
                workspace.roots.push(new);
            }
        }
        self.read_file_settings();
        self.scan();
    }

    pub(super) fn files_changed(&mut self, params: &DidChangeWatchedFilesParams) {
        let paths: Vec<PathBuf> =
            params.changes.iter().filter_map(|c| crate::document::file_path(&c.uri)).collect();
        if paths.iter().any(|p| p.file_name().is_some_and(|n| n == "warplens.toml")) {
            self.read_file_settings();
        }
        let watched = |p: &PathBuf| {
            let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            name == "compile_commands.json" || workspace::may_be_ours(&name)
        };
        let paths: Vec<PathBuf> = paths.into_iter().filter(watched).collect();
        if !paths.is_empty() {
            let users = self.headers.changed_on_disk(&paths);
            self.look_anew_at(&users);
            workspace::rescan(paths, self.scan, self.events.clone());
        }
    }

    /// Start clangd with the first document that needs it, so that a session without one costs nothing.
    pub(super) fn start_clangd_once(&mut self) {
        let settings = &self.settings.clangd;
        if self.clangd.is_some() || !settings.enable || self.clangd_tried {
            return;
        }
        self.clangd_tried = true;
        let launcher = match &self.options.clangd {
            Some(launcher) => Arc::clone(launcher),
            None => {
                let Some(program) = find::program("clangd", settings.path.as_deref(), "WARPLENS_CLANGD")
                else {
                    self.client.log(
                        Severity::Info,
                        "no clangd was found, so C++ is known as far as Warplens' own parser goes; install clangd 16 or later, or set WARPLENS_CLANGD",
                    );
                    return;
                };
                clangd::launcher(program, settings.arguments.clone())
            }
        };
        let clangd = Clangd::start(
            &launcher,
            self.options.clangd_limits,
            &self.introduction,
            self.encoding,
            settings.device_pass,
            &self.events,
        );
        self.clangd = Some(Arc::new(clangd));
    }

    /// Start clangd anew with the present settings, if it is wanted, and open everything in it.
    pub(super) fn restart_clangd(&mut self) {
        self.clangd = None;
        self.clangd_tried = false;
        for pass in Pass::ALL {
            for shown in Arc::make_mut(&mut self.shown).values_mut() {
                shown.forget_clangd(pass);
            }
        }
        let documents: Vec<Arc<Document>> =
            self.documents.values().filter(|d| d.language.is_ours()).cloned().collect();
        if documents.is_empty() {
            return;
        }
        self.start_clangd_once();
        for document in documents {
            self.clangd_opens(&document);
        }
    }

    /// Open `document` in clangd with commands that it understands.
    pub(super) fn clangd_opens(&self, document: &Document) {
        if let Some(clangd) = &self.clangd {
            clangd.open(document, |pass| self.command(document, pass));
        }
    }

    /// The databases have changed: commands may have.
    pub(super) fn recommand_clangd(&self) {
        let Some(clangd) = &self.clangd else { return };
        for document in self.documents.values().filter(|d| d.language.is_ours()) {
            let Some(path) = document.path() else { continue };
            for &pass in clangd::passes_of(document) {
                let (directory, arguments) = self.command(document, pass);
                clangd.recommand(pass, path, &directory, &arguments);
            }
        }
    }

    /// The folder and the command with which clang understands one pass of `document`.
    pub(super) fn command(&self, document: &Document, pass: Pass) -> (PathBuf, Vec<String>) {
        let path = document.path().unwrap_or(Path::new("untitled.cu"));
        clangd::command_for(path, document.language, pass, &self.headers(), &self.workspace)
    }

    /// How to compile `document` in the background; `None` when that is switched off or there is no clang.
    pub(super) fn deep_plan(&mut self, document: &Document) -> Option<Plan> {
        if !self.settings.deep.enable {
            return None;
        }
        let clang = find::program("clang++", self.settings.deep.clang_path.as_deref(), "WARPLENS_CLANGXX");
        let Some(clang) = clang else {
            if !std::mem::replace(&mut self.clang_missed, true) {
                self.client.log(
                    Severity::Info,
                    "no clang++ was found, so kernels are not compiled in the background; install clang 16 or later, or set `warplens.deep.clangPath`",
                );
            }
            return None;
        };
        // The host pass has nothing to tell but its errors, which clangd tells.
        let passes: &[Pass] =
            if self.clangd.is_some() { &[Pass::Device] } else { &[Pass::Device, Pass::Host] };
        let commands = passes
            .iter()
            .map(|&pass| {
                let (folder, command) = self.command(document, pass);
                (pass, folder, command)
            })
            .collect();
        let config = self.file_settings.of(document.path());
        let assembler = Assembler::find(self.settings.deep.ptxas_path.as_deref(), config.as_ref());
        Some(Plan { clang, commands, assembler })
    }

    /// Ours, unless the user names a toolkit.
    pub(super) fn headers(&self) -> Headers {
        match &self.settings.clangd.cuda_path {
            Some(path) => Headers::Sdk(path.clone()),
            None => self.options.headers.clone().map_or(Headers::None, Headers::Own),
        }
    }
}

/// The workspace's folders: the list, else the one root of older clients.
fn roots(params: &Value) -> Vec<PathBuf> {
    let path = |v: &Value| {
        let uri = v.as_str()?.parse().ok()?;
        crate::document::file_path(&uri)
    };
    let folders: Vec<PathBuf> = params
        .get("workspaceFolders")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(|f| path(f.get("uri")?)).collect())
        .unwrap_or_default();
    if !folders.is_empty() {
        return folders;
    }
    let root = params.get("rootUri").and_then(path);
    root.or_else(|| params.get("rootPath").and_then(Value::as_str).map(PathBuf::from)).into_iter().collect()
}
