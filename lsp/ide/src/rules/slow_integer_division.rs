//! # slow-integer-division
//!
//! Integer division by a number that is not known when compiling, in a loop.
//!
//! ## What it does
//!
//! Finds `/` and `%` of integers in loops of device code where the divisor is neither constant nor a power of two
//! in form.
//!
//! ## Why it matters
//!
//! There is no instruction for it: the programming guide counts up to 20 instructions for 32 bits, and 64 bits take
//! several times as many.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(int *x, int n, int width) {
//!     for (int i = threadIdx.x; i < n; i += blockDim.x) x[i] = i / width + i % width;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! constexpr int width = 640;
//! __global__ void k(int *x, int n) {
//!     for (int i = threadIdx.x; i < n; i += blockDim.x) x[i] = i / width + i % width;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: a constant or template divisor, a loop over rows, or a multiplication by an inverse each change
//! the code around it.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::types::{Base, Scalar};
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::BinaryExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    if !matches!(node.operator(), "/" | "%") {
        return;
    }
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    let (Some(left), Some(right)) = (node.child(Field::Left), node.child(Field::Right)) else { return };
    let integer = |n: Node<'_>| match cx.model.type_of(n).as_scalar() {
        Some(Scalar::Int { bits, .. }) => Some(bits),
        _ => None,
    };
    let (Some(a), Some(b)) = (integer(left), integer(right)) else { return };
    if cx.model.eval(right).is_some() || is_fixed(cx, right) {
        return;
    }
    let wide = a.max(b) == 64;
    let inside = cx.enclosing_loop(node);
    // What does not change in the loop is moved out of it by the compiler.
    if inside.is_none_or(|l| !changes(cx, node, l)) {
        return;
    }
    let cost = if wide { "64 bits take several times the 20 instructions of 32" } else { "up to 20 instructions" };
    out.report(node.range(), format!("integer division by `{}` on each turn of a loop: {cost}", right.text()));
}

/// Whether a divisor is constant once the kernel is compiled: a template's parameter, `warpSize`.
fn is_fixed<'a>(cx: &Context<'a>, node: Node<'a>) -> bool {
    node.descendants().filter(|n| n.kind() == Kind::Identifier).all(|n| {
        n.text() == "warpSize"
            || cx.model.resolve(n).and_then(|s| cx.model.symbol(s)).is_some_and(|s| {
                s.kind == crate::model::SymbolKind::TemplateParameter || s.ty.constant && s.ty.base != Base::Auto && s.local_to.is_none()
            })
            || cx.model.macro_named(n.text()).is_some()
    }) && node.descendants().any(|n| n.kind() == Kind::Identifier)
}

/// Whether an operand is set within the loop.
fn changes<'a>(cx: &Context<'a>, node: Node<'a>, around: Node<'a>) -> bool {
    node.descendants().filter(|n| n.kind() == Kind::Identifier).any(|n| {
        let Some(symbol) = cx.model.resolve(n) else { return false };
        cx.model.uses(symbol).any(|r| (r.writes || r.declares) && around.range().covers(r.range))
    })
}
