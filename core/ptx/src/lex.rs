//! Text to tokens, on demand and without copying (PTX ISA, section 4.3 and 4.4).
//!
//! A token is a kind and a span; the parser reads its text from the source. The lexer never fails:
//! bytes that begin nothing become [`Tok::Bad`] tokens of one character. Dotted words (`.global`,
//! `.shared::cta`, `.1d`) are one token; an opcode such as `ld.global.v4.f32` is cut out as one
//! piece by [`Lexer::opcode`], so that the parser can look it up whole.

use crate::span::Span;

/// Kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tok {
    /// End of text.
    Eof,
    /// `foo`, `%r1`, `$L__BB0_2`, `_`
    Ident,
    /// `.word`, `::` parts included; the dot belongs to the span.
    Dot,
    /// A literal that starts with a digit.
    Number,
    /// `"..."`, quotes included.
    Str,
    /// One ASCII sign, or the first of two for `<<`, `>>`, `==`, `!=`, `<=`, `>=`, `&&`, `||`, which the
    /// expression parser puts together.
    Punct(u8),
    /// Anything else.
    Bad,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Its kind.
    pub kind: Tok,
    /// Where.
    pub span: Span,
    /// Is there a line end between it and the token before?
    pub first_on_line: bool,
}

/// The lexer: a position in a text.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    pos: usize,
}

/// May `b` stand in an identifier?
pub(crate) fn is_ident(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$'
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Lexer { text, pos: 0 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Skips blanks, comments and lines that begin with `#`; says whether a line end was crossed.
    fn skip_trivia(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let mut newline = self.pos == 0;
        loop {
            match self.byte(self.pos) {
                b'\n' => {
                    newline = true;
                    self.pos += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.pos += 1,
                b'/' if self.byte(self.pos + 1) == b'/' => self.skip_line(),
                b'/' if self.byte(self.pos + 1) == b'*' => {
                    let mut at = self.pos + 2;
                    while at < bytes.len() && !(self.byte(at) == b'*' && self.byte(at + 1) == b'/') {
                        newline |= self.byte(at) == b'\n';
                        at += 1;
                    }
                    self.pos = (at + 2).min(bytes.len());
                }
                b'#' if newline => self.skip_line(),
                0 if self.pos + 1 == bytes.len() => self.pos += 1,
                _ => return newline,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or(&[]);
        self.pos += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }

    /// The next token.
    pub fn next(&mut self) -> Token {
        let first_on_line = self.skip_trivia();
        let start = self.pos;
        let b = self.byte(start);
        let kind = if start >= self.text.len() {
            Tok::Eof
        } else if self.begins_ident(start) {
            self.take_while(start + 1, is_ident);
            Tok::Ident
        } else if b.is_ascii_digit() {
            self.number(start);
            Tok::Number
        } else if b == b'.' && is_ident(self.byte(start + 1)) {
            self.pos = start + 1;
            self.dotted_word();
            Tok::Dot
        } else if b == b'"' {
            self.string(start)
        } else if b.is_ascii_punctuation() {
            self.pos += 1;
            Tok::Punct(b)
        } else {
            self.pos += self.text.get(start..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            Tok::Bad
        };
        Token { kind, span: Span::new(start as u32, self.pos as u32), first_on_line }
    }

    fn begins_ident(&self, at: usize) -> bool {
        match self.byte(at) {
            b'%' => is_ident(self.byte(at + 1)) && !self.byte(at + 1).is_ascii_digit(),
            b => b.is_ascii_alphabetic() || b == b'_' || b == b'$',
        }
    }

    /// Extends a mnemonic that ends at `end` over its dotted words and returns the end of the opcode;
    /// lexing goes on from there.
    pub fn opcode(&mut self, end: usize) -> usize {
        self.pos = end;
        while self.byte(self.pos) == b'.' && is_ident(self.byte(self.pos + 1)) {
            self.pos += 1;
            self.dotted_word();
        }
        self.pos
    }

    fn dotted_word(&mut self) {
        loop {
            self.take_while(self.pos, is_ident);
            if self.byte(self.pos) == b':'
                && self.byte(self.pos + 1) == b':'
                && is_ident(self.byte(self.pos + 2))
            {
                self.pos += 2;
            } else {
                return;
            }
        }
    }

    fn take_while(&mut self, from: usize, keep: fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
        self.pos = from + rest.iter().position(|&b| !keep(b)).unwrap_or(rest.len());
    }

    /// Digits, letters, and for decimal floats a point and a signed exponent.
    fn number(&mut self, start: usize) {
        self.take_while(start, is_ident);
        let hex = self.byte(start) == b'0' && self.byte(start + 1).is_ascii_alphabetic();
        if hex {
            return;
        }
        if self.byte(self.pos) == b'.' && !self.byte(self.pos + 1).is_ascii_alphabetic() {
            self.take_while(self.pos + 1, is_ident);
        }
        if matches!(self.byte(self.pos - 1), b'e' | b'E')
            && matches!(self.byte(self.pos), b'+' | b'-')
            && self.byte(self.pos + 1).is_ascii_digit()
        {
            self.take_while(self.pos + 1, is_ident);
        }
    }

    /// A string ends at its quote; without one it ends with the line.
    fn string(&mut self, start: usize) -> Tok {
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                b'"' => {
                    self.pos = at + 1;
                    return Tok::Str;
                }
                b'\\' if at + 1 < self.text.len() && self.byte(at + 1).is_ascii() => at += 2,
                b'\n' => break,
                0 if at >= self.text.len() => break,
                _ => at += 1,
            }
        }
        self.pos = at;
        Tok::Bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Tok, &str)> {
        let mut lexer = Lexer::new(text);
        std::iter::from_fn(|| {
            let t = lexer.next();
            (t.kind != Tok::Eof).then(|| (t.kind, &text[t.span.start as usize..t.span.end as usize]))
        })
        .collect()
    }

    #[test]
    fn words_numbers_and_signs() {
        use Tok::*;
        assert_eq!(
            kinds("ld.shared::cta.u32 %r1, [x+0x10]; // c\n1.5e-3 .1d 0f3F800000"),
            [
                (Ident, "ld"),
                (Dot, ".shared::cta"),
                (Dot, ".u32"),
                (Ident, "%r1"),
                (Punct(b','), ","),
                (Punct(b'['), "["),
                (Ident, "x"),
                (Punct(b'+'), "+"),
                (Number, "0x10"),
                (Punct(b']'), "]"),
                (Punct(b';'), ";"),
                (Number, "1.5e-3"),
                (Dot, ".1d"),
                (Number, "0f3F800000"),
            ]
        );
    }

    #[test]
    fn unfinished_things_end_somewhere() {
        assert_eq!(kinds("\"abc\nx"), [(Tok::Bad, "\"abc"), (Tok::Ident, "x")]);
        assert_eq!(kinds("/* never closed"), []);
        assert_eq!(kinds("a \u{4e2d} b"), [(Tok::Ident, "a"), (Tok::Bad, "\u{4e2d}"), (Tok::Ident, "b")]);
    }
}
