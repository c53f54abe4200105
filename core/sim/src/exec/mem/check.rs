//! Checks of addresses before anything is touched: alignment, allocations, the ends of shared memory.

use super::*;

/// Lowest and highest address of active lanes, and all their bits or-ed.
#[inline(always)]
pub(super) fn extent(a: &[u64; 32], mask: u32) -> (u64, u64, u64) {
    let (mut lo, mut hi, mut or) = (u64::MAX, 0, 0);
    for (i, &x) in a.iter().enumerate() {
        let on = mask >> i & 1 != 0;
        lo = lo.min(if on { x } else { u64::MAX });
        hi = hi.max(if on { x } else { 0 });
        or |= if on { x } else { 0 };
    }
    (lo, hi, or)
}

/// Is `lo..hi+size` inside one allocation? Remembers it.
#[inline(always)]
pub(in crate::exec) fn inside(ctx: &mut Ctx<'_>, site: u32, lo: u64, hi: u64, size: u32) -> bool {
    let c = &ctx.ranges[site as usize];
    if lo >= c.start && hi < c.end && c.end - hi >= size as u64 && lo <= hi {
        return true;
    }
    inside_slow(ctx, site, lo, hi, size)
}

#[cold]
#[inline(never)]
pub(super) fn inside_slow(ctx: &mut Ctx<'_>, site: u32, lo: u64, hi: u64, size: u32) -> bool {
    let table = ctx.table.read().unwrap_or_else(|e| e.into_inner());
    match table.find(lo) {
        Lookup::Live(start, end) => {
            ctx.ranges[site as usize] = Range { start, end };
            lo <= hi && hi < end && end - hi >= size as u64
        }
        _ => false,
    }
}

/// Checks each active lane of a global access; names the first that is wrong. Lanes may touch different allocations.
#[cold]
#[inline(never)]
pub(super) fn check_lanes(
    ctx: &mut Ctx<'_>,
    a: &[u64; 32],
    mask: u32,
    chunk: usize,
    size: u32,
    write: bool,
) -> Result<(), Flow> {
    for lane in 0..32 {
        if mask >> lane & 1 == 0 {
            continue;
        }
        let address = a[lane as usize];
        let kind = if !address.is_multiple_of(size as u64) {
            Some(TrapKind::Misaligned)
        } else {
            let found = ctx.table.read().unwrap_or_else(|e| e.into_inner()).find(address);
            match found {
                Lookup::Live(_, end) if end - address >= size as u64 => None,
                Lookup::Freed => Some(TrapKind::UseAfterFree),
                _ if address < 0x1_0000 => Some(TrapKind::NullPointer),
                _ => Some(TrapKind::OutOfBounds),
            }
        };
        if let Some(kind) = kind {
            return Err(ctx.fail(Fault { kind, chunk, lane, address: Some(address), size, write }));
        }
    }
    Ok(())
}

/// Checks a chunk's addresses for a global access. True when all lanes take part: the site's pattern is then theirs.
#[inline(always)]
pub(super) fn check_global(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    write: bool,
) -> Result<bool, Flow> {
    let site = op.d.off;
    let whole = mask == u32::MAX;
    let (lo, hi, or) = if whole {
        let p = &mut ctx.patterns[site as usize];
        p.see64(a, size);
        (a[0].wrapping_add(p.low as u64), a[0].wrapping_add(p.high as u64), a[0] | p.bits)
    } else {
        extent(a, mask)
    };
    if !(or & (size as u64 - 1) == 0 && inside(ctx, site, lo, hi, size)) {
        check_lanes(ctx, a, mask, chunk, size, write)?;
    }
    Ok(whole)
}

/// The offsets of a shared access, checked. True as for [`check_global`].
#[inline(always)]
pub(super) fn check_shared(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    write: bool,
) -> Result<([u32; 32], bool), Flow> {
    let mut narrow = [0u32; 32];
    let mut high = 0;
    for i in 0..32 {
        narrow[i] = a[i] as u32;
        high |= a[i] >> 32;
    }
    let whole = mask == u32::MAX && high == 0;
    let limit = ctx.shared_len as u64;
    let (hi, or) = if whole {
        let p = &mut ctx.patterns[op.d.off as usize];
        p.see32(&narrow, 1, size);
        let base = narrow[0] as u64;
        // A negative lowest difference must not reach below zero.
        let low_ok = base as i64 + p.low >= 0;
        (if low_ok { base.wrapping_add(p.high as u64) } else { u64::MAX }, base | p.bits & 0xffff_ffff)
    } else {
        let (_, hi, or) = extent(a, mask);
        (hi, or)
    };
    if or & (size as u64 - 1) == 0 && hi < limit && limit - hi >= size as u64 {
        return Ok((narrow, whole));
    }
    Err(bad_offset(ctx, chunk, mask, a, size, limit, write, TrapKind::SharedOutOfBounds))
}

#[cold]
#[inline(never)]
pub(super) fn bad_offset(
    ctx: &mut Ctx<'_>,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    limit: u64,
    write: bool,
    out: TrapKind,
) -> Flow {
    for lane in 0..32u32 {
        let x = a[lane as usize];
        let kind = match () {
            () if mask >> lane & 1 == 0 => continue,
            () if !x.is_multiple_of(size as u64) => TrapKind::Misaligned,
            () if x >= limit || limit - x < size as u64 => out,
            () => continue,
        };
        return ctx.fail(Fault { kind, chunk, lane, address: Some(x), size, write });
    }
    let lane = mask.trailing_zeros() % 32;
    ctx.fail(Fault { kind: out, chunk, lane, address: Some(a[lane as usize]), size, write })
}
