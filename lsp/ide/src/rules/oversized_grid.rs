//! # oversized-grid
//!
//! A grid with more blocks than a device can take.
//!
//! ## What it does
//!
//! Works out the grid of each launch where it is constant and compares it with the limits of the devices asked for.
//!
//! ## Why it matters
//!
//! The launch fails. In y and z a grid has at most 65,535 blocks, which a row or batch number passes easily.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     k<<<dim3(1, 100000), 256>>>(x);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     k<<<dim3(100000, 1), 256>>>(x);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: the kernel has to swap its directions too.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Launch;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let grid = cx.extents(launch, 0);
    let Some(node) = launch.configuration.first().map(|n| cx.node(*n)) else { return };
    if grid.contains(&Some(0)) {
        out.report(node.range(), "a grid of no blocks: the launch fails");
        return;
    }
    for device in &cx.targets {
        let limits = device.max_grid.unwrap_or([u64::MAX; 3]);
        for (axis, (extent, limit)) in ["x", "y", "z"].iter().zip(grid.iter().zip(limits)) {
            if let Some(extent) = extent.filter(|e| *e > limit) {
                out.report(node.range(), format!("a grid of {extent} blocks in {axis}; {} allows {limit}", device.name));
                return;
            }
        }
    }
}
