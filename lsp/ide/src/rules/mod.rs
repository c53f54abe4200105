//! The registry of rules: one line a rule, one file a rule.
//!
//! A rule's file begins with its manual, which is what `warplens explain`, the hover and the book show. Codes are
//! stable: a code is never given to another rule, and a removed rule leaves its code unused.

mod context;

pub use context::Context;

use crate::config::Level;
use crate::diagnostics::Findings;
use crate::model::{Call, Function, Launch};
use crate::{Kind, Node};

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Barriers, warps, races.
    Synchronisation,
    /// Memory spaces, alignment, bounds.
    Memory,
    /// Launches, blocks, occupancy.
    Launch,
    /// Numbers and their cost.
    Arithmetic,
    /// What runs where.
    HostDevice,
    /// MUSA, and running on devices of other makes.
    Portability,
}

impl Category {
    /// The heading for it.
    pub fn title(self) -> &'static str {
        match self {
            Category::Synchronisation => "Synchronisation",
            Category::Memory => "Memory",
            Category::Launch => "Launch and occupancy",
            Category::Arithmetic => "Arithmetic",
            Category::HostDevice => "Host and device",
            Category::Portability => "MUSA and portability",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Nodes of these kinds.
    Nodes(&'static [Kind], fn(&Context<'_>, Node<'_>, &mut Findings)),
    /// Functions, kernels and lambdas.
    Functions(fn(&Context<'_>, &Function, &mut Findings)),
    /// Launches.
    Launches(fn(&Context<'_>, &Launch, &mut Findings)),
    /// Calls.
    Calls(fn(&Context<'_>, &Call, &mut Findings)),
    /// The file as a whole.
    File(fn(&Context<'_>, &mut Findings)),
}

/// A rule.
pub struct Rule {
    /// Stable code.
    pub code: &'static str,
    /// Name: what is wrong, as it reads after "allow".
    pub name: &'static str,
    /// How loud it is unless told otherwise.
    pub level: Level,
    /// What it is about.
    pub category: Category,
    source: &'static str,
    pub(crate) check: Check,
}

impl Rule {
    /// Its manual, in Markdown: the head of its source file.
    pub fn manual(&self) -> String {
        let mut manual = String::new();
        for line in self.source.lines() {
            let Some(text) = line.strip_prefix("//!") else { break };
            manual.push_str(text.strip_prefix(' ').unwrap_or(text));
            manual.push('\n');
        }
        manual
    }

    /// Its manual's first sentence.
    pub fn summary(&self) -> String {
        let manual = self.manual();
        let mut lines = manual.lines().skip_while(|l| l.starts_with('#') || l.is_empty());
        let paragraph: Vec<&str> = lines.by_ref().take_while(|l| !l.is_empty()).collect();
        paragraph.join(" ")
    }
}

macro_rules! registry {
    ($($code:literal $name:literal $module:ident $level:ident $category:ident,)*) => {
        $(mod $module;)*

        /// Every rule, by code.
        pub static RULES: &[Rule] = &[$(Rule {
            code: $code,
            name: $name,
            level: Level::$level,
            category: Category::$category,
            source: include_str!(concat!(stringify!($module), ".rs")),
            check: $module::CHECK,
        },)*];
    };
}

registry! {
    "WL005" "legacy-warp-intrinsic" legacy_warp_intrinsic Error Synchronisation,
}

/// The rule of this name or code.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name || r.code.eq_ignore_ascii_case(name))
}

/// A rule's manual with its code and default level, for people.
pub fn explain(name: &str) -> Option<String> {
    let rule = find(name)?;
    let level = if rule.level == Level::Off { "off (opt in)" } else { rule.level.word() };
    let (title, rest) = rule.manual().split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some(format!("{title}\n\nCode {}, {}, default level: {level}.\n{rest}", rule.code, rule.category.title()))
}
