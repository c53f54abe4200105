//! # returned-shared-address
//!
//! A function hands out the address of its own shared or local variable.
//!
//! ## What it does
//!
//! Finds `return` of a `__shared__` variable or its address, and of the address of a local variable, in device
//! functions.
//!
//! ## Why it matters
//!
//! A local variable is gone when the function returns. A shared variable stays, but every call gets the same one:
//! two calls that are meant to have a buffer each overwrite one another.
//!
//! ## Example
//!
//! ```cuda
//! __device__ float *scratch() {
//!     __shared__ float buffer[256];
//!     return buffer;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ void use(float *buffer);
//! __global__ void k() {
//!     __shared__ float buffer[256];
//!     use(buffer);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Let the caller pass the buffer in, or return the value.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Space, SymbolKind};
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::ReturnStatement], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    let Some(value) = node.items().next().map(Node::unparenthesised) else { return };
    let (named, taken) = match value.kind() {
        Kind::PointerExpression if value.operator() == "&" => {
            let Some(mut inner) = value.child(Field::Argument) else { return };
            while inner.kind() == Kind::SubscriptExpression {
                match inner.child(Field::Argument) {
                    Some(array) => inner = array,
                    None => return,
                }
            }
            (inner, true)
        }
        Kind::Identifier => (value, false),
        _ => return,
    };
    let Some(symbol) = cx.named(named).filter(|_| named.kind() == Kind::Identifier) else { return };
    let Some(function) = cx.function(node).filter(|f| f.exec.on_device() && f.symbol.is_some()) else { return };
    let gives_pointer = function.symbol.and_then(|s| cx.model.symbol(s)).is_some_and(|s| s.ty.is_pointer() || s.ty.reference);
    if symbol.local_to.is_none() || symbol.kind == SymbolKind::Parameter && !taken || !gives_pointer {
        return;
    }
    let array = !symbol.ty.dims.is_empty();
    if symbol.space == Space::Shared && (taken || array || function.exec.device) {
        out.report(node.range(), format!("every call of `{}` returns the same shared memory", function.name))
            .label(symbol.range, "one for the block, however often it is called");
    } else if symbol.space == Space::Plain && !symbol.ty.reference && (taken && !symbol.ty.is_pointer() || array) {
        let is_static = cx.node(symbol.node).text().starts_with("static");
        if !is_static && symbol.ty.pointers == 0 {
            out.report(node.range(), format!("`{}` is gone when `{}` returns", symbol.name, function.name))
                .label(symbol.range, "lives as long as the call");
        }
    }
}
