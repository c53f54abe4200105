//! The approximate instructions stay within the errors the manual states, measured over dense sweeps against a
//! double-precision library, and give the manual's table of special values.

use warplens_sim::arith::approx;
use warplens_sim::arith::half::{bf16, f16};

const NAN: u32 = 0x7fff_ffff;

/// About 400,000 values over every exponent, both signs.
fn sweep() -> impl Iterator<Item = f32> {
    (0..u32::MAX).step_by(10_007).map(f32::from_bits).filter(|x| x.is_finite())
}

/// `n` values evenly over a range.
fn range(lo: f64, hi: f64, n: u32) -> impl Iterator<Item = f32> {
    (0..=n).map(move |i| (lo + (hi - lo) * f64::from(i) / f64::from(n)) as f32)
}

/// Distance between two singles in units of the last place.
fn ulps(a: f32, b: f32) -> u32 {
    let order = |x: f32| {
        let b = x.to_bits() as i32;
        if b < 0 { i32::MIN.wrapping_sub(b) } else { b }
    };
    if a.is_nan() && b.is_nan() { 0 } else { order(a).abs_diff(order(b)) }
}

fn worst(xs: impl Iterator<Item = f32>, error: impl Fn(f32) -> f64) -> f64 {
    xs.map(error).fold(0.0, f64::max)
}

#[test]
fn sine_and_cosine_stay_within_their_absolute_errors() {
    let pi = std::f64::consts::PI;
    for (limit, bound) in [(2.0 * pi, 2f64.powf(-20.5)), (100.0 * pi, 2f64.powf(-14.7))] {
        let sin = worst(range(-limit, limit, 300_000), |x| {
            (f64::from(approx::sin(false, x)) - libm::sin(x.into())).abs()
        });
        let cos = worst(range(-limit, limit, 300_000), |x| {
            (f64::from(approx::cos(false, x)) - libm::cos(x.into())).abs()
        });
        assert!(sin <= bound && cos <= bound, "sin {sin:e} cos {cos:e}");
    }
}

#[test]
fn sine_and_cosine_never_leave_minus_one_to_one() {
    for x in sweep() {
        assert!(approx::sin(false, x).abs() <= 1.0 && approx::cos(false, x).abs() <= 1.0, "{x:e}");
    }
}

#[test]
fn ex2_is_within_two_ulp_everywhere() {
    for x in sweep().chain(range(-152.0, 130.0, 300_000)) {
        assert!(ulps(approx::ex2(false, x), libm::exp2(x.into()) as f32) <= 2, "{x:e}");
    }
    for n in -149..=127 {
        assert_eq!(f64::from(approx::ex2(false, n as f32)), 2f64.powi(n), "powers of two are exact");
    }
}

#[test]
fn lg2_is_within_two_to_the_minus_22() {
    for x in sweep().filter(|x| *x > 0.0).chain(range(0.4, 2.2, 300_000)) {
        let (got, want) = (f64::from(approx::lg2(false, x)), libm::log2(x.into()));
        let error = (got - want).abs();
        let bound = 2f64.powi(-22);
        assert!(
            if x > 0.5 && x < 2.0 { error <= bound } else { error <= bound * want.abs() },
            "{x:e} {got} {want}"
        );
    }
}

#[test]
fn tanh_is_within_two_to_the_minus_11() {
    for x in sweep().chain(range(-10.0, 10.0, 200_000)).filter(|x| *x != 0.0) {
        let want = libm::tanh(x.into());
        let error = ((f64::from(approx::tanh(x)) - want) / want).abs();
        // The smallest subnormals have no digits to be relative to.
        assert!(
            error <= 2f64.powi(-11) || x.abs() < f32::MIN_POSITIVE && ulps(approx::tanh(x), x) <= 1,
            "{x:e}"
        );
    }
}

#[test]
fn roots_and_quotients_stay_within_their_bounds() {
    for x in sweep().filter(|x| *x > 0.0) {
        let w = f64::from(x);
        assert!(ulps(approx::rcp(false, x), (1.0 / w) as f32) <= 1, "{x:e}");
        assert!(((f64::from(approx::rsqrt(false, x)) * w.sqrt()) - 1.0).abs() <= 2f64.powf(-22.9), "{x:e}");
        assert!((f64::from(approx::sqrt(false, x)) / w.sqrt() - 1.0).abs() <= 2f64.powi(-23), "{x:e}");
        assert!(ulps(approx::div_full(false, 3.7, x), (f64::from(3.7f32) / w) as f32) <= 2, "{x:e}");
    }
}

#[test]
fn special_values_are_those_of_the_manuals_tables() {
    let inf = f32::INFINITY;
    type Row = (&'static str, fn(bool, f32) -> f32, [(f32, f32); 5]);
    let nan = f32::NAN;
    let rows: [Row; 7] = [
        ("sin", approx::sin, [(-inf, nan), (-0.0, -0.0), (0.0, 0.0), (inf, nan), (nan, nan)]),
        ("cos", approx::cos, [(-inf, nan), (-0.0, 1.0), (0.0, 1.0), (inf, nan), (nan, nan)]),
        ("ex2", approx::ex2, [(-inf, 0.0), (-0.0, 1.0), (0.0, 1.0), (inf, inf), (nan, nan)]),
        ("lg2", approx::lg2, [(-inf, nan), (-0.0, -inf), (0.0, -inf), (inf, inf), (-1.0, nan)]),
        ("rcp", approx::rcp, [(-inf, -0.0), (-0.0, -inf), (0.0, inf), (inf, 0.0), (nan, nan)]),
        ("rsqrt", approx::rsqrt, [(-inf, nan), (-0.0, -inf), (0.0, inf), (inf, 0.0), (-1.0, nan)]),
        ("sqrt", approx::sqrt, [(-inf, nan), (-0.0, -0.0), (0.0, 0.0), (inf, inf), (-1.0, nan)]),
    ];
    for (name, f, table) in rows {
        for (x, want) in table {
            for ftz in [false, true] {
                let want = if want.is_nan() { NAN } else { want.to_bits() };
                assert_eq!(f(ftz, x).to_bits(), want, "{name} {x:e}");
            }
        }
    }
    for (x, want) in [(-inf, -1.0f32), (-0.0, -0.0), (0.0, 0.0), (inf, 1.0)] {
        assert_eq!(approx::tanh(x).to_bits(), want.to_bits());
    }
    assert_eq!(approx::tanh(nan).to_bits(), NAN);
}

#[test]
fn flushing_applies_to_inputs_and_results() {
    let tiny = f32::from_bits(1);
    assert_eq!(approx::rcp(true, tiny), f32::INFINITY);
    assert_eq!(approx::rcp(true, 3e38), 0.0);
    assert!(approx::rcp(false, 3e38) > 0.0);
    assert_eq!(approx::ex2(true, -127.0), 0.0);
    assert_eq!(approx::ex2(false, -149.0), tiny);
    assert_eq!(approx::lg2(true, tiny), f32::NEG_INFINITY);
    assert_eq!(approx::lg2(false, tiny), -149.0);
    assert_eq!(approx::rsqrt(true, -tiny), f32::NEG_INFINITY);
    assert_eq!(approx::sin(true, -tiny).to_bits(), 0x8000_0000);
    assert_eq!(approx::sin(false, -tiny), -tiny);
}

#[test]
fn approximate_division_loses_divisors_beyond_two_to_the_126() {
    let big = 2f32.powi(126);
    assert_eq!(approx::div_approx(false, big, big), 1.0);
    assert_eq!(approx::div_approx(false, -big, 1.5 * big).to_bits(), 0x8000_0000);
    assert_eq!(approx::div_approx(false, f32::INFINITY, 1.5 * big).to_bits(), NAN);
    assert_eq!(approx::div_approx(false, 1.0, f32::INFINITY), 0.0);
    assert_eq!(approx::div_full(false, 1.5 * big, 1.5 * big), 1.0);
}

#[test]
fn gross_double_precision_approximations_use_the_upper_word() {
    for i in 1..10_000 {
        let x = f64::from(i) * 1.37;
        for (got, want) in [(approx::rcp_gross_f64(x), 1.0 / x), (approx::rsqrt_gross_f64(x), 1.0 / x.sqrt())]
        {
            assert_eq!(got.to_bits() as u32, 0);
            assert!((got / want - 1.0).abs() < 2f64.powi(-19), "{x}");
        }
    }
    assert_eq!(approx::rcp_gross_f64(f64::NAN).to_bits(), 0x7fff_ffff_0000_0000);
    assert_eq!(approx::rcp_gross_f64(-1e-310), f64::NEG_INFINITY);
    assert_eq!(approx::rcp_gross_f64(f64::NEG_INFINITY).to_bits(), 1 << 63);
    assert_eq!(approx::rsqrt_gross_f64(-1e-310), f64::NEG_INFINITY);
    assert_eq!(approx::rsqrt_gross_f64(f64::INFINITY).to_bits(), 0);
    assert_eq!(approx::rsqrt_f64(4.0), 0.5);
}

#[test]
fn half_precision_forms_hold_their_bounds_for_every_value() {
    for bits in 0..=u16::MAX {
        let x = f64::from(f16::to_f32(bits));
        let (e, t) = (f16::to_f32(approx::ex2_f16(bits)), f16::to_f32(approx::tanh_f16(bits)));
        if x.is_nan() {
            assert_eq!((approx::ex2_f16(bits), approx::tanh_f16(bits)), (0x7fff, 0x7fff));
        } else {
            let want = libm::exp2(x);
            let subnormal = want < 6.2e-5 && (f64::from(e) - want).abs() <= 2f64.powi(-25);
            assert!(
                (f64::from(e) / want - 1.0).abs() <= 2f64.powf(-9.9)
                    || subnormal
                    || want >= 65_504.0
                    || want == 0.0
            );
            assert!((f64::from(t) - libm::tanh(x)).abs() <= 2f64.powf(-10.987), "{x}");
        }
        let x = f64::from(bf16::to_f32(bits));
        let (e, t) = (bf16::to_f32(approx::ex2_bf16(bits)), bf16::to_f32(approx::tanh_bf16(bits)));
        if !x.is_nan() {
            let want = libm::exp2(x);
            let outside = !(1.2e-38..=3.3e38).contains(&want);
            assert!((f64::from(e) / want - 1.0).abs() <= 2f64.powi(-7) || outside, "{x}");
            assert!((f64::from(t) - libm::tanh(x)).abs() <= 2f64.powi(-8), "{x}");
        }
    }
}
