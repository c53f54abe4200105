//! IEEE half precision: 1 sign, 5 exponent, 10 fraction bits.
//!
//! Sums of two f16 need up to 40 bits, so `add` rounds twice (24, then 11 digits); 24 >= 2 * 11 + 2 makes that
//! innocuous (Figueroa, "When is double rounding innocuous?"). Products are exact in single precision. `fma`
//! rounds to odd first.

use super::{HalfMods, NAN, half_ops, odd_narrow, pack};
use crate::arith::float::{self, MinMax};
use crate::arith::mode::Rounding;
use crate::arith::round::{odd_f32, sum_error_f32};

/// Positive infinity.
pub const INFINITY: u16 = 0x7c00;
/// One.
pub const ONE: u16 = 0x3c00;

half_ops!(fma_odd, 0x0400);

#[inline(always)]
fn fma_odd(a: f32, b: f32, c: f32) -> f32 {
    let p = a * b;
    let s = p + c;
    odd_f32(s, sum_error_f32(p, c, s))
}

/// To single precision, exact; NaN becomes 0x7fffffff.
#[inline(always)]
pub fn to_f32(x: u16) -> f32 {
    let sign = (u32::from(x) & 0x8000) << 16;
    let a = u32::from(x) & 0x7fff;
    let normal = (a << 13) + 0x3800_0000;
    let small = (a as i32 as f32 * f32::from_bits(0x3380_0000)).to_bits();
    let finite = if a < 0x0400 { small } else { normal };
    let big = if a > 0x7c00 { float::NAN_F32 } else { 0x7f80_0000 };
    let magnitude = if a >= 0x7c00 { big } else { finite };
    f32::from_bits(magnitude | sign & if a > 0x7c00 { 0 } else { u32::MAX })
}

/// From single precision, any rounding; NaN becomes 0x7fff.
#[inline(always)]
pub fn from_f32(x: f32, rnd: Rounding) -> u16 {
    let b = x.to_bits();
    let sign = (b >> 16) & 0x8000;
    let a = b & 0x7fff_ffff;
    // Adding this before the shift rounds; the carry walks into the exponent by itself.
    let away = match rnd {
        Rounding::Rn | Rounding::Rz => false,
        Rounding::Rm => sign != 0,
        Rounding::Rp => sign == 0,
    };
    let bias = match rnd {
        Rounding::Rn => 0x0fff + ((a >> 13) & 1),
        _ => {
            if away {
                0x1fff
            } else {
                0
            }
        }
    };
    let normal = a.wrapping_sub(0x3800_0000).wrapping_add(bias) >> 13;
    // Below 2^-14 the spacing is 2^-24, that of single precision just above 0.5; scaling by 2^24 is exact.
    let magnitude = f32::from_bits(a);
    let small = match rnd {
        Rounding::Rn => (magnitude + 0.5).to_bits().wrapping_sub(0x3f00_0000),
        _ => {
            let scaled = magnitude * 16_777_216.0;
            let floor = scaled as i32;
            floor.wrapping_add(i32::from(away && (floor as f32) < scaled)) as u32
        }
    };
    let finite = if a < 0x3880_0000 { small } else { normal };
    let beyond = match rnd {
        Rounding::Rn => 0x7c00,
        _ => {
            if away || a == 0x7f80_0000 {
                0x7c00
            } else {
                0x7bff
            }
        }
    };
    let signed = sign | if a >= 0x4780_0000 { beyond } else { finite };
    (if a > 0x7f80_0000 { u32::from(NAN) } else { signed }) as u16
}
