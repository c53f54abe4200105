//! Formats for tensor data: tf32, fp8 (e4m3, e5m2), fp6 (e2m3, e3m2), fp4 (e2m1), ue8m0; and the packed pairs.
//!
//! Values are bytes; packed words put the first operand above the second, as `cvt` does. `.satfinite` clamps to the
//! largest number; NaN stays NaN where the format has one and becomes the largest positive number where not.

use crate::arith::exact::{E2M1, E2M3, E3M2, E4M3, E5M2, Exact, Format};
use crate::arith::half::{self, bf16, f16};
use crate::arith::mode::Rounding;

/// Modifiers of the narrowing conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct NarrowMods {
    /// `.rn`, `.rz` (f16, bf16, tf32), `.rp` (ue8m0).
    pub rnd: Rounding,
    /// `.relu`: negative results become +0, NaN the format's NaN.
    pub relu: bool,
    /// `.satfinite`
    pub satfinite: bool,
}

/// The narrow formats that have a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Narrow {
    /// `.e4m3`
    E4m3,
    /// `.e5m2`
    E5m2,
    /// `.e2m3`
    E2m3,
    /// `.e3m2`
    E3m2,
    /// `.e2m1`
    E2m1,
}

impl Narrow {
    /// All five.
    pub const ALL: [Narrow; 5] = [Narrow::E4m3, Narrow::E5m2, Narrow::E2m3, Narrow::E3m2, Narrow::E2m1];

    const fn format(self) -> Format {
        match self {
            Narrow::E4m3 => E4M3,
            Narrow::E5m2 => E5M2,
            Narrow::E2m3 => E2M3,
            Narrow::E3m2 => E3M2,
            Narrow::E2m1 => E2M1,
        }
    }

    /// What a NaN becomes.
    const fn nan(self) -> u8 {
        match self {
            Narrow::E4m3 | Narrow::E5m2 => 0x7f,
            _ => self.format().max as u8,
        }
    }
}

/// One value into a narrow format (`cvt.rn.satfinite{.relu}.e4m3x2.f32` and so on, one half of it).
pub fn from_f32(to: Narrow, m: NarrowMods, x: f32) -> u8 {
    let f = to.format();
    let Some(e) = Exact::from_f64(f64::from(x)) else {
        if x.is_nan() {
            return to.nan();
        }
        let neg = x < 0.0;
        let magnitude = if m.satfinite { f.max } else { f.overflow } as u8;
        return if neg && m.relu { 0 } else { magnitude | u8::from(neg) << f.sign };
    };
    if e.neg && m.relu {
        return 0;
    }
    let bits = e.round(f, m.rnd);
    let beyond = bits & ((1 << f.sign) - 1) > f.max;
    (if beyond && m.satfinite { (bits & (1 << f.sign)) | f.max } else { bits }) as u8
}

/// A narrow value as f16, which holds every one of them exactly; `.relu` applies to the result.
pub fn to_f16(from: Narrow, relu: bool, x: u8) -> u16 {
    let f = from.format();
    let body = u64::from(x) & ((1 << f.sign) - 1);
    let neg = u64::from(x) >> f.sign & 1 == 1;
    let sign = if neg { 0x8000 } else { 0 };
    let r = match from {
        Narrow::E5m2 => {
            let wide = (body as u16) << 8;
            if wide > f16::INFINITY { half::NAN } else { wide | sign }
        }
        Narrow::E4m3 if body == 0x7f => half::NAN,
        _ => {
            let fraction = body & ((1 << f.fraction) - 1);
            let field = (body >> f.fraction) as i32;
            let (mag, exp) = if field == 0 {
                (fraction, f.emin)
            } else {
                (fraction | 1 << f.fraction, field - 1 + f.emin)
            };
            let exact = Exact { neg, exp: exp - f.fraction as i32, mag: u128::from(mag) };
            exact.round(crate::arith::exact::F16, Rounding::Rn) as u16
        }
    };
    if relu { f16::relu(r) } else { r }
}

/// `cvt...x2.f32 d, a, b` for 8- and 6-bit formats: `a` in the upper byte.
pub fn pair_from_f32(to: Narrow, m: NarrowMods, a: f32, b: f32) -> u16 {
    (u16::from(from_f32(to, m, a)) << 8) | u16::from(from_f32(to, m, b))
}

/// `cvt...x2.f16x2 d, a` for 8- and 6-bit formats.
pub fn pair_from_f16x2(to: Narrow, m: NarrowMods, a: u32) -> u16 {
    pair_from_f32(to, m, f16::to_f32((a >> 16) as u16), f16::to_f32(a as u16))
}

/// `cvt.f16x2...x2 d, a` for 8- and 6-bit formats.
pub fn pair_to_f16x2(from: Narrow, relu: bool, a: u16) -> u32 {
    (u32::from(to_f16(from, relu, (a >> 8) as u8)) << 16) | u32::from(to_f16(from, relu, a as u8))
}

/// `cvt.rn.satfinite{.relu}.e2m1x2.f32 d, a, b`: `a` in the upper four bits.
pub fn e2m1x2_from_f32(m: NarrowMods, a: f32, b: f32) -> u8 {
    (from_f32(Narrow::E2m1, m, a) << 4) | from_f32(Narrow::E2m1, m, b)
}

/// `cvt.rn{.relu}.f16x2.e2m1x2 d, a`.
pub fn e2m1x2_to_f16x2(relu: bool, a: u8) -> u32 {
    (u32::from(to_f16(Narrow::E2m1, relu, a >> 4)) << 16) | u32::from(to_f16(Narrow::E2m1, relu, a & 15))
}

/// One value into f16 with `.relu` and `.satfinite`.
#[inline(always)]
pub fn f16_from_f32(m: NarrowMods, x: f32) -> u16 {
    let r = f16::from_f32(x, m.rnd);
    let r = if m.satfinite && r & 0x7fff == f16::INFINITY { r - 1 } else { r };
    if m.relu { f16::relu(r) } else { r }
}

/// One value into bf16 with `.relu` and `.satfinite`.
#[inline(always)]
pub fn bf16_from_f32(m: NarrowMods, x: f32) -> u16 {
    let r = bf16::from_f32(x, m.rnd);
    let r = if m.satfinite && r & 0x7fff == bf16::INFINITY { r - 1 } else { r };
    if m.relu { bf16::relu(r) } else { r }
}

/// `cvt...f16x2.f32 d, a, b`: `a` in the upper half.
#[inline(always)]
pub fn f16x2_from_f32(m: NarrowMods, a: f32, b: f32) -> u32 {
    (u32::from(f16_from_f32(m, a)) << 16) | u32::from(f16_from_f32(m, b))
}

/// `cvt...bf16x2.f32 d, a, b`: `a` in the upper half.
#[inline(always)]
pub fn bf16x2_from_f32(m: NarrowMods, a: f32, b: f32) -> u32 {
    (u32::from(bf16_from_f32(m, a)) << 16) | u32::from(bf16_from_f32(m, b))
}

/// The rounding of a conversion to tf32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tf32Rounding {
    /// `.rna`: to nearest, ties away from zero.
    Rna,
    /// `.rn`
    Rn,
    /// `.rz`
    Rz,
}

/// `cvt.rnd{.satfinite}{.relu}.tf32.f32`: eleven significant bits; the thirteen low bits of the word are zero, those
/// of NaN, which is single precision's, excepted.
#[inline(always)]
pub fn tf32_from_f32(rnd: Tf32Rounding, satfinite: bool, relu: bool, x: f32) -> u32 {
    let b = x.to_bits();
    let a = b & 0x7fff_ffff;
    let bias = match rnd {
        Tf32Rounding::Rna => 0x1000,
        Tf32Rounding::Rn => 0x0fff + ((a >> 13) & 1),
        Tf32Rounding::Rz => 0,
    };
    let r = (a + bias) & !0x1fff;
    let r = if a >= 0x7f80_0000 { 0x7f80_0000 } else { r };
    let r = if satfinite && r == 0x7f80_0000 { 0x7f7f_e000 } else { r };
    let signed = r | (b & 0x8000_0000);
    let signed = if relu && b >> 31 == 1 { 0 } else { signed };
    if a > 0x7f80_0000 { crate::arith::float::NAN_F32 } else { signed }
}

/// One value into ue8m0, a power of two: `.rz` or `.rp` of the magnitude; NaN is 0xff. Values below 2^-127 become
/// 2^-127, values above 2^127 become 2^127 with `.satfinite` and NaN without.
pub fn ue8m0_from_f32(m: NarrowMods, x: f32) -> u8 {
    if x.is_nan() {
        return 0xff;
    }
    let a = x.to_bits() & 0x7fff_ffff;
    if a >= 0x7f80_0000 {
        return if m.satfinite { 0xfe } else { 0xff };
    }
    let (field, fraction) = (a >> 23, a & 0x007f_ffff);
    // In the subnormal binade 2^-127 itself has the fraction 0x400000.
    let exact = if field == 0 { 0x0040_0000 } else { 0 };
    let up = m.rnd == Rounding::Rp && fraction > exact;
    match field + u32::from(up) {
        0xff => {
            if m.satfinite {
                0xfe
            } else {
                0xff
            }
        }
        e => e as u8,
    }
}

/// `cvt.frnd3{.satfinite}.ue8m0x2.f32 d, a, b`.
pub fn ue8m0x2_from_f32(m: NarrowMods, a: f32, b: f32) -> u16 {
    (u16::from(ue8m0_from_f32(m, a)) << 8) | u16::from(ue8m0_from_f32(m, b))
}

/// A ue8m0 value as bf16.
pub fn ue8m0_to_bf16(x: u8) -> u16 {
    match x {
        0xff => half::NAN,
        0 => 0x0040,
        e => u16::from(e) << 7,
    }
}

/// `cvt.rn.bf16x2.ue8m0x2 d, a`.
pub fn ue8m0x2_to_bf16x2(a: u16) -> u32 {
    (u32::from(ue8m0_to_bf16((a >> 8) as u8)) << 16) | u32::from(ue8m0_to_bf16(a as u8))
}
