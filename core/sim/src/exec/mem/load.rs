//! Loads: the common case first, then lane by lane, by space; generic addresses are split by window.

use super::*;

#[inline(always)]
pub(in crate::exec) unsafe fn load_body<C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let len = vector_len(op);
    let size = C::SIZE * len as u32;
    if op.d.aux & flag::SYNC != 0 {
        ctx.sync_accesses += 1;
    }
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        if mask == u32::MAX
            && W::SPACE != Target::Local
            && let Some(from) = whole::<W>(ctx, op, chunk, size, AccessKind::Load)
        {
            // SAFETY: the addresses of all lanes were checked.
            unsafe { gather_whole::<C>(ctx, op, chunk, len, size, from) };
            continue;
        }
        // SAFETY: each path checks its addresses first.
        let done = unsafe { load_any::<C>(ctx, op, chunk, mask, len, size, W::SPACE) };
        if let Err(f) = done {
            return f;
        }
    }
    Flow::Next
}

/// A load in full generality.
#[inline(never)]
pub(super) unsafe fn load_any<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    len: usize,
    size: u32,
    space: Target,
) -> Result<(), Flow> {
    let a = addresses(ctx, op, chunk);
    // SAFETY: each path checks its addresses first.
    unsafe {
        match space {
            Target::Global => load_global::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Shared => load_shared::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Local => load_local::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Generic => load_generic::<C>(ctx, op, chunk, mask, &a, len, size),
        }
    }
}

pub(super) unsafe fn load_global<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let whole = check_global(ctx, op, chunk, mask, a, size, false)?;
    count_global(ctx, op, chunk, mask, a, whole, size, AccessKind::Load);
    // SAFETY: all active lanes' bytes are inside allocations, hence inside the arena.
    unsafe { gather::<C, u64>(ctx, op, chunk, mask, len, ctx.delta, a) };
    Ok(())
}

pub(super) unsafe fn load_shared<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let (offsets, whole) = check_shared(ctx, op, chunk, mask, a, size, false)?;
    count_shared(ctx, op, chunk, mask, &offsets, whole, size, AccessKind::Load);
    // SAFETY: offsets are inside the block's shared memory.
    unsafe { gather::<C, u32>(ctx, op, chunk, mask, len, ctx.shared as u64, &offsets) };
    Ok(())
}

/// Moves lanes' bytes to rows; lane `i` is at host address `origin + a[i]`.
///
/// # Safety
/// That address is readable for every active lane.
pub(super) unsafe fn gather<C: Cell, T: Copy + Into<u64>>(
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

/// Splits a generic access by window: `(space, mask, addresses made relative to it)`.
pub(super) fn windows(a: &[u64; 32], mask: u32) -> impl Iterator<Item = (Target, bool, u32, [u64; 32])> {
    let group = |base: u64| -> u32 {
        a.iter().enumerate().fold(0, |m, (i, &x)| m | (((x.wrapping_sub(base) < WINDOW_SIZE) as u32) << i))
            & mask
    };
    let (s, l, p) = (group(SHARED_WINDOW), group(LOCAL_WINDOW), group(PARAM_WINDOW));
    let a = *a;
    [
        (Target::Global, false, mask & !(s | l | p), 0),
        (Target::Shared, false, s, SHARED_WINDOW),
        (Target::Local, false, l, LOCAL_WINDOW),
        (Target::Generic, true, p, PARAM_WINDOW),
    ]
    .into_iter()
    .filter(|w| w.2 != 0)
    .map(move |(t, param, m, base)| (t, param, m, a.map(|x| x.wrapping_sub(base))))
}

pub(super) unsafe fn load_generic<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    for (target, param, mask, a) in windows(a, mask) {
        // SAFETY: each path checks its addresses.
        unsafe {
            match target {
                Target::Global => load_global::<C>(ctx, op, chunk, mask, &a, len, size)?,
                Target::Shared => load_shared::<C>(ctx, op, chunk, mask, &a, len, size)?,
                Target::Local => load_local::<C>(ctx, op, chunk, mask, &a, len, size)?,
                Target::Generic => {
                    debug_assert!(param);
                    load_param::<C>(ctx, op, chunk, mask, &a, len, size)?;
                }
            }
        }
    }
    Ok(())
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
