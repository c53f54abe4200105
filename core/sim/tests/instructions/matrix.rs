//! Matrix instructions against sums done by hand.

use crate::bench::{load, run};

/// Integer products are exact: each lane's accumulators are the sum over k of (row + 1) * 1.
#[test]
fn bytes_with_the_documented_layout() {
    // A is all ones but for row g = lane / 4, whose bytes are g + 1; B is all twos; C begins at 5.
    let body = "shr.u32 %r20, %r9, 2; add.u32 %r20, %r20, 1; mul.lo.u32 %r21, %r20, 0x01010101; mov.u32 %r22, 0x02020202;
        mov.u32 %r23, 5;
        mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%r10, %r11}, {%r21}, {%r22}, {%r23, %r23};";
    let out = run("", body, 32, &[]).unwrap();
    for (lane, v) in out.iter().enumerate() {
        let sum = 5 + 16 * 2 * (lane as u32 / 4 + 1);
        assert_eq!(v[..2], [sum, sum], "lane {lane}");
    }
}

#[test]
fn halves_with_the_documented_layout() {
    // A holds row g = lane / 4 (and g + 8) times one; B column g = lane / 4 times one: all ones but B's column scaled.
    // B's registers are 2.0 in lanes of even columns, 0.5 in odd ones.
    let body = "mov.u32 %r20, 0x3c003c00; shr.u32 %r21, %r9, 2; and.b32 %r21, %r21, 1; setp.eq.u32 %p1, %r21, 0;
        selp.b32 %r22, 0x40004000, 0x38003800, %p1; mov.f32 %f1, 0f3F800000;
        mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%f2, %f3, %f4, %f5}, {%r20, %r20, %r20, %r20}, {%r22, %r22}, {%f1, %f1, %f1, %f1};
        mov.b32 %r10, %f2; mov.b32 %r11, %f3; mov.b32 %r12, %f4; mov.b32 %r13, %f5;";
    let out = run("", body, 32, &[]).unwrap();
    // Columns 2t and 2t + 1: 16 * 2 + 1 and 16 * 0.5 + 1.
    let want = [33.0f32, 9.0, 33.0, 9.0].map(f32::to_bits);
    assert!(out.iter().all(|v| *v == want), "{out:?}");
}

#[test]
fn fragments_go_from_memory_through_a_product_and_back() {
    // A[r][c] = r + c in halves at 0, the identity at 512 (column-major is the same), D = A * I as floats to 1024.
    let fill = "mov.u32 %r20, smem; mov.u32 %r21, 0;
        again: shl.b32 %r22, %r21, 5; add.u32 %r22, %r22, %r9;
        shr.u32 %r23, %r22, 4; and.b32 %r24, %r22, 15; add.u32 %r25, %r23, %r24; cvt.rn.f16.u32 %rs1, %r25;
        shl.b32 %r26, %r22, 1; add.u32 %r26, %r26, %r20; st.shared.b16 [%r26], %rs1;
        setp.eq.u32 %p1, %r23, %r24; selp.b16 %rs2, 0x3c00, 0, %p1; st.shared.b16 [%r26+512], %rs2;
        add.u32 %r21, %r21, 1; setp.lt.u32 %p2, %r21, 8; @%p2 bra again; bar.sync 0;";
    let product = |a: &str, stored: &str| {
        format!(
            "{fill} {{ .reg .b32 %a<9>; .reg .b32 %b<9>; .reg .f32 %d<9>; mov.f32 %f1, 0f00000000; mov.u32 %r30, 16; add.u32 %r27, %r20, 512;
            wmma.load.a.sync.aligned.{a}.m16n16k16.shared.f16 {{%a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8}}, [%r20], %r30;
            wmma.load.b.sync.aligned.col.m16n16k16.shared.f16 {{%b1, %b2, %b3, %b4, %b5, %b6, %b7, %b8}}, [%r27], 16;
            wmma.mma.sync.aligned.{a}.col.m16n16k16.f32.f32 {{%d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8}},
                {{%a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8}}, {{%b1, %b2, %b3, %b4, %b5, %b6, %b7, %b8}}, {{%f1, %f1, %f1, %f1, %f1, %f1, %f1, %f1}};
            wmma.store.d.sync.aligned.{stored}.m16n16k16.shared.f32 [%r20+1024], {{%d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8}}, %r30; }}
            bar.sync 0; shl.b32 %r28, %r9, 2; add.u32 %r28, %r28, %r20;
            ld.shared.u32 %r10, [%r28+1024]; ld.shared.u32 %r11, [%r28+1152]; ld.shared.u32 %r12, [%r28+1920];"
        )
    };
    // Word n is row n / 16, column n % 16; as a sum it is the same the other way round.
    for (a, stored) in [("row", "row"), ("row", "col"), ("col", "row")] {
        let out =
            run(".shared .align 16 .b8 big[2048];", &product(a, stored).replace("smem;", "big;"), 32, &[]);
        let out = out.unwrap_or_else(|e| panic!("{e}"));
        for (lane, v) in out.iter().enumerate() {
            let word = |n: usize| ((n / 16 + n % 16) as f32).to_bits();
            assert_eq!(v[..3], [word(lane), word(lane + 32), word(lane + 224)], "{a} {stored} lane {lane}");
        }
    }
}

#[test]
fn what_is_not_there_is_refused() {
    for form in [
        "mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32 {%f1,%f1,%f1,%f1,%f1,%f1,%f1,%f1}, {%r1, %r1}, {%r1, %r1}, {%f1,%f1,%f1,%f1,%f1,%f1,%f1,%f1}",
        "mma.sync.aligned.m8n8k32.row.col.s32.s4.s4.s32 {%r1, %r1}, {%r1}, {%r1}, {%r1, %r1}",
    ] {
        let ptx = format!(".visible .entry k() {{ .reg .b32 %r<3>; .reg .f32 %f<3>; {form}; ret; }}");
        let refused = load(&ptx).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("does not execute `mma"), "{refused}");
    }
}
