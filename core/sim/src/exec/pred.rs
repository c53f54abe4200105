//! Handlers whose operands or results are predicates: one mask word a chunk.
//!
//! `cmp` writes `p = f(a, b) op c` and, when a
//! second destination is given, `q = !f(a, b) op c` (PTX ISA, `setp`).

use super::ctx::{Ctx, Flow, Handler, Op};
use super::row::{Isa, Lane, STEP, bits16, conjure, each_chunk, give, take};

/// How `setp` combines the comparison with its third operand: kept in `Op::imm`, 0 for not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Combine {
    /// `.and`
    And = 1,
    /// `.or`
    Or = 2,
    /// `.xor`
    Xor = 3,
}

/// Bit of `Op::imm`: the third operand is negated.
pub(crate) const NEGATE_C: u64 = 1 << 8;
/// Bit of `Op::imm`: there is a second destination in `Op::d`.
pub(crate) const HAS_Q: u64 = 1 << 9;

#[inline(always)]
fn store(ctx: &mut Ctx<'_>, op: &Op, chunk: usize, mask: u32, bits: u32) {
    // SAFETY: predicate rows were bounded at lowering; one word a chunk.
    unsafe {
        let combine = |p: u32| {
            if op.imm & 0xff == 0 {
                return p;
            }
            let mut c = *ctx.row::<u32>(op.c, chunk);
            if op.imm & NEGATE_C != 0 {
                c = !c;
            }
            match op.imm & 0xff {
                1 => p & c,
                2 => p | c,
                _ => p ^ c,
            }
        };
        let (p, q) = (combine(bits), combine(!bits));
        let dst = ctx.row::<u32>(op.dst, chunk);
        *dst = *dst & !mask | p & mask;
        if op.imm & HAS_Q != 0 {
            let dst = ctx.row::<u32>(op.d, chunk);
            *dst = *dst & !mask | q & mask;
        }
    }
}

#[inline(always)]
unsafe fn cmp_body<A: Lane, B: Lane, F: Fn(A, B) -> bool + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let f = conjure::<F>();
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        let (a, b) = (ctx.row::<A::Bits>(op.a, chunk), ctx.row::<B::Bits>(op.b, chunk));
        let mut bits = 0;
        for step in 0..32 / STEP {
            // SAFETY: rows of 32 lanes, bounded at lowering.
            let (a, b) = unsafe { (take(a, step), take(b, step)) };
            let mut t = [false; STEP];
            for i in 0..STEP {
                t[i] = f(A::get(a[i]), B::get(b[i]));
            }
            bits |= bits16(t) << (step * STEP);
        }
        store(ctx, op, chunk, mask, bits);
    }
    Flow::Next
}

#[inline(always)]
unsafe fn test_body<A: Lane, F: Fn(A) -> bool + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let f = conjure::<F>();
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        let a = ctx.row::<A::Bits>(op.a, chunk);
        let mut bits = 0;
        for step in 0..32 / STEP {
            // SAFETY: rows of 32 lanes, bounded at lowering.
            let a = unsafe { take(a, step) };
            let mut t = [false; STEP];
            for i in 0..STEP {
                t[i] = f(A::get(a[i]));
            }
            bits |= bits16(t) << (step * STEP);
        }
        store(ctx, op, chunk, mask, bits);
    }
    Flow::Next
}

/// `dst = c ? a : b` with `c` a predicate row (`imm` bit 0 flips it).
#[inline(always)]
unsafe fn select_body<T: Lane>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        if mask == 0 {
            continue;
        }
        let (a, b) = (ctx.row::<T::Bits>(op.a, chunk), ctx.row::<T::Bits>(op.b, chunk));
        let dst = ctx.row::<T::Bits>(op.dst, chunk);
        // SAFETY: rows were bounded at lowering; each step is read before it is written.
        unsafe {
            let p = *ctx.row::<u32>(op.c, chunk) ^ (op.imm as u32 & 1).wrapping_neg();
            for step in 0..32 / STEP {
                let (a, b) = (take(a, step), take(b, step));
                let m = p >> (step * STEP);
                let mut v = b;
                for i in 0..STEP {
                    v[i] = if m >> i & 1 != 0 { a[i] } else { b[i] };
                }
                give(dst, step, mask, v);
            }
        }
    }
    Flow::Next
}

/// `dst = c ? -1 : 0`-like: a predicate as lane values `f(bool)`.
#[inline(always)]
unsafe fn spread_body<D: Lane, F: Fn(bool) -> D + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let f = conjure::<F>();
    each_chunk(ctx, |ctx, chunk, mask| {
        let dst = ctx.row::<D::Bits>(op.dst, chunk);
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let p = *ctx.row::<u32>(op.a, chunk);
            for step in 0..32 / STEP {
                let m = p >> (step * STEP);
                give(dst, step, mask, std::array::from_fn(|i| f(m >> i & 1 != 0).put()));
            }
        }
    });
    Flow::Next
}

/// Mask arithmetic on predicates: `dst = f(a, b, c)`.
unsafe fn logic_body<F: Fn(u32, u32, u32) -> u32 + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let f = conjure::<F>();
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: predicate rows were bounded at lowering.
        unsafe {
            let v =
                f(*ctx.row::<u32>(op.a, chunk), *ctx.row::<u32>(op.b, chunk), *ctx.row::<u32>(op.c, chunk));
            let dst = ctx.row::<u32>(op.dst, chunk);
            *dst = *dst & !mask | v & mask;
        }
    });
    Flow::Next
}

macro_rules! versions {
    ($name:ident, $body:ident, <$($g:ident),*> , ($($arg:ident),*) -> $ret:ty, $doc:literal) => {
        #[doc = $doc]
        pub(crate) fn $name<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(isa: Isa, _: F) -> Handler {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt,f16c")]
            unsafe fn v3<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
                // SAFETY: rows were bounded at lowering.
                unsafe { $body::<$($g,)* F>(ctx, op) }
            }
            unsafe fn base<$($g: Lane,)* F: Fn($($arg),*) -> $ret + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
                // SAFETY: rows were bounded at lowering.
                unsafe { $body::<$($g,)* F>(ctx, op) }
            }
            match isa {
                Isa::Base => base::<$($g,)* F>,
                #[cfg(target_arch = "x86_64")]
                Isa::V3 => v3::<$($g,)* F>,
            }
        }
    };
}
versions!(cmp, cmp_body, <A, B>, (A, B) -> bool, "`p = f(a, b)`, combined as `Op::imm` says.");
versions!(test, test_body, <A>, (A) -> bool, "`p = f(a)`.");

/// `dst = c ? a : b` over rows of `T`.
pub(crate) fn select<T: Lane>(isa: Isa) -> Handler {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    unsafe fn v3<T: Lane>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        // SAFETY: rows were bounded at lowering.
        unsafe { select_body::<T>(ctx, op) }
    }
    unsafe fn base<T: Lane>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
        // SAFETY: rows were bounded at lowering.
        unsafe { select_body::<T>(ctx, op) }
    }
    match isa {
        Isa::Base => base::<T>,
        #[cfg(target_arch = "x86_64")]
        Isa::V3 => v3::<T>,
    }
}

/// A predicate as lane values.
pub(crate) fn spread<D: Lane, F: Fn(bool) -> D + Copy>(_: F) -> Handler {
    spread_body::<D, F>
}

/// Mask arithmetic on predicates.
pub(crate) fn logic<F: Fn(u32, u32, u32) -> u32 + Copy>(_: F) -> Handler {
    logic_body::<F>
}

/// The guard wrapper: narrows the active lanes to those whose predicate holds, then runs the inner handler.
///
/// # Safety
/// As every handler: `op` belongs to the current code.
pub(crate) unsafe fn guarded(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let pc = ctx.pc_of(op);
    // SAFETY: the guard table is as long as the code.
    let guard = unsafe { *ctx.guards.add(pc) };
    let saved = ctx.active;
    let mut any = 0;
    for chunk in 0..ctx.chunks {
        // SAFETY: predicate rows were bounded at lowering.
        let p = unsafe { *ctx.row::<u32>(guard.pred, chunk) } ^ guard.flip;
        ctx.active[chunk] &= p;
        any |= ctx.active[chunk];
    }
    if guard.site != u32::MAX
        && let Some(t) = &mut ctx.tally
    {
        let on: u32 = ctx.active[..ctx.chunks].iter().map(|m| m.count_ones()).sum();
        let site = &mut t.sites[guard.site as usize];
        (site.pred_on, site.guarded) = (site.pred_on + on as u64, true);
    }
    // SAFETY: the inner handler is the operation's own.
    let flow = if any == 0 { Flow::Next } else { unsafe { (op.inner)(ctx, op) } };
    ctx.active = saved;
    flow
}
