//! `compile_commands.json`: parsed leniently, looked up by file, interpolated for headers.
//!
//! Pure functions over text; the caller reads the file. A broken entry is skipped, a broken file is an error sentence.
//! Nothing named in a database is ever run.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::flags::split_command;

/// One compile command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where the compiler ran.
    pub directory: PathBuf,
    /// The file, absolute.
    pub file: PathBuf,
    /// Compiler and arguments.
    pub arguments: Vec<String>,
}

/// All commands of one `compile_commands.json`.
#[derive(Clone, Debug, Default)]
pub struct Database {
    entries: HashMap<PathBuf, Entry>,
}

impl Database {
    /// Parse the text of a `compile_commands.json` that lies in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let Value::Array(items) = value else {
            return Err("expected an array of commands".to_owned());
        };
        let mut entries = HashMap::new();
        for entry in items.iter().filter_map(|item| entry(item, folder)) {
            // The first command of a file wins, as in clangd.
            entries.entry(entry.file.clone()).or_insert(entry);
        }
        Ok(Self { entries })
    }

    /// How many files have a command.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds no command.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All commands, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The command of `file`, else that of the most similar file: same stem, then the longest shared path, with
    /// device sources preferred. `None` only for an empty database.
    pub fn lookup(&self, file: &Path) -> Option<&Entry> {
        let file = normalise(file);
        if let Some(entry) = self.entries.get(&file) {
            return Some(entry);
        }
        let shared =
            |other: &Path| file.components().zip(other.components()).take_while(|(a, b)| a == b).count();
        self.entries.values().max_by_key(|e| {
            let stem = e.file.file_stem() == file.file_stem();
            let device = is_device_source(&e.file);
            (stem, shared(&e.file), device, std::cmp::Reverse(&e.file))
        })
    }
}

/// Whether the name says CUDA or MUSA.
pub fn is_device_source(file: &Path) -> bool {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    matches!(extension, "cu" | "cuh" | "mu" | "muh")
}

fn entry(item: &Value, folder: &Path) -> Option<Entry> {
    let directory = folder.join(item.get("directory").and_then(Value::as_str).unwrap_or("."));
    let file = normalise(&directory.join(item.get("file")?.as_str()?));
    let arguments: Vec<String> = match (item.get("arguments"), item.get("command")) {
        (Some(Value::Array(list)), _) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        (_, Some(Value::String(line))) => split_command(line),
        _ => return None,
    };
    (!arguments.is_empty()).then_some(Entry { directory, file, arguments })
}

/// Resolve `.` and `..` by name alone.
pub fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Database {
        let text = r#"[
            {"directory": "/p/build", "file": "../src/a.cu", "command": "nvcc -I../inc -D'X=\"a b\"' -c ../src/a.cu"},
            {"directory": "/p/build", "file": "/p/src/a.cu", "arguments": ["nvcc", "-second"]},
            {"directory": "/p/build", "file": "/p/host/main.cpp", "arguments": ["g++", "main.cpp"]},
            {"directory": 7}, null, {"file": "x.cu"}
        ]"#;
        Database::parse(text, Path::new("/p/build")).unwrap()
    }

    #[test]
    fn broken_entries_are_skipped_and_paths_made_absolute() {
        let db = database();
        assert_eq!(db.len(), 2);
        let a = db.lookup(Path::new("/p/src/a.cu")).unwrap();
        assert_eq!(a.arguments, ["nvcc", "-I../inc", "-DX=\"a b\"", "-c", "../src/a.cu"]);
    }

    #[test]
    fn a_header_gets_the_command_of_its_neighbour() {
        let db = database();
        assert_eq!(db.lookup(Path::new("/p/src/util.cuh")).unwrap().file, Path::new("/p/src/a.cu"));
        assert_eq!(db.lookup(Path::new("/p/include/a.h")).unwrap().file, Path::new("/p/src/a.cu"));
    }

    #[test]
    fn what_is_no_database_is_an_error() {
        for bad in ["", "{}", "[", "nvcc"] {
            assert!(Database::parse(bad, Path::new("/p")).is_err(), "{bad}");
        }
    }
}
