//! # barrier-after-early-return
//!
//! A block-wide barrier after a return that only some threads take.
//!
//! ## What it does
//!
//! Finds `if (condition) return;` with a condition that depends on the thread, followed by `__syncthreads()` in the
//! same function.
//!
//! ## Why it matters
//!
//! Threads that have returned do not take part in the barrier. From Volta on it waits only for those that have not
//! exited, so it does not hang there; for older devices the programming guide promises nothing, and of MUSA's nothing is
//! published. Everywhere, what the missing threads should have put in shared memory is not there: the values read after
//! the barrier are those of an earlier use.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, int n) {
//!     __shared__ float s[256];
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     if (i >= n) return;
//!     s[threadIdx.x] = x[i];
//!     __syncthreads();
//!     x[i] = s[255 - threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, int n) {
//!     __shared__ float s[256];
//!     int i = blockIdx.x * blockDim.x + threadIdx.x;
//!     s[threadIdx.x] = i < n ? x[i] : 0.0f;
//!     __syncthreads();
//!     if (i < n) x[i] = s[255 - threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: the work before and after the barrier has to be guarded instead.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let node = cx.node(call.node);
    if !cx.is_block_barrier(call) || !cx.on_device(node) {
        return;
    }
    if let Some(early) = cx.early_return_before(node) {
        // Once a return: at the first barrier after it.
        let earlier = cx.model.calls.iter().any(|c| {
            c.function == call.function && early.id < c.node && c.node < call.node && cx.is_block_barrier(c)
        });
        if earlier {
            return;
        }
        out.report(node.range(), "threads that returned earlier do not reach this barrier")
            .label(early.range(), "some threads of the block return here")
            .note("guard the work on both sides of the barrier instead of returning");
    }
}
