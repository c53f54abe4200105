//! Scalar video instructions: `vadd`, `vsub`, `vabsdiff`, `vmin`, `vmax`, `vshl`, `vshr`, `vset`, `vmad`.
//!
//! PTX ISA, "Scalar Video Instructions". Operands are 33-bit signed values selected from a byte, half or word; the
//! result is saturated, then combined with `c` or merged into it. Instructions compute in 64 bits here.

use crate::arith::set::{Cmp, compare};

/// Which part of a 32-bit operand, or of the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Part {
    /// The whole word.
    #[default]
    Word,
    /// `.b0`
    B0,
    /// `.b1`
    B1,
    /// `.b2`
    B2,
    /// `.b3`
    B3,
    /// `.h0`
    H0,
    /// `.h1`
    H1,
}

impl Part {
    /// Lowest bit and width.
    const fn place(self) -> (u32, u32) {
        match self {
            Part::Word => (0, 32),
            Part::B0 => (0, 8),
            Part::B1 => (8, 8),
            Part::B2 => (16, 8),
            Part::B3 => (24, 8),
            Part::H0 => (0, 16),
            Part::H1 => (16, 16),
        }
    }
}

/// An operand: its part and the signedness of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Operand {
    /// The part.
    pub part: Part,
    /// `.s32` rather than `.u32`.
    pub signed: bool,
}

impl Operand {
    /// The selected part, sign- or zero-extended.
    #[inline(always)]
    pub fn select(self, w: u32) -> i64 {
        let (low, width) = self.part.place();
        let up = 64 - width;
        let v = u64::from(w >> low) << up;
        if self.signed { (v as i64) >> up } else { (v >> up) as i64 }
    }
}

/// The primary operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `vadd`
    Add,
    /// `vsub`
    Sub,
    /// `vabsdiff`
    AbsDiff,
    /// `vmin`
    Min,
    /// `vmax`
    Max,
    /// `vshl.clamp`
    ShlClamp,
    /// `vshl.wrap`
    ShlWrap,
    /// `vshr.clamp`
    ShrClamp,
    /// `vshr.wrap`
    ShrWrap,
    /// `vset`
    Set(Cmp),
}

/// What happens with operand `c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Second {
    /// There is none.
    #[default]
    None,
    /// `.add`
    Add,
    /// `.min`
    Min,
    /// `.max`
    Max,
    /// The result replaces this part of `c`.
    Merge(Part),
}

/// One scalar video instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Video {
    /// The operation.
    pub op: Op,
    /// Destination type is `.s32`.
    pub signed: bool,
    /// First operand.
    pub a: Operand,
    /// Second operand; unsigned for shifts.
    pub b: Operand,
    /// `.sat`
    pub sat: bool,
    /// Use of `c`.
    pub second: Second,
}

/// Executes a scalar video instruction.
#[inline(always)]
pub fn video(v: Video, a: u32, b: u32, c: u32) -> u32 {
    let (x, y) = (v.a.select(a), v.b.select(b));
    let clamped = if (0..=32).contains(&y) { y } else { 32 };
    let t = match v.op {
        Op::Add => x + y,
        Op::Sub => x - y,
        Op::AbsDiff => (x - y).abs(),
        Op::Min => x.min(y),
        Op::Max => x.max(y),
        // A word shifted by 32 needs 65 bits with its sign; the lost top bit matters to saturation alone.
        Op::ShlClamp => shl(x, clamped),
        Op::ShlWrap => shl(x, y & 31),
        Op::ShrClamp => x >> clamped,
        Op::ShrWrap => x >> (y & 31),
        Op::Set(cmp) => i64::from(compare(cmp, x, y)),
    };
    let width = match v.second {
        Second::Merge(part) => part.place().1,
        _ => 32,
    };
    let t = if v.sat { saturate(t, width, v.signed) } else { t };
    let cx = if v.signed { i64::from(c as i32) } else { i64::from(c) };
    match v.second {
        Second::None => t as u32,
        Second::Add => t.wrapping_add(cx) as u32,
        Second::Min => wrap33(t, v.signed).min(cx) as u32,
        Second::Max => wrap33(t, v.signed).max(cx) as u32,
        Second::Merge(part) => {
            let (low, width) = part.place();
            let mask = (((1u64 << width) - 1) << low) as u32;
            (((t as u64) << low) as u32 & mask) | (c & !mask)
        }
    }
}

#[inline(always)]
fn shl(x: i64, by: i64) -> i64 {
    let wide = i128::from(x) << by;
    wide.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64 & !low_lost(wide)
}

/// Keeps the low bits of a clamped shift right: only shifts by 32 of 33-bit values reach 64 bits, and their low 32
/// bits are zero.
#[inline(always)]
fn low_lost(wide: i128) -> i64 {
    if i64::try_from(wide).is_ok() { 0 } else { 0xffff_ffff }
}

/// An unsaturated intermediate as the 33-bit value that the secondary operation sees.
#[inline(always)]
fn wrap33(t: i64, signed: bool) -> i64 {
    if signed { t } else { (t << 31) >> 31 }
}

#[inline(always)]
fn saturate(t: i64, width: u32, signed: bool) -> i64 {
    let max = ((1u64 << (width - u32::from(signed))) - 1) as i64;
    t.clamp(if signed { -max - 1 } else { 0 }, max)
}

/// One `vmad`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct VideoMad {
    /// First factor.
    pub a: Operand,
    /// Second factor.
    pub b: Operand,
    /// The product is negated (exactly one of `a`, `b` is written negated).
    pub negate_product: bool,
    /// `c` is written negated.
    pub negate_c: bool,
    /// `.po`: plus one.
    pub plus_one: bool,
    /// Right shift: 0, 7 or 15.
    pub scale: u32,
    /// `.sat`
    pub sat: bool,
}

/// Executes a `vmad`.
#[inline(always)]
pub fn vmad(m: VideoMad, a: u32, b: u32, c: u32) -> u32 {
    let product = i128::from(m.a.select(a)) * i128::from(m.b.select(b));
    let signed = m.a.signed || m.b.signed || m.negate_product || m.negate_c;
    // Negation is "complement, plus one", of 32 bits for `c`.
    let (product, c, one) = if m.plus_one {
        (product, c, 1)
    } else if m.negate_product {
        (!product, c, 1)
    } else if m.negate_c {
        (product, !c, 1)
    } else {
        (product, c, 0)
    };
    let c = if signed { i128::from(c as i32) } else { i128::from(c) };
    let t = (product + c + one) >> m.scale;
    let t = if !m.sat {
        t
    } else if signed {
        t.clamp(i128::from(i32::MIN), i128::from(i32::MAX))
    } else {
        t.clamp(0, i128::from(u32::MAX))
    };
    t as u32
}
