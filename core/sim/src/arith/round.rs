//! `add`, `sub`, `mul`, `fma`, `div`, `rcp`, `sqrt` in single and double precision, every rounding mode.
//!
//! PTX ISA, "Floating Point Instructions". `.rn` is the plain operator, so row loops vectorise. Directed rounding of
//! single precision computes in double precision rounded to odd (exact error by Knuth's two-sum or a fused
//! residual, then the last bit forced odd), which a second rounding cannot harm: 53 >= 24 + 2 bits (Boldo and
//! Melquiond, "Emulation of FMA and correctly rounded sums"). Directed rounding of double precision goes through
//! [`super::exact`]; it is correct, not quick. The processor's rounding mode is never touched.

use super::exact::Exact;
use super::float::{NAN_F64, canon_f32, canon_f64, ftz_f32, sat_f32, sat_f64};
use super::mode::{Mods, Rounding};

/// `value` with its last bit forced to one if it is inexact, `error` being what the rounding to nearest lost.
/// NaN errors (from infinities) count as exact.
#[inline(always)]
pub(crate) fn odd_f64(value: f64, error: f64) -> f64 {
    let b = value.to_bits();
    let outward = (error > 0.0) == (value > 0.0);
    let moved = if outward { b.wrapping_add(1) } else { b.wrapping_sub(1) };
    let inexact = error.abs() > 0.0;
    f64::from_bits(if inexact && b & 1 == 0 { moved } else { b })
}

/// The single-precision twin of [`odd_f64`].
#[inline(always)]
pub(crate) fn odd_f32(value: f32, error: f32) -> f32 {
    let b = value.to_bits();
    let outward = (error > 0.0) == (value > 0.0);
    let moved = if outward { b.wrapping_add(1) } else { b.wrapping_sub(1) };
    let inexact = error.abs() > 0.0;
    f32::from_bits(if inexact && b & 1 == 0 { moved } else { b })
}

/// What `a + b` lost when it was rounded to `sum` (Knuth's two-sum).
#[inline(always)]
pub(crate) fn sum_error_f64(a: f64, b: f64, sum: f64) -> f64 {
    let t = sum - a;
    (a - (sum - t)) + (b - t)
}

/// What `a + b` lost when it was rounded to `sum`, in single precision.
#[inline(always)]
pub(crate) fn sum_error_f32(a: f32, b: f32, sum: f32) -> f32 {
    let t = sum - a;
    (a - (sum - t)) + (b - t)
}

/// Rounds a double into single precision in any mode; NaN becomes the device's NaN.
#[inline(always)]
pub fn narrow_f64(x: f64, rnd: Rounding) -> f32 {
    let y = x as f32;
    let b = y.to_bits();
    let (w, ax) = (f64::from(y), x.abs());
    let r = match rnd {
        Rounding::Rn => b,
        Rounding::Rz => {
            if w.abs() > ax {
                b.wrapping_sub(1)
            } else {
                b
            }
        }
        Rounding::Rm => {
            let step = if x > 0.0 { b.wrapping_sub(1) } else { b.wrapping_add(1) };
            if w > x { step } else { b }
        }
        Rounding::Rp => {
            let step = if x > 0.0 { b.wrapping_add(1) } else { b.wrapping_sub(1) };
            if w < x { step } else { b }
        }
    };
    canon_f32(f32::from_bits(r))
}

/// `fma` in double precision rounded to odd, for operands that are single-precision values.
#[inline(always)]
pub(crate) fn fma_odd(a: f32, b: f32, c: f32) -> f64 {
    let p = f64::from(a) * f64::from(b);
    let c = f64::from(c);
    let s = p + c;
    odd_f64(s, sum_error_f64(p, c, s))
}

/// The sign of a zero sum that is exact: negative for `.rm` unless both terms are positive zeros.
#[inline(always)]
fn zero_sum(rnd: Rounding, a: f64, b: f64, s: f64) -> f64 {
    if matches!(rnd, Rounding::Rm) && s == 0.0 && (a.is_sign_negative() || b.is_sign_negative()) {
        -0.0
    } else {
        s
    }
}

#[inline(always)]
fn finish_f32(m: Mods, r: f32) -> f32 {
    let r = ftz_f32(m.ftz, canon_f32(r));
    if m.sat { sat_f32(r) } else { r }
}

#[inline(always)]
fn finish_f64(m: Mods, r: f64) -> f64 {
    let r = canon_f64(r);
    if m.sat { sat_f64(r) } else { r }
}

/// `add.f32`.
#[inline(always)]
pub fn add_f32(m: Mods, a: f32, b: f32) -> f32 {
    let (a, b) = (ftz_f32(m.ftz, a), ftz_f32(m.ftz, b));
    finish_f32(
        m,
        match m.rnd {
            Rounding::Rn => a + b,
            rnd => {
                let (a, b) = (f64::from(a), f64::from(b));
                let s = a + b;
                narrow_f64(zero_sum(rnd, a, b, odd_f64(s, sum_error_f64(a, b, s))), rnd)
            }
        },
    )
}

/// `sub.f32`.
#[inline(always)]
pub fn sub_f32(m: Mods, a: f32, b: f32) -> f32 {
    add_f32(m, a, -b)
}

/// `mul.f32`.
#[inline(always)]
pub fn mul_f32(m: Mods, a: f32, b: f32) -> f32 {
    let (a, b) = (ftz_f32(m.ftz, a), ftz_f32(m.ftz, b));
    finish_f32(
        m,
        match m.rnd {
            Rounding::Rn => a * b,
            rnd => narrow_f64(f64::from(a) * f64::from(b), rnd),
        },
    )
}

/// `fma.f32`, and `mad.f32` of every architecture since sm_20.
#[inline(always)]
pub fn fma_f32(m: Mods, a: f32, b: f32, c: f32) -> f32 {
    let (a, b, c) = (ftz_f32(m.ftz, a), ftz_f32(m.ftz, b), ftz_f32(m.ftz, c));
    finish_f32(
        m,
        match m.rnd {
            Rounding::Rn => a.mul_add(b, c),
            rnd => {
                narrow_f64(zero_sum(rnd, f64::from(a) * f64::from(b), f64::from(c), fma_odd(a, b, c)), rnd)
            }
        },
    )
}

/// `div.rnd.f32`, IEEE-compliant.
#[inline(always)]
pub fn div_f32(m: Mods, a: f32, b: f32) -> f32 {
    let (a, b) = (ftz_f32(m.ftz, a), ftz_f32(m.ftz, b));
    finish_f32(
        m,
        match m.rnd {
            Rounding::Rn => a / b,
            rnd => {
                let (a, b) = (f64::from(a), f64::from(b));
                let q = a / b;
                let rest = (-q).mul_add(b, a);
                narrow_f64(odd_f64(q, if b < 0.0 { -rest } else { rest }), rnd)
            }
        },
    )
}

/// `rcp.rnd.f32`, IEEE-compliant.
#[inline(always)]
pub fn rcp_f32(m: Mods, a: f32) -> f32 {
    div_f32(m, 1.0, a)
}

/// `sqrt.rnd.f32`, IEEE-compliant.
#[inline(always)]
pub fn sqrt_f32(m: Mods, a: f32) -> f32 {
    let a = ftz_f32(m.ftz, a);
    finish_f32(
        m,
        match m.rnd {
            Rounding::Rn => a.sqrt(),
            rnd => {
                let a = f64::from(a);
                let r = a.sqrt();
                narrow_f64(odd_f64(r, (-r).mul_add(r, a)), rnd)
            }
        },
    )
}

/// `add.f64`.
#[inline(always)]
pub fn add_f64(m: Mods, a: f64, b: f64) -> f64 {
    finish_f64(
        m,
        match m.rnd {
            Rounding::Rn => a + b,
            rnd => add_directed(rnd, a, b),
        },
    )
}

/// `sub.f64`.
#[inline(always)]
pub fn sub_f64(m: Mods, a: f64, b: f64) -> f64 {
    add_f64(m, a, -b)
}

/// `mul.f64`.
#[inline(always)]
pub fn mul_f64(m: Mods, a: f64, b: f64) -> f64 {
    finish_f64(
        m,
        match m.rnd {
            Rounding::Rn => a * b,
            rnd => mul_directed(rnd, a, b),
        },
    )
}

/// `fma.f64` and `mad.f64`.
#[inline(always)]
pub fn fma_f64(m: Mods, a: f64, b: f64, c: f64) -> f64 {
    finish_f64(
        m,
        match m.rnd {
            Rounding::Rn => a.mul_add(b, c),
            rnd => fma_directed(rnd, a, b, c),
        },
    )
}

/// `div.rnd.f64`.
#[inline(always)]
pub fn div_f64(m: Mods, a: f64, b: f64) -> f64 {
    finish_f64(
        m,
        match m.rnd {
            Rounding::Rn => a / b,
            rnd => div_directed(rnd, a, b),
        },
    )
}

/// `rcp.rnd.f64`.
#[inline(always)]
pub fn rcp_f64(m: Mods, a: f64) -> f64 {
    div_f64(m, 1.0, a)
}

/// `sqrt.rnd.f64`.
#[inline(always)]
pub fn sqrt_f64(m: Mods, a: f64) -> f64 {
    finish_f64(
        m,
        match m.rnd {
            Rounding::Rn => a.sqrt(),
            rnd => sqrt_directed(rnd, a),
        },
    )
}

/// Applies a single-precision operation to both halves of a packed `.f32x2` word.
#[inline(always)]
pub fn each_f32x2(a: u64, b: u64, c: u64, op: impl Fn(f32, f32, f32) -> f32) -> u64 {
    let half = |w: u64, n: u32| f32::from_bits((w >> n) as u32);
    let low = op(half(a, 0), half(b, 0), half(c, 0)).to_bits();
    let high = op(half(a, 32), half(b, 32), half(c, 32)).to_bits();
    u64::from(low) | (u64::from(high) << 32)
}

fn add_directed(rnd: Rounding, a: f64, b: f64) -> f64 {
    match (Exact::from_f64(a), Exact::from_f64(b)) {
        (Some(x), Some(y)) => x.plus(y, rnd).to_f64(rnd),
        _ => a + b,
    }
}

fn mul_directed(rnd: Rounding, a: f64, b: f64) -> f64 {
    match (Exact::from_f64(a), Exact::from_f64(b)) {
        (Some(x), Some(y)) => x.times(y).to_f64(rnd),
        _ => a * b,
    }
}

fn fma_directed(rnd: Rounding, a: f64, b: f64, c: f64) -> f64 {
    match (Exact::from_f64(a), Exact::from_f64(b), Exact::from_f64(c)) {
        (Some(x), Some(y), Some(z)) => x.times(y).plus(z, rnd).to_f64(rnd),
        // An infinite addend swallows a product that a double cannot hold.
        (Some(_), Some(_), None) => c,
        _ => a * b + c,
    }
}

fn div_directed(rnd: Rounding, a: f64, b: f64) -> f64 {
    match (Exact::from_f64(a), Exact::from_f64(b)) {
        (Some(x), Some(y)) if x.mag != 0 && y.mag != 0 => x.over(y).to_f64(rnd),
        _ => a / b,
    }
}

fn sqrt_directed(rnd: Rounding, a: f64) -> f64 {
    match Exact::from_f64(a) {
        Some(x) if x.mag != 0 && !x.neg => x.sqrt().to_f64(rnd),
        Some(x) if x.mag == 0 => a,
        _ if a == f64::INFINITY => a,
        _ => f64::from_bits(NAN_F64),
    }
}
