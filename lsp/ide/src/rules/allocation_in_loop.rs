//! # allocation-in-loop
//!
//! Device memory is allocated or freed on every turn of a loop.
//!
//! ## What it does
//!
//! Finds `cudaMalloc`, `cudaFree` and their relatives in loops. Loops that fill an array of pointers, or that go
//! over devices, are left alone.
//!
//! ## Why it matters
//!
//! An allocation takes as long as a small kernel, and `cudaFree` waits for the whole device. One buffer before the
//! loop, or `cudaMallocAsync` from a pool, costs nothing.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(int n) {
//!     for (int i = 0; i < 100; ++i) {
//!         float *x;
//!         cudaMalloc(&x, n);
//!         k<<<1, 32>>>(x);
//!         cudaFree(x);
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(int n) {
//!     float *x;
//!     cudaMalloc(&x, n);
//!     for (int i = 0; i < 100; ++i) k<<<1, 32>>>(x);
//!     cudaFree(x);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Allocate the largest size before the loop and free it after, or use `cudaMallocAsync` and
//! `cudaFreeAsync`, whose pool keeps the memory between turns.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::{Kind, Node};

pub(super) const CHECK: Check = Check::Calls(check);

const CALLS: &[&str] = &["Malloc", "MallocHost", "HostAlloc", "MallocManaged", "MallocPitch", "Free", "FreeHost", "MallocArray", "HostRegister"];

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let bare = call.name.strip_prefix("cuda").or_else(|| call.name.strip_prefix("musa"));
    let node = cx.node(call.node);
    if !bare.is_some_and(|b| CALLS.contains(&b)) || cx.on_device(node) {
        return;
    }
    let Some(around) = cx.enclosing_loop(node) else { return };
    // `while (cudaMalloc(...) != cudaSuccess)` tries again; it does not allocate again.
    let tries = around.child(crate::Field::Condition).is_some_and(|c| c.contains(node));
    let first = cx.arguments(call).first().copied();
    if tries || around.text().contains("SetDevice") || first.is_some_and(|a| goes_on(cx, a, around)) || leaves(node, around) {
        return;
    }
    out.report(node.range(), format!("`{}` runs on every turn of this loop", call.name))
        .note("allocate once before the loop, or use `cudaMallocAsync` with a stream's memory pool");
}

/// Whether the pointer is another one on each turn: an element, a member of something, a container's.
fn goes_on<'a>(cx: &Context<'a>, argument: Node<'a>, around: Node<'a>) -> bool {
    argument.descendants().any(|n| match n.kind() {
        // `base + level` is an element as well.
        Kind::SubscriptExpression | Kind::FieldExpression | Kind::BinaryExpression => true,
        Kind::Identifier => cx.named(n).is_some_and(|s| {
            let declared = cx.node(s.node);
            // The loop's own variable, or a local handed on to a list.
            declared.kind() == Kind::ForRangeLoop
                || around.contains(declared) && (around.text().contains("push_back") || around.text().contains("emplace"))
        }),
        _ => false,
    })
}

/// Whether the turn that allocates is the last: a `return`, `break` or `exit` follows in the same block.
fn leaves(node: Node<'_>, around: Node<'_>) -> bool {
    let Some(block) = node.ancestors().find(|a| a.kind() == Kind::CompoundStatement) else { return false };
    let leaving = |n: &Node<'_>| matches!(n.kind(), Kind::ReturnStatement | Kind::BreakStatement) || n.text().starts_with("exit(");
    around.contains(block) && block.items().any(|n| n.id > node.id && leaving(&n))
}
