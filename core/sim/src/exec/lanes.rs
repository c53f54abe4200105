//! Work among the lanes of a 32-lane warp: shuffles, votes, matches, reductions (PTX ISA, section 9.7.13). A warp is one
//! chunk. `sync` is what their operations run: when every live lane of each warp is here, the work is done at once;
//! otherwise the run loop gathers the named lanes first.

use super::ctx::{Ctx, Flow, Op, Ref};
use super::row::each_chunk;
use crate::arith::float::{MinMax, max_f32, min_f32};
use crate::lower::code::Control;

/// Does the work if all live lanes of the warps concerned are active, else asks the run loop.
///
/// # Safety
/// As every handler: `op` belongs to the current code.
pub(crate) unsafe fn sync(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    // SAFETY: the index was made at lowering.
    let Control::WarpSync { cond: None, run, .. } = (unsafe { &*ctx.controls.add(op.imm as usize) }) else {
        return Flow::Control;
    };
    for chunk in 0..ctx.chunks {
        if ctx.active[chunk] != 0 && ctx.active[chunk] != ctx.live[chunk] {
            return Flow::Control;
        }
    }
    // SAFETY: the handler of this operation.
    unsafe { run(ctx, op) }
}

/// Writes one lane's result where active.
#[inline(always)]
unsafe fn put<T: Copy>(row: *mut T, mask: u32, f: impl Fn(usize) -> T) {
    for i in 0..32 {
        if mask >> i & 1 != 0 {
            // SAFETY: rows have 32 lanes.
            unsafe { *row.add(i) = f(i) };
        }
    }
}

/// `shfl`: mode 0 up, 1 down, 2 bfly, 3 idx; `a` value, `b` lane, `c` clamp and segment mask, `d` predicate or none.
pub(crate) unsafe fn shuffle<const MODE: u32>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let (a, b, c) = (
                *ctx.row::<[u32; 32]>(op.a, chunk),
                *ctx.row::<[u32; 32]>(op.b, chunk),
                *ctx.row::<[u32; 32]>(op.c, chunk),
            );
            let mut out = [0u32; 32];
            let mut valid = 0u32;
            for i in 0..32u32 {
                let (bval, cval) = (b[i as usize] & 31, c[i as usize] & 31);
                let segment = c[i as usize] >> 8 & 31;
                let max = (i & segment) | (cval & !segment);
                let min = i & segment;
                let (j, ok) = match MODE {
                    0 => (i.wrapping_sub(bval), i as i32 - bval as i32 >= max as i32),
                    1 => (i + bval, i + bval <= max),
                    2 => (i ^ bval, i ^ bval <= max),
                    _ => {
                        let j = min | (bval & !segment);
                        (j, j <= max)
                    }
                };
                let j = if ok { j & 31 } else { i };
                out[i as usize] = a[j as usize];
                valid |= (ok as u32) << i;
            }
            put(ctx.row::<u32>(op.dst, chunk), mask, |i| out[i]);
            if op.d != Ref::NONE {
                let p = ctx.row::<u32>(op.d, chunk);
                *p = *p & !mask | valid & mask;
            }
        }
    });
    Flow::Next
}

/// `vote`: 0 all, 1 any, 2 uni (predicates in `dst`), 3 ballot (a row); `a` predicate, `c` member mask.
pub(crate) unsafe fn vote<const MODE: u32>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let (p, members) = (*ctx.row::<u32>(op.a, chunk), ctx.row::<u32>(op.c, chunk));
            let mut left = mask;
            while left != 0 {
                let lane = left.trailing_zeros();
                let named = *members.add(lane as usize);
                let here = mask & named;
                // Lanes that named the same members get the same answer.
                let mut same = 0;
                for i in 0..32 {
                    if left >> i & 1 != 0 && *members.add(i) == named {
                        same |= 1 << i;
                    }
                }
                left &= !same;
                let yes = p & here;
                if MODE == 3 {
                    put(ctx.row::<u32>(op.dst, chunk), same, |_| yes);
                } else {
                    let answer = match MODE {
                        0 => yes == here,
                        1 => yes != 0,
                        _ => yes == 0 || yes == here,
                    };
                    let d = ctx.row::<u32>(op.dst, chunk);
                    *d = if answer { *d | same } else { *d & !same };
                }
            }
        }
    });
    Flow::Next
}

/// `match.any`
pub(crate) unsafe fn match_any<T: Copy + PartialEq>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let a = *ctx.row::<[T; 32]>(op.a, chunk);
            let members = *ctx.row::<[u32; 32]>(op.c, chunk);
            let mut out = [0u32; 32];
            for i in 0..32 {
                for j in 0..32 {
                    if (mask & members[i]) >> j & 1 != 0 && a[i] == a[j] {
                        out[i] |= 1 << j;
                    }
                }
            }
            put(ctx.row::<u32>(op.dst, chunk), mask, |i| out[i]);
        }
    });
    Flow::Next
}

/// `match.all`: the member mask when all values are equal, else 0; predicate in `d`.
pub(crate) unsafe fn match_all<T: Copy + PartialEq>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let a = *ctx.row::<[T; 32]>(op.a, chunk);
            let members = *ctx.row::<[u32; 32]>(op.c, chunk);
            let mut out = [0u32; 32];
            let mut equal = 0u32;
            for i in 0..32 {
                let named = mask & members[i];
                if (0..32).all(|j| named >> j & 1 == 0 || a[j] == a[i]) {
                    out[i] = named;
                    equal |= 1 << i;
                }
            }
            put(ctx.row::<u32>(op.dst, chunk), mask, |i| out[i]);
            if op.d != Ref::NONE {
                let p = ctx.row::<u32>(op.d, chunk);
                *p = *p & !mask | equal & mask;
            }
        }
    });
    Flow::Next
}

/// `redux`: 0 add, 1 min.s32, 2 max.s32, 3 min.u32, 4 max.u32, 5 and, 6 or, 7 xor; from 8 on singles: bit 0 max rather than
/// min, bit 1 `.NaN`, bit 2 `.abs`.
pub(crate) unsafe fn redux<const OP: u32>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let mut a = *ctx.row::<[u32; 32]>(op.a, chunk);
            if OP >= 12 {
                a = a.map(|x| x & 0x7fff_ffff);
            }
            let members = *ctx.row::<[u32; 32]>(op.c, chunk);
            let reduce = |named: u32| {
                let mut values = (0..32).filter(|&j| named >> j & 1 != 0).map(|j| a[j]);
                let first = values.next().unwrap_or(0);
                values.fold(first, |x, y| match OP {
                    0 => x.wrapping_add(y),
                    1 => (x as i32).min(y as i32) as u32,
                    2 => (x as i32).max(y as i32) as u32,
                    3 => x.min(y),
                    4 => x.max(y),
                    5 => x & y,
                    6 => x | y,
                    7 => x ^ y,
                    _ => {
                        let how = MinMax { nan: OP & 2 != 0, ..MinMax::default() };
                        let (x, y) = (f32::from_bits(x), f32::from_bits(y));
                        if OP & 1 != 0 { max_f32(how, x, y) } else { min_f32(how, x, y) }.to_bits()
                    }
                })
            };
            put(ctx.row::<u32>(op.dst, chunk), mask, |i| reduce(mask & members[i]));
        }
    });
    Flow::Next
}

/// `activemask`
pub(crate) unsafe fn activemask(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe { put(ctx.row::<u32>(op.dst, chunk), mask, |_| mask) };
    });
    Flow::Next
}

/// `elect.sync`: the lowest named lane; its number in `dst`, true for it alone in `d`.
pub(crate) unsafe fn elect(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let members = *ctx.row::<[u32; 32]>(op.c, chunk);
            put(ctx.row::<u32>(op.dst, chunk), mask, |i| (mask & members[i]).trailing_zeros() & 31);
            let p = ctx.row::<u32>(op.d, chunk);
            for i in 0..32 {
                if mask >> i & 1 != 0 {
                    let leader = (mask & members[i]).trailing_zeros() == i as u32;
                    *p = *p & !(1 << i) | (leader as u32) << i;
                }
            }
        }
    });
    Flow::Next
}

/// `bar.warp.sync`: being there together is all.
pub(crate) unsafe fn meet(_: &mut Ctx<'_>, _: &Op) -> Flow {
    Flow::Next
}
