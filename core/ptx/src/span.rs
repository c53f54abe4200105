//! Byte ranges into the PTX text, and the line index that turns them into lines and columns.
//!
//! Everything the parser produces carries a [`Span`]; lines and columns exist only at the edges
//! (diagnostics, editors), so the model stays small and cheap to compare.

/// A half-open byte range `start..end` in the parsed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`, in bytes.
    pub const fn new(start: u32, end: u32) -> Self {
        Span { start, end }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A position as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

/// Byte offsets of line starts; made once a text, answers in `O(log lines)`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text` (LF, CRLF and lone CR all end a line in the first two senses; a lone CR does not).
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        LineIndex { starts }
    }

    /// Line and column of a byte offset; offsets past the end count on the last line.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let line = self.starts.partition_point(|&s| s <= offset);
        LineCol { line: line as u32, column: offset - self.starts[line - 1] + 1 }
    }
}
