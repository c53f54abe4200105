//! # host-call-from-device
//!
//! Device code calls a function that exists on the host only.
//!
//! ## What it does
//!
//! Finds calls in `__global__` and `__device__` functions of functions of this file and its headers that are neither `__device__`
//! nor `constexpr`, and of C library functions that have no device version.
//!
//! ## Why it matters
//!
//! The compiler refuses it, or, for templates and with some flags, warns and leaves a call that cannot work.
//!
//! ## Example
//!
//! ```cuda
//! float scale(float x) { return 2 * x; }
//! __global__ void k(float *x) { x[threadIdx.x] = scale(x[threadIdx.x]); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __host__ __device__ float scale(float x) { return 2 * x; }
//! __global__ void k(float *x) { x[threadIdx.x] = scale(x[threadIdx.x]); }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the fix marks the function for both sides, and what it calls in turn must be, too.

use super::{Check, Context};
use crate::diagnostics::{Elsewhere, Findings};
use crate::model::Call;
use crate::text::TextEdit;
use crate::{Field, Kind};

pub(super) const CHECK: Check = Check::Calls(check);

const LIBRARY: &[&str] = &[
    "fprintf", "fopen", "fclose", "fread", "fwrite", "puts", "scanf", "exit", "abort", "rand", "srand", "getenv", "system",
    "time", "gettimeofday", "usleep", "sleep", "qsort", "atoi", "strtol",
];

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let node = cx.node(call.node);
    let Some(function) = call.function.and_then(|f| cx.model.function(f)) else { return };
    // Functions for both sides may call host functions on the host's side; lambdas may run anywhere.
    if call.method || !function.exec.device_only() || function.exec.uncertain || function.outer.is_some() {
        return;
    }
    if cx.model.macro_named(&call.name).is_some() || cx.under_condition(node) {
        return;
    }
    let qualified = cx.node(call.callee).parent().is_some_and(|p| p.kind() == Kind::QualifiedIdentifier);
    let mut candidates = cx.model.functions_named(&call.name);
    // A member of the same name is called on an object, which this call is not.
    candidates.retain(|f| f.symbol.and_then(|s| cx.model.symbol(s)).is_none_or(|s| s.container.is_none()));
    if candidates.is_empty() {
        if !qualified && cx.model.resolve(cx.node(call.callee)).is_none() {
            of_header(cx, call, out);
        }
        // A local, a parameter or a type of that name is none of ours.
        if LIBRARY.contains(&call.name.as_str()) && !qualified && cx.model.resolve(cx.node(call.callee)).is_none() {
            out.report(node.range(), format!("`{}` has no device version", call.name));
        }
        return;
    }
    let host_only = candidates.iter().all(|f| {
        !f.exec.on_device() && !f.exec.constexpr && !f.exec.uncertain && !f.template
            && !cx.under_condition(cx.node(f.node))
    });
    // The name must mean the function: `T(x)` and calls through a local variable do not.
    let means_function = cx.model.resolve(cx.node(call.callee)).and_then(|s| cx.model.symbol(s)).is_some_and(|s| s.function.is_some());
    if !host_only || !means_function || qualified {
        return;
    }
    let Some(target) = candidates.first() else { return };
    let place = cx.node(target.node);
    let found = out.report(node.range(), format!("`{}` is a host function, called from device code", call.name));
    if let Some(symbol) = target.symbol.and_then(|s| cx.model.symbol(s)) {
        found.label(symbol.range, "not marked `__device__`");
    }
    let at = place.child(Field::Type).map_or(place.range().start, |t| t.range().start);
    found.suggest("Mark it `__host__ __device__`", vec![TextEdit::insert(at, "__host__ __device__ ")]);
}

/// A function that a header declares for the host alone.
fn of_header(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let all = cx.model.around().functions_named(&call.name);
    let Some(target) = all.first() else { return };
    let host_only = |f: &crate::surroundings::OuterFunction| {
        !f.exec.on_device() && !f.exec.constexpr && !f.exec.uncertain && !f.template && !f.conditional
    };
    if all.iter().all(host_only) && crate::apis::find(&call.name).is_none() {
        out.report(
            cx.node(call.node).range(),
            format!("`{}` is a host function, called from device code", call.name),
        )
        .elsewhere(Elsewhere {
            path: target.path.clone(),
            line: target.line,
            column: target.column,
            message: "not marked `__device__`".to_owned(),
        });
    }
}
