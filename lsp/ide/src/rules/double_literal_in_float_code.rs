//! # double-literal-in-float-code
//!
//! A double literal turns float arithmetic into double arithmetic.
//!
//! ## What it does
//!
//! Finds literals such as `2.0` beside a `float` in device code: `x * 2.0` converts `x`, multiplies in double and
//! converts back.
//!
//! ## Why it matters
//!
//! Double arithmetic runs at a 32nd or a 64th of float on consumer and inference devices, and the conversions
//! cost as much again.
//!
//! ## Example
//!
//! ```cuda
//! __device__ float half_of(float x) {
//!     return x * 0.5;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ float half_of(float x) {
//!     return x * 0.5f;
//! }
//! ```
//!
//! ## Fix safety
//!
//! Safe where the literal is the same number in float and the result is rounded to float at once, or compared: one
//! operation in double, rounded to float, gives what the float operation gives. Unsafe elsewhere.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::types::Scalar;
use crate::text::TextEdit;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::NumberLiteral], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let text = node.text();
    if !text.contains(['.', 'e', 'E']) || text.starts_with("0x") || text.starts_with("0X") {
        return;
    }
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    if cx.model.type_of(node).as_scalar() != Some(Scalar::Double) || text.ends_with(['l', 'L']) {
        return;
    }
    let Some((operand, operation)) = operation(node) else { return };
    let other = if operand.field() == Field::Left { Field::Right } else { Field::Left };
    let Some(other) = operation.child(other) else { return };
    if cx.model.type_of(other).as_scalar() != Some(Scalar::Float) {
        return;
    }
    let exact = text.parse::<f64>().is_ok_and(|v| f64::from(v as f32) == v);
    let alone = operand.id == node.id || operand.unparenthesised().id == node.id;
    let comparison = matches!(operation.operator(), "<" | ">" | "<=" | ">=" | "==" | "!=");
    let single = alone && exact && (comparison || rounded_at_once(cx, operation));
    let edit = vec![TextEdit::insert(node.range().end, "f")];
    let found = out
        .report(node.range(), format!("`{text}` is a double, so this is computed in double precision"))
        .label(other.range(), "a float, converted to double");
    let title = format!("Make it a float: `{text}f`");
    if single {
        found.fix(title, edit);
    } else {
        found.suggest(title, edit);
    }
}

/// The binary operation a literal is an operand of, through parentheses and signs.
fn operation(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let mut at = node;
    for parent in node.ancestors() {
        match parent.kind() {
            Kind::BinaryExpression => return (!matches!(parent.operator(), "&&" | "||")).then_some((at, parent)),
            Kind::ParenthesizedExpression | Kind::UnaryExpression => at = parent,
            _ => return None,
        }
    }
    None
}

/// Whether the result goes straight into a float: no second operation in double.
fn rounded_at_once<'a>(cx: &Context<'a>, operation: Node<'a>) -> bool {
    if !matches!(operation.operator(), "+" | "-" | "*" | "/") {
        return false;
    }
    let float = |n: Option<Node<'a>>| n.is_some_and(|n| cx.model.type_of(n).as_scalar() == Some(Scalar::Float));
    let mut at = operation;
    for parent in operation.ancestors() {
        match parent.kind() {
            Kind::ParenthesizedExpression => at = parent,
            Kind::AssignmentExpression => {
                return parent.operator() == "=" && at.field() == Field::Right && float(parent.child(Field::Left));
            }
            Kind::CastExpression => return float(Some(parent)),
            Kind::InitDeclarator => {
                let name = parent.child(Field::Declarator).filter(|d| d.kind() == Kind::Identifier);
                return float(name);
            }
            Kind::ReturnStatement => {
                let function = cx.function(operation).and_then(|f| f.symbol).and_then(|s| cx.model.symbol(s));
                return function.is_some_and(|s| s.ty.as_scalar() == Some(Scalar::Float));
            }
            _ => return false,
        }
    }
    false
}
