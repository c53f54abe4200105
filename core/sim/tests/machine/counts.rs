//! Exact counts against numbers worked out by hand.

use crate::kernels::Bench;
use warplens_sim::Limits;
use warplens_sim::counts::{Counts, SharedTraffic, Traffic};

/// Counts of a body that uses `%rd1` (buffer of 64 KiB), with `%r1` the thread number.
fn count(threads: u32, body: &str) -> Counts {
    let mut b = Bench::body(body);
    let out = b.buffer(&[0; 16384]);
    b.run([1, 1, 1], [threads, 1, 1], &[out]).unwrap_or_else(|e| panic!("{e}"));
    b.counts.total
}

/// A load of type `ty` where thread `i` reads at byte `i * stride + offset`.
fn load(threads: u32, ty: &str, stride: u32, offset: u32) -> Traffic {
    let dst = match ty {
        "u8" => "%rs1",
        "u32" => "%r2",
        "u64" => "%rd5",
        _ => "{%r2, %r3, %r4, %r5}",
    };
    let body = format!(
        "mul.lo.u32 %r9, %r1, {stride}; cvt.u64.u32 %rd3, %r9; add.s64 %rd3, %rd1, %rd3; ld.global.{ty} {dst}, [%rd3+{offset}];"
    );
    count(threads, &body).global_ld
}

fn t(requests: u64, sectors: u64, sectors_ideal: u64, lines: u64, bytes: u64) -> Traffic {
    Traffic { requests, sectors, sectors_ideal, lines, bytes }
}

#[test]
fn global_loads_touch_the_sectors_their_addresses_are_in() {
    // 32 lanes of 4 bytes in a row: 128 bytes, 4 sectors, 1 line.
    assert_eq!(load(32, "u32", 4, 0), t(1, 4, 4, 1, 128));
    // The same, 4 bytes off: a fifth sector, a second line; the ideal stays 4.
    assert_eq!(load(32, "u32", 4, 4), t(1, 5, 4, 2, 128));
    // Every other word: 256 bytes, 8 sectors.
    assert_eq!(load(32, "u32", 8, 0), t(1, 8, 4, 2, 128));
    // A column of a matrix with rows of 128 bytes: each lane its own sector and line.
    assert_eq!(load(32, "u32", 128, 0), t(1, 32, 4, 32, 128));
    // All lanes the same word: one sector, and no better is possible.
    assert_eq!(load(32, "u32", 0, 0), t(1, 1, 1, 1, 128));
    // 8- and 16-byte elements: 8 and 16 sectors.
    assert_eq!(load(32, "u64", 8, 0), t(1, 8, 8, 2, 256));
    assert_eq!(load(32, "v4.u32", 16, 0), t(1, 16, 16, 4, 512));
    // Bytes: one sector for 32 of them.
    assert_eq!(load(32, "u8", 1, 0), t(1, 1, 1, 1, 32));
    // Two warps, the second with 8 lanes: 4 sectors and 1.
    assert_eq!(load(40, "u32", 4, 0), t(2, 5, 5, 2, 160));
}

/// A shared load of `ty` where thread `i` reads at byte `i * stride`.
fn shared(ty: &str, stride: u32) -> SharedTraffic {
    let dst = match ty {
        "u8" => "%rs1",
        "u32" => "%r2",
        "u64" => "%rd5",
        _ => "{%r2, %r3, %r4, %r5}",
    };
    let body =
        format!("mov.u32 %r8, smem; mad.lo.u32 %r9, %r52, {stride}, %r8; ld.shared.{ty} {dst}, [%r9];");
    count(32, &body).shared_ld
}

fn s(wavefronts: u64, wavefronts_ideal: u64, worst_way: u64, bytes: u64) -> SharedTraffic {
    SharedTraffic { requests: 1, wavefronts, wavefronts_ideal, worst_way, bytes }
}

#[test]
fn shared_loads_serialise_over_32_banks_of_4_bytes() {
    assert_eq!(shared("u32", 4), s(1, 1, 1, 128));
    // A broadcast is one pass.
    assert_eq!(shared("u32", 0), s(1, 1, 1, 128));
    // Strides of 2, 32 and 33 words: 2-way, 32-way, none.
    assert_eq!(shared("u32", 8), s(2, 1, 2, 128));
    assert_eq!(shared("u32", 128), s(32, 1, 32, 128));
    assert_eq!(shared("u32", 132), s(1, 1, 1, 128));
    // Four lanes read bytes of one word.
    assert_eq!(shared("u8", 1), s(1, 1, 1, 32));
    // 8-byte accesses go by half warps, 16-byte ones by quarters.
    assert_eq!(shared("u64", 8), s(2, 2, 1, 256));
    assert_eq!(shared("u64", 16), s(4, 2, 2, 256));
    assert_eq!(shared("v4.u32", 16), s(4, 4, 1, 512));
}

#[test]
fn atomics_and_reductions_are_counted_apart() {
    let c = count(32, "atom.global.add.u32 %r2, [%rd1], 1; red.global.add.u32 [%rd2], 1;");
    assert_eq!(c.global_atom, t(1, 1, 1, 1, 128));
    assert_eq!(c.global_red, t(1, 4, 4, 1, 128));
}

#[test]
fn instructions_are_counted_a_warp_a_thread_and_under_their_guard() {
    // 48 threads: a full warp and half a one. The kernel's frame is 7 instructions before the body, `ret` after.
    let c = count(48, "setp.lt.u32 %p1, %r52, 40; @%p1 add.u32 %r2, %r2, 1;");
    assert_eq!(c.inst, 2 * 10);
    assert_eq!(c.thread_inst, 48 * 10);
    assert_eq!(c.thread_inst_pred_on, 48 * 10 - 8);
}

#[test]
fn branches_split_warps_or_do_not() {
    // Thread < 40 branches: warp 0 goes whole, warp 1 parts.
    let c = count(64, "setp.lt.u32 %p1, %r52, 40; @%p1 bra over; add.u32 %r2, %r2, 1; over:");
    assert_eq!((c.branch_uniform, c.branch_divergent), (1, 1));
    // The add runs in warp 1 only, with 24 lanes; `ret` runs joined again.
    assert_eq!(c.inst, 2 * 10 + 1);
    assert_eq!(c.thread_inst, 64 * 10 + 24);
}

#[test]
fn a_fault_on_one_side_of_a_branch_is_counted_up_to_it() {
    for gang in [None, Some(1)] {
        // 8 lanes of warp 0 add, load from nowhere and are stopped; the rest never gets past the branch.
        let mut b = Bench::body(
            "mov.u64 %rd9, 0; setp.ge.u32 %p1, %r52, 8; @%p1 bra over;
             add.u32 %r2, %r2, 1; ld.global.u32 %r3, [%rd9]; add.u32 %r2, %r2, 1;
             over: add.u32 %r2, %r2, 1;",
        );
        b.options.warps_per_gang = gang;
        let out = b.buffer(&[0; 64]);
        let trap = b.run([1, 1, 1], [32, 1, 1], &[out]).unwrap_err().to_string();
        assert!(trap.contains("null"), "{trap}");
        assert_eq!((b.counts.total.inst, b.counts.total.thread_inst), (7 + 3 + 2, 32 * 10 + 8 * 2));
        assert_eq!((b.counts.total.branch_uniform, b.counts.total.branch_divergent), (0, 1));
    }
}

#[test]
fn a_loop_with_different_trip_counts_is_counted_by_each_warps_longest_lane() {
    // Lane i goes round i % 4 + 1 times: a warp issues the body 4 times, with 32, 24, 16 and 8 lanes.
    let c = count(
        32,
        "and.b32 %r2, %r52, 3;
         again:
         sub.u32 %r2, %r2, 1;
         setp.ge.s32 %p1, %r2, 0;
         @%p1 bra again;",
    );
    assert_eq!(c.inst, 8 + 1 + 3 * 4);
    assert_eq!(c.thread_inst, 32 * 9 + 3 * (32 + 24 + 16 + 8));
    assert_eq!((c.branch_uniform, c.branch_divergent), (1, 3));
}

#[test]
fn counts_do_not_depend_on_how_many_warps_run_together() {
    let body = "and.b32 %r2, %r1, 15;
        again:
            atom.global.add.u32 %r3, [%rd1], %r2;
            sub.u32 %r2, %r2, 1;
            setp.ge.s32 %p1, %r2, 3;
            @%p1 bra again;
            and.b32 %r4, %r1, 511; mul.wide.u32 %rd5, %r4, 24; add.s64 %rd5, %rd5, %rd1; ld.global.u32 %r5, [%rd5];
            bar.sync 0;";
    let counts = |gang: Option<u32>, workers: usize| {
        let mut b = Bench::body(body);
        (b.options.warps_per_gang, b.options.workers) = (gang, workers);
        let out = b.buffer(&[0; 16384]);
        b.run([7, 1, 1], [200, 1, 1], &[out]).unwrap();
        b.counts
    };
    let one = counts(Some(1), 1);
    assert!(one.total.branch_divergent > 0);
    for (gang, workers) in [(None, 1), (Some(3), 1), (None, 3)] {
        assert_eq!(counts(gang, workers), one);
    }
}

#[test]
fn a_warp_of_128_lanes_is_one_request() {
    let mut b = Bench::on(
        Limits { warp_size: 128, ..Limits::default() },
        &crate::kernels::kernel(
            "ld.global.u32 %r2, [%rd2]; setp.lt.u32 %p1, %r52, 100; @%p1 bra over; add.u32 %r2, %r2, 1; over:",
        ),
    );
    let out = b.buffer(&[0; 256]);
    b.run([1, 1, 1], [256, 1, 1], &[out]).unwrap();
    let c = b.counts.total;
    assert_eq!(c.global_ld, t(2, 32, 32, 8, 1024));
    assert_eq!((c.branch_uniform, c.branch_divergent), (1, 1));
}

#[test]
fn local_memory_is_interleaved_by_lane() {
    // Each thread stores one word at the same local offset: 128 bytes, 4 sectors.
    let mut b = Bench::new(
        ".visible .entry k(.param .u64 out) {
            .local .align 4 .b8 depot[64]; .reg .b32 %r<4>;
            mov.u32 %r1, %tid.x;
            st.local.u32 [depot+8], %r1;
            ld.local.u32 %r2, [depot+8];
            ret;
        }",
    );
    let out = b.buffer(&[0]);
    b.run([1, 1, 1], [32, 1, 1], &[out]).unwrap();
    assert_eq!(b.counts.total.local_st, t(1, 4, 4, 1, 128));
    assert_eq!(b.counts.total.local_ld, t(1, 4, 4, 1, 128));
}

#[test]
fn a_kernel_must_move_at_least_its_distinct_sectors() {
    // Every thread reads the same 4 sectors again and again, and writes one sector.
    let mut b = Bench::body(
        "and.b32 %r2, %r1, 31; mul.wide.u32 %rd3, %r2, 4; add.s64 %rd3, %rd1, %rd3; ld.global.u32 %r3, [%rd3]; st.global.u32 [%rd1+512], %r3;",
    );
    let out = b.buffer(&[0; 1024]);
    b.run([8, 1, 1], [256, 1, 1], &[out]).unwrap();
    assert_eq!((b.counts.distinct_sectors_read, b.counts.distinct_sectors_written), (4, 1));
}

#[test]
fn constant_memory_is_no_global_traffic() {
    let mut b = Bench::new(
        ".const .align 4 .b32 table[4] = {1, 2, 3, 4};
        .visible .entry k(.param .u64 out) { .reg .b32 %r<3>; ld.const.u32 %r1, [table+4]; ret; }",
    );
    let out = b.buffer(&[0]);
    b.run([1, 1, 1], [32, 1, 1], &[out]).unwrap();
    assert_eq!((b.counts.total.global_ld, b.counts.distinct_sectors_read), (Traffic::default(), 0));
}
