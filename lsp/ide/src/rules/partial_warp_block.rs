//! # partial-warp-block
//!
//! A block whose last warp is not full.
//!
//! ## What it does
//!
//! Finds launches with a constant block size that is no multiple of the warp size. Blocks of a single thread are
//! left alone.
//!
//! ## Why it matters
//!
//! A warp is scheduled whole: lanes without a thread do nothing for as long as the others work.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     k<<<64, 100>>>(x);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x);
//! void run(float *x) {
//!     k<<<50, 128>>>(x);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: the grid and the bounds check depend on the block size.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::inlay::product;
use crate::model::Launch;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let Some(node) = launch.configuration.get(1).map(|n| cx.node(*n)) else { return };
    let Some(threads) = product(cx.extents(launch, 1)).filter(|t| *t > 1) else { return };
    // One block is a test or a teaching example, not a way to fill a device.
    if product(cx.extents(launch, 0)).is_some_and(|blocks| blocks <= 1) {
        return;
    }
    for device in &cx.targets {
        let lanes = u64::from(device.warp_size).max(1);
        let idle = (lanes - threads % lanes) % lanes;
        if idle > 0 && threads <= device.max_threads.unwrap_or(u64::MAX) {
            out.report(
                node.range(),
                format!("{threads} threads are not whole warps of {lanes}: {idle} lanes of each block stay idle"),
            );
            return;
        }
    }
}
