//! Elementary double-precision functions: the `libm` crate where it meets CUDA's bound, or more digits where not.
//!
//! CUDA C++ Programming Guide, "Mathematical Functions", double precision; the bound in ulp stands beside each
//! function that is written here. NaN results are the device's.

use super::coefficients::{GAMMA, TANH};
use super::error_functions::polynomial;
use crate::arith::float::canon_f64;

/// The rounding error of `a * b` rounded to `p`, exact barring underflow.
#[inline]
pub(super) fn product_error(a: f64, b: f64, p: f64) -> f64 {
    libm::fma(a, b, -p)
}

/// `x^-1/2`, 1 ulp.
pub fn rsqrt(x: f64) -> f64 {
    canon_f64(1.0 / x.sqrt())
}

/// `x^-1/3`, 1 ulp: one Newton step on the rounded quotient, its residual taken in twice the precision.
pub fn rcbrt(x: f64) -> f64 {
    let c = libm::cbrt(x);
    if c == 0.0 || !c.is_finite() {
        return canon_f64(1.0 / c);
    }
    // c (1 + d) is the exact root with d = (x - c^3) / (3 x).
    let square = c * c;
    let cube = square * c;
    let rest = (x - cube) - product_error(square, c, cube) - product_error(c, c, square) * c;
    let d = if cube.is_finite() && cube.abs() > 1e-290 { rest / (3.0 * x) } else { 0.0 };
    let r = 1.0 / c;
    let e = libm::fma(-c, r, 1.0) - d;
    libm::fma(r, e, r)
}

/// `10^x`, 1 ulp: the exponent `x log2 10` in two parts.
pub fn exp10(x: f64) -> f64 {
    if x.is_nan() || x > 309.0 {
        return canon_f64(x + f64::INFINITY);
    }
    if x < -324.0 {
        return 0.0;
    }
    const LOG2_10: f64 = std::f64::consts::LOG2_10;
    const LOG2_10_LOW: f64 = 1.661_617_516_973_592e-16;
    let hi = x * LOG2_10;
    let lo = product_error(x, LOG2_10, hi) + x * LOG2_10_LOW;
    let n = hi.round_ties_even();
    let r = (hi - n) + lo;
    libm::scalbn(libm::exp2(r), n as i32)
}

/// `1 / hypot(x, y)`, 1 ulp.
pub fn rhypot(x: f64, y: f64) -> f64 {
    reciprocal_norm(&[x, y])
}

/// The Euclidean norm, 2 to 3 ulp; infinite if any term is, even beside NaN.
pub fn norm(terms: &[f64]) -> f64 {
    if terms.iter().any(|t| t.is_infinite()) {
        return f64::INFINITY;
    }
    let (hi, lo, scale) = sum_of_squares(terms);
    let root = hi.sqrt();
    if root == 0.0 || !root.is_finite() {
        return canon_f64(root);
    }
    // The exact root is `root` plus what is left of the radicand over twice itself.
    let rest = libm::fma(-root, root, hi) + lo;
    libm::scalbn(root + rest / (2.0 * root), scale)
}

/// One over the Euclidean norm, 1 to 2 ulp.
pub fn reciprocal_norm(terms: &[f64]) -> f64 {
    if terms.iter().any(|t| t.is_infinite()) {
        return 0.0;
    }
    let (hi, lo, scale) = sum_of_squares(terms);
    let root = hi.sqrt();
    if root == 0.0 || !root.is_finite() {
        return canon_f64(1.0 / root);
    }
    let rest = libm::fma(-root, root, hi) + lo;
    let d = rest / (2.0 * hi);
    let r = 1.0 / root;
    let e = libm::fma(-root, r, 1.0) - d;
    libm::scalbn(libm::fma(r, e, r), -scale)
}

/// The sum of squares in two doubles, of terms scaled by `2^-scale` so that it can neither overflow nor vanish.
fn sum_of_squares(terms: &[f64]) -> (f64, f64, i32) {
    let largest = terms.iter().fold(0.0f64, |m, t| if t.is_nan() { f64::NAN } else { m.max(t.abs()) });
    let largest = if terms.iter().any(|t| t.is_nan()) { f64::NAN } else { largest };
    if largest == 0.0 || largest.is_nan() {
        return (largest, 0.0, 0);
    }
    let scale = libm::ilogb(largest);
    let (mut hi, mut lo) = (0.0, 0.0);
    for &t in terms {
        let s = libm::scalbn(t, -scale);
        let p = s * s;
        let sum: f64 = hi + p;
        let b = sum - hi;
        lo += ((hi - (sum - b)) + (p - b)) + product_error(s, s, p);
        hi = sum;
    }
    (hi, lo, scale)
}

/// Sine and cosine of `pi x`, 1 ulp: the argument is reduced exactly, then multiplied by pi in two parts.
pub fn sin_cos_pi(x: f64) -> (f64, f64) {
    if !x.is_finite() {
        return (canon_f64(f64::NAN), canon_f64(f64::NAN));
    }
    // Every double above 2^53 is an even integer.
    let x = if x.abs() >= 9_007_199_254_740_992.0 { 0.0f64.copysign(x) } else { x };
    let n = (2.0 * x).round_ties_even();
    let r = x - n * 0.5;
    const PI_LOW: f64 = 1.224_646_799_147_353_2e-16;
    let hi = r * std::f64::consts::PI;
    let lo = product_error(r, std::f64::consts::PI, hi) + r * PI_LOW;
    let (s, c) = libm::sincos(hi);
    let (s, c) = (s + lo * c, c - lo * s);
    match (n as i64) & 3 {
        // Multiples of a half are exact; sinpi of an integer keeps the sign of its argument.
        0 => (if r == 0.0 { 0.0f64.copysign(x) } else { s }, c),
        1 => (c, if r == 0.0 { 0.0 } else { -s }),
        2 => (if r == 0.0 { 0.0f64.copysign(x) } else { -s }, -c),
        _ => (-c, if r == 0.0 { 0.0 } else { s }),
    }
}

/// `x^n` by repeated squaring; no bound is documented.
pub fn powi(x: f64, n: i32) -> f64 {
    canon_f64(libm::pow(x, f64::from(n)))
}

/// `fdim`: `x - y` where that is positive, else +0; NaN if either is.
pub fn fdim(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        canon_f64(f64::NAN)
    } else if x > y {
        x - y
    } else {
        0.0
    }
}

/// Hyperbolic sine, 1 ulp: its series up to 1.3, where the crate's difference of exponentials loses digits.
pub fn sinh(x: f64) -> f64 {
    if x.abs() > 1.3 || x.is_nan() {
        return canon_f64(libm::sinh(x));
    }
    let z = x * x;
    // The k-th factor is z / (2k (2k + 1)); the first term is added last, unrounded.
    let rest = (2..=11u32).rev().fold(1.0, |s, k| 1.0 + s * z / f64::from(2 * k * (2 * k + 1)));
    x + x * (z / 6.0 * rest)
}

/// Hyperbolic tangent, 1 ulp: an odd polynomial where `expm1` would lose half a digit.
pub fn tanh(x: f64) -> f64 {
    let a = x.abs();
    let y = if a < 0.6 {
        let z = a * a;
        a + a * (z * polynomial(z, &TANH))
    } else if a < 22.0 {
        1.0 - 2.0 / (libm::exp(2.0 * a) + 1.0)
    } else {
        canon_f64(if a.is_nan() { a } else { 1.0 })
    };
    if x < 0.0 || (x == 0.0 && x.is_sign_negative()) { -y } else { y }
}

/// `ilogb`: the exponent; the smallest integer for zero and NaN, the largest for infinity.
pub fn ilogb(x: f64) -> i32 {
    if x == 0.0 || x.is_nan() {
        i32::MIN
    } else if x.is_infinite() {
        i32::MAX
    } else {
        libm::ilogb(x)
    }
}

/// `logb`: the exponent as a double; -inf for zero, +inf for infinity.
pub fn logb(x: f64) -> f64 {
    if x == 0.0 {
        f64::NEG_INFINITY
    } else if x.is_finite() {
        f64::from(libm::ilogb(x))
    } else {
        canon_f64(x.abs())
    }
}

/// `frexp`: a fraction in [0.5, 1) and an exponent; zero, infinity and NaN are their own fraction, exponent 0.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() { (canon_f64(x), 0) } else { libm::frexp(x) }
}

/// `modf`: the fractional part, and the integral part towards zero, both with the sign of `x`.
pub fn modf(x: f64) -> (f64, f64) {
    let whole = x.trunc();
    let fraction = if x.is_infinite() { 0.0 } else { x - whole };
    (canon_f64(fraction.copysign(x)), canon_f64(whole))
}

/// `remquo`: the IEEE remainder, and the quotient's sign with its low three bits.
pub fn remquo(x: f64, y: f64) -> (f64, i32) {
    let (r, q) = libm::remquo(x, y);
    (canon_f64(r), if r.is_nan() { 0 } else { low_bits(q) })
}

/// Three bits of magnitude under the sign.
pub(super) fn low_bits(q: i32) -> i32 {
    let low = (q.unsigned_abs() & 7) as i32;
    if q < 0 { -low } else { low }
}

/// The gamma function, 8 ulp. Up to 24 in magnitude it is a polynomial on [1, 2) times or over the steps that lead
/// there, which are exact; their product is kept in two doubles. Beyond, the crate's.
pub fn tgamma(x: f64) -> f64 {
    if x.is_nan() || x.abs() > 24.0 || x.abs() < 1e-300 || x == x.trunc() {
        return canon_f64(libm::tgamma(x));
    }
    let (mut hi, mut lo, mut at) = (1.0, 0.0, x);
    let mut times = |factor: f64| {
        let p = hi * factor;
        lo = product_error(hi, factor, p) + lo * factor;
        hi = p;
    };
    while at >= 2.0 {
        at -= 1.0;
        times(at);
    }
    while at < 1.0 {
        times(at);
        at += 1.0;
    }
    let g = polynomial((at - 1.0) * 2.0 - 1.0, &GAMMA);
    if x >= 1.0 {
        g * hi + g * lo
    } else {
        let q = g / hi;
        q - q * (lo / hi)
    }
}
