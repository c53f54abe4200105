//! What loads and stores have in common: the order of the cases, and the way from an address to checked bytes. A
//! [`Direction`] says which way the bytes then go.

use super::whole::{Plan, whole};
use super::*;

/// Load or store.
pub(crate) trait Direction {
    /// As the tally and the observer see it.
    const KIND: AccessKind;
    /// For messages.
    const WRITES: bool;

    /// Moves all 32 lanes' bytes; the first lane's are at `at`.
    ///
    /// # Safety
    /// [`whole`] gave `at` for this chunk.
    unsafe fn whole<C: Cell>(
        ctx: &mut Ctx<'_>,
        op: &Op,
        plan: &Plan,
        chunk: usize,
        len: usize,
        size: u32,
        at: u64,
    );

    /// Moves the bytes of the lanes in `mask`; lane `i`'s are at host address `origin + a[i]`.
    ///
    /// # Safety
    /// Those bytes are inside memory of the guest.
    unsafe fn lanes<C: Cell, T: Copy + Into<u64>>(
        ctx: &mut Ctx<'_>,
        op: &Op,
        chunk: usize,
        mask: u32,
        len: usize,
        origin: u64,
        a: &[T; 32],
    );

    /// Moves a row of words that lie together in local memory.
    ///
    /// # Safety
    /// 32 values are at each place.
    unsafe fn local_row<B: Copy>(row: *mut B, local: *mut B);

    /// Moves one lane's bytes in local memory at offset `at`.
    ///
    /// # Safety
    /// The offset was checked; `value` is the lane's place in its row.
    unsafe fn local_lane<C: Cell>(ctx: &Ctx<'_>, value: *mut C::Bits, at: u64, chunk: usize, lane: usize);
}

#[inline(always)]
pub(in crate::exec) unsafe fn access_body<D: Direction, C: Cell, W: Where>(
    ctx: &mut Ctx<'_>,
    op: &Op,
) -> Flow {
    let len = vector_len(op);
    let size = C::SIZE * len as u32;
    if op.d.aux & flag::SYNC != 0 {
        ctx.sync_accesses += 1;
    }
    let plan = if W::SPACE == Target::Local { None } else { Some(Plan::new(ctx, op)) };
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        if mask == u32::MAX
            && let Some(plan) = &plan
            && let Some(at) = whole::<W>(ctx, op, plan, chunk, size, D::KIND)
        {
            // SAFETY: the addresses of all lanes were checked.
            unsafe { D::whole::<C>(ctx, op, plan, chunk, len, size, at) };
            continue;
        }
        // SAFETY: each path checks its addresses first.
        let done = unsafe { any::<D, C>(ctx, op, chunk, mask, len, size, W::SPACE) };
        if let Err(f) = done {
            return f;
        }
    }
    Flow::Next
}

/// An access in full generality.
#[inline(never)]
unsafe fn any<D: Direction, C: Cell>(
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
            Target::Global => global::<D, C>(ctx, op, chunk, mask, &a, len, size),
            Target::Shared => shared::<D, C>(ctx, op, chunk, mask, &a, len, size),
            Target::Local => local::<D, C>(ctx, op, chunk, mask, &a, len, size),
            Target::Generic => generic::<D, C>(ctx, op, chunk, mask, &a, len, size),
        }
    }
}

unsafe fn global<D: Direction, C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let whole = check_global(ctx, op, chunk, mask, a, size, D::WRITES)?;
    count_global(ctx, op, chunk, mask, a, whole, size, D::KIND);
    // SAFETY: all active lanes' bytes are inside allocations, hence inside the arena.
    unsafe { D::lanes::<C, u64>(ctx, op, chunk, mask, len, ctx.delta, a) };
    Ok(())
}

unsafe fn shared<D: Direction, C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    let (offsets, whole) = check_shared(ctx, op, chunk, mask, a, size, D::WRITES)?;
    count_shared(ctx, op, chunk, mask, &offsets, whole, size, D::KIND);
    // SAFETY: offsets are inside the block's shared memory.
    unsafe { D::lanes::<C, u32>(ctx, op, chunk, mask, len, ctx.shared as u64, &offsets) };
    Ok(())
}

unsafe fn local<D: Direction, C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    check_local(ctx, chunk, mask, a, size, D::WRITES)?;
    if ctx.tally.is_some() || ctx.observer.is_some() {
        count_local(ctx, op, chunk, mask, a, size, D::KIND);
    }
    let same = C::SIZE == 4 && mask == u32::MAX && a.iter().all(|&x| x == a[0]);
    for k in 0..len {
        let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
        if same && size_of::<C::Bits>() == 4 {
            // One offset for all lanes: a row of words.
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe { D::local_row(row, local_word(ctx, a[0] / 4 + k as u64, chunk, 0).cast()) };
            continue;
        }
        let mut m = mask;
        while m != 0 {
            let i = m.trailing_zeros() as usize;
            m &= m - 1;
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe { D::local_lane::<C>(ctx, row.add(i), a[i] + k as u64 * C::SIZE as u64, chunk, i) };
        }
    }
    Ok(())
}

unsafe fn generic<D: Direction, C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    for (window, mask, rel) in windows(a, mask) {
        // SAFETY: each path checks its addresses.
        unsafe {
            match window {
                Window::Space(Target::Shared) => shared::<D, C>(ctx, op, chunk, mask, &rel, len, size)?,
                Window::Space(Target::Local) => local::<D, C>(ctx, op, chunk, mask, &rel, len, size)?,
                Window::Space(_) => global::<D, C>(ctx, op, chunk, mask, &rel, len, size)?,
                Window::Param if D::WRITES => {
                    let lane = mask.trailing_zeros() % 32;
                    let address = Some(a[lane as usize]);
                    let kind = TrapKind::AccessNotAllowed;
                    return Err(ctx.fail(Fault { kind, chunk, lane, address, size, write: true }));
                }
                Window::Param => load_param::<C>(ctx, op, chunk, mask, &rel, len, size)?,
            }
        }
    }
    Ok(())
}

/// Part of the generic addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Window {
    /// A space of its own, or what is left: global memory.
    Space(Target),
    /// The kernel's parameters.
    Param,
}

/// Splits a generic access by window: lanes, and addresses made relative to it.
pub(super) fn windows(a: &[u64; 32], mask: u32) -> impl Iterator<Item = (Window, u32, [u64; 32])> {
    let group = |base: u64| -> u32 {
        a.iter().enumerate().fold(0, |m, (i, &x)| m | (((x.wrapping_sub(base) < WINDOW_SIZE) as u32) << i))
            & mask
    };
    let (s, l, p) = (group(SHARED_WINDOW), group(LOCAL_WINDOW), group(PARAM_WINDOW));
    let a = *a;
    [
        (Window::Space(Target::Global), mask & !(s | l | p), 0),
        (Window::Space(Target::Shared), s, SHARED_WINDOW),
        (Window::Space(Target::Local), l, LOCAL_WINDOW),
        (Window::Param, p, PARAM_WINDOW),
    ]
    .into_iter()
    .filter(|w| w.1 != 0)
    .map(move |(window, m, base)| (window, m, a.map(|x| x.wrapping_sub(base))))
}
