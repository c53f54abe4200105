//! # device-call-from-host
//!
//! Host code calls a function that exists on the device only, or calls a kernel without launching it.
//!
//! ## What it does
//!
//! Finds calls in host functions of functions of this file and its headers that are `__device__` only, and of kernels without
//! `<<<...>>>`.
//!
//! ## Why it matters
//!
//! The compiler refuses the first. The second compiles in some cases, and then nothing is launched with the right
//! configuration.
//!
//! ## Example
//!
//! ```cuda
//! __device__ float scale(float x) { return 2 * x; }
//! float host(float x) { return scale(x); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __host__ __device__ float scale(float x) { return 2 * x; }
//! float host(float x) { return scale(x); }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Launch a kernel, mark the function `__host__ __device__` if the host needs it too, or call a host
//! version.

use super::{Check, Context};
use crate::Kind;
use crate::diagnostics::{Elsewhere, Findings};
use crate::model::Call;

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let node = cx.node(call.node);
    let Some(function) = call.function.and_then(|f| cx.model.function(f)) else { return };
    let plain_host = !function.exec.on_device() && !function.exec.constexpr && !function.exec.uncertain && !function.template;
    if call.method || !plain_host || function.outer.is_some() || cx.under_condition(node) {
        return;
    }
    if node.parent().is_some_and(|p| matches!(p.kind(), Kind::SizeofExpression | Kind::Other)) {
        return;
    }
    let callee = cx.node(call.callee);
    let means_function = cx.model.resolve(callee).and_then(|s| cx.model.symbol(s)).is_some_and(|s| s.function.is_some());
    let qualified = callee.parent().is_some_and(|p| p.kind() == Kind::QualifiedIdentifier);
    let candidates = cx.model.functions_named(&call.name);
    if candidates.is_empty() && !qualified && cx.model.resolve(callee).is_none() {
        return of_header(cx, call, out);
    }
    if candidates.is_empty() || !means_function || qualified {
        return;
    }
    let wrong = candidates.iter().all(|f| {
        let member = f.symbol.and_then(|s| cx.model.symbol(s)).is_some_and(|s| s.container.is_some());
        f.exec.device_only() && !f.exec.uncertain && !member && !cx.under_condition(cx.node(f.node))
    });
    if !wrong {
        return;
    }
    let Some(target) = candidates.first() else { return };
    let message = if target.exec.global {
        format!("`{}` is a kernel: it is launched with `<<<grid, block>>>`, not called", call.name)
    } else {
        format!("`{}` is a device function, called from host code", call.name)
    };
    let found = out.report(node.range(), message);
    if let Some(symbol) = target.symbol.and_then(|s| cx.model.symbol(s)) {
        found.label(symbol.range, target.exec.words());
    }
}

/// A function that a header declares for the device alone.
fn of_header(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let all = cx.model.around().functions_named(&call.name);
    let Some(target) = all.first() else { return };
    if !all.iter().all(|f| f.exec.device_only() && !f.exec.uncertain && !f.conditional) {
        return;
    }
    let message = match target.exec.global {
        true => format!("`{}` is a kernel: it is launched with `<<<grid, block>>>`, not called", call.name),
        false => format!("`{}` is a device function, called from host code", call.name),
    };
    out.report(cx.node(call.node).range(), message).elsewhere(Elsewhere {
        path: target.path.clone(),
        line: target.line,
        column: target.column,
        message: target.exec.words().to_owned(),
    });
}
