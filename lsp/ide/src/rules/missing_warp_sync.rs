//! # missing-warp-sync
//!
//! Steps of a warp reduction that rely on lanes running in step.
//!
//! ## What it does
//!
//! Finds consecutive statements like `s[t] += s[t + 16]; s[t] += s[t + 8];` on one array with no `__syncwarp()`
//! between them.
//!
//! ## Why it matters
//!
//! Each step reads what other lanes wrote in the step before. Since Volta the lanes of a warp are scheduled
//! independently, so a lane may read a value that is not written yet; `volatile` does not change that.
//!
//! ## Example
//!
//! ```cuda
//! __device__ void last_warp(volatile float *s, int t) {
//!     s[t] += s[t + 16];
//!     s[t] += s[t + 8];
//!     s[t] += s[t + 4];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ void last_warp(float *s, int t) {
//!     float v = s[t];
//!     v += s[t + 16]; __syncwarp(); s[t] = v; __syncwarp();
//!     v += s[t + 8];  __syncwarp(); s[t] = v; __syncwarp();
//!     v += s[t + 4];  __syncwarp(); s[t] = v;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: reads and writes need a barrier each, or the steps become `__shfl_down_sync`.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::ExpressionStatement], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    let Some(array) = step(cx, node) else { return };
    if !cx.on_device(node) {
        return;
    }
    // Once a run: on its second step.
    let Some(parent) = node.parent() else { return };
    let statements: Vec<Node<'_>> = parent.items().collect();
    let Some(at) = statements.iter().position(|s| s.id == node.id) else { return };
    let same = |i: Option<usize>| i.and_then(|i| statements.get(i)).and_then(|s| step(cx, *s)) == Some(array);
    if !same(at.checked_sub(1)) || same(at.checked_sub(2)) {
        return;
    }
    out.report(node.range(), format!("this step reads what other lanes wrote to `{array}` in the step before"))
        .note("lanes of a warp need not run in step: put `__syncwarp()` between reading and writing, or use `__shfl_down_sync`");
}

/// The array of a statement like `s[i] += s[i + 16]` or `s[i] = f(s[i], s[i + 16])`.
fn step<'a>(cx: &Context<'a>, statement: Node<'a>) -> Option<&'a str> {
    if statement.kind() != Kind::ExpressionStatement {
        return None;
    }
    let assignment = statement.items().next().filter(|n| n.kind() == Kind::AssignmentExpression)?;
    let left = assignment.child(Field::Left).filter(|l| l.kind() == Kind::SubscriptExpression)?;
    let array = left.child(Field::Argument).filter(|a| a.kind() == Kind::Identifier)?;
    let own = index(left)?;
    let own_sum = cx.affine(own);
    if !cx.varies(own) && !is_parameter(cx, own) {
        return None;
    }
    let right = assignment.child(Field::Right)?;
    let shifted = right.descendants().filter(|n| n.kind() == Kind::SubscriptExpression).any(|read| {
        let same = read.child(Field::Argument).is_some_and(|a| a.text() == array.text());
        let other = index(read).map(|i| cx.affine(i));
        same && other.is_some_and(|o| o.terms == own_sum.terms && o.constant > own_sum.constant)
    });
    shifted.then(|| array.text())
}

fn index(subscript: Node<'_>) -> Option<Node<'_>> {
    subscript.child(Field::Indices)?.items().next()
}

/// In a device function the thread's number comes as a parameter.
fn is_parameter<'a>(cx: &Context<'a>, node: Node<'a>) -> bool {
    let tid_like = |name: &str| ["tid", "lane", "thread", "t", "tx", "idx"].iter().any(|w| name.eq_ignore_ascii_case(w));
    cx.named(node).is_some_and(|s| s.kind == crate::model::SymbolKind::Parameter && tid_like(&s.name))
}
