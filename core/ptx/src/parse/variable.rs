//! Declarations of registers, variables and parameters, with their initialisers (PTX ISA, section 5).

use super::{MAX_REGISTER_RANGE, Parser};
use crate::ast::{Init, Linkage, ParamPtr, StateSpace, Symbol, Variable};
use crate::isa::ScalarType;
use crate::lex::Tok;
use crate::span::Span;

/// Most dimensions an array may have.
const MAX_DIMS: usize = 16;

impl StateSpace {
    /// The space of a directive's word.
    pub fn parse(word: &str) -> Option<StateSpace> {
        Some(match word {
            "reg" => StateSpace::Reg,
            "sreg" => StateSpace::Sreg,
            "const" => StateSpace::Const,
            "global" => StateSpace::Global,
            "local" => StateSpace::Local,
            "param" => StateSpace::Param,
            "shared" => StateSpace::Shared,
            "tex" => StateSpace::Tex,
            _ => return None,
        })
    }

    /// The directive's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            StateSpace::Reg => "reg",
            StateSpace::Sreg => "sreg",
            StateSpace::Const => "const",
            StateSpace::Global => "global",
            StateSpace::Local => "local",
            StateSpace::Param => "param",
            StateSpace::Shared => "shared",
            StateSpace::Tex => "tex",
        }
    }
}

impl Linkage {
    /// The linkage of a directive's word.
    pub fn parse(word: &str) -> Option<Linkage> {
        Some(match word {
            "extern" => Linkage::Extern,
            "visible" => Linkage::Visible,
            "weak" => Linkage::Weak,
            "common" => Linkage::Common,
            _ => return None,
        })
    }
}

/// What stands before the names of a declaration.
#[derive(Clone)]
struct Prefix {
    start: Span,
    linkage: Linkage,
    space: Option<StateSpace>,
    bank: Option<u32>,
    managed: bool,
    attributes: Vec<String>,
    align: Option<u32>,
    ty: Option<ScalarType>,
    vector: u8,
    ptr: Option<ParamPtr>,
}

impl Parser<'_> {
    /// `.space ... name, name, ...;` with the first word in hand.
    pub(super) fn declaration(&mut self, linkage: Linkage, start: Span) -> Option<Vec<Variable>> {
        let prefix = self.prefix(linkage, start)?;
        let mut out = Vec::new();
        loop {
            out.push(self.declarator(&prefix)?);
            if !self.eat(b',') {
                break;
            }
        }
        self.end_of_statement();
        Some(out)
    }

    /// `( .param ..., .param ... )` with `(` in hand.
    pub(super) fn parameters(&mut self) -> Option<Vec<Variable>> {
        self.bump();
        let mut out = Vec::new();
        while !self.at(b')') {
            let prefix = self.prefix(Linkage::Local, self.tok.span)?;
            out.push(self.declarator(&prefix)?);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')', "`,` or `)`").then_some(out)
    }

    fn prefix(&mut self, linkage: Linkage, start: Span) -> Option<Prefix> {
        let mut p = Prefix {
            start,
            linkage,
            space: None,
            bank: None,
            managed: false,
            attributes: Vec::new(),
            align: None,
            ty: None,
            vector: 1,
            ptr: None,
        };
        while let Some(word) = self.dot() {
            let at = self.bump().span;
            if let Some(space) = StateSpace::parse(word) {
                match (&mut p.ptr, p.space) {
                    (Some(ptr), _) => ptr.space = Some(space),
                    (None, None) => p.space = Some(space),
                    (None, Some(_)) => self.error(at, "a declaration has one state space"),
                }
                if space == StateSpace::Const && self.at(b'[') {
                    self.bump();
                    p.bank = Some(self.number("a bank")?);
                    self.expect(b']', "`]`");
                }
            } else if let Some(ty) = ScalarType::parse(word) {
                p.ty = Some(ty);
            } else if let Some(l) = Linkage::parse(word) {
                p.linkage = l;
            } else {
                match word {
                    "align" => {
                        let align = self.number("an alignment")?;
                        if !align.is_power_of_two() {
                            self.error(at, format!("an alignment is a power of two, not {align}"));
                        } else if let Some(ptr) = &mut p.ptr {
                            ptr.align = Some(align);
                        } else {
                            p.align = Some(align);
                        }
                    }
                    "ptr" => p.ptr = Some(ParamPtr { space: None, align: None }),
                    "v2" => p.vector = 2,
                    "v4" => p.vector = 4,
                    "v8" => p.vector = 8,
                    "attribute" => {
                        for a in self.attribute()? {
                            if a == ".managed" {
                                p.managed = true;
                            } else {
                                p.attributes.push(a);
                            }
                        }
                    }
                    _ => {
                        self.error(at, format!("`.{}` does not belong in a declaration", super::clip(word)));
                        return None;
                    }
                }
            }
        }
        if p.space.is_none() {
            self.error(start, "a declaration needs a state space such as `.reg` or `.global`");
            return None;
        }
        if p.ty.is_none() {
            self.expected("a type such as `.b32`");
            return None;
        }
        Some(p)
    }

    /// `(.managed, .unified(1,2))`: each attribute as text without blanks.
    pub(super) fn attribute(&mut self) -> Option<Vec<String>> {
        if !self.expect(b'(', "`(`") {
            return None;
        }
        let mut out = vec![String::new()];
        let mut open = 0u32;
        loop {
            match self.tok.kind {
                Tok::Punct(b')') if open == 0 => break,
                Tok::Punct(b',') if open == 0 => {
                    self.bump();
                    out.push(String::new());
                    continue;
                }
                Tok::Punct(b'(') => open += 1,
                Tok::Punct(b')') => open -= 1,
                Tok::Punct(b',') | Tok::Dot | Tok::Ident | Tok::Number => {}
                _ => {
                    self.expected("an attribute or `)`");
                    return None;
                }
            }
            let text = self.tok_text();
            if let Some(last) = out.last_mut() {
                last.push_str(text);
            }
            self.bump();
        }
        self.bump();
        out.retain(|a| !a.is_empty());
        Some(out)
    }

    fn declarator(&mut self, p: &Prefix) -> Option<Variable> {
        let (name, name_span) = self.name("a name")?;
        let range = if self.eat(b'<') { Some(self.register_range(name_span)?) } else { None };
        let mut dims = Vec::new();
        while self.at(b'[') {
            let at = self.bump().span;
            dims.push(if self.at(b']') { None } else { Some(self.unsigned("an array size")?) });
            if !self.expect(b']', "`]`") {
                return None;
            }
            if dims.len() > MAX_DIMS {
                self.error(at, format!("an array has at most {MAX_DIMS} dimensions"));
                return None;
            }
        }
        let init = if self.eat(b'=') { Some(self.initialiser()?) } else { None };
        Some(Variable {
            linkage: p.linkage,
            space: p.space.unwrap_or(StateSpace::Reg),
            bank: p.bank,
            managed: p.managed,
            attributes: p.attributes.clone(),
            align: p.align,
            ty: p.ty.unwrap_or(ScalarType::B32),
            vector: p.vector,
            ptr: p.ptr,
            name,
            range,
            dims,
            init,
            span: Span::new(p.start.start, self.last_end),
            name_span,
        })
    }

    fn register_range(&mut self, name: Span) -> Option<u32> {
        let count = self.count()?;
        if !self.expect(b'>', "`>`") {
            return None;
        }
        let bounded = u32::try_from(count).ok().filter(|&c| c <= MAX_REGISTER_RANGE);
        if bounded.is_none() {
            self.error(
                name.to(Span::new(self.last_end, self.last_end)),
                format!("{count} registers; at most {MAX_REGISTER_RANGE} are read from one declaration"),
            );
        }
        bounded
    }

    fn initialiser(&mut self) -> Option<Init> {
        self.nested(|p| {
            if p.eat(b'{') {
                let mut items = Vec::new();
                while !p.at(b'}') {
                    items.push(p.initialiser()?);
                    if !p.eat(b',') {
                        break;
                    }
                }
                return p.expect(b'}', "`,` or `}`").then_some(Init::List(items));
            }
            if p.tok.kind == Tok::Ident {
                return p.address_initialiser(None);
            }
            let value = p.constant("a value")?;
            if !p.at(b'(') {
                return Some(Init::Value(value));
            }
            // `0xff00(sym)`
            let at = p.bump().span;
            let Some(mask) = value.as_bits() else {
                p.error(at, "a mask must be an integer");
                return None;
            };
            let out = p.address_initialiser(Some(mask))?;
            p.expect(b')', "`)`").then_some(out)
        })
    }

    /// `sym+off`, `generic(sym)+off`, `mask(0xff)(sym)`, `setting = value`.
    fn address_initialiser(&mut self, mask: Option<u64>) -> Option<Init> {
        let (name, at) = self.name("a variable or function")?;
        if self.eat(b'=') {
            let value = self.initialiser()?;
            return Some(Init::Setting(name, Box::new(value)));
        }
        if !self.at(b'(') {
            return self.symbol_address(name, false, mask);
        }
        self.bump();
        match self.slice(at) {
            "generic" => {
                let (inner, _) = self.name("a variable")?;
                let within = self.offset()?;
                if !self.expect(b')', "`)`") {
                    return None;
                }
                let mut out = self.symbol_address(inner, true, mask)?;
                if let Init::Address { offset, .. } = &mut out {
                    *offset = offset.wrapping_add(within);
                }
                Some(out)
            }
            "mask" if mask.is_none() => {
                let m = self.unsigned("a mask")?;
                if !(self.expect(b')', "`)`") && self.expect(b'(', "`(`")) {
                    return None;
                }
                let out = self.address_initialiser(Some(m))?;
                self.expect(b')', "`)`").then_some(out)
            }
            _ => {
                self.error(at, "only `generic(...)` and `mask(...)` may be applied to a symbol");
                None
            }
        }
    }

    fn symbol_address(&mut self, symbol: Symbol, generic: bool, mask: Option<u64>) -> Option<Init> {
        Some(Init::Address { symbol, offset: self.offset()?, generic, mask })
    }
}
