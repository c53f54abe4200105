//! # missing-launch-bounds
//!
//! A kernel that does not say how large its blocks are.
//!
//! ## What it does
//!
//! Finds kernels without `__launch_bounds__`. Off unless asked for.
//!
//! ## Why it matters
//!
//! Without it the compiler must allow for blocks of 1024 threads, and limits registers accordingly, or uses so many
//! that large blocks do not launch.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) { x[threadIdx.x] = 0; }
//! void run(float *x) { k<<<8, 256>>>(x); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void __launch_bounds__(256) k(float *x) { x[threadIdx.x] = 0; }
//! void run(float *x) { k<<<8, 256>>>(x); }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the bound is the largest block of the launches in this file; a larger one elsewhere would fail.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::inlay::product;
use crate::model::Function;
use crate::text::TextEdit;

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    if !function.exec.global || function.body.is_none() || function.bounds.is_some() {
        return;
    }
    let Some(symbol) = function.symbol.and_then(|s| cx.model.symbol(s)) else { return };
    let launches = cx.launches_of(&function.name);
    let blocks: Option<Vec<u64>> = launches.iter().map(|(_, b)| product(*b)).collect();
    let found = out.report(symbol.range, format!("`{}` does not say how large its blocks are", function.name));
    if let Some(largest) = blocks.and_then(|b| b.into_iter().max()) {
        found.suggest(
            format!("Add `__launch_bounds__({largest})`"),
            vec![TextEdit::insert(symbol.range.start, format!("__launch_bounds__({largest}) "))],
        );
    }
}
