//! The deep tier for the command line: one file, compiled in the foreground, as the editor would in the background.
//!
//! The same commands, headers and rules; no tokio, no cancelling. Only sources are compiled, never headers by themselves.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use warplens_ide as ide;
use warplens_ide::compiled::{self, Compiled, messages, ptx, ptxas};

use super::{Assembler, compile};
use crate::clangd::database::Database;
use crate::clangd::{self, Headers, Pass, find};
use crate::document::Language;
use crate::workspace::Workspace;

/// Compiles files for `warplens lint --deep`.
pub struct Compiler {
    clang: PathBuf,
    headers: Headers,
    databases: Mutex<HashMap<PathBuf, Option<Arc<Database>>>>,
}

impl Compiler {
    /// With the clang that is installed; `headers` is the folder of our own.
    pub fn find(headers: Option<PathBuf>) -> Option<Self> {
        let clang = find::program("clang++", None, "WARPLENS_CLANGXX")?;
        let headers = headers.map_or(Headers::None, Headers::Own);
        Some(Self { clang, headers, databases: Mutex::default() })
    }

    /// Compile both passes of `path`, which holds `analysis`' text, and say what the rules find; `Err` with the reason
    /// when nothing can be said of it.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn look(
        &self,
        path: &Path,
        analysis: &ide::Analysis,
        config: &ide::Config,
    ) -> Result<Vec<ide::Diagnostic>, String> {
        let path = std::path::absolute(path).map_err(|e| e.to_string())?;
        let language = match analysis.language() {
            ide::Language::Musa => Language::Musa,
            _ => Language::Cuda,
        };
        let workspace = self.workspace_of(&path);
        let mut compiled =
            Compiled { path: clangd::database::normalise(&path), messages: Vec::new(), ptx: None };
        for pass in [Pass::Device, Pass::Host] {
            let (folder, command) = clangd::command_for(&path, language, pass, &self.headers, &workspace);
            let mut clang = Command::new(&self.clang);
            clang.args(compile::arguments(pass, &command, None));
            let output = run(clang, Some(&folder))?;
            let said = messages::parse(&String::from_utf8_lossy(&output.stderr), &folder);
            let failed = !output.status.success();
            if failed && !said.iter().any(|m| m.level == messages::Level::Error) {
                let first = String::from_utf8_lossy(&output.stderr);
                let first = first.lines().next().unwrap_or("it said nothing").to_owned();
                return Err(format!("{} failed: {first}", self.clang.display()));
            }
            compiled.messages.push((pass.name(), said));
            if let Some(text) = compile::ptx_of(pass, output) {
                let mut report = ptx::read(&text, &path.display().to_string());
                if let Some(assembler) = Assembler::find(None, Some(config)) {
                    assemble(&assembler, &text, &mut report);
                }
                compiled.ptx = Some(report);
            }
        }
        if let Some(header) = compiled.missing_headers().first() {
            return Err(format!("`{header}` is not found; name its folder with -I in compile_commands.json"));
        }
        Ok(compiled::diagnostics(analysis, config, &compiled))
    }

    /// The databases that may speak for a file: of its folder, a `build` in it, and the folders above.
    fn workspace_of(&self, path: &Path) -> Workspace {
        let mut workspace = Workspace::default();
        for folder in path.ancestors().skip(1).flat_map(|f| [f.to_owned(), f.join("build")]) {
            if let Some(database) = self.database(&folder) {
                workspace.databases.insert(folder, database);
            }
        }
        workspace
    }

    fn database(&self, folder: &Path) -> Option<Arc<Database>> {
        let mut known = self.databases.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = known.get(folder) {
            return found.clone();
        }
        let text = std::fs::read_to_string(folder.join("compile_commands.json")).ok();
        let found = text.and_then(|t| Database::parse(&t, folder).ok()).map(Arc::new);
        known.insert(folder.to_owned(), found.clone());
        found
    }
}

/// As in the editor: where ptxas cannot, the estimate stays.
fn assemble(assembler: &Assembler, text: &str, report: &mut compiled::PtxReport) {
    let Ok((scratch, arguments)) = assembler.prepare(text) else { return };
    let mut process = Command::new(&assembler.program);
    process.args(arguments);
    if let Ok(output) = run(process, None) {
        report.allocate(ptxas::parse(&String::from_utf8_lossy(&output.stderr)));
    }
    drop(scratch);
}

fn run(mut process: Command, folder: Option<&Path>) -> Result<Output, String> {
    if let Some(folder) = folder.filter(|f| f.is_dir()) {
        process.current_dir(folder);
    }
    let program = PathBuf::from(process.get_program());
    process.stdin(Stdio::null()).output().map_err(|e| format!("{} could not be run: {e}", program.display()))
}
