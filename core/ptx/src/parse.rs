//! The parser: text to [`Module`], never failing (PTX ISA, sections 4, 5, 7 and 11).
//!
//! Recursive descent with one token in hand. An error is noted and parsing goes on at the next statement or
//! directive, so one bad line costs one diagnostic. Nesting, list sizes and register ranges are bounded,
//! so hostile text ends in a diagnostic and not in a full stack or memory. Names are not resolved here.

mod directive;
mod expr;
mod function;
mod opcode;
mod operand;
mod section;
mod variable;

use crate::ast::{Module, Symbol};
use crate::diagnostic::{Diagnostic, Sink};
use crate::lex::{Lexer, Tok, Token};
use crate::span::Span;

/// How deep blocks, lists and expressions may nest.
pub const MAX_DEPTH: u32 = 64;
/// Most registers one `.reg %r<count>` may declare.
pub const MAX_REGISTER_RANGE: u32 = 1 << 20;
/// Longest text that is parsed, in bytes; spans are 32-bit.
pub const MAX_TEXT: usize = u32::MAX as usize - 1;

/// What [`parse`] returns: a module, whole or not, and what was found wrong with the text.
#[derive(Clone, Debug, Default)]
pub struct Parse {
    /// Everything that was understood.
    pub module: Module,
    /// In order of position.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses PTX text.
pub fn parse(text: &str) -> Parse {
    if text.len() > MAX_TEXT {
        let d = Diagnostic::error(Span::default(), "the text is larger than 4 GiB and was not read");
        return Parse { module: Module::default(), diagnostics: vec![d] };
    }
    let mut parser = Parser::new(text);
    parser.module();
    let mut diagnostics = parser.sink.finish();
    diagnostics.sort_by_key(|d| d.span.start);
    Parse { module: parser.out, diagnostics }
}

/// Parses bytes that claim to be PTX. What is not UTF-8 is reported by position and read as `U+FFFD`, so that a
/// text with one bad byte in a comment still gives a module. Spans count in the returned text.
pub fn parse_bytes(bytes: &[u8]) -> (String, Parse) {
    // Padding with NUL is common in images that carry PTX.
    let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |i| i + 1);
    let bytes = bytes.get(..end).unwrap_or(bytes);
    let mut text = String::with_capacity(bytes.len());
    let mut sink = Sink::default();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let start = text.len().min(MAX_TEXT) as u32;
            text.push('\u{fffd}');
            let message = format!("byte 0x{:02x} is not valid UTF-8", chunk.invalid()[0]);
            sink.push(
                Diagnostic::error(Span::new(start, start + 3), message)
                    .with_help("PTX is ASCII text; is this a binary image? `warplens inspect` reads those"),
            );
        }
    }
    let mut parse = parse(&text);
    parse.diagnostics.extend(sink.finish());
    parse.diagnostics.sort_by_key(|d| d.span.start);
    (text, parse)
}

/// The parser's state.
pub(crate) struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The token in hand.
    tok: Token,
    /// Where the token before it ended.
    last_end: u32,
    depth: u32,
    sink: Sink,
    out: Module,
    opcodes: opcode::Cache<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut lexer = Lexer::new(text);
        let tok = lexer.next();
        Parser {
            text,
            lexer,
            tok,
            last_end: 0,
            depth: 0,
            sink: Sink::default(),
            out: Module { address_size: 64, ..Module::default() },
            opcodes: opcode::Cache::default(),
        }
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The text of the token in hand.
    fn tok_text(&self) -> &'a str {
        self.slice(self.tok.span)
    }

    /// The word of a dotted token in hand, without the dot.
    fn dot(&self) -> Option<&'a str> {
        (self.tok.kind == Tok::Dot).then(|| self.tok_text().get(1..).unwrap_or(""))
    }

    fn bump(&mut self) -> Token {
        let t = self.tok;
        self.last_end = t.span.end;
        self.tok = self.lexer.next();
        t
    }

    fn at(&self, sign: u8) -> bool {
        self.tok.kind == Tok::Punct(sign)
    }

    fn eat(&mut self, sign: u8) -> bool {
        let hit = self.at(sign);
        if hit {
            self.bump();
        }
        hit
    }

    /// The byte right after the token in hand.
    fn byte_after(&self) -> u8 {
        self.text.as_bytes().get(self.tok.span.end as usize).copied().unwrap_or(0)
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.sink.push(Diagnostic::error(span, message));
    }

    /// "expected WHAT, found ..." at the token in hand.
    fn expected(&mut self, what: &str) {
        let found = match self.tok.kind {
            Tok::Eof => "the end of the text".to_owned(),
            Tok::Bad if self.tok_text().starts_with('"') => "a string without its closing quote".to_owned(),
            _ => format!("`{}`", clip(self.tok_text())),
        };
        self.error(self.tok.span, format!("expected {what}, found {found}"));
    }

    fn expect(&mut self, sign: u8, what: &str) -> bool {
        let hit = self.eat(sign);
        if !hit {
            self.expected(what);
        }
        hit
    }

    /// Takes the `;` that ends a statement. When it is missing but a new line follows, only says so; otherwise
    /// skips to the next statement.
    fn end_of_statement(&mut self) -> bool {
        if self.eat(b';') {
            return true;
        }
        let missing_only = self.tok.first_on_line || self.at(b'}');
        if missing_only {
            let at = Span::new(self.last_end.saturating_sub(1), self.last_end);
            self.error(at, "expected `;` after this");
        } else {
            self.expected("`;`");
            self.recover();
        }
        false
    }

    /// Skips to the next place where a statement or directive may begin.
    fn recover(&mut self) {
        let mut braces = 0u32;
        loop {
            match self.tok.kind {
                Tok::Eof => return,
                Tok::Punct(b';') => {
                    self.bump();
                    return;
                }
                Tok::Punct(b'{') => braces += 1,
                Tok::Punct(b'}') if braces == 0 => return,
                Tok::Punct(b'}') => braces -= 1,
                Tok::Dot if self.tok.first_on_line && self.dot().is_some_and(begins_item) => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips a function whose head was not understood, body and all.
    fn recover_function(&mut self) {
        while !self.at(b'{') && !self.at(b';') && self.tok.kind != Tok::Eof {
            if self.tok.first_on_line && self.dot().is_some_and(begins_item) {
                return;
            }
            self.bump();
        }
        let mut braces = 0u32;
        loop {
            match self.tok.kind {
                Tok::Eof => return,
                Tok::Punct(b'{') => braces += 1,
                Tok::Punct(b'}') => braces = braces.saturating_sub(1),
                _ => {}
            }
            self.bump();
            if braces == 0 {
                return;
            }
        }
    }

    /// Runs `f` one level deeper, unless that is too deep.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.error(self.tok.span, format!("nested more than {MAX_DEPTH} levels deep"));
            return None;
        }
        self.depth += 1;
        let out = f(self);
        self.depth -= 1;
        out
    }

    fn intern(&mut self, span: Span) -> Symbol {
        let text = self.slice(span);
        self.out.names.intern(text)
    }

    /// An identifier, interned.
    fn name(&mut self, what: &str) -> Option<(Symbol, Span)> {
        if self.tok.kind != Tok::Ident {
            self.expected(what);
            return None;
        }
        let span = self.bump().span;
        Some((self.intern(span), span))
    }

    /// A string in quotes, its escapes left as written.
    fn string(&mut self) -> Option<String> {
        if self.tok.kind != Tok::Str {
            self.expected("a string");
            return None;
        }
        let span = self.bump().span;
        let text = self.slice(span);
        Some(text.get(1..text.len() - 1).unwrap_or("").to_owned())
    }

    /// A small non-negative number.
    fn number(&mut self, what: &str) -> Option<u32> {
        let span = self.tok.span;
        let value = self.constant(what)?;
        let value = value.as_u64().and_then(|v| u32::try_from(v).ok());
        if value.is_none() {
            self.error(
                span.to(Span::new(self.last_end, self.last_end)),
                format!("{what} must be a number from 0 to 4294967295"),
            );
        }
        value
    }
}

/// Directives that stand at module level, where recovery may stop.
fn begins_item(word: &str) -> bool {
    matches!(
        word,
        "visible" | "extern" | "weak" | "common" | "entry" | "func" | "section" | "file" | "version"
    )
}

/// At most the first 40 characters, for messages.
fn clip(text: &str) -> String {
    if text.chars().nth(40).is_some() {
        text.chars().take(37).chain("...".chars()).collect()
    } else {
        text.to_owned()
    }
}
