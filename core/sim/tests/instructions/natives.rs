//! The CUDA math API as clang's PTX calls it.

use crate::bench;
use warplens_sim::arith::math::{self, MathImpl};
use warplens_sim::{LaunchError, TrapKind};

const SINF: &str = ".extern .func (.param .b32 r) __nv_sinf(.param .b32 a);";
const POWF: &str = ".extern .func (.param .b32 r) __nv_powf(.param .b32 a, .param .b32 b);";
const SINCOSF: &str = ".extern .func __nv_sincosf(.param .b32 a, .param .b64 s, .param .b64 c);";
const EXP: &str = ".extern .func (.param .b64 r) __nv_exp(.param .b64 a);";
const POPC: &str = ".extern .func (.param .b32 r) __nv_popcll(.param .b64 a);";
const NORM: &str = ".extern .func (.param .b32 r) __nv_normf(.param .b32 n, .param .b64 p);";

fn f32x1(name: &str, x: f32) -> u32 {
    match math::find(name).expect("a function").eval {
        MathImpl::F32x1(f, _) => f(x).to_bits(),
        other => panic!("{other:?}"),
    }
}

/// `%f1 = (float)tid * 0.25`, `%f2 = f(%f1)` through parameters.
fn call1(name: &str) -> String {
    format!(
        "cvt.rn.f32.u32 %f1, %r9; mul.f32 %f1, %f1, 0f3E800000;
        {{ .param .b32 param0; .param .b32 retval0; st.param.f32 [param0+0], %f1;
        call.uni (retval0), {name}, (param0); ld.param.f32 %f2, [retval0+0]; }}
        mov.b32 %r10, %f2;"
    )
}

#[test]
fn a_function_of_one_single_over_two_warps() {
    let out = bench::run(SINF, &call1("__nv_sinf"), 64, &[]).unwrap();
    for (tid, v) in out.iter().enumerate() {
        assert_eq!(v[0], f32x1("__nv_sinf", tid as f32 * 0.25), "thread {tid}");
    }
    // The sine of 2.5 to single precision, from a table.
    assert!((f32::from_bits(out[10][0]) - 0.598_472).abs() < 1e-6);
}

#[test]
fn inactive_lanes_keep_what_they_had() {
    let body = format!(
        "mov.f32 %f2, 0f40400000; mov.b32 %r10, %f2; and.b32 %r20, %r9, 1; setp.eq.u32 %p1, %r20, 0; @%p1 bra done;
        {}
        done:",
        call1("__nv_sinf")
    );
    let out = bench::run(SINF, &body, 32, &[]).unwrap();
    for (tid, v) in out.iter().enumerate() {
        let want = if tid % 2 == 0 { 3f32.to_bits() } else { f32x1("__nv_sinf", tid as f32 * 0.25) };
        assert_eq!(v[0], want, "thread {tid}");
    }
}

#[test]
fn two_arguments_and_a_double() {
    let body = "mov.b32 %f1, %r1; mov.b32 %f2, %r2;
        { .param .b32 param0; .param .b32 param1; .param .b32 retval0; st.param.f32 [param0+0], %f1; st.param.f32 [param1+0], %f2;
        call.uni (retval0), __nv_powf, (param0, param1); ld.param.f32 %f3, [retval0+0]; }
        mov.b32 %r10, %f3;";
    let v = bench::run(POWF, body, 1, &[3f32.to_bits(), 4f32.to_bits()]).unwrap();
    assert_eq!(f32::from_bits(v[0][0]), 81.0);
    let body = "mov.b64 %fd1, %rd1;
        { .param .b64 param0; .param .b64 retval0; st.param.f64 [param0+0], %fd1;
        call.uni (retval0), __nv_exp, (param0); ld.param.f64 %fd2, [retval0+0]; }
        mov.b64 {%r10, %r11}, %fd2;";
    let bits = 1f64.to_bits();
    let v = bench::run(EXP, body, 1, &[bits as u32, (bits >> 32) as u32]).unwrap()[0];
    // CUDA allows one unit in the last place.
    let got = v[0] as u64 | (v[1] as u64) << 32;
    assert!(got.abs_diff(std::f64::consts::E.to_bits()) <= 1, "{got:#x}");
}

#[test]
fn integers_of_two_widths() {
    let body = "{ .param .b64 param0; .param .b32 retval0; st.param.b64 [param0+0], %rd1;
        call.uni (retval0), __nv_popcll, (param0); ld.param.b32 %r10, [retval0+0]; }";
    assert_eq!(bench::run(POPC, body, 1, &[0xff, 0x8000_0001]).unwrap()[0][0], 10);
}

#[test]
fn results_through_pointers_to_local_shared_and_global_memory() {
    let call = "{ .param .b32 param0; .param .b64 param1; .param .b64 param2;
        st.param.f32 [param0+0], %f1; st.param.b64 [param1+0], %rd12; st.param.b64 [param2+0], %rd13;
        call.uni __nv_sincosf, (param0, param1, param2); }";
    let head = "cvt.rn.f32.u32 %f1, %r9; mul.f32 %f1, %f1, 0f3E800000;";
    let both = |out: &[[u32; 4]]| {
        for (tid, v) in out.iter().enumerate() {
            let x = tid as f32 * 0.25;
            assert_eq!((v[0], v[1]), (f32x1("__nv_sinf", x), f32x1("__nv_cosf", x)), "thread {tid}");
        }
    };
    let local = format!(
        "{head} cvta.local.u64 %rd12, own; add.s64 %rd13, %rd12, 4; {call}
        ld.local.b32 %r10, [own]; ld.local.b32 %r11, [own+4];"
    );
    let local = local.replace("cvta.local.u64 %rd12, own", "mov.u64 %rd12, own; cvta.local.u64 %rd12, %rd12");
    both(&bench::run(SINCOSF, &local, 32, &[]).unwrap());
    let shared = format!(
        "{head} mul.lo.u32 %r20, %r9, 8; mov.u32 %r21, smem; add.u32 %r21, %r21, %r20; cvt.u64.u32 %rd12, %r21;
        cvta.shared.u64 %rd12, %rd12; add.s64 %rd13, %rd12, 4; {call}
        ld.shared.b32 %r10, [%r21]; ld.shared.b32 %r11, [%r21+4];"
    );
    both(&bench::run(SINCOSF, &shared, 32, &[]).unwrap());
    let global = format!(
        "{head} mov.b64 %rd12, %rd10; add.s64 %rd13, %rd10, 4; {call} ld.global.v2.b32 {{%r10, %r11}}, [%rd10];"
    );
    both(&bench::run(SINCOSF, &global, 32, &[]).unwrap());
}

#[test]
fn a_pointer_outside_is_a_trap_that_names_it() {
    let body = "mov.f32 %f1, 0f3F800000; add.s64 %rd12, %rd9, 32;
        { .param .b32 param0; .param .b64 param1; .param .b64 param2;
        st.param.f32 [param0+0], %f1; st.param.b64 [param1+0], %rd9; st.param.b64 [param2+0], %rd12;
        call.uni __nv_sincosf, (param0, param1, param2); }";
    match bench::run(SINCOSF, body, 4, &[]).map_err(|e| *e) {
        Err(LaunchError::Trap(t)) => {
            assert_eq!(
                (t.kind.clone(), t.write, t.size, t.thread),
                (TrapKind::OutOfBounds, true, 4, [0, 0, 0])
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_array_is_read_from_memory() {
    let body = "{ .param .b32 param0; .param .b64 param1; .param .b32 retval0;
        mov.u32 %r20, 4; st.param.b32 [param0+0], %r20; st.param.b64 [param1+0], %rd9;
        call.uni (retval0), __nv_normf, (param0, param1); ld.param.b32 %r10, [retval0+0]; }";
    let input = [2f32, 4.0, 5.0, 6.0].map(f32::to_bits);
    assert_eq!(f32::from_bits(bench::run(NORM, body, 1, &input).unwrap()[0][0]), 9.0);
}
