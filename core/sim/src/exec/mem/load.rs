//! Loads: from memory to rows.

use super::both::Direction;
use super::whole::{Plan, gather_whole};
use super::*;

/// From memory to rows.
pub(crate) struct Load;

impl Direction for Load {
    const KIND: AccessKind = AccessKind::Load;
    const WRITES: bool = false;

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
        unsafe { gather_whole::<C>(ctx, op, plan, chunk, len, size, at) }
    }

    unsafe fn lanes<C: Cell, T: Copy + Into<u64>>(
        ctx: &mut Ctx<'_>,
        op: &Op,
        chunk: usize,
        mask: u32,
        len: usize,
        origin: u64,
        a: &[T; 32],
    ) {
        for k in 0..len {
            let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
            let origin = origin.wrapping_add(k as u64 * C::SIZE as u64);
            let mut m = mask;
            while m != 0 {
                let i = m.trailing_zeros() as usize;
                m &= m - 1;
                // SAFETY: by the caller's promise; rows were bounded at lowering.
                unsafe { *row.add(i) = C::read(origin.wrapping_add(a[i].into()) as *const u8) };
            }
        }
    }

    unsafe fn local_row<B: Copy>(row: *mut B, local: *mut B) {
        // SAFETY: by the caller's promise; registers and local memory are different buffers.
        unsafe { std::ptr::copy_nonoverlapping(local, row, 32) }
    }

    unsafe fn local_lane<C: Cell>(ctx: &Ctx<'_>, value: *mut C::Bits, at: u64, chunk: usize, lane: usize) {
        // SAFETY: by the caller's promise.
        unsafe { *value = C::from_u64(local_read(ctx, at, C::SIZE, chunk, lane)) }
    }
}

/// Loads from the kernel's parameters by computed offset.
pub(in crate::exec) fn load_param<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let limit = ctx.params.len() as u64;
    let (_, hi, _) = extent(a, mask);
    if hi >= limit || limit - hi < size as u64 {
        return Err(bad_offset(ctx, chunk, mask, a, size, limit, false, TrapKind::OutOfBounds));
    }
    for k in 0..len {
        let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
        for i in 0..32 {
            if mask >> i & 1 != 0 {
                let at = a[i] as usize + k * C::SIZE as usize;
                // SAFETY: the offset was checked; rows were bounded at lowering.
                unsafe { *row.add(i) = C::read(ctx.params.as_ptr().add(at)) };
            }
        }
    }
    Ok(())
}
