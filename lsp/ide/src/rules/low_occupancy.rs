//! # low-occupancy
//!
//! A launch whose blocks fill less than a quarter of a multiprocessor's warps.
//!
//! ## What it does
//!
//! Compiles the file and, for launches with a constant block size, works out how many blocks fit on a multiprocessor of
//! each device asked for, by registers, shared memory, warps and blocks: the occupancy calculator's arithmetic.
//! Registers are `ptxas`' count where it is installed, else an estimate from the PTX, which is a lower bound. It needs
//! clang: the editor's background compile, or `warplens lint --deep`.
//!
//! ## Why it matters
//!
//! A multiprocessor hides the wait for memory by running other warps. With few of them resident there is nothing to run
//! while loads are on their way, unless each thread has many loads in flight of its own.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void tile(float *p) {
//!     __shared__ float buffer[12288];
//!     buffer[threadIdx.x] = p[threadIdx.x];
//!     __syncthreads();
//!     p[threadIdx.x] = buffer[63 - threadIdx.x];
//! }
//! void run(float *p) { tile<<<1024, 64>>>(p); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void tile(float *p) {
//!     __shared__ float buffer[256];
//!     buffer[threadIdx.x] = p[threadIdx.x];
//!     __syncthreads();
//!     p[threadIdx.x] = buffer[255 - threadIdx.x];
//! }
//! void run(float *p) { tile<<<256, 256>>>(p); }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: a kernel with enough independent work a thread can be fast at low occupancy; measure first.

use super::{Check, Context};
use crate::compiled::{Compiled, Kernel, occupancy};
use crate::diagnostics::Findings;

pub(super) const CHECK: Check = Check::Compiled(check);

/// Below this share of the warps that fit, a launch is worth a word.
const LOW: f64 = 0.25;

fn check(cx: &Context<'_>, compiled: &Compiled, out: &mut Findings) {
    for kernel in compiled.ptx.iter().flat_map(|p| &p.kernels) {
        launches_of(cx, kernel, out);
    }
}

fn launches_of(cx: &Context<'_>, kernel: &Kernel, out: &mut Findings) {
    let targets = occupancy::targets(cx.analysis, cx.config);
    for launch in cx.model.launches.iter().filter(|l| l.kernel == kernel.name) {
        let Some(threads) = occupancy::threads_of(cx.analysis, launch) else { continue };
        let dynamic = occupancy::dynamic_shared(cx.analysis, launch);
        let low = targets.iter().find_map(|device| {
            let o = occupancy::of(device, kernel, threads, dynamic);
            (o.theoretical() < LOW && o.blocks() > 0).then_some((device, o))
        });
        let Some((device, o)) = low else { continue };
        let shared = u64::from(dynamic) + kernel.shared;
        let advice = match o.limiters().first() {
            Some(&"shared_mem") => "use less shared memory a block, or larger blocks that share it",
            Some(&"registers") => "keep fewer values a thread, or bound the registers with `__launch_bounds__`",
            _ => "use larger blocks: 128 to 256 threads fill a multiprocessor on every device",
        };
        out.report(
            launch.syntax,
            format!(
                "at most {:.0} % of a multiprocessor's warps are resident on {}: {} blocks of {threads} threads, limited by {}",
                o.theoretical() * 100.0,
                device.display_name,
                o.blocks(),
                o.limiters().join(", "),
            ),
        )
        .note(format!("from {} and {shared} bytes of shared memory a block", kernel.registers_in_words()))
        .note(advice)
        .witness(format!("block = {threads} threads"));
    }
}
