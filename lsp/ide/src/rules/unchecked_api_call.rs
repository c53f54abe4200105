//! # unchecked-api-call
//!
//! An API call whose error is thrown away.
//!
//! ## What it does
//!
//! Finds calls of runtime functions that return an error and stand alone as a statement. Calls that free or destroy
//! are left alone.
//!
//! ## Why it matters
//!
//! Errors are sticky and asynchronous: the call that reports one is rarely the one that caused it, and one that is
//! not looked at is reported by the next call, if that is.
//!
//! ## Example
//!
//! ```cuda
//! void run(float **x, int n) {
//!     cudaMalloc(x, n * sizeof(float));
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! bool run(float **x, int n) {
//!     return cudaMalloc(x, n * sizeof(float)) == cudaSuccess;
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: how this program reports errors only the author knows.

use super::{Check, Context};
use crate::Kind;
use crate::diagnostics::Findings;
use crate::model::Call;
use crate::names::{is_cuda_api, is_musa_api};

pub(super) const CHECK: Check = Check::Calls(check);

fn check(cx: &Context<'_>, call: &Call, out: &mut Findings) {
    let runtime = call.name.starts_with("cuda") && is_cuda_api(&call.name) || call.name.starts_with("musa") && is_musa_api(&call.name);
    if !runtime || call.method {
        return;
    }
    let node = cx.node(call.node);
    let alone = node.parent().is_some_and(|p| p.kind() == Kind::ExpressionStatement);
    if !alone || cx.on_device(node) || cx.model.functions_named(&call.name).iter().any(|f| f.body.is_some()) {
        return;
    }
    let bare = call.name.get(4..).unwrap_or("");
    let quiet = ["Free", "EventDestroy", "StreamDestroy", "DeviceReset", "GetLastError", "Profiler", "Destroy", "Unmap", "Unregister", "GraphDestroy", "GraphExecDestroy", "Unbind", "CreateChannelDesc"];
    if quiet.iter().any(|q| bare.starts_with(q)) || bare.contains("Destroy") {
        return;
    }
    let known = crate::apis::find(&call.name).is_some_and(|a| a.signature.starts_with("cudaError_t"));
    if known {
        out.report(node.range(), format!("the error `{}` returns is thrown away", call.name));
    }
}
