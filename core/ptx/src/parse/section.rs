//! `.section`, `.file` and `.loc` (PTX ISA, section 11.5).

use super::Parser;
use crate::ast::{File, InlinedAt, Loc, Section, SectionItem, SectionValue};
use crate::lex::Tok;
use crate::span::Span;

impl Parser<'_> {
    /// `.section name { ... }`; the directive's word is in hand.
    pub(super) fn section(&mut self) -> Option<Section> {
        let start = self.bump().span;
        if !matches!(self.tok.kind, Tok::Dot | Tok::Ident) {
            self.expected("a section name");
            return None;
        }
        let at = self.tok.span;
        let end = self.lexer.opcode(at.end as usize) as u32;
        let name = self.slice(Span::new(at.start, end)).to_owned();
        self.last_end = end;
        self.tok = self.lexer.next();
        if !self.expect(b'{', "`{`") {
            return None;
        }
        let mut items = Vec::new();
        while !self.at(b'}') && self.tok.kind != Tok::Eof {
            match self.section_item() {
                Some(item) => items.push(item),
                None => self.skip_line(),
            }
        }
        self.expect(b'}', "`}`");
        Some(Section { name, items, span: Span::new(start.start, self.last_end) })
    }

    fn skip_line(&mut self) {
        self.bump();
        while !self.tok.first_on_line && !self.at(b'}') && self.tok.kind != Tok::Eof {
            self.bump();
        }
    }

    fn section_item(&mut self) -> Option<SectionItem> {
        if self.tok.kind == Tok::Ident {
            let (name, _) = self.name("a label")?;
            return self.expect(b':', "`:`").then_some(SectionItem::Label(name));
        }
        let width = match self.dot() {
            Some("b8") => 1,
            Some("b16") => 2,
            Some("b32") => 4,
            Some("b64") => 8,
            _ => {
                self.expected("a label, `.b8`, `.b16`, `.b32`, `.b64` or `}`");
                return None;
            }
        };
        self.bump();
        let mut values = vec![self.section_value()?];
        while self.eat(b',') {
            values.push(self.section_value()?);
        }
        Some(SectionItem::Data { width, values })
    }

    fn section_value(&mut self) -> Option<SectionValue> {
        if !matches!(self.tok.kind, Tok::Ident | Tok::Dot) {
            let at = self.tok.span;
            let bits = self.constant("a value")?.as_bits();
            if bits.is_none() {
                self.error(at, "a section holds integers, labels and differences of labels");
            }
            return Some(SectionValue::Int(bits? as i64));
        }
        let at = self.tok.span;
        let end = if self.tok.kind == Tok::Dot { self.lexer.opcode(at.end as usize) as u32 } else { at.end };
        self.last_end = end;
        self.tok = self.lexer.next();
        let label = self.intern(Span::new(at.start, end));
        if self.at(b'-') && self.lexer.clone().next().kind == Tok::Ident {
            self.bump();
            let (minus, _) = self.name("a label")?;
            return Some(SectionValue::Difference(label, minus));
        }
        Some(SectionValue::Label(label, self.offset()?))
    }

    /// `.file index "path"{, time, size}`; the directive's word is in hand.
    pub(super) fn file(&mut self) -> Option<File> {
        let start = self.bump().span;
        let index = self.number("a file index")?;
        let path = self.string()?;
        let mut stamp = None;
        if self.eat(b',') {
            let time = self.unsigned("a time stamp")?;
            if !self.expect(b',', "`,` and the size of the file") {
                return None;
            }
            stamp = Some((time, self.unsigned("a file size")?));
        }
        self.eat(b';');
        Some(File { index, path, stamp, span: Span::new(start.start, self.last_end) })
    }

    /// `.loc`; the directive's word is in hand.
    pub(super) fn loc(&mut self) -> Option<Loc> {
        let start = self.bump().span;
        let (file, line, column) = self.position()?;
        let mut inlined = None;
        let mut name = None;
        while self.at(b',') {
            self.bump();
            match self.tok_text() {
                "function_name" => {
                    self.bump();
                    let (label, _) = self.name("a label in .debug_str")?;
                    let offset = self.offset()?;
                    name = Some((label, u32::try_from(offset).unwrap_or(0)));
                }
                "inlined_at" => {
                    self.bump();
                    let (f, l, c) = self.position()?;
                    inlined = Some((f, l, c));
                }
                _ => {
                    self.expected("`function_name` or `inlined_at`");
                    return None;
                }
            }
        }
        let inlined = match (name, inlined) {
            (Some((name, name_offset)), Some((file, line, column))) => {
                Some(InlinedAt { name, name_offset, file, line, column })
            }
            (None, None) => None,
            _ => {
                self.error(start, "`function_name` and `inlined_at` go together");
                None
            }
        };
        self.eat(b';');
        Some(Loc { file, line, column, inlined, span: Span::new(start.start, self.last_end) })
    }

    fn position(&mut self) -> Option<(u32, u32, u32)> {
        Some((self.number("a file index")?, self.number("a line")?, self.number("a column")?))
    }
}
