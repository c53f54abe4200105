//! The error function's family: `erfcx`, `erfinv`, `erfcinv`, `normcdf`, `normcdfinv`.
//!
//! CUDA C++ Programming Guide, "Mathematical Functions", double precision: 3, 5, 6, 5 and 7 ulp. `erf` and `erfc` are
//! the `libm` crate's. Inverses start from a rational approximation (Abramowitz and Stegun 26.2.23) and take
//! Halley steps, whose residuals are computed where they do not cancel.

use super::coefficients::ERFCX;
use super::double::product_error;
use crate::arith::float::canon_f64;

const TWO_OVER_ROOT_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// A polynomial with coefficients from the constant up.
pub(super) fn polynomial(x: f64, c: &[f64]) -> f64 {
    c.iter().rev().fold(0.0, |p, &k| p * x + k)
}

/// `exp(x^2) erfc(x)`.
pub fn erfcx(x: f64) -> f64 {
    if x.is_nan() {
        return canon_f64(x);
    }
    if x < 0.0 {
        // erfcx(x) = 2 exp(x^2) - erfcx(-x)
        let square = x * x;
        let e = libm::exp(square);
        if e == f64::INFINITY {
            return e;
        }
        let e = e + e * product_error(x, x, square);
        return 2.0 * e - erfcx(-x);
    }
    if x < 1.0 {
        let square = x * x;
        let e = libm::exp(square);
        return (e + e * product_error(x, x, square)) * libm::erfc(x);
    }
    if x > 1e8 {
        return (TWO_OVER_ROOT_PI * 0.5) / x;
    }
    polynomial((x - 4.0) / (x + 4.0), &ERFCX) / (1.0 + 2.0 * x)
}

/// The inverse of `erf`.
pub fn erfinv(x: f64) -> f64 {
    let a = x.abs();
    if a.is_nan() || a > 1.0 {
        return canon_f64(f64::NAN);
    }
    if a == 1.0 {
        return x * f64::INFINITY;
    }
    if a < 1e-9 {
        // The next term of the series is below a rounding.
        return x / TWO_OVER_ROOT_PI;
    }
    // Above a half, 1 - a is exact and erfc has no cancellation.
    let y = if a > 0.5 { tail_inverse(1.0 - a) } else { centre_inverse(a) };
    y.copysign(x)
}

/// `erfinv` for small positive arguments: Winitzki's formula, then Halley on `erf`.
fn centre_inverse(a: f64) -> f64 {
    let l = libm::log1p(-a * a);
    let t = 4.330_746_750_799_873 + l * 0.5;
    let mut y = (-l * 6.802_721_088_435_374 / (t + (t * t - l * 6.802_721_088_435_374).sqrt())).sqrt();
    for _ in 0..3 {
        let u = (libm::erf(y) - a) / (TWO_OVER_ROOT_PI * libm::exp(-y * y));
        y -= u / (1.0 + y * u);
    }
    y
}

/// `y` with `erfc(y) = q`, for `0 < q <= 0.5`.
fn tail_inverse(q: f64) -> f64 {
    let t = (-2.0 * libm::log(q * 0.5)).sqrt();
    let start = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    let mut y = start * std::f64::consts::FRAC_1_SQRT_2;
    for _ in 0..3 {
        // (erfc(y) - q) / erfc'(y) without underflow: both sides carry exp(-y^2).
        let ratio = q / libm::erfc(y);
        let u = if ratio.is_finite() && ratio > 0.5 && ratio < 2.0 {
            (ratio - 1.0) * erfcx(y) / TWO_OVER_ROOT_PI
        } else {
            let square = y * y;
            (q * libm::exp(square) - erfcx(y)) / TWO_OVER_ROOT_PI
        };
        y -= u / (1.0 + y * u);
    }
    y
}

/// The inverse of `erfc`.
pub fn erfcinv(x: f64) -> f64 {
    if x == 0.0 {
        f64::INFINITY
    } else if x == 2.0 {
        f64::NEG_INFINITY
    } else if !(x > 0.0 && x < 2.0) {
        canon_f64(f64::NAN)
    } else if x <= 0.5 {
        tail_inverse(x)
    } else if x < 1.5 {
        erfinv(1.0 - x)
    } else {
        -tail_inverse(2.0 - x)
    }
}

/// The standard normal distribution function, `erfc(-x / sqrt 2) / 2`.
pub fn normcdf(x: f64) -> f64 {
    if x.is_nan() {
        return canon_f64(x);
    }
    const C: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const C_LOW: f64 = -4.833_646_656_726_457e-17;
    let x = x.clamp(-40.0, 40.0);
    let z = -x * C;
    let low = product_error(-x, C, z) - x * C_LOW;
    // In the tail erfc amplifies the rounding of its argument by 2 z^2, so the lost part is put back.
    let e = libm::erfc(z);
    let slope = TWO_OVER_ROOT_PI * libm::exp(-z * z);
    0.5 * (e - slope * low)
}

/// The inverse of the standard normal distribution function.
pub fn normcdfinv(p: f64) -> f64 {
    // The subtraction only negates, but gives +0 for a half.
    canon_f64(0.0 - std::f64::consts::SQRT_2 * erfcinv(2.0 * p))
}
