//! # fp64-on-slow-device
//!
//! Double precision on a device that is slow at it.
//!
//! ## What it does
//!
//! Reports, once a function, arithmetic on doubles in device code if a device asked for runs double 16 times slower
//! than float or worse.
//!
//! ## Why it matters
//!
//! Consumer and inference devices have one double unit for 32 or 64 float units. Code that needs few more bits than
//! float has may do better with compensated float sums.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(double *x) {
//!     x[threadIdx.x] = x[threadIdx.x] * x[threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     x[threadIdx.x] = x[threadIdx.x] * x[threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Use `float` where 24 bits are enough, compensated (Kahan) sums where they nearly are, and keep
//! double for the few values that need it.

use super::{Check, Context};
use crate::Kind;
use crate::diagnostics::Findings;
use crate::model::{Function, types::Scalar};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let (true, Some(body)) = (function.exec.on_device(), function.body) else { return };
    let slow = cx.targets.iter().filter_map(|d| d.fp64_ratio.map(|r| (d, r))).find(|(_, r)| *r >= 16);
    let Some((device, ratio)) = slow else { return };
    let mut operations = cx.node(body).descendants().filter(|n| {
        n.kind() == Kind::BinaryExpression
            && matches!(n.operator(), "+" | "-" | "*" | "/")
            && cx.model.type_of(*n).as_scalar() == Some(Scalar::Double)
    });
    let Some(first) = operations.next() else { return };
    let others = operations.count();
    let name = if function.name.is_empty() { "this lambda" } else { &function.name };
    let more = if others == 0 { String::new() } else { format!(", the first of {} in `{name}`", others + 1) };
    out.report(first.range(), format!("double arithmetic{more}: {} runs it {ratio} times slower than float", device.name));
}
