//! # unsupported-on-musa
//!
//! Something MUSA has no counterpart for.
//!
//! ## What it does
//!
//! In files for MUSA, finds what public MUSA code is seen to leave out: CUB headers, programmatic dependent launch,
//! CUDA's graphics and NVRTC headers, and bf16 where an mp_21 device is asked for. Code under an `#if` that asks
//! about MUSA is left alone.
//!
//! ## Why it matters
//!
//! It does not compile, or is silently without effect.
//!
//! ## Example
//!
//! ```musa
//! #include <musa_runtime.h>
//! #include <cub/cub.cuh>
//! ```
//!
//! ## Use instead
//!
//! ```musa
//! #include <musa_runtime.h>
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Put the code under `#ifndef __MUSA_ARCH__` (host code: `#ifndef __MUSACC__`) with a plain version
//! beside it.

use super::{Check, Context};
use crate::Kind;
use crate::diagnostics::Findings;

pub(super) const CHECK: Check = Check::File(check);

/// Header prefixes, and what to say of them.
const HEADERS: &[(&str, &str)] = &[
    ("cub/", "public MUSA code uses no CUB; Moore Threads names muAlg as its counterpart"),
    ("cuda_gl_interop", "no graphics interoperability was seen in public MUSA code"),
    ("nvrtc", "run-time compilation is MTRTC on MUSA, whose function names are not established"),
    ("cuda/std", "libcu++ was not seen in public MUSA code"),
    ("mma.h", "`nvcuda::wmma` becomes `mtmusa::wmma`; which shapes it has depends on the device"),
];

/// Names, and what to say of them.
const NAMES: &[(&str, &str)] = &[
    ("cudaGridDependencySynchronize", "MUSA has no programmatic dependent launch"),
    ("musaGridDependencySynchronize", "MUSA has no programmatic dependent launch"),
    ("cudaTriggerProgrammaticLaunchCompletion", "MUSA has no programmatic dependent launch"),
    ("cudaLaunchAttributeProgrammaticStreamSerialization", "MUSA has no programmatic dependent launch"),
];

const BF16: &[&str] = &["__nv_bfloat16", "nv_bfloat16", "__mt_bfloat16", "__nv_bfloat162", "__mt_bfloat162"];

fn check(cx: &Context<'_>, out: &mut Findings) {
    if !cx.for_musa() {
        return;
    }
    for include in &cx.model.includes {
        let known = HEADERS.iter().find(|(h, _)| include.path.starts_with(h));
        let node = cx.analysis.syntax().at(include.range.start);
        if let Some((_, message)) = known.filter(|_| !cx.under_musa_condition(node)) {
            out.report(include.range, *message);
        }
    }
    let old = cx.targets.iter().find(|d| d.arch == "mp_21");
    for node in cx.analysis.syntax().nodes() {
        if !matches!(node.kind(), Kind::Identifier | Kind::TypeIdentifier) {
            continue;
        }
        let text = node.text();
        if let Some((_, message)) = NAMES.iter().find(|(n, _)| *n == text) {
            if !cx.under_musa_condition(node) {
                out.report(node.range(), *message);
            }
        } else if let Some(device) = old.filter(|_| BF16.contains(&text) && !cx.under_musa_condition(node)) {
            out.report(node.range(), format!("{} (mp_21) has no bf16", device.name));
        }
    }
}
