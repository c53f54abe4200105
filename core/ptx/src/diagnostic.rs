//! What the parser and the resolver have to say about a text: data, rendered elsewhere.
//!
//! A diagnostic never stops anything. Positions are byte spans; [`crate::span::LineIndex`] turns them
//! into lines and columns at the edge.

use crate::span::{LineIndex, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The text is not what the PTX manual allows, or more than this crate knows of it.
    Error,
    /// Allowed, or harmless, but worth a look.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// How bad.
    pub severity: Severity,
    /// What happened, one sentence without a final stop.
    pub message: String,
    /// What to do next, when there is something.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Diagnostic { span, severity: Severity::Error, message: message.into(), help: None }
    }

    /// A warning.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Diagnostic { span, severity: Severity::Warning, message: message.into(), help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `name:line:column: error: message (help)`, the form compilers use.
    pub fn render(&self, name: &str, lines: &LineIndex) -> String {
        let at = lines.line_col(self.span.start);
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let help = self.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
        format!("{name}:{}:{}: {severity}: {}{help}", at.line, at.column, self.message)
    }
}

/// Collects diagnostics, at most [`Sink::LIMIT`] of them: hostile input must not grow memory without end.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// What was kept.
    pub list: Vec<Diagnostic>,
    /// How many more there were.
    dropped: usize,
}

impl Sink {
    /// Diagnostics kept of one run.
    pub const LIMIT: usize = 1000;

    /// Adds one.
    pub fn push(&mut self, d: Diagnostic) {
        if self.list.len() < Self::LIMIT {
            self.list.push(d);
        } else {
            self.dropped += 1;
        }
    }

    /// Will what is pushed now be dropped?
    pub fn is_full(&self) -> bool {
        self.list.len() >= Self::LIMIT
    }

    /// The list, with a last entry that says how many were left out.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.dropped > 0 {
            let span = self.list.last().map(|d| d.span).unwrap_or_default();
            self.list.push(Diagnostic::error(span, format!("{} more errors are not shown", self.dropped)));
        }
        self.list
    }
}
