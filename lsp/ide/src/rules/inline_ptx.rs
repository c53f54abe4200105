//! # inline-ptx
//!
//! Inline PTX assembly.
//!
//! ## What it does
//!
//! Finds `asm` in device code. A hint in CUDA files; a warning where MUSA is meant, unless it stands under an `#if`
//! that asks about MUSA.
//!
//! ## Why it matters
//!
//! PTX is NVIDIA's. On MUSA, inline assembly is that of the MTGPU itself: PTX does not assemble there.
//!
//! ## Example
//!
//! ```cuda
//! __device__ unsigned lane() {
//!     unsigned id;
//!     asm("mov.u32 %0, %%laneid;" : "=r"(id));
//!     return id;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ unsigned lane() {
//!     return threadIdx.x % warpSize;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Prefer the intrinsic that does the same (a lane's number is `threadIdx.x % warpSize` in one-
//! dimensional blocks; `__ldg`, `__fmaf_rn`, ...), or put the assembly under `#ifndef __MUSA_ARCH__` with plain C++
//! beside it.

use super::{Check, Context};
use crate::diagnostics::{Findings, Severity};
use crate::{Kind, Node};

pub(super) const CHECK: Check = Check::Nodes(&[Kind::GnuAsm], check);

fn check(cx: &Context<'_>, node: Node<'_>, out: &mut Findings) {
    let node = cx.node(node.id);
    if !cx.on_device(node) || cx.under_musa_condition(node) || node.text().contains("\"\"") && !node.text().contains(';') {
        return;
    }
    let keep = out.configured();
    let musa = cx.for_musa();
    let message = if musa { "PTX does not assemble for MUSA" } else { "inline PTX runs on NVIDIA devices only" };
    let found = out.report(node.range(), message);
    found.note("keep it under `#ifndef __MUSA_ARCH__` with a C++ path beside it");
    if !keep && !musa {
        found.severity(Severity::Hint);
    }
}
