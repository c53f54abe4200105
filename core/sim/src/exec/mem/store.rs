//! Stores: from rows to memory.

use super::both::Direction;
use super::whole::{Plan, scatter_whole};
use super::*;

/// From rows to memory.
pub(crate) struct Store;

impl Direction for Store {
    const KIND: AccessKind = AccessKind::Store;
    const WRITES: bool = true;

    #[inline(always)]
    unsafe fn whole<C: Cell>(
        ctx: &mut Ctx<'_>,
        op: &Op,
        plan: &Plan,
        chunk: usize,
        len: usize,
        size: u32,
        at: u64,
    ) {
        // SAFETY: by the caller's promise.
        unsafe { scatter_whole::<C>(ctx, op, plan, chunk, len, size, at) }
    }

    /// Ascending, so that of several lanes writing one place the highest wins.
    unsafe fn lanes<C: Cell, T: Copy + Into<u64>>(
        ctx: &mut Ctx<'_>,
        op: &Op,
        chunk: usize,
        mask: u32,
        len: usize,
        origin: u64,
        a: &[T; 32],
    ) {
        let mut m = mask;
        while m != 0 {
            let i = m.trailing_zeros() as usize;
            m &= m - 1;
            let to = origin.wrapping_add(a[i].into());
            for k in 0..len {
                let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
                // SAFETY: by the caller's promise; rows were bounded at lowering.
                unsafe { C::write((to + k as u64 * C::SIZE as u64) as *mut u8, *row.add(i)) };
            }
        }
    }

    unsafe fn local_row<B: Copy>(row: *mut B, local: *mut B) {
        // SAFETY: by the caller's promise; registers and local memory are different buffers.
        unsafe { std::ptr::copy_nonoverlapping(row, local, 32) }
    }

    unsafe fn local_lane<C: Cell>(ctx: &Ctx<'_>, value: *mut C::Bits, at: u64, chunk: usize, lane: usize) {
        // SAFETY: by the caller's promise.
        unsafe { local_write(ctx, at, C::SIZE, chunk, lane, C::to_u64(*value)) }
    }
}
