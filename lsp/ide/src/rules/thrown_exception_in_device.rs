//! # thrown-exception-in-device
//!
//! Device code throws or catches.
//!
//! ## What it does
//!
//! Finds `throw` and `try` in `__global__` and `__device__` functions.
//!
//! ## Why it matters
//!
//! Devices have no exceptions; the compiler refuses them.
//!
//! ## Example
//!
//! ```cuda
//! __device__ int at(const int *x, int i, int n) {
//!     if (i >= n) throw i;
//!     return x[i];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! #include <cassert>
//! __device__ int at(const int *x, int i, int n) {
//!     assert(i < n);
//!     return x[i];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Return a status, write it to a flag the host reads, or stop with `__trap()` or `assert`.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::{Kind, Node, TextRange};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::ThrowStatement, Kind::TryStatement], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    let Some(function) = cx.function(node) else { return };
    if !function.exec.device_only() || function.exec.uncertain || function.outer.is_some() || cx.under_condition(node) {
        return;
    }
    let word = node.first_token();
    let range = TextRange::new(node.range().start, node.range().start + word.len() as u32);
    out.report(range, "device code has no exceptions")
        .note("`assert` or `__trap()` ends the kernel with an error; a flag in memory tells the host more");
}
