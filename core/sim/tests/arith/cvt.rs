//! Conversions: integer pairs against 128-bit arithmetic, floats against LLVM, small formats exhaustively.

use crate::round::{double, llvm, single, want32, want64};
use crate::sample::Rng;
use rustc_apfloat::ieee::{BFloat, Double, Float8E4M3FN, Float8E5M2, Half, Single};
use rustc_apfloat::{Float, FloatConvert};
use warplens_sim::arith::cvt::narrow::*;
use warplens_sim::arith::cvt::{from_int, int, to_float, to_int};
use warplens_sim::arith::half::f16;
use warplens_sim::arith::int::IntType;
use warplens_sim::arith::mode::{IntRounding, Mods, Rounding};

fn range(t: IntType) -> (i128, i128) {
    let n = t.bits();
    if t.signed() { (-(1 << (n - 1)), (1 << (n - 1)) - 1) } else { (0, (1 << n) - 1) }
}

fn value(t: IntType, bits: u64) -> i128 {
    let v = t.extend(bits);
    if t.signed() { i128::from(v as i64) } else { i128::from(v) }
}

#[test]
fn integers_truncate_or_saturate_between_all_types() {
    let mut rng = Rng(20);
    for _ in 0..5_000 {
        let x = rng.int();
        for from in IntType::ALL {
            for to in IntType::ALL {
                let (lo, hi) = range(to);
                let v = value(from, x);
                assert_eq!(
                    value(to, int::convert(from, to, true, x)),
                    v.clamp(lo, hi),
                    "{from:?} {to:?} {x:x}"
                );
                assert_eq!(int::convert(from, to, false, x), to.extend(v as u64), "{from:?} {to:?} {x:x}");
            }
        }
    }
}

#[test]
fn pack_puts_the_second_operand_lowest() {
    assert_eq!(int::pack_sat(16, true, 70_000, -70_000i32 as u32, 0), 0x7fff_8000);
    assert_eq!(int::pack_sat(16, false, -1i32 as u32, 5, 0xffff_ffff), 0x0000_0005);
    assert_eq!(int::pack_sat(8, false, 300, 7, 0xaaaa_1234), 0x1234_ff07);
    assert_eq!(int::pack_sat(8, true, -300i32 as u32, -1i32 as u32, 0x1234), 0x1234_80ff);
    assert_eq!(int::pack_sat(4, true, 9, -9i32 as u32, 0xabcdef), 0xabcd_ef78);
    assert_eq!(int::pack_sat(2, false, 9, 1, 0xfff_ffff), 0xffff_fffd);
}

#[test]
fn floats_round_clamp_and_send_nan_where_the_manual_says() {
    let mut rng = Rng(21);
    for _ in 0..60_000 {
        let (x, y) = (rng.f32(), rng.f64());
        // Scales random fractions into the range of integers now and then.
        let x = if rng.coin() { x } else { x * 1e6 };
        let y = if rng.coin() { y } else { y * 1e15 };
        for to in IntType::ALL {
            let (lo, hi) = range(to);
            for rnd in IntRounding::ALL {
                let integral = |v: f64| match rnd {
                    IntRounding::Rni => v.round_ties_even(),
                    IntRounding::Rzi => v.trunc(),
                    IntRounding::Rmi => v.floor(),
                    IntRounding::Rpi => v.ceil(),
                };
                let want =
                    |v: f64, nan: i128| if v.is_nan() { nan } else { (integral(v) as i128).clamp(lo, hi) };
                let top = value(to, 1 << (to.bits() - 1));
                let nan32 = if to.bits() == 64 { top } else { 0 };
                let got = value(to, to_int::from_f32(to, rnd, false, x));
                assert_eq!(got, want(f64::from(x), nan32), "{x:e} {to:?} {rnd:?}");
                let got = value(to, to_int::from_f64(to, rnd, y));
                assert_eq!(got, want(y, top), "{y:e} {to:?} {rnd:?}");
            }
        }
    }
    assert_eq!(
        to_int::from_f32(IntType::S32, IntRounding::Rpi, true, 1e-40),
        0,
        "flushed before rounding up"
    );
    assert_eq!(to_int::from_f32(IntType::S32, IntRounding::Rpi, false, 1e-40), 1);
}

#[test]
fn integers_become_floats_correctly_rounded() {
    let mut rng = Rng(22);
    for _ in 0..30_000 {
        let x = rng.int();
        for from in IntType::ALL {
            let v = value(from, x);
            for rnd in Rounding::ALL {
                let r = llvm(rnd);
                let at = format!("{v} {rnd:?}");
                assert_eq!(
                    from_int::to_f32(from, rnd, x).to_bits(),
                    want32(Single::from_i128_r(v, r).value),
                    "{at}"
                );
                assert_eq!(
                    from_int::to_f64(from, rnd, x).to_bits(),
                    want64(Double::from_i128_r(v, r).value),
                    "{at}"
                );
                let half = Half::from_i128_r(v, r).value.to_bits() as u16;
                assert_eq!(from_int::to_f16(from, rnd, x), half, "{at}");
                let brain = BFloat::from_i128_r(v, r).value.to_bits() as u16;
                assert_eq!(from_int::to_bf16(from, rnd, x), brain, "{at}");
            }
        }
    }
}

#[test]
fn doubles_narrow_correctly_rounded() {
    let mut rng = Rng(23);
    for _ in 0..200_000 {
        let x = rng.f64();
        let x = if rng.coin() { x } else { f64::from(rng.f32()) * (1.0 + rng.f64().abs().min(1e-7)) };
        for rnd in Rounding::ALL {
            let w: Single = double(x).convert_r(llvm(rnd), &mut false).value;
            assert_eq!(to_float::cvt_f32_f64(Mods::rounding(rnd), x).to_bits(), want32(w), "{x:e} {rnd:?}");
        }
    }
    let ftz = Mods { ftz: true, ..Mods::RN };
    assert_eq!(to_float::cvt_f32_f64(ftz, -1e-40).to_bits(), 0x8000_0000);
    assert_eq!(to_float::cvt_f64_f32(ftz, f32::from_bits(1)), 0.0);
    assert_eq!(to_float::cvt_f64_f32(Mods::RN, f32::NAN).to_bits(), 0x7fff_ffff_e000_0000);
    assert_eq!(to_float::cvt_f32_f16(Mods::RN, 0x3555), 0.333_251_95);
    assert_eq!(to_float::cvt_f16_f32(Mods { sat: true, ..Mods::RN }, f32::NAN), 0);
}

#[test]
fn rounding_to_integral_values_keeps_the_sign_of_zero() {
    use IntRounding::*;
    let f = |r, x: f32| to_float::cvt_int_f32(r, false, false, x).to_bits();
    assert_eq!(f(Rni, -0.5), 0x8000_0000);
    assert_eq!(f(Rni, 2.5), 2.0f32.to_bits());
    assert_eq!(f(Rpi, -0.9), 0x8000_0000);
    assert_eq!(f(Rmi, 0.9), 0);
    assert_eq!(f(Rzi, f32::NAN), 0x7fff_ffff);
    assert_eq!(to_float::cvt_int_f32(Rpi, true, false, 1e-40), 0.0);
    assert_eq!(to_float::cvt_int_f64(Rmi, true, 7.5), 1.0);
    assert_eq!(to_float::cvt_int_f16(Rni, false, 0x3e00), 0x4000, "1.5 becomes 2");
    assert_eq!(to_float::cvt_int_bf16(Rzi, 0xc040), 0xc040, "-3 stays");
}

const SATFINITE: NarrowMods = NarrowMods { rnd: Rounding::Rn, relu: false, satfinite: true };

#[test]
fn fp8_widens_exactly_for_every_value() {
    for x in 0..=u8::MAX {
        let e4: Half = Float8E4M3FN::from_bits(x.into()).convert(&mut false).value;
        let e5: Half = Float8E5M2::from_bits(x.into()).convert(&mut false).value;
        let want = |h: Half| if h.is_nan() { 0x7fff } else { h.to_bits() as u16 };
        assert_eq!(to_f16(Narrow::E4m3, false, x), want(e4), "{x:02x}");
        assert_eq!(to_f16(Narrow::E5m2, false, x), want(e5), "{x:02x}");
    }
}

#[test]
fn fp8_narrows_to_nearest_and_stays_finite() {
    for bits in 0..=u16::MAX {
        let x = f16::to_f32(bits);
        for (to, max, nan) in [(Narrow::E4m3, 0x7e, 0x7f), (Narrow::E5m2, 0x7b, 0x7f)] {
            let y = from_f32(to, SATFINITE, x);
            if x.is_nan() {
                assert_eq!(y, nan);
                continue;
            }
            assert_eq!(y >> 7 == 1, x.is_sign_negative(), "{x:e} keeps its sign");
            assert!(y & 0x7f <= max, "{x:e} is finite");
            if x.is_infinite() {
                assert_eq!(y & 0x7f, max);
                continue;
            }
            // The result is the nearest number: neither neighbour is closer, and on ties it is even.
            let near =
                |c: u8| (f64::from(f16::to_f32(to_f16(to, false, c & 0x7f))) - f64::from(x.abs())).abs();
            let y = y & 0x7f;
            for other in [y.wrapping_sub(1), y + 1] {
                if other <= max {
                    assert!(
                        near(y) < near(other) || (near(y) == near(other) && y & 1 == 0),
                        "{x:e} {y:02x} {other:02x}"
                    );
                }
            }
        }
    }
}

#[test]
fn six_and_four_bit_formats_round_trip_and_clamp() {
    for (t, n) in [(Narrow::E2m3, 64u8), (Narrow::E3m2, 64), (Narrow::E2m1, 16)] {
        for x in 0..n {
            let wide = f16::to_f32(to_f16(t, false, x));
            assert_eq!(from_f32(t, SATFINITE, wide), x, "{t:?} {x:02x}");
        }
        let max = n / 2 - 1;
        assert_eq!(from_f32(t, SATFINITE, 1e30), max);
        assert_eq!(from_f32(t, SATFINITE, f32::NEG_INFINITY), max | (n / 2));
        assert_eq!(from_f32(t, SATFINITE, f32::NAN), max, "NaN becomes the largest positive number");
    }
    assert_eq!(f16::to_f32(to_f16(Narrow::E2m1, false, 7)), 6.0);
    assert_eq!(f16::to_f32(to_f16(Narrow::E2m3, false, 0x1f)), 7.5);
    assert_eq!(f16::to_f32(to_f16(Narrow::E3m2, false, 0x1f)), 28.0);
    assert_eq!(f16::to_f32(to_f16(Narrow::E3m2, false, 0x21)), -0.0625);
}

#[test]
fn pairs_put_the_first_operand_above() {
    assert_eq!(pair_from_f32(Narrow::E4m3, SATFINITE, 1.0, -448.0), 0x38fe);
    assert_eq!(pair_from_f32(Narrow::E4m3, NarrowMods { relu: true, ..SATFINITE }, -1.0, 1e9), 0x007e);
    assert_eq!(pair_from_f16x2(Narrow::E5m2, SATFINITE, 0x3c00_7c00), 0x3c7b);
    assert_eq!(pair_to_f16x2(Narrow::E4m3, false, 0x38b8), 0x3c00_bc00);
    assert_eq!(pair_to_f16x2(Narrow::E4m3, true, 0x38b8), 0x3c00_0000);
    assert_eq!(e2m1x2_from_f32(SATFINITE, 1.0, -6.0), 0x2f);
    assert_eq!(e2m1x2_to_f16x2(false, 0x2f), 0x3c00_c600);
    assert_eq!(f16x2_from_f32(NarrowMods::default(), 1.0, 1e9), 0x3c00_7c00);
    assert_eq!(f16x2_from_f32(SATFINITE, 1.0, 1e9), 0x3c00_7bff);
    assert_eq!(bf16x2_from_f32(NarrowMods { relu: true, ..SATFINITE }, -1.0, f32::INFINITY), 0x0000_7f7f);
    assert_eq!(bf16_from_f32(SATFINITE, f32::NAN), 0x7fff);
    assert_eq!(f16_from_f32(NarrowMods { rnd: Rounding::Rz, ..NarrowMods::default() }, 65_535.0), 0x7bff);
}

#[test]
fn tf32_keeps_eleven_bits() {
    use Tf32Rounding::*;
    let f = |r, x: u32| tf32_from_f32(r, false, false, f32::from_bits(x));
    assert_eq!(f(Rna, 0x3f80_1000), 0x3f80_2000, "ties go away from zero");
    assert_eq!(f(Rn, 0x3f80_1000), 0x3f80_0000, "ties go to even");
    assert_eq!(f(Rn, 0x3f80_3000), 0x3f80_4000);
    assert_eq!(f(Rz, 0xbf80_1fff), 0xbf80_0000);
    assert_eq!(f(Rna, 0x7f7f_ffff), 0x7f80_0000);
    assert_eq!(f(Rna, 0xff80_0000), 0xff80_0000);
    assert_eq!(f(Rna, 0x7f80_0001), 0x7fff_ffff);
    assert_eq!(tf32_from_f32(Rna, true, false, f32::MAX), 0x7f7f_e000);
    assert_eq!(tf32_from_f32(Rn, false, true, -1.0), 0);
}

#[test]
fn ue8m0_is_the_exponent() {
    let m = |rnd, satfinite| NarrowMods { rnd, relu: false, satfinite };
    for e in 0..=254u8 {
        let wide = f32::from_bits(u32::from(ue8m0_to_bf16(e)) << 16);
        assert_eq!(ue8m0_from_f32(m(Rounding::Rz, false), wide), e);
        assert_eq!(ue8m0_from_f32(m(Rounding::Rp, false), wide), e);
        assert_eq!(ue8m0_from_f32(m(Rounding::Rp, true), wide.next_up()), (e + 1).min(254));
        assert_eq!(ue8m0_from_f32(m(Rounding::Rz, true), -wide.next_up()), e, "the sign is dropped");
    }
    assert_eq!(ue8m0_from_f32(m(Rounding::Rz, false), f32::NAN), 0xff);
    assert_eq!(ue8m0_from_f32(m(Rounding::Rz, true), f32::INFINITY), 0xfe);
    assert_eq!(ue8m0x2_from_f32(m(Rounding::Rz, false), 1.0, 2.0), 0x7f80);
    assert_eq!(ue8m0x2_to_bf16x2(0x7fff), 0x3f80_7fff);
}

#[test]
fn single_precision_passes_through_with_modifiers() {
    let x = single(f32::from_bits(0x8000_0001)).to_bits() as u32;
    assert_eq!(to_float::cvt_f32_f32(Mods::RN, f32::from_bits(x)).to_bits(), x);
    assert_eq!(to_float::cvt_f32_f32(Mods::RN_FTZ, f32::from_bits(x)).to_bits(), 0x8000_0000);
    assert_eq!(to_float::cvt_f32_f32(Mods { sat: true, ..Mods::RN }, 7.0), 1.0);
}
