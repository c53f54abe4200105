//! What can be folded away.

use crate::{Analysis, Kind, TextRange};

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Code.
    Code,
    /// Comments.
    Comment,
    /// Includes.
    Imports,
}

/// A stretch of more than one line that can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The stretch.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
}

/// Everything foldable, in the order of the text.
pub fn folding(analysis: &Analysis) -> Vec<Fold> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::folding(ptx);
    }
    let lines = analysis.lines();
    let mut folds: Vec<Fold> = Vec::new();
    let mut run: Option<Fold> = None;
    for node in analysis.syntax().nodes() {
        let kind = match node.kind() {
            Kind::Comment => FoldKind::Comment,
            Kind::PreprocInclude => FoldKind::Imports,
            Kind::CompoundStatement
            | Kind::FieldDeclarationList
            | Kind::DeclarationList
            | Kind::EnumeratorList
            | Kind::InitializerList
            | Kind::PreprocIf
            | Kind::PreprocIfdef
            | Kind::ParameterList
            | Kind::ArgumentList
            | Kind::LambdaExpression => FoldKind::Code,
            _ => continue,
        };
        // A directive's node takes its line end along.
        let text = node.text();
        let trimmed = text.trim_end_matches(['\n', '\r']).len() as u32;
        let range = TextRange::new(node.range().start, node.range().start + trimmed);
        if kind == FoldKind::Code {
            if lines.line(range.start) < lines.line(range.end) {
                folds.push(Fold { range, kind });
            }
            continue;
        }
        // Comments and includes on neighbouring lines fold as one.
        run = match run {
            Some(open) if open.kind == kind && lines.line(range.start) <= lines.line(open.range.end) + 1 => {
                Some(Fold { range: TextRange::new(open.range.start, range.end), kind })
            }
            other => {
                folds.extend(other.filter(|f| lines.line(f.range.start) < lines.line(f.range.end)));
                Some(Fold { range, kind })
            }
        };
    }
    folds.extend(run.filter(|f| lines.line(f.range.start) < lines.line(f.range.end)));
    folds.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    folds
}
