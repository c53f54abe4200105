//! # launch-argument-mismatch
//!
//! A launch whose arguments do not fit the kernel.
//!
//! ## What it does
//!
//! Compares launches with the kernel of that name in the same file: how many arguments, pointers given for numbers
//! and numbers for pointers, and pointers to elements of another type. Overloaded and templated kernels are only
//! checked for the number.
//!
//! ## Why it matters
//!
//! The compiler refuses it, but only when the translation unit is built; here it shows as it is typed.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x, int n) { x[n] = 0; }
//! void run(float *x) { k<<<1, 32>>>(x); }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x, int n) { x[n] = 0; }
//! void run(float *x) { k<<<1, 32>>>(x, 1); }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix: what is meant only the author knows.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Function, Launch, types::Base};

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let kernels = cx.model.kernels_named(&launch.kernel);
    if kernels.is_empty() || kernels.iter().any(|k| k.variadic) || cx.model.functions_named(&launch.kernel).len() != kernels.len() {
        return;
    }
    let given = launch.arguments.len();
    // A macro or a pack may stand for several arguments.
    let plain = launch.arguments.iter().all(|a| {
        let node = cx.node(*a);
        !cx.model.macros.get(node.text()).is_some_and(|m| m.body.contains(',')) && !node.text().ends_with("...")
    });
    let fits = |k: &&Function| (k.required..=k.parameters.len()).contains(&given);
    if plain && !kernels.iter().any(fits) {
        let Some(kernel) = kernels.first() else { return };
        let wanted = kernel.parameters.len();
        let found = out.report(
            cx.node(launch.node).range(),
            format!("`{}` takes {wanted} argument{}, {given} given", launch.kernel, if wanted == 1 { "" } else { "s" }),
        );
        if let Some(symbol) = kernel.symbol.and_then(|s| cx.model.symbol(s)) {
            found.label(symbol.range, "declared here");
        }
        return;
    }
    let [kernel] = kernels.as_slice() else { return };
    if kernel.template {
        return;
    }
    for (argument, parameter) in launch.arguments.iter().zip(&kernel.parameters) {
        let (argument, Some(parameter)) = (cx.node(*argument), cx.model.symbol(*parameter)) else { continue };
        let (given, wanted) = (cx.model.type_of(argument), &parameter.ty);
        let number = |b: &Base| matches!(b, Base::Scalar(_));
        if !number(&given.base) || !number(&wanted.base) {
            continue;
        }
        let zero = cx.model.eval(argument) == Some(0);
        let problem = match (given.is_pointer(), wanted.is_pointer()) {
            (true, false) => "a pointer is given for a number",
            (false, true) if !zero => "a number is given for a pointer",
            (true, true) if given.base != wanted.base => "it points to elements of another type",
            _ => continue,
        };
        out.report(argument.range(), format!("`{}`: {problem}", parameter.name)).label(parameter.range, "the parameter");
    }
}
