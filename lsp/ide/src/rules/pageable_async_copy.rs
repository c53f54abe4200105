//! # pageable-async-copy
//!
//! An asynchronous copy of ordinary host memory.
//!
//! ## What it does
//!
//! Finds `cudaMemcpyAsync` to or from memory that surely comes from `malloc`, `new`, the stack or a `std::vector`.
//!
//! ## Why it matters
//!
//! The device copies only page-locked memory by itself. Other memory goes through a buffer of the driver: the call
//! may wait, and does not overlap with kernels.
//!
//! ## Example
//!
//! ```cuda
//! void run(float *d, int n, cudaStream_t s) {
//!     float *h = (float *)malloc(n * sizeof(float));
//!     cudaMemcpyAsync(d, h, n * sizeof(float), cudaMemcpyHostToDevice, s);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! void run(float *d, int n, cudaStream_t s) {
//!     float *h;
//!     cudaMallocHost(&h, n * sizeof(float));
//!     cudaMemcpyAsync(d, h, n * sizeof(float), cudaMemcpyHostToDevice, s);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Allocate the buffer with `cudaMallocHost`, or page-lock it once with `cudaHostRegister`; for a
//! single small result `cudaMemcpy` says what happens anyway.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    if !matches!(call.name.as_str(), "cudaMemcpyAsync" | "musaMemcpyAsync") {
        return;
    }
    let arguments = cx.arguments(call);
    let host = match arguments.get(3).map_or("", |k| k.text()) {
        k if k.ends_with("MemcpyHostToDevice") => arguments.get(1),
        k if k.ends_with("MemcpyDeviceToHost") => arguments.first(),
        _ => None,
    };
    let Some((origin, symbol)) = host.and_then(|h| cx.pageable(*h)) else { return };
    out.report(cx.node(call.node).range(), format!("this copy is not asynchronous: `{}` is {}", symbol.name, origin.words()))
        .label(symbol.range, "not page-locked")
        .note("allocate it with `cudaMallocHost`, or page-lock it with `cudaHostRegister`");
}
