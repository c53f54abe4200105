//! # kernel-not-void
//!
//! A kernel that returns something.
//!
//! ## What it does
//!
//! Finds `__global__` functions whose return type is not `void`.
//!
//! ## Why it matters
//!
//! A launch is asynchronous and has no value; the compiler refuses such a kernel.
//!
//! ## Example
//!
//! ```cuda
//! __global__ int k(int *x) { return x[threadIdx.x]; }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(const int *x, int *result) { result[threadIdx.x] = x[threadIdx.x]; }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the fix makes the type `void`, but its `return` statements stay.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Function, types::Base};
use crate::text::TextEdit;
use crate::{Field, Kind};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    if !function.exec.global {
        return;
    }
    let node = cx.node(function.node);
    let Some(ty) = node.child(Field::Type) else { return };
    let returns = function.symbol.and_then(|s| cx.model.symbol(s)).map(|s| &s.ty);
    let wrong = returns.is_some_and(|t| {
        let builtin = matches!(t.base, Base::Scalar(_) | Base::Vector(..));
        builtin || t.base == Base::Void && t.is_pointer()
    });
    // Any other name may be an alias, or a macro the grammar took for a type.
    if wrong && matches!(ty.kind(), Kind::PrimitiveType | Kind::SizedType | Kind::TypeIdentifier) {
        out.report(ty.range(), format!("the kernel `{}` must return `void`", function.name))
            .note("hand results out through a pointer")
            .suggest("Return `void`", vec![TextEdit::replace(ty.range(), "void")]);
    }
}
