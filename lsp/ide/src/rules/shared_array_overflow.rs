//! # shared-array-overflow
//!
//! An index past the end of an array in shared, constant or local memory.
//!
//! ## What it does
//!
//! Checks indices that are constant, and indices made of `threadIdx` where the block size is known: from the
//! launches of the kernel in the same file, `--block`, or `warplens.toml`. Indices under a condition on the thread
//! are left alone.
//!
//! ## Why it matters
//!
//! Writing past a shared array changes the next one, silently. A hundred threads too many is the usual cause: the
//! block grew and the array did not.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[128];
//!     s[threadIdx.x] = x[threadIdx.x];
//!     __syncthreads();
//!     x[threadIdx.x] = s[127 - threadIdx.x];
//! }
//! void run(float *x) { k<<<1, 256>>>(x); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[256];
//!     s[threadIdx.x] = x[threadIdx.x];
//!     __syncthreads();
//!     x[threadIdx.x] = s[255 - threadIdx.x];
//! }
//! void run(float *x) { k<<<1, 256>>>(x); }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Size the array by the same constant as the block (`s[BLOCK]` and `<<<grid, BLOCK>>>`), or guard
//! the access.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::SubscriptExpression], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if !cx.on_device(node) {
        return;
    }
    // `s[i][j]` is two nested subscripts; each is checked against its own extent.
    let (Some(argument), Some(list)) = (node.child(Field::Argument), node.child(Field::Indices)) else { return };
    let Some(index) = list.items().next() else { return };
    let mut depth = 0;
    let mut base = argument;
    while base.kind() == Kind::SubscriptExpression {
        depth += 1;
        match base.child(Field::Argument) {
            Some(inner) => base = inner,
            None => return,
        }
    }
    if base.kind() != Kind::Identifier {
        return;
    }
    let Some(symbol) = cx.model.resolve(base).and_then(|s| cx.model.symbol(s)) else { return };
    let Some(extent) = symbol.ty.dims.get(depth).copied().flatten().map(i128::from) else { return };
    if symbol.ty.pointers > 0 || symbol.kind == crate::model::SymbolKind::Parameter || extent == 0 {
        return;
    }
    // `&s[n]` is the end, which may be pointed to.
    let end_pointer = node.parent().is_some_and(|p| p.kind() == Kind::PointerExpression && p.operator() == "&");
    let sum = cx.affine(index);
    let name = &symbol.name;
    if sum.terms.is_empty() {
        let value = sum.constant;
        if (value >= extent + i128::from(end_pointer) || value < 0) && !in_dead_branch(cx, node) {
            out.report(index.range(), format!("index {value} is outside `{name}`, whose extent here is {extent}"))
                .label(symbol.range, format!("declared with {extent} elements"));
        }
        return;
    }
    let guarded = cx.conditions(node).iter().any(|(_, c)| cx.varies(*c)) || cx.early_return_before(node).is_some();
    let Some(function) = cx.function(node).filter(|_| !guarded) else { return };
    let mut blocks: Vec<[Option<u64>; 3]> = Vec::new();
    if function.exec.global && cx.model.kernels_named(&function.name).len() == 1 {
        blocks.extend(cx.launches_of(&function.name).into_iter().map(|(_, b)| b));
    }
    if blocks.is_empty() && function.exec.global {
        blocks.extend(cx.config.block.map(|b| b.map(Some)));
    }
    for block in blocks {
        let Some((low, high)) = sum.range(block) else { continue };
        if high >= extent || low < 0 {
            let worst = if high >= extent { high } else { low };
            let shown: Vec<String> = block.iter().map(|b| b.map_or("?".into(), |v| v.to_string())).collect();
            out.report(index.range(), format!("index {worst} is outside `{name}`, whose extent here is {extent}"))
                .label(symbol.range, format!("declared with {extent} elements"))
                .witness(format!("block = ({})", shown.join(", ")));
            return;
        }
    }
}

/// Whether an `if` around the node is decided at compile time by a template parameter or constant: the branch may not exist.
fn in_dead_branch<'a>(cx: &Context<'a>, node: Node<'a>) -> bool {
    cx.conditions(node).iter().any(|(_, c)| {
        let inner = c.child(Field::Value).unwrap_or(*c);
        cx.model.eval(inner).is_some()
            || inner.descendants().any(|n| {
                n.kind() == Kind::Identifier
                    && cx.named(n).is_some_and(|s| s.kind == crate::model::SymbolKind::TemplateParameter)
            })
    })
}
