//! # uninitialised-shared-read
//!
//! A shared array is read and nothing ever writes it.
//!
//! ## What it does
//!
//! Finds `__shared__` arrays of a kernel that are indexed for reading, are written nowhere, and are handed to no
//! other function.
//!
//! ## Why it matters
//!
//! Shared memory is not zero at the start: it holds what the last block left there.
//!
//! ## Example
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[256];
//!     x[threadIdx.x] = s[threadIdx.x];
//! }
//! ```
//!
//! ## Use instead
//!
//! ```cuda
//! __global__ void k(float *x) {
//!     __shared__ float s[256];
//!     s[threadIdx.x] = x[threadIdx.x];
//!     __syncthreads();
//!     x[threadIdx.x] = s[255 - threadIdx.x];
//! }
//! ```
//!
//! ## Fix safety
//!
//! There is no fix. Fill the array, one element a thread, and put `__syncthreads()` between that and the first read.

use super::{Check, Context};
use crate::diagnostics::Findings;
use crate::model::{Function, Space};
use crate::{Field, Kind, Node};

pub(super) const CHECK: Check = Check::Functions(check);

fn check(cx: &Context<'_>, function: &Function, out: &mut Findings) {
    let Some(body) = function.body.filter(|_| function.exec.on_device()) else { return };
    let Some(own) = cx.model.function_of(function.node) else { return };
    for (id, symbol) in cx.model.symbols_within(own) {
        if symbol.local_to != Some(own) || symbol.space != Space::Shared || symbol.writes > 0 || symbol.ty.dims.is_empty() {
            continue;
        }
        let uses = cx.model.uses(id).filter(|r| !r.declares);
        let mut read = None;
        let mut escapes = false;
        for reference in uses {
            let node = cx.node(reference.node);
            match whole_access(node, symbol.ty.dims.len()) {
                Some(access) => read = read.or(Some(access)),
                None => escapes = true,
            }
        }
        let macros_hide_writes = cx.node(body).text().contains('#');
        if let Some(read) = read.filter(|_| !escapes && !macros_hide_writes) {
            out.report(read.range(), format!("`{}` is read here and written nowhere", symbol.name))
                .label(symbol.range, "shared memory starts with what the last block left");
        }
    }
}

/// The element access `s[i][j]` a name is the array of, if it is indexed as often as it has extents, and used as a value.
fn whole_access(node: Node<'_>, extents: usize) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..extents {
        let parent = at.parent().filter(|p| p.kind() == Kind::SubscriptExpression)?;
        if at.field() != Field::Argument {
            return None;
        }
        at = parent;
    }
    // As an argument it may be bound to a reference; as an object its methods may write it; a macro may do anything.
    let parent = at.parent()?;
    let value = matches!(
        parent.kind(),
        Kind::BinaryExpression | Kind::AssignmentExpression | Kind::InitDeclarator | Kind::ParenthesizedExpression
            | Kind::CastExpression | Kind::UnaryExpression
    );
    (value && !(parent.kind() == Kind::BinaryExpression && parent.operator() == "<<")).then_some(at)
}
