//! # divergent-barrier
//!
//! A block-wide barrier that not all threads of the block may reach.
//!
//! ## What it does
//!
//! Finds `__syncthreads()` (and its variants, and `sync()` of a thread block group) inside an `if`, `switch` or
//! loop whose condition depends on the thread: on `threadIdx`, or on locals computed from it.
//!
//! ## Why it matters
//!
//! A barrier waits for every thread of the block that has not exited. If some threads take the other branch the
//! block hangs, or, where both branches have a barrier, threads meet at the wrong one.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[64];
//!     if (threadIdx.x < 32) {
//!         s[threadIdx.x] = x[threadIdx.x];
//!         __syncthreads();
//!         x[threadIdx.x] = s[31 - threadIdx.x];
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[64];
//!     if (threadIdx.x < 32) s[threadIdx.x] = x[threadIdx.x];
//!     __syncthreads();
//!     if (threadIdx.x < 32) x[threadIdx.x] = s[31 - threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: the barrier has to move out of the branch, and what belongs on which side of it only the author
//! knows.

use super::{Check, Context};
use crate::Kind;
use crate::diagnostics::{Findings, Severity};
use crate::model::Call;

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let node = cx.node(call.node);
    if !cx.is_block_barrier(call) || !cx.on_device(node) {
        return;
    }
    for (statement, condition) in cx.conditions(node) {
        if !cx.varies(condition) {
            continue;
        }
        // Once a branch: at its first barrier.
        let earlier = cx.model.calls.iter().any(|c| {
            c.node < call.node && statement.contains(cx.node(c.node)) && cx.is_block_barrier(c)
        });
        if earlier {
            return;
        }
        let is_loop = !matches!(statement.kind(), Kind::IfStatement | Kind::SwitchStatement);
        let what = if is_loop { "this loop runs a different number of times in different threads" } else { "this condition differs between threads" };
        let configured = out.configured();
        let found = out
            .report(node.range(), "not every thread of the block may reach this barrier")
            .label(condition.range(), what)
            .note("move the barrier out of the branch, and guard the work before and after it instead");
        // How often a loop runs may be the same for all threads even where its bounds differ.
        if is_loop && !configured {
            found.severity(Severity::Warning);
        }
        return;
    }
}
