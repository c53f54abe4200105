//! # slow-math-function
//!
//! A math function where something cheaper does the same.
//!
//! ## What it does
//!
//! In device code, finds `pow` with a small whole exponent, `1 / sqrt(x)`, double functions on floats such as
//! `fabs` written for C, and `__mul24`, which was fast fifteen years ago.
//!
//! ## Why it matters
//!
//! `pow` is some hundred instructions and a branch or two; `x * x` is one. `rsqrt` is one instruction, a square
//! root and a division are many.
//!
//! ## Example
//!
//! ```cuda
//! __device__ float f(float x) {
//!     return powf(x, 2.0f) + 1.0f / sqrtf(x);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ float f(float x) {
//!     return x * x + rsqrtf(x);
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the last bit of the result may differ.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{declared_name, types::Scalar};
use crate::text::TextEdit;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::CallExpression, Kind::BinaryExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if node.kind() == Kind::BinaryExpression {
        return reciprocal_root(cx, node, out);
    }
    let Some(name) = called(node) else { return };
    let Some(list) = node.child(Field::Arguments) else { return };
    let arguments: Vec<Node<'_>> = list.items().collect();
    match (name.text(), arguments.as_slice()) {
        ("pow" | "powf" | "__powf", [base, exponent]) => {
            let Some(power) = whole_number(cx, *exponent).filter(|p| (1..=4).contains(p)) else { return };
            if !cx.on_device(node) || cx.declares_function(name.text()) {
                return;
            }
            let found = out.report(node.range(), format!("`{}` with the exponent {power} is a multiplication", name.text()));
            let simple = matches!(base.kind(), Kind::Identifier | Kind::FieldExpression);
            if simple && power == 2 {
                found.suggest("Multiply instead", vec![TextEdit::replace(node.range(), format!("({0} * {0})", base.text()))]);
            }
        }
        ("__mul24" | "__umul24" | "mul24", [a, b]) => {
            if !cx.on_device(node) || cx.declares_function(name.text()) {
                return;
            }
            out.report(node.range(), format!("`{}` is slower than `*` since compute capability 2.0", name.text()))
                .suggest("Use `*`", vec![TextEdit::replace(node.range(), format!("(({}) * ({}))", a.text(), b.text()))]);
        }
        _ => {}
    }
}

/// `1.0f / sqrtf(x)`
fn reciprocal_root<'a>(cx: &Context<'a>, node: Node<'a>, out: &mut Findings) {
    if node.operator() != "/" {
        return;
    }
    let (Some(one), Some(root)) = (node.child(Field::Left), node.child(Field::Right)) else { return };
    let root = root.unparenthesised();
    if whole_number(cx, one) != Some(1) || root.kind() != Kind::CallExpression {
        return;
    }
    let Some(name) = called(root).filter(|n| matches!(n.text(), "sqrt" | "sqrtf")) else { return };
    let Some(argument) = root.child(Field::Arguments).and_then(|a| a.items().next()) else { return };
    let float = name.text() == "sqrtf" || cx.model.type_of(argument).as_scalar() == Some(Scalar::Float);
    if !cx.on_device(node) || cx.model.type_of(argument).as_scalar().is_none() {
        return;
    }
    let instead = if float { "rsqrtf" } else { "rsqrt" };
    out.report(node.range(), format!("one over a square root is one function: `{instead}`"))
        .suggest(format!("Use `{instead}`"), vec![TextEdit::replace(node.range(), format!("{instead}({})", argument.text()))]);
}

fn called(node: Node<'_>) -> Option<Node<'_>> {
    let function = node.child(Field::Function).filter(|f| f.kind() != Kind::FieldExpression)?;
    declared_name(function)
}

/// The whole number a literal such as `2`, `2.0` or `2.0f` is.
fn whole_number<'a>(cx: &Context<'a>, node: Node<'a>) -> Option<i128> {
    let node = node.unparenthesised();
    if let Some(value) = cx.model.eval(node) {
        return Some(value);
    }
    let text = (node.kind() == Kind::NumberLiteral).then(|| node.text().trim_end_matches(['f', 'F']))?;
    let value: f64 = text.parse().ok()?;
    (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i128)
}
