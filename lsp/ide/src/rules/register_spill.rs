//! # register-spill
//!
//! A kernel needs more registers than a thread can have, so the compiler keeps some values in local memory.
//!
//! ## What it does
//!
//! Compiles the file and counts. Where `ptxas` is installed, its own figures are used: it reports how many bytes it
//! spills on the architecture asked for. Elsewhere the estimate is how many 32-bit values are live at once in the PTX;
//! the rule speaks when that is more than a thread can have, be it by the device or by `__launch_bounds__`, which
//! divides the multiprocessor's registers among the threads it promises. It needs clang: the editor's background
//! compile, or `warplens lint --deep`.
//!
//! ## Why it matters
//!
//! Local memory is off-chip memory behind the caches: a spilled value costs a store and a load of hundreds of cycles when
//! they miss, in the place of a register that costs none, and the traffic takes bandwidth from the kernel's own data.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void __launch_bounds__(1024, 2) mix(float *p, int rounds) {
//!     float v[48];
//!     float *q = p + threadIdx.x;
//! #pragma unroll
//!     for (int i = 0; i < 48; i++) v[i] = q[i * 4096];
//!     for (int r = 0; r < rounds; r++) {
//! #pragma unroll
//!         for (int i = 0; i < 48; i++) v[i] += v[47 - i] * v[(i + 7) % 48];
//!     }
//! #pragma unroll
//!     for (int i = 0; i < 48; i++) q[i * 4096] = v[i];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void __launch_bounds__(256, 2) mix(float *p, int rounds) {
//!     float v[48];
//!     float *q = p + threadIdx.x;
//! #pragma unroll
//!     for (int i = 0; i < 48; i++) v[i] = q[i * 4096];
//!     for (int r = 0; r < rounds; r++) {
//! #pragma unroll
//!         for (int i = 0; i < 48; i++) v[i] += v[47 - i] * v[(i + 7) % 48];
//!     }
//! #pragma unroll
//!     for (int i = 0; i < 48; i++) q[i * 4096] = v[i];
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: smaller blocks, fewer values kept at once, or a loop left rolled are choices about the algorithm.

use super::{Check, Context};
use crate::compiled::{Compiled, Kernel, kernel_name, occupancy};
use crate::diagnostics::Findings;

pub(super) const CHECK: Check = Check::Compiled(check);

fn check(cx: &Context<'_>, compiled: &Compiled, out: &mut Findings) {
    for kernel in compiled.ptx.iter().flat_map(|p| &p.kernels) {
        let Some(range) = kernel_name(cx.analysis, &kernel.name) else { continue };
        match &kernel.allocated {
            Some(a) if a.spill_stores + a.spill_loads > 0 => {
                out.report(
                    range,
                    format!(
                        "`{}` spills: with {} registers a thread it stores {} bytes to local memory and loads {} back",
                        kernel.name, a.registers, a.spill_stores, a.spill_loads
                    ),
                )
                .note(format!("counted by ptxas for {}", a.arch))
                .note("keep fewer values at once, unroll less, or allow a thread more registers with smaller `__launch_bounds__`");
            }
            Some(_) => {}
            None => estimate(cx, kernel, range, out),
        }
    }
}

fn estimate(cx: &Context<'_>, kernel: &Kernel, range: crate::TextRange, out: &mut Findings) {
    let Some((room, why)) = room_for(cx, &kernel.name) else { return };
    if u64::from(kernel.live) <= room {
        return;
    }
    let found = out.report(
        range,
        format!(
            "`{}` has at least {} values of 32 bits live at once, and {why} leaves a thread {room} registers: some will be spilled to local memory",
            kernel.name, kernel.live
        ),
    );
    found.note("an estimate, counted on the PTX; install ptxas for the device compiler's own count");
    found.note("keep fewer values at once, unroll less, or allow a thread more registers with smaller `__launch_bounds__`");
    if let Some(line) = kernel.worst_line.and_then(|l| l.checked_sub(1)) {
        let text = cx.analysis.text();
        let whole = cx.analysis.lines().line_range(text, line);
        let indent = (whole.of(text).len() - whole.of(text).trim_start().len()) as u32;
        let place = crate::TextRange::new(whole.start + indent, whole.end);
        found.label(place, "most are live here");
    }
}

/// Registers a thread can have on the tightest target, and what says so.
fn room_for(cx: &Context<'_>, kernel: &str) -> Option<(u64, String)> {
    let targets = occupancy::targets(cx.analysis, cx.config);
    let device = targets.iter().min_by_key(|m| m.figures.max_registers_per_thread.get())?;
    let figures = &device.figures;
    let by_device = (u64::from(figures.max_registers_per_thread.get()), device.display_name.clone());
    let bounds = cx.model.kernels_named(kernel).into_iter().find_map(|f| f.bounds);
    let Some(bounds) = bounds else { return Some(by_device) };
    let mut arguments = bounds.of(cx.analysis.text()).split(',').map(|a| cx.model.text_value(a));
    let threads = arguments.next().flatten().filter(|t| *t > 0);
    let blocks = arguments.next().flatten().filter(|b| *b > 0).unwrap_or(1);
    let Some(all) = threads.and_then(|t| u64::try_from(t.checked_mul(blocks)?).ok()) else {
        return Some(by_device);
    };
    let share = u64::from(figures.registers_per_multiprocessor.get()) / all.max(1);
    // Registers are given out eight at a time; below sixteen no compiler goes.
    let share = (share / 8 * 8).max(16);
    Some(if share < by_device.0 { (share, "`__launch_bounds__`".to_owned()) } else { by_device })
}
