//! The approximate instructions: `sin`, `cos`, `ex2`, `lg2`, `tanh`, `rcp`, `rsqrt`, `sqrt`, `div` with `.approx` or
//! `.full`.
//!
//! PTX ISA, "Floating Point Instructions" and "Half Precision Floating Point Instructions", sections of those names.
//! The manual bounds each error; no two GPU generations return the same bits. This device evaluates short
//! polynomials in double precision ([`kernels`]) and rounds once, so it stays well within every bound, is
//! branch-free, and gives the same bits everywhere. It does not imitate the bits of any hardware unit.

pub mod kernels;

use super::cvt::narrow::{NarrowMods, bf16_from_f32, f16_from_f32};
use super::float::{NAN_F64, canon_f32, canon_f64, flush_f64, ftz_f32};
use super::half::{bf16, f16};

#[inline(always)]
fn unary(ftz: bool, x: f32, op: impl Fn(f64) -> f64) -> f32 {
    ftz_f32(ftz, canon_f32(op(f64::from(ftz_f32(ftz, x))) as f32))
}

/// `sin.approx{.ftz}.f32`. Manual: absolute error 2^-20.5 in [-2 pi, 2 pi], 2^-14.7 in [-100 pi, 100 pi].
#[inline(always)]
pub fn sin(ftz: bool, x: f32) -> f32 {
    unary(ftz, x, |x| kernels::sin_cos(x).0)
}

/// `cos.approx{.ftz}.f32`, with the bounds of [`sin`].
#[inline(always)]
pub fn cos(ftz: bool, x: f32) -> f32 {
    unary(ftz, x, |x| kernels::sin_cos(x).1)
}

/// `ex2.approx{.ftz}.f32`. Manual: 2 ulp from the correctly rounded result.
#[inline(always)]
pub fn ex2(ftz: bool, x: f32) -> f32 {
    unary(ftz, x, kernels::exp2)
}

/// `lg2.approx{.ftz}.f32`. Manual: absolute error 2^-22 in (0.5, 2), relative error 2^-22 elsewhere.
#[inline(always)]
pub fn lg2(ftz: bool, x: f32) -> f32 {
    unary(ftz, x, kernels::log2)
}

/// `tanh.approx.f32`. Manual: relative error 2^-11; subnormals are supported.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    unary(false, x, kernels::tanh)
}

/// `rcp.approx{.ftz}.f32`. Manual: 1 ulp.
#[inline(always)]
pub fn rcp(ftz: bool, x: f32) -> f32 {
    ftz_f32(ftz, canon_f32(1.0 / ftz_f32(ftz, x)))
}

/// `sqrt.approx{.ftz}.f32`. Manual: relative error 2^-23.
#[inline(always)]
pub fn sqrt(ftz: bool, x: f32) -> f32 {
    canon_f32(ftz_f32(ftz, x).sqrt())
}

/// `rsqrt.approx{.ftz}.f32`. Manual: relative error 2^-22.9.
#[inline(always)]
pub fn rsqrt(ftz: bool, x: f32) -> f32 {
    unary(ftz, x, |x| 1.0 / x.sqrt())
}

/// `div.full{.ftz}.f32`. Manual: 2 ulp over the full range.
#[inline(always)]
pub fn div_full(ftz: bool, a: f32, b: f32) -> f32 {
    ftz_f32(ftz, canon_f32(ftz_f32(ftz, a) / ftz_f32(ftz, b)))
}

/// `div.approx{.ftz}.f32`. Manual: 2 ulp for `|b|` in [2^-126, 2^126]; beyond, NaN when `a` is infinite and a signed
/// zero otherwise, because the reciprocal is flushed.
#[inline(always)]
pub fn div_approx(ftz: bool, a: f32, b: f32) -> f32 {
    let q = div_full(ftz, a, b);
    let beyond = b.abs() > f32::from_bits(0x7e80_0000) && b.abs() < f32::INFINITY;
    let zero = f32::from_bits((a.to_bits() ^ b.to_bits()) & 0x8000_0000);
    let lost = if a.abs() < f32::INFINITY { zero } else { f32::NAN };
    canon_f32(if beyond { lost } else { q })
}

/// `rsqrt.approx.f64`.
#[inline(always)]
pub fn rsqrt_f64(x: f64) -> f64 {
    canon_f64(1.0 / x.sqrt())
}

/// The NaN of the two gross double-precision approximations.
const NAN_UPPER: f64 = f64::from_bits(0x7fff_ffff_0000_0000);

#[inline(always)]
fn upper(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000)
}

/// `rcp.approx.ftz.f64`: reads and writes the upper 32 bits alone.
#[inline(always)]
pub fn rcp_gross_f64(x: f64) -> f64 {
    let r = upper(flush_f64(1.0 / flush_f64(upper(x))));
    if x.is_nan() { NAN_UPPER } else { r }
}

/// `rsqrt.approx.ftz.f64`: reads and writes the upper 32 bits alone.
#[inline(always)]
pub fn rsqrt_gross_f64(x: f64) -> f64 {
    let r = upper(1.0 / flush_f64(upper(x)).sqrt());
    if r.is_nan() || x.is_nan() { NAN_UPPER } else { r }
}

/// `ex2.approx.f16`. Manual: relative error 2^-9.9; subnormals are supported.
#[inline(always)]
pub fn ex2_f16(x: u16) -> u16 {
    f16_from_f32(NarrowMods::default(), ex2(false, f16::to_f32(x)))
}

/// `ex2.approx.ftz.bf16`. Manual: relative error 2^-7; subnormal inputs and results are flushed.
#[inline(always)]
pub fn ex2_bf16(x: u16) -> u16 {
    bf16::flush(bf16_from_f32(NarrowMods::default(), ex2(false, bf16::to_f32(bf16::flush(x)))))
}

/// `tanh.approx.f16`. Manual: absolute error 2^-10.987.
#[inline(always)]
pub fn tanh_f16(x: u16) -> u16 {
    f16_from_f32(NarrowMods::default(), tanh(f16::to_f32(x)))
}

/// `tanh.approx.bf16`. Manual: absolute error 2^-8.
#[inline(always)]
pub fn tanh_bf16(x: u16) -> u16 {
    bf16_from_f32(NarrowMods::default(), tanh(bf16::to_f32(x)))
}

/// The NaN that invalid double-precision operations give, for callers that need it as a value.
pub const NAN: f64 = f64::from_bits(NAN_F64);
