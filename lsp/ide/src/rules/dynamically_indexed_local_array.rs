//! # dynamically-indexed-local-array
//!
//! A thread's own array lives in local memory, because the compiler cannot keep it in registers.
//!
//! ## What it does
//!
//! Compiles the file and reports kernels whose PTX keeps bytes in local memory, with the arrays of the kernel that are
//! indexed by something other than a constant. It needs clang: the editor's background compile, or `warplens lint
//! --deep`.
//!
//! ## Why it matters
//!
//! Registers have no addresses, so an array whose index is known only at run time, or whose address is taken, goes to
//! local memory: off-chip memory behind the caches. Each access then costs what a global one costs, hundreds of cycles
//! when it misses, instead of nothing.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void histogram(int *out, const int *in, int n) {
//!     int bins[8] = {};
//!     for (int i = 0; i < n; i++) bins[in[i] & 7]++;
//!     for (int i = 0; i < 8; i++) out[threadIdx.x * 8 + i] = bins[i];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void histogram(int *out, const int *in, int n) {
//!     __shared__ int bins[8][256];
//!     for (int i = 0; i < 8; i++) bins[i][threadIdx.x] = 0;
//!     for (int i = 0; i < n; i++) bins[in[i] & 7][threadIdx.x]++;
//!     for (int i = 0; i < 8; i++) out[threadIdx.x * 8 + i] = bins[i][threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: an unrolled loop, shared memory or a `switch` may each be right.

use super::{Check, Context};
use crate::compiled::{Compiled, kernel_name};
use crate::diagnostics::Findings;
use crate::model::{Space, SymbolKind};
use crate::{Field, Kind, TextRange};

pub(super) const CHECK: Check = Check::Compiled(check);

fn check(cx: &Context<'_>, compiled: &Compiled, out: &mut Findings) {
    for kernel in compiled.ptx.iter().flat_map(|p| &p.kernels).filter(|k| k.local > 0) {
        let Some(range) = kernel_name(cx.analysis, &kernel.name) else { continue };
        let found = out.report(
            range,
            format!(
                "`{}` keeps {} bytes a thread in local memory, where each access costs what a global one does",
                kernel.name, kernel.local
            ),
        );
        let arrays = indexed_arrays(cx, &kernel.name);
        if arrays.is_empty() {
            found.note("an array goes there when its index is not known at compile time or its address is taken; it may be one of a function called here");
        }
        for (place, name, index) in arrays {
            found.label(place, format!("`{name}` is indexed by `{index}`, which is not known at compile time"));
        }
        found.note("unroll the loop that makes the index, so that it is a constant, or keep the array in shared memory with one column a thread");
    }
}

/// Local arrays of the kernel with an index that is no constant: where they are declared, their name, the index.
fn indexed_arrays(cx: &Context<'_>, kernel: &str) -> Vec<(TextRange, String, String)> {
    let mut out: Vec<(TextRange, String, String)> = Vec::new();
    let Some(body) = cx.model.kernels_named(kernel).into_iter().find_map(|f| f.body) else { return out };
    for access in cx.node(body).descendants().filter(|n| n.kind() == Kind::SubscriptExpression) {
        let Some(array) = access.child(Field::Argument) else { continue };
        let Some(symbol) = cx.named(array) else { continue };
        let local = symbol.kind == SymbolKind::Variable
            && symbol.local_to.is_some()
            && symbol.space == Space::Plain
            && !symbol.ty.dims.is_empty();
        if !local || out.iter().any(|(place, ..)| *place == symbol.range) {
            continue;
        }
        let Some(index) = access.child(Field::Indices).and_then(|list| list.items().next()) else { continue };
        if cx.model.eval(index).is_none() && !is_unrolled_counter(cx, index) {
            out.push((symbol.range, symbol.name.clone(), index.text().to_owned()));
        }
    }
    out
}

/// Whether an index is the counter of a `for` with constant bounds, which compilers unroll.
fn is_unrolled_counter(cx: &Context<'_>, index: crate::Node<'_>) -> bool {
    let index = cx.node(index.id);
    let names: Vec<_> = index.descendants().filter(|n| n.kind() == Kind::Identifier).collect();
    !names.is_empty()
        && names.iter().all(|name| {
            cx.model.eval(*name).is_some()
                || name.ancestors().filter(|a| a.kind() == Kind::ForStatement).any(|f| {
                    let declares = f
                        .child(Field::Initializer)
                        .is_some_and(|i| i.descendants().any(|n| cx.model.resolve(n) == cx.model.resolve(*name) && n.text() == name.text()));
                    let bound = f.child(Field::Condition).and_then(|c| c.child(Field::Right));
                    declares && bound.is_some_and(|b| cx.model.eval(b).is_some())
                })
        })
}
