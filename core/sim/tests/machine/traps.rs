//! A kernel's faults name what, where, who and what is near.

use crate::kernels::Bench;
use warplens_sim::launch::InvalidLaunch;
use warplens_sim::{LaunchError, Limits, Trap, TrapKind};

fn trap(b: &mut Bench, threads: u32, params: &[u64]) -> Trap {
    match b.run([1, 1, 1], [threads, 1, 1], params) {
        Err(LaunchError::Trap(t)) => *t,
        other => panic!("a trap is expected, not {other:?}"),
    }
}

#[test]
fn an_out_of_bounds_store_names_the_first_thread_and_the_distance() {
    let mut b = Bench::body("st.global.u32 [%rd2], %r1;");
    let out = b.buffer(&[0; 40]);
    let t = trap(&mut b, 64, &[out]);
    assert_eq!(
        (t.kind.clone(), t.thread, t.warp, t.lane, t.write, t.size),
        (TrapKind::OutOfBounds, [40, 0, 0], 1, 8, true, 4)
    );
    assert_eq!(t.address, Some(out + 160));
    let near = t.nearest.clone().unwrap();
    assert_eq!((near.start, near.size, near.distance, near.label.as_deref()), (out, 160, 1, Some("buffer")));
    assert!(t.to_string().contains("out-of-bounds write of 4 bytes"), "{t}");
    assert!(t.instruction.starts_with("st.global.u32"));
}

#[test]
fn use_after_free_null_and_misaligned_are_told_apart() {
    let mut b = Bench::body("ld.global.u32 %r2, [%rd2]; st.global.u32 [%rd2], %r2;");
    let gone = b.buffer(&[0; 64]);
    b.device.free(gone).unwrap();
    let t = trap(&mut b, 32, &[gone]);
    assert_eq!(t.kind, TrapKind::UseAfterFree);
    assert!(t.nearest.unwrap().freed);
    assert_eq!(trap(&mut b, 32, &[0]).kind, TrapKind::NullPointer);
    let odd = b.buffer(&[0; 64]) + 2;
    assert_eq!(trap(&mut b, 32, &[odd]).kind, TrapKind::Misaligned);
}

#[test]
fn shared_memory_has_an_end() {
    let mut b = Bench::body("mov.u32 %r2, smem; st.shared.u32 [%r2+8192], %r1;");
    let out = b.buffer(&[0]);
    let t = trap(&mut b, 32, &[out]);
    assert_eq!((t.kind, t.address), (TrapKind::SharedOutOfBounds, Some(8192)));
}

#[test]
fn the_trap_instruction_and_a_failed_assert_end_the_kernel() {
    let mut b = Bench::body("setp.eq.u32 %p1, %r52, 5; @%p1 trap;");
    let out = b.buffer(&[0]);
    let t = trap(&mut b, 32, &[out]);
    assert_eq!((t.kind, t.thread), (TrapKind::TrapInstruction, [5, 0, 0]));
}

#[test]
fn impossible_launches_say_which_limit() {
    let mut b = Bench::body("");
    let out = b.buffer(&[0]);
    let invalid = |r: Result<(), LaunchError>| match r {
        Err(LaunchError::Invalid { code, message }) => (code, message),
        other => panic!("an invalid launch is expected, not {other:?}"),
    };
    let (code, text) = invalid(b.run([1, 1, 1], [2048, 1, 1], &[out]));
    assert_eq!(code, InvalidLaunch::Configuration);
    assert!(text.contains("2048") && text.contains("1024"), "{text}");
    assert_eq!(invalid(b.run([0, 1, 1], [32, 1, 1], &[out])).0, InvalidLaunch::Configuration);
    assert_eq!(invalid(b.run([1, 70000, 1], [32, 1, 1], &[out])).0, InvalidLaunch::Configuration);
    assert_eq!(invalid(b.run([1, 1, 1], [32, 1, 1], &[])).0, InvalidLaunch::Parameters);
}

#[test]
fn wide_warps_refuse_narrow_lane_masks_when_loading() {
    use warplens_sim::{Arena, Device};
    let limits = Limits { warp_size: 128, ..Limits::default() };
    let mut device = Device::new(limits, Arena::anonymous(1 << 20).unwrap());
    let text =
        format!("{}{}", crate::kernels::HEAD, crate::kernels::kernel("vote.sync.ballot.b32 %r2, %p1, -1;"));
    let error = device.load(&text).unwrap_err();
    assert!(error.to_string().contains("128 lanes"), "{error}");
}

#[test]
fn an_instruction_that_is_not_there_is_refused_by_name_and_line() {
    use warplens_sim::{Arena, Device};
    let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 20).unwrap());
    let text = format!("{}{}", crate::kernels::HEAD, crate::kernels::kernel("wgmma.fence.sync.aligned;"));
    let error = device.load(&text).unwrap_err();
    assert_eq!(error.problems.len(), 1);
    assert!(error.problems[0].line > 3 && error.to_string().contains("wgmma"), "{error}");
}

#[test]
fn printf_prints_in_thread_order() {
    let mut b = Bench::new(
        ".global .align 1 .b8 fmt[9] = {116, 61, 37, 100, 32, 37, 46, 49, 102};
         .global .align 1 .b8 nl[3] = {10, 0, 0};
         .extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);
         .visible .entry k(.param .u64 out) {
            .local .align 8 .b8 depot[16];
            .reg .b32 %r<9>; .reg .b64 %rd<9>; .reg .f64 %fd<3>;
            mov.u64 %rd1, depot; cvta.local.u64 %rd2, %rd1;
            mov.u32 %r1, %tid.x;
            st.local.u32 [%rd1], %r1;
            mov.f64 %fd1, 0d3FF8000000000000; st.local.f64 [%rd1+8], %fd1;
            mov.u64 %rd3, fmt; cvta.global.u64 %rd4, %rd3;
            { .param .b64 p0; .param .b64 p1; .param .b32 r;
              st.param.b64 [p0], %rd4; st.param.b64 [p1], %rd2;
              call.uni (r), vprintf, (p0, p1); ld.param.b32 %r2, [r]; }
            ret;
        }",
    );
    // The format has no terminator of its own inside its 9 bytes; the allocation ends there, so it cannot be read.
    let out = b.buffer(&[0]);
    assert!(matches!(trap(&mut b, 1, &[out]).kind, TrapKind::IllegalOperand(m) if m.contains("format")));
}
