//! Bessel functions: the modified `I0` and `I1` (6 ulp), and `J0`, `J1`, `Y0`, `Y1` with digits at their zeros.
//!
//! CUDA C++ Programming Guide, "Mathematical Functions", double precision: 7 ulp for `|x| < 8`, beyond that an
//! absolute error of 5e-12, which the `libm` crate meets. Its asymptotic forms have no relative accuracy beside a
//! zero, so there a Taylor series about the zero, given to twice the precision, takes over.

use super::coefficients::*;
use super::error_functions::polynomial;
use crate::arith::float::canon_f64;

/// A zero of a function, in two parts, and the function's Taylor series there without the constant.
struct Zero {
    hi: f64,
    lo: f64,
    series: &'static [f64],
    reach: f64,
}

fn beside(x: f64, zeros: &[Zero]) -> Option<f64> {
    let zero = zeros.iter().find(|z| (x - z.hi).abs() < z.reach)?;
    let t = (x - zero.hi) - zero.lo;
    Some(t * polynomial(t, zero.series))
}

const J0_ZEROS: [Zero; 2] = [
    Zero { hi: 2.404825557695773, lo: -1.176691651530894e-16, series: &J0_AT_1, reach: 0.9 },
    Zero { hi: 5.520078110286311, lo: 8.088597146146722e-17, series: &J0_AT_2, reach: 0.9 },
];
const J1_ZEROS: [Zero; 2] = [
    Zero { hi: 3.8317059702075125, lo: -1.5269184090088067e-16, series: &J1_AT_1, reach: 0.9 },
    Zero { hi: 7.015586669815619, lo: -9.414165653410389e-17, series: &J1_AT_2, reach: 0.9 },
];
const Y0_ZEROS: [Zero; 3] = [
    Zero { hi: 0.8935769662791675, lo: 2.6596231539720385e-17, series: &Y0_AT_1, reach: 0.12 },
    Zero { hi: 3.957678419314858, lo: -1.0764340697562706e-16, series: &Y0_AT_2, reach: 0.6 },
    Zero { hi: 7.086051060301773, lo: -8.835285723085408e-17, series: &Y0_AT_3, reach: 0.9 },
];
const Y1_ZEROS: [Zero; 2] = [
    Zero { hi: 2.197141326031017, lo: -4.8259835876454966e-17, series: &Y1_AT_1, reach: 0.3 },
    Zero { hi: 5.429681040794135, lo: 4.162514026670377e-16, series: &Y1_AT_2, reach: 0.8 },
];

/// Bessel function of the first kind, order 0.
pub fn j0(x: f64) -> f64 {
    beside(x.abs(), &J0_ZEROS).unwrap_or_else(|| canon_f64(libm::j0(x)))
}

/// Bessel function of the first kind, order 1.
pub fn j1(x: f64) -> f64 {
    beside(x.abs(), &J1_ZEROS).map_or_else(|| canon_f64(libm::j1(x)), |y| if x < 0.0 { -y } else { y })
}

/// Bessel function of the second kind, order 0; NaN below zero.
pub fn y0(x: f64) -> f64 {
    beside(x, &Y0_ZEROS).unwrap_or_else(|| canon_f64(libm::y0(x)))
}

/// Bessel function of the second kind, order 1; NaN below zero.
pub fn y1(x: f64) -> f64 {
    beside(x, &Y1_ZEROS).unwrap_or_else(|| canon_f64(libm::y1(x)))
}

/// Orders are evaluated by recurrence, so they are bounded: beyond this one the device gives NaN.
const MAX_ORDER: i32 = 1 << 20;

/// Bessel function of the first kind, order `n`; NaN for negative orders, as CUDA gives.
pub fn jn(n: i32, x: f64) -> f64 {
    match n {
        ..0 => canon_f64(f64::NAN),
        0 => j0(x),
        1 => j1(x),
        2..=MAX_ORDER => canon_f64(libm::jn(n, x)),
        _ => canon_f64(f64::NAN),
    }
}

/// Bessel function of the second kind, order `n`; NaN for negative orders and arguments.
pub fn yn(n: i32, x: f64) -> f64 {
    match n {
        ..0 => canon_f64(f64::NAN),
        0 => y0(x),
        1 => y1(x),
        2..=MAX_ORDER if x >= 0.0 => canon_f64(libm::yn(n, x)),
        _ => canon_f64(f64::NAN),
    }
}

/// `exp(x) p / sqrt(x)` in two factors, so that only the product can overflow.
fn grown(x: f64, p: f64) -> f64 {
    let half = libm::exp(0.5 * x);
    (half * (p / x.sqrt())) * half
}

/// Terms of the power series about 0: enough for `x = 8`.
const TERMS: u32 = 30;

/// Modified Bessel function, order 0.
pub fn cyl_bessel_i0(x: f64) -> f64 {
    let x = x.abs();
    if x < 8.0 {
        // sum (x^2/4)^k / (k!)^2, all terms positive, by Horner from the last ratio up.
        let z = 0.25 * x * x;
        (1..=TERMS).rev().fold(1.0, |s, k| 1.0 + s * z / f64::from(k * k))
    } else if x < f64::INFINITY {
        grown(x, polynomial(16.0 / x - 1.0, &I0_FAR))
    } else {
        canon_f64(x)
    }
}

/// Modified Bessel function, order 1.
pub fn cyl_bessel_i1(x: f64) -> f64 {
    let a = x.abs();
    let y = if a < 8.0 {
        let z = 0.25 * a * a;
        0.5 * a * (1..=TERMS).rev().fold(1.0, |s, k| 1.0 + s * z / f64::from(k * (k + 1)))
    } else if a < f64::INFINITY {
        grown(a, polynomial(16.0 / a - 1.0, &I1_FAR))
    } else {
        canon_f64(a)
    };
    if x < 0.0 { -y } else { y }
}
