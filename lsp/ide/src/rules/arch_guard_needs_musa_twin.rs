//! # arch-guard-needs-musa-twin
//!
//! A condition on `__CUDA_ARCH__` that says nothing about MUSA.
//!
//! ## What it does
//!
//! In files for MUSA, finds `#if` conditions that name `__CUDA_ARCH__` or `__CUDACC__` and not their MUSA twins.
//!
//! ## Why it matters
//!
//! MUSA's compiler defines `__MUSA_ARCH__` (310, 220, 210) and `__MUSACC__`. Under a condition on CUDA's macros
//! alone the code falls silently to the other branch, usually the slow one.
//!
//! ## Example
//!
//! ```musa
//! __global__ void k(float *x) {
//! #if __CUDA_ARCH__ >= 700
//!     x[0] = 1;
//! #endif
//! }
//! ```
//!
//! ## Use instead
//!
//! ```musa
//! __global__ void k(float *x) {
//! #if __CUDA_ARCH__ >= 700 || __MUSA_ARCH__ >= 310
//!     x[0] = 1;
//! #endif
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: which MUSA architecture can do the same only the author knows.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::PreprocIf, Kind::PreprocElif, Kind::PreprocIfdef], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if !cx.for_musa() || cx.under_musa_condition(node) {
        return;
    }
    let Some(condition) = node.child(Field::Condition).or(node.child(Field::Name)) else { return };
    let text = condition.text();
    for (cuda, musa) in [("__CUDA_ARCH__", "__MUSA_ARCH__"), ("__CUDACC__", "__MUSACC__")] {
        if text.contains(cuda) && !text.contains("MUSA") {
            out.report(condition.range(), format!("MUSA does not define `{cuda}`: this condition needs `{musa}` beside it"));
            return;
        }
    }
}
