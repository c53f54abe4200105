//! # launch-in-loop
//!
//! A kernel is launched again and again with the same configuration.
//!
//! ## What it does
//!
//! Finds launches inside loops of host code.
//!
//! ## Why it matters
//!
//! Each launch costs a few microseconds on the host. Where kernels are short the device waits for the host; one
//! launch over all the work, or a graph of the launches, does not.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void step(float *x);
//! void run(float *x) {
//!     for (int i = 0; i < 1000; ++i) step<<<4, 128>>>(x);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void steps(float *x, int n);
//! void run(float *x) {
//!     steps<<<4, 128>>>(x, 1000);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Widen the grid so that one launch covers all turns, move the loop into the kernel where turns
//! depend on one another only within a block, or record the launches once as a graph.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Launch;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let node = cx.node(launch.node);
    if cx.on_device(node) {
        return;
    }
    let Some(around) = cx.enclosing_loop(node) else { return };
    // Loops over devices and streams launch in parallel.
    if around.text().contains("SetDevice") {
        return;
    }
    out.report(launch.syntax, format!("`{}` is launched once for each turn of this loop", launch.kernel))
        .label(crate::TextRange::new(around.range().start, around.range().start + 3), "the loop")
        .note("if the kernel is short, the launches cost more than the work: record them as a graph, or let one launch do all turns");
}
