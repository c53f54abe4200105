//! The printer: a module back to PTX text, such that parsing it again gives the same module.
//!
//! Constants come out folded, floats as bits, comments are gone. What was not understood ([`Stmt::Unknown`]) prints as a
//! comment, so the identity holds for modules without such statements. [`crate::ast::normalise`] erases what may
//! differ, for comparing.

use crate::ast::{
    File, FnDirective, Function, Guard, Imm, Init, Instr, Item, Linkage, Loc, Module, Names, Operand,
    Section, SectionItem, SectionValue, StateSpace, Stmt, Symbol, Variable,
};
use std::fmt::{self, Display, Formatter};

/// The whole module as PTX.
pub fn print(module: &Module) -> String {
    let mut out = String::new();
    let names = &module.names;
    let (major, minor) = module.version;
    push(&mut out, format_args!(".version {major}.{minor}\n"));
    if !module.target.is_empty() {
        push(&mut out, format_args!(".target {}\n", List(names, &module.target)));
    }
    push(&mut out, format_args!(".address_size {}\n\n", module.address_size));
    for item in &module.items {
        print_item(&mut out, names, item);
    }
    out
}

/// One instruction, without its semicolon.
pub fn print_instruction(names: &Names, instr: &Instr) -> String {
    With(names, instr).to_string()
}

/// One operand.
pub fn print_operand(names: &Names, operand: &Operand) -> String {
    With(names, operand).to_string()
}

/// A declaration, without its semicolon.
pub fn print_variable(names: &Names, variable: &Variable) -> String {
    With(names, variable).to_string()
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = fmt::Write::write_fmt(out, text);
}

/// A value that prints with the names of its module.
struct With<'a, T: ?Sized>(&'a Names, &'a T);

/// Names with commas between.
struct List<'a>(&'a Names, &'a [Symbol]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        commas(f, self.1, |f, s| f.write_str(self.0.get(*s)))
    }
}

fn commas<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    mut each: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        each(f, item)?;
    }
    Ok(())
}

/// Strings in quotes, as written.
struct Quoted<'a>(&'a [String]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        commas(f, self.0, |f, s| write!(f, "\"{s}\""))
    }
}

fn linkage(l: Linkage) -> &'static str {
    match l {
        Linkage::Local => "",
        Linkage::Extern => ".extern ",
        Linkage::Visible => ".visible ",
        Linkage::Weak => ".weak ",
        Linkage::Common => ".common ",
    }
}

fn print_item(out: &mut String, names: &Names, item: &Item) {
    match item {
        Item::Variable(v) => push(out, format_args!("{};\n", With(names, v))),
        Item::Function(f) => print_function(out, names, f),
        Item::File(f) => print_file(out, f),
        Item::Section(s) => print_section(out, names, s),
        Item::Alias { alias, aliasee, .. } => {
            push(out, format_args!(".alias {}, {};\n", names.get(*alias), names.get(*aliasee)));
        }
        Item::Pragma(texts, _) => push(out, format_args!(".pragma {};\n", Quoted(texts))),
    }
}

fn print_file(out: &mut String, f: &File) {
    push(out, format_args!(".file {} \"{}\"", f.index, f.path));
    if let Some((time, size)) = f.stamp {
        push(out, format_args!(", {time}, {size}"));
    }
    out.push('\n');
}

fn print_section(out: &mut String, names: &Names, s: &Section) {
    push(out, format_args!(".section {}\n{{\n", s.name));
    for item in &s.items {
        match item {
            SectionItem::Label(l) => push(out, format_args!("{}:\n", names.get(*l))),
            SectionItem::Data { width, values } => {
                push(out, format_args!(".b{} ", u32::from(*width) * 8));
                for (i, v) in values.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    match v {
                        SectionValue::Int(v) => push(out, format_args!("{v}")),
                        SectionValue::Label(l, 0) => out.push_str(names.get(*l)),
                        SectionValue::Label(l, offset) => {
                            push(out, format_args!("{}+{offset}", names.get(*l)))
                        }
                        SectionValue::Difference(a, b) => {
                            push(out, format_args!("{}-{}", names.get(*a), names.get(*b)));
                        }
                    }
                }
                out.push('\n');
            }
        }
    }
    out.push_str("}\n");
}

fn print_function(out: &mut String, names: &Names, f: &Function) {
    let word = if f.is_entry { "entry" } else { "func" };
    push(out, format_args!("{}.{word} ", linkage(f.linkage)));
    if !f.attributes.is_empty() {
        push(out, format_args!(".attribute({}) ", f.attributes.join(", ")));
    }
    if !f.returns.is_empty() {
        push(out, format_args!("{} ", With(names, &f.returns[..])));
    }
    push(out, format_args!("{}{}\n", names.get(f.name), With(names, &f.params[..])));
    for d in &f.directives {
        match d {
            FnDirective::MaxNtid([x, y, z]) => push(out, format_args!(".maxntid {x}, {y}, {z}\n")),
            FnDirective::ReqNtid([x, y, z]) => push(out, format_args!(".reqntid {x}, {y}, {z}\n")),
            FnDirective::ReqNctaPerCluster([x, y, z]) => {
                push(out, format_args!(".reqnctapercluster {x}, {y}, {z}\n"))
            }
            FnDirective::MinNctaPerSm(n) => push(out, format_args!(".minnctapersm {n}\n")),
            FnDirective::MaxNreg(n) => push(out, format_args!(".maxnreg {n}\n")),
            FnDirective::MaxNctaPerSm(n) => push(out, format_args!(".maxnctapersm {n}\n")),
            FnDirective::MaxClusterRank(n) => push(out, format_args!(".maxclusterrank {n}\n")),
            FnDirective::NoReturn => out.push_str(".noreturn\n"),
            FnDirective::ExplicitCluster => out.push_str(".explicitcluster\n"),
            FnDirective::Pragma(texts) => push(out, format_args!(".pragma {};\n", Quoted(texts))),
            FnDirective::Other(text) => push(out, format_args!("{text}\n")),
        }
    }
    match &f.body {
        None => out.push_str(";\n"),
        Some(body) => {
            out.push_str("{\n");
            body.iter().for_each(|s| print_statement(out, names, s, 1));
            out.push_str("}\n\n");
        }
    }
}

fn print_statement(out: &mut String, names: &Names, s: &Stmt, depth: usize) {
    if !matches!(s, Stmt::Label(..)) {
        (0..depth.min(8)).for_each(|_| out.push('\t'));
    }
    match s {
        Stmt::Block(inner, _) => {
            out.push_str("{\n");
            inner.iter().for_each(|s| print_statement(out, names, s, depth + 1));
            (0..depth.min(8)).for_each(|_| out.push('\t'));
            out.push_str("}\n");
        }
        Stmt::Variable(v) => push(out, format_args!("{};\n", With(names, v))),
        Stmt::Label(l, _) => push(out, format_args!("{}:\n", names.get(*l))),
        Stmt::Instr(i) => push(out, format_args!("{};\n", With(names, i))),
        Stmt::Loc(l) => push(out, format_args!("{}\n", With(names, l))),
        Stmt::Pragma(texts, _) => push(out, format_args!(".pragma {};\n", Quoted(texts))),
        Stmt::BranchTargets { label, targets, .. } => {
            push(out, format_args!("{}: .branchtargets {};\n", names.get(*label), List(names, targets)));
        }
        Stmt::CallTargets { label, targets, .. } => {
            push(out, format_args!("{}: .calltargets {};\n", names.get(*label), List(names, targets)));
        }
        Stmt::CallPrototype { label, returns, params, noreturn, .. } => {
            let tail = if *noreturn { " .noreturn" } else { "" };
            let (r, p) = (With(names, &returns[..]), With(names, &params[..]));
            push(out, format_args!("{}: .callprototype {r} _ {p}{tail};\n", names.get(*label)));
        }
        Stmt::Section(s) => print_section(out, names, s),
        Stmt::File(f) => print_file(out, f),
        Stmt::Unknown(_) => out.push_str("// not understood\n"),
    }
}

impl Display for With<'_, Loc> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let l = self.1;
        write!(f, ".loc {} {} {}", l.file, l.line, l.column)?;
        match &l.inlined {
            None => Ok(()),
            Some(i) => {
                write!(f, ", function_name {}", self.0.get(i.name))?;
                if i.name_offset > 0 {
                    write!(f, "+{}", i.name_offset)?;
                }
                write!(f, ", inlined_at {} {} {}", i.file, i.line, i.column)
            }
        }
    }
}

/// Parameters in parentheses.
impl Display for With<'_, [Variable]> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        commas(f, self.1, |f, v| With(self.0, v).fmt(f))?;
        f.write_str(")")
    }
}

impl Display for With<'_, Variable> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let v = self.1;
        write!(f, "{}.{}", linkage(v.linkage), v.space.as_str())?;
        if let Some(bank) = v.bank {
            write!(f, "[{bank}]")?;
        }
        if let Some(align) = v.align {
            write!(f, " .align {align}")?;
        }
        if v.managed || !v.attributes.is_empty() {
            let managed = v.managed.then_some(".managed");
            let all: Vec<&str> = managed.into_iter().chain(v.attributes.iter().map(String::as_str)).collect();
            write!(f, " .attribute({})", all.join(", "))?;
        }
        if v.vector > 1 {
            write!(f, " .v{}", v.vector)?;
        }
        write!(f, " .{}", v.ty.as_str())?;
        if let Some(ptr) = v.ptr {
            f.write_str(" .ptr")?;
            if let Some(space) = ptr.space {
                write!(f, " .{}", StateSpace::as_str(space))?;
            }
            if let Some(align) = ptr.align {
                write!(f, " .align {align}")?;
            }
        }
        write!(f, " {}", self.0.get(v.name))?;
        if let Some(count) = v.range {
            write!(f, "<{count}>")?;
        }
        for d in &v.dims {
            match d {
                Some(n) => write!(f, "[{n}]")?,
                None => f.write_str("[]")?,
            }
        }
        match &v.init {
            Some(init) => write!(f, " = {}", With(self.0, init)),
            None => Ok(()),
        }
    }
}

impl Display for With<'_, Init> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.1 {
            Init::Value(v) => v.fmt(f),
            Init::List(items) => {
                f.write_str("{")?;
                commas(f, items, |f, i| With(self.0, i).fmt(f))?;
                f.write_str("}")
            }
            Init::Address { symbol, offset, generic, mask } => {
                if let Some(mask) = mask {
                    write!(f, "0x{mask:x}(")?;
                }
                let name = self.0.get(*symbol);
                if *generic {
                    write!(f, "generic({name})")?
                } else {
                    f.write_str(name)?
                }
                if *offset != 0 {
                    write!(f, "+{offset}")?;
                }
                f.write_str(if mask.is_some() { ")" } else { "" })
            }
            Init::Setting(name, value) => write!(f, "{} = {}", self.0.get(*name), With(self.0, &**value)),
        }
    }
}

impl Display for With<'_, Guard> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "@{}{} ", if self.1.negated { "!" } else { "" }, self.0.get(self.1.pred))
    }
}

impl Display for With<'_, Instr> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let i = self.1;
        if let Some(guard) = &i.guard {
            With(self.0, guard).fmt(f)?;
        }
        f.write_str(i.mnemonic.as_str())?;
        i.mods.iter().try_for_each(|m| write!(f, ".{}", m.as_str()))?;
        if !i.operands.is_empty() {
            f.write_str(" ")?;
        }
        commas(f, &i.operands, |f, o| With(self.0, o).fmt(f))
    }
}

impl Display for With<'_, Operand> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.0;
        let several =
            |f: &mut Formatter<'_>, items: &[Operand]| commas(f, items, |f, o| With(names, o).fmt(f));
        match self.1 {
            Operand::Name(s, _) => f.write_str(names.get(*s)),
            Operand::Component(s, c, _) => {
                write!(f, "{}.{}", names.get(*s), ["x", "y", "z", "w"][usize::from(*c & 3)])
            }
            Operand::Selected(s, selector, _) => write!(f, "{}.{selector}", names.get(*s)),
            Operand::Imm(v, _) => v.fmt(f),
            Operand::Not(s, _) => write!(f, "!{}", names.get(*s)),
            Operand::Neg(s, _) => write!(f, "-{}", names.get(*s)),
            Operand::Sink(_) => f.write_str("_"),
            Operand::Vector(items, _) => {
                f.write_str("{")?;
                several(f, items)?;
                f.write_str("}")
            }
            Operand::List(items, _) => {
                f.write_str("(")?;
                several(f, items)?;
                f.write_str(")")
            }
            Operand::Address { base, offset, extra, .. } => {
                match (base, offset) {
                    (Some(b), 0) => write!(f, "[{}", names.get(*b))?,
                    (Some(b), o) => write!(f, "[{}+{o}", names.get(*b))?,
                    (None, o) => write!(f, "[{o}")?,
                }
                if !extra.is_empty() {
                    f.write_str(", ")?;
                }
                several(f, extra)?;
                f.write_str("]")
            }
            Operand::SymbolOffset(s, o, _) => write!(f, "{}+{o}", names.get(*s)),
            Operand::Pair(a, b, _) => write!(f, "{}|{}", With(names, &**a), With(names, &**b)),
        }
    }
}

impl Display for Imm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Imm::Int(v) => write!(f, "{v}"),
            Imm::UInt(v) => write!(f, "{v}U"),
            Imm::F32(b) => write!(f, "0f{b:08X}"),
            Imm::F64(b) => write!(f, "0d{b:016X}"),
        }
    }
}
