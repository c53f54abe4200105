//! What an editor offers for a place: fixes of its diagnostics, and a way to allow them.

use crate::diagnostics::{Diagnostic, Severity};
use crate::{Analysis, TextEdit, TextRange};

/// A change on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// The rule it answers.
    pub rule: &'static str,
    /// The change.
    pub edits: Vec<TextEdit>,
    /// Whether it is the one to take unasked.
    pub preferred: bool,
    /// Whether it keeps the program's meaning.
    pub safe: bool,
    /// The diagnostic it answers: index into the list that was given.
    pub diagnostic: usize,
}

/// Actions for the diagnostics that touch `range`.
pub fn code_actions(analysis: &Analysis, diagnostics: &[Diagnostic], range: TextRange) -> Vec<Action> {
    let mut fixes = Vec::new();
    let mut allows = Vec::new();
    for (i, diagnostic) in diagnostics.iter().enumerate() {
        let near = diagnostic.range.overlaps(range)
            || diagnostic.range.touches(range.start)
            || range.touches(diagnostic.range.start);
        if !near {
            continue;
        }
        for (n, fix) in diagnostic.fixes.iter().enumerate() {
            fixes.push(Action {
                title: fix.title.clone(),
                rule: diagnostic.rule,
                edits: fix.edits.clone(),
                preferred: n == 0 && fix.safe && diagnostic.severity >= Severity::Warning,
                safe: fix.safe,
                diagnostic: i,
            });
        }
        allows.push(allow(analysis, diagnostic, i));
    }
    fixes.extend(allows);
    fixes
}

/// The action that writes `// warplens: allow(rule)` above the line.
fn allow(analysis: &Analysis, diagnostic: &Diagnostic, index: usize) -> Action {
    let lines = analysis.lines();
    let line = lines.line(diagnostic.range.start);
    let start = lines.line_start(line);
    let text = lines.line_range(analysis.text(), line).of(analysis.text());
    let indent: String = text.chars().take_while(|c| c.is_whitespace()).collect();
    let newline = if analysis.text().contains("\r\n") { "\r\n" } else { "\n" };
    let insert = format!("{indent}// warplens: allow({}){newline}", diagnostic.rule);
    Action {
        title: format!("Allow `{}` here", diagnostic.rule),
        rule: diagnostic.rule,
        edits: vec![TextEdit::insert(start, insert)],
        preferred: false,
        safe: true,
        diagnostic: index,
    }
}
