//! The instruction table: every instruction in NVIDIA's notation, with its section of the manual.
//!
//! Everything this crate knows of a form comes from one line here: the parser's check of modifiers and operands,
//! completion, hover text and the coverage page. A line is read as in the manual,
//!
//! ```text
//! add{.rnd}{.ftz}{.sat}.f32 d, a, b; .rnd = {.rn,.rz,.rm,.rp}
//! ```
//!
//! a group in braces may be missing, a dotted name that is defined after `;` stands for one of its alternatives, any
//! other is itself. `[a]` is a memory operand, `{, b}` an operand that may be missing, `d{|p}` may have a second
//! destination, and `*` stands for operands that are not checked. The text is compiled once, on first use
//! (see `notation`); a test compiles every line.
//!
//! Versions are the first PTX ISA and `sm_` that have the form, 0 where that is not known.

mod control;
mod copies;
mod coverage;
mod float;
mod integer;
mod logic;
mod matrix;
mod memory;
mod notation;
mod sync;
mod texture;
mod video;

pub use coverage::{Executes, coverage_page};

use crate::isa::{Mnemonic, Mod};
use notation::Compiled;
use std::sync::LazyLock;

/// One way to write an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// In the notation above.
    pub syntax: &'static str,
    /// First PTX ISA version, times ten; 0 when not known.
    pub ptx: u16,
    /// First architecture; 0 when all have it or it is not known.
    pub sm: u16,
}

/// An instruction as one section of the manual describes it. A mnemonic may have several (integer and half `add`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Base mnemonic.
    pub mnemonic: &'static str,
    /// Section of the PTX ISA manual, version 8.5.
    pub section: &'static str,
    /// What it does, one line.
    pub summary: &'static str,
    /// Its forms.
    pub forms: &'static [Form],
}

const fn entry(
    mnemonic: &'static str,
    section: &'static str,
    summary: &'static str,
    forms: &'static [Form],
) -> Entry {
    Entry { mnemonic, section, summary, forms }
}

const fn f(ptx: u16, sm: u16, syntax: &'static str) -> Form {
    Form { syntax, ptx, sm }
}

/// The files of the table, in the order of the manual.
const PARTS: &[&[Entry]] = &[
    integer::TABLE,
    float::TABLE,
    logic::TABLE,
    memory::TABLE,
    copies::TABLE,
    texture::TABLE,
    control::TABLE,
    sync::TABLE,
    matrix::TABLE,
    video::TABLE,
];

/// Every entry, in the order of the manual.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    PARTS.iter().flat_map(|p| p.iter())
}

/// The entries of one mnemonic.
pub fn entries_of(mnemonic: Mnemonic) -> impl Iterator<Item = &'static Entry> {
    entries().filter(move |e| e.mnemonic == mnemonic.as_str())
}

/// Compiled forms of each mnemonic, by its discriminant.
static COMPILED: LazyLock<Vec<Vec<(&'static Form, Compiled)>>> = LazyLock::new(|| {
    let mut by_mnemonic = vec![Vec::new(); Mnemonic::ALL.len()];
    for entry in entries() {
        let Some(m) = Mnemonic::parse(entry.mnemonic) else { continue };
        let forms = entry.forms.iter().filter_map(|f| Some((f, Compiled::new(f.syntax).ok()?)));
        by_mnemonic[m as usize].extend(forms);
    }
    by_mnemonic
});

fn compiled(mnemonic: Mnemonic) -> &'static [(&'static Form, Compiled)] {
    COMPILED.get(mnemonic as usize).map_or(&[], Vec::as_slice)
}

/// The shape of an operand, as far as forms tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[ ... ]`
    Address,
    /// `a|b`
    Pair,
    /// Anything else.
    Value,
}

/// What the table says of an instruction as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this form.
    Form(&'static Form),
    /// No form has these modifiers. How many of them are good, and what may stand after those.
    Modifiers {
        /// Modifiers up to here begin some form.
        good: usize,
        /// What the table would take next; `true` when the opcode could also end here.
        next: Vec<Mod>,
        /// The opcode could end after the good ones.
        may_end: bool,
    },
    /// Forms have the modifiers, but none these operands; their syntax lines.
    Operands(Vec<&'static Form>),
}

/// Looks an instruction up.
///
/// The manual fixes an order for modifiers; ptxas also takes `atom.add.release.gpu.u32` or `vote.ballot.sync.b32`, and
/// libraries write that. So words may stand in any order as long as types keep theirs.
pub fn check(mnemonic: Mnemonic, mods: &[Mod], operands: &[Shape]) -> Verdict {
    let forms = compiled(mnemonic);
    let mut close = Vec::new();
    for lenient in [false, true] {
        for (form, c) in forms {
            let hit = if lenient { c.takes_in_any_order(mods) } else { c.takes(mods) };
            if hit && c.takes_operands(operands) {
                return Verdict::Form(form);
            }
            if hit {
                close.push(*form);
            }
        }
        if !close.is_empty() {
            return Verdict::Operands(close);
        }
    }
    let good = (0..=mods.len()).rev().find(|&n| n == 0 || !next_modifiers_at(forms, &mods[..n]).is_empty());
    let good = good.unwrap_or(0);
    let may_end = forms.iter().any(|(_, c)| c.takes(&mods[..good]));
    Verdict::Modifiers { good, next: next_modifiers_at(forms, &mods[..good]), may_end }
}

fn next_modifiers_at(forms: &[(&'static Form, Compiled)], mods: &[Mod]) -> Vec<Mod> {
    let mut out = Vec::new();
    forms.iter().for_each(|(_, c)| c.next(mods, &mut out));
    let mut seen = std::collections::HashSet::new();
    out.retain(|m| seen.insert(*m));
    out
}

/// Modifiers that may follow `mods`: the editor's completion list after a dot.
pub fn next_modifiers(mnemonic: Mnemonic, mods: &[Mod]) -> Vec<Mod> {
    next_modifiers_at(compiled(mnemonic), mods)
}

/// Every combination of modifiers of a form, at most `limit` of them.
pub fn expansions(form: &Form, limit: usize) -> Vec<Vec<Mod>> {
    Compiled::new(form.syntax).map(|c| c.expand(limit)).unwrap_or_default()
}

/// What an instruction does: Markdown with a line for each section and its syntax lines, for hover and `explain`.
pub fn doc(mnemonic: Mnemonic) -> String {
    let mut out = String::new();
    for e in entries_of(mnemonic) {
        out.push_str(&format!("**{}**: {} (PTX ISA {})\n\n```ptx\n", e.mnemonic, e.summary, e.section));
        for form in e.forms {
            let mut parts = form.syntax.split("; ");
            out.push_str(parts.next().unwrap_or(""));
            out.push_str(";\n");
            for p in parts {
                out.push_str(&format!("    {p}\n"));
            }
        }
        out.push_str("```\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_compiles_and_every_mnemonic_has_one() {
        for e in entries() {
            assert!(Mnemonic::parse(e.mnemonic).is_some(), "{}", e.mnemonic);
            for form in e.forms {
                if let Err(why) = Compiled::new(form.syntax) {
                    panic!("{}: {why}", form.syntax);
                }
                assert!(form.syntax.starts_with(e.mnemonic), "{}", form.syntax);
            }
        }
        for &m in Mnemonic::ALL {
            assert!(entries_of(m).next().is_some(), "`{}` has no entry", m.as_str());
        }
    }

    #[test]
    fn every_word_is_used_by_some_form() {
        let used: std::collections::HashSet<Mod> =
            COMPILED.iter().flatten().flat_map(|(_, c)| c.all_mods()).collect();
        let unused: Vec<_> = crate::isa::Word::ALL
            .iter()
            .filter(|w| !used.contains(&Mod::Word(**w)))
            .map(|w| w.as_str())
            .collect();
        assert_eq!(unused, [""; 0]);
    }

    fn verdict(opcode: &str, operands: &[Shape]) -> Verdict {
        let mut words = opcode.split('.');
        let m = words.next().and_then(Mnemonic::parse).expect("a mnemonic");
        let mods: Vec<_> = words.map(|w| Mod::parse(w).expect("a modifier")).collect();
        check(m, &mods, operands)
    }

    #[test]
    fn forms_are_told_apart() {
        use Shape::{Address, Pair, Value};
        assert!(matches!(verdict("add.rn.ftz.f32", &[Value; 3]), Verdict::Form(_)));
        assert!(matches!(verdict("add.f32", &[Value; 2]), Verdict::Operands(_)));
        assert!(matches!(verdict("setp.lt.and.u32", &[Pair, Value, Value, Value]), Verdict::Form(_)));
        assert!(matches!(verdict("ld.global.v4.f32", &[Value, Address]), Verdict::Form(_)));
        assert!(matches!(verdict("ld.global.v4.f32", &[Value, Value]), Verdict::Operands(_)));
        assert!(matches!(
            verdict("wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16", &[Value; 8]),
            Verdict::Form(_)
        ));
        let Verdict::Modifiers { good, next, may_end } = verdict("add.rn.s32", &[Value; 3]) else { panic!() };
        assert_eq!((good, may_end), (1, false));
        assert!(next.iter().any(|m| m.as_str() == "ftz") && next.iter().any(|m| m.as_str() == "f64"));
    }

    #[test]
    fn words_may_stand_in_the_order_that_ptxas_also_takes() {
        assert!(matches!(
            verdict("atom.add.release.gpu.u32", &[Shape::Value, Shape::Address, Shape::Value]),
            Verdict::Form(_)
        ));
        assert!(matches!(verdict("vote.ballot.sync.b32", &[Shape::Value; 3]), Verdict::Form(_)));
        // Types keep their order.
        assert!(matches!(
            verdict("mma.sync.aligned.m16n8k16.row.col.f16.f32.f16.f16", &[Shape::Value; 4]),
            Verdict::Modifiers { .. }
        ));
    }

    #[test]
    fn expansions_are_the_product_of_the_choices() {
        let form = f(0, 0, "mul24.mode.type d, a, b; .mode = {.hi,.lo}; .type = {.u32,.s32}");
        let all: Vec<String> = expansions(&form, 100)
            .iter()
            .map(|ms| ms.iter().map(|m| m.as_str()).collect::<Vec<_>>().join("."))
            .collect();
        assert_eq!(all, ["hi.u32", "hi.s32", "lo.u32", "lo.s32"]);
    }
}
