//! # implicit-double-promotion
//!
//! A float meets a double and is computed as one.
//!
//! ## What it does
//!
//! Finds operations in device code with a `float` on one side and a `double` variable, element or result on the
//! other. Literals are the business of `double-literal-in-float-code`.
//!
//! ## Why it matters
//!
//! Double arithmetic runs at a 32nd or a 64th of float on consumer and inference devices. Where it is meant, a
//! cast says so.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, double a) {
//!     x[threadIdx.x] = x[threadIdx.x] * a;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, double a) {
//!     x[threadIdx.x] = x[threadIdx.x] * (float)a;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: which precision is meant only the author knows.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::types::Scalar;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::BinaryExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    if !matches!(node.operator(), "+" | "-" | "*" | "/" | "<" | ">" | "<=" | ">=" | "==" | "!=") {
        return;
    }
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    let (Some(left), Some(right)) = (node.child(Field::Left), node.child(Field::Right)) else { return };
    let (a, b) = (cx.model.type_of(left).as_scalar(), cx.model.type_of(right).as_scalar());
    let (float, double) = match (a, b) {
        (Some(Scalar::Float), Some(Scalar::Double)) => (left, right),
        (Some(Scalar::Double), Some(Scalar::Float)) => (right, left),
        _ => return,
    };
    // A double that is one only because of a literal is that rule's business.
    let literal = double.descendants().any(|n| n.kind() == Kind::NumberLiteral && n.text().contains(['.', 'e']))
        && !double.descendants().any(|n| {
            matches!(n.kind(), Kind::Identifier | Kind::CallExpression) && cx.model.type_of(n).as_scalar() == Some(Scalar::Double)
        });
    let macro_literal = cx.model.macros.contains_key(double.unparenthesised().text());
    if literal {
        return;
    }
    let found = out
        .report(node.range(), "a float and a double: computed in double precision")
        .label(float.range(), "float")
        .label(double.range(), "double");
    if macro_literal {
        found.note("the macro is a double literal; an `f` after it makes it a float");
    }
}
