//! The common case: all 32 lanes, addresses described by a pattern. Checked by their extent, moved by shape.

use super::*;

/// What the chunks of one access have in common.
pub(in crate::exec) struct Plan {
    /// The pattern of the access, or of an earlier one at the same addresses (`flag::FOLLOWS`).
    pattern: *mut Pattern,
    /// Address row of the first chunk, and bytes to the next one's.
    row: *const u8,
    stride: usize,
    /// What is added to every lane: the offset, and the base of a based address.
    add: u64,
    factor: u32,
    /// Nobody watches, and no warp is wider than a chunk while counting.
    usable: bool,
}

impl Plan {
    #[inline(always)]
    pub(super) fn new(ctx: &mut Ctx<'_>, op: &Op) -> Plan {
        let based = op.d.aux & flag::BASED != 0;
        // SAFETY: rows were bounded at lowering; the base's is one 64-bit row for all chunks.
        let base = if based { unsafe { *ctx.row::<u64>(op.b, 0) } } else { 0 };
        let site = op.d.off - op.c.aux as u32;
        Plan {
            pattern: &mut ctx.patterns[site as usize],
            row: ctx.row::<u8>(op.a, 0),
            stride: ctx.strides[op.a.region as usize],
            add: op.imm.wrapping_add(base),
            factor: if based { op.b.aux as u32 } else { 1 },
            usable: ctx.observer.is_none() && (ctx.warp_chunks == 1 || ctx.tally.is_none()),
        }
    }

    /// The pattern.
    ///
    /// # Safety
    /// No reference to it may be alive.
    #[inline(always)]
    unsafe fn pattern<'p>(&self) -> &'p mut Pattern {
        // SAFETY: it points into `Ctx::patterns`, which is as long as there are sites and does not grow during a launch;
        // handlers do not overlap.
        unsafe { &mut *self.pattern }
    }
}

/// The common case of an access: all 32 lanes, addresses that can be checked by their extent, no observer. Gives the host
/// address of the first lane, counted and checked; `None` leaves everything to the general path.
#[inline(always)]
pub(super) fn whole<W: Where>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    plan: &Plan,
    chunk: usize,
    size: u32,
    kind: AccessKind,
) -> Option<u64> {
    if !plan.usable {
        return None;
    }
    let flags = op.d.aux;
    let row = plan.row.wrapping_add(chunk * plan.stride);
    // SAFETY: no other reference to the pattern is alive.
    let p = unsafe { plan.pattern() };
    let known = flags & flag::FOLLOWS != 0 && p.seen[chunk] == p.version;
    // SAFETY: address rows were bounded at lowering; they do not overlap the patterns.
    let base = unsafe {
        if flags & flag::WIDE != 0 {
            let row = &*row.cast::<[u64; 32]>();
            if !known {
                p.see64(row, size);
            }
            row[0].wrapping_add(plan.add)
        } else if flags & flag::ABSOLUTE == 0 {
            let row = &*row.cast::<[u32; 32]>();
            if !known {
                p.see32(row, plan.factor, size);
            }
            if flags & flag::BASED == 0 {
                row[0].wrapping_add(plan.add as u32) as u64
            } else {
                let (first, low, high) = if flags & flag::SIGNED != 0 {
                    (row[0] as i32 as i64, i32::MIN as i64, i32::MAX as i64)
                } else {
                    (row[0] as i64, 0, u32::MAX as i64)
                };
                if first + p.index_low < low || first + p.index_high > high {
                    return None;
                }
                (first as u64).wrapping_mul(plan.factor as u64).wrapping_add(plan.add)
            }
        } else {
            p.see_one(size);
            plan.add
        }
    };
    p.seen[chunk] = p.version;
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
            p.count_shared(&mut t.sites[op.d.off as usize], base as u32, size, true);
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
        p.count_global(t, op.d.off, base, size, reads, writes);
    }
    Some(base.wrapping_add(ctx.delta))
}

/// Moves all lanes' bytes to rows; lane `i` is at `from` plus its difference in the plan's pattern. Each row's values are
/// read before any is written, so the compiler needs no proof that rows and memory do not overlap.
///
/// # Safety
/// Every lane's bytes are readable, and [`whole`] gave `from` for this chunk.
#[inline(always)]
pub(super) unsafe fn gather_whole<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    plan: &Plan,
    chunk: usize,
    len: usize,
    size: u32,
    from: u64,
) {
    // SAFETY: by the caller's promise; rows were bounded at lowering and do not overlap the pattern.
    unsafe {
        let p = plan.pattern();
        if len == 1 {
            let row = ctx.row::<C::Bits>(op.dst, chunk);
            match p.shape {
                Shape::Affine { step: 0 } => {
                    row.cast::<[C::Bits; 32]>().write([C::read(from as *const u8); 32])
                }
                Shape::Affine { step } if step == size as i64 => {
                    row.cast::<[C::Bits; 32]>().write(run::<C, 32>(from as *const u8));
                }
                Shape::Segments(kinds) => {
                    for s in 0..4 {
                        let from = from.wrapping_add(p.deltas[s * 8]) as *const u8;
                        let row = row.add(s * 8).cast::<[C::Bits; 8]>();
                        row.write(if kinds[s] == Segment::Same {
                            [C::read(from); 8]
                        } else {
                            run::<C, 8>(from)
                        });
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
                row.cast::<[C::Bits; 32]>().write([C::read(from as *const u8); 32]);
            } else {
                for i in 0..32 {
                    *row.add(i) = C::read(from.wrapping_add(p.deltas[i]) as *const u8);
                }
            }
        }
    }
}

/// Reads consecutive elements.
///
/// # Safety
/// `N` elements at `from` are readable.
#[inline(always)]
unsafe fn run<C: Cell, const N: usize>(from: *const u8) -> [C::Bits; N] {
    // SAFETY: by the caller's promise.
    unsafe {
        let mut v = [C::read(from); N];
        for i in 0..N {
            v[i] = C::read(from.add(i * C::SIZE as usize));
        }
        v
    }
}

/// Moves rows to all lanes' bytes, ascending.
///
/// # Safety
/// Every lane's bytes are writable, and [`whole`] gave `to` for this chunk.
#[inline(always)]
pub(super) unsafe fn scatter_whole<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    plan: &Plan,
    chunk: usize,
    len: usize,
    size: u32,
    to: u64,
) {
    // SAFETY: by the caller's promise; rows were bounded at lowering and do not overlap the pattern.
    unsafe {
        let p = plan.pattern();
        if len == 1 {
            let row = ctx.row::<C::Bits>(op.dst, chunk);
            match p.shape {
                Shape::Affine { step } if step == size as i64 => return put::<C, 32>(row, to as *mut u8),
                Shape::Segments(kinds) if kinds == [Segment::Run; 4] => {
                    for s in 0..4 {
                        put::<C, 8>(row.add(s * 8), to.wrapping_add(p.deltas[s * 8]) as *mut u8);
                    }
                    return;
                }
                _ => {}
            }
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

/// Writes consecutive elements.
///
/// # Safety
/// `N` values at `row` are readable, `N` elements at `to` writable.
#[inline(always)]
unsafe fn put<C: Cell, const N: usize>(row: *const C::Bits, to: *mut u8) {
    // SAFETY: by the caller's promise.
    unsafe {
        let v = row.cast::<[C::Bits; N]>().read();
        for i in 0..N {
            C::write(to.add(i * C::SIZE as usize), v[i]);
        }
    }
}
