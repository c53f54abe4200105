//! Half atomics, vector reductions, partial asynchronous copies, `mbarrier`, reductions of singles over a warp.

use crate::bench::{eval, one, run};

const ONE: u32 = 0x3c00;

fn f(x: f32) -> u32 {
    x.to_bits()
}

#[test]
fn atomics_on_halves() {
    let start = "st.shared.u32 [smem], %r1;";
    let body = format!("{start} atom.shared.add.noftz.f16x2 %r10, [smem], %r2; ld.shared.u32 %r11, [smem];");
    assert_eq!(eval(&body, &[ONE << 16 | ONE, 0x4000_3c00])[..2], [ONE << 16 | ONE, 0x4200_4000]);
    let body = format!(
        "{start} cvt.u16.u32 %rs1, %r2; red.shared.add.noftz.f16 [smem+2], %rs1; ld.shared.u32 %r10, [smem];"
    );
    assert_eq!(one(&body, &[ONE << 16 | 7, ONE]), 0x4000_0007);
    let body = format!("{start} atom.shared.add.noftz.bf16x2 %r10, [smem], %r2; ld.shared.u32 %r11, [smem];");
    assert_eq!(eval(&body, &[0x3f80_3f80, 0x3f80_4000])[1], 0x4000_4040);
}

#[test]
fn all_lanes_add_to_one_half() {
    let body = "cvt.u16.u32 %rs1, %r1; red.global.add.noftz.f16 [%rd9+16], %rs1; bar.sync 0; ld.global.u32 %r10, [%rd9+16];";
    let out = run("", body, 32, &[ONE]).unwrap();
    // 32 as f16.
    assert!(out.iter().all(|v| v[0] == 0x5000), "{out:x?}");
}

#[test]
fn vectors_of_atomics() {
    let body = "mov.b32 %f1, %r5; mov.b32 %f2, %r6; red.global.add.v2.f32 [%rd9], {%f1, %f2}; ld.global.v2.u32 {%r10, %r11}, [%rd9];";
    let input = [f(1.0), f(2.0), 0, 0, f(0.5), f(0.25)];
    assert_eq!(eval(body, &input)[..2], [f(1.5), f(2.25)]);
    let body = "mov.b32 %f1, %r5; mov.b32 %f2, %r6; atom.global.add.v2.f32 {%f2, %f1}, [%rd9], {%f1, %f2};
        mov.b32 %r10, %f2; mov.b32 %r11, %f1; ld.global.v2.u32 {%r12, %r13}, [%rd9];";
    assert_eq!(eval(body, &input), [f(1.0), f(2.0), f(1.5), f(2.25)]);
}

#[test]
fn asynchronous_copies_with_a_shorter_source_fill_with_zeros() {
    let copy = "mov.u32 %r20, smem; st.shared.v4.u32 [%r20], {%r8, %r8, %r8, %r8};
        cp.async.ca.shared.global [%r20], [%rd9], 16, %r5; cp.async.commit_group; cp.async.wait_group 0;
        ld.shared.v4.u32 {%r10, %r11, %r12, %r13}, [%r20];";
    let words = [0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444];
    let with = |size: u32| eval(copy, &[words[0], words[1], words[2], words[3], size, 0, 0, 0x9999_9999]);
    assert_eq!(with(16), words);
    assert_eq!(with(0), [0; 4]);
    assert_eq!(with(4), [words[0], 0, 0, 0]);
    assert_eq!(with(10), [words[0], words[1], 0x3333, 0]);
}

#[test]
fn a_guarded_short_copy_leaves_other_lanes_alone() {
    let body = "mov.u32 %r20, smem; mul.lo.u32 %r21, %r9, 4; add.u32 %r20, %r20, %r21; st.shared.u32 [%r20], %r8;
        setp.lt.u32 %p1, %r9, 2; @!%p1 cp.async.ca.shared.global [%r20], [%rd9], 4, %r5; ld.shared.u32 %r10, [%r20];";
    let out = run("", body, 4, &[7, 0, 0, 0, 4, 0, 0, 9]).unwrap();
    assert_eq!(out.iter().map(|v| v[0]).collect::<Vec<_>>(), [9, 9, 7, 7]);
}

#[test]
fn a_barrier_object_turns_when_all_have_arrived() {
    let body = "mov.u32 %r20, smem; setp.ne.u32 %p1, %r9, 0; @%p1 bra ready; mbarrier.init.shared.b64 [%r20], 64; ready: bar.sync 0;
        mbarrier.test_wait.parity.shared.b64 %p2, [%r20], 1; selp.u32 %r10, 1, 0, %p2;
        mul.lo.u32 %r21, %r9, 4; st.shared.u32 [%r21+64], %r9;
        mbarrier.arrive.shared.b64 %rd12, [%r20];
        again: mbarrier.try_wait.shared.b64 %p3, [%r20], %rd12; @!%p3 bra again;
        xor.b32 %r22, %r9, 63; mul.lo.u32 %r22, %r22, 4; ld.shared.u32 %r11, [%r22+64];
        mbarrier.test_wait.parity.shared.b64 %p4, [%r20], 0; selp.u32 %r12, 1, 0, %p4;";
    for (tid, v) in run("", body, 64, &[]).unwrap().iter().enumerate() {
        assert_eq!(v[..3], [1, 63 - tid as u32, 1], "thread {tid}");
    }
}

#[test]
fn transactions_hold_a_phase_open() {
    let body = "mov.u32 %r20, smem; mbarrier.init.shared.b64 [%r20], 1; mbarrier.arrive.expect_tx.shared.b64 %rd12, [%r20], 128;
        mbarrier.test_wait.shared.b64 %p1, [%r20], %rd12; selp.u32 %r10, 1, 0, %p1;
        mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%r20], 128;
        mbarrier.test_wait.shared.b64 %p1, [%r20], %rd12; selp.u32 %r11, 1, 0, %p1;
        mbarrier.pending_count.b64 %r12, %rd12;";
    assert_eq!(eval(body, &[])[..3], [0, 1, 1]);
}

#[test]
fn reductions_of_singles() {
    let body = "cvt.rn.f32.u32 %f1, %r9; sub.f32 %f1, %f1, 0f40A00000; redux.sync.min.f32 %f2, %f1, 0xffffffff; mov.b32 %r10, %f2;
        redux.sync.max.abs.f32 %f3, %f1, 0xffffffff; mov.b32 %r11, %f3;
        setp.eq.u32 %p1, %r9, 3; selp.f32 %f1, 0f7FFFFFFF, %f1, %p1;
        redux.sync.max.f32 %f2, %f1, 0xffffffff; mov.b32 %r12, %f2; redux.sync.max.NaN.f32 %f2, %f1, 0xffffffff; mov.b32 %r13, %f2;";
    let out = run("", body, 32, &[]).unwrap();
    assert_eq!(out[31], [f(-5.0), f(26.0), f(26.0), 0x7fff_ffff]);
}

#[test]
fn clusters_are_one_block() {
    let body = "mov.u32 %r20, smem; add.u32 %r20, %r20, 4; mapa.shared::cluster.u32 %r10, %r20, 0;
        getctarank.shared::cluster.u32 %r11, %r20; sub.u32 %r12, %r10, %r20;";
    assert_eq!(eval(body, &[])[1..3], [0, 0]);
}
