//! # unchecked-launch
//!
//! Nothing asks whether a launch succeeded.
//!
//! ## What it does
//!
//! Finds the last launch of a function after which no `cudaGetLastError`, `cudaPeekAtLastError` or checked call
//! follows.
//!
//! ## Why it matters
//!
//! A launch returns nothing. If its block is too large, its shared memory too big or the binary has no code for the
//! device, the kernel does not run and the program goes on with what was there before.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     k<<<1, 256>>>(x);
//!     cudaDeviceSynchronize();
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! bool run(float *x) {
//!     k<<<1, 256>>>(x);
//!     if (cudaGetLastError() != cudaSuccess) return false;
//!     return cudaDeviceSynchronize() == cudaSuccess;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: how this program reports errors only the author knows.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Function;
use crate::{Kind, TextRange};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let (Some(body), Some(id)) = (function.body, cx.model.function_of(function.node)) else { return };
    if function.exec.on_device() {
        return;
    }
    let Some(last) = cx.model.launches.iter().rfind(|l| l.function == Some(id)) else { return };
    let launch = cx.node(last.node);
    // Within a loop a check before the launch runs after the previous one.
    let from = cx.enclosing_loop(launch).map_or(launch.range().end, |l| l.range().start);
    let rest = TextRange::new(from, cx.node(body).range().end);
    let checkers = ["LastError", "lastError", "last_error", "LAST_ERROR", "CHECK", "Check", "check", "ASSERT", "assert", "_TRY", "SAFE_CALL", "gpuErr"];
    // Names only: a comment that speaks of checking checks nothing.
    let checks = cx.model.references_in(rest).any(|r| {
        let name = r.range.of(cx.analysis.text());
        checkers.iter().any(|c| name.contains(c)) || cx.config.checkers.iter().any(|c| name == c)
    });
    if checks {
        return;
    }
    // A later call whose result is looked at tells as well.
    let checked_call = cx.model.calls.iter().any(|c| {
        let node = cx.node(c.node);
        c.function == Some(id)
            && node.range().start > launch.range().end
            && (c.name.ends_with("Synchronize") || c.name.ends_with("Memcpy"))
            && node.parent().is_some_and(|p| p.kind() != Kind::ExpressionStatement)
    });
    // A function that hands out the error leaves the question to its caller.
    if checked_call || under_wrapper(launch) {
        return;
    }
    out.report(last.syntax, format!("nothing asks whether the launch of `{}` succeeded", last.kernel))
        .note("`cudaGetLastError()` right after the launch tells whether it was accepted, a checked synchronisation whether it ran");
}

/// Whether the launch is itself an argument of a macro, which may check it.
fn under_wrapper(launch: crate::Node<'_>) -> bool {
    launch.ancestors().take_while(|a| a.kind() != Kind::CompoundStatement).any(|a| a.kind() == Kind::ArgumentList)
}
