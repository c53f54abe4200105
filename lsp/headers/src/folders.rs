//! Where a file's headers are looked for: the `-I` folders of its compile command, else folders that projects have.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use warplens_ide::commands;

use crate::normalise;

/// A larger database is not read.
const MAX_DATABASE: u64 = 64 << 20;
/// How far up from a file without a command headers are looked for.
const MAX_UP: usize = 4;
/// Names that projects give the folders of their headers.
const USUAL: &[&str] = &["", "include", "inc", "common", "Common"];

/// Folders of headers by file, and the databases that give them.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    databases: HashMap<PathBuf, Option<Arc<Database>>>,
    by_folder: HashMap<PathBuf, Arc<Vec<PathBuf>>>,
}

/// Folders named by the commands of one database.
#[derive(Debug, Default)]
struct Database {
    by_file: HashMap<PathBuf, Vec<PathBuf>>,
}

impl Folders {
    /// The folders for a file, in the order they are searched.
    pub(crate) fn of(&mut self, path: &Path) -> Arc<Vec<PathBuf>> {
        for folder in path.ancestors().skip(1) {
            for place in [folder.to_owned(), folder.join("build")] {
                let Some(database) = self.database(&place) else { continue };
                return Arc::new(database.folders(path));
            }
        }
        let here = path.parent().unwrap_or(path).to_owned();
        if let Some(known) = self.by_folder.get(&here) {
            return Arc::clone(known);
        }
        let up = path.ancestors().skip(1).take(MAX_UP);
        // `/` and `/home` are no projects.
        let guesses =
            up.filter(|f| f.components().count() > 2).flat_map(|f| USUAL.iter().map(move |u| f.join(u)));
        let found: Arc<Vec<PathBuf>> = Arc::new(guesses.filter(|f| f.is_dir()).collect());
        self.by_folder.insert(here, Arc::clone(&found));
        found
    }

    fn database(&mut self, folder: &Path) -> Option<Arc<Database>> {
        if let Some(known) = self.databases.get(folder) {
            return known.clone();
        }
        let file = folder.join(commands::FILE_NAME);
        let about = std::fs::metadata(&file).ok().filter(|m| m.len() <= MAX_DATABASE);
        let text = about.and_then(|_| std::fs::read_to_string(&file).ok());
        let found = text.map(|t| Arc::new(Database::read(&t, folder)));
        self.databases.insert(folder.to_owned(), found.clone());
        found
    }
}

impl Database {
    fn read(text: &str, folder: &Path) -> Database {
        let mut database = Database::default();
        for command in commands::read(text) {
            let directory = normalise(&folder.join(&command.directory));
            let mut folders = Vec::new();
            let mut words = command.words.iter().map(|w| w.text.as_str());
            while let Some(word) = words.next() {
                for option in ["-I", "-isystem", "-iquote", "--include-path="] {
                    let Some(value) = word.strip_prefix(option) else { continue };
                    let value = if value.is_empty() { words.next().unwrap_or_default() } else { value };
                    let new =
                        value.split(',').filter(|f| !f.is_empty()).map(|f| normalise(&directory.join(f)));
                    folders.extend(new.filter(|f| !holds_vendor_headers(f)));
                    break;
                }
            }
            database.by_file.entry(normalise(&directory.join(&command.file))).or_insert(folders);
        }
        database
    }

    /// The folders of a file's own command; for a header those of all commands, nearest sources first.
    fn folders(&self, path: &Path) -> Vec<PathBuf> {
        if let Some(own) = self.by_file.get(path) {
            return own.clone();
        }
        let shared =
            |other: &Path| path.components().zip(other.components()).take_while(|(a, b)| a == b).count();
        let nearest =
            self.by_file.iter().max_by_key(|(file, _)| (shared(file), std::cmp::Reverse((*file).clone())));
        nearest.map(|(_, folders)| folders.clone()).unwrap_or_default()
    }
}

/// An SDK's folder: what it holds rules know without reading it.
fn holds_vendor_headers(folder: &Path) -> bool {
    ["cuda_runtime_api.h", "musa_runtime_api.h"].iter().any(|h| folder.join(h).is_file())
}
