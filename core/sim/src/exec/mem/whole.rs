//! The common case: all 32 lanes, addresses described by the site's pattern. Checked by their extent, moved by shape.

use super::*;

/// A row of zeros: the addresses of an absolute access, relative to its offset.
pub(super) static ZEROS: [u64; 32] = [0; 32];

/// The common case of an access: all 32 lanes, addresses that can be checked by their extent, no observer. Gives the host
/// address of the first lane, counted and checked; `None` leaves everything to the general path.
#[inline(always)]
pub(super) fn whole<W: Where>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    size: u32,
    kind: AccessKind,
) -> Option<u64> {
    let site = op.d.off as usize;
    let flags = op.d.aux;
    let wide_warps = ctx.warp_chunks != 1;
    if ctx.observer.is_some() || (wide_warps && ctx.tally.is_some()) {
        return None;
    }
    let row = ctx.row::<u8>(op.a, chunk);
    let p = &mut ctx.patterns[site];
    // SAFETY: address rows were bounded at lowering; they do not overlap the patterns.
    let base = unsafe {
        if flags & flag::WIDE != 0 {
            let row = &*row.cast::<[u64; 32]>();
            p.see64(row, size);
            row[0].wrapping_add(op.imm)
        } else if flags & flag::ABSOLUTE == 0 {
            let row = &*row.cast::<[u32; 32]>();
            p.see32(row, size);
            row[0].wrapping_add(op.imm as u32) as u64
        } else {
            p.see64(&ZEROS, size);
            op.imm
        }
    };
    let (lo, hi) = (base.wrapping_add(p.low as u64), base.wrapping_add(p.high as u64));
    if (base | p.bits) & (size as u64 - 1) != 0 || lo > hi {
        return None;
    }
    if W::SPACE == Target::Shared {
        let limit = ctx.shared_len as u64;
        if hi >= limit || limit - hi < size as u64 {
            return None;
        }
        if let Some(t) = &mut ctx.tally {
            p.count_shared(&mut t.sites[site], base as u32, size, true);
        }
        return Some((ctx.shared as u64).wrapping_add(base));
    }
    if !inside(ctx, op.d.off, lo, hi, size) {
        return None;
    }
    if flags & flag::CONSTANT == 0
        && let Some(t) = &mut ctx.tally
    {
        let (reads, writes) = (kind != AccessKind::Store, kind != AccessKind::Load);
        ctx.patterns[site].count_global(t, op.d.off, base, size, reads, writes);
    }
    Some(base.wrapping_add(ctx.delta))
}

/// Moves all lanes' bytes to rows; lane `i` is at `from` plus its difference in the site's pattern.
///
/// # Safety
/// Every lane's bytes are readable.
#[inline(always)]
pub(super) unsafe fn gather_whole<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    len: usize,
    size: u32,
    from: u64,
) {
    // SAFETY: by the caller's promise; rows were bounded at lowering and do not overlap the pattern.
    unsafe {
        let p: *const Pattern = &ctx.patterns[op.d.off as usize];
        let p = &*p;
        if len == 1 {
            let row = ctx.row::<C::Bits>(op.dst, chunk);
            match p.shape {
                Shape::Affine { step: 0 } => {
                    let v = C::read(from as *const u8);
                    for i in 0..32 {
                        *row.add(i) = v;
                    }
                }
                Shape::Affine { step } if step == size as i64 => {
                    let from = from as *const u8;
                    for i in 0..32 {
                        *row.add(i) = C::read(from.add(i * C::SIZE as usize));
                    }
                }
                Shape::Segments(kinds) => {
                    for s in 0..4 {
                        let from = from.wrapping_add(p.deltas[s * 8]) as *const u8;
                        let row = row.add(s * 8);
                        if kinds[s] == Segment::Same {
                            let v = C::read(from);
                            for i in 0..8 {
                                *row.add(i) = v;
                            }
                        } else {
                            for i in 0..8 {
                                *row.add(i) = C::read(from.add(i * C::SIZE as usize));
                            }
                        }
                    }
                }
                _ => {
                    for i in 0..32 {
                        *row.add(i) = C::read(from.wrapping_add(p.deltas[i]) as *const u8);
                    }
                }
            }
            return;
        }
        for k in 0..len {
            let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
            let from = from.wrapping_add(k as u64 * C::SIZE as u64);
            if p.shape == (Shape::Affine { step: 0 }) {
                let v = C::read(from as *const u8);
                for i in 0..32 {
                    *row.add(i) = v;
                }
            } else {
                for i in 0..32 {
                    *row.add(i) = C::read(from.wrapping_add(p.deltas[i]) as *const u8);
                }
            }
        }
    }
}

/// Moves rows to all lanes' bytes, ascending.
///
/// # Safety
/// Every lane's bytes are writable.
#[inline(always)]
pub(super) unsafe fn scatter_whole<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    len: usize,
    size: u32,
    to: u64,
) {
    // SAFETY: by the caller's promise; rows were bounded at lowering and do not overlap the pattern.
    unsafe {
        let p: *const Pattern = &ctx.patterns[op.d.off as usize];
        let p = &*p;
        if len == 1
            && let Shape::Affine { step } = p.shape
            && step == size as i64
        {
            let (to, row) = (to as *mut u8, ctx.row::<C::Bits>(op.dst, chunk));
            for i in 0..32 {
                C::write(to.add(i * C::SIZE as usize), *row.add(i));
            }
            return;
        }
        for i in 0..32 {
            let to = to.wrapping_add(p.deltas[i]) as *mut u8;
            for k in 0..len {
                C::write(
                    to.add(k * C::SIZE as usize),
                    *ctx.row::<C::Bits>(data(ctx, op, k, len), chunk).add(i),
                );
            }
        }
    }
}
