//! # misaligned-vector-access
//!
//! A vector is loaded from an address that is not aligned to its size.
//!
//! ## What it does
//!
//! Finds casts of an element address to `float4 *`, `int2 *` and the like where the index is surely not a multiple
//! of the vector: a constant such as `&x[1]`, a sum such as `&x[4 * i + 1]`, or a plain thread index such as
//! `&x[threadIdx.x]`.
//!
//! ## Why it matters
//!
//! A 16-byte access must be 16-byte aligned. A misaligned one traps, with an error that is reported at some later
//! call.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(const float *x, float4 *y) {
//!     y[threadIdx.x] = *reinterpret_cast<const float4 *>(&x[threadIdx.x]);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(const float *x, float4 *y) {
//!     y[threadIdx.x] = *reinterpret_cast<const float4 *>(&x[4 * threadIdx.x]);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Make the index a multiple of the vector (`4 * i`), pad rows to a multiple of it, or read the odd
//! head and tail element by element.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{declared_name, types::{Base, Type}};
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::CastExpression, Kind::CallExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    let Some((target, value)) = cast(cx, node) else { return };
    let Base::Vector(..) = target.base else { return };
    let (Some(align), 1) = (target.pointee().align(), target.pointers) else { return };
    let value = value.unparenthesised();
    let (base, index) = match value.kind() {
        Kind::PointerExpression if value.operator() == "&" => {
            let Some(element) = value.child(Field::Argument).filter(|e| e.kind() == Kind::SubscriptExpression) else { return };
            (element.child(Field::Argument), element.child(Field::Indices).and_then(|i| i.items().next()))
        }
        Kind::BinaryExpression if value.operator() == "+" => (value.child(Field::Left), value.child(Field::Right)),
        _ => return,
    };
    let (Some(base), Some(index)) = (base, index) else { return };
    let element = cx.model.type_of(base).pointee();
    let Some(size) = element.as_scalar().map(|s| s.bytes()).filter(|s| *s < align) else { return };
    let lanes = i128::from(align / size);
    let sum = cx.affine(index);
    let steps = sum.terms.get("threadIdx.x").copied().unwrap_or(0);
    let others_fit = sum.terms.iter().all(|(_, f)| f % lanes == 0);
    let problem = if steps % lanes != 0 && guarded(cx, node, base) {
        return;
    } else if steps % lanes != 0 {
        format!("neighbouring threads are {} bytes apart", steps.unsigned_abs() * u128::from(size))
    } else if others_fit && sum.constant % lanes != 0 {
        format!("the index is {} past a multiple of {lanes}", sum.constant.rem_euclid(lanes))
    } else {
        return;
    };
    out.report(node.range(), format!("a {align}-byte access needs an address that is a multiple of {align}: {problem}"))
        .label(index.range(), format!("elements of {size} bytes"))
        .note("a misaligned access traps on the device");
}

/// Whether an `if` asks about the thread or the pointer before: the remaining threads may all be aligned.
fn guarded<'a>(cx: &Context<'a>, node: Node<'a>, base: Node<'a>) -> bool {
    cx.conditions(node).iter().any(|(_, c)| {
        c.text().contains('%') || c.text().contains('&') && !c.text().contains("&&") || c.text().contains(base.text())
    })
}

fn cast<'a>(cx: &Context<'a>, node: Node<'a>) -> Option<(Type, Node<'a>)> {
    if node.kind() == Kind::CastExpression {
        return Some((cx.model.type_of(node), node.child(Field::Value)?));
    }
    let function = node.child(Field::Function)?;
    if declared_name(function)?.text() != "reinterpret_cast" {
        return None;
    }
    Some((cx.model.type_of(node), node.child(Field::Arguments)?.items().next()?))
}
