//! # shared-memory-over-musa-limit
//!
//! More shared memory than an mp_21 device was seen to give a block.
//!
//! ## What it does
//!
//! In MUSA files, and where an mp_21 device is asked for, finds kernels with more than 28 KiB of static shared
//! memory.
//!
//! ## Why it matters
//!
//! An S70 reports 28 KiB a block, which is less than the 48 KiB every CUDA device has: tiles sized for CUDA do not
//! fit. The figure is one device's answer in public code, not a published limit; mp_22 and mp_31 have not been seen
//! to say.
//!
//! ## Example
//!
//! ```musa
//! #include <musa_runtime.h>
//! __global__ void k(float *x) {
//!     __shared__ float s[96][96];
//!     s[threadIdx.y][threadIdx.x] = x[threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```musa
//! #include <musa_runtime.h>
//! __global__ void k(float *x) {
//!     __shared__ float s[64][96];
//!     s[threadIdx.y][threadIdx.x] = x[threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Halve the tile in one direction for these devices, or take the size from `sharedMemPerBlock` of
//! the device's properties.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Function;

pub(super) const CHECK: Check = Check::Functions(check);

const SEEN_LIMIT: u64 = 28 * 1024;

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let asked = cx.config.devices.iter().any(|d| d.arch == "mp_21");
    let meant = asked || cx.config.devices.is_empty() && cx.analysis.is_musa();
    if !meant || !function.exec.global || function.body.is_none() {
        return;
    }
    let Some(shared) = crate::inlay::shared_bytes(cx.analysis, function).filter(|s| s.bytes > SEEN_LIMIT) else { return };
    if let Some(symbol) = function.symbol.and_then(|s| cx.model.symbol(s)) {
        out.report(
            symbol.range,
            format!("`{}` has {} bytes of static shared memory; an S70 (mp_21) gives a block {SEEN_LIMIT}", function.name, shared.bytes),
        );
    }
}
