//! # oversized-block
//!
//! A block with more threads than a device can run.
//!
//! ## What it does
//!
//! Works out the block of each launch where it is constant and compares it with the limits of the devices asked
//! for: threads in all and in each direction, and the kernel's own `__launch_bounds__`.
//!
//! ## Why it matters
//!
//! The launch fails and the kernel does not run. Unless the error is asked for, the program goes on with old data.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     dim3 block(32, 64);
//!     k<<<1, block>>>(x);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     dim3 block(32, 32);
//!     k<<<dim3(1, 2), block>>>(x);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Use fewer threads (128 to 256 suit most kernels) and more blocks, or let each thread do more than
//! one element.

use super::{Check, Context};
use crate::Node;
use crate::diagnostics::{Elsewhere, Findings};
use crate::inlay::product;
use crate::model::Launch;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let block = cx.extents(launch, 1);
    let Some(node) = launch.configuration.get(1).map(|n| cx.node(*n)) else { return };
    let threads = product(block);
    if threads == Some(0) {
        out.report(node.range(), "a block of no threads: the launch fails");
        return;
    }
    for device in &cx.targets {
        if let Some((threads, limit)) = threads.zip(device.max_threads).filter(|(t, l)| t > l) {
            out.report(node.range(), format!("a block of {threads} threads; {} allows {limit}", device.name))
                .witness(format!("block = {block:?}").replace("Some(", "").replace(')', ""));
            return;
        }
        for (axis, (extent, limit)) in ["x", "y", "z"].iter().zip(block.iter().zip(device.max_block.unwrap_or([u64::MAX; 3]))) {
            if let Some(extent) = extent.filter(|e| *e > limit) {
                out.report(node.range(), format!("a block of {extent} threads in {axis}; {} allows {limit}", device.name));
                return;
            }
        }
    }
    let Some(kernel) = cx.kernel_of(launch) else { return bound_in_header(cx, launch, node, threads, out) };
    let Some(bounds) = kernel.bounds else { return };
    let first = bounds.of(cx.analysis.text()).split(',').next().unwrap_or("");
    let limit = cx.model.text_value(first).and_then(|v| u64::try_from(v).ok());
    if let Some((threads, limit)) = threads.zip(limit).filter(|(t, l)| t > l) {
        out.report(node.range(), format!("a block of {threads} threads, but `{}` is bound to {limit}", launch.kernel))
            .label(bounds, "`__launch_bounds__`")
            .note("a launch beyond the bounds fails");
    }
}

/// The same for a kernel that a header declares.
fn bound_in_header(cx: &Context<'_>, launch: &Launch, node: Node<'_>, threads: Option<u64>, out: &mut Findings) {
    if !cx.model.functions_named(&launch.kernel).is_empty() {
        return;
    }
    let [kernel] = cx.model.around().kernels_named(&launch.kernel) else { return };
    let limit = kernel.bounds.as_deref().and_then(|b| cx.model.text_value(b)).and_then(|v| u64::try_from(v).ok());
    if let Some((threads, limit)) = threads.zip(limit).filter(|(t, l)| t > l) {
        out.report(node.range(), format!("a block of {threads} threads, but `{}` is bound to {limit}", launch.kernel))
            .elsewhere(Elsewhere {
                path: kernel.path.clone(),
                line: kernel.line,
                column: kernel.column,
                message: "by `__launch_bounds__` here".to_owned(),
            })
            .note("a launch beyond the bounds fails");
    }
}
