//! Tells the tally and the observer about accesses.

use super::*;

/// Tells the observer, and the tally of 128-lane warps, about an access.
#[cold]
#[inline(never)]
pub(super) fn observe(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    space: Space,
    kind: AccessKind,
) {
    let warp = ctx.first_warp + (chunk / ctx.warp_chunks) as u32;
    let quarter = (chunk % ctx.warp_chunks) as u32;
    let (site, block) = (op.d.off, ctx.block);
    if let Some(o) = &mut ctx.observer {
        o.on_access(&Access { site, block, warp, quarter, space, kind, size, mask, addresses: a });
    }
}

/// Counts a global access; `whole` when all 32 lanes take part, so that the site's pattern describes it.
#[inline(always)]
pub(super) fn count_global(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    whole: bool,
    size: u32,
    kind: AccessKind,
) {
    let (reads, writes) = (kind != AccessKind::Store, kind != AccessKind::Load);
    if op.d.aux & flag::CONSTANT == 0
        && let Some(t) = &mut ctx.tally
    {
        if whole && ctx.warp_chunks == 1 {
            ctx.patterns[op.d.off as usize].count_global(t, op.d.off, a[0], size, reads, writes);
        } else {
            count_global_set(ctx, op, chunk, mask, a, size, reads, writes);
        }
    }
    if ctx.observer.is_some() {
        observe(ctx, op, chunk, mask, a, size, Space::Global, kind);
    }
}

#[inline(never)]
pub(super) fn count_global_set(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    reads: bool,
    writes: bool,
) {
    let mut all = [0u64; 128];
    let mut n = 0;
    let per = ctx.warp_chunks;
    if per == 1 {
        for (lane, &x) in a.iter().enumerate() {
            if mask >> lane & 1 != 0 {
                all[n] = x;
                n += 1;
            }
        }
    } else {
        // A warp of several chunks is one request: counted at its last active chunk, from all of them.
        let first = chunk / per * per;
        let last = (first..first + per).rev().find(|&c| c < ctx.chunks && ctx.active[c] != 0);
        if last != Some(chunk) {
            return;
        }
        for c in first..=chunk {
            let a = addresses(ctx, op, c);
            for (lane, &x) in a.iter().enumerate() {
                if ctx.active[c] >> lane & 1 != 0 {
                    all[n] = x;
                    n += 1;
                }
            }
        }
    }
    if let Some(t) = &mut ctx.tally {
        t.global(op.d.off, &all[..n], size, reads, writes);
    }
}

/// Counts a shared access of one chunk; `whole` as for [`count_global`].
#[inline(always)]
pub(super) fn count_shared(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u32; 32],
    whole: bool,
    size: u32,
    kind: AccessKind,
) {
    let per = ctx.warp_chunks;
    if let Some(t) = &mut ctx.tally {
        let first = per == 1 || ctx.active[chunk / per * per..chunk].iter().all(|&m| m == 0);
        if whole {
            ctx.patterns[op.d.off as usize].count_shared(&mut t.sites[op.d.off as usize], a[0], size, first);
        } else {
            t.shared(op.d.off, a, mask, size, first);
        }
    }
    if ctx.observer.is_some() {
        observe(ctx, op, chunk, mask, &a.map(u64::from), size, Space::Shared, kind);
    }
}

#[cold]
#[inline(never)]
pub(super) fn count_local(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    kind: AccessKind,
) {
    if let Some(t) = &mut ctx.tally {
        let mut offsets = [(0u32, 0u64); 32];
        let mut n = 0;
        for lane in 0..32 {
            if mask >> lane & 1 != 0 {
                offsets[n] = ((chunk % ctx.warp_chunks * 32 + lane) as u32, a[lane]);
                n += 1;
            }
        }
        t.local(op.d.off, &offsets[..n], size);
    }
    if ctx.observer.is_some() {
        observe(ctx, op, chunk, mask, a, size, Space::Local, kind);
    }
}
