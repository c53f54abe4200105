//! # unverified-musa-name
//!
//! A MUSA function that was not seen in public MUSA code.
//!
//! ## What it does
//!
//! Compares calls of `musa...` runtime functions with those that public MUSA programs use.
//!
//! ## Why it matters
//!
//! Renaming CUDA to MUSA by pattern yields names the SDK may not have. This rule knows only what public code shows:
//! a name it does not know may well exist.
//!
//! ## Example
//!
//! ```musa
//! #include <musa_runtime.h>
//! void run(float *x) { musaBindSurfaceToArray(x); }
//! ```
//!
//! ## Use instead
//!
//! ```musa
//! #include <musa_runtime.h>
//! void run(float **x) { musaMalloc(x, 4); }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Look the name up in the SDK's headers; where it is there, `// warplens: allow(unverified-musa-
//! name)` says so.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::names::{is_musa_api, is_verified_musa};

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let runtime = call.name.starts_with("musa") && is_musa_api(&call.name);
    if !runtime || call.method || is_verified_musa(&call.name) || cx.declares_function(&call.name) {
        return;
    }
    if cx.model.macro_named(&call.name).is_some() {
        return;
    }
    out.report(cx.node(call.callee).range(), format!("`{}` was not seen in public MUSA code: the SDK may not have it", call.name));
}
