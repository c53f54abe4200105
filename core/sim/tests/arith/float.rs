//! Minimum, maximum, signs, classes: PTX's tables written out.

use crate::sample::{EDGES_F32, EDGES_F64, Rng};
use warplens_sim::arith::float::*;

const NAN: f32 = f32::NAN;

#[test]
fn a_nan_operand_loses_unless_nan_is_asked_for() {
    let m = MinMax::default();
    assert_eq!(min_f32(m, NAN, 1.0), 1.0);
    assert_eq!(max_f32(m, 1.0, NAN), 1.0);
    assert_eq!(min_f32(m, NAN, NAN).to_bits(), NAN_F32);
    let n = MinMax { nan: true, ..m };
    assert_eq!(min_f32(n, NAN, 1.0).to_bits(), NAN_F32);
    assert_eq!(max_f32(n, 1.0, NAN).to_bits(), NAN_F32);
    assert_eq!(max_f64(m, f64::NAN, f64::NAN).to_bits(), NAN_F64);
}

#[test]
fn negative_zero_is_less_than_positive_zero() {
    let m = MinMax::default();
    assert_eq!(min_f32(m, 0.0, -0.0).to_bits(), 0x8000_0000);
    assert_eq!(min_f32(m, -0.0, 0.0).to_bits(), 0x8000_0000);
    assert_eq!(max_f32(m, 0.0, -0.0).to_bits(), 0);
    assert_eq!(max_f64(m, -0.0, 0.0).to_bits(), 0);
}

#[test]
fn xorsign_abs_compares_magnitudes_and_multiplies_signs() {
    let m = MinMax { xorsign_abs: true, ..MinMax::default() };
    assert_eq!(min_f32(m, -2.0, 3.0), -2.0);
    assert_eq!(max_f32(m, -2.0, -3.0), 3.0);
    assert_eq!(max_f32(m, 2.0, -3.0), -3.0);
}

#[test]
fn three_operand_forms_fold() {
    let m = MinMax::default();
    assert_eq!(min3_f32(m, 3.0, NAN, 2.0), 2.0);
    assert_eq!(max3_f32(MinMax { nan: true, ..m }, 3.0, NAN, 2.0).to_bits(), NAN_F32);
    assert_eq!(max3_f64(m, 1.0, 5.0, 2.0), 5.0);
    assert_eq!(min3_f64(m, 1.0, 5.0, 2.0), 1.0);
}

#[test]
fn flushing_happens_before_the_comparison() {
    let m = MinMax { ftz: true, ..MinMax::default() };
    assert_eq!(max_f32(m, f32::from_bits(5), -1.0).to_bits(), 0);
    assert_eq!(min_f32(m, f32::from_bits(0x8000_0005), 1.0).to_bits(), 0x8000_0000);
}

#[test]
fn numbers_agree_with_a_plain_comparison() {
    let mut rng = Rng(4);
    for _ in 0..100_000 {
        let (a, b) = (rng.f32(), rng.f32());
        if a < b {
            assert_eq!(min_f32(MinMax::default(), a, b).to_bits(), a.to_bits());
            assert_eq!(max_f32(MinMax::default(), a, b).to_bits(), b.to_bits());
        }
    }
}

#[test]
fn sign_operations_touch_the_sign_bit_alone() {
    for bits in EDGES_F32 {
        let x = f32::from_bits(bits);
        assert_eq!(abs_f32(false, x).to_bits(), bits & 0x7fff_ffff);
        assert_eq!(neg_f32(false, x).to_bits(), bits ^ 0x8000_0000);
        assert_eq!(copysign_f32(-1.0, x).to_bits(), bits | 0x8000_0000, "the first operand gives the sign");
    }
    assert_eq!(neg_f32(true, f32::from_bits(3)).to_bits(), 0x8000_0000);
    for bits in EDGES_F64 {
        assert_eq!(neg_f64(false, f64::from_bits(bits)).to_bits(), bits ^ (1 << 63));
        assert_eq!(copysign_f64(1.0, f64::from_bits(bits)).to_bits(), bits & !(1 << 63));
    }
}

#[test]
fn every_value_is_in_the_classes_testp_says() {
    use Class::*;
    let table: [(f32, &[Class]); 6] = [
        (0.0, &[Finite, Number]),
        (1.0, &[Finite, Number, Normal]),
        (-1e-40, &[Finite, Number, Subnormal]),
        (f32::INFINITY, &[Infinite, Number]),
        (f32::NEG_INFINITY, &[Infinite, Number]),
        (NAN, &[NotANumber]),
    ];
    for (x, classes) in table {
        for class in [Finite, Infinite, Number, NotANumber, Normal, Subnormal] {
            assert_eq!(testp_f32(class, x), classes.contains(&class), "{x:e} {class:?}");
        }
    }
    assert!(testp_f64(Subnormal, 1e-310) && testp_f64(Normal, 1e-300) && testp_f64(NotANumber, f64::NAN));
}

#[test]
fn relu_keeps_nan_and_drops_negative_zero() {
    assert_eq!(relu_f32(-0.0).to_bits(), 0);
    assert_eq!(relu_f32(-5.0).to_bits(), 0);
    assert_eq!(relu_f32(5.0), 5.0);
    assert_eq!(relu_f32(-NAN).to_bits(), NAN_F32);
}

#[test]
fn saturation_of_the_edges() {
    for (x, want) in
        [(-1.0, 0.0), (-0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (1.5, 1.0), (NAN, 0.0), (f32::INFINITY, 1.0)]
    {
        assert_eq!(sat_f32(x).to_bits(), f32::to_bits(want), "{x}");
    }
}
