//! # mixed-cuda-musa-api
//!
//! CUDA and MUSA calls in one file.
//!
//! ## What it does
//!
//! Finds files that call both `cuda...` and `musa...` functions outside of any `#if`, and reports the kind that is
//! rarer.
//!
//! ## Why it matters
//!
//! One compiler knows one of them. What is left over is usually a name that a search and replace missed.
//!
//! ## Example
//!
//! ```cuda
//! #include <musa_runtime.h>
//! void run(float **x, float **y) {
//!     musaMalloc(x, 4);
//!     musaMalloc(y, 4);
//!     cudaMemset(*x, 0, 4);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! #include <musa_runtime.h>
//! void run(float **x, float **y) {
//!     musaMalloc(x, 4);
//!     musaMalloc(y, 4);
//!     musaMemset(*x, 0, 4);
//! }
//! ```
//!
//! ## Fix safety
//!
//! Safe where the MUSA name was seen in public code, unsafe elsewhere.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::names::{is_cuda_api, is_musa_api, is_verified_musa, to_musa};
use crate::text::TextEdit;

pub(super) const CHECK: Check = Check::File(check);

fn check(cx: &Context<'_>, out: &mut Findings) {
    let own = |c: &&Call| {
        !c.method && !cx.under_condition(cx.node(c.node)) && !cx.declares_function(&c.name)
            && cx.model.macro_named(&c.name).is_none()
    };
    let cuda: Vec<&Call> = cx.model.calls.iter().filter(|c| is_cuda_api(&c.name)).filter(own).collect();
    let musa: Vec<&Call> = cx.model.calls.iter().filter(|c| is_musa_api(&c.name)).filter(own).collect();
    if cuda.is_empty() || musa.is_empty() {
        return;
    }
    let file_is_musa = cx.analysis.is_musa() || musa.len() > cuda.len();
    for call in if file_is_musa { &cuda } else { &musa } {
        let range = cx.node(call.callee).range();
        if !file_is_musa {
            out.report(range, format!("`{}` is a MUSA call in a CUDA file", call.name));
            continue;
        }
        let twin = to_musa(&call.name);
        let verified = is_verified_musa(&twin);
        let found = out.report(range, format!("`{}` is a CUDA call in a MUSA file", call.name));
        let edit = vec![TextEdit::replace(range, twin.clone())];
        if verified {
            found.fix(format!("Use `{twin}`"), edit);
        } else {
            found.suggest(format!("Use `{twin}` (unverified name)"), edit);
        }
    }
}
