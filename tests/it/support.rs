//! What the tests share: the repository's files, the command under test, tools that may be missing.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository that people write, relative to it: build outputs and fetched things left out.
pub fn files() -> Vec<PathBuf> {
    let skip = ["target", ".git", "node_modules", ".scratch", "corpus", "artifacts"];
    let mut todo = vec![root().to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && !skip.contains(&name.as_str()) && !name.ends_with(".wlens") {
                todo.push(entry.path());
            } else if kind.is_file() && name != ".git" {
                found.push(entry.path().strip_prefix(root()).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// A scratch folder of this test run, empty.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs `warplens` with these arguments.
pub fn warplens(args: &[&str]) -> Run {
    let output =
        Command::new(env!("CARGO_BIN_EXE_warplens")).args(args).env_remove("NO_COLOR").output().unwrap();
    Run::from(output)
}

/// How a run ended.
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Whether a tool answers; a test that needs a missing one says so where the test runner cannot swallow it.
pub fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success());
    if !found {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Not `eprintln!`, which the test runner captures.
        let mut stderr = std::io::stderr();
        let line = format!("SKIPPED {test}: {tool} is not here (scripts/test installs it)\n");
        stderr.write_all(line.as_bytes()).unwrap();
    }
    found
}
