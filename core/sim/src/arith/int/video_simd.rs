//! SIMD video instructions: `vadd2`, `vsub2`, `vavrg2`, `vabsdiff2`, `vmin2`, `vmax2`, `vset2` and their four-way forms.
//!
//! PTX ISA, "SIMD Video Instructions". Each lane of `a` and `b` is picked from the parts of both operands, as
//! numbered from the low part of `a` to the high part of `b`.

use crate::arith::set::{Cmp, compare};

/// The operation on one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `vadd`
    Add,
    /// `vsub`
    Sub,
    /// `vavrg`: the average, rounded away from zero.
    Avrg,
    /// `vabsdiff`
    AbsDiff,
    /// `vmin`
    Min,
    /// `vmax`
    Max,
    /// `vset`
    Set(Cmp),
}

/// One SIMD video instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Simd {
    /// The operation.
    pub op: Op,
    /// Destination type is `.s32`.
    pub signed: bool,
    /// First operand's type is `.s32`.
    pub a_signed: bool,
    /// Second operand's type is `.s32`.
    pub b_signed: bool,
    /// Parts that make up the first vector, lane 0 first (`.b3210` is `[0, 1, 2, 3]`).
    pub a_select: [u8; 4],
    /// Parts that make up the second vector (`.b7654` is `[4, 5, 6, 7]`).
    pub b_select: [u8; 4],
    /// Lanes that are written, bit 0 for lane 0.
    pub mask: u8,
    /// `.sat`
    pub sat: bool,
    /// `.add`: the selected lanes are added to `c`; otherwise they replace lanes of `c`.
    pub accumulate: bool,
}

impl Simd {
    /// The plain two-way form of an operation.
    pub const fn two(op: Op, signed: bool) -> Simd {
        Simd { a_select: [0, 1, 0, 0], b_select: [2, 3, 0, 0], mask: 0b11, ..Simd::four(op, signed) }
    }

    /// The plain four-way form of an operation.
    pub const fn four(op: Op, signed: bool) -> Simd {
        Simd {
            op,
            signed,
            a_signed: signed,
            b_signed: signed,
            a_select: [0, 1, 2, 3],
            b_select: [4, 5, 6, 7],
            mask: 0b1111,
            sat: false,
            accumulate: false,
        }
    }
}

/// Executes a two-way instruction.
#[inline(always)]
pub fn simd2(s: Simd, a: u32, b: u32, c: u32) -> u32 {
    simd::<16>(s, a, b, c)
}

/// Executes a four-way instruction.
#[inline(always)]
pub fn simd4(s: Simd, a: u32, b: u32, c: u32) -> u32 {
    simd::<8>(s, a, b, c)
}

#[inline(always)]
fn simd<const WIDTH: u32>(s: Simd, a: u32, b: u32, c: u32) -> u32 {
    let both = (u64::from(b) << 32) | u64::from(a);
    let part = |n: u8, signed: bool| {
        let up = 64 - WIDTH;
        let v = (both >> ((u32::from(n) * WIDTH) & 63)) << up;
        (if signed { (v as i64) >> up } else { (v >> up) as i64 }) as i32
    };
    let ones = u32::MAX >> (32 - WIDTH);
    let max = (ones >> u32::from(s.signed)) as i32;
    let min = if s.signed { -max - 1 } else { 0 };
    let mut d = if s.accumulate { c } else { 0 };
    for i in 0..(32 / WIDTH) {
        let lane = |select: [u8; 4], signed| part(select.get(i as usize).copied().unwrap_or(0), signed);
        let (x, y) = (lane(s.a_select, s.a_signed), lane(s.b_select, s.b_signed));
        let t = match s.op {
            Op::Add => x + y,
            Op::Sub => x - y,
            Op::Avrg => (x + y + i32::from(x + y >= 0)) >> 1,
            Op::AbsDiff => (x - y).abs(),
            Op::Min => x.min(y),
            Op::Max => x.max(y),
            Op::Set(cmp) => i32::from(compare(cmp, x, y)),
        };
        let t = if s.sat { t.clamp(min, max) } else { t };
        let written = s.mask >> i & 1 == 1;
        if s.accumulate {
            d = d.wrapping_add(if written { t as u32 } else { 0 });
        } else {
            d |= (if written { t as u32 } else { c >> (i * WIDTH) } & ones) << (i * WIDTH);
        }
    }
    d
}
