//! The CUDA math API: accuracy against mpmath and across precisions, special values, completeness.

use crate::sample::Rng;
use std::collections::BTreeMap;
use warplens_sim::arith::math::{MathFn, MathImpl, MathType, Param, all, find};

fn function(name: &str) -> &'static MathFn {
    find(name).unwrap_or_else(|| panic!("{name} is not provided"))
}

/// Calls a function with argument bits; the return value's bits.
fn call(name: &str, args: &[u64]) -> u64 {
    let f32_at = |i: usize| f32::from_bits(args[i] as u32);
    let f64_at = |i: usize| f64::from_bits(args[i]);
    match function(name).eval {
        MathImpl::F32x1(f, _) => u64::from(f(f32_at(0)).to_bits()),
        MathImpl::F32x2(f) => u64::from(f(f32_at(0), f32_at(1)).to_bits()),
        MathImpl::F32x3(f) => u64::from(f(f32_at(0), f32_at(1), f32_at(2)).to_bits()),
        MathImpl::F64x1(f, _) => f(f64_at(0)).to_bits(),
        MathImpl::F64x2(f) => f(f64_at(0), f64_at(1)).to_bits(),
        MathImpl::F64x3(f) => f(f64_at(0), f64_at(1), f64_at(2)).to_bits(),
        MathImpl::Bits(_) => call_bits(name, args)[0],
        MathImpl::NormF32(_) | MathImpl::NormF64(_) => panic!("{name} takes an array"),
    }
}

/// Calls a function of the general form; return value and stored values.
fn call_bits(name: &str, args: &[u64]) -> [u64; 3] {
    let mut four = [0; 4];
    four[..args.len()].copy_from_slice(args);
    match function(name).eval {
        MathImpl::Bits(f) => f(&four),
        _ => panic!("{name} has a typed form"),
    }
}

fn single(name: &str, args: &[f32]) -> f32 {
    let bits: Vec<u64> = args.iter().map(|x| u64::from(x.to_bits())).collect();
    f32::from_bits(call(name, &bits) as u32)
}

fn double(name: &str, args: &[f64]) -> f64 {
    let bits: Vec<u64> = args.iter().map(|x| x.to_bits()).collect();
    f64::from_bits(call(name, &bits))
}

fn ulps64(a: f64, b: f64) -> u64 {
    let order = |x: f64| {
        let b = x.to_bits() as i64;
        if b < 0 { i64::MIN.wrapping_sub(b) } else { b }
    };
    if a.is_nan() && b.is_nan() { 0 } else { order(a).abs_diff(order(b)) }
}

fn ulps32(a: f32, b: f32) -> u64 {
    let order = |x: f32| {
        let b = x.to_bits() as i32;
        i64::from(if b < 0 { i32::MIN.wrapping_sub(b) } else { b })
    };
    if a.is_nan() && b.is_nan() { 0 } else { order(a).abs_diff(order(b)) }
}

/// CUDA C++ Programming Guide, "Mathematical Functions": the largest difference from the correctly rounded result in
/// ulp, single then double precision. Bessel functions: for |x| < 8; `lgamma`: outside (-11, -2.26).
const BOUNDS: [(&str, u64, u64); 44] = [
    ("acos", 3, 1),
    ("acosh", 4, 2),
    ("asin", 4, 2),
    ("asinh", 3, 2),
    ("atan", 2, 2),
    ("atan2", 3, 2),
    ("atanh", 3, 2),
    ("cbrt", 1, 1),
    ("cos", 2, 1),
    ("cosh", 2, 1),
    ("cospi", 2, 1),
    ("cyl_bessel_i0", 6, 6),
    ("cyl_bessel_i1", 6, 6),
    ("erf", 2, 2),
    ("erfc", 4, 4),
    ("erfcinv", 2, 6),
    ("erfcx", 4, 3),
    ("erfinv", 2, 5),
    ("exp", 2, 1),
    ("exp10", 2, 1),
    ("exp2", 2, 1),
    ("expm1", 1, 1),
    ("hypot", 3, 2),
    ("j0", 9, 7),
    ("j1", 9, 7),
    ("lgamma", 6, 4),
    ("log", 1, 1),
    ("log10", 2, 1),
    ("log1p", 1, 1),
    ("log2", 1, 1),
    ("normcdf", 5, 5),
    ("normcdfinv", 5, 7),
    ("pow", 8, 2),
    ("rcbrt", 1, 1),
    ("rhypot", 2, 1),
    ("rsqrt", 2, 1),
    ("sin", 2, 1),
    ("sinh", 3, 1),
    ("sinpi", 2, 1),
    ("tan", 4, 2),
    ("tanh", 2, 1),
    ("tgamma", 11, 8),
    ("y0", 9, 7),
    ("y1", 9, 7),
];

#[test]
fn double_precision_stays_within_cudas_bounds() {
    let committed = include_str!("reference.txt").to_string();
    let text = std::env::var("WARPLENS_MATH_REFERENCE")
        .map_or(committed, |path| std::fs::read_to_string(path).unwrap());
    let mut worst: BTreeMap<&str, (u64, String)> = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, args @ .., want] = words.as_slice() else { panic!("{line}") };
        let number = |w: &&str| f64::from_bits(u64::from_str_radix(w, 16).unwrap());
        let args: Vec<f64> = args.iter().map(number).collect();
        let (got, want) = (double(&format!("__nv_{name}"), &args), number(want));
        let slot = worst.entry(name).or_default();
        let e = ulps64(got, want);
        if e >= slot.0 {
            *slot = (e, format!("{args:?}: {got:e}, not {want:e}"));
        }
    }
    assert_eq!(worst.len(), BOUNDS.len());
    for (name, _, bound) in BOUNDS {
        let (e, at) = &worst[name];
        println!("{name:14} {e} of {bound} ulp {at}");
        assert!(*e <= bound, "{name}: {e} ulp at {at}");
    }
}

/// Single precision against the double-precision function of the same name, which the test above ties to mpmath.
#[test]
fn single_precision_stays_within_cudas_bounds() {
    let mut rng = Rng(30);
    for (name, bound, _) in BOUNDS {
        let (f, d) = (format!("__nv_{name}f"), format!("__nv_{name}"));
        let mut worst = (0, String::new());
        let mut check = |x: &[f32]| {
            let wide: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
            let (got, want) = (single(&f, x), double(&d, &wide) as f32);
            let e = ulps32(got, want);
            if e > worst.0 {
                worst = (e, format!("{x:?}: {got:e}, not {want:e}"));
            }
        };
        if let MathImpl::F32x2(_) = function(&f).eval {
            (0..20_000).for_each(|_| check(&[rng.f32(), rng.f32()]));
        } else {
            let near = (-20_000..20_000).map(|i| i as f32 * 0.000_53);
            let far = (0..u32::MAX).step_by(200_003).map(f32::from_bits);
            near.chain(far).for_each(|x| check(&[x]));
        }
        println!("{name:14} {} of {bound} ulp {}", worst.0, worst.1);
        assert!(worst.0 <= bound, "{f}: {} ulp at {}", worst.0, worst.1);
    }
}

#[test]
fn bessel_functions_of_higher_order_meet_their_absolute_bound() {
    // Abramowitz and Stegun, tables 9.2 and 9.3.
    for (n, x, j, y) in
        [(2, 1.0, 0.114_903_484_9, -1.650_682_607), (2, 10.0, 0.254_630_313_7, -0.005_868_082_46)]
    {
        for (name, want) in [("__nv_jn", j), ("__nv_yn", y)] {
            let got = f64::from_bits(call(name, &[n, f64::to_bits(x)]));
            assert!((got - want).abs() < 1e-9, "{name}({n}, {x}) = {got}");
        }
    }
    assert!(f64::from_bits(call("__nv_jn", &[-1i32 as u32 as u64, 1f64.to_bits()])).is_nan());
    assert!(f64::from_bits(call("__nv_yn", &[2, (-1f64).to_bits()])).is_nan());
}

#[test]
fn special_values_follow_c() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let one: [(&str, f64, f64); 58] = [
        ("exp", inf, inf),
        ("exp", -inf, 0.0),
        ("exp10", 400.0, inf),
        ("exp10", -400.0, 0.0),
        ("exp10", 3.0, 1000.0),
        ("exp2", -1074.0, 5e-324),
        ("log", 0.0, -inf),
        ("log", -1.0, nan),
        ("log2", 8.0, 3.0),
        ("log10", 1000.0, 3.0),
        ("log1p", -1.0, -inf),
        ("acosh", 0.5, nan),
        ("atanh", 1.0, inf),
        ("asin", 1.5, nan),
        ("cbrt", -27.0, -3.0),
        ("rcbrt", 8.0, 0.5),
        ("rcbrt", -0.0, -inf),
        ("rcbrt", inf, 0.0),
        ("rsqrt", 0.0, inf),
        ("rsqrt", -1.0, nan),
        ("sqrt", -0.0, -0.0),
        ("erf", -inf, -1.0),
        ("erfc", inf, 0.0),
        ("erfinv", 1.0, inf),
        ("erfinv", -1.0, -inf),
        ("erfinv", 1.1, nan),
        ("erfinv", -0.0, -0.0),
        ("erfcinv", 0.0, inf),
        ("erfcinv", 2.0, -inf),
        ("erfcinv", 1.0, 0.0),
        ("erfcinv", -0.1, nan),
        ("erfcx", inf, 0.0),
        ("erfcx", -30.0, inf),
        ("normcdf", inf, 1.0),
        ("normcdf", -inf, 0.0),
        ("normcdf", 0.0, 0.5),
        ("normcdfinv", 0.5, 0.0),
        ("normcdfinv", 0.0, -inf),
        ("normcdfinv", 1.0, inf),
        ("tgamma", 5.0, 24.0),
        ("tgamma", -1.0, nan),
        ("lgamma", 1.0, 0.0),
        ("lgamma", -2.0, inf),
        ("sinpi", 1.0, 0.0),
        ("sinpi", -1.0, -0.0),
        ("sinpi", 0.5, 1.0),
        ("sinpi", 1e30, 0.0),
        ("cospi", 0.5, 0.0),
        ("cospi", 1.0, -1.0),
        ("cospi", inf, nan),
        ("cyl_bessel_i0", 0.0, 1.0),
        ("cyl_bessel_i1", -inf, -inf),
        ("y0", 0.0, -inf),
        ("y1", -1.0, nan),
        ("logb", 0.0, -inf),
        ("logb", 10.0, 3.0),
        ("round", -2.5, -3.0),
        ("rint", -2.5, -2.0),
    ];
    for (name, x, want) in one {
        let got = double(&format!("__nv_{name}"), &[x]);
        assert_eq!(got.is_nan(), want.is_nan(), "{name}({x:e}) = {got:e}");
        assert!(want.is_nan() || got.to_bits() == want.to_bits(), "{name}({x:e}) = {got:e}, not {want:e}");
        let got = single(&format!("__nv_{name}f"), &[x as f32]);
        let want = want as f32;
        assert!(want.is_nan() && got.is_nan() || got.to_bits() == want.to_bits(), "{name}f({x:e}) = {got:e}");
    }
    let two: [(&str, f64, f64, f64); 17] = [
        ("pow", 0.0, 0.0, 1.0),
        ("pow", nan, 0.0, 1.0),
        ("pow", 1.0, nan, 1.0),
        ("pow", -2.0, 3.0, -8.0),
        ("pow", -2.0, 0.5, nan),
        ("pow", 0.0, -1.0, inf),
        ("pow", -0.0, -3.0, -inf),
        ("pow", 0.5, inf, 0.0),
        ("pow", 2.0, 10.0, 1024.0),
        ("atan2", 0.0, -0.0, std::f64::consts::PI),
        ("hypot", inf, nan, inf),
        ("hypot", 3.0, 4.0, 5.0),
        ("rhypot", 3.0, 4.0, 0.2),
        ("fmod", -5.5, 2.0, -1.5),
        ("remainder", 5.5, 2.0, -0.5),
        ("fdim", 1.0, 3.0, 0.0),
        ("fmax", nan, 2.0, 2.0),
    ];
    for (name, x, y, want) in two {
        let got = double(&format!("__nv_{name}"), &[x, y]);
        assert!(want.is_nan() && got.is_nan() || got == want, "{name}({x:e}, {y:e}) = {got:e}");
        let got = single(&format!("__nv_{name}f"), &[x as f32, y as f32]);
        assert!(want.is_nan() && got.is_nan() || got == want as f32, "{name}f({x:e}, {y:e}) = {got:e}");
    }
}

#[test]
fn norms_neither_overflow_nor_vanish() {
    assert_eq!(double("__nv_norm3d", &[2e300, 3e300, 6e300]), 7e300);
    assert_eq!(double("__nv_rnorm3d", &[2.0, 3.0, 6.0]), 1.0 / 7.0);
    assert_eq!(double("__nv_hypot", &[3e-320, 4e-320]), 5e-320);
    assert_eq!(single("__nv_norm3df", &[2e38, 0.0, 0.0]), 2e38);
    assert_eq!(f64::from_bits(call("__nv_norm4d", &[1f64, 1.0, 1.0, 1.0].map(f64::to_bits))), 2.0);
    let MathImpl::NormF64(norm) = function("__nv_norm").eval else { panic!("an array") };
    assert_eq!(norm(&[1e200; 16]), 4e200);
    assert_eq!(norm(&[]), 0.0);
    assert!(norm(&[f64::NAN, 1.0]).is_nan());
    assert_eq!(norm(&[f64::NAN, f64::NEG_INFINITY]), f64::INFINITY);
    let MathImpl::NormF32(rnorm) = function("__nv_rnormf").eval else { panic!("an array") };
    assert_eq!(rnorm(&[3.0, 4.0]), 0.2);
}

#[test]
fn functions_with_pointers_give_every_result() {
    let b = f64::to_bits;
    assert_eq!(call_bits("__nv_frexp", &[b(12.0)]), [b(0.75), 4, 0]);
    assert_eq!(call_bits("__nv_frexp", &[b(-0.0)]), [b(-0.0), 0, 0]);
    assert_eq!(call_bits("__nv_modf", &[b(-3.25)]), [b(-0.25), b(-3.0), 0]);
    assert_eq!(call_bits("__nv_modf", &[b(f64::INFINITY)]), [b(0.0), b(f64::INFINITY), 0]);
    assert_eq!(
        call_bits("__nv_remquo", &[b(-29.0), b(3.0)]),
        [b(1.0), -2i32 as u32 as u64, 0],
        "-29 = 3 * -10 + 1"
    );
    let [none, s, c] = call_bits("__nv_sincospi", &[b(0.25)]);
    assert_eq!((none, f64::from_bits(s) as f32, f64::from_bits(c) as f32), (0, 0.707_106_77, 0.707_106_77));
    let f = |x: f32| u64::from(x.to_bits());
    assert_eq!(call_bits("__nv_sincosf", &[f(0.0)]), [0, f(0.0), f(1.0)]);
    assert_eq!(call_bits("__nv_frexpf", &[f(1e-45)]), [f(0.5), -148i32 as u32 as u64, 0]);
    let params = function("__nv_sincosf").params;
    assert_eq!(params, [Param::Value(MathType::F32), Param::Out(MathType::F32), Param::Out(MathType::F32)]);
    assert_eq!(function("__nv_sincosf").ret, None);
    assert_eq!(function("__nv_normf").params, [Param::Value(MathType::I32), Param::Array(MathType::F32)]);
}

#[test]
fn integers_and_conversions() {
    let i = |x: i32| u64::from(x as u32);
    assert_eq!(call("__nv_abs", &[i(i32::MIN)]), i(i32::MIN));
    assert_eq!(call("__nv_ffs", &[0]), 0);
    assert_eq!(call("__nv_ffsll", &[1 << 40]), 41);
    assert_eq!(call("__nv_hadd", &[i(-3), i(-4)]), i(-4));
    assert_eq!(call("__nv_rhadd", &[i(i32::MAX), i(i32::MAX)]), i(i32::MAX));
    assert_eq!(call("__nv_mulhi", &[i(-1), i(-1)]), 0);
    assert_eq!(call("__nv_umulhi", &[i(-1), i(-1)]), i(-2));
    assert_eq!(call("__nv_sad", &[i(-2), i(3), 10]), 15);
    assert_eq!(call("__nv_llmin", &[u64::MAX, 1]), u64::MAX);
    assert_eq!(call("__nv_ullmin", &[u64::MAX, 1]), 1);
    assert_eq!(call("__nv_byte_perm", &[0x3322_1100, 0x7766_5544, 0x7531]), 0x7755_3311);
    assert_eq!(call("__nv_float2int_rn", &[u64::from(2.5f32.to_bits())]), 2);
    assert_eq!(call("__nv_double2int_rz", &[1e10f64.to_bits()]), i(i32::MAX));
    assert_eq!(call("__nv_double2uint_ru", &[0.1f64.to_bits()]), 1);
    assert_eq!(call("__nv_float2ll_rd", &[u64::from((-0.5f32).to_bits())]), u64::MAX);
    assert_eq!(call("__nv_uint2double_rn", &[i(-1)]), 4_294_967_295f64.to_bits());
    assert_eq!(call("__nv_int2float_ru", &[0x0100_0001]), u64::from(16_777_218f32.to_bits()));
    assert_eq!(call("__nv_half2float", &[0xffff_3c00]), u64::from(1f32.to_bits()));
    assert_eq!(call("__nv_float2half_rn", &[u64::from(65_520f32.to_bits())]), 0x7c00);
    assert_eq!(call("__nv_hiloint2double", &[0x3ff0_0000, 0]), 1f64.to_bits());
    assert_eq!(call("__nv_double2hiint", &[1f64.to_bits()]), 0x3ff0_0000);
    assert_eq!(call("__nv_llround", &[(-2.5f64).to_bits()]), -3i64 as u64);
    assert_eq!(call("__nv_ilogb", &[0]), i(i32::MIN));
    assert_eq!(call("__nv_signbitf", &[0x8000_0000]), 1);
    assert_eq!(
        call("__nv_copysignf", &[u64::from(3f32.to_bits()), 0x8000_0000]),
        u64::from((-3f32).to_bits())
    );
    assert_eq!(call("__nv_nanf", &[0]), 0x7fff_ffff);
    assert_eq!(call("__nv_scalbn", &[1f64.to_bits(), i(-1074)]), 1);
    assert_eq!(call("__nv_fadd_rd", &[u64::from(1f32.to_bits()), u64::from((-1f32).to_bits())]), 0x8000_0000);
}

#[test]
fn packed_functions() {
    let f = |name: &str, a: u64, b: u64| call(&format!("__nv_{name}"), &[a, b]);
    assert_eq!(f("vadd2", 0xffff_0001, 0x0001_0001), 0x0000_0002);
    assert_eq!(f("vaddus4", 0xff01_80ff, 0x0101_8001), 0xff02_ffff);
    assert_eq!(f("vaddss2", 0x7fff_8000, 0x0001_ffff), 0x7fff_8000);
    assert_eq!(f("vsubus2", 0x0001_0005, 0x0002_0003), 0x0000_0002);
    assert_eq!(f("vcmpgts4", 0x01ff_7f80, 0x0000_0000), 0xff00_ff00);
    assert_eq!(f("vcmpgtu4", 0x01ff_7f80, 0x0000_0000), 0xffff_ffff);
    assert_eq!(f("vseteq2", 0x0005_0006, 0x0005_0007), 0x0001_0000);
    assert_eq!(f("vsads2", 0xffff_0005, 0x0001_0001), 6);
    assert_eq!(f("vavgu4", 0x0102_03ff, 0x0203_04ff), 0x0203_04ff);
    assert_eq!(f("vhaddu2", 0xffff_0003, 0xffff_0000), 0xffff_0001);
    assert_eq!(call("__nv_vabsss2", &[0x8000_ffff]), 0x7fff_0001);
    assert_eq!(call("__nv_vneg4", &[0x0180_00ff]), 0xff80_0001);
}

#[test]
fn rows_equal_lanes() {
    let mut rng = Rng(31);
    for f in all() {
        match f.eval {
            MathImpl::F32x1(one, row) => {
                for reach in [1.0, 1e30] {
                    let xs: Vec<f32> = (0..40).map(|_| rng.f32().clamp(-reach, reach)).collect();
                    let mut out = vec![0.0; xs.len()];
                    row(&xs, &mut out);
                    let (a, b): (Vec<_>, Vec<_>) =
                        xs.iter().zip(&out).map(|(x, y)| (one(*x).to_bits(), y.to_bits())).unzip();
                    assert_eq!(a, b, "{}", f.name);
                }
            }
            MathImpl::F64x1(one, row) => {
                let xs: Vec<f64> = (0..40).map(|_| rng.f64()).collect();
                let mut out = vec![0.0; xs.len()];
                row(&xs, &mut out);
                assert!(xs.iter().zip(&out).all(|(x, y)| one(*x).to_bits() == y.to_bits()), "{}", f.name);
            }
            _ => {}
        }
    }
}

/// Any bits are a valid argument: nothing panics, every NaN result is the device's, nothing takes long.
#[test]
fn every_function_accepts_any_bits() {
    let mut rng = Rng(32);
    for f in all().filter(|f| !f.params.iter().any(|p| matches!(p, Param::Array(_)))) {
        for _ in 0..300 {
            let mut args = [0u64; 4];
            for (slot, p) in args.iter_mut().zip(f.params) {
                *slot = match p {
                    Param::Value(MathType::F32) => u64::from(rng.f32().to_bits()),
                    Param::Value(MathType::F64) => rng.f64().to_bits(),
                    // Orders of Bessel functions are evaluated by recurrence: keep most of them short.
                    _ => {
                        rng.int()
                            & if f.name.contains("_jn") || f.name.contains("_yn") { 0xfff } else { u64::MAX }
                    }
                };
            }
            let r = call(f.name, &args[..f.params.len().min(4)]);
            let reinterpreted =
                f.name.contains("_as_") || f.name.contains("hiloint") || f.name.contains("copysign");
            match f.ret {
                Some(MathType::F32)
                    if f32::from_bits(r as u32).is_nan() && !reinterpreted && !f.name.contains("fabs") =>
                {
                    assert_eq!(r, 0x7fff_ffff, "{} {args:x?}", f.name);
                }
                Some(MathType::F64)
                    if f64::from_bits(r).is_nan() && !reinterpreted && !f.name.contains("fabs") =>
                {
                    let gross = f.name == "__nv_rcp64h";
                    assert_eq!(
                        r,
                        if gross { 0x7fff_ffff_0000_0000 } else { 0xfff8_0000_0000_0000 },
                        "{}",
                        f.name
                    );
                }
                _ => {}
            }
        }
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = all().map(|f| f.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(find("__nv_no_such_function").is_none());
}

/// Clang's own list, where clang is installed: every declared function is here with the declared types.
#[test]
fn every_function_that_clang_declares_is_provided() {
    let path = "/usr/lib/llvm-19/lib/clang/19/include/__clang_cuda_libdevice_declares.h";
    let Ok(header) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is not there; install clang-19");
        return;
    };
    let code: String =
        header.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
    let declarations: Vec<&str> = code.split("__DEVICE__ ").filter(|d| d.contains("__nv_")).collect();
    assert!(declarations.len() > 400, "{}", declarations.len());
    for d in declarations {
        let (head, rest) = d.split_once('(').unwrap();
        let (list, _) = rest.split_once(')').unwrap();
        let (ret, name) = head.split_once("__nv_").unwrap();
        let f = function(&format!("__nv_{}", name.trim()));
        assert_eq!(f.ret, c_type(ret), "{d}");
        let params: Vec<&str> = list.split(',').collect();
        assert_eq!(params.len(), f.params.len(), "{d}");
        for (p, have) in params.iter().zip(f.params) {
            let ty = c_type(p);
            match have {
                Param::Value(t) => assert!(!p.contains('*') && ty == Some(*t), "{d}"),
                Param::Out(t) => assert!(p.contains('*') && !p.contains("const") && ty == Some(*t), "{d}"),
                Param::Array(t) => assert!(p.contains('*') && p.contains("const") && ty == Some(*t), "{d}"),
                Param::Text => assert!(p.contains("char *"), "{d}"),
            }
        }
    }
}

fn c_type(text: &str) -> Option<MathType> {
    let has = |word: &str| text.split_whitespace().any(|w| w == word);
    if has("long") {
        Some(MathType::I64)
    } else if has("short") {
        Some(MathType::I16)
    } else if has("double") {
        Some(MathType::F64)
    } else if has("float") {
        Some(MathType::F32)
    } else if has("int") || has("unsigned") {
        Some(MathType::I32)
    } else {
        None
    }
}
