//! `compile_commands.json` with the place of every word, for rules about the commands themselves.
//!
//! A small reader of its own, since a value's place in the text is what a finding needs. Lenient: what it does not
//! understand ends the reading, and what was read until then counts. Nothing in a command is run, and response files are
//! not followed.

use crate::diagnostics::Diagnostic;
use crate::{Config, TextRange};

/// The file's name.
pub const FILE_NAME: &str = "compile_commands.json";

/// Deeper nesting than this is no compile database.
const MAX_DEPTH: u32 = 32;

/// One word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text, without quotes and escapes.
    pub text: String,
    /// Where it stands.
    pub range: TextRange,
}

/// One command: the compiler, then its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The words.
    pub words: Vec<Word>,
    /// The file compiled, as written.
    pub file: String,
    /// Where the compiler ran, as written.
    pub directory: String,
}

/// What the rules say of a `compile_commands.json`.
pub fn diagnostics(text: &str, config: &Config) -> Vec<Diagnostic> {
    crate::diagnostics::of_commands(&read(text), config)
}

/// The commands of a `compile_commands.json`.
pub fn read(text: &str) -> Vec<Command> {
    let mut reader = Reader { text, at: 0, out: Vec::new() };
    reader.document();
    reader.out
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    out: Vec<Command>,
}

/// A string with the place of each of its bytes.
#[derive(Default)]
struct Placed {
    text: String,
    places: Vec<u32>,
    end: u32,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<()> {
        self.take(b'[')?;
        loop {
            if self.peek()? != b'{' {
                return None;
            }
            if let Some(command) = self.entry() {
                self.out.push(command);
            }
            self.take(b',')?;
        }
    }

    fn entry(&mut self) -> Option<Command> {
        self.take(b'{')?;
        let mut command = Command::default();
        loop {
            let key = self.string()?.text;
            self.take(b':')?;
            match (key.as_str(), self.peek()?) {
                ("file", b'"') => command.file = self.string()?.text,
                ("directory", b'"') => command.directory = self.string()?.text,
                ("command", b'"') => command.words = split(&self.string()?),
                ("arguments", b'[') => command.words = self.arguments()?,
                _ => self.skip(0)?,
            }
            if self.take(b',').is_none() {
                self.take(b'}')?;
                return Some(command);
            }
        }
    }

    fn arguments(&mut self) -> Option<Vec<Word>> {
        self.take(b'[')?;
        let mut words = Vec::new();
        while self.peek()? == b'"' {
            let placed = self.string()?;
            let start = placed.places.first().copied().unwrap_or(placed.end);
            words.push(Word { text: placed.text, range: TextRange::new(start, placed.end) });
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b']')?;
        Some(words)
    }

    fn skip(&mut self, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            open @ (b'[' | b'{') => {
                let close = if open == b'[' { b']' } else { b'}' };
                self.take(open)?;
                while self.take(close).is_none() {
                    self.skip(depth + 1)?;
                    let _ = self.take(b',').or_else(|| self.take(b':'));
                }
                Some(())
            }
            _ => {
                let rest = self.text.get(self.at..)?;
                let len = rest.find([',', ']', '}', ' ', '\n', '\r', '\t', '"'])?;
                self.at += len;
                (len > 0).then_some(())
            }
        }
    }

    fn string(&mut self) -> Option<Placed> {
        self.take(b'"')?;
        let mut placed = Placed::default();
        loop {
            let at = self.at;
            let c = self.character()?;
            let c = match c {
                '"' => {
                    placed.end = at as u32;
                    return Some(placed);
                }
                '\\' => match self.character()? {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' | 'f' => ' ',
                    'u' => {
                        let digits = self.text.get(self.at..self.at + 4)?;
                        self.at += 4;
                        char::from_u32(u32::from_str_radix(digits, 16).ok()?).unwrap_or('\u{fffd}')
                    }
                    other => other,
                },
                other => other,
            };
            placed.text.push(c);
            placed.places.extend(std::iter::repeat_n(at as u32, c.len_utf8()));
        }
    }

    fn character(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }
}

/// Splits a command line as a shell would: quotes and backslashes, no expansion.
fn split(line: &Placed) -> Vec<Word> {
    let place = |i: usize| line.places.get(i).copied().unwrap_or(line.end);
    let mut words = Vec::new();
    let mut word: Option<(usize, String)> = None;
    let mut quote = None;
    let mut chars = line.text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => {
                if let Some((start, text)) = word.take() {
                    words.push(Word { text, range: TextRange::new(place(start), place(i)) });
                }
                continue;
            }
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_with(|| (i, String::new()));
            }
            (Some('"') | None, '\\') => {
                let next = chars.next().map(|(_, c)| c);
                word.get_or_insert_with(|| (i, String::new())).1.extend(next);
            }
            (_, c) => word.get_or_insert_with(|| (i, String::new())).1.push(c),
        }
    }
    if let Some((start, text)) = word {
        words.push(Word { text, range: TextRange::new(place(start), line.end) });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_places_through_escapes_and_quotes() {
        let text = r#"[{"directory": "/p", "x": [1, {"y": null}], "command": "nvcc -D'A=\"1 2\"' -arch sm_80", "file": "线.cu"},
            {"file": "b.cu", "arguments": ["mcc", "-gencode", "arch=compute_80"]}]"#;
        let commands = read(text);
        let words: Vec<&str> = commands.iter().flat_map(|c| &c.words).map(|w| w.text.as_str()).collect();
        assert_eq!(words, ["nvcc", "-DA=\"1 2\"", "-arch", "sm_80", "mcc", "-gencode", "arch=compute_80"]);
        assert_eq!(commands.first().map(|c| c.file.as_str()), Some("线.cu"));
        for word in commands.iter().flat_map(|c| &c.words).filter(|w| !w.text.contains('"')) {
            assert_eq!(word.range.of(text), word.text);
        }
    }

    #[test]
    fn broken_text_gives_what_was_read_before() {
        let text = r#"[{"file": "a.cu", "arguments": ["nvcc"]}, {"file": "b"#;
        assert_eq!(read(text).len(), 1);
        for cut in 0..text.len() {
            let _ = read(text.get(..cut).unwrap_or_default());
        }
        for odd in ["", "{}", "[[[[", "[{\"command\": \"a \\u12", "[{\"a\":", "[{\"a\": {\"b\": [}"] {
            assert_eq!(read(odd), [], "{odd}");
        }
        let deep = format!("[{{\"a\": {}", "[".repeat(100_000));
        assert_eq!(read(&deep), []);
    }
}
