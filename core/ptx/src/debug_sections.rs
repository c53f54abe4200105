//! The DWARF that PTX carries as data directives, assembled to bytes (PTX ISA, section 11.5.3).
//!
//! Labels of debug sections become offsets within their section, which is what DWARF wants. Labels of code and names of
//! variables have no address yet, so they stay as [`Relocation`]s; [`DebugSection::relocated`] fills them in once someone
//! has given out addresses. There is no `.debug_line` in PTX: lines are in [`crate::resolve::Resolved::locs`]. Reading
//! the DWARF is not done here.

use crate::ast::{Item, Module, Section, SectionItem, SectionValue, Stmt, Symbol};
use crate::resolve::{FuncId, GlobalRef, OpIx, Resolved, VarId};
use std::collections::HashMap;

/// All debug sections of a module; sections of one name are put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DebugSections {
    /// In order of first appearance.
    pub sections: Vec<DebugSection>,
}

/// One section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DebugSection {
    /// With its dot: `.debug_info`.
    pub name: String,
    /// Contents, little-endian; places of relocations hold their addend.
    pub bytes: Vec<u8>,
    /// Places that need an address, ascending.
    pub relocations: Vec<Relocation>,
    /// Labels and their offsets.
    pub labels: Vec<(Symbol, u64)>,
}

/// A place that needs an address: target, less `minus` if any, plus addend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Byte offset in the section.
    pub offset: u64,
    /// Bytes: 1, 2, 4 or 8.
    pub width: u8,
    /// What is named.
    pub target: Target,
    /// The right side of `a-b`.
    pub minus: Option<Target>,
    /// Bytes added.
    pub addend: i64,
}

/// What a debug section may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A label in a function's body.
    Code(FuncId, OpIx),
    /// A function.
    Function(FuncId),
    /// A variable, parameter or local depot.
    Variable(VarId),
    /// A place in a debug section (only left over in differences across sections).
    Section(usize, u64),
    /// Nothing that the module holds; usually `.debug_line`, which only ptxas makes.
    Unknown(Symbol),
}

impl DebugSections {
    /// Assembles the sections of a module.
    pub fn new(module: &Module, resolved: &Resolved) -> DebugSections {
        let mut written = Vec::new();
        for item in &module.items {
            match item {
                Item::Section(s) => written.push(s),
                Item::Function(f) => sections_in(f.body.as_deref().unwrap_or(&[]), &mut written),
                _ => {}
            }
        }
        let mut out = DebugSections::default();
        let mut places = Places::new(resolved);
        for s in &written {
            let ix = out.index(&s.name);
            measure(s, ix, &mut out.sections[ix], &mut places);
        }
        out.sections.iter_mut().for_each(|s| s.bytes.clear());
        for s in &written {
            let ix = out.index(&s.name);
            out.assemble(module, s, ix, &places);
        }
        out
    }

    /// The section of a name (with its dot).
    pub fn get(&self, name: &str) -> Option<&DebugSection> {
        self.sections.iter().find(|s| s.name == name)
    }

    fn index(&mut self, name: &str) -> usize {
        self.sections.iter().position(|s| s.name == name).unwrap_or_else(|| {
            self.sections.push(DebugSection { name: name.to_owned(), ..DebugSection::default() });
            self.sections.len() - 1
        })
    }

    fn assemble(&mut self, module: &Module, s: &Section, ix: usize, places: &Places) {
        for item in &s.items {
            let SectionItem::Data { width, values } = item else { continue };
            for value in values {
                let (target, minus, addend) = match value {
                    SectionValue::Int(v) => (None, None, *v),
                    SectionValue::Label(l, offset) => (Some(self.find(module, places, *l)), None, *offset),
                    SectionValue::Difference(a, b) => {
                        (Some(self.find(module, places, *a)), Some(self.find(module, places, *b)), 0)
                    }
                };
                let section = &mut self.sections[ix];
                let (number, relocation) = match (target, minus) {
                    (None, _) => (addend, None),
                    (Some(Target::Section(_, at)), None) => (addend.wrapping_add(at as i64), None),
                    (Some(Target::Section(a, x)), Some(Target::Section(b, y))) if a == b => {
                        ((x as i64).wrapping_sub(y as i64), None)
                    }
                    (Some(target), minus) => (addend, Some((target, minus))),
                };
                if let Some((target, minus)) = relocation {
                    let offset = section.bytes.len() as u64;
                    section.relocations.push(Relocation { offset, width: *width, target, minus, addend });
                }
                section.bytes.extend(number.to_le_bytes().iter().take(usize::from(*width)));
            }
        }
    }

    fn find(&self, module: &Module, places: &Places, name: Symbol) -> Target {
        if let Some(target) = places.0.get(&name) {
            return target.clone();
        }
        let text = module.names.get(name);
        match self.sections.iter().position(|s| s.name == text) {
            Some(ix) => Target::Section(ix, 0),
            None => Target::Unknown(name),
        }
    }
}

impl DebugSection {
    /// The bytes with every relocation filled in by `address`; places it does not know keep their addend.
    pub fn relocated(&self, mut address: impl FnMut(&Target) -> Option<u64>) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for r in &self.relocations {
            let Some(target) = address(&r.target) else { continue };
            let minus = match &r.minus {
                Some(m) => address(m),
                None => Some(0),
            };
            let Some(minus) = minus else { continue };
            let value = target.wrapping_sub(minus).wrapping_add_signed(r.addend);
            let start = r.offset as usize;
            if let Some(place) = bytes.get_mut(start..start + usize::from(r.width)) {
                place.iter_mut().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from);
            }
        }
        bytes
    }
}

/// The name of a register in `DW_OP_regx`: its ASCII bytes as a big-endian number (0x257232 is `%r2`).
pub fn register_name(encoded: u64) -> Option<String> {
    let bytes = encoded.to_be_bytes();
    let start = bytes.iter().position(|&b| b != 0)?;
    let name = bytes.get(start..)?;
    let good = name.first() == Some(&b'%') && name.iter().skip(1).all(|&b| crate::lex::is_ident(b));
    good.then(|| name.iter().map(|&b| char::from(b)).collect())
}

/// Names that sections may use.
struct Places(HashMap<Symbol, Target>);

impl Places {
    fn new(resolved: &Resolved) -> Places {
        let mut out = HashMap::new();
        for (name, what) in &resolved.symbols {
            let target = match what {
                GlobalRef::Var(v) => Target::Variable(*v),
                GlobalRef::Func(f) => Target::Function(*f),
            };
            out.insert(*name, target);
        }
        for (i, v) in resolved.vars.iter().enumerate() {
            out.entry(v.name).or_insert(Target::Variable(VarId(i as u32)));
        }
        for (i, f) in resolved.funcs.iter().enumerate() {
            for (name, at) in f.body.iter().flat_map(|b| &b.labels) {
                out.entry(*name).or_insert(Target::Code(FuncId(i as u32), *at));
            }
        }
        Places(out)
    }
}

/// Notes the labels of a section; its bytes grow by zeros.
fn measure(s: &Section, ix: usize, out: &mut DebugSection, places: &mut Places) {
    for item in &s.items {
        match item {
            SectionItem::Label(l) => {
                let at = out.bytes.len() as u64;
                out.labels.push((*l, at));
                places.0.insert(*l, Target::Section(ix, at));
            }
            SectionItem::Data { width, values } => {
                out.bytes.resize(out.bytes.len() + usize::from(*width) * values.len(), 0);
            }
        }
    }
}

fn sections_in<'m>(body: &'m [Stmt], out: &mut Vec<&'m Section>) {
    for s in body {
        match s {
            Stmt::Section(s) => out.push(s),
            Stmt::Block(inner, _) => sections_in(inner, out),
            _ => {}
        }
    }
}
