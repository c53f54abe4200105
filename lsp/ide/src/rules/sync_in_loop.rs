//! # sync-in-loop
//!
//! The host waits for the device on every turn of a loop.
//!
//! ## What it does
//!
//! Finds `cudaDeviceSynchronize` and `cudaStreamSynchronize` inside loops that also queue work.
//!
//! ## Why it matters
//!
//! While the host waits nothing new is queued, so the device runs dry between turns. Work of one stream runs in
//! order anyway.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void step(float *x);
//! void run(float *x) {
//!     for (int i = 0; i < 1000; ++i) {
//!         step<<<4, 128>>>(x);
//!         cudaDeviceSynchronize();
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void step(float *x);
//! void run(float *x) {
//!     for (int i = 0; i < 1000; ++i) step<<<4, 128>>>(x); // warplens: allow(launch-in-loop)
//!     cudaDeviceSynchronize();
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Leave the synchronisation out where only the device uses the result, wait once after the loop, or
//! wait for the turn before the last with an event so that one turn is always queued.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let waits = matches!(
        call.name.as_str(),
        "cudaDeviceSynchronize" | "musaDeviceSynchronize" | "cudaStreamSynchronize" | "musaStreamSynchronize"
    );
    let node = cx.node(call.node);
    if !waits || cx.on_device(node) {
        return;
    }
    let Some(around) = cx.enclosing_loop(node) else { return };
    let text = around.text();
    // Waiting for each of many devices or streams after the work was queued is how it is done.
    let queues = text.contains("<<<") || text.contains("Async(") || text.contains("LaunchKernel");
    // A turn that reads a result on the host has to wait for it.
    let reads = text.contains("DeviceToHost") || text.contains("ElapsedTime");
    if !queues || reads || text.contains("SetDevice") {
        return;
    }
    out.report(node.range(), "the host waits for the device on every turn of this loop")
        .note("work of one stream runs in order: wait once, after the loop, or before the host reads a result");
}
