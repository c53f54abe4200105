//! Line starts of a document, and positions in the three encodings of the protocol.
//!
//! Everything inside the server is a byte offset; only this file knows what a "character" is. A position past the
//! end of its line means the end of that line, as the protocol asks. It does not edit text: see [`crate::document`].

use tower_lsp::ls_types::{Position, PositionEncodingKind, Range};

/// How the client counts characters within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// 16-bit units: what a client that says nothing means.
    Utf16,
    /// Scalar values.
    Utf32,
}

impl Encoding {
    /// The encoding to use with a client that offers `offered`, in our order of preference.
    pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offered = offered.unwrap_or_default();
        if offered.contains(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offered.contains(&PositionEncodingKind::UTF32)
            && !offered.contains(&PositionEncodingKind::UTF16)
        {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// The protocol's name for it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn len_of(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// The byte offset at which each line starts. Lines end at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Index `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend((1..=text.len()).filter(|&at| begins_line(text.as_bytes(), at)).map(clamp));
        Self { starts, len: clamp(text.len()) }
    }

    /// The index after `range` was replaced by `inserted` bytes, which made `text`. Only what is new is read.
    pub fn edited(&self, text: &str, range: std::ops::Range<usize>, inserted: usize) -> Self {
        // Whether a line starts at an offset is decided by the bytes on both sides of it.
        let kept = self.starts.partition_point(|&s| (s as usize) < range.start.max(1));
        let moved = self.starts.partition_point(|&s| s as usize <= range.end);
        let end = range.start + inserted;
        let (before, after) = (self.starts.get(..kept), self.starts.get(moved..));
        let mut starts = Vec::with_capacity(self.starts.len() + 16);
        starts.extend_from_slice(before.unwrap_or_default());
        starts.extend((range.start.max(1)..=end).filter(|&at| begins_line(text.as_bytes(), at)).map(clamp));
        starts.extend(after.unwrap_or_default().iter().map(|&s| clamp(s as usize - range.end + end)));
        Self { starts, len: clamp(text.len()) }
    }

    /// The line that holds `offset`, counted from nought.
    pub fn line_of(&self, offset: usize) -> usize {
        let offset = clamp(offset);
        self.starts.partition_point(|&s| s <= offset).saturating_sub(1)
    }

    /// The bytes of `line`, without its end of line.
    pub fn line_range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let end_of_text = self.len as usize;
        let Some(&start) = self.starts.get(line) else {
            return end_of_text..end_of_text;
        };
        let start = start as usize;
        let mut end = self.starts.get(line + 1).map_or(end_of_text, |&s| s as usize);
        let bytes = text.as_bytes();
        if end > start && line + 1 < self.starts.len() {
            end -= 1;
            if end > start && bytes.get(end) == Some(&b'\n') && bytes.get(end - 1) == Some(&b'\r') {
                end -= 1;
            }
        }
        start..end
    }

    /// The byte offset of `position`, always within the text and on a character boundary.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return self.len as usize;
        }
        let range = self.line_range(text, line);
        let content = text.get(range.clone()).unwrap_or("");
        let mut units = position.character as usize;
        for (i, c) in content.char_indices() {
            let width = encoding.len_of(c);
            if units < width {
                return range.start + i;
            }
            units -= width;
        }
        range.end
    }

    /// The position of byte `offset`; one inside a character counts as that character's start.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let line = self.line_of(offset);
        let range = self.line_range(text, line);
        let offset = offset.clamp(range.start, range.end);
        let content = text.get(range.clone()).unwrap_or("");
        let mut units = 0;
        for (i, c) in content.char_indices() {
            if range.start + i + c.len_utf8() > offset {
                break;
            }
            units += encoding.len_of(c);
        }
        Position { line: clamp(line), character: clamp(units) }
    }

    /// The protocol's range for a range of bytes.
    pub fn range(&self, text: &str, bytes: std::ops::Range<usize>, encoding: Encoding) -> Range {
        Range {
            start: self.position(text, bytes.start, encoding),
            end: self.position(text, bytes.end, encoding),
        }
    }

    /// The bytes of a range of the protocol; a reversed one is empty at its start.
    pub fn bytes(&self, text: &str, range: Range, encoding: Encoding) -> std::ops::Range<usize> {
        let start = self.offset(text, range.start, encoding);
        let end = self.offset(text, range.end, encoding);
        start..end.max(start)
    }
}

/// Whether a line ends right before `at`.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at.wrapping_sub(1)) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at) != Some(&b'\n'),
        _ => false,
    }
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn chinese_comments_and_astral_characters_count_as_the_encoding_says() {
        let text = "int a; // 线程块\nfloat 𝕩 = 1;\n";
        let index = LineIndex::new(text);
        let after = text.find('块').unwrap();
        assert_eq!(index.position(text, after, Encoding::Utf8), at(0, 16));
        assert_eq!(index.position(text, after, Encoding::Utf16), at(0, 12));
        let eq = text.find('=').unwrap();
        assert_eq!(index.position(text, eq, Encoding::Utf8), at(1, 11));
        assert_eq!(index.position(text, eq, Encoding::Utf16), at(1, 9));
        assert_eq!(index.position(text, eq, Encoding::Utf32), at(1, 8));
        for e in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (i, _) in text.char_indices() {
                assert_eq!(index.offset(text, index.position(text, i, e), e), i, "{e:?} at {i}");
            }
        }
    }

    #[test]
    fn line_ends_of_every_kind_are_no_part_of_their_line() {
        let text = "a\r\nbb\rccc\n";
        let index = LineIndex::new(text);
        assert_eq!(index.starts.len(), 4);
        let lines: Vec<_> = (0..4).map(|l| &text[index.line_range(text, l)]).collect();
        assert_eq!(lines, ["a", "bb", "ccc", ""]);
        assert_eq!(index.offset(text, at(0, 99), Encoding::Utf16), 1);
        assert_eq!(index.offset(text, at(99, 0), Encoding::Utf16), text.len());
        assert_eq!(index.position(text, 2, Encoding::Utf8), at(0, 1));
    }

    #[test]
    fn a_position_inside_a_surrogate_pair_is_the_start_of_its_character() {
        let text = "𝕩y";
        let index = LineIndex::new(text);
        assert_eq!(index.offset(text, at(0, 1), Encoding::Utf16), 0);
        assert_eq!(index.offset(text, at(0, 2), Encoding::Utf16), 4);
    }

    /// Texts of what makes positions hard: line ends of every kind, characters of every width.
    fn hard_text() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a", "\n", "\r", "\r\n", "线", "é", "𝕩", "\t", "// 块", "\u{feff}", "",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_character_has_a_position_that_leads_back_to_it(text in hard_text()) {
            let index = LineIndex::new(&text);
            for e in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut last = at(0, 0);
                for (i, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    let position = index.position(&text, i, e);
                    prop_assert!((position.line, position.character) >= (last.line, last.character));
                    last = position;
                    let back = index.offset(&text, position, e);
                    // Within a line end there is no position: it is that of the end of its line.
                    let line_end = text[..i].ends_with('\r') && text[i..].starts_with('\n');
                    prop_assert_eq!(back, if line_end { i - 1 } else { i }, "{:?} at {} of {:?}", e, i, &text);
                }
            }
        }

        #[test]
        fn no_position_leads_out_of_the_text_or_into_a_character(
            text in hard_text(), line in 0u32..20, character in 0u32..60,
        ) {
            let index = LineIndex::new(&text);
            for e in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let offset = index.offset(&text, at(line, character), e);
                prop_assert!(text.is_char_boundary(offset), "{:?}: {} of {:?}", e, offset, &text);
            }
        }

        #[test]
        fn an_edited_index_is_the_index_of_the_edited_text(
            text in hard_text(), from in 0usize..80, len in 0usize..20, insert in hard_text(),
        ) {
            let floor = |mut i: usize| { i = i.min(text.len()); while !text.is_char_boundary(i) { i -= 1; } i };
            let (start, end) = (floor(from), floor(from + len));
            let mut edited = text.clone();
            edited.replace_range(start..end, &insert);
            let index = LineIndex::new(&text).edited(&edited, start..end, insert.len());
            prop_assert_eq!(index, LineIndex::new(&edited));
        }
    }

    #[test]
    fn a_reversed_range_is_empty() {
        let text = "abc";
        let index = LineIndex::new(text);
        let range = Range { start: at(0, 2), end: at(0, 1) };
        assert_eq!(index.bytes(text, range, Encoding::Utf8), 2..2);
    }
}
