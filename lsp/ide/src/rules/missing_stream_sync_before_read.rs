//! # missing-stream-sync-before-read
//!
//! The host reads a result that may not have arrived.
//!
//! ## What it does
//!
//! Follows, within one block of statements, a `cudaMemcpyAsync` to the host, or a launch that is given managed
//! memory, to the first use of that memory on the host, and looks for a synchronisation in between.
//!
//! ## Why it matters
//!
//! Both return at once. The host reads what was there before, now and then: whenever the device is slower than
//! usual.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! float run(float *d, cudaStream_t s) {
//!     float h[16];
//!     cudaMemcpyAsync(h, d, sizeof(h), cudaMemcpyDeviceToHost, s); // warplens: allow(pageable-async-copy)
//!     return h[0];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! float run(float *d, cudaStream_t s) {
//!     float h[16];
//!     cudaMemcpyAsync(h, d, sizeof(h), cudaMemcpyDeviceToHost, s); // warplens: allow(pageable-async-copy)
//!     cudaStreamSynchronize(s);
//!     return h[0];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Wait for what is read: `cudaStreamSynchronize(stream)`, or an event recorded after the copy, just
//! before the first use on the host.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{SymbolId, declared_name};
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::File(check);

fn check(cx: &Context<'_>, out: &mut Findings) {
    for call in cx.model.calls.iter().filter(|c| c.name.ends_with("MemcpyAsync")) {
        let arguments = cx.arguments(call);
        let to_host = arguments.get(3).is_some_and(|k| k.text().ends_with("MemcpyDeviceToHost"));
        let Some(target) = arguments.first().filter(|_| to_host).and_then(|a| symbol(cx, *a)) else { continue };
        look(cx, cx.node(call.node), target, "copied to", out);
    }
    let managed: Vec<SymbolId> = cx
        .model
        .calls
        .iter()
        .filter(|c| c.name.ends_with("MallocManaged"))
        .filter_map(|c| symbol(cx, *cx.arguments(c).first()?))
        .collect();
    for launch in &cx.model.launches {
        for argument in &launch.arguments {
            if let Some(target) = symbol(cx, cx.node(*argument)).filter(|s| managed.contains(s)) {
                look(cx, cx.node(launch.node), target, "used by a kernel", out);
            }
        }
    }
}

/// The variable an argument is, through casts and `&`.
fn symbol<'a>(cx: &Context<'a>, argument: Node<'a>) -> Option<SymbolId> {
    let name = argument.descendants().filter(|n| n.kind() == Kind::Identifier).last()?;
    let plain = argument.descendants().all(|n| {
        !matches!(n.kind(), Kind::SubscriptExpression | Kind::BinaryExpression | Kind::FieldExpression)
    });
    plain.then(|| cx.model.resolve(name))?
}

/// Walks over what follows `start` in its block up to a synchronisation or a read of `target`.
fn look<'a>(cx: &Context<'a>, start: Node<'a>, target: SymbolId, what: &str, out: &mut Findings) {
    if cx.on_device(start) {
        return;
    }
    let Some(block) = start.ancestors().find(|a| a.kind() == Kind::CompoundStatement) else { return };
    let Some(own) = block.items().find(|s| s.contains(start)) else { return };
    // Under a condition or in a loop of its own the rest of the block says little.
    if !matches!(own.kind(), Kind::ExpressionStatement | Kind::Declaration | Kind::IfStatement) || !simple(own) {
        return;
    }
    for node in block.descendants().filter(|n| n.id >= own.end()) {
        if node.kind() == Kind::CallExpression {
            let name = node.child(Field::Function).and_then(declared_name).map_or("", Node::text);
            if waits(name) {
                return;
            }
        }
        // What happens in a lambda happens later.
        if node.kind() == Kind::LambdaExpression || node.kind() == Kind::KernelCallSyntax && what != "used by a kernel" {
            return;
        }
        if node.kind() == Kind::Identifier && cx.model.resolve(node) == Some(target) && is_read(node) {
            let name = node.text();
            out.report(node.range(), format!("`{name}` may not be ready: it is still being {what}"))
                .label(start.range(), "returns before it is done")
                .note("synchronise with the stream, an event or the device first");
            return;
        }
    }
}

fn simple(statement: Node<'_>) -> bool {
    statement.kind() != Kind::IfStatement || !statement.descendants().any(|n| n.kind() == Kind::ElseClause)
}

/// Functions that wait, and any function of the program whose name says so.
fn waits(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["sync", "wait", "finish", "query", "memcpy", "memset", "free", "reset", "stop", "elapsed", "barrier", "destroy", "join"]
        .iter()
        .any(|w| lower.contains(w))
        && !lower.ends_with("memcpyasync")
        && !lower.ends_with("memsetasync")
        && !lower.contains("waitevent")
}

/// Whether the host looks at the memory here: by index or `*`, or in a function of its own.
fn is_read(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        Kind::SubscriptExpression => {
            // `&x[i]` is an address; `x[i] = 1` races as well as a read does.
            !parent.parent().is_some_and(|p| p.kind() == Kind::PointerExpression && p.operator() == "&")
        }
        Kind::PointerExpression => parent.operator() == "*",
        _ => false,
    }
}
