//! # divergent-constant-access
//!
//! Lanes of a warp read different elements of a constant array.
//!
//! ## What it does
//!
//! Finds `__constant__` arrays indexed by something that changes from one `threadIdx.x` to the next.
//!
//! ## Why it matters
//!
//! Constant memory answers one address at a time. A warp that reads 32 different ones waits 32 times; global memory
//! through `__ldg`, or shared memory, would answer them together.
//!
//! ## Example
//!
//! ```cuda
//! __constant__ float table[256];
//! __global__ void k(float *x) {
//!     x[threadIdx.x] = table[threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, const float *__restrict__ table) {
//!     x[threadIdx.x] = table[threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Keep tables that each lane reads elsewhere in global memory (`const float *__restrict__`, or
//! `__ldg`) or copy them to shared memory once a block.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Space;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::SubscriptExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    let Some(argument) = node.child(Field::Argument).filter(|a| a.kind() == Kind::Identifier) else { return };
    let Some(symbol) = cx.named(argument).filter(|s| s.space == Space::Constant) else { return };
    let Some(index) = node.child(Field::Indices).and_then(|i| i.items().next()) else { return };
    if !cx.on_device(node) || cx.affine(index).terms.get("threadIdx.x").copied().unwrap_or(0) == 0 {
        return;
    }
    // One thread, or one warp's worth, does not diverge.
    if cx.conditions(node).iter().any(|(_, c)| c.text().contains("==")) {
        return;
    }
    out.report(node.range(), format!("each lane reads another element of the constant array `{}`", symbol.name))
        .label(symbol.range, "constant memory answers one address at a time")
        .note("constant memory is fast when all lanes read the same address; else use `const __restrict__` global memory or shared memory");
}
