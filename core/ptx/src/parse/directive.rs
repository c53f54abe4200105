//! The module level: `.version`, `.target`, variables, functions, aliases, debug data (PTX ISA, section 11).

use super::{Parser, clip};
use crate::ast::{Item, Linkage, StateSpace};
use crate::diagnostic::Diagnostic;
use crate::lex::Tok;
use crate::span::Span;

impl Parser<'_> {
    /// The whole text.
    pub(super) fn module(&mut self) {
        if self.dot() != Some("version") {
            let found = Diagnostic::error(self.tok.span, "PTX begins with `.version`")
                .with_help("is this PTX text? An object file or fat binary is read by `warplens inspect`");
            self.sink.push(found);
        }
        while self.tok.kind != Tok::Eof {
            let before = self.tok.span;
            if self.item().is_none() {
                self.recover();
            }
            if self.tok.span == before && self.tok.kind != Tok::Eof {
                self.bump();
            }
        }
    }

    /// One directive. `None`: reported, and to be skipped.
    fn item(&mut self) -> Option<()> {
        if self.eat(b';') {
            return Some(());
        }
        let Some(word) = self.dot() else {
            if self.at(b'@') && self.byte_after() == b'@' {
                return self.old_dwarf();
            }
            if self.at(b'}') {
                self.error(self.tok.span, "this `}` closes nothing");
                self.bump();
                return Some(());
            }
            self.expected("a directive such as `.entry` or `.global`");
            if self.tok.kind == Tok::Ident && self.byte_after() == b'.' {
                self.bump();
            }
            return None;
        };
        let start = self.tok.span;
        match word {
            "version" => {
                self.bump();
                self.version(start)
            }
            "target" => {
                self.bump();
                let mut words = vec![self.name("a target such as `sm_80`")?.0];
                while self.eat(b',') {
                    words.push(self.name("a target option")?.0);
                }
                self.out.target = words;
                self.eat(b';');
                Some(())
            }
            "address_size" => {
                self.bump();
                let bits = self.number("32 or 64")?;
                match bits {
                    32 | 64 => self.out.address_size = bits as u8,
                    _ => self.error(
                        start.to(Span::new(self.last_end, self.last_end)),
                        "an address has 32 or 64 bits",
                    ),
                }
                Some(())
            }
            "file" => {
                let file = self.file()?;
                self.out.items.push(Item::File(file));
                Some(())
            }
            "section" => {
                let section = self.section()?;
                self.out.items.push(Item::Section(section));
                Some(())
            }
            "pragma" => {
                let texts = self.pragma()?;
                self.end_of_statement();
                let span = Span::new(start.start, self.last_end);
                self.out.items.push(Item::Pragma(texts, span));
                Some(())
            }
            "alias" => {
                self.bump();
                let (alias, _) = self.name("the new name")?;
                if !self.expect(b',', "`,`") {
                    return None;
                }
                let (aliasee, _) = self.name("a function")?;
                self.end_of_statement();
                let span = Span::new(start.start, self.last_end);
                self.out.items.push(Item::Alias { alias, aliasee, span });
                Some(())
            }
            "loc" => {
                self.loc()?;
                self.sink.push(Diagnostic::warning(start, "`.loc` outside a function means nothing"));
                Some(())
            }
            _ => self.linked(start),
        }
    }

    /// `.version major.minor`
    fn version(&mut self, start: Span) -> Option<()> {
        let text = self.tok_text();
        let parsed = text.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        match (self.tok.kind, parsed) {
            (Tok::Number, Some(v)) => {
                if self.out.version != (0, 0) {
                    self.error(start, "`.version` stands once, at the top");
                }
                self.out.version = v;
                self.bump();
                Some(())
            }
            _ => {
                self.expected("a version such as `7.8`");
                None
            }
        }
    }

    /// `.pragma "a", "b"`, with the directive's word in hand.
    pub(super) fn pragma(&mut self) -> Option<Vec<String>> {
        self.bump();
        let mut texts = vec![self.string()?];
        while self.eat(b',') {
            texts.push(self.string()?);
        }
        Some(texts)
    }

    /// Something that may begin with linking directives: a function or a variable.
    fn linked(&mut self, start: Span) -> Option<()> {
        let mut linkage = Linkage::Local;
        while let Some(l) = self.dot().and_then(Linkage::parse) {
            linkage = l;
            self.bump();
        }
        match self.dot() {
            Some("entry" | "func") => {
                match self.function(linkage, start) {
                    Some(function) => self.out.items.push(Item::Function(function)),
                    None => self.recover_function(),
                }
                Some(())
            }
            Some(word) if StateSpace::parse(word).is_some() || matches!(word, "align" | "attribute") => {
                let variables = self.declaration(linkage, start)?;
                self.out.items.extend(variables.into_iter().map(Item::Variable));
                Some(())
            }
            Some(word) => {
                let d =
                    Diagnostic::error(self.tok.span, format!("`.{}` is not a directive of PTX", clip(word)));
                let known = [
                    "visible", "extern", "weak", "entry", "func", "global", "const", "shared", "section",
                    "file", "target",
                ];
                let near = super::opcode::near(word, known.into_iter());
                self.sink.push(match near {
                    Some(n) => d.with_help(format!("is `.{n}` meant?")),
                    None => d,
                });
                self.bump();
                None
            }
            None => {
                self.expected("`.entry`, `.func` or a state space");
                None
            }
        }
    }

    /// `@@DWARF ...`, the debug data of PTX before 2.0: a line to skip.
    fn old_dwarf(&mut self) -> Option<()> {
        let span = self.tok.span;
        self.sink.push(Diagnostic::warning(span, "`@@DWARF` lines of old PTX are not read"));
        self.bump();
        while !self.tok.first_on_line && self.tok.kind != Tok::Eof {
            self.bump();
        }
        Some(())
    }
}
