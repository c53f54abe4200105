//! # cuda-header-in-musa
//!
//! A CUDA header in a MUSA file.
//!
//! ## What it does
//!
//! Finds `#include <cuda_runtime.h>` and other CUDA headers in `.mu` and `.muh` files.
//!
//! ## Why it matters
//!
//! The MUSA SDK has its own: `musa_runtime.h`, `musa_fp16.h`, `mublas.h`.
//!
//! ## Example
//!
//! ```musa
//! #include <cuda_runtime.h>
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
//! Safe for headers that the MUSA SDK is known to have, unsafe for others.

use super::{Check, Context};
use crate::Language;
use crate::diagnostics::Findings;
use crate::names::to_musa;
use crate::text::TextEdit;

pub(super) const CHECK: Check = Check::File(check);

const KNOWN: &[&str] =
    &["musa_runtime.h", "musa_runtime_api.h", "musa.h", "musa_fp16.h", "musa_bf16.h", "mublas.h", "mupti.h"];

fn check(cx: &Context<'_>, out: &mut Findings) {
    if cx.analysis.language() != Language::Musa {
        return;
    }
    for include in &cx.model.includes {
        let path = include.path.as_str();
        let node = cx.analysis.syntax().at(include.range.start);
        let cuda = ["cuda", "cublas", "cufft", "curand", "cusparse", "cusolver", "cupti"].iter().any(|p| path.starts_with(p));
        if !cuda || path.contains('/') || cx.under_musa_condition(node) {
            continue;
        }
        let twin = to_musa(path);
        let range = crate::TextRange::new(include.range.start + 1, include.range.end.saturating_sub(1));
        let edit = vec![TextEdit::replace(range, twin.clone())];
        let found = out.report(include.range, format!("`{path}` is CUDA's; MUSA's is `{twin}`"));
        if KNOWN.contains(&twin.as_str()) {
            found.fix(format!("Include `{twin}`"), edit);
        } else {
            found.suggest(format!("Include `{twin}` (unverified name)"), edit);
        }
    }
}
