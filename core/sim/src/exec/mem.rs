//! Loads and stores.
//!
//! A memory operation keeps in `Op::d` its site (`off`) and flags (`aux`, see [`flag`]); `Op::a` is the address row,
//! `Op::imm` the byte offset; the data row is `Op::dst`, or for vectors the list `vectors[op.c.off]`.
//!
//! Speed comes from looking at a warp's addresses as a whole. Addresses that are affine in the lane (all equal,
//! contiguous, strided) are bounds-checked by their two ends against the allocation this site touched last; contiguous
//! ones move as one block of bytes. Anything else goes lane by lane, after one check of the lowest and highest
//! address. Only when a check fails is each lane looked up, to name the first that is wrong.
//!
//! Guest memory is accessed through raw pointers. Kernels may race; like a GPU's, a racing kernel's values are then
//! unspecified, and no Rust reference to guest memory is ever made.

use super::ctx::{Ctx, Fault, Flow, Op, Range, Ref};
use super::pattern::{Pattern, Segment, Shape};
use crate::memory::{LOCAL_WINDOW, Lookup, PARAM_WINDOW, SHARED_WINDOW, WINDOW_SIZE};
use crate::observer::{Access, AccessKind, Space};
use crate::trap::TrapKind;

/// Bits of the flags a memory operation keeps in `Op::d.aux`; the vector length is in bits 8 and up.
pub(crate) mod flag {
    /// The address row holds 64-bit values.
    pub(crate) const WIDE: u16 = 1;
    /// There is no address row: the offset is the address.
    pub(crate) const ABSOLUTE: u16 = 2;
    /// Add the frame's local base (variables of functions).
    pub(crate) const FRAME: u16 = 4;
    /// Volatile, relaxed or acquiring: others may be waited for here.
    pub(crate) const SYNC: u16 = 8;
    /// Stores are forbidden at this address space (constants, parameters).
    pub(crate) const READ_ONLY: u16 = 16;
}

/// A value in memory and how it goes to and from a row.
pub(crate) trait Cell: Copy + 'static {
    /// What a row stores.
    type Bits: Copy;
    /// Bytes.
    const SIZE: u32;
    /// Reads it.
    ///
    /// # Safety
    /// `p` is readable for `SIZE` bytes.
    unsafe fn read(p: *const u8) -> Self::Bits;
    /// Writes it.
    ///
    /// # Safety
    /// `p` is writable for `SIZE` bytes.
    unsafe fn write(p: *mut u8, bits: Self::Bits);
    /// From the low bytes of a word.
    fn from_u64(v: u64) -> Self::Bits;
    /// The low bytes.
    fn to_u64(bits: Self::Bits) -> u64;
}

/// Memory type `M` in rows of `B`.
#[derive(Clone, Copy)]
pub(crate) struct As<M, B>(std::marker::PhantomData<(M, B)>);

macro_rules! cells {
    ($($m:ty => $b:ty),* $(,)?) => {$(
        impl Cell for As<$m, $b> {
            type Bits = $b;
            const SIZE: u32 = size_of::<$m>() as u32;
            #[inline(always)]
            unsafe fn read(p: *const u8) -> $b {
                // SAFETY: by the caller's promise.
                unsafe { p.cast::<$m>().read_unaligned() as $b }
            }
            #[inline(always)]
            unsafe fn write(p: *mut u8, bits: $b) {
                // SAFETY: by the caller's promise.
                unsafe { p.cast::<$m>().write_unaligned(bits as $m) }
            }
            #[inline(always)]
            fn from_u64(v: u64) -> $b { v as $m as $b }
            #[inline(always)]
            fn to_u64(bits: $b) -> u64 { bits as u64 }
        }
    )*};
}
cells!(u8 => u32, i8 => u32, u16 => u32, i16 => u32, u32 => u32,
       u8 => u64, i8 => u64, u16 => u64, i16 => u64, u32 => u64, i32 => u64, u64 => u64);

/// Where an operation's addresses point, known at lowering or not.
pub(crate) trait Where {
    /// The space.
    const SPACE: Target;
}
/// Statically known target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// `.global`, `.const`
    Global,
    /// `.shared`
    Shared,
    /// `.local`, `.param` of functions
    Local,
    /// none written
    Generic,
}
macro_rules! wheres { ($($n:ident),*) => {$(
    pub(crate) struct $n;
    impl Where for $n { const SPACE: Target = Target::$n; }
)*}; }
wheres!(Global, Shared, Local, Generic);

/// The addresses of a chunk's lanes.
#[inline(always)]
pub(super) fn addresses(ctx: &Ctx<'_>, op: &Op, chunk: usize) -> [u64; 32] {
    let flags = op.d.aux;
    let mut imm = op.imm;
    if flags & flag::FRAME != 0 {
        imm = imm.wrapping_add(ctx.frame_base as u64);
    }
    // SAFETY: address rows were bounded at lowering.
    unsafe {
        if flags & flag::ABSOLUTE != 0 {
            [imm; 32]
        } else if flags & flag::WIDE != 0 {
            let row = ctx.row::<u64>(op.a, chunk);
            let mut a = [0; 32];
            for i in 0..32 {
                a[i] = (*row.add(i)).wrapping_add(imm);
            }
            a
        } else {
            let row = ctx.row::<u32>(op.a, chunk);
            let mut a = [0; 32];
            for i in 0..32 {
                a[i] = (*row.add(i)).wrapping_add(imm as u32) as u64;
            }
            a
        }
    }
}

/// Lowest and highest address of active lanes, and all their bits or-ed.
#[inline(always)]
fn extent(a: &[u64; 32], mask: u32) -> (u64, u64, u64) {
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
fn inside(ctx: &mut Ctx<'_>, site: u32, lo: u64, hi: u64, size: u32) -> bool {
    let c = &ctx.ranges[site as usize];
    if lo >= c.start && hi < c.end && c.end - hi >= size as u64 && lo <= hi {
        return true;
    }
    inside_slow(ctx, site, lo, hi, size)
}

#[cold]
#[inline(never)]
fn inside_slow(ctx: &mut Ctx<'_>, site: u32, lo: u64, hi: u64, size: u32) -> bool {
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
fn check_lanes(
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
        let kind = if address % size as u64 != 0 {
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

/// Tells the observer, and the tally of 128-lane warps, about an access.
#[cold]
#[inline(never)]
fn observe(
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
    if let Some(t) = &mut ctx.tally {
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
fn count_global_set(
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
fn count_local(
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

/// Checks a chunk's addresses for a global access. True when all lanes take part: the site's pattern is then theirs.
#[inline(always)]
fn check_global(
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
fn check_shared(
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
        p.see32(&narrow, size);
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
fn bad_offset(
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
            () if x % size as u64 != 0 => TrapKind::Misaligned,
            () if x >= limit || limit - x < size as u64 => out,
            () => continue,
        };
        return ctx.fail(Fault { kind, chunk, lane, address: Some(x), size, write });
    }
    let lane = mask.trailing_zeros() % 32;
    ctx.fail(Fault { kind: out, chunk, lane, address: Some(a[lane as usize]), size, write })
}

/// The data rows of an operation.
#[inline(always)]
fn data(ctx: &Ctx<'_>, op: &Op, k: usize, len: usize) -> Ref {
    // SAFETY: the list index was made at lowering.
    if len == 1 { op.dst } else { unsafe { (*ctx.vectors.add(op.c.off as usize))[k] } }
}

/// Host address of a local word of a lane.
#[inline(always)]
fn local_word(ctx: &Ctx<'_>, word: u64, chunk: usize, lane: usize) -> *mut u32 {
    ctx.local.wrapping_add(((word as usize * ctx.chunks + chunk) * 32 + lane) * 4).cast()
}

/// Reads up to 8 bytes of a lane's local memory.
///
/// # Safety
/// The bytes were checked against `local_len`.
pub(super) unsafe fn local_read(ctx: &Ctx<'_>, at: u64, size: u32, chunk: usize, lane: usize) -> u64 {
    let mut v = 0u64;
    // SAFETY: by the caller's promise every word touched is inside.
    unsafe {
        if size == 8 {
            v = *local_word(ctx, at / 4, chunk, lane) as u64
                | (*local_word(ctx, at / 4 + 1, chunk, lane) as u64) << 32;
        } else {
            let w = *local_word(ctx, at / 4, chunk, lane) >> (at % 4 * 8);
            v |= w as u64 & (u64::MAX >> (64 - size * 8));
        }
    }
    v
}

/// Writes up to 8 bytes of a lane's local memory.
///
/// # Safety
/// As for [`local_read`].
pub(super) unsafe fn local_write(ctx: &Ctx<'_>, at: u64, size: u32, chunk: usize, lane: usize, v: u64) {
    // SAFETY: by the caller's promise every word touched is inside.
    unsafe {
        let word = local_word(ctx, at / 4, chunk, lane);
        if size == 8 {
            *word = v as u32;
            *local_word(ctx, at / 4 + 1, chunk, lane) = (v >> 32) as u32;
        } else if size == 4 {
            *word = v as u32;
        } else {
            let keep = !(((1u32 << (size * 8)) - 1) << (at % 4 * 8));
            *word = *word & keep | (v as u32 & !(u32::MAX << (size * 8))) << (at % 4 * 8);
        }
    }
}

#[inline(always)]
fn vector_len(op: &Op) -> usize {
    (op.d.aux >> 8) as usize
}

#[inline(always)]
pub(super) unsafe fn load_body<C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
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
unsafe fn load_any<C: Cell>(
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

/// A row of zeros: the addresses of an absolute access, relative to its offset.
static ZEROS: [u64; 32] = [0; 32];

/// The common case of an access: all 32 lanes, addresses that can be checked by their extent, no observer. Gives the host
/// address of the first lane, counted and checked; `None` leaves everything to the general path.
#[inline(always)]
fn whole<W: Where>(ctx: &mut Ctx<'_>, op: &Op, chunk: usize, size: u32, kind: AccessKind) -> Option<u64> {
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
    if let Some(t) = &mut ctx.tally {
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
unsafe fn gather_whole<C: Cell>(ctx: &mut Ctx<'_>, op: &Op, chunk: usize, len: usize, size: u32, from: u64) {
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
unsafe fn scatter_whole<C: Cell>(ctx: &mut Ctx<'_>, op: &Op, chunk: usize, len: usize, size: u32, to: u64) {
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

unsafe fn load_global<C: Cell>(
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

unsafe fn load_shared<C: Cell>(
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
unsafe fn gather<C: Cell, T: Copy + Into<u64>>(
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

unsafe fn load_local<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    check_local(ctx, chunk, mask, a, size, false)?;
    if ctx.tally.is_some() || ctx.observer.is_some() {
        count_local(ctx, op, chunk, mask, a, size, AccessKind::Load);
    }
    let same = C::SIZE == 4 && mask == u32::MAX && a.iter().all(|&x| x == a[0]);
    for k in 0..len {
        let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
        if same && size_of::<C::Bits>() == 4 {
            // One offset for all lanes: a row of words.
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe {
                let from = local_word(ctx, a[0] / 4 + k as u64, chunk, 0);
                std::ptr::copy_nonoverlapping(from.cast::<C::Bits>(), row, 32);
            }
            continue;
        }
        let mut m = mask;
        while m != 0 {
            let i = m.trailing_zeros() as usize;
            m &= m - 1;
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe {
                let v = local_read(ctx, a[i] + k as u64 * C::SIZE as u64, C::SIZE, chunk, i);
                *row.add(i) = C::from_u64(v);
            }
        }
    }
    Ok(())
}

fn check_local(
    ctx: &mut Ctx<'_>,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    size: u32,
    write: bool,
) -> Result<(), Flow> {
    let (_, hi, or) = extent(a, mask);
    let limit = ctx.local_len as u64;
    if or & (size.min(8) as u64 - 1) == 0 && hi < limit && limit - hi >= size as u64 {
        return Ok(());
    }
    Err(bad_offset(ctx, chunk, mask, a, size, limit, write, TrapKind::LocalOutOfBounds))
}

/// Splits a generic access by window: `(space, mask, addresses made relative to it)`.
fn windows(a: &[u64; 32], mask: u32) -> impl Iterator<Item = (Target, bool, u32, [u64; 32])> {
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

unsafe fn load_generic<C: Cell>(
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
pub(super) fn load_param<C: Cell>(
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

#[inline(always)]
pub(super) unsafe fn store_body<C: Cell, W: Where>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
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
unsafe fn store_any<C: Cell>(
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

unsafe fn store_global<C: Cell>(
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

unsafe fn store_shared<C: Cell>(
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
unsafe fn scatter<C: Cell, T: Copy + Into<u64>>(
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

unsafe fn store_local<C: Cell>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    a: &[u64; 32],
    len: usize,
    size: u32,
) -> Result<(), Flow> {
    check_local(ctx, chunk, mask, a, size, true)?;
    if ctx.tally.is_some() || ctx.observer.is_some() {
        count_local(ctx, op, chunk, mask, a, size, AccessKind::Store);
    }
    let same = C::SIZE == 4 && mask == u32::MAX && a.iter().all(|&x| x == a[0]);
    for k in 0..len {
        let row = ctx.row::<C::Bits>(data(ctx, op, k, len), chunk);
        if same && size_of::<C::Bits>() == 4 {
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe {
                let to = local_word(ctx, a[0] / 4 + k as u64, chunk, 0);
                std::ptr::copy_nonoverlapping(row, to.cast::<C::Bits>(), 32);
            }
            continue;
        }
        let mut m = mask;
        while m != 0 {
            let i = m.trailing_zeros() as usize;
            m &= m - 1;
            // SAFETY: the offsets were checked; rows were bounded at lowering.
            unsafe {
                let v = C::to_u64(*row.add(i));
                local_write(ctx, a[i] + k as u64 * C::SIZE as u64, C::SIZE, chunk, i, v);
            }
        }
    }
    Ok(())
}

unsafe fn store_generic<C: Cell>(
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
pub(super) fn atomic_targets(
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
