//! # oversized-shared-memory
//!
//! More shared memory than a block can have.
//!
//! ## What it does
//!
//! Adds up the static shared variables of each kernel, and reads the dynamic bytes of its launches where they are
//! constant, against the limits of the devices asked for.
//!
//! ## Why it matters
//!
//! Too much static shared memory does not assemble. Too much dynamic shared memory makes the launch fail, above 48
//! KiB also where the device has more: it must be asked for with `cudaFuncSetAttribute`.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[128][128];
//!     s[threadIdx.y][threadIdx.x] = x[threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[64][128];
//!     s[threadIdx.y][threadIdx.x] = x[threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Make the tile smaller, keep it in a narrower type, or take the memory as dynamic and ask for more
//! with `cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)` where the device has it.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Function, Space};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let (true, Some(_), Some(symbol)) = (function.exec.global, function.body, function.symbol) else { return };
    let (Some(shared), Some(symbol)) = (crate::inlay::shared_bytes(cx.analysis, function), cx.model.symbol(symbol)) else {
        return;
    };
    // A template's extents may depend on its arguments, in which case the sum is not known and we are not here.
    let largest = cx.model.symbols.iter().filter(|s| s.space == Space::Shared && s.local_to == cx.model.function_of(function.node));
    for device in &cx.targets {
        let Some(limit) = device.shared_bytes.filter(|l| shared.bytes > *l) else { continue };
        let found = out.report(
            symbol.range,
            format!("`{}` has {} bytes of static shared memory; {} gives a block {limit}", function.name, shared.bytes, device.name),
        );
        for variable in largest {
            if let Some(bytes) = variable.ty.bytes() {
                found.label(variable.range, format!("{bytes} bytes"));
            }
        }
        return;
    }
    let mut opts_in = None;
    for (launch, _) in cx.launches_of(&function.name) {
        let Some(node) = launch.configuration.get(2).map(|n| cx.node(*n)) else { continue };
        let Some(dynamic) = cx.model.eval(node).and_then(|v| u64::try_from(v).ok()) else { continue };
        let sum = dynamic.saturating_add(shared.bytes);
        // The whole text is searched, so only where there is something to judge.
        let opts_in = *opts_in.get_or_insert_with(|| cx.analysis.text().contains("MaxDynamicSharedMemorySize"));
        for device in &cx.targets {
            let limit = if opts_in { device.shared_bytes_optin } else { device.shared_bytes };
            let Some(limit) = limit.filter(|l| sum > *l) else { continue };
            let found = out.report(
                node.range(),
                format!("this launch needs {sum} bytes of shared memory a block; {} gives {limit}", device.name),
            );
            if !opts_in && device.shared_bytes_optin.is_some_and(|l| sum <= l) {
                found.note("more can be asked for: `cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)`");
            }
            break;
        }
    }
}
