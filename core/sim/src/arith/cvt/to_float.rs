//! Float to float: width changes between single and double precision, and rounding to integral values.

use crate::arith::float::{canon_f32, canon_f64, flush_f32, ftz_f32, sat_f32, sat_f64};
use crate::arith::half::{bf16, f16};
use crate::arith::mode::{IntRounding, Mods, Rounding};
use crate::arith::round::narrow_f64;

/// Single to double precision; NaN becomes 0x7fffffffe0000000, the single-precision NaN widened.
#[inline(always)]
pub fn f32_to_f64(x: f32) -> f64 {
    if x.is_nan() { f64::from_bits(0x7fff_ffff_e000_0000) } else { f64::from(x) }
}

/// `cvt{.ftz}{.sat}.f64.f32`.
#[inline(always)]
pub fn cvt_f64_f32(m: Mods, x: f32) -> f64 {
    let r = f32_to_f64(ftz_f32(m.ftz, x));
    if m.sat { sat_f64(r) } else { r }
}

/// `cvt.rnd{.ftz}{.sat}.f32.f64`.
#[inline(always)]
pub fn cvt_f32_f64(m: Mods, x: f64) -> f32 {
    let r = ftz_f32(m.ftz, narrow_f64(x, m.rnd));
    if m.sat { sat_f32(r) } else { r }
}

/// `cvt{.ftz}{.sat}.f32.f32` without rounding.
#[inline(always)]
pub fn cvt_f32_f32(m: Mods, x: f32) -> f32 {
    let r = canon_f32(ftz_f32(m.ftz, x));
    if m.sat { sat_f32(r) } else { r }
}

/// `cvt{.ftz}{.sat}.f32.f16`.
#[inline(always)]
pub fn cvt_f32_f16(m: Mods, x: u16) -> f32 {
    cvt_f32_f32(m, f16::to_f32(x))
}

/// `cvt.rnd{.ftz}{.sat}.f16.f32`.
#[inline(always)]
pub fn cvt_f16_f32(m: Mods, x: f32) -> u16 {
    let r = f16::from_f32(ftz_f32(m.ftz, x), m.rnd);
    if m.sat { f16::sat(r) } else { r }
}

/// Rounds to an integral value in single precision; zero results keep the sign.
#[inline(always)]
pub fn round_f32(rnd: IntRounding, x: f32) -> f32 {
    match rnd {
        IntRounding::Rni => x.round_ties_even(),
        IntRounding::Rzi => x.trunc(),
        IntRounding::Rmi => x.floor(),
        IntRounding::Rpi => x.ceil(),
    }
}

/// Rounds to an integral value in double precision; zero results keep the sign.
#[inline(always)]
pub fn round_f64(rnd: IntRounding, x: f64) -> f64 {
    match rnd {
        IntRounding::Rni => x.round_ties_even(),
        IntRounding::Rzi => x.trunc(),
        IntRounding::Rmi => x.floor(),
        IntRounding::Rpi => x.ceil(),
    }
}

/// `cvt.irnd{.ftz}{.sat}.f32.f32`.
#[inline(always)]
pub fn cvt_int_f32(rnd: IntRounding, ftz: bool, sat: bool, x: f32) -> f32 {
    let r = canon_f32(round_f32(rnd, if ftz { flush_f32(x) } else { x }));
    if sat { sat_f32(r) } else { r }
}

/// `cvt.irnd{.sat}.f64.f64`.
#[inline(always)]
pub fn cvt_int_f64(rnd: IntRounding, sat: bool, x: f64) -> f64 {
    let r = canon_f64(round_f64(rnd, x));
    if sat { sat_f64(r) } else { r }
}

/// `cvt.irnd{.sat}.f16.f16`.
#[inline(always)]
pub fn cvt_int_f16(rnd: IntRounding, sat: bool, x: u16) -> u16 {
    let r = f16::from_f32(round_f32(rnd, f16::to_f32(x)), Rounding::Rn);
    if sat { f16::sat(r) } else { r }
}

/// `cvt.irnd.bf16.bf16`.
#[inline(always)]
pub fn cvt_int_bf16(rnd: IntRounding, x: u16) -> u16 {
    bf16::from_f32(round_f32(rnd, bf16::to_f32(x)), Rounding::Rn)
}
