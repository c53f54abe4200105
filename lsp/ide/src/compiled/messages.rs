//! clang's messages, read from its standard error. Pure.
//!
//! The form is `file:line:column:{ranges}: severity: text [-Wflag]`, asked for with `-fdiagnostics-print-source-range-info`
//! and without carets. Lines of another form are skipped.

use std::path::{Component, Path, PathBuf};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The compile failed.
    Error,
    /// It did not.
    Warning,
}

/// A further place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file.
    pub file: PathBuf,
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// What is said of it.
    pub text: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The file, absolute.
    pub file: PathBuf,
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// Where the marked stretch ends, as line and column, when clang marks one that begins at the column.
    pub end: Option<(u32, u32)>,
    /// How bad.
    pub level: Level,
    /// What is wrong.
    pub text: String,
    /// The flag that controls it: `-Wunused-variable`.
    pub flag: Option<String>,
    /// Further places.
    pub notes: Vec<Note>,
}

impl Message {
    /// The header it says is not there.
    pub fn missing_header(&self) -> Option<&str> {
        self.text.strip_suffix(" file not found").map(|name| name.trim_matches(['\'', '"']))
    }
}

/// Read what clang said while it ran in `folder`.
pub fn parse(stderr: &str, folder: &Path) -> Vec<Message> {
    let mut out: Vec<Message> = Vec::new();
    for line in stderr.lines() {
        let Some((place, severity, text)) = split(line) else { continue };
        let Some((file, line, column, end)) = read_place(place) else { continue };
        let file = normalise(&folder.join(file));
        if severity == "note" {
            if let Some(message) = out.last_mut() {
                message.notes.push(Note { file, line, column, text: text.to_owned() });
            }
            continue;
        }
        let level = if severity == "warning" { Level::Warning } else { Level::Error };
        let (text, flag) = match text.rsplit_once(" [-W") {
            Some((text, flag)) if flag.ends_with(']') => {
                (text, Some(format!("-W{}", flag.trim_end_matches(']'))))
            }
            _ => (text, None),
        };
        out.push(Message { file, line, column, end, level, text: text.to_owned(), flag, notes: Vec::new() });
    }
    out
}

/// Resolve `.` and `..` by name alone.
fn normalise(path: &Path) -> PathBuf {
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

/// Place, severity, text.
fn split(line: &str) -> Option<(&str, &str, &str)> {
    ["fatal error", "error", "warning", "note"].iter().find_map(|severity| {
        let (place, text) = line.split_once(&format!(": {severity}: "))?;
        Some((place, *severity, text))
    })
}

type Place<'a> = (&'a str, u32, u32, Option<(u32, u32)>);

/// `file:line:column` with `:{l:c-l:c}…` after it, from behind because file names may hold colons.
fn read_place(place: &str) -> Option<Place<'_>> {
    let (place, ranges) = match place.find(":{") {
        Some(at) => place.split_at(at),
        None => (place, ""),
    };
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    let end = ranges.split('{').filter_map(|r| r.split('}').next()).find_map(|range| {
        let (from, to) = range.split_once('-')?;
        let pair = |text: &str| {
            let (l, c) = text.split_once(':')?;
            Some((l.parse::<u32>().ok()?, c.parse::<u32>().ok()?))
        };
        (pair(from)? == (line, column)).then(|| pair(to)).flatten()
    });
    Some((file, line, column, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_warnings_and_notes_are_read_with_their_places() {
        let text = "a.cu:3:5:{3:5-3:8}{3:10-3:11}: error: no matching function for call to 'hst'\n\
                    /inc/b.h:1:2: note: candidate\n\
                    In file included from x:\n\
                    a.cu:7:1: warning: unused variable 'x' [-Wunused-variable]\n\
                    clang: error: unknown argument\n2 errors generated\n";
        let list = parse(text, Path::new("/p"));
        assert_eq!(list.len(), 2);
        let error = list.first().unwrap();
        assert_eq!((error.file.as_path(), error.line, error.end), (Path::new("/p/a.cu"), 3, Some((3, 8))));
        assert_eq!(error.notes.first().map(|n| n.text.as_str()), Some("candidate"));
        let warning = list.get(1).unwrap();
        assert_eq!(
            (warning.text.as_str(), warning.flag.as_deref()),
            ("unused variable 'x'", Some("-Wunused-variable"))
        );
    }

    #[test]
    fn rubbish_is_skipped() {
        assert_eq!(parse("::: error: \n:{: error: x\na:b:c: warning: y\n\u{fffd}", Path::new("/")), []);
    }
}
