//! The place of an inline assembly error inside its string: the token, else the statement, else the line.
//!
//! The compiler joins the literals, fills operands in and passes the rest on; so the statement's number leads to the
//! literal, and the error's own text, which may name other registers than the source does, to the token in it.

use super::ptx::AsmError;
use crate::{LineIndex, TextRange};

/// Where in the document an error of inline assembly is.
pub fn place(text: &str, lines: &LineIndex, error: &AsmError) -> TextRange {
    let bytes = bytes_of(text, lines, error);
    TextRange::new(u32::try_from(bytes.start).unwrap_or(0), u32::try_from(bytes.end).unwrap_or(0))
}

fn bytes_of(text: &str, lines: &LineIndex, error: &AsmError) -> std::ops::Range<usize> {
    let line = lines.line_range(text, error.line.saturating_sub(1));
    let line = line.start as usize..line.end as usize;
    let from = line.start + error.column.saturating_sub(1) as usize;
    let template = AsmTemplate::read(text, from.min(line.end));
    let statement = template.statement(error.statement);
    let in_statement = |needle: &str| {
        let at = template.text.get(statement.clone())?.find(needle)?;
        Some(statement.start + at..statement.start + at + needle.len())
    };
    // Operands were filled in, so the exact text may not be there; the first word of it often is.
    let word = error.text.split([' ', ',', ';', '\t', '\n']).next().unwrap_or_default();
    let found = [error.text.trim(), word].into_iter().filter(|n| !n.is_empty()).find_map(in_statement);
    let bytes = template.source(found.unwrap_or(statement));
    bytes.unwrap_or(line)
}

/// The joined string literals of an `asm` statement, with the place of each byte.
struct AsmTemplate {
    text: String,
    places: Vec<usize>,
}

impl AsmTemplate {
    /// Read the literals of the first parenthesis at or after `from`, up to the first colon outside them.
    fn read(source: &str, from: usize) -> Self {
        let mut out = Self { text: String::new(), places: Vec::new() };
        let Some(open) = source.get(from..).and_then(|rest| rest.find('(')) else { return out };
        let mut chars = source
            .get(from + open + 1..)
            .unwrap_or_default()
            .char_indices()
            .map(|(i, c)| (from + open + 1 + i, c));
        let mut in_string = false;
        while let Some((at, c)) = chars.next() {
            match (in_string, c) {
                (false, '"') => in_string = true,
                (false, ':' | ')') => break,
                (false, _) => {}
                (true, '"') => in_string = false,
                (true, '\\') => match chars.next() {
                    Some((_, 'n')) => out.push('\n', at),
                    Some((_, 't')) => out.push('\t', at),
                    Some((_, other)) => out.push(other, at),
                    None => break,
                },
                // `%%` is a percent sign.
                (true, '%')
                    if out.text.ends_with('%')
                        && source.as_bytes().get(at.wrapping_sub(1)) == Some(&b'%') => {}
                (true, c) => out.push(c, at),
            }
        }
        out
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.places.extend(std::iter::repeat_n(at, c.len_utf8()));
    }

    /// The bytes of statement `n` in the template, without spaces around it; everything if there are fewer.
    fn statement(&self, n: usize) -> std::ops::Range<usize> {
        let mut start = 0;
        for (i, part) in self.text.split_inclusive(';').enumerate() {
            if i == n {
                let lead = part.len() - part.trim_start().len();
                return start + lead..start + part.trim_end().len().max(lead);
            }
            start += part.len();
        }
        0..self.text.len()
    }

    /// The bytes of the source behind bytes of the template.
    fn source(&self, bytes: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
        let start = *self.places.get(bytes.start)?;
        let last = *self.places.get(bytes.end.checked_sub(1)?)?;
        (last >= start).then_some(start..last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(statement: usize, text: &str) -> AsmError {
        AsmError { line: 2, column: 3, statement, text: text.to_owned(), message: String::new() }
    }

    #[test]
    fn an_error_lands_on_its_token_inside_the_string() {
        let source = "void f() {\n  asm volatile(\"mov.u32 %0, %%laneid;\\n\\t\"\n    \"add.u33 %0, %0, 1;\" : \"=r\"(x));\n}\n";
        let at = |e: &AsmError| place(source, &LineIndex::new(source), e).of(source);
        assert_eq!(at(&error(1, "add.u33")), "add.u33");
        assert_eq!(at(&error(0, "%laneid")), "%%laneid");
        assert_eq!(at(&error(1, "nothing like it")), "add.u33 %0, %0, 1;");
        assert_eq!(at(&error(9, "mov.u32")), "mov.u32");
    }

    #[test]
    fn an_error_where_there_is_no_string_marks_the_line() {
        let source = "a\nb c\n";
        assert_eq!(place(source, &LineIndex::new(source), &error(0, "x")), TextRange::new(2, 5));
    }
}
