//! # partial-warp-mask
//!
//! A warp intrinsic that names all lanes, in a branch that not all lanes take.
//!
//! ## What it does
//!
//! Finds `__shfl_*_sync`, `__ballot_sync` and their like with the mask `0xffffffff` under an `if` whose condition
//! differs between lanes of a warp. Conditions that split only between warps, such as `threadIdx.x < 64`, are fine.
//!
//! ## Why it matters
//!
//! Every lane named in the mask must reach the same call. If some do not, the result is undefined, and the warp may
//! hang.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i < n) {
//!         float v = x[i];
//!         v += __shfl_down_sync(0xffffffff, v, 1);
//!         x[i] = v;
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, int n) {
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     float v = i < n ? x[i] : 0.0f;
//!     v += __shfl_down_sync(0xffffffff, v, 1);
//!     if (i < n) x[i] = v;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: either the mask or the branch has to change, and `__activemask()` is not the answer, for it
//! only tells who happens to be there.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Calls(check);

const MASKED: &[&str] = &[
    "__shfl_sync", "__shfl_up_sync", "__shfl_down_sync", "__shfl_xor_sync", "__ballot_sync", "__any_sync", "__all_sync",
    "__match_any_sync", "__match_all_sync", "__reduce_add_sync", "__reduce_min_sync", "__reduce_max_sync", "__syncwarp",
];

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    if !MASKED.contains(&call.name.as_str()) || call.method {
        return;
    }
    let node = cx.node(call.node);
    let arguments = cx.arguments(call);
    let full = match arguments.first() {
        Some(mask) => matches!(cx.model.eval(*mask), Some(0xffff_ffff | -1)),
        None => call.name == "__syncwarp",
    };
    if !full || !cx.on_device(node) {
        return;
    }
    let lanes = cx.targets.iter().map(|d| d.warp_size).max().unwrap_or(32);
    for (statement, condition) in cx.conditions(node) {
        let splits = statement.kind() == Kind::IfStatement && cx.varies(condition);
        if splits && !between_warps(cx, condition, i128::from(lanes)) {
            out.report(node.range(), format!("`{}` names all lanes, but not all lanes of a warp may be here", call.name))
                .label(condition.range(), "this condition differs between lanes")
                .note("make the call before the branch, or take the mask with `__ballot_sync` before it");
            return;
        }
    }
}

/// Whether a condition is the same for all lanes of each warp, as far as its form tells.
fn between_warps<'a>(cx: &Context<'a>, condition: Node<'a>, lanes: i128) -> bool {
    let inner = match condition.kind() {
        Kind::ConditionClause => condition.child(Field::Value).unwrap_or(condition),
        _ => condition,
    };
    let inner = inner.unparenthesised();
    // A warp's own number, under whatever name.
    if expanded(cx, inner, 0) {
        return true;
    }
    if inner.kind() != Kind::BinaryExpression {
        return false;
    }
    let (Some(left), Some(right)) = (inner.child(Field::Left), inner.child(Field::Right)) else { return false };
    match inner.operator() {
        "&&" | "||" => [left, right].iter().all(|side| !cx.varies(*side) || between_warps(cx, *side, lanes)),
        "<" | ">=" | ">" | "<=" => {
            let (side, bound) = if cx.varies(left) { (left, right) } else { (right, left) };
            let plain = cx.affine(side);
            let whole = plain.terms.iter().all(|(t, f)| *f == 1 && t.ends_with("threadIdx.x") || t.ends_with("thread_rank()"));
            let limit = cx.model.eval(bound);
            whole && plain.constant == 0
                && (limit.is_some_and(|l| l % lanes == 0) || bound.text().to_ascii_lowercase().contains("warp"))
        }
        _ => false,
    }
}

fn expanded<'a>(cx: &Context<'a>, node: Node<'a>, depth: u32) -> bool {
    node.descendants().any(|n| {
        let divides = n.kind() == Kind::BinaryExpression
            && (n.operator() == "/" && n.child(Field::Right).is_some_and(|r| {
                cx.model.eval(r).is_some_and(|v| v % 32 == 0) || r.text().to_ascii_lowercase().contains("warp")
            })
                || n.operator() == ">>" && n.child(Field::Right).is_some_and(|r| cx.model.eval(r).is_some_and(|v| v >= 5)));
        if divides {
            return true;
        }
        if n.kind() != Kind::Identifier || depth > 3 {
            return false;
        }
        let lower = n.text().to_ascii_lowercase();
        if ["warpid", "warp_id", "warp_idx", "wid", "warpidx"].iter().any(|w| lower.contains(w)) {
            return true;
        }
        let value = cx.named(n).filter(|s| s.writes == 0).and_then(|s| s.value);
        value.is_some_and(|v| !node.contains(cx.node(v)) && expanded(cx, cx.node(v), depth + 1))
    })
}
