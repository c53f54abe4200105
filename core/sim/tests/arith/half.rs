//! f16 and bf16: all 65,536 values where one operand is enough, pairs and triples sampled, against LLVM.

use crate::round::{double, llvm, single};
use crate::sample::Rng;
use rustc_apfloat::ieee::{BFloat, Double, Half, Single};
use rustc_apfloat::{Float, FloatConvert};
use warplens_sim::arith::float::MinMax;
use warplens_sim::arith::half::{HalfMods, bf16, each, each2, each3, f16};
use warplens_sim::arith::mode::Rounding;

fn want<F: Float>(x: F) -> u16 {
    if x.is_nan() { 0x7fff } else { x.to_bits() as u16 }
}

fn h(x: u16) -> Half {
    Half::from_bits(u128::from(x))
}

fn b(x: u16) -> BFloat {
    BFloat::from_bits(u128::from(x))
}

#[test]
fn widening_is_exact_for_every_value() {
    for x in 0..=u16::MAX {
        let w: Single = h(x).convert(&mut false).value;
        let want32 = if w.is_nan() { 0x7fff_ffff } else { w.to_bits() as u32 };
        assert_eq!(f16::to_f32(x).to_bits(), want32, "{x:04x}");
        let w: Single = b(x).convert(&mut false).value;
        let want32 = if w.is_nan() { 0x7fff_ffff } else { w.to_bits() as u32 };
        assert_eq!(bf16::to_f32(x).to_bits(), want32, "{x:04x}");
        let w: Double = h(x).convert(&mut false).value;
        let want64 = if w.is_nan() { 0x7fff_ffff_e000_0000 } else { w.to_bits() as u64 };
        assert_eq!(f16::to_f64(x).to_bits(), want64, "{x:04x}");
    }
}

#[test]
fn narrowing_is_correctly_rounded_in_every_mode() {
    let mut rng = Rng(5);
    // Every boundary between two f16 or bf16 values, and its neighbours.
    let edges = (0..=u16::MAX).flat_map(|x| {
        let (p, q) = (f16::to_f32(x).to_bits(), u32::from(x) << 16);
        [p, p + 1, p.wrapping_sub(1), p + 0x1000, p + 0x0fff, p + 0x1001, q | 0x8000, q | 0x7fff, q | 0x8001]
    });
    let random = (0..200_000).map(|_| rng.f32().to_bits());
    for bits in edges.chain(random) {
        let x = f32::from_bits(bits);
        for rnd in Rounding::ALL {
            let w: Half = single(x).convert_r(llvm(rnd), &mut false).value;
            assert_eq!(f16::from_f32(x, rnd), want(w), "{bits:08x} {rnd:?}");
            let w: BFloat = single(x).convert_r(llvm(rnd), &mut false).value;
            assert_eq!(bf16::from_f32(x, rnd), want(w), "{bits:08x} {rnd:?}");
        }
    }
}

#[test]
fn narrowing_from_double_precision_rounds_once() {
    let mut rng = Rng(6);
    for n in 0..200_000 {
        // Half of the values lie a hair beside the middle of two f16 values, where rounding twice goes wrong.
        let x = if n % 2 == 0 {
            rng.f64()
        } else {
            let mid = f64::from(f16::to_f32(rng.next() as u16)) * (1.0 + 1.0 / 2048.0);
            f64::from_bits(mid.to_bits().wrapping_add(rng.next() % 3).wrapping_sub(1))
        };
        for rnd in Rounding::ALL {
            let w: Half = double(x).convert_r(llvm(rnd), &mut false).value;
            assert_eq!(f16::from_f64(x, rnd), want(w), "{x:e} {rnd:?}");
            let w: BFloat = double(x).convert_r(llvm(rnd), &mut false).value;
            assert_eq!(bf16::from_f64(x, rnd), want(w), "{x:e} {rnd:?}");
        }
    }
}

#[test]
fn arithmetic_rounds_once() {
    let (mut rng, m) = (Rng(7), HalfMods::NONE);
    for n in 0..300_000 {
        let r = rng.next();
        // Every other triple has exponents close to one another, so that digits overlap.
        let squeeze = |x: u16, bits: u16| if n % 2 == 0 { x } else { (x & 0x83ff) | bits };
        let near = 0x3800 | (r >> 50) as u16 & 0x0c00;
        let (x, y, z) =
            (squeeze(r as u16, near), squeeze((r >> 16) as u16, 0x3c00), squeeze((r >> 32) as u16, near));
        let at = format!("{x:04x} {y:04x} {z:04x}");
        assert_eq!(f16::add(m, x, y), want(h(x).add_r(h(y), llvm(Rounding::Rn)).value), "add {at}");
        assert_eq!(f16::sub(m, x, y), want((h(x) - h(y)).value), "sub {at}");
        assert_eq!(f16::mul(m, x, y), want((h(x) * h(y)).value), "mul {at}");
        assert_eq!(f16::fma(m, x, y, z), want(h(x).mul_add(h(y), h(z)).value), "fma {at}");
        assert_eq!(bf16::add(m, x, y), want((b(x) + b(y)).value), "bf add {at}");
        assert_eq!(bf16::sub(m, x, y), want((b(x) - b(y)).value), "bf sub {at}");
        assert_eq!(bf16::mul(m, x, y), want((b(x) * b(y)).value), "bf mul {at}");
        assert_eq!(bf16::fma(m, x, y, z), want(b(x).mul_add(b(y), b(z)).value), "bf fma {at}");
    }
}

#[test]
fn modifiers_of_every_value() {
    let zero_plus = |m, x| f16::add(m, x, 0x8000);
    for x in 0..=u16::MAX {
        let v = f16::to_f32(x);
        let flushed = if v.abs() < 6.103_515_6e-5 { x & 0x8000 } else { x };
        let number = if v.is_nan() { 0x7fff } else { x };
        assert_eq!(
            zero_plus(HalfMods { ftz: true, ..HalfMods::NONE }, x),
            if v.is_nan() { 0x7fff } else { flushed }
        );
        assert_eq!(
            f16::to_f32(zero_plus(HalfMods { sat: true, ..HalfMods::NONE }, x)),
            v.clamp(0.0, 1.0).max(0.0)
        );
        let relu = if v.is_nan() {
            0x7fff
        } else if v <= 0.0 {
            0
        } else {
            number
        };
        assert_eq!(zero_plus(HalfMods { relu: true, ..HalfMods::NONE }, x), relu, "{x:04x}");
        assert_eq!(f16::neg(false, x), x ^ 0x8000);
        assert_eq!(f16::abs(true, x), flushed & 0x7fff);
        assert_eq!(bf16::abs(false, x), x & 0x7fff);
    }
}

#[test]
fn minimum_and_maximum_follow_the_single_precision_rules() {
    let m = MinMax::default();
    assert_eq!(f16::min(m, 0x0000, 0x8000), 0x8000);
    assert_eq!(f16::max(m, 0x7e01, 0x3c00), 0x3c00);
    assert_eq!(f16::max(MinMax { nan: true, ..m }, 0x7e01, 0x3c00), 0x7fff);
    assert_eq!(bf16::min(m, 0x0001, 0x0002), 0x0001, "bf16 subnormals are not flushed");
    assert_eq!(f16::max(MinMax { ftz: true, ..m }, 0x0001, 0x8001), 0x0000);
    assert_eq!(bf16::max(MinMax { xorsign_abs: true, ..m }, 0xbf80, 0x4000), 0xc000);
}

#[test]
fn packed_operations_keep_halves_apart() {
    let m = HalfMods::NONE;
    assert_eq!(each(0x3c00_bc00, |x| f16::neg(false, x)), 0xbc00_3c00);
    assert_eq!(each2(0x3c00_4000, 0x4000_4000, |x, y| f16::add(m, x, y)), 0x4200_4400);
    let mut rng = Rng(8);
    for _ in 0..20_000 {
        let (a, b, c) = (rng.next() as u32, rng.next() as u32, rng.next() as u32);
        let mm = MinMax::default();
        assert_eq!(f16::add_x2(m, a, b), each2(a, b, |x, y| f16::add(m, x, y)));
        assert_eq!(f16::sub_x2(m, a, b), each2(a, b, |x, y| f16::sub(m, x, y)));
        assert_eq!(bf16::mul_x2(m, a, b), each2(a, b, |x, y| bf16::mul(m, x, y)));
        assert_eq!(bf16::fma_x2(m, a, b, c), each3(a, b, c, |x, y, z| bf16::fma(m, x, y, z)));
        assert_eq!(f16::min_x2(mm, a, b), each2(a, b, |x, y| f16::min(mm, x, y)));
        assert_eq!(bf16::max_x2(mm, a, b), each2(a, b, |x, y| bf16::max(mm, x, y)));
        assert_eq!(f16::neg_x2(true, a), each(a, |x| f16::neg(true, x)));
        assert_eq!(bf16::abs_x2(false, a), each(a, |x| bf16::abs(false, x)));
    }
    assert_eq!(each3(0x3c00_4000, 0x4000_4000, 0x3c00_3c00, |x, y, z| f16::fma(m, x, y, z)), 0x4200_4500);
}
