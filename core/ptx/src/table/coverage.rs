//! The coverage page: every form of the table, and how much of it a device executes.

use super::{Form, entries, expansions};
use crate::isa::{Mnemonic, Mod};
use std::fmt::Write as _;

/// Says whether a device executes a combination of modifiers.
pub type Executes<'a> = &'a dyn Fn(Mnemonic, &[Mod]) -> bool;

/// Most combinations of one form that are tried.
const LIMIT: usize = 20_000;

/// The page, in Markdown. With `executes`, each form tells how many of its combinations run.
pub fn coverage_page(executes: Option<Executes<'_>>) -> String {
    let mut out = String::from(
        "# PTX instructions\n\nGenerated from the instruction table of `core/ptx`; do not edit. Sections are those of the PTX ISA manual,\n\
         version 8.5. \"Since\" names the first PTX ISA version and architecture that have the form, where known.\n",
    );
    let mut section = "";
    for e in entries() {
        if e.section != section {
            section = e.section;
            let _ = write!(out, "\n## {section}\n\n| form | since |");
            if executes.is_some() {
                out.push_str(" executes |");
            }
            out.push_str("\n|---|---|");
            if executes.is_some() {
                out.push_str("---|");
            }
            out.push('\n');
        }
        for form in e.forms {
            let _ = write!(out, "| `{}` | {} |", form.syntax.replace('|', "\\|"), since(form));
            if let Some(executes) = executes {
                let _ = write!(out, " {} |", share(e.mnemonic, form, executes));
            }
            out.push('\n');
        }
    }
    out
}

fn since(form: &Form) -> String {
    let ptx = (form.ptx > 0).then(|| format!("PTX {}.{}", form.ptx / 10, form.ptx % 10));
    let sm = (form.sm > 0).then(|| format!("sm_{}", form.sm));
    [ptx, sm].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn share(mnemonic: &str, form: &Form, executes: Executes<'_>) -> String {
    let Some(m) = Mnemonic::parse(mnemonic) else { return String::new() };
    let all = expansions(form, LIMIT);
    let good = all.iter().filter(|mods| executes(m, mods)).count();
    match good {
        0 => "no".to_owned(),
        n if n == all.len() => "yes".to_owned(),
        n => format!("{n} of {}", all.len()),
    }
}
