//! # warp-size-literal
//!
//! The warp size is written as a number.
//!
//! ## What it does
//!
//! In device code, finds a thread index divided by, taken modulo or compared by bits with 32 (`% 32`, `& 31`, `/
//! 32`, `>> 5`), the mask `0xffffffff`, and constants called WARP_SIZE that are 32; variables of host functions are
//! left alone. An error if a device asked for has warps of another size, a warning in MUSA files, else a hint.
//!
//! ## Why it matters
//!
//! A warp has 32 lanes on NVIDIA and on mp_31, but 128 on mp_21 and mp_22: lane and warp numbers come out wrong
//! there, and a 32-bit mask names a quarter of the lanes.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(int *x) {
//!     int lane = threadIdx.x % 32;
//!     int warp = threadIdx.x >> 5;
//!     x[threadIdx.x] = lane + warp;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(int *x) {
//!     int lane = threadIdx.x % warpSize;
//!     int warp = threadIdx.x / warpSize;
//!     x[threadIdx.x] = lane + warp;
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: `warpSize` is not a constant, so the compiler divides where it shifted before; and code may rely on 32
//! elsewhere.

use super::{Check, Context};
use crate::diagnostics::{Diagnostic, Findings, Severity};
use crate::model::types::Scalar;
use crate::text::TextEdit;
use crate::{Field, Kind, Node, TextRange};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::BinaryExpression, Kind::CallExpression, Kind::PreprocDef, Kind::InitDeclarator], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    match node.kind() {
        Kind::BinaryExpression => arithmetic(cx, node, out),
        Kind::CallExpression => mask(cx, node, out),
        Kind::PreprocDef => {
            let name = node.child(Field::Name).map_or("", Node::text);
            let value = node.child(Field::Value);
            if names_warp_size(name) && value.is_some_and(|v| cx.model.macro_value(name, None, 0) == Some(32) && v.text().contains("32")) {
                report(cx, out, node.child(Field::Name).map_or(node.range(), Node::range), &format!("`{name}` is 32 on every device"));
            }
        }
        // A host function's own variable is its own business: it may be there to compare devices.
        _ if cx.function(node).is_some() && !cx.on_device(node) => {}
        _ => {
            let name = node.child(Field::Declarator).filter(|d| d.kind() == Kind::Identifier);
            let literal = node.child(Field::Value).is_some_and(|v| v.kind() == Kind::NumberLiteral && v.text() == "32");
            if let Some(name) = name.filter(|n| literal && names_warp_size(n.text())) {
                report(cx, out, name.range(), &format!("`{}` is 32 on every device", name.text()));
            }
        }
    }
}

fn names_warp_size(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    matches!(lower.as_str(), "warpsize" | "kwarpsize" | "warpthreads" | "threadsperwarp" | "warp" | "lanesperwarp" | "cudawarpsize")
}

fn arithmetic<'a>(cx: &Context<'a>, node: Node<'a>, out: &mut Findings) {
    let (Some(left), Some(right)) = (node.child(Field::Left), node.child(Field::Right)) else { return };
    let right = right.unparenthesised();
    if right.kind() != Kind::NumberLiteral {
        return;
    }
    let value = cx.model.eval(right);
    let instead = match (node.operator(), value) {
        ("%", Some(32)) => "% warpSize",
        ("/", Some(32)) => "/ warpSize",
        ("&", Some(31)) => "& (warpSize - 1)",
        (">>", Some(5)) => "/ warpSize",
        _ => return,
    };
    let index = matches!(cx.model.type_of(left).as_scalar(), Some(Scalar::Int { .. }));
    if !index || !cx.on_device(node) || !is_thread_index(cx, left) {
        return;
    }
    let operator = node.child(Field::Operator).map_or(right.range(), Node::range);
    let range = TextRange::new(operator.start, right.range().end);
    report(cx, out, node.range(), &format!("`{}` takes a warp to have 32 lanes", node.text()))
        .suggest("Use `warpSize`", vec![TextEdit::replace(range, instead)]);
}

/// A number of a thread in its block, not of an element: `threadIdx.x`, `tid`, a linear index of both.
fn is_thread_index<'a>(cx: &Context<'a>, node: Node<'a>) -> bool {
    let sum = cx.affine(node);
    let names = |t: &str| t.contains("threadIdx") || t.contains("thread_rank") || t.eq_ignore_ascii_case("tid");
    // `(step + threadIdx.x) % 32` goes round a tile, not a warp.
    !sum.terms.is_empty() && sum.terms.keys().all(|t| names(t))
}

fn mask<'a>(cx: &Context<'a>, node: Node<'a>, out: &mut Findings) {
    let Some(name) = node.child(Field::Function).filter(|f| f.kind() == Kind::Identifier) else { return };
    if !name.text().starts_with("__") || !name.text().ends_with("_sync") && name.text() != "__syncwarp" {
        return;
    }
    let Some(first) = node.child(Field::Arguments).and_then(|a| a.items().next()) else { return };
    let literal = first.kind() == Kind::NumberLiteral && cx.model.eval(first) == Some(0xffff_ffff);
    if literal && cx.on_device(node) {
        report(cx, out, first.range(), "this mask names 32 lanes");
    }
}

fn report<'f>(cx: &Context<'_>, out: &'f mut Findings, range: TextRange, what: &str) -> &'f mut Diagnostic {
    let wide = cx.targets.iter().find(|d| d.warp_size != 32);
    let severity = match wide {
        Some(_) => Severity::Error,
        None if cx.config.devices.is_empty() && cx.analysis.is_musa() => Severity::Warning,
        None => Severity::Hint,
    };
    let keep = out.configured();
    let message = match wide {
        Some(device) => format!("{what}; a warp of {} has {}", device.name, device.warp_size),
        None => format!("{what}; on mp_21 and mp_22 a warp has 128"),
    };
    let found = out.report(range, message);
    if !keep {
        found.severity(severity);
    }
    found
}
