//! Growing a selection: word, expression, statement, function, file.

use crate::{Analysis, TextRange};

/// The ranges around an offset, innermost first, each larger than the one before.
pub fn selection_ranges(analysis: &Analysis, offset: u32) -> Vec<TextRange> {
    let node = analysis.syntax().at(offset);
    let mut ranges = vec![node.range()];
    for outer in node.ancestors() {
        if ranges.last().is_some_and(|r| outer.range().covers(*r) && outer.range() != *r) {
            ranges.push(outer.range());
        }
    }
    ranges
}
