//! Single-precision functions, evaluated in double precision and rounded once.
//!
//! That leaves at most one ulp, and nearly always none, where CUDA allows one to eleven (CUDA C++ Programming
//! Guide, "Mathematical Functions", single precision). The common ones use the branch-free polynomials of
//! [`crate::arith::approx::kernels`], so that a row of lanes vectorises; the others call the double-precision
//! function of the same name.

use crate::arith::approx::kernels;
use crate::arith::float::canon_f32;
use std::f64::consts::{LN_2, LOG2_10, LOG2_E, LOG10_2};

/// Evaluates `f` in double precision.
#[inline(always)]
pub(super) fn via(x: f32, f: impl Fn(f64) -> f64) -> f32 {
    canon_f32(f(f64::from(x)) as f32)
}

/// Evaluates a function of two arguments in double precision.
#[inline(always)]
pub(super) fn via2(x: f32, y: f32, f: impl Fn(f64, f64) -> f64) -> f32 {
    canon_f32(f(f64::from(x), f64::from(y)) as f32)
}

/// `expf`, 2 ulp.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    via(x, |x| kernels::exp2(x * LOG2_E))
}

/// `exp2f`, 2 ulp.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    via(x, kernels::exp2)
}

/// `exp10f`, 2 ulp.
#[inline(always)]
pub fn exp10(x: f32) -> f32 {
    via(x, |x| kernels::exp2(x * LOG2_10))
}

/// `logf`, 1 ulp.
#[inline(always)]
pub fn log(x: f32) -> f32 {
    via(x, |x| kernels::log2(x) * LN_2)
}

/// `log2f`, 1 ulp.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    via(x, kernels::log2)
}

/// `log10f`, 2 ulp.
#[inline(always)]
pub fn log10(x: f32) -> f32 {
    via(x, |x| kernels::log2(x) * LOG10_2)
}

/// `tanhf`, 2 ulp.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    via(x, kernels::tanh)
}

/// Up to here the polynomial's own argument reduction keeps all digits that a single needs.
const NEAR: f32 = 262_144.0;

/// `sinf`, 2 ulp over the full range.
#[inline]
pub fn sin(x: f32) -> f32 {
    if x.abs() < NEAR { sin_near(x) } else { via(x, libm::sin) }
}

/// `cosf`, 2 ulp over the full range.
#[inline]
pub fn cos(x: f32) -> f32 {
    if x.abs() < NEAR { cos_near(x) } else { via(x, libm::cos) }
}

#[inline(always)]
fn sin_near(x: f32) -> f32 {
    via(x, |x| kernels::sin_cos(x).0)
}

#[inline(always)]
fn cos_near(x: f32) -> f32 {
    via(x, |x| kernels::sin_cos(x).1)
}

/// [`sin`] of every element; vectorised when all are near.
pub fn sin_row(xs: &[f32], out: &mut [f32]) {
    if xs.iter().fold(true, |n, x| n & (x.abs() < NEAR)) {
        xs.iter().zip(out).for_each(|(x, o)| *o = sin_near(*x));
    } else {
        xs.iter().zip(out).for_each(|(x, o)| *o = sin(*x));
    }
}

/// [`cos`] of every element; vectorised when all are near.
pub fn cos_row(xs: &[f32], out: &mut [f32]) {
    if xs.iter().fold(true, |n, x| n & (x.abs() < NEAR)) {
        xs.iter().zip(out).for_each(|(x, o)| *o = cos_near(*x));
    } else {
        xs.iter().zip(out).for_each(|(x, o)| *o = cos(*x));
    }
}

/// `powf`, 8 ulp: through the logarithm where both operands are ordinary.
#[inline]
pub fn pow(x: f32, y: f32) -> f32 {
    if x > 0.0 && x < f32::INFINITY && y.abs() < f32::INFINITY {
        via2(x, y, |x, y| kernels::exp2(y * kernels::log2(x)))
    } else {
        via2(x, y, libm::pow)
    }
}

/// `rsqrtf`, 2 ulp.
#[inline(always)]
pub fn rsqrt(x: f32) -> f32 {
    via(x, |x| 1.0 / x.sqrt())
}

/// `fast_powf`: `2^(y log2 x)` from the approximate instructions.
#[inline(always)]
pub fn fast_pow(x: f32, y: f32) -> f32 {
    use crate::arith::approx;
    approx::ex2(false, y * approx::lg2(false, x))
}

/// The Euclidean norm of singles: squares are exact in double precision and cannot overflow it.
pub fn norm(terms: &[f32]) -> f32 {
    canon_f32(root_of_squares(terms) as f32)
}

/// One over [`norm`].
pub fn reciprocal_norm(terms: &[f32]) -> f32 {
    canon_f32((1.0 / root_of_squares(terms)) as f32)
}

fn root_of_squares(terms: &[f32]) -> f64 {
    if terms.iter().any(|t| t.is_infinite()) {
        return f64::INFINITY;
    }
    terms.iter().map(|&t| f64::from(t) * f64::from(t)).sum::<f64>().sqrt()
}

/// `frexpf`, as [`super::double::frexp`].
pub fn frexp(x: f32) -> (f32, i32) {
    let (m, e) = super::double::frexp(f64::from(x));
    (canon_f32(m as f32), e)
}

/// `modff`, as [`super::double::modf`].
pub fn modf(x: f32) -> (f32, f32) {
    let (f, w) = super::double::modf(f64::from(x));
    (canon_f32(f as f32), canon_f32(w as f32))
}

/// `remquof`, as [`super::double::remquo`].
pub fn remquo(x: f32, y: f32) -> (f32, i32) {
    let (r, q) = libm::remquof(x, y);
    (canon_f32(r), if r.is_nan() { 0 } else { super::double::low_bits(q) })
}
