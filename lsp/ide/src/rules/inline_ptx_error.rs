//! # inline-ptx-error
//!
//! An instruction in an `asm` string that PTX does not have, or not with these operands.
//!
//! ## What it does
//!
//! Compiles the file and checks the inline assembly in the PTX that comes out: mnemonics, modifiers, types, operands,
//! registers that nobody declared. The error is placed on its token inside the string. It needs clang: the editor's
//! background compile, or `warplens lint --deep`.
//!
//! ## Why it matters
//!
//! A compiler passes inline assembly on unread, so its errors come late, from the assembler, with line numbers of a
//! temporary file, or from the driver when the program starts on a machine that compiles the PTX.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(int *p) {
//!     int lane;
//!     asm volatile("mov.u33 %0, %%laneid;" : "=r"(lane));
//!     *p = lane;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(int *p) {
//!     int lane;
//!     asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
//!     *p = lane;
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered.

use super::{Check, Context};
use crate::compiled::{Compiled, asm};
use crate::diagnostics::Findings;

pub(super) const CHECK: Check = Check::Compiled(check);

fn check(cx: &Context<'_>, compiled: &Compiled, out: &mut Findings) {
    for error in compiled.ptx.iter().flat_map(|p| &p.asm_errors) {
        let range = asm::place(cx.analysis.text(), cx.analysis.lines(), error);
        out.report(range, format!("in inline PTX: {}", error.message));
    }
}
