//! # missing-bounds-guard
//!
//! A kernel takes a length and never asks whether its index is within it.
//!
//! ## What it does
//!
//! Finds kernels that write through a pointer at an index made of `blockIdx` and `threadIdx`, take an integer
//! parameter called `n`, `size`, `count` or the like, and compare nothing with anything.
//!
//! ## Why it matters
//!
//! Grids are whole blocks. Unless the length happens to be a multiple of the block, the last block writes past the
//! end.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void scale(float *x, float a, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     x[i] = a * x[i];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void scale(float *x, float a, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i < n) x[i] = a * x[i];
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the fix guards the one statement that writes, which may not be all that must be guarded.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Function;
use crate::text::TextEdit;
use crate::{Field, Kind};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let (true, Some(body)) = (function.exec.global, function.body) else { return };
    let parameters = function.parameters.iter().filter_map(|p| cx.model.symbol(*p));
    let Some(length) = parameters.clone().find(|p| p.ty.as_scalar().is_some_and(|s| s.is_integer()) && is_length(&p.name)) else {
        return;
    };
    let body = cx.node(body);
    let compares = body.descendants().any(|n| {
        matches!(n.kind(), Kind::IfStatement | Kind::ForStatement | Kind::WhileStatement | Kind::ConditionalExpression)
            || n.kind() == Kind::BinaryExpression && matches!(n.operator(), "<" | ">" | "<=" | ">=" | "==" | "!=" | "%")
            || n.kind() == Kind::Identifier && matches!(n.text(), "min" | "max" | "assert")
    });
    if compares {
        return;
    }
    // A length that takes part in the address is a row's width, not the end.
    let mut inside = cx.model.references_in(body.range());
    let used = inside.any(|r| !r.declares && r.symbol.and_then(|s| cx.model.symbol(s)).is_some_and(|s| s.range == length.range));
    if used {
        return;
    }
    for write in body.descendants().filter(|n| n.kind() == Kind::AssignmentExpression) {
        let Some(left) = write.child(Field::Left).filter(|l| l.kind() == Kind::SubscriptExpression) else { continue };
        let (Some(array), Some(indices)) = (left.child(Field::Argument), left.child(Field::Indices)) else { continue };
        let Some(index) = indices.items().next() else { continue };
        let global = cx.named(array).is_some_and(|s| s.kind == crate::model::SymbolKind::Parameter);
        let sum = cx.affine(index);
        let mentions = |what: &str| sum.terms.keys().any(|t| t.contains(what));
        if !global || !mentions("threadIdx") || !mentions("blockIdx") {
            continue;
        }
        let found = out
            .report(left.range(), format!("nothing keeps this index below `{}`", length.name))
            .label(length.range, "the length, never looked at");
        found.note("the last block has threads past the end unless the length is a multiple of the block size");
        if let Some(statement) = write.parent().filter(|p| p.kind() == Kind::ExpressionStatement) {
            let guard = format!("if ({} < {}) ", index.text(), length.name);
            found.suggest(format!("Guard with `{}`", guard.trim()), vec![TextEdit::insert(statement.range().start, guard)]);
        }
        return;
    }
}

fn is_length(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "n" | "len" | "length" | "size" | "count" | "num" | "total" | "elements" | "numelements" | "numel")
        || ["num_", "n_", "total_"].iter().any(|p| lower.starts_with(p))
        || ["_size", "_len", "_length", "_count"].iter().any(|p| lower.ends_with(p))
}
