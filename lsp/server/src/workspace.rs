//! The workspace's folders: which files there are, what they declare, which commands compile them.
//!
//! Files are read on a worker in batches, so that a large workspace never holds up the loop. Only names are kept, not
//! trees. It follows no symbolic links to folders, leaves build and version control folders alone, and stops at a limit
//! that it reports.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use warplens_ide as ide;

use crate::analysis::ide_language;
use crate::clangd::database::Database;
use crate::document::Language;
use crate::event::{Event, Events};

/// More files than this are not indexed.
const MAX_FILES: usize = 20_000;
/// Larger files are not indexed.
const MAX_BYTES: u64 = 4 << 20;
/// How many files make one batch.
const BATCH: usize = 64;
/// More threads than this gain nothing over what the disk gives, and leave nothing to the editor.
const MAX_WORKERS: usize = 4;
/// Folders that hold nothing a person wrote.
const SKIPPED: &[&str] = &["node_modules", "target", "CMakeFiles", "__pycache__"];

/// What is known of the workspace.
#[derive(Clone, Default)]
pub(crate) struct Workspace {
    /// Its folders.
    pub(crate) roots: Vec<PathBuf>,
    /// What its files declare.
    pub(crate) index: ide::Index,
    /// Compile commands, by folder of the database.
    pub(crate) databases: HashMap<PathBuf, Arc<Database>>,
}

impl Workspace {
    /// The database that speaks for `path`: of its root, or of the nearest folder above.
    pub(crate) fn database_of(&self, path: &Path) -> Option<&Arc<Database>> {
        let with_build = |folder: &Path| {
            [folder.to_owned(), folder.join("build")].into_iter().find_map(|f| self.databases.get(&f))
        };
        path.ancestors().skip(1).find_map(with_build)
    }
}

/// A batch of files, read.
#[derive(Debug)]
pub(crate) struct Indexed {
    /// What each file declares; `None` for one that is gone.
    pub(crate) files: Vec<(String, Option<ide::workspace::FileIndex>)>,
    /// Databases found, with an error sentence for one that cannot be read.
    pub(crate) databases: Vec<(PathBuf, Result<Arc<Database>, String>)>,
    /// Files done and files in all.
    pub(crate) done: usize,
    /// See `done`.
    pub(crate) total: usize,
    /// Whether there were more files than we read.
    pub(crate) cut_off: bool,
    /// Which scan this belongs to; an older one's batches are dropped.
    pub(crate) scan: u64,
}

/// Read all of `roots` on a worker, batch by batch, until `stop`.
pub(crate) fn scan(roots: Vec<PathBuf>, scan: u64, stop: Arc<AtomicBool>, events: Events) {
    tokio::task::spawn_blocking(move || {
        let (files, databases, cut_off) = walk(&roots);
        let total = files.len();
        let databases = databases.into_iter().map(|folder| read_database(&folder)).collect();
        let first = Indexed { files: Vec::new(), databases, done: 0, total, cut_off, scan };
        let _ = events.send(Event::Indexed(first));
        let batches = Mutex::new((files.chunks(BATCH), 0));
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_WORKERS));
        std::thread::scope(|scope| {
            let work = || {
                while !stop.load(Ordering::Relaxed) {
                    let Some(batch) = lock(&batches).0.next() else { return };
                    let files =
                        batch.iter().map(|path| (path.display().to_string(), index_file(path))).collect();
                    let mut state = lock(&batches);
                    state.1 += batch.len();
                    let done = state.1;
                    let batch = Indexed { files, databases: Vec::new(), done, total, cut_off, scan };
                    // Sent before the lock is free, so that the last batch to arrive is the one that says so.
                    if events.send(Event::Indexed(batch)).is_err() {
                        return;
                    }
                }
            };
            for _ in 1..workers {
                scope.spawn(work);
            }
            work();
        });
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Read some files again, after the client said that they changed.
pub(crate) fn rescan(paths: Vec<PathBuf>, scan: u64, events: Events) {
    tokio::task::spawn_blocking(move || {
        let mut files = Vec::new();
        let mut databases = Vec::new();
        for path in paths {
            if path.file_name().is_some_and(|n| n == "compile_commands.json") {
                databases.extend(path.parent().map(read_database));
            } else {
                files.push((path.display().to_string(), index_file(&path)));
            }
        }
        let n = files.len();
        let batch = Indexed { files, databases, done: n, total: n, cut_off: false, scan };
        let _ = events.send(Event::Indexed(batch));
    });
}

fn read_database(folder: &Path) -> (PathBuf, Result<Arc<Database>, String>) {
    let file = folder.join("compile_commands.json");
    let database = match std::fs::read_to_string(&file) {
        Ok(text) => Database::parse(&text, folder).map(Arc::new),
        // A database that went away is an empty one.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Arc::default()),
        Err(e) => Err(e.to_string()),
    };
    let sentence = |e| {
        format!("compile commands are not used, because this file cannot be read ({e}): {}", file.display())
    };
    (folder.to_owned(), database.map_err(sentence))
}

/// Files worth reading, folders with a database, and whether the limit was met.
fn walk(roots: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>, bool) {
    let mut files = Vec::new();
    let mut databases = Vec::new();
    let mut folders: Vec<PathBuf> = roots.to_vec();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&&*name) {
                folders.push(entry.path());
            } else if kind.is_file() && name == "compile_commands.json" {
                databases.push(folder.clone());
            } else if kind.is_file() && may_be_ours(&name) {
                if files.len() == MAX_FILES {
                    return (files, databases, true);
                }
                files.push(entry.path());
            }
        }
    }
    (files, databases, false)
}

/// Whether a file of this name may hold CUDA, MUSA or PTX.
pub(crate) fn may_be_ours(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    matches!(
        extension,
        "cu" | "cuh" | "mu" | "muh" | "ptx" | "h" | "hpp" | "hh" | "cpp" | "cc" | "cxx" | "inl"
    )
}

fn index_file(path: &Path) -> Option<ide::workspace::FileIndex> {
    let analysis = analyse_file(path)?;
    Some(ide::workspace::FileIndex::new(&analysis))
}

/// Analyse a file on disk; `None` when it is not ours, not text, too large or not there.
pub(crate) fn analyse_file(path: &Path) -> Option<ide::Analysis> {
    let size = std::fs::metadata(path).ok()?.len();
    if size > MAX_BYTES {
        return None;
    }
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    let language = Language::detect(Some(path), "cpp", &text);
    if !language.is_ours() {
        return None;
    }
    let read = || ide::Analysis::of(text, ide_language(language));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok()
}
