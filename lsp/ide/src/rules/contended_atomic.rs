//! # contended-atomic
//!
//! Every thread updates the same address.
//!
//! ## What it does
//!
//! Finds atomic operations in kernels on an address that does not depend on the thread or on data it loaded,
//! outside of a branch that picks one thread.
//!
//! ## Why it matters
//!
//! Updates of one address happen one after another, for the whole grid. Adding up within the warp or block first
//! makes them hundreds of times fewer.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void count(const int *x, int *total, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i < n) atomicAdd(total, x[i]);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void count(const int *x, int *total, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     int sum = i < n ? x[i] : 0;
//!     for (int o = 16; o > 0; o /= 2) sum += __shfl_down_sync(0xffffffff, sum, o);
//!     if (threadIdx.x % 32 == 0) atomicAdd(total, sum);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Sum within the warp first (`__reduce_add_sync`, or five `__shfl_down_sync` steps) or within the
//! block in shared memory, and let one thread do the atomic.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::{Field, Kind};

pub(super) const CHECK: Check = Check::Calls(check);

const ATOMICS: &[&str] = &["atomicAdd", "atomicSub", "atomicMin", "atomicMax", "atomicInc", "atomicDec", "atomicAnd", "atomicOr", "atomicXor"];

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let node = cx.node(call.node);
    if !ATOMICS.contains(&call.name.as_str()) || !cx.function(node).is_some_and(|f| f.exec.global) {
        return;
    }
    let Some(address) = cx.arguments(call).first().copied() else { return };
    // The same for the whole grid, not just for a block.
    if cx.varies(address) || address.text().contains("blockIdx") {
        return;
    }
    let known = address.descendants().filter(|n| n.kind() == Kind::Identifier).all(|n| {
        cx.named(n).is_some_and(|s| {
            let global = !matches!(s.space, crate::model::Space::Shared | crate::model::Space::DynamicShared);
            let fixed = s.kind == crate::model::SymbolKind::Parameter && s.writes == 0 || s.local_to.is_none();
            // `x[k]` with a loop's counter goes through all elements.
            global && (fixed || s.writes == 0 && s.value.is_some_and(|v| cx.model.eval(cx.node(v)).is_some()))
        }) || cx.model.eval(n).is_some()
    });
    // Any branch on the thread may leave one thread of many; one that is a range check leaves nearly all.
    let picked = cx.conditions(node).iter().any(|(_, c)| {
        let inner = c.child(Field::Value).unwrap_or(*c).unparenthesised();
        let range_check = inner.kind() == Kind::BinaryExpression && matches!(inner.operator(), "<" | "<=" | ">" | ">=")
            && inner.text().contains(['n', 'N', 's', 'l']) && cx.model.eval(inner.child(Field::Right).unwrap_or(inner)).is_none();
        !range_check
    });
    if !known || picked || cx.early_return_before(node).is_some() {
        return;
    }
    out.report(node.range(), format!("every thread of the grid updates `{}`, one after another", address.text()))
        .note("add up within the warp (`__shfl_down_sync`) or the block (shared memory) first, then update once");
}
