//! Video instructions: hand-worked cases of selection, saturation, merging, accumulation.

use warplens_sim::arith::int::video::*;
use warplens_sim::arith::int::video_simd::{self, Simd, simd2, simd4};
use warplens_sim::arith::set::Cmp;

fn operand(part: Part, signed: bool) -> Operand {
    Operand { part, signed }
}

fn plain(op: Op, signed: bool) -> Video {
    let whole = operand(Part::Word, signed);
    Video { op, signed, a: whole, b: whole, sat: false, second: Second::None }
}

#[test]
fn sums_and_differences_use_all_33_bits_before_saturating() {
    let v = Video { sat: true, ..plain(Op::Add, false) };
    assert_eq!(video(v, u32::MAX, 1, 0), u32::MAX);
    assert_eq!(video(Video { sat: false, ..v }, u32::MAX, 1, 0), 0);
    let v = Video { sat: true, ..plain(Op::Sub, false) };
    assert_eq!(video(v, 1, 2, 0), 0);
    let v = Video { sat: true, ..plain(Op::Add, true) };
    assert_eq!(video(v, 0x7fff_ffff, 1, 0), 0x7fff_ffff);
    let v = Video { signed: true, sat: true, ..plain(Op::AbsDiff, true) };
    assert_eq!(video(v, 0x8000_0000, 0x7fff_ffff, 0), 0x7fff_ffff);
}

#[test]
fn parts_are_selected_with_their_sign() {
    let v = Video { a: operand(Part::B1, true), b: operand(Part::H1, false), ..plain(Op::Add, true) };
    assert_eq!(video(v, 0x0000_ff00, 0x0005_0000, 0), 4);
    let v = Video { a: operand(Part::B3, false), b: operand(Part::H0, true), ..plain(Op::Max, true) };
    assert_eq!(video(v, 0xfe00_0000, 0x0000_8000, 0), 0xfe);
}

#[test]
fn the_secondary_operation_takes_c() {
    let v = Video { second: Second::Add, ..plain(Op::AbsDiff, false) };
    assert_eq!(video(v, 3, 10, 100), 107);
    let v = Video { second: Second::Min, ..plain(Op::Sub, true) };
    assert_eq!(video(v, 3, 10, 5), -7i32 as u32);
    let v = Video { second: Second::Max, ..plain(Op::Min, false) };
    assert_eq!(video(v, 3, 10, 5), 5);
}

#[test]
fn merging_saturates_to_the_part_and_keeps_the_rest_of_c() {
    let v = Video { sat: true, second: Second::Merge(Part::B2), ..plain(Op::Add, false) };
    assert_eq!(video(v, 200, 100, 0x1122_3344), 0x11ff_3344);
    let v = Video { second: Second::Merge(Part::H1), ..plain(Op::Sub, true) };
    assert_eq!(video(v, 0, 1, 0x1122_3344), 0xffff_3344);
}

#[test]
fn shifts_clamp_or_wrap_and_saturate() {
    let with = |op, signed, sat| Video { sat, b: operand(Part::Word, false), ..plain(op, signed) };
    assert_eq!(video(with(Op::ShlClamp, false, false), 0xff, 4, 0), 0xff0);
    assert_eq!(video(with(Op::ShlClamp, false, false), 0xff, 99, 0), 0);
    assert_eq!(video(with(Op::ShlClamp, false, true), 0xff, 99, 0), u32::MAX);
    assert_eq!(video(with(Op::ShlClamp, true, true), 0x8000_0000, 32, 0), 0x8000_0000);
    assert_eq!(video(with(Op::ShlWrap, false, false), 1, 33, 0), 2);
    assert_eq!(video(with(Op::ShrClamp, true, false), 0x8000_0000, 40, 0), u32::MAX);
    assert_eq!(video(with(Op::ShrWrap, true, false), 0x8000_0000, 40, 0), 0xff80_0000);
}

#[test]
fn vset_gives_one_or_zero() {
    let v = Video { second: Second::Add, ..plain(Op::Set(Cmp::Lt), true) };
    assert_eq!(video(v, -1i32 as u32, 1, 10), 11);
    assert_eq!(video(v, 1, -1i32 as u32, 10), 10);
}

#[test]
fn vmad_negates_scales_and_saturates() {
    let word = |signed| operand(Part::Word, signed);
    let m = VideoMad { a: word(false), b: word(false), ..VideoMad::default() };
    assert_eq!(vmad(m, 3, 5, 7), 22);
    assert_eq!(vmad(VideoMad { negate_product: true, ..m }, 3, 5, 7), -8i32 as u32);
    assert_eq!(vmad(VideoMad { negate_c: true, ..m }, 3, 5, 7), 8);
    assert_eq!(vmad(VideoMad { plus_one: true, scale: 7, ..m }, 255, 1, 0), 2);
    assert_eq!(vmad(VideoMad { sat: true, ..m }, u32::MAX, u32::MAX, 0), u32::MAX);
    assert_eq!(vmad(VideoMad { scale: 15, a: word(true), ..m }, -32768i32 as u32, 1, 0), u32::MAX);
    let m = VideoMad { a: word(true), b: word(true), sat: true, ..m };
    assert_eq!(vmad(m, 0x8000_0000, 0x7fff_ffff, 0), 0x8000_0000);
}

#[test]
fn four_way_lanes_are_independent() {
    use video_simd::Op::*;
    assert_eq!(simd4(Simd::four(Add, false), 0xff01_0203, 0x0101_0101, 0), 0x0002_0304);
    assert_eq!(simd4(Simd { sat: true, ..Simd::four(Add, false) }, 0xff01_0203, 0x0101_0101, 0), 0xff02_0304);
    assert_eq!(simd4(Simd { sat: true, ..Simd::four(Sub, true) }, 0x8000_7f05, 0x0101_ff01, 0), 0x80ff_7f04);
    assert_eq!(simd4(Simd::four(AbsDiff, false), 0x00ff_0a05, 0xff00_050a, 0), 0xffff_0505);
    assert_eq!(simd4(Simd::four(Avrg, false), 0x0102_03ff, 0x0203_04ff, 0), 0x0203_04ff);
    assert_eq!(simd4(Simd::four(Avrg, true), 0xff_fe_00_00, 0xfe_fd_00_01, 0), 0xfe_fd_00_01);
    assert_eq!(simd4(Simd::four(Min, true), 0xff01_0203, 0x0000_0000, 0), 0xff00_0000);
    assert_eq!(simd4(Simd::four(Set(Cmp::Gt), false), 0xff01_0203, 0x0101_0101, 0), 0x0100_0101);
}

#[test]
fn masks_merge_into_c_and_accumulation_adds_lanes() {
    use video_simd::Op::*;
    let s = Simd { mask: 0b0101, ..Simd::four(Add, false) };
    assert_eq!(simd4(s, 0x0102_0304, 0x1010_1010, 0xaabb_ccdd), 0xaa12_cc14);
    let s = Simd { accumulate: true, ..Simd::four(AbsDiff, false) };
    assert_eq!(simd4(s, 0x0102_0304, 0x0403_0201, 1000), 1008, "the sum of absolute differences");
    let s = Simd { accumulate: true, mask: 0b0001, ..s };
    assert_eq!(simd4(s, 0x0102_0304, 0x0403_0201, 1000), 1003);
}

#[test]
fn lanes_come_from_either_operand() {
    use video_simd::Op::*;
    let s = Simd { a_select: [7, 6, 5, 4], b_select: [0, 0, 0, 0], ..Simd::four(Max, false) };
    assert_eq!(simd4(s, 0x03, 0x0102_0304, 0), 0x0403_0303);
    assert_eq!(simd2(Simd::two(Add, true), 0x7fff_0001, 0x0001_ffff, 0), 0x8000_0000);
    assert_eq!(simd2(Simd { sat: true, ..Simd::two(Add, true) }, 0x7fff_0001, 0x0001_ffff, 0), 0x7fff_0000);
    let s = Simd { a_select: [1, 0, 0, 0], b_select: [3, 2, 0, 0], ..Simd::two(Sub, false) };
    assert_eq!(simd2(s, 0x0005_0009, 0x0001_0002, 0), 0x0007_0004);
}
