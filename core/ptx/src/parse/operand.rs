//! Operands and whole instructions (PTX ISA, sections 4.3 and 6).

use super::Parser;
use crate::ast::{Guard, Instr, Operand, Selector};
use crate::isa::Mnemonic;
use crate::lex::Tok;
use crate::span::Span;

impl Operand {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Operand::Name(_, s)
            | Operand::Component(_, _, s)
            | Operand::Selected(_, _, s)
            | Operand::Imm(_, s)
            | Operand::Not(_, s)
            | Operand::Neg(_, s)
            | Operand::Sink(s)
            | Operand::Vector(_, s)
            | Operand::Address { span: s, .. }
            | Operand::SymbolOffset(_, _, s)
            | Operand::Pair(_, _, s)
            | Operand::List(_, s) => *s,
        }
    }
}

impl Parser<'_> {
    fn since(&self, start: Span) -> Span {
        Span::new(start.start, self.last_end.max(start.end))
    }

    /// `@p`, `@!p`
    pub(super) fn guard(&mut self) -> Option<Guard> {
        self.bump();
        let negated = self.eat(b'!');
        let (pred, _) = self.name("a predicate register after `@`")?;
        Some(Guard { pred, negated })
    }

    /// An instruction, its `;` included. `None`: reported, and recovery is the caller's.
    pub(super) fn instruction(&mut self, guard: Option<Guard>, start: Span) -> Option<Instr> {
        if self.tok.kind != Tok::Ident {
            self.expected("an instruction");
            return None;
        }
        let (mnemonic, mods, opcode) = self.opcode()?;
        let mut operands = Vec::new();
        // `call` lists, and `tex` and friends put lists side by side; all are separated by commas.
        let none = self.at(b';') || self.at(b'}') || self.tok.first_on_line && self.begins_statement();
        if !none {
            loop {
                operands.push(self.operand(mnemonic)?);
                if !self.eat(b',') {
                    break;
                }
            }
        }
        self.check(mnemonic, &mods, opcode, &operands);
        let span = self.since(start);
        Some(Instr { guard, mnemonic, mods, operands, span })
    }

    /// Does the token in hand, first on its line, look like the next statement, so that a `;` is missing?
    fn begins_statement(&self) -> bool {
        match self.tok.kind {
            Tok::Ident => matches!(self.byte_after(), b'.' | b':') && !self.tok_text().starts_with('%'),
            Tok::Dot | Tok::Punct(b'@') | Tok::Eof => true,
            _ => false,
        }
    }

    fn operand(&mut self, of: Mnemonic) -> Option<Operand> {
        let start = self.tok.span;
        let first = self.nested(|p| p.primary(of))?;
        if !self.at(b'|') {
            return Some(first);
        }
        self.bump();
        let second = self.nested(|p| p.primary(of))?;
        Some(Operand::Pair(Box::new(first), Box::new(second), self.since(start)))
    }

    fn primary(&mut self, of: Mnemonic) -> Option<Operand> {
        let start = self.tok.span;
        match self.tok.kind {
            Tok::Ident => self.named(),
            Tok::Punct(b'{') => {
                let items = self.list(of, b'}')?;
                Some(Operand::Vector(items, self.since(start)))
            }
            Tok::Punct(b'(') if of == Mnemonic::Call => {
                let items = self.list(of, b')')?;
                Some(Operand::List(items, self.since(start)))
            }
            Tok::Punct(b'[') => self.address(of),
            Tok::Punct(sign @ (b'!' | b'-')) if self.name_follows() => {
                self.bump();
                let (name, _) = self.name("a register")?;
                let span = self.since(start);
                Some(if sign == b'!' { Operand::Not(name, span) } else { Operand::Neg(name, span) })
            }
            _ => {
                let value = self.constant("an operand")?;
                Some(Operand::Imm(value, self.since(start)))
            }
        }
    }

    fn name_follows(&self) -> bool {
        let mut ahead = self.lexer.clone();
        ahead.next().kind == Tok::Ident
    }

    /// Comma-separated operands up to `close`; the opening sign is in hand.
    fn list(&mut self, of: Mnemonic, close: u8) -> Option<Vec<Operand>> {
        self.bump();
        let mut items = Vec::new();
        while !self.at(close) {
            items.push(self.operand(of)?);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(close, if close == b'}' { "`,` or `}`" } else { "`,` or `)`" }).then_some(items)
    }

    /// A name with what may follow it: component, selector, `+offset`.
    fn named(&mut self) -> Option<Operand> {
        let at = self.bump().span;
        if self.slice(at) == "_" {
            return Some(Operand::Sink(at));
        }
        let name = self.intern(at);
        if self.tok.kind == Tok::Dot && self.tok.span.start == at.end {
            let word = self.dot().unwrap_or("");
            let component = match word {
                "x" | "r" => Some(0),
                "y" | "g" => Some(1),
                "z" | "b" => Some(2),
                "w" | "a" => Some(3),
                _ => None,
            };
            let selector = Selector::parse(word);
            let dot = self.bump().span;
            let span = at.to(dot);
            return match (component, selector) {
                (Some(c), _) => Some(Operand::Component(name, c, span)),
                (None, Some(s)) => Some(Operand::Selected(name, s, span)),
                (None, None) => {
                    self.error(
                        dot,
                        format!("`.{}` is neither a component nor a part of a register", super::clip(word)),
                    );
                    None
                }
            };
        }
        if self.at(b'+') || self.at(b'-') {
            let offset = self.offset()?;
            return Some(Operand::SymbolOffset(name, offset, self.since(at)));
        }
        Some(Operand::Name(name, at))
    }

    /// `+a-b+c`, as bytes.
    pub(super) fn offset(&mut self) -> Option<i64> {
        let mut sum = 0i64;
        loop {
            if self.eat(b'+') {
                sum = sum.wrapping_add(self.offset_term()?);
            } else if self.eat(b'-') {
                sum = sum.wrapping_sub(self.offset_term()?);
            } else {
                return Some(sum);
            }
        }
    }

    fn address(&mut self, of: Mnemonic) -> Option<Operand> {
        let start = self.bump().span;
        let mut base = None;
        let offset;
        if self.tok.kind == Tok::Ident {
            base = Some(self.name("an address")?.0);
            offset = self.offset()?;
        } else {
            let at = self.tok.span;
            match self.constant("an address")?.as_bits() {
                Some(v) => offset = v as i64,
                None => {
                    self.error(at, "an address must be an integer");
                    return None;
                }
            }
        }
        let mut extra = Vec::new();
        while self.eat(b',') {
            extra.push(self.operand(of)?);
        }
        if !self.expect(b']', "`]`") {
            return None;
        }
        Some(Operand::Address { base, offset, extra, span: self.since(start) })
    }
}
