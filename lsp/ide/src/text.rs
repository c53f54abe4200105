//! Byte ranges, edits and line positions over UTF-8 text.
//!
//! Everything in this crate speaks byte offsets; editors' line and character pairs are made by the server, and the
//! [`LineIndex`] is what it needs for that. This file knows nothing of any language.

/// A half-open range of UTF-8 byte offsets in one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range `start..end`; an end before its start is pulled up to it.
    pub fn new(start: u32, end: u32) -> TextRange {
        TextRange { start, end: end.max(start) }
    }

    /// An empty range.
    pub fn empty(at: u32) -> TextRange {
        TextRange { start: at, end: at }
    }

    /// How many bytes it covers.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.end == self.start
    }

    /// Whether `offset` lies in it, its end included: a cursor after the last letter is still on the word.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn covers(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: TextRange) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text under it, or nothing where it does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// Replace the text under `range` by `insert`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextEdit {
    /// What goes away.
    pub range: TextRange,
    /// What comes in its place.
    pub insert: String,
}

impl TextEdit {
    /// Puts `insert` in place of `range`.
    pub fn replace(range: TextRange, insert: impl Into<String>) -> TextEdit {
        TextEdit { range, insert: insert.into() }
    }

    /// Puts `insert` at `at`.
    pub fn insert(at: u32, insert: impl Into<String>) -> TextEdit {
        TextEdit { range: TextRange::empty(at), insert: insert.into() }
    }
}

/// Applies edits that refer to the same text. Of two edits that overlap, the later in the list is dropped: the caller
/// runs again on the result until nothing is left to do.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut order: Vec<(usize, &TextEdit)> = edits.iter().enumerate().collect();
    order.sort_by_key(|(i, e)| (e.range.start, e.range.end, *i));
    let mut out = String::with_capacity(text.len());
    let mut at = 0usize;
    for (_, edit) in order {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let Some(between) = text.get(at..start) else { continue };
        if text.get(start..end).is_none() {
            continue;
        }
        out.push_str(between);
        out.push_str(&edit.insert);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Where lines begin, to turn offsets into lines and columns and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Reads the line ends of `text`: LF, CRLF, and a CR alone.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (i, b) in bytes.iter().enumerate() {
            let ends = *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
            if ends {
                starts.push(i as u32 + 1);
            }
        }
        LineIndex { starts, len: bytes.len() as u32 }
    }

    /// How many lines there are; an empty text has one.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Zero-based line of an offset.
    pub fn line(&self, offset: u32) -> u32 {
        (self.starts.partition_point(|s| *s <= offset).max(1) - 1) as u32
    }

    /// Zero-based line and byte column.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset - self.line_start(line))
    }

    /// Offset of a line's first byte; the end of the text for a line that is not there.
    pub fn line_start(&self, line: u32) -> u32 {
        self.starts.get(line as usize).copied().unwrap_or(self.len)
    }

    /// The line's range without its line end.
    pub fn line_range(&self, text: &str, line: u32) -> TextRange {
        let start = self.line_start(line);
        let end = self.starts.get(line as usize + 1).copied().unwrap_or(self.len);
        let body = TextRange::new(start, end).of(text).trim_end_matches(['\n', '\r']);
        TextRange::new(start, start + body.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_crlf_and_cr() {
        let text = "a\r\nbb\n\rc";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 4);
        assert_eq!(index.line_col(3), (1, 0));
        assert_eq!(index.line_range(text, 0), TextRange::new(0, 1));
        assert_eq!(index.line_range(text, 3), TextRange::new(7, 8));
        assert_eq!(index.line(99), 3);
    }

    #[test]
    fn of_two_overlapping_edits_the_first_wins() {
        let edits = [
            TextEdit::replace(TextRange::new(2, 4), "Z"),
            TextEdit::insert(0, "<"),
            TextEdit::replace(TextRange::new(0, 3), "A"),
        ];
        assert_eq!(apply_edits("abcdef", &edits), "<Adef");
    }
}
