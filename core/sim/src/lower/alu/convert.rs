//! `cvt` in all pairs (PTX ISA, section 9.7.9, "cvt"): what each means is `arith::cvt`.
//!
//! Frequent conversions have handlers of their own; the rest of each family shares one that decodes types and modifiers
//! from the immediate. Narrow signed results are written sign-extended over the whole 32-bit row.

use warplens_ptx::isa::{ScalarType as T, Word as W};

use super::float::{code, decode, mods};
use super::{Alu, Shape};
use crate::arith::cvt::narrow::{self, Narrow, NarrowMods, Tf32Rounding};
use crate::arith::cvt::{from_int, int, to_float, to_int};
use crate::arith::half::{bf16, f16};
use crate::arith::int::IntType;
use crate::arith::mode::{IntRounding, Mods, Rounding};

fn int_type(t: T) -> Option<IntType> {
    Some(match t {
        T::U8 => IntType::U8,
        T::S8 => IntType::S8,
        T::U16 => IntType::U16,
        T::S16 => IntType::S16,
        T::U32 => IntType::U32,
        T::S32 => IntType::S32,
        T::U64 => IntType::U64,
        T::S64 => IntType::S64,
        _ => return None,
    })
}

const INTS: [IntType; 8] = [
    IntType::U8,
    IntType::S8,
    IntType::U16,
    IntType::S16,
    IntType::U32,
    IntType::S32,
    IntType::U64,
    IntType::S64,
];

#[inline(always)]
fn int_at(i: u64) -> IntType {
    INTS[(i & 7) as usize]
}

fn int_rounding(s: &Shape<'_>) -> Option<IntRounding> {
    Some(match () {
        () if s.has(W::Rni) => IntRounding::Rni,
        () if s.has(W::Rzi) => IntRounding::Rzi,
        () if s.has(W::Rmi) => IntRounding::Rmi,
        () if s.has(W::Rpi) => IntRounding::Rpi,
        () => return None,
    })
}

#[inline(always)]
fn int_rounding_at(i: u64) -> IntRounding {
    IntRounding::ALL[(i & 3) as usize]
}

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    if s.has(W::Rs) {
        return None;
    }
    let (d, a) = (s.ty(0)?, s.ty(1)?);
    if s.has(W::Pack) {
        return pack(s, d);
    }
    match (int_type(d), int_type(a)) {
        (Some(to), Some(from)) => between_ints(s, to, from),
        (Some(to), None) => float_to_int(s, to, a),
        (None, Some(from)) => int_to_float(s, d, from),
        (None, None) => between_floats(s, d, a),
    }
}

/// `cvt.pack.sat`: the immediate holds the width and the sign of the parts.
fn pack(s: &Shape<'_>, to: T) -> Option<Alu> {
    let (bits, signed) = match to {
        T::U16 => (16, 0),
        T::S16 => (16, 1),
        T::U8 => (8, 0),
        T::S8 => (8, 1),
        T::U4 => (4, 0),
        T::S4 => (4, 1),
        T::U2 => (2, 0),
        T::S2 => (2, 1),
        _ => return None,
    };
    let imm = bits | signed << 8;
    #[inline(always)]
    fn go(a: u32, b: u32, c: u32, i: u64) -> u32 {
        int::pack_sat((i & 0xff) as u32, i & 0x100 != 0, a, b, c)
    }
    if s.ty(2).is_none() {
        return s.bin_imm(imm, |a: u32, b: u32, i: u64| go(a, b, 0, i));
    }
    s.ter_imm(Some(imm), |a: u32, b: u32, c: u32, i: u64| go(a, b, c, i))
}

/// The narrow pair formats of 16 bits.
fn pair_type(t: T) -> Option<Narrow> {
    Some(match t {
        T::E4m3x2 => Narrow::E4m3,
        T::E5m2x2 => Narrow::E5m2,
        T::E2m3x2 => Narrow::E2m3,
        T::E3m2x2 => Narrow::E3m2,
        _ => return None,
    })
}

#[inline(always)]
fn pair_at(i: u64) -> Narrow {
    Narrow::ALL[(i >> 8 & 3) as usize]
}

/// Both bf16 halves as singles, the upper one first.
#[inline(always)]
fn bf16_halves(a: u32) -> (f32, f32) {
    (bf16::to_f32((a >> 16) as u16), bf16::to_f32(a as u16))
}

#[inline(always)]
fn f16x2_as_bf16x2(a: u32) -> u32 {
    let half = |h: u32| bf16::from_f32(f16::to_f32(h as u16), Rounding::Rn) as u32;
    half(a >> 16) << 16 | half(a)
}

/// Formats for tensor data in packed pairs: fp8, fp6, fp4 and ue8m0.
fn pairs(s: &Shape<'_>, to: T, from: T) -> Option<Alu> {
    let n = narrow_code(s);
    if let Some(f) = pair_type(to) {
        let n = n | (f as u64) << 8;
        return match from {
            T::F32 => {
                s.bin_imm(n, |a: f32, b: f32, i: u64| narrow::pair_from_f32(pair_at(i), narrow_mods(i), a, b))
            }
            T::F16x2 => s.un_imm(n, |a: u32, i: u64| narrow::pair_from_f16x2(pair_at(i), narrow_mods(i), a)),
            T::Bf16x2 => s.un_imm(n, |a: u32, i: u64| {
                let (high, low) = bf16_halves(a);
                narrow::pair_from_f32(pair_at(i), narrow_mods(i), high, low)
            }),
            _ => None,
        };
    }
    if let Some(f) = pair_type(from) {
        let n = n | (f as u64) << 8;
        return match to {
            T::F16x2 => s.un_imm(n, |a: u16, i: u64| narrow::pair_to_f16x2(pair_at(i), i & 4 != 0, a)),
            T::Bf16x2 => s.un_imm(n, |a: u16, i: u64| {
                f16x2_as_bf16x2(narrow::pair_to_f16x2(pair_at(i), i & 4 != 0, a))
            }),
            _ => None,
        };
    }
    match (to, from) {
        (T::E2m1x2, T::F32) => {
            s.bin_imm(n, |a: f32, b: f32, i: u64| narrow::e2m1x2_from_f32(narrow_mods(i), a, b))
        }
        (T::E2m1x2, T::F16x2) => s.un_imm(n, |a: u32, i: u64| {
            narrow::e2m1x2_from_f32(narrow_mods(i), f16::to_f32((a >> 16) as u16), f16::to_f32(a as u16))
        }),
        (T::E2m1x2, T::Bf16x2) => s.un_imm(n, |a: u32, i: u64| {
            let (high, low) = bf16_halves(a);
            narrow::e2m1x2_from_f32(narrow_mods(i), high, low)
        }),
        (T::F16x2, T::E2m1x2) => s.un_imm(n, |a: u8, i: u64| narrow::e2m1x2_to_f16x2(i & 4 != 0, a)),
        (T::Bf16x2, T::E2m1x2) => {
            s.un_imm(n, |a: u8, i: u64| f16x2_as_bf16x2(narrow::e2m1x2_to_f16x2(i & 4 != 0, a)))
        }
        (T::Ue8m0x2, T::F32) => {
            s.bin_imm(n, |a: f32, b: f32, i: u64| narrow::ue8m0x2_from_f32(narrow_mods(i), a, b))
        }
        (T::Ue8m0x2, T::Bf16x2) => s.un_imm(n, |a: u32, i: u64| {
            let (high, low) = bf16_halves(a);
            narrow::ue8m0x2_from_f32(narrow_mods(i), high, low)
        }),
        (T::Bf16x2, T::Ue8m0x2) => s.un(narrow::ue8m0x2_to_bf16x2),
        _ => None,
    }
}

fn between_ints(s: &Shape<'_>, to: IntType, from: IntType) -> Option<Alu> {
    use IntType as I;
    let imm = from as u64 | (to as u64) << 3 | (s.has(W::Sat) as u64) << 6;
    let wide = |t: IntType| t.bits() == 64;
    if !s.has(W::Sat) {
        let direct = match (from, to) {
            (I::U8, I::U16 | I::U32 | I::S16 | I::S32) => s.un(|a: u8| a as u32),
            (I::S8, I::S32 | I::U32 | I::S16 | I::U16) => s.un(|a: i8| a as i32),
            (I::U16, I::U32 | I::S32) => s.un(|a: u16| a as u32),
            (I::S16, I::S32 | I::U32) => s.un(|a: i16| a as i32),
            (I::U32, I::U64 | I::S64) => s.un(|a: u32| a as u64),
            (I::S32, I::S64 | I::U64) => s.un(|a: i32| a as i64),
            (I::U64 | I::S64, I::U32 | I::S32) => s.un(|a: u64| a as u32),
            (I::U32 | I::S32, I::U16) => s.un(|a: u32| a as u16),
            (I::U32 | I::S32, I::U8) => s.un(|a: u32| a as u8),
            _ => None,
        };
        if direct.is_some() {
            return direct;
        }
    }
    // The destination type decides how a wider register is filled.
    let alu = match (wide(from), wide(to)) {
        (false, false) => s.un_imm(imm, |a: u32, i: u64| go(i, a as u64) as u32),
        (false, true) => s.un_imm(imm, |a: u32, i: u64| go(i, a as u64)),
        (true, false) => s.un_imm(imm, |a: u64, i: u64| go(i, a) as u32),
        (true, true) => s.un_imm(imm, |a: u64, i: u64| go(i, a)),
    }?;
    Some(Alu { dst: if to.signed() && !wide(to) { T::S32 } else { alu.dst }, ..alu })
}

/// Converts, and extends a narrow result over 64 bits by its sign.
#[inline(always)]
fn go(i: u64, a: u64) -> u64 {
    let to = int_at(i >> 3);
    to.extend(int::convert(int_at(i), to, i & 64 != 0, a))
}

fn float_to_int(s: &Shape<'_>, to: IntType, from: T) -> Option<Alu> {
    use IntType as I;
    let rnd = int_rounding(s)?;
    let ftz = s.has(W::Ftz);
    let imm = to as u64 | (rnd as u64) << 3 | (ftz as u64) << 5;
    let z = rnd == IntRounding::Rzi && !ftz;
    #[inline(always)]
    fn f32_to(i: u64, a: f32) -> u64 {
        int_at(i).extend(to_int::from_f32(int_at(i), int_rounding_at(i >> 3), i & 32 != 0, a))
    }
    let alu = match (from, to.bits() == 64) {
        (T::F32, false) if z && to == I::S32 => {
            s.un(|a: f32| to_int::from_f32(I::S32, IntRounding::Rzi, false, a) as i32)
        }
        (T::F32, false) if z && to == I::U32 => {
            s.un(|a: f32| to_int::from_f32(I::U32, IntRounding::Rzi, false, a) as u32)
        }
        (T::F32, false) => s.un_imm(imm, |a: f32, i: u64| f32_to(i, a) as u32),
        (T::F32, true) => s.un_imm(imm, |a: f32, i: u64| f32_to(i, a)),
        (T::F64, false) => s.un_imm(imm, |a: f64, i: u64| {
            int_at(i).extend(to_int::from_f64(int_at(i), int_rounding_at(i >> 3), a)) as u32
        }),
        (T::F64, true) => {
            s.un_imm(imm, |a: f64, i: u64| to_int::from_f64(int_at(i), int_rounding_at(i >> 3), a))
        }
        (T::F16, false) => s.un_imm(imm, |a: u16, i: u64| f32_to(i & !32, f16::to_f32(a)) as u32),
        (T::F16, true) => s.un_imm(imm, |a: u16, i: u64| f32_to(i & !32, f16::to_f32(a))),
        (T::Bf16, false) => s.un_imm(imm, |a: u16, i: u64| f32_to(i & !32, bf16::to_f32(a)) as u32),
        (T::Bf16, true) => s.un_imm(imm, |a: u16, i: u64| f32_to(i & !32, bf16::to_f32(a))),
        _ => None,
    }?;
    Some(Alu { dst: if to.signed() && to.bits() < 64 { T::S32 } else { alu.dst }, ..alu })
}

fn int_to_float(s: &Shape<'_>, to: T, from: IntType) -> Option<Alu> {
    use IntType as I;
    let m = mods(s);
    let imm = from as u64 | (m.rnd as u64) << 3 | (m.sat as u64) << 5;
    let plain = m.rnd == Rounding::Rn && !m.sat;
    #[inline(always)]
    fn rounding(i: u64) -> Rounding {
        Rounding::ALL[(i >> 3 & 3) as usize]
    }
    #[inline(always)]
    fn f32_of(i: u64, a: u64) -> f32 {
        let v = from_int::to_f32(int_at(i), rounding(i), a);
        if i & 32 != 0 { crate::arith::float::sat_f32(v) } else { v }
    }
    #[inline(always)]
    fn f64_of(i: u64, a: u64) -> f64 {
        let v = from_int::to_f64(int_at(i), rounding(i), a);
        if i & 32 != 0 { crate::arith::float::sat_f64(v) } else { v }
    }
    match (to, from.bits() == 64) {
        (T::F32, false) if plain && from == I::S32 => s.un(|a: i32| a as f32),
        (T::F32, false) if plain && from == I::U32 => s.un(|a: u32| a as f32),
        (T::F64, false) if plain && from == I::S32 => s.un(|a: i32| a as f64),
        (T::F64, false) if plain && from == I::U32 => s.un(|a: u32| a as f64),
        (T::F32, false) => s.un_imm(imm, |a: u32, i: u64| f32_of(i, a as u64)),
        (T::F32, true) => s.un_imm(imm, |a: u64, i: u64| f32_of(i, a)),
        (T::F64, false) => s.un_imm(imm, |a: u32, i: u64| f64_of(i, a as u64)),
        (T::F64, true) => s.un_imm(imm, |a: u64, i: u64| f64_of(i, a)),
        (T::F16, false) => s.un_imm(imm, |a: u32, i: u64| from_int::to_f16(int_at(i), rounding(i), a as u64)),
        (T::F16, true) => s.un_imm(imm, |a: u64, i: u64| from_int::to_f16(int_at(i), rounding(i), a)),
        (T::Bf16, false) => {
            s.un_imm(imm, |a: u32, i: u64| from_int::to_bf16(int_at(i), rounding(i), a as u64))
        }
        (T::Bf16, true) => s.un_imm(imm, |a: u64, i: u64| from_int::to_bf16(int_at(i), rounding(i), a)),
        _ => None,
    }
}

fn narrow_code(s: &Shape<'_>) -> u64 {
    let rnd = mods(s).rnd as u64;
    rnd | (s.has(W::Relu) as u64) << 2 | (s.has(W::Satfinite) as u64) << 3
}

#[inline(always)]
fn narrow_mods(i: u64) -> NarrowMods {
    NarrowMods { rnd: Rounding::ALL[(i & 3) as usize], relu: i & 4 != 0, satfinite: i & 8 != 0 }
}

fn between_floats(s: &Shape<'_>, to: T, from: T) -> Option<Alu> {
    let m = mods(s);
    let c = code(m);
    if let Some(r) = int_rounding(s) {
        let imm = r as u64 | (m.ftz as u64) << 2 | (m.sat as u64) << 3;
        return match (to, from) {
            (T::F32, T::F32) => s.un_imm(imm, |a: f32, i: u64| {
                to_float::cvt_int_f32(int_rounding_at(i), i & 4 != 0, i & 8 != 0, a)
            }),
            (T::F64, T::F64) => {
                s.un_imm(imm, |a: f64, i: u64| to_float::cvt_int_f64(int_rounding_at(i), i & 8 != 0, a))
            }
            (T::F16, T::F16) => {
                s.un_imm(imm, |a: u16, i: u64| to_float::cvt_int_f16(int_rounding_at(i), i & 8 != 0, a))
            }
            (T::Bf16, T::Bf16) => {
                s.un_imm(imm, |a: u16, i: u64| to_float::cvt_int_bf16(int_rounding_at(i), a))
            }
            _ => None,
        };
    }
    let n = narrow_code(s);
    match (to, from) {
        (T::F64, T::F32) if m == Mods::RN => s.un(to_float::f32_to_f64),
        (T::F64, T::F32) => s.un_imm(c, |a: f32, i: u64| to_float::cvt_f64_f32(decode(i), a)),
        (T::F32, T::F64) => s.un_imm(c, |a: f64, i: u64| to_float::cvt_f32_f64(decode(i), a)),
        (T::F32, T::F32) => s.un_imm(c, |a: f32, i: u64| to_float::cvt_f32_f32(decode(i), a)),
        (T::F32, T::F16) if m == Mods::RN => s.un(|a: u16| to_float::cvt_f32_f16(Mods::RN, a)),
        (T::F32, T::F16) => s.un_imm(c, |a: u16, i: u64| to_float::cvt_f32_f16(decode(i), a)),
        (T::F32, T::Bf16) => s.un(bf16::to_f32),
        (T::F64, T::F16) => s.un(f16::to_f64),
        (T::F64, T::Bf16) => s.un(|a: u16| to_float::f32_to_f64(bf16::to_f32(a))),
        (T::F16, T::F64) => s.un_imm(c, |a: f64, i: u64| f16::from_f64(a, decode(i).rnd)),
        (T::Bf16, T::F16) => s.un_imm(c, |a: u16, i: u64| bf16::from_f32(f16::to_f32(a), decode(i).rnd)),
        (T::F16, T::Bf16) => s.un_imm(c, |a: u16, i: u64| f16::from_f32(bf16::to_f32(a), decode(i).rnd)),
        (T::F16, T::F16) | (T::Bf16, T::Bf16) => s.un(|a: u16| a),
        (T::F64, T::F64) => s.un(|a: f64| crate::arith::float::canon_f64(a)),
        (T::F16, T::F32) if s.has(W::Relu) || s.has(W::Satfinite) => {
            s.un_imm(n, |a: f32, i: u64| narrow::f16_from_f32(narrow_mods(i), a))
        }
        (T::F16, T::F32) => s.un_imm(c, |a: f32, i: u64| to_float::cvt_f16_f32(decode(i), a)),
        (T::Bf16, T::F32) => s.un_imm(n, |a: f32, i: u64| narrow::bf16_from_f32(narrow_mods(i), a)),
        (T::F16x2, T::F32) => {
            s.bin_imm(n, |a: f32, b: f32, i: u64| narrow::f16x2_from_f32(narrow_mods(i), a, b))
        }
        (T::Bf16x2, T::F32) => {
            s.bin_imm(n, |a: f32, b: f32, i: u64| narrow::bf16x2_from_f32(narrow_mods(i), a, b))
        }
        (T::Tf32, T::F32) => {
            let imm = s.has(W::Rn) as u64
                | (s.has(W::Rz) as u64) << 1
                | (s.has(W::Satfinite) as u64) << 2
                | (s.has(W::Relu) as u64) << 3;
            s.un_imm(imm, |a: f32, i: u64| {
                let rnd = match i & 3 {
                    1 => Tf32Rounding::Rn,
                    2 => Tf32Rounding::Rz,
                    _ => Tf32Rounding::Rna,
                };
                narrow::tf32_from_f32(rnd, i & 4 != 0, i & 8 != 0, a)
            })
        }
        _ => pairs(s, to, from),
    }
}
