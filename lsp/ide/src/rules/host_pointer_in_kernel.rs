//! # host-pointer-in-kernel
//!
//! A kernel is given a pointer to ordinary host memory.
//!
//! ## What it does
//!
//! Finds launch arguments whose memory surely comes from `malloc`, `new`, a local array, the address of a local or
//! a `std::vector`.
//!
//! ## Why it matters
//!
//! The device cannot reach it, save on machines with heterogeneous memory management: the kernel ends with an
//! illegal address, reported at some later call.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, int n);
//! void run(int n) {
//!     float *x = (float *)malloc(n * sizeof(float));
//!     k<<<n / 256, 256>>>(x, n);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, int n);
//! void run(int n) {
//!     float *x = nullptr;
//!     cudaMalloc(&x, n * sizeof(float));
//!     k<<<n / 256, 256>>>(x, n);
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Allocate with `cudaMalloc` and copy, with `cudaMallocManaged`, or page-lock the buffer with
//! `cudaHostRegister` and pass the pointer of `cudaHostGetDevicePointer`.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Launch;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    // A launch inside a kernel passes device memory.
    if cx.on_device(cx.node(launch.node)) {
        return;
    }
    for argument in &launch.arguments {
        let argument = cx.node(*argument);
        let Some((origin, symbol)) = cx.pageable(argument) else { continue };
        out.report(argument.range(), format!("the device cannot reach {}", origin.words()))
            .label(symbol.range, format!("`{}` is host memory", symbol.name))
            .note("allocate it with `cudaMalloc` and copy, or with `cudaMallocManaged`");
    }
}
