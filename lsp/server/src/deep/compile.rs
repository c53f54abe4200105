//! Running clang over a document as it is in the editor.
//!
//! Text that is not saved yet is laid over the file by a `-ivfsoverlay` file, so names, includes and line tables are
//! those of the real one. Dropping the future kills the processes and removes the files.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;

use serde_json::json;
use warplens_ide::compiled::{PtxReport, messages, ptx, ptxas};

use super::scratch::Scratch;
use super::{Assembler, DeepFinished, Plan};
use crate::clangd::Pass;
use crate::document::Document;

/// More PTX than this is not read: no person wrote its source.
const MAX_PTX: usize = 64 << 20;

/// What the code is compiled with, beside the command's own flags.
const DEVICE: &[&str] = &["-S", "-O2", "-gline-tables-only", "-o", "-"];
const BOTH: &[&str] = &[
    "-fno-color-diagnostics",
    "-fdiagnostics-print-source-range-info",
    "-fno-caret-diagnostics",
    "-ferror-limit=100",
];

/// Compile all passes of `plan`, the device pass to PTX.
pub(crate) async fn run(document: Arc<Document>, plan: Plan) -> DeepFinished {
    let mut finished = DeepFinished {
        uri: document.uri.clone(),
        version: document.version,
        messages: Vec::new(),
        ptx: None,
        complaint: None,
    };
    let Some(path) = document.path() else { return finished };
    let overlay = match overlay(path, &document.text) {
        Ok(overlay) => overlay,
        Err(e) => {
            finished.complaint = Some(format!("the background compile has no place for its files: {e}"));
            return finished;
        }
    };
    // Both at once: the user waits for the slower one, not for their sum.
    let run = |i: usize| {
        let (command, overlay) = (plan.commands.get(i), overlay.as_ref());
        let clang = &plan.clang;
        async move {
            let (pass, folder, command) = command?;
            Some((*pass, folder, one(clang, *pass, folder, command, overlay).await))
        }
    };
    let (first, second) = tokio::join!(run(0), run(1));
    for (pass, folder, output) in first.into_iter().chain(second) {
        let output = match output {
            Ok(output) => output,
            Err(e) => {
                finished.complaint =
                    Some(format!("the background compile could not run {}: {e}", plan.clang.display()));
                return finished;
            }
        };
        let said = messages::parse(&String::from_utf8_lossy(&output.stderr), folder);
        finished.messages.push((pass, said));
        if let Some(text) = ptx_of(pass, output) {
            let text = Arc::new(text);
            finished.ptx = read(Arc::clone(&text), path.display().to_string()).await;
            if let (Some(report), Some(assembler)) = (&mut finished.ptx, &plan.assembler) {
                assemble(assembler, &text, report).await;
            }
        }
    }
    finished
}

async fn one(
    clang: &Path,
    pass: Pass,
    folder: &Path,
    command: &[String],
    overlay: Option<&Scratch>,
) -> std::io::Result<Output> {
    let mut process = tokio::process::Command::new(clang);
    process.args(arguments(pass, command, overlay));
    if folder.is_dir() {
        process.current_dir(folder);
    }
    process.stdin(Stdio::null()).kill_on_drop(true).output().await
}

/// The PTX that a compile gave.
pub(super) fn ptx_of(pass: Pass, output: Output) -> Option<String> {
    let good = pass == Pass::Device && output.status.success() && output.stdout.len() <= MAX_PTX;
    good.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn read(text: Arc<String>, name: String) -> Option<PtxReport> {
    crate::dispatch::blocking(move || Ok(ptx::read(&text, &name))).await.ok()
}

/// Have ptxas count registers. Where it cannot (an architecture or a PTX version it does not know), the estimate stays.
async fn assemble(assembler: &Assembler, text: &str, report: &mut PtxReport) {
    let Ok((scratch, arguments)) = assembler.prepare(text) else { return };
    let mut process = tokio::process::Command::new(&assembler.program);
    process.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    if let Ok(output) = process.output().await {
        report.allocate(ptxas::parse(&String::from_utf8_lossy(&output.stderr)));
    }
    drop(scratch);
}

/// clang's arguments for one pass of a command, which begins with a compiler's name and ends with `--` and the file.
pub(super) fn arguments(pass: Pass, command: &[String], overlay: Option<&Scratch>) -> Vec<OsString> {
    let end = command.len().saturating_sub(2);
    let own = match pass {
        Pass::Device => DEVICE,
        Pass::Host => &["-fsyntax-only"],
    };
    let (flags, file) = command.split_at_checked(end).unwrap_or((command, &[]));
    let flags = flags.iter().skip(1).map(OsString::from);
    let mut out: Vec<OsString> = flags.chain(BOTH.iter().chain(own).map(OsString::from)).collect();
    if let Some(overlay) = overlay {
        out.extend([OsString::from("-ivfsoverlay"), overlay.path("overlay.yaml").into()]);
    }
    out.extend(file.iter().map(OsString::from));
    out
}

/// Files that show clang the editor's text in place of the saved one; none when the saved text is the same.
fn overlay(path: &Path, text: &str) -> std::io::Result<Option<Scratch>> {
    if std::fs::read(path).is_ok_and(|saved| saved == text.as_bytes()) {
        return Ok(None);
    }
    let scratch = Scratch::new()?;
    let real = scratch.write("text", text)?;
    // YAML takes JSON.
    let yaml = json!({"version": 0, "case-sensitive": "true", "use-external-names": false, "roots": [
        {"type": "file", "name": path, "external-contents": real},
    ]});
    scratch.write("overlay.yaml", yaml.to_string())?;
    Ok(Some(scratch))
}
