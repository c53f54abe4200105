//! bfloat16: 1 sign, 8 exponent, 7 fraction bits; the upper half of a single-precision number.
//!
//! Products and fused sums go through double precision rounded to odd, because single precision may underflow
//! where bf16's own subnormals still have digits.

use super::{HalfMods, NAN, half_ops, odd_narrow, pack};
use crate::arith::float::{self, MinMax};
use crate::arith::mode::Rounding;
use crate::arith::round;

/// Positive infinity.
pub const INFINITY: u16 = 0x7f80;
/// One.
pub const ONE: u16 = 0x3f80;

half_ops!(fma_odd, 0x0080);

#[inline(always)]
fn fma_odd(a: f32, b: f32, c: f32) -> f32 {
    odd_narrow(round::fma_odd(a, b, c))
}

/// To single precision, exact; NaN becomes 0x7fffffff.
#[inline(always)]
pub fn to_f32(x: u16) -> f32 {
    float::canon_f32(f32::from_bits(u32::from(x) << 16))
}

/// From single precision, any rounding; NaN becomes 0x7fff.
#[inline(always)]
pub fn from_f32(x: f32, rnd: Rounding) -> u16 {
    let b = x.to_bits();
    let a = b & 0x7fff_ffff;
    let away = match rnd {
        Rounding::Rn | Rounding::Rz => false,
        Rounding::Rm => b >> 31 != 0,
        Rounding::Rp => b >> 31 == 0,
    };
    let bias = match rnd {
        Rounding::Rn => 0x7fff + ((b >> 16) & 1),
        _ => {
            if away {
                0xffff
            } else {
                0
            }
        }
    };
    let rounded = if a == 0x7f80_0000 { b } else { b.wrapping_add(bias) } >> 16;
    (if a > 0x7f80_0000 { u32::from(NAN) } else { rounded }) as u16
}
