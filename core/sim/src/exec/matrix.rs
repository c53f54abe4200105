//! Matrix fragments of a warp: which lane holds which element, and the multiplication (PTX ISA, section 9.7.13).
//!
//! `mma.sync` has the layouts the manual gives. Those of `wmma` are its makers' secret, so here each lane simply holds the
//! next elements along the way they lie in memory; registers beyond what a matrix needs repeat the first.
//!
//! **Rounding is modelled**: neither the order in which products are added nor the precision between is specified. Here
//! products are exact, they and the accumulator are added in `f64` by rising k, and the sum is rounded once. Doubles are
//! fused multiply-adds by rising k; integers are exact.

use super::ctx::{Ctx, Flow, Op, Ref};
use super::row::each_chunk;
use crate::arith::half::{bf16, f16};
use crate::arith::mode::Rounding;

/// Element types of fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Element {
    F16 = 0,
    Bf16 = 1,
    Tf32 = 2,
    F32 = 3,
    F64 = 4,
    U8 = 5,
    S8 = 6,
    S32 = 7,
}

impl Element {
    fn of(bits: u32) -> Element {
        use Element::*;
        [F16, Bf16, Tf32, F32, F64, U8, S8, S32][(bits & 7) as usize]
    }

    /// Bytes.
    pub(crate) fn bytes(self) -> u32 {
        match self {
            Element::U8 | Element::S8 => 1,
            Element::F16 | Element::Bf16 => 2,
            Element::F64 => 8,
            _ => 4,
        }
    }
}

/// Which operand a fragment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    A,
    B,
    /// Accumulator, before or after.
    C,
}

/// A multiplication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) m: u32,
    pub(crate) n: u32,
    pub(crate) k: u32,
    /// `wmma`, whose layouts are this device's own.
    pub(crate) own: bool,
    pub(crate) a: Element,
    pub(crate) b: Element,
    pub(crate) c: Element,
    pub(crate) d: Element,
    /// Column-major.
    pub(crate) a_col: bool,
    pub(crate) b_col: bool,
    pub(crate) saturates: bool,
}

impl Shape {
    /// As two words, for an operation's lists.
    pub(crate) fn pack(self) -> [u32; 2] {
        let types = [self.a, self.b, self.c, self.d].iter().rev().fold(0, |v, &t| v << 4 | t as u32);
        let flags = [self.own, self.a_col, self.b_col, self.saturates]
            .iter()
            .rev()
            .fold(0, |v, &b| v << 1 | u32::from(b));
        [self.m | self.n << 8 | self.k << 16, types | flags << 16]
    }

    fn unpack([size, rest]: [u32; 2]) -> Shape {
        let flag = |n: u32| rest >> (16 + n) & 1 != 0;
        Shape {
            m: size & 255,
            n: size >> 8 & 255,
            k: size >> 16 & 255,
            own: flag(0),
            a: Element::of(rest),
            b: Element::of(rest >> 4),
            c: Element::of(rest >> 8),
            d: Element::of(rest >> 12),
            a_col: flag(1),
            b_col: flag(2),
            saturates: flag(3),
        }
    }

    /// Rows and columns of a part.
    pub(crate) fn size(&self, part: Part) -> (u32, u32) {
        match part {
            Part::A => (self.m, self.k),
            Part::B => (self.k, self.n),
            Part::C => (self.m, self.n),
        }
    }

    /// Elements a lane holds.
    pub(crate) fn each(&self, part: Part) -> u32 {
        let (rows, columns) = self.size(part);
        rows * columns / 32
    }

    /// Row and column of a lane's element.
    pub(crate) fn place(&self, part: Part, lane: u32, e: u32) -> (u32, u32) {
        if self.own {
            let (rows, columns) = self.size(part);
            let i = lane * self.each(part) + e;
            return match part {
                Part::A if self.a_col => (i % rows, i / rows),
                Part::B if self.b_col => (i % rows, i / rows),
                _ => (i / columns, i % columns),
            };
        }
        let (group, t) = (lane / 4, lane % 4);
        // Elements of one register lie side by side along k; registers go by 8 rows first, then along k.
        let side = match self.a.bytes() {
            1 => 4,
            2 => 2,
            _ => 1,
        };
        match part {
            Part::A => {
                let (register, within) = (e / side, e % side);
                let tall = self.m / 8;
                (group + 8 * (register % tall), t * side + within + 4 * side * (register / tall))
            }
            Part::B => (t * side + e % side + 4 * side * (e / side), group),
            Part::C => (group + 8 * (e / 2), t * 2 + e % 2),
        }
    }
}

/// First list of an operation: D, then A, B, C, then the shape.
pub(crate) mod list {
    pub(crate) const D: usize = 0;
    pub(crate) const A: usize = 1;
    pub(crate) const B: usize = 2;
    pub(crate) const C: usize = 3;
    pub(crate) const SHAPE: usize = 4;
    pub(crate) const COUNT: usize = 5;
}

/// Bits of an element of a fragment.
fn bits(ctx: &Ctx<'_>, rows: &[Ref; 8], ty: Element, chunk: usize, lane: usize, e: usize) -> u64 {
    let per = (4 / ty.bytes().min(4)) as usize;
    let r = rows[(e / per) % 8];
    // SAFETY: rows were bounded at lowering.
    unsafe {
        if ty == Element::F64 {
            return *ctx.row::<u64>(r, chunk).add(lane);
        }
        let word = *ctx.row::<u32>(r, chunk).add(lane);
        let shift = (e % per) as u32 * 8 * ty.bytes();
        u64::from(word >> shift) & (u64::MAX >> (64 - 8 * ty.bytes()))
    }
}

fn float(ty: Element, v: u64) -> f64 {
    match ty {
        Element::F16 => f16::to_f64(v as u16),
        Element::Bf16 => bf16::to_f64(v as u16),
        // The low 13 bits of a tf32 operand are not looked at.
        Element::Tf32 => f64::from(f32::from_bits(v as u32 & 0xffff_e000)),
        Element::F64 => f64::from_bits(v),
        _ => f64::from(f32::from_bits(v as u32)),
    }
}

fn integer(ty: Element, v: u64) -> i64 {
    match ty {
        Element::S8 => i64::from(v as u8 as i8),
        Element::U8 => i64::from(v as u8),
        _ => i64::from(v as u32 as i32),
    }
}

/// Largest matrix: 32 by 16 or 16 by 32.
const MOST: usize = 512;

/// A part of all lanes as a matrix, row by row.
fn collect<T: Copy>(
    ctx: &Ctx<'_>,
    shape: &Shape,
    part: Part,
    (rows, ty): (&[Ref; 8], Element),
    chunk: usize,
    out: &mut [T; MOST],
    value: impl Fn(Element, u64) -> T,
) {
    let (_, columns) = shape.size(part);
    for lane in 0..32 {
        for e in 0..shape.each(part) {
            let (r, c) = shape.place(part, lane, e);
            let v = value(ty, bits(ctx, rows, ty, chunk, lane as usize, e as usize));
            if let Some(to) = out.get_mut((r * columns + c) as usize) {
                *to = v;
            }
        }
    }
}

/// Writes D from a matrix of bits.
fn give(ctx: &Ctx<'_>, shape: &Shape, rows: &[Ref; 8], chunk: usize, mask: u32, from: &[u64; MOST]) {
    let per = (4 / shape.d.bytes().min(4)) as usize;
    for lane in (0..32u32).filter(|lane| mask >> lane & 1 != 0) {
        let mut words = [0u64; 8];
        for e in 0..shape.each(Part::C) as usize {
            let (r, c) = shape.place(Part::C, lane, e as u32);
            let v = from.get((r * shape.n + c) as usize).copied().unwrap_or(0);
            words[(e / per) % 8] |= v << ((e % per) * 8 * shape.d.bytes() as usize % 64);
        }
        for (k, r) in rows.iter().enumerate().filter(|(_, r)| **r != Ref::NONE) {
            // SAFETY: rows were bounded at lowering.
            unsafe {
                if shape.d == Element::F64 {
                    *ctx.row::<u64>(*r, chunk).add(lane as usize) = words[k];
                } else {
                    *ctx.row::<u32>(*r, chunk).add(lane as usize) = words[k] as u32;
                }
            }
        }
    }
}

/// `wmma.mma` and `mma.sync`: D = A B + C, by all lanes of a warp together.
pub(crate) unsafe fn multiply(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    // SAFETY: the lists were made at lowering.
    let lists: [[Ref; 8]; list::COUNT] =
        std::array::from_fn(|k| unsafe { *ctx.vectors.add(op.c.off as usize + k) });
    let shape = Shape::unpack([lists[list::SHAPE][0].off, lists[list::SHAPE][1].off]);
    let (m, n, depth) = (shape.m as usize, shape.n as usize, shape.k as usize);
    each_chunk(ctx, |ctx, chunk, mask| {
        let mut out = [0u64; MOST];
        let (a_rows, b_rows, c_rows) =
            ((&lists[list::A], shape.a), (&lists[list::B], shape.b), (&lists[list::C], shape.c));
        if shape.d == Element::S32 {
            let (mut a, mut b, mut c) = ([0i64; MOST], [0i64; MOST], [0i64; MOST]);
            collect(ctx, &shape, Part::A, a_rows, chunk, &mut a, integer);
            collect(ctx, &shape, Part::B, b_rows, chunk, &mut b, integer);
            collect(ctx, &shape, Part::C, c_rows, chunk, &mut c, integer);
            for i in 0..m * n {
                let sum = (0..depth).fold(c[i], |s, k| s + a[i / n * depth + k] * b[k * n + i % n]);
                let kept = if shape.saturates { sum.clamp(i32::MIN.into(), i32::MAX.into()) } else { sum };
                out[i] = u64::from(kept as u32);
            }
        } else {
            let (mut a, mut b, mut c) = ([0f64; MOST], [0f64; MOST], [0f64; MOST]);
            collect(ctx, &shape, Part::A, a_rows, chunk, &mut a, float);
            collect(ctx, &shape, Part::B, b_rows, chunk, &mut b, float);
            collect(ctx, &shape, Part::C, c_rows, chunk, &mut c, float);
            for i in 0..m * n {
                let pairs = (0..depth).map(|k| (a[i / n * depth + k], b[k * n + i % n]));
                let sum = if shape.d == Element::F64 {
                    pairs.fold(c[i], |s, (x, y)| x.mul_add(y, s))
                } else {
                    pairs.fold(c[i], |s, (x, y)| s + x * y)
                };
                out[i] = match shape.d {
                    Element::F16 => u64::from(f16::from_f64(sum, Rounding::Rn)),
                    Element::F64 => sum.to_bits(),
                    _ => u64::from((sum as f32).to_bits()),
                };
            }
        }
        give(ctx, &shape, &lists[list::D], chunk, mask, &out);
    });
    Flow::Next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(m: u32, n: u32, k: u32, a: Element, c: Element, own: bool) -> Shape {
        Shape { m, n, k, own, a, b: a, c, d: c, a_col: false, b_col: own, saturates: false }
    }

    #[test]
    fn every_element_is_in_one_place() {
        use Element::*;
        for s in [
            shape(16, 8, 8, F16, F32, false),
            shape(16, 8, 16, Bf16, F32, false),
            shape(16, 8, 4, Tf32, F32, false),
            shape(16, 8, 8, Tf32, F32, false),
            shape(8, 8, 4, F64, F64, false),
            shape(8, 8, 16, S8, S32, false),
            shape(16, 8, 16, U8, S32, false),
            shape(16, 8, 32, S8, S32, false),
            shape(16, 16, 16, F16, F32, true),
            shape(32, 8, 16, F16, F16, true),
            shape(8, 8, 4, F64, F64, true),
        ] {
            for part in [Part::A, Part::B, Part::C] {
                let (rows, columns) = s.size(part);
                let mut seen = vec![false; (rows * columns) as usize];
                for (lane, e) in (0..32).flat_map(|l| (0..s.each(part)).map(move |e| (l, e))) {
                    let (r, c) = s.place(part, lane, e);
                    assert!(r < rows && c < columns, "{s:?} {part:?} lane {lane} element {e}");
                    assert!(
                        !std::mem::replace(&mut seen[(r * columns + c) as usize], true),
                        "{s:?} {part:?}"
                    );
                }
            }
            assert_eq!(Shape::unpack(s.pack()), s);
        }
    }

    #[test]
    fn documented_places() {
        // m16n8k16 with halves: row = group for a0, a1, a4, a5, else group + 8; column = 2 * (lane % 4) + (i & 1), 8 more
        // from a4 on.
        let s = shape(16, 8, 16, Element::F16, Element::F32, false);
        assert_eq!(
            [0, 1, 2, 4, 7].map(|e| s.place(Part::A, 5, e)),
            [(1, 2), (1, 3), (9, 2), (1, 10), (9, 11)]
        );
        // b2: row = 2 * (lane % 4) + 8, column = group.
        assert_eq!([0, 1, 2].map(|e| s.place(Part::B, 5, e)), [(2, 1), (3, 1), (10, 1)]);
        assert_eq!([0, 1, 2, 3].map(|e| s.place(Part::C, 5, e)), [(1, 2), (1, 3), (9, 2), (9, 3)]);
        // m16n8k32 with bytes: a4 to a7 eight rows down, a8 on 16 columns further.
        let s = shape(16, 8, 32, Element::S8, Element::S32, false);
        assert_eq!(
            [0, 3, 4, 8, 15].map(|e| s.place(Part::A, 6, e)),
            [(1, 8), (1, 11), (9, 8), (1, 24), (9, 27)]
        );
        assert_eq!([3, 4].map(|e| s.place(Part::B, 6, e)), [(11, 1), (24, 1)]);
        // m16n8k8 with tf32: a1 eight rows down, a2 four columns further.
        let s = shape(16, 8, 8, Element::Tf32, Element::F32, false);
        assert_eq!([0, 1, 2, 3].map(|e| s.place(Part::A, 6, e)), [(1, 2), (9, 2), (1, 6), (9, 6)]);
    }
}
