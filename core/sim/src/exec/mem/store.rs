//! Stores, and the targets of atomics.

use super::*;

#[inline(always)]
pub(in crate::exec) unsafe fn store_body<C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let len = vector_len(op);
    let size = C::SIZE * len as u32;
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        if mask == u32::MAX
            && W::SPACE != Target::Local
            && let Some(to) = whole::<W>(ctx, op, chunk, size, AccessKind::Store)
        {
            // SAFETY: the addresses of all lanes were checked.
            unsafe { scatter_whole::<C>(ctx, op, chunk, len, size, to) };
            continue;
        }
        // SAFETY: each path checks its addresses first.
        let done = unsafe { store_any::<C>(ctx, op, chunk, mask, len, size, W::SPACE) };
        if let Err(f) = done {
            return f;
        }
    }
    Flow::Next
}

/// A store in full generality.
#[inline(never)]
pub(super) unsafe fn store_any<C: Cell>(
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
            Target::Global => store_global::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Shared => store_shared::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Local => store_local::<C>(ctx, op, chunk, mask, &a, len, size),
            Target::Generic => store_generic::<C>(ctx, op, chunk, mask, &a, len, size),
        }
    }
}

pub(super) unsafe fn store_global<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let whole = check_global(ctx, op, chunk, mask, a, size, true)?;
    count_global(ctx, op, chunk, mask, a, whole, size, AccessKind::Store);
    // SAFETY: all active lanes' bytes are inside allocations, hence inside the arena.
    unsafe { scatter::<C, u64>(ctx, op, chunk, mask, len, ctx.delta, a) };
    Ok(())
}

pub(super) unsafe fn store_shared<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let (offsets, whole) = check_shared(ctx, op, chunk, mask, a, size, true)?;
    count_shared(ctx, op, chunk, mask, &offsets, whole, size, AccessKind::Store);
    // SAFETY: offsets are inside the block's shared memory.
    unsafe { scatter::<C, u32>(ctx, op, chunk, mask, len, ctx.shared as u64, &offsets) };
    Ok(())
}

/// Moves rows to lanes' bytes, ascending, so that of several lanes writing one place the highest wins.
///
/// # Safety
/// As for [`gather`], with writable bytes.
pub(super) unsafe fn scatter<C: Cell, T: Copy + Into<u64>>(
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

pub(super) unsafe fn store_generic<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    for (target, param, mask, rel) in windows(a, mask) {
        // SAFETY: each path checks its addresses.
        unsafe {
            match target {
                Target::Global => store_global::<C>(ctx, op, chunk, mask, &rel, len, size)?,
                Target::Shared => store_shared::<C>(ctx, op, chunk, mask, &rel, len, size)?,
                Target::Local => store_local::<C>(ctx, op, chunk, mask, &rel, len, size)?,
                Target::Generic => {
                    debug_assert!(param);
                    let lane = mask.trailing_zeros() % 32;
                    let address = Some(a[lane as usize]);
                    let kind = TrapKind::AccessNotAllowed;
                    return Err(ctx.fail(Fault { kind, chunk, lane, address, size, write: true }));
                }
            }
        }
    }
    Ok(())
}

/// Where each lane's atomic operates: checked host pointers, and the access counted.
pub(in crate::exec) fn atomic_targets(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    size: u32,
    target: Target,
) -> Result<[*mut u8; 32], Flow> {
    let mut out = [std::ptr::null_mut(); 32];
    let all = addresses(ctx, op, chunk);
    let mut one = |ctx: &mut Ctx<'_>, target: Target, mask: u32, a: &[u64; 32]| -> Result<(), Flow> {
        match target {
            Target::Global => {
                let whole = check_global(ctx, op, chunk, mask, a, size, true)?;
                count_global(ctx, op, chunk, mask, a, whole, size, AccessKind::Atomic);
                for i in 0..32 {
                    if mask >> i & 1 != 0 {
                        out[i] = ctx.host(a[i]);
                    }
                }
            }
            Target::Shared => {
                let (offsets, whole) = check_shared(ctx, op, chunk, mask, a, size, true)?;
                count_shared(ctx, op, chunk, mask, &offsets, whole, size, AccessKind::Atomic);
                for i in 0..32 {
                    if mask >> i & 1 != 0 {
                        out[i] = ctx.shared.wrapping_add(a[i] as usize);
                    }
                }
            }
            Target::Local | Target::Generic => {
                let lane = mask.trailing_zeros() % 32;
                let address = Some(all[lane as usize]);
                let kind = TrapKind::AccessNotAllowed;
                return Err(ctx.fail(Fault { kind, chunk, lane, address, size, write: true }));
            }
        }
        Ok(())
    };
    if target == Target::Generic {
        for (target, _, mask, a) in windows(&all, mask) {
            one(ctx, target, mask, &a)?;
        }
    } else {
        one(ctx, target, mask, &all)?;
    }
    Ok(out)
}
