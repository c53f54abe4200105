//! # legacy-warp-intrinsic
//!
//! A warp intrinsic without `_sync` is used.
//!
//! ## What it does
//!
//! Finds `__shfl`, `__shfl_up`, `__shfl_down`, `__shfl_xor`, `__any`, `__all` and `__ballot`, the forms that name
//! no lanes.
//!
//! ## Why it matters
//!
//! They assume that all lanes of a warp run in step. Since Volta lanes schedule independently, and the forms were
//! removed: they do not compile for compute capability 7.0 and above.
//!
//! ## Example
//!
//! ```cuda
//! __device__ float total(float v) {
//!     for (int o = warpSize / 2; o > 0; o /= 2) v += __shfl_down(v, o);
//!     return v;
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __device__ float total(float v) {
//!     for (int o = warpSize / 2; o > 0; o /= 2) v += __shfl_down_sync(0xffffffff, v, o); // warplens: allow(warp-size-literal)
//!     return v;
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the fix names all 32 lanes, which is wrong where some lanes of the warp do not reach the call.

use super::{Check, Context};
use crate::diagnostics::{Findings, Tag};
use crate::model::Call;
use crate::text::TextEdit;

pub(super) const CHECK: Check = Check::Calls(check);

const LEGACY: &[&str] = &["__shfl", "__shfl_up", "__shfl_down", "__shfl_xor", "__any", "__all", "__ballot"];

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    if !LEGACY.contains(&call.name.as_str()) || cx.model.resolve(cx.node(call.callee)).is_some() {
        return;
    }
    let callee = cx.node(call.callee).range();
    let sync = format!("{}_sync", call.name);
    let mut edits = vec![TextEdit::replace(callee, sync.clone())];
    if let Some(list) = cx.node(call.node).child(crate::Field::Arguments) {
        edits.push(TextEdit::insert(list.range().start + 1, "0xffffffff, "));
    }
    out.report(callee, format!("`{}` was removed: it does not say which lanes take part", call.name))
        .note(format!("`{sync}` takes the mask of participating lanes first"))
        .tag(Tag::Deprecated)
        .suggest(format!("Use `{sync}` with all 32 lanes"), edits);
}
