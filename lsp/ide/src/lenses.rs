//! Lines above kernels and `main` that an editor shows as buttons.
//!
//! Lenses are data: what to do and on what. Registers and occupancy come from a compile and are added by the caller.

use crate::{Analysis, TextRange};

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LensAction {
    /// Run the program.
    Run,
    /// Profile the program or the kernel.
    Profile,
    /// Debug it.
    Debug,
    /// Run the checkers on it.
    Check,
    /// Show where it is launched.
    Launches,
    /// Shows its shared memory; nothing to click.
    Shared,
}

impl LensAction {
    /// The button's text.
    pub fn title(self) -> &'static str {
        match self {
            LensAction::Run => "Run",
            LensAction::Profile => "Profile",
            LensAction::Debug => "Debug",
            LensAction::Check => "Check",
            LensAction::Launches => "Launches",
            LensAction::Shared => "Shared memory",
        }
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name it stands above.
    pub range: TextRange,
    /// What it shows.
    pub title: String,
    /// What it does.
    pub action: LensAction,
    /// The kernel's name; none on `main`.
    pub kernel: Option<String>,
}

/// Lenses on each kernel with a body and on `main`.
pub fn code_lenses(analysis: &Analysis) -> Vec<Lens> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::lenses(ptx);
    }
    let model = analysis.model();
    let mut lenses = Vec::new();
    for function in model.functions.iter().filter(|f| f.body.is_some()) {
        let Some(symbol) = function.symbol.and_then(|s| model.symbol(s)) else { continue };
        let main = function.name == "main" && symbol.container.is_none();
        if !function.exec.global && !main {
            continue;
        }
        let kernel = function.exec.global.then(|| function.name.clone());
        let mut add = |title: String, action| {
            lenses.push(Lens { range: symbol.range, title, action, kernel: kernel.clone() });
        };
        for action in [LensAction::Run, LensAction::Profile, LensAction::Debug, LensAction::Check] {
            add(action.title().to_owned(), action);
        }
        if main {
            continue;
        }
        let launches = model.launches.iter().filter(|l| l.kernel == function.name).count();
        if launches > 0 {
            let s = if launches == 1 { "" } else { "es" };
            add(format!("{launches} launch{s}"), LensAction::Launches);
        }
        if let Some(shared) =
            crate::inlay::shared_bytes(analysis, function).filter(|s| s.bytes > 0 || s.dynamic)
        {
            let plus = if shared.dynamic { " + dynamic" } else { "" };
            add(format!("shared {} B{plus}", shared.bytes), LensAction::Shared);
        }
    }
    lenses
}
