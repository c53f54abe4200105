//! A walk over every name and span of a module, and what it is good for: comparing modules.

use super::{
    FnDirective, Function, Init, Instr, Item, Module, Names, Operand, Section, SectionItem, SectionValue,
    Stmt, Symbol, Variable,
};
use crate::span::Span;

/// Told of every name and span, in the order in which the text has them.
pub trait Visitor {
    /// A name.
    fn name(&mut self, name: &mut Symbol);
    /// A span.
    fn span(&mut self, span: &mut Span);
}

/// The module with all spans erased and names numbered by first occurrence, names that occur nowhere dropped: two
/// texts of the same module become equal.
#[must_use]
pub fn normalise(module: &Module) -> Module {
    struct Normaliser<'m> {
        old: &'m Names,
        new: Names,
    }
    impl Visitor for Normaliser<'_> {
        fn name(&mut self, name: &mut Symbol) {
            *name = self.new.intern(self.old.get(*name));
        }
        fn span(&mut self, span: &mut Span) {
            *span = Span::default();
        }
    }
    let mut out = module.clone();
    let mut n = Normaliser { old: &module.names, new: Names::default() };
    walk(&mut out, &mut n);
    out.names = n.new;
    out
}

/// Visits a whole module.
pub fn walk(module: &mut Module, v: &mut impl Visitor) {
    module.target.iter_mut().for_each(|t| v.name(t));
    for item in &mut module.items {
        match item {
            Item::Variable(x) => variable(x, v),
            Item::Function(f) => function(f, v),
            Item::File(f) => v.span(&mut f.span),
            Item::Section(s) => section(s, v),
            Item::Alias { alias, aliasee, span } => {
                v.name(alias);
                v.name(aliasee);
                v.span(span);
            }
            Item::Pragma(_, span) => v.span(span),
        }
    }
}

fn function(f: &mut Function, v: &mut impl Visitor) {
    f.returns.iter_mut().for_each(|x| variable(x, v));
    v.name(&mut f.name);
    v.span(&mut f.name_span);
    f.params.iter_mut().for_each(|x| variable(x, v));
    for d in &mut f.directives {
        match d {
            FnDirective::MaxNtid(_)
            | FnDirective::ReqNtid(_)
            | FnDirective::MinNctaPerSm(_)
            | FnDirective::MaxNreg(_)
            | FnDirective::MaxNctaPerSm(_)
            | FnDirective::NoReturn
            | FnDirective::Pragma(_)
            | FnDirective::ExplicitCluster
            | FnDirective::ReqNctaPerCluster(_)
            | FnDirective::MaxClusterRank(_)
            | FnDirective::Other(_) => {}
        }
    }
    v.span(&mut f.span);
    f.body.iter_mut().flatten().for_each(|s| statement(s, v));
}

fn variable(x: &mut Variable, v: &mut impl Visitor) {
    v.name(&mut x.name);
    v.span(&mut x.name_span);
    v.span(&mut x.span);
    if let Some(init) = &mut x.init {
        initialiser(init, v);
    }
}

fn initialiser(init: &mut Init, v: &mut impl Visitor) {
    match init {
        Init::Value(_) => {}
        Init::List(items) => items.iter_mut().for_each(|i| initialiser(i, v)),
        Init::Address { symbol, .. } => v.name(symbol),
        Init::Setting(name, value) => {
            v.name(name);
            initialiser(value, v);
        }
    }
}

fn section(s: &mut Section, v: &mut impl Visitor) {
    v.span(&mut s.span);
    for item in &mut s.items {
        match item {
            SectionItem::Label(l) => v.name(l),
            SectionItem::Data { values, .. } => values.iter_mut().for_each(|value| match value {
                SectionValue::Int(_) => {}
                SectionValue::Label(l, _) => v.name(l),
                SectionValue::Difference(a, b) => {
                    v.name(a);
                    v.name(b);
                }
            }),
        }
    }
}

fn statement(s: &mut Stmt, v: &mut impl Visitor) {
    match s {
        Stmt::Block(inner, span) => {
            v.span(span);
            inner.iter_mut().for_each(|s| statement(s, v));
        }
        Stmt::Variable(x) => variable(x, v),
        Stmt::Label(l, span) => {
            v.name(l);
            v.span(span);
        }
        Stmt::Instr(i) => instruction(i, v),
        Stmt::Loc(l) => {
            if let Some(i) = &mut l.inlined {
                v.name(&mut i.name);
            }
            v.span(&mut l.span);
        }
        Stmt::Pragma(_, span) | Stmt::Unknown(span) => v.span(span),
        Stmt::BranchTargets { label, targets, span } | Stmt::CallTargets { label, targets, span } => {
            v.name(label);
            targets.iter_mut().for_each(|t| v.name(t));
            v.span(span);
        }
        Stmt::CallPrototype { label, returns, params, span, .. } => {
            v.name(label);
            returns.iter_mut().for_each(|x| variable(x, v));
            params.iter_mut().for_each(|x| variable(x, v));
            v.span(span);
        }
        Stmt::Section(s) => section(s, v),
        Stmt::File(f) => v.span(&mut f.span),
    }
}

fn instruction(i: &mut Instr, v: &mut impl Visitor) {
    if let Some(g) = &mut i.guard {
        v.name(&mut g.pred);
    }
    i.operands.iter_mut().for_each(|o| operand(o, v));
    v.span(&mut i.span);
}

fn operand(o: &mut Operand, v: &mut impl Visitor) {
    match o {
        Operand::Name(s, span)
        | Operand::Component(s, _, span)
        | Operand::Selected(s, _, span)
        | Operand::Not(s, span)
        | Operand::Neg(s, span)
        | Operand::SymbolOffset(s, _, span) => {
            v.name(s);
            v.span(span);
        }
        Operand::Imm(_, span) | Operand::Sink(span) => v.span(span),
        Operand::Vector(items, span) | Operand::List(items, span) => {
            v.span(span);
            items.iter_mut().for_each(|o| operand(o, v));
        }
        Operand::Address { base, extra, span, .. } => {
            if let Some(b) = base {
                v.name(b);
            }
            extra.iter_mut().for_each(|o| operand(o, v));
            v.span(span);
        }
        Operand::Pair(a, b, span) => {
            operand(a, v);
            operand(b, v);
            v.span(span);
        }
    }
}
