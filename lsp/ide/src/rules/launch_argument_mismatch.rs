//! # launch-argument-mismatch
//!
//! A launch whose arguments do not fit the kernel.
//!
//! ## What it does
//!
//! Compares launches with the kernel of that name in the file or its headers: how many arguments, pointers given for numbers
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
//! There is no fix. Compare the launch with the kernel's parameters: order, number, and what each pointer points to.

use super::{Check, Context};
use crate::Node;
use crate::diagnostics::{Elsewhere, Findings};
use crate::model::types::{Base, Type};
use crate::model::{Function, Launch};

pub(super) const CHECK: Check = Check::Launches(check);

fn check(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let kernels = cx.model.kernels_named(&launch.kernel);
    if cx.model.functions_named(&launch.kernel).is_empty() {
        return of_header(cx, launch, out);
    }
    if kernels.is_empty() || kernels.iter().any(|k| k.variadic) || cx.model.functions_named(&launch.kernel).len() != kernels.len() {
        return;
    }
    let given = launch.arguments.len();
    // A macro or a pack may stand for several arguments.
    let plain = is_plain(cx, launch);
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
        let Some(problem) = mismatch(cx, argument, &parameter.ty) else { continue };
        out.report(argument.range(), format!("`{}`: {problem}", parameter.name)).label(parameter.range, "the parameter");
    }
}

/// Whether each argument is one: a macro or a pack may stand for several.
fn is_plain(cx: &Context<'_>, launch: &Launch) -> bool {
    launch.arguments.iter().all(|a| {
        let node = cx.node(*a);
        !cx.model.macro_named(node.text()).is_some_and(|m| m.body.contains(',')) && !node.text().ends_with("...")
    })
}

/// What is wrong with an argument for a parameter of this type, if that can be told.
fn mismatch<'a>(cx: &Context<'a>, argument: Node<'a>, wanted: &Type) -> Option<&'static str> {
    let given = cx.model.type_of(argument);
    let number = |b: &Base| matches!(b, Base::Scalar(_));
    if !number(&given.base) || !number(&wanted.base) {
        return None;
    }
    let zero = cx.model.eval(argument) == Some(0);
    match (given.is_pointer(), wanted.is_pointer()) {
        (true, false) => Some("a pointer is given for a number"),
        (false, true) if !zero => Some("a number is given for a pointer"),
        (true, true) if given.base != wanted.base => Some("it points to elements of another type"),
        _ => None,
    }
}

/// The same for a kernel that a header declares.
fn of_header(cx: &Context<'_>, launch: &Launch, out: &mut Findings) {
    let kernels = cx.model.around().kernels_named(&launch.kernel);
    let Some(kernel) = kernels.first() else { return };
    if kernels.iter().any(|k| k.variadic) || !is_plain(cx, launch) {
        return;
    }
    let place = || Elsewhere {
        path: kernel.path.clone(),
        line: kernel.line,
        column: kernel.column,
        message: "declared here".to_owned(),
    };
    let given = launch.arguments.len();
    if !kernels.iter().any(|k| (k.required..=k.parameters.len()).contains(&given)) {
        let wanted = kernel.parameters.len();
        let s = if wanted == 1 { "" } else { "s" };
        out.report(cx.node(launch.node).range(), format!("`{}` takes {wanted} argument{s}, {given} given", launch.kernel))
            .elsewhere(place());
        return;
    }
    if kernels.len() > 1 || kernel.template {
        return;
    }
    for (argument, (name, ty)) in launch.arguments.iter().zip(&kernel.parameters) {
        let argument = cx.node(*argument);
        if let Some(problem) = mismatch(cx, argument, ty) {
            out.report(argument.range(), format!("`{name}`: {problem}")).elsewhere(place());
        }
    }
}
