//! Running clang over a document as it is in the editor.
//!
//! Text that is not saved yet is laid over the file by a `-ivfsoverlay` file, so names, includes and line tables are
//! those of the real one. Dropping the future kills the processes and removes the files.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use super::{DeepFinished, Plan, kernels, messages};
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
    let overlay = match Overlay::new(path, &document.text) {
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
        if pass == Pass::Device && output.status.success() && output.stdout.len() <= MAX_PTX {
            finished.ptx = read(output.stdout, path.display().to_string()).await;
        }
    }
    finished
}

async fn read(ptx: Vec<u8>, name: String) -> Option<kernels::PtxReport> {
    let read = move || kernels::read(&String::from_utf8_lossy(&ptx), &name);
    crate::dispatch::blocking(move || Ok(read())).await.ok()
}

async fn one(
    clang: &Path,
    pass: Pass,
    folder: &Path,
    command: &[String],
    overlay: Option<&Overlay>,
) -> std::io::Result<std::process::Output> {
    let mut process = tokio::process::Command::new(clang);
    // The command begins with a compiler's name and ends with `--` and the file.
    let end = command.len().saturating_sub(2);
    process.args(command.get(1..end).unwrap_or_default()).args(BOTH);
    match pass {
        Pass::Device => process.args(DEVICE),
        Pass::Host => process.arg("-fsyntax-only"),
    };
    if let Some(overlay) = overlay {
        process.arg("-ivfsoverlay").arg(&overlay.file);
    }
    process.args(command.get(end..).unwrap_or_default());
    if folder.is_dir() {
        process.current_dir(folder);
    }
    process.stdin(Stdio::null()).kill_on_drop(true).output().await
}

/// Files that show clang the editor's text in place of the saved one; removed when dropped.
struct Overlay {
    folder: PathBuf,
    file: PathBuf,
}

impl Overlay {
    /// `None` when the saved text is the same.
    fn new(path: &Path, text: &str) -> std::io::Result<Option<Self>> {
        if std::fs::read(path).is_ok_and(|saved| saved == text.as_bytes()) {
            return Ok(None);
        }
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("warplens-lsp-{}-{n}", std::process::id()));
        // Fails if somebody was there first: a folder of ours is never shared.
        create_private(&folder)?;
        let overlay = Self { file: folder.join("overlay.yaml"), folder };
        let real = overlay.folder.join("text");
        std::fs::write(&real, text)?;
        // YAML takes JSON.
        let yaml = json!({"version": 0, "case-sensitive": "true", "use-external-names": false, "roots": [
            {"type": "file", "name": path, "external-contents": real},
        ]});
        std::fs::write(&overlay.file, yaml.to_string())?;
        Ok(Some(overlay))
    }
}

fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl Drop for Overlay {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's cleaning.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
