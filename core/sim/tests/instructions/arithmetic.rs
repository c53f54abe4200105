//! Conversions, packed comparisons, mixed precision, packed integers, three-way minimum.

use crate::bench::{eval, one};
use warplens_sim::arith::cvt::narrow::{self, Narrow, NarrowMods};
use warplens_sim::arith::half::{HalfMods, bf16, f16};

const ONE: u32 = 0x3c00;
const TWO: u32 = 0x4000;

fn f(x: f32) -> u32 {
    x.to_bits()
}

#[test]
fn packed_conversion_saturates_and_keeps_what_was_there() {
    let minus = |x: i32| (-x) as u32;
    assert_eq!(one("cvt.pack.sat.s16.s32 %r10, %r1, %r2;", &[70_000, minus(70_000)]), 0x7fff_8000);
    assert_eq!(one("cvt.pack.sat.u16.s32 %r10, %r1, %r2;", &[70_000, minus(1)]), 0xffff_0000);
    assert_eq!(one("cvt.pack.sat.u8.s32.b32 %r10, %r1, %r2, %r3;", &[300, 5, 0x1234]), 0x1234_ff05);
    assert_eq!(one("cvt.pack.sat.s4.s32.b32 %r10, %r1, %r2, %r3;", &[100, minus(100), 0xab]), 0xab78);
}

#[test]
fn narrow_formats_in_pairs() {
    let m = NarrowMods { satfinite: true, ..NarrowMods::default() };
    let (a, b) = (1.5f32, -3.0f32);
    for (name, format) in [
        ("e4m3x2", Narrow::E4m3),
        ("e5m2x2", Narrow::E5m2),
        ("e2m3x2", Narrow::E2m3),
        ("e3m2x2", Narrow::E3m2),
    ] {
        let body = format!(
            "mov.b32 %f1, %r1; mov.b32 %f2, %r2; cvt.rn.satfinite.{name}.f32 %rs1, %f1, %f2; cvt.u32.u16 %r10, %rs1;
            cvt.rn.f16x2.{name} %r11, %rs1;"
        );
        let want = narrow::pair_from_f32(format, m, a, b);
        let got = eval(&body, &[f(a), f(b)]);
        // 1.5 and -3 are exact in all four.
        assert_eq!(got[..2], [want as u32, 0x3e00_c200], "{name}");
    }
    let body = "mov.b32 %f1, %r1; mov.b32 %f2, %r2; cvt.rn.satfinite.e2m1x2.f32 %rc1, %f1, %f2; cvt.u32.u8 %r10, %rc1;
        cvt.rn.f16x2.e2m1x2 %r11, %rc1; cvt.rp.satfinite.ue8m0x2.f32 %rs1, %f1, %f1; cvt.u32.u16 %r12, %rs1;
        cvt.rn.bf16x2.ue8m0x2 %r13, %rs1;";
    // e2m1: 1.5 is 0b0011, -3 is 0b1101; ue8m0: 1.5 rounded up is 2^1, exponent 128.
    assert_eq!(eval(body, &[f(a), f(b)]), [0x3d, 0x3e00_c200, 0x8080, 0x4000_4000]);
}

#[test]
fn packed_comparisons_give_one_predicate_a_half() {
    let body = "setp.lt.f16x2 %p1|%p2, %r1, %r2; selp.u32 %r10, 1, 0, %p1; selp.u32 %r11, 1, 0, %p2;
        set.lt.u32.f16x2 %r12, %r1, %r2; set.lt.f16x2.f16x2 %r13, %r1, %r2;";
    // Low: 1 < 2; high: 2 < 1 is false.
    assert_eq!(eval(body, &[TWO << 16 | ONE, ONE << 16 | TWO]), [1, 0, 0xffff, 0x3c00]);
    let nan = "setp.ne.u32 %p3, %r3, 0; setp.equ.and.bf16x2 %p1|%p2, %r1, %r2, %p3; selp.u32 %r10, 1, 0, %p1; selp.u32 %r11, 1, 0, %p2;";
    assert_eq!(eval(nan, &[0x7fff_3f80, 0x3f80_3f81, 1])[..2], [0, 1]);
    assert_eq!(eval(nan, &[0x7fff_3f80, 0x3f80_3f81, 0])[..2], [0, 0]);
}

#[test]
fn packed_halves_are_the_library_s() {
    let (a, b, c) = (0x3c00_4200, 0x4000_bc00, 0x7bff_3555);
    let none = HalfMods::NONE;
    let body = "fma.rn.f16x2 %r10, %r1, %r2, %r3; add.f16x2 %r11, %r1, %r2; mul.bf16x2 %r12, %r1, %r2; max.NaN.f16x2 %r13, %r1, %r3;";
    assert_eq!(
        eval(body, &[a, b, c]),
        [f16::fma_x2(none, a, b, c), f16::add_x2(none, a, b), bf16::mul_x2(none, a, b), 0x7bff_4200]
    );
}

#[test]
fn half_operands_in_single_arithmetic() {
    let body = "cvt.u16.u32 %rs1, %r1; mov.b32 %f1, %r2; add.f32.f16 %f2, %rs1, %f1; mov.b32 %r10, %f2;
        sub.f32.f16 %f3, %rs1, %f1; mov.b32 %r11, %f3; fma.rn.f32.f16 %f4, %rs1, %rs1, %f1; mov.b32 %r12, %f4;";
    assert_eq!(eval(body, &[TWO, f(0.25)])[..3], [f(2.25), f(1.75), f(4.25)]);
}

#[test]
fn packed_and_saturating_integers() {
    assert_eq!(one("add.u16x2 %r10, %r1, %r2;", &[0xffff_0001, 0x0001_0001]), 0x0000_0002);
    assert_eq!(one("sub.s16x2 %r10, %r1, %r2;", &[0x0000_0001, 0x0001_0001]), 0xffff_0000);
    assert_eq!(one("add.sat.u16x2 %r10, %r1, %r2;", &[0xffff_0001, 0x0001_0001]), 0xffff_0002);
    assert_eq!(one("add.sat.s8x4 %r10, %r1, %r2;", &[0x7f80_0101, 0x01ff_0102]), 0x7f80_0203);
    assert_eq!(one("min.u8x4 %r10, %r1, %r2;", &[0x0180_0305, 0x0201_0404]), 0x0101_0304);
    assert_eq!(one("add.sat.u32 %r10, %r1, %r2;", &[u32::MAX, 1]), u32::MAX);
}

#[test]
fn three_way_minimum_and_maximum() {
    let head = "mov.b32 %f1, %r1; mov.b32 %f2, %r2; mov.b32 %f3, %r3;";
    let body = format!(
        "{head} min.f32 %f4, %f1, %f2, %f3; mov.b32 %r10, %f4; max.f32 %f5, %f1, %f2, %f3; mov.b32 %r11, %f5;
        max.NaN.f32 %f6, %f1, %f2, %f3; mov.b32 %r12, %f6;"
    );
    assert_eq!(eval(&body, &[f(3.0), f(1.0), f(2.0)])[..3], [f(1.0), f(3.0), f(3.0)]);
    assert_eq!(eval(&body, &[f(3.0), f32::NAN.to_bits(), f(2.0)])[..3], [f(2.0), f(3.0), 0x7fff_ffff]);
}

#[test]
fn three_input_logic_with_a_predicate() {
    let body =
        "setp.ne.u32 %p3, %r4, 0; lop3.or.b32 %r10|%p1, %r1, %r2, %r3, 0x80, %p3; selp.u32 %r11, 1, 0, %p1;
        lop3.and.b32 %r12|%p2, %r1, %r2, %r3, 0xfe, !%p3; selp.u32 %r13, 1, 0, %p2;";
    // 0x80 is a & b & c, 0xfe is a | b | c.
    assert_eq!(eval(body, &[6, 3, 2, 0]), [2, 1, 7, 1]);
    assert_eq!(eval(body, &[4, 3, 0, 1]), [0, 1, 7, 0]);
}
