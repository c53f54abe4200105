//! Rules of this house that no linter checks: headers, file sizes, nothing of one person's machine.

use std::path::Path;

use crate::support::{files, root};

/// Sources over 700 lines, and why each may be.
const LONG_FILES: &[(&str, &str)] = &[];

fn text_of(path: &Path) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(path)).unwrap()).ok()
}

fn sources() -> impl Iterator<Item = (String, String)> {
    let rust = files().into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"));
    rust.map(|p| (p.to_string_lossy().into_owned(), text_of(&p).unwrap()))
}

#[test]
fn every_source_file_begins_by_saying_what_it_is() {
    let without: Vec<String> =
        sources().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert_eq!(without, Vec::<String>::new(), "begin each with `//!`: what, why, what it does not do");
}

#[test]
fn long_files_have_a_reason() {
    let mut unexplained = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let listed = LONG_FILES.iter().any(|(p, _)| *p == path);
        if lines > 700 && !listed {
            unexplained.push(format!("{path}: {lines} lines"));
        }
    }
    assert_eq!(unexplained, Vec::<String>::new(), "split these, or give the reason in LONG_FILES");
}

#[test]
fn nothing_tells_of_the_machine_it_was_written_on() {
    // Written in halves, so that this file passes.
    let words = [["/wor", "k/"], ["artif", "actory"], ["/tmp/", "bash"], ["/home/", "user"], [".h-", "seed"]]
        .map(|w| w.concat());
    let mut found = Vec::new();
    for path in files() {
        let Some(text) = text_of(&path) else { continue };
        for (i, line) in text.lines().enumerate() {
            if words.iter().any(|w| line.contains(w.as_str())) {
                found.push(format!("{}:{}: {line}", path.display(), i + 1));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn nothing_is_left_undone_in_silence() {
    let words = [["todo", "!("], ["unimpl", "emented!("], ["#[ign", "ore"]].map(|w| w.concat());
    let mut found = Vec::new();
    for (path, text) in sources() {
        for (i, line) in text.lines().enumerate() {
            if words.iter().any(|w| line.contains(w.as_str())) {
                found.push(format!("{path}:{}: {line}", i + 1));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new(), "assert today's wrong answer with a FIXME instead");
}
