//! Instructions: operands by name to operands by index.

use super::names::{BodyWalk, Entity, Resolver};
use super::{AddressBase, Guard, Op, Operand, RegId};
use crate::ast::{self, Instr, Symbol};
use crate::diagnostic::Diagnostic;
use crate::isa::{Mnemonic, ScalarType, SpecialReg};
use crate::span::Span;

impl Resolver<'_> {
    pub(super) fn instruction(&mut self, walk: &mut BodyWalk, i: &Instr) {
        let guard = i.guard.and_then(|g| {
            let pred = self.register(walk, g.pred, i.span)?;
            let is_pred = walk.body.regs.get(pred.index()).is_some_and(|r| r.ty == ScalarType::Pred);
            if !is_pred {
                self.broken(
                    walk,
                    i.span,
                    format!("`{}` guards this but is not of type `.pred`", self.text(g.pred)),
                );
            }
            is_pred.then_some(Guard { pred, negated: g.negated })
        });
        let operands = if i.mnemonic == Mnemonic::Call {
            self.call(walk, i)
        } else {
            i.operands.iter().map(|o| self.operand(walk, o)).collect()
        };
        let loc = walk.loc;
        walk.body.ops.push(Op {
            guard,
            mnemonic: i.mnemonic,
            mods: i.mods.clone(),
            operands,
            loc,
            span: i.span,
        });
    }

    fn broken(&mut self, walk: &mut BodyWalk, at: Span, message: String) {
        walk.body.broken.push(at);
        self.sink.push(Diagnostic::error(at, message));
    }

    fn register(&mut self, walk: &mut BodyWalk, name: Symbol, at: Span) -> Option<RegId> {
        match self.find(walk, name) {
            Some(Entity::Reg(r)) => Some(r),
            Some(_) => {
                self.broken(walk, at, format!("`{}` is not a register", self.text(name)));
                None
            }
            None => {
                self.undeclared(walk, name, at);
                None
            }
        }
    }

    fn undeclared(&mut self, walk: &mut BodyWalk, name: Symbol, at: Span) {
        let text = self.text(name);
        walk.body.broken.push(at);
        let what = if text.starts_with('%') { "register" } else { "name" };
        let d = Diagnostic::error(at, format!("{what} `{text}` is not declared in this scope"));
        self.sink.push(if text.starts_with('%') {
            d.with_help("declare it with `.reg`, or widen the range it belongs to")
        } else {
            d
        });
    }

    fn operand(&mut self, walk: &mut BodyWalk, o: &ast::Operand) -> Operand {
        use ast::Operand as A;
        match o {
            A::Name(name, at) => self.name(walk, *name, 0, *at),
            A::Component(name, c, at) => match self.find(walk, *name) {
                Some(Entity::Reg(r)) => Operand::RegComponent(r, *c),
                Some(_) => {
                    self.broken(walk, *at, format!("`{}` has no components", self.text(*name)));
                    Operand::Sink
                }
                None => match self.special(*name) {
                    Some(s) => Operand::Special(s, *c),
                    None => {
                        self.undeclared(walk, *name, *at);
                        Operand::Sink
                    }
                },
            },
            A::Selected(name, s, at) => {
                self.register(walk, *name, *at).map_or(Operand::Sink, |r| Operand::RegSelected(r, *s))
            }
            A::Imm(v, _) => Operand::Imm(*v),
            A::Not(name, at) => self.register(walk, *name, *at).map_or(Operand::Sink, Operand::NotReg),
            A::Neg(name, at) => self.register(walk, *name, *at).map_or(Operand::Sink, Operand::NegReg),
            A::Sink(_) => Operand::Sink,
            A::Vector(items, _) => Operand::Vector(self.operands(walk, items)),
            A::List(items, _) => Operand::List(self.operands(walk, items)),
            A::Pair(a, b, _) => {
                let (a, b) = (self.operand(walk, a), self.operand(walk, b));
                Operand::Pair(Box::new(a), Box::new(b))
            }
            A::SymbolOffset(name, offset, at) => self.name(walk, *name, *offset, *at),
            A::Address { base, offset, extra, span } => {
                let base = match base {
                    None => AddressBase::None,
                    Some(name) => match self.find(walk, *name) {
                        Some(Entity::Reg(r)) => AddressBase::Reg(r),
                        Some(Entity::Var(v)) => AddressBase::Var(v),
                        Some(_) => {
                            self.broken(
                                walk,
                                *span,
                                format!("`{}` is not a place in memory", self.text(*name)),
                            );
                            AddressBase::None
                        }
                        None => {
                            self.undeclared(walk, *name, *span);
                            AddressBase::None
                        }
                    },
                };
                Operand::Address(base, *offset, self.operands(walk, extra))
            }
        }
    }

    fn operands(&mut self, walk: &mut BodyWalk, items: &[ast::Operand]) -> Vec<Operand> {
        items.iter().map(|o| self.operand(walk, o)).collect()
    }

    fn special(&self, name: Symbol) -> Option<SpecialReg> {
        let text = self.text(name);
        match text.strip_prefix('%') {
            Some(word) => SpecialReg::parse(word).filter(|&s| s != SpecialReg::WarpSz),
            None => (text == "WARP_SZ").then_some(SpecialReg::WarpSz),
        }
    }

    /// A bare name, with bytes added outside brackets.
    fn name(&mut self, walk: &mut BodyWalk, name: Symbol, offset: i64, at: Span) -> Operand {
        match self.find(walk, name) {
            Some(Entity::Var(v)) => return Operand::VarAddress(v, offset),
            Some(_) if offset != 0 => {
                self.broken(
                    walk,
                    at,
                    format!("only an address can have bytes added, `{}` is none", self.text(name)),
                );
            }
            Some(Entity::Reg(r)) => return Operand::Reg(r),
            Some(Entity::Func(f)) => return Operand::Func(f),
            Some(Entity::Label(l)) => return Operand::Label(l),
            Some(Entity::BranchTargets(i)) => return Operand::BranchTargets(i),
            Some(Entity::CallTargets(list)) => return Operand::CallTargets(list),
            Some(Entity::Prototype(i)) => return Operand::Prototype(i),
            None => match self.special(name) {
                Some(s) => return Operand::Special(s, 0),
                None => self.undeclared(walk, name, at),
            },
        }
        Operand::Sink
    }

    /// The four operands of a call; see the module's documentation.
    fn call(&mut self, walk: &mut BodyWalk, i: &Instr) -> Vec<Operand> {
        let mut written = i.operands.as_slice();
        let mut returns = Vec::new();
        let mut params = Vec::new();
        if let [ast::Operand::List(items, _), rest @ ..] = written {
            returns = self.operands(walk, items);
            written = rest;
        }
        let target = match written {
            [target, rest @ ..] => {
                written = rest;
                self.operand(walk, target)
            }
            [] => Operand::Sink,
        };
        if let [ast::Operand::List(items, _), rest @ ..] = written {
            params = self.operands(walk, items);
            written = rest;
        }
        let prototype = match written {
            [p, rest @ ..] => {
                written = rest;
                self.operand(walk, p)
            }
            [] => Operand::Sink,
        };
        let good = match (&target, &prototype) {
            (Operand::Func(_), Operand::Sink) => true,
            (Operand::Func(_) | Operand::Reg(_), Operand::Prototype(_) | Operand::CallTargets(_)) => true,
            (Operand::Sink, _) => !walk.body.broken.is_empty(),
            _ => false,
        };
        if !good || !written.is_empty() {
            let message = "a call is `call (returns), function, (parameters)`, and through a register also `, prototype`";
            self.broken(walk, i.span, message.to_owned());
        }
        vec![Operand::List(returns), target, Operand::List(params), prototype]
    }
}
