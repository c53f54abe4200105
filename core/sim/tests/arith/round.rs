//! Every operation of `arith::round` in every rounding mode against LLVM's software floating point.

use crate::sample::Rng;
use rustc_apfloat::ieee::{Double, Single};
use rustc_apfloat::{Float, Round};
use warplens_sim::arith::mode::{Mods, Rounding};
use warplens_sim::arith::round;

pub fn llvm(r: Rounding) -> Round {
    match r {
        Rounding::Rn => Round::NearestTiesToEven,
        Rounding::Rz => Round::TowardZero,
        Rounding::Rm => Round::TowardNegative,
        Rounding::Rp => Round::TowardPositive,
    }
}

pub fn single(x: f32) -> Single {
    Single::from_bits(u128::from(x.to_bits()))
}

pub fn double(x: f64) -> Double {
    Double::from_bits(u128::from(x.to_bits()))
}

/// The judge's result as bits, NaN replaced by the device's.
pub fn want32(x: Single) -> u32 {
    if x.is_nan() { 0x7fff_ffff } else { x.to_bits() as u32 }
}

pub fn want64(x: Double) -> u64 {
    if x.is_nan() { 0xfff8_0000_0000_0000 } else { x.to_bits() as u64 }
}

#[test]
fn single_precision_is_correctly_rounded_in_every_mode() {
    let mut rng = Rng(1);
    for _ in 0..150_000 {
        let (a, b, c) = (rng.f32(), rng.f32(), rng.f32());
        let (x, y, z) = (single(a), single(b), single(c));
        for rnd in Rounding::ALL {
            let (m, r) = (Mods::rounding(rnd), llvm(rnd));
            let at = |op: &str| format!("{op}.{rnd:?} {a:e} {b:e} {c:e}");
            assert_eq!(round::add_f32(m, a, b).to_bits(), want32(x.add_r(y, r).value), "{}", at("add"));
            assert_eq!(round::sub_f32(m, a, b).to_bits(), want32(x.sub_r(y, r).value), "{}", at("sub"));
            assert_eq!(round::mul_f32(m, a, b).to_bits(), want32(x.mul_r(y, r).value), "{}", at("mul"));
            assert_eq!(round::div_f32(m, a, b).to_bits(), want32(x.div_r(y, r).value), "{}", at("div"));
            let fma = x.mul_add_r(y, z, r).value;
            assert_eq!(round::fma_f32(m, a, b, c).to_bits(), want32(fma), "{}", at("fma"));
        }
    }
}

#[test]
fn double_precision_is_correctly_rounded_in_every_mode() {
    let mut rng = Rng(2);
    for _ in 0..100_000 {
        let (a, b, c) = (rng.f64(), rng.f64(), rng.f64());
        let (x, y, z) = (double(a), double(b), double(c));
        for rnd in Rounding::ALL {
            let (m, r) = (Mods::rounding(rnd), llvm(rnd));
            let at = |op: &str| format!("{op}.{rnd:?} {a:e} {b:e} {c:e}");
            assert_eq!(round::add_f64(m, a, b).to_bits(), want64(x.add_r(y, r).value), "{}", at("add"));
            assert_eq!(round::sub_f64(m, a, b).to_bits(), want64(x.sub_r(y, r).value), "{}", at("sub"));
            assert_eq!(round::mul_f64(m, a, b).to_bits(), want64(x.mul_r(y, r).value), "{}", at("mul"));
            assert_eq!(round::div_f64(m, a, b).to_bits(), want64(x.div_r(y, r).value), "{}", at("div"));
            let fma = x.mul_add_r(y, z, r).value;
            assert_eq!(round::fma_f64(m, a, b, c).to_bits(), want64(fma), "{}", at("fma"));
        }
    }
}

/// The judge has no square root: a directed one is the largest number whose square does not exceed the operand,
/// or its successor.
#[test]
fn square_roots_bracket_their_operand() {
    let mut rng = Rng(3);
    for _ in 0..100_000 {
        let a = rng.f32().abs();
        if a.is_finite() {
            let down = round::sqrt_f32(Mods::rounding(Rounding::Rm), a);
            let up = round::sqrt_f32(Mods::rounding(Rounding::Rp), a);
            let (d, u) = (f64::from(down), f64::from(up));
            assert!(d * d <= f64::from(a) && u * u >= f64::from(a), "{a:e}");
            assert!(u.to_bits() == d.to_bits() && d * d == f64::from(a) || up == down.next_up(), "{a:e}");
            assert_eq!(round::sqrt_f32(Mods::rounding(Rounding::Rz), a), down);
        }
        let a = rng.f64().abs();
        if a.is_finite() {
            let down = round::sqrt_f64(Mods::rounding(Rounding::Rm), a);
            let up = round::sqrt_f64(Mods::rounding(Rounding::Rp), a);
            let square =
                |v: f64, r: Round| f64::from_bits(double(v).mul_r(double(v), r).value.to_bits() as u64);
            assert!(
                square(down, Round::TowardPositive) <= a || square(down, Round::TowardNegative) <= a,
                "{a:e}"
            );
            assert!(square(up, Round::TowardPositive) >= a, "{a:e}");
            assert!(up == down || up == down.next_up(), "{a:e}");
            let nearest = a.sqrt();
            assert!(nearest == down || nearest == up, "{a:e}");
            assert_eq!(round::sqrt_f64(Mods::rounding(Rounding::Rz), a), down);
        }
    }
}

#[test]
fn square_roots_of_the_special_values() {
    for rnd in Rounding::ALL {
        let m = Mods::rounding(rnd);
        assert_eq!(round::sqrt_f32(m, -1.0).to_bits(), 0x7fff_ffff);
        assert_eq!(round::sqrt_f32(m, -0.0).to_bits(), 0x8000_0000);
        assert_eq!(round::sqrt_f32(m, f32::INFINITY), f32::INFINITY);
        assert_eq!(round::sqrt_f64(m, -1.0).to_bits(), 0xfff8_0000_0000_0000);
        assert_eq!(round::sqrt_f64(m, -0.0).to_bits(), 1 << 63);
        assert_eq!(round::sqrt_f64(m, f64::INFINITY), f64::INFINITY);
        assert_eq!(round::sqrt_f64(m, f64::NAN).to_bits(), 0xfff8_0000_0000_0000);
    }
}

#[test]
fn flushing_clears_subnormal_operands_and_results_but_not_their_sign() {
    let m = Mods::RN_FTZ;
    let tiny = f32::from_bits(1);
    assert_eq!(round::add_f32(m, -tiny, -tiny).to_bits(), 0x8000_0000);
    assert_eq!(round::mul_f32(m, f32::MIN_POSITIVE, -0.5).to_bits(), 0x8000_0000);
    assert_eq!(round::div_f32(m, 1.0, tiny), f32::INFINITY, "the divisor counts as zero");
    assert_eq!(round::fma_f32(m, tiny, 1.0e38, 0.0).to_bits(), 0);
    assert_eq!(round::mul_f32(Mods::RN, f32::MIN_POSITIVE, 0.5).to_bits(), 0x0040_0000);
}

#[test]
fn saturation_clamps_and_turns_nan_into_zero() {
    let m = Mods { sat: true, ..Mods::RN };
    assert_eq!(round::add_f32(m, 2.0, 3.0), 1.0);
    assert_eq!(round::add_f32(m, -2.0, 1.0).to_bits(), 0);
    assert_eq!(round::add_f32(m, f32::INFINITY, f32::NEG_INFINITY).to_bits(), 0);
    assert_eq!(round::mul_f32(m, 0.5, 0.5), 0.25);
    assert_eq!(round::add_f64(m, f64::NAN, 1.0).to_bits(), 0);
}

#[test]
fn packed_single_precision_is_two_independent_operations() {
    let pack = |lo: f32, hi: f32| u64::from(lo.to_bits()) | (u64::from(hi.to_bits()) << 32);
    let d = round::each_f32x2(pack(1.0, 2.0), pack(3.0, 4.0), pack(5.0, 6.0), |a, b, c| {
        round::fma_f32(Mods::RN, a, b, c)
    });
    assert_eq!(d, pack(8.0, 14.0));
}
