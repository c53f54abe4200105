//! The wide reference arithmetic against hand-worked roundings.

use warplens_sim::arith::exact::{E4M3, Exact, F16, F64};
use warplens_sim::arith::mode::Rounding;

fn at(neg: bool, mag: u128, exp: i32) -> Exact {
    Exact { neg, exp, mag }
}

#[test]
fn ties_go_to_the_even_neighbour() {
    // 2048 is the first integer from which f16 counts by twos.
    assert_eq!(at(false, 2049, 0).round(F16, Rounding::Rn), 0x6800);
    assert_eq!(at(false, 2051, 0).round(F16, Rounding::Rn), 0x6802);
    assert_eq!(at(true, 2049, 0).round(F16, Rounding::Rm), 0xe801);
    assert_eq!(at(true, 2049, 0).round(F16, Rounding::Rp), 0xe800);
}

#[test]
fn overflow_is_infinite_or_the_largest_number_by_direction() {
    let big = at(false, 1, 20);
    assert_eq!(big.round(F16, Rounding::Rn), 0x7c00);
    assert_eq!(big.round(F16, Rounding::Rz), 0x7bff);
    assert_eq!(big.round(F16, Rounding::Rm), 0x7bff);
    assert_eq!(big.round(F16, Rounding::Rp), 0x7c00);
    assert_eq!(at(false, 1, 4000).round(F64, Rounding::Rn), f64::INFINITY.to_bits());
    assert_eq!(at(false, 480, 0).round(E4M3, Rounding::Rz), 0x7e);
}

#[test]
fn the_smallest_subnormal_is_reached_from_below_only_when_rounding_up() {
    let speck = at(false, 1, -2000);
    assert_eq!(speck.round(F64, Rounding::Rn), 0);
    assert_eq!(speck.round(F64, Rounding::Rp), 1);
    assert_eq!(at(false, 1, -25).round(F16, Rounding::Rn), 0, "half of the smallest ties to zero");
    assert_eq!(at(false, 3, -26).round(F16, Rounding::Rn), 1);
}
