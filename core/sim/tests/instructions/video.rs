//! Video instructions: selectors, merges, accumulation, saturation.

use crate::bench::{eval, one};
use warplens_sim::arith::int::video_simd::{Op, Simd, simd2, simd4};

#[test]
fn scalar_forms_select_parts_and_combine() {
    // Bytes 1 and 0 as signed values: 0x80 is -128, 0x03 is 3.
    assert_eq!(one("vadd.s32.s32.s32 %r10, %r1.b1, %r2.b0;", &[0x8000, 3]), (-125i32) as u32);
    assert_eq!(one("vsub.u32.u32.u32 %r10, %r1.h1, %r2.h0;", &[0x0005_0000, 2]), 3);
    assert_eq!(one("vabsdiff.u32.s32.s32.add %r10, %r1, %r2, %r3;", &[5, (-2i32) as u32, 100]), 107);
    assert_eq!(one("vmin.s32.s32.s32.max %r10, %r1, %r2, %r3;", &[7, 9, 8]), 8);
    assert_eq!(one("vmax.s32.s32.s32 %r10, %r1, %r2;", &[7, 9]), 9);
    // Merged into a half of the third operand, saturated to it.
    assert_eq!(one("vadd.u32.u32.u32.sat %r10.h1, %r1, %r2, %r3;", &[0xffff, 1, 0x1111_2222]), 0xffff_2222);
    assert_eq!(one("vshl.u32.u32.u32.clamp %r10, %r1, %r2;", &[1, 40]), 0);
    assert_eq!(one("vshl.u32.u32.u32.wrap %r10, %r1, %r2;", &[1, 33]), 2);
    assert_eq!(one("vshr.s32.s32.u32.clamp %r10, %r1, %r2;", &[0x8000_0000, 31]), u32::MAX);
    assert_eq!(one("vset.u32.u32.lt %r10, %r1.b0, %r2.b0;", &[1, 2]), 1);
    assert_eq!(one("vset.s32.u32.gt.add %r10, %r1, %r2, %r3;", &[3, 2, 10]), 11);
}

#[test]
fn multiply_and_add() {
    assert_eq!(one("vmad.u32.u32.u32 %r10, %r1.b0, %r2.b1, %r3;", &[5, 0x0600, 7]), 37);
    assert_eq!(one("vmad.s32.s32.s32.shr7 %r10, %r1, %r2, %r3;", &[128, 4, 256]), 6);
    assert_eq!(one("vmad.s32.s32.s32 %r10, %r1, %r2, -%r3;", &[4, 5, 6]), 14);
    assert_eq!(one("vmad.u32.u32.u32.po %r10, %r1, %r2, %r3;", &[4, 5, 6]), 27);
}

#[test]
fn simd_forms_pick_lanes_and_mask_them() {
    let (a, b, c) = (0x0102_8304, 0x1010_1010, 0xaabb_ccdd);
    let plain = simd4(Simd::four(Op::AbsDiff, false), a, b, c);
    assert_eq!(plain, 0x0f0e_730c);
    assert_eq!(one("vabsdiff4.u32.u32.u32 %r10, %r1, %r2, %r3;", &[a, b, c]), plain);
    assert_eq!(
        one("vabsdiff4.u32.u32.u32.add %r10, %r1, %r2, %r3;", &[a, b, 1000]),
        1000 + 15 + 14 + 115 + 12
    );
    assert_eq!(
        one("vadd2.s32.s32.s32.sat %r10, %r1, %r2, %r3;", &[0x7fff_0001, 0x0001_0002, 0]),
        simd2(Simd { sat: true, ..Simd::two(Op::Add, true) }, 0x7fff_0001, 0x0001_0002, 0)
    );
    // Only the high half is written; the halves of the first source are exchanged.
    assert_eq!(
        one("vadd2.u32.u32.u32 %r10.h1, %r1.h01, %r2.h32, %r3;", &[0x0001_0002, 0x0010_0020, 0x9999_8888]),
        0x0012_8888
    );
    assert_eq!(one("vavrg4.u32.u32.u32 %r10, %r1, %r2, %r3;", &[0x0001_0203, 0x0002_0205, 0]), 0x0002_0204);
    assert_eq!(one("vset4.u32.u32.lt %r10, %r1, %r2, %r3;", &[0x0102_0304, 0x0201_0305, 0]), 0x0100_0001);
    assert_eq!(one("vset2.s32.s32.ge.add %r10, %r1, %r2, %r3;", &[0xffff_0001, 0x0000_0001, 5]), 6);
    assert_eq!(
        eval(
            "vmin2.s32.s32.s32 %r10, %r1, %r2, %r3; vmax2.s32.s32.s32 %r11, %r1, %r2, %r3;",
            &[0xffff_0005, 0x0001_0004, 0]
        )[..2],
        [0xffff_0004, 0x0001_0005]
    );
}
