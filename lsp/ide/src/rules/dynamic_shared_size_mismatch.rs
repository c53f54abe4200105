//! # dynamic-shared-size-mismatch
//!
//! A kernel uses dynamic shared memory and its launch gives none.
//!
//! ## What it does
//!
//! Finds launches without a third argument between `<<<` and `>>>`, or with 0 there, of kernels that use an `extern
//! __shared__` array.
//!
//! ## Why it matters
//!
//! The array has no bytes then: every access is out of bounds, which traps or, where other shared memory follows,
//! changes that.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     extern __shared__ float s[];
//!     s[threadIdx.x] = x[threadIdx.x];
//! }
//! void run(float *x) { k<<<1, 256>>>(x); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     extern __shared__ float s[];
//!     s[threadIdx.x] = x[threadIdx.x];
//! }
//! void run(float *x) { k<<<1, 256, 256 * sizeof(float)>>>(x); }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Give the bytes as the third argument of the launch: the number of elements times `sizeof` of one.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Launch, Space};
use crate::Kind;

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let bytes = launch.configuration.get(2).map(|n| cx.model.eval(cx.node(*n)));
    if launch.configuration.len() < 2 || matches!(bytes, Some(None)) || matches!(bytes, Some(Some(b)) if b > 0) {
        return;
    }
    let Some(kernel) = cx.kernel_of(launch) else { return };
    let body = cx.node(kernel.node);
    let uses = body.descendants().filter(|n| n.kind() == Kind::SubscriptExpression).find_map(|n| {
        let array = n.child(crate::Field::Argument)?;
        let symbol = cx.named(array)?;
        // Under a condition it may never be reached by this launch.
        (symbol.space == Space::DynamicShared && cx.conditions(n).iter().all(|(_, c)| cx.varies(*c))).then_some((n, symbol))
    });
    let Some((access, symbol)) = uses else { return };
    out.report(launch.syntax, format!("`{}` uses dynamic shared memory, and this launch gives it none", launch.kernel))
        .label(symbol.range, "the array that has no bytes")
        .label(access.range(), "accessed here")
        .note("the third argument between `<<<` and `>>>` is its size in bytes");
}
