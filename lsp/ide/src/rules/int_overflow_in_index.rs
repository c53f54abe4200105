//! # int-overflow-in-index
//!
//! A product is computed in 32 bits and only then widened.
//!
//! ## What it does
//!
//! Finds 64-bit variables in device code that are set to a 32-bit product of things that are not constant, such as
//! `size_t i = blockIdx.x * blockDim.x + threadIdx.x`.
//!
//! ## Why it matters
//!
//! The product wraps at 2^32 before it is widened: with arrays of more than 4 G elements, or 2 G where a factor is
//! `int`, the index points somewhere else. The wide type shows that large arrays were meant; an index that is only ever
//! compared with 32-bit numbers is left alone.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, size_t n) {
//!     size_t i = blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i < n) x[i] = 0;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, size_t n) {
//!     size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i < n) x[i] = 0;
//! }
//! ```
//!
//! ## Fix safety
//!
//! Safe: it widens a factor of the product, which changes nothing but the overflow.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::types::Scalar;
use crate::text::TextEdit;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::InitDeclarator, Kind::AssignmentExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    let (target, value) = match node.kind() {
        Kind::InitDeclarator => (node.child(Field::Declarator), node.child(Field::Value)),
        _ if node.operator() == "=" => (node.child(Field::Left), node.child(Field::Right)),
        _ => return,
    };
    let (Some(target), Some(value)) = (target.filter(|t| t.kind() == Kind::Identifier), value) else { return };
    let bits = |n: Node<'_>| match cx.model.type_of(n).as_scalar() {
        Some(Scalar::Int { bits, .. }) => Some(bits),
        _ => None,
    };
    if bits(target) != Some(64) || bits(value) != Some(32) {
        return;
    }
    let Some(product) = find_product(cx, value) else { return };
    let Some(left) = product.child(Field::Left) else { return };
    let symbol = cx.model.resolve(target).and_then(|s| cx.model.symbol(s));
    if is_bounded_by_32_bits(cx, target) {
        return;
    }
    let written = symbol.map_or("size_t", |s| cx.node(s.node).child(Field::Type).map_or("size_t", Node::text));
    let wide = if written == "auto" || written.contains(' ') { "size_t" } else { written };
    out.report(product.range(), format!("this product wraps at 32 bits before it is widened to `{written}`"))
        .label(target.range(), "64 bits")
        .fix(format!("Widen first: `({wide}){}`", left.text()), vec![TextEdit::insert(left.range().start, format!("({wide})"))]);
}

/// Whether the index is held against something of at most 32 bits wherever it is held against anything: a grid that
/// covers so few elements makes no product that wraps.
fn is_bounded_by_32_bits(cx: &Context<'_>, target: Node<'_>) -> bool {
    let Some(id) = cx.model.resolve(target) else { return false };
    let (mut small, mut other) = (0, 0);
    for name in cx.model.uses(id) {
        let name = cx.node(name.node);
        let Some(comparison) = name.parent().filter(|p| matches!(p.operator(), "<" | "<=" | ">" | ">=")) else { continue };
        let sides = [comparison.child(Field::Left), comparison.child(Field::Right)];
        let against = sides.into_iter().flatten().find(|s| s.id != name.id);
        match against.and_then(|a| cx.model.type_of(a).as_scalar()) {
            Some(Scalar::Int { bits, .. }) if bits <= 32 => small += 1,
            _ => other += 1,
        }
    }
    small > 0 && other == 0
}

/// The first product of two non-constant operands that is a term of the sum.
fn find_product<'a>(cx: &Context<'a>, value: Node<'a>) -> Option<Node<'a>> {
    let mut at = vec![value];
    while let Some(node) = at.pop() {
        let node = node.unparenthesised();
        if node.kind() != Kind::BinaryExpression {
            continue;
        }
        let (left, right) = (node.child(Field::Left)?, node.child(Field::Right)?);
        match node.operator() {
            "+" | "-" => at.extend([right, left]),
            // `gridDim.x * blockDim.x` is a stride, `warp * 32` small: both factors must be able to be large.
            "*" => {
                let varies = [left, right].iter().all(|n| cx.model.eval(*n).is_none());
                // `blockIdx.y * gridDim.x` numbers blocks, of which no grid has so many.
                let stride = node.text().contains("gridDim") && (node.text().contains("blockDim") || node.text().contains("blockIdx"));
                // Simple factors only, so that the cast lands on the factor and on nothing else.
                let simple = matches!(left.kind(), Kind::Identifier | Kind::FieldExpression | Kind::ParenthesizedExpression);
                let tile = [left, right].iter().any(|n| n.text().starts_with("threadIdx"));
                if varies && !stride && simple && !tile {
                    return Some(node);
                }
            }
            _ => {}
        }
    }
    None
}
