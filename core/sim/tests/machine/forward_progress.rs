//! Divergence with forward progress: lanes of one warp that wait for each other all end.

use crate::kernels::Bench;
use warplens_sim::{LaunchError, TrapKind};

#[test]
fn two_lanes_of_a_warp_take_a_spin_lock() {
    // out[0] is the lock, out[1] the count; every lane adds one while it holds the lock.
    let mut b = Bench::body(
        "spin:
            atom.global.cas.b32 %r2, [%rd1], 0, 1;
            setp.ne.u32 %p1, %r2, 0;
            @%p1 bra spin;
            ld.volatile.global.u32 %r3, [%rd1+4];
            add.u32 %r3, %r3, 1;
            st.volatile.global.u32 [%rd1+4], %r3;
            membar.gl;
            atom.global.exch.b32 %r4, [%rd1], 0;",
    );
    assert_eq!(b.run_block(2, 2), [0, 2]);
    assert_eq!(b.run_block(64, 2), [0, 64]);
}

#[test]
fn half_a_warp_waits_for_the_other_half() {
    // Lanes 16..32 spin until lanes 0..16 have set out[0]; the branch sends the waiting half first or second, both work.
    for order in ["lt", "ge"] {
        let mut b = Bench::body(&format!(
            "   setp.{order}.u32 %p1, %r52, 16;
                @%p1 bra first;
                bra second;
            first:
                setp.lt.u32 %p2, %r52, 16;
                @%p2 bra tell;
                bra wait;
            second:
                setp.lt.u32 %p2, %r52, 16;
                @%p2 bra tell;
                bra wait;
            wait:
                ld.volatile.global.u32 %r2, [%rd1];
                setp.eq.u32 %p1, %r2, 0;
                @%p1 bra wait;
                bra done;
            tell:
                mov.u32 %r3, 1;
                st.volatile.global.u32 [%rd1], %r3;
            done:
                st.global.u32 [%rd2+4], 7;"
        ));
        let got = b.run_block(32, 33);
        assert_eq!(got[0], 1);
        assert!(got[1..].iter().all(|&v| v == 7), "{order}: {got:?}");
    }
}

#[test]
fn one_warp_waits_for_another_of_its_block() {
    // Warp 0 spins on what warp 9 writes: they are in different gangs, and warp 0 runs first.
    let mut b = Bench::body(
        "   setp.lt.u32 %p1, %r52, 32;
            @!%p1 bra other;
        wait:
            ld.volatile.global.u32 %r2, [%rd1];
            setp.eq.u32 %p2, %r2, 0;
            @%p2 bra wait;
            bra done;
        other:
            setp.ge.u32 %p3, %r52, 288;
            @%p3 st.volatile.global.u32 [%rd1], 5;
        done:",
    );
    assert_eq!(b.run_block(320, 1), [5]);
}

#[test]
fn one_block_waits_for_a_later_one() {
    let mut b = Bench::body(
        "   setp.ne.u32 %p1, %r50, 0;
            @%p1 bra later;
        wait:
            ld.volatile.global.u32 %r2, [%rd1];
            setp.eq.u32 %p2, %r2, 0;
            @%p2 bra wait;
            bra done;
        later:
            st.volatile.global.u32 [%rd1], 9;
        done:",
    );
    let out = b.buffer(&[0]);
    b.run([3, 1, 1], [32, 1, 1], &[out]).unwrap();
    assert_eq!(b.read(out, 1), [9]);
}

#[test]
fn a_shuffle_gathers_its_lanes_from_both_sides_of_a_branch() {
    // Both sides of the branch lead to the same full-mask shuffle through different paths.
    let mut b = Bench::body(
        "   and.b32 %r2, %r52, 1;
            setp.eq.u32 %p1, %r2, 0;
            mov.u32 %r3, 100;
            @%p1 bra even;
            mov.u32 %r3, 200;
        even:
            add.u32 %r3, %r3, %r52;
            shfl.sync.bfly.b32 %r4|%p2, %r3, 1, 31, -1;
            st.global.u32 [%rd2], %r4;",
    );
    let got = b.run_block(32, 32);
    for (i, v) in got.iter().enumerate() {
        let j = i ^ 1;
        assert_eq!(*v as usize, j + if j % 2 == 0 { 100 } else { 200 });
    }
}

#[test]
fn barriers_count_threads_and_forget_those_that_exited() {
    // Threads 48..64 exit before the barrier; the rest still passes it and sees what was written before.
    let mut b = Bench::body(
        "   setp.ge.u32 %p1, %r52, 48;
            @%p1 exit;
            mov.u32 %r2, smem;
            shl.b32 %r3, %r52, 2;
            add.u32 %r4, %r2, %r3;
            st.shared.u32 [%r4], %r52;
            bar.sync 0;
            sub.u32 %r5, 47, %r52;
            shl.b32 %r5, %r5, 2;
            add.u32 %r5, %r2, %r5;
            ld.shared.u32 %r6, [%r5];
            st.global.u32 [%rd2], %r6;",
    );
    let got = b.run_block(64, 64);
    assert!(got[..48].iter().enumerate().all(|(i, &v)| v == 47 - i as u32), "{got:?}");
    assert!(got[48..].iter().all(|&v| v == 0));
}

#[test]
fn warps_that_name_their_barrier_in_a_register_meet_at_their_own() {
    // Warps 0 and 1 meet at barrier 1, warps 2 and 3 at barrier 2; warp 3 comes late, and warp 2 must wait for it.
    let mut b = Bench::body(
        "   mov.u32 %r2, smem;
            shr.u32 %r7, %r52, 6;
            add.u32 %r8, %r7, 1;
            shl.b32 %r3, %r52, 2;
            add.u32 %r4, %r2, %r3;
            setp.ge.u32 %p1, %r52, 96;
            @%p1 bra late;
            st.shared.u32 [%r4], %r52;
            bar.sync %r8, 64;
            bra read;
        late:
            mov.u32 %r9, 0;
        again:
            add.u32 %r9, %r9, 1;
            setp.lt.u32 %p2, %r9, 5000;
            @%p2 bra again;
            st.shared.u32 [%r4], %r52;
            bar.sync 2, 64;
        read:
            xor.b32 %r5, %r52, 63;
            shl.b32 %r5, %r5, 2;
            add.u32 %r5, %r2, %r5;
            ld.shared.u32 %r6, [%r5];
            st.global.u32 [%rd2], %r6;",
    );
    let got = b.run_block(128, 128);
    assert!(got.iter().enumerate().all(|(i, &v)| v == i as u32 ^ 63), "{got:?}");
}

#[test]
fn a_block_whose_warps_name_different_barriers_is_a_deadlock() {
    let mut b = Bench::body("shr.u32 %r7, %r52, 5; bar.sync %r7;");
    let out = b.buffer(&[0]);
    let trap = b.run([1, 1, 1], [64, 1, 1], &[out]).unwrap_err().to_string();
    assert!(trap.contains("live threads wait"), "{trap}");
}

#[test]
fn a_barrier_that_not_all_reach_is_reported_as_a_deadlock() {
    let mut b = Bench::body(
        "   setp.lt.u32 %p1, %r52, 32;
            @%p1 bra one;
            bar.sync 1;
            bra done;
        one:
            bar.sync 2;
        done:",
    );
    let out = b.buffer(&[0]);
    let Err(LaunchError::Trap(t)) = b.run([1, 1, 1], [64, 1, 1], &[out]) else {
        panic!("a trap is expected")
    };
    assert!(matches!(&t.kind, TrapKind::Deadlock(m) if m.contains("64 of the block's 64")), "{t}");
}

#[test]
fn an_endless_kernel_ends_by_fuel() {
    let mut b = Bench::body("again: bra again;");
    b.options.fuel = 100_000;
    let out = b.buffer(&[0]);
    let Err(LaunchError::Trap(t)) = b.run([1, 1, 1], [32, 1, 1], &[out]) else {
        panic!("a trap is expected")
    };
    assert_eq!(t.kind, TrapKind::OutOfFuel);
}

#[test]
fn barriers_in_an_endless_loop_do_not_hide_it_from_the_fuel() {
    // Half of a warp waits at a time, so that its groups change after a few instructions.
    let mut b = Bench::body(
        ".reg .pred %odd; .reg .b32 %t; mov.u32 %t, %tid.x; and.b32 %t, %t, 1; setp.ne.u32 %odd, %t, 0;
         again: @%odd bra other; bar.sync 0; bra again; other: bar.sync 0; bra again;",
    );
    b.options.fuel = 100_000;
    let out = b.buffer(&[0]);
    let Err(LaunchError::Trap(t)) = b.run([1, 1, 1], [512, 1, 1], &[out]) else {
        panic!("a trap is expected")
    };
    assert_eq!(t.kind, TrapKind::OutOfFuel);
}

#[test]
fn recursion_keeps_each_lanes_own_frames() {
    // fib(lane % 8), lanes recursing to different depths.
    let mut b = Bench::new(
        ".func (.param .b32 r) fib(.param .b32 n) {
            .reg .pred %p<3>; .reg .b32 %r<9>;
            ld.param.u32 %r1, [n];
            setp.lt.u32 %p1, %r1, 2;
            @%p1 bra base;
            sub.u32 %r2, %r1, 1;
            { .param .b32 a; .param .b32 v; st.param.b32 [a], %r2; call (v), fib, (a); ld.param.b32 %r3, [v]; }
            sub.u32 %r4, %r1, 2;
            { .param .b32 a; .param .b32 v; st.param.b32 [a], %r4; call (v), fib, (a); ld.param.b32 %r5, [v]; }
            add.u32 %r6, %r3, %r5;
            st.param.b32 [r], %r6;
            ret;
        base:
            st.param.b32 [r], %r1;
            ret;
        }
        .visible .entry k(.param .u64 out) {
            .reg .b32 %r<9>; .reg .b64 %rd<4>;
            ld.param.u64 %rd1, [out];
            mov.u32 %r1, %tid.x;
            and.b32 %r2, %r1, 7;
            { .param .b32 a; .param .b32 v; st.param.b32 [a], %r2; call (v), fib, (a); ld.param.b32 %r3, [v]; }
            mul.wide.u32 %rd2, %r1, 4;
            add.s64 %rd2, %rd1, %rd2;
            st.global.u32 [%rd2], %r3;
            ret;
        }",
    );
    let fib = [0, 1, 1, 2, 3, 5, 8, 13];
    let got = b.run_block(64, 64);
    assert!(got.iter().enumerate().all(|(i, &v)| v == fib[i % 8]), "{got:?}");
}

#[test]
fn endless_recursion_is_a_stack_overflow() {
    let mut b = Bench::new(
        ".func f(.param .b32 n) {
            .local .b8 depot[4096]; .reg .b32 %r<3>;
            ld.param.u32 %r1, [n];
            { .param .b32 a; st.param.b32 [a], %r1; call f, (a); }
            ret;
        }
        .visible .entry k(.param .u64 out) { .reg .b32 %r<3>; mov.u32 %r1, 1; { .param .b32 a; st.param.b32 [a], %r1; call f, (a); } ret; }",
    );
    let out = b.buffer(&[0]);
    let Err(LaunchError::Trap(t)) = b.run([1, 1, 1], [32, 1, 1], &[out]) else {
        panic!("a trap is expected")
    };
    assert_eq!(t.kind, TrapKind::StackOverflow);
}
