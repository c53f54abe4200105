//! Renaming a name everywhere it is used.

use crate::model::{Symbol, SymbolKind};
use crate::navigate::{references, target};
use crate::workspace::Location;
use crate::{Query, TextEdit, TextRange};
use std::collections::BTreeMap;

/// Why a name cannot be renamed; the text is for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenameError {
    /// The cursor is on no name.
    NoName,
    /// The name belongs to CUDA, MUSA or the language.
    Foreign(String),
    /// No declaration of it is known.
    Undeclared(String),
    /// The new name is not one.
    Invalid(String),
    /// The new name already means something here.
    Taken(String),
    /// A macro's body uses the local of this name: what it means there depends on where the macro is used.
    InMacro(String, String),
}

impl std::fmt::Display for RenameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RenameError::NoName => write!(f, "there is no name here to rename"),
            RenameError::Foreign(n) => {
                write!(f, "`{n}` is not declared in this workspace but by CUDA, MUSA or C++")
            }
            RenameError::Undeclared(n) => write!(f, "no declaration of `{n}` was found in this workspace"),
            RenameError::Invalid(n) => write!(f, "`{n}` is not a name: use letters, digits and underscores"),
            RenameError::InMacro(n, m) => write!(
                f,
                "the macro `{m}` uses a local called `{n}` wherever it stands; give the macro a parameter first"
            ),
            RenameError::Taken(n) => write!(f, "`{n}` already has a meaning here; choose another name"),
        }
    }
}

impl std::error::Error for RenameError {}

/// The bytes that would be renamed.
pub fn prepare_rename(q: &Query<'_>, offset: u32) -> Result<TextRange, RenameError> {
    let target = target(q, offset).ok_or(RenameError::NoName)?;
    if target.symbol.is_none() {
        if crate::apis::is_known(&target.name) {
            return Err(RenameError::Foreign(target.name));
        }
        if q.index.named(&target.name).next().is_none() {
            return Err(RenameError::Undeclared(target.name));
        }
    }
    Ok(target.range)
}

/// The edits that rename it, by file.
pub fn rename(
    q: &Query<'_>,
    offset: u32,
    new_name: &str,
) -> Result<BTreeMap<String, Vec<TextEdit>>, RenameError> {
    prepare_rename(q, offset)?;
    let target = target(q, offset).ok_or(RenameError::NoName)?;
    let mut chars = new_name.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !starts || !chars.all(|c| c.is_alphanumeric() || c == '_') || crate::completion::is_keyword(new_name) {
        return Err(RenameError::Invalid(new_name.to_owned()));
    }
    let model = q.analysis.model();
    let symbol = target.symbol.and_then(|s| model.symbol(s));
    let clash = new_name != target.name
        && model.symbols.iter().any(|s| {
            let same_place = symbol.is_none_or(|own| {
                own.visible.is_none() && s.visible.is_none() && own.container == s.container
                    || own.local_to.is_some() && own.local_to == s.local_to && s.visible.is_some()
            });
            s.name == new_name && same_place
        });
    if clash {
        return Err(RenameError::Taken(new_name.to_owned()));
    }
    if let Some(symbol) = symbol.filter(|_| !target.shared)
        && let Some(user) = macro_that_uses(q, symbol)
    {
        return Err(RenameError::InMacro(target.name, user));
    }
    let mut edits: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for Location { path, range } in references(q, offset, true) {
        edits.entry(path).or_default().push(TextEdit::replace(range, new_name));
    }
    Ok(edits)
}

/// A macro that names this local in its body and is used where the local is visible.
fn macro_that_uses(q: &Query<'_>, symbol: &Symbol) -> Option<String> {
    let (model, text) = (q.analysis.model(), q.analysis.text());
    let (from, to) = symbol.visible?;
    let mut mentions = model.mentions.iter().filter(|m| m.of(text) == symbol.name);
    mentions.find_map(|mention| {
        let within = |s: &&Symbol| s.kind == SymbolKind::Macro && s.full.covers(*mention);
        let user = model.symbols.iter().find(within)?;
        let used =
            model.references.iter().any(|r| r.range.of(text) == user.name && (from..to).contains(&r.node));
        used.then(|| user.name.clone())
    })
}
