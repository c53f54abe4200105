//! Floating-point arithmetic, single, double, half and packed (PTX ISA 8.5, sections 9.7.3 and 9.7.4; the packed
//! `.f32x2` and mixed-precision forms are of PTX ISA 8.6).

use super::{Entry, entry, f};

const FP: &str = "9.7.3 Floating-point";
const HALF: &str = "9.7.4 Half-precision floating-point";
const MIXED: &str = "9.7.5 Mixed-precision floating-point (PTX ISA 8.6)";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "testp",
        FP,
        "Tests what kind of number a is.",
        &[f(
            20,
            20,
            "testp.op.type p, a; .op = {.finite,.infinite,.number,.notanumber,.normal,.subnormal}; .type = {.f32,.f64}",
        )],
    ),
    entry(
        "copysign",
        FP,
        "b with the sign of a.",
        &[f(20, 20, "copysign.type d, a, b; .type = {.f32,.f64}")],
    ),
    entry(
        "add",
        FP,
        "Adds two values.",
        &[
            f(10, 0, "add{.rnd}{.ftz}{.sat}.f32 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(10, 13, "add{.rnd}.f64 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(86, 100, "add{.rnd}{.ftz}.f32x2 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "sub",
        FP,
        "Subtracts b from a.",
        &[
            f(10, 0, "sub{.rnd}{.ftz}{.sat}.f32 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(10, 13, "sub{.rnd}.f64 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(86, 100, "sub{.rnd}{.ftz}.f32x2 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "mul",
        FP,
        "Multiplies two values.",
        &[
            f(10, 0, "mul{.rnd}{.ftz}{.sat}.f32 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(10, 13, "mul{.rnd}.f64 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(86, 100, "mul{.rnd}{.ftz}.f32x2 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "fma",
        FP,
        "Multiplies a by b and adds c, rounding once.",
        &[
            f(20, 20, "fma.rnd{.ftz}{.sat}.f32 d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}"),
            f(14, 13, "fma.rnd.f64 d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}"),
            f(86, 100, "fma.rnd{.ftz}.f32x2 d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "mad",
        FP,
        "Multiplies a by b and adds c; the same as `fma` from sm_20 on.",
        &[
            f(10, 0, "mad{.rnd}{.ftz}{.sat}.f32 d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}"),
            f(10, 13, "mad.rnd.f64 d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "div",
        FP,
        "Divides a by b.",
        &[
            f(14, 0, "div.mode{.ftz}.f32 d, a, b; .mode = {.approx,.full}"),
            f(14, 20, "div.rnd{.ftz}.f32 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(14, 13, "div.rnd.f64 d, a, b; .rnd = {.rn,.rz,.rm,.rp}"),
            f(10, 0, "div{.ftz}.f32 d, a, b"),
            f(10, 0, "div.f64 d, a, b"),
        ],
    ),
    entry("abs", FP, "Absolute value.", &[f(10, 0, "abs{.ftz}.f32 d, a"), f(10, 13, "abs.f64 d, a")]),
    entry("neg", FP, "Negates.", &[f(10, 0, "neg{.ftz}.f32 d, a"), f(10, 13, "neg.f64 d, a")]),
    entry(
        "min",
        FP,
        "The smaller value; `.NaN` lets a NaN through.",
        &[
            f(10, 0, "min{.ftz}{.NaN}{.xorsign.abs}.f32 d, a, b"),
            f(86, 100, "min{.ftz}{.NaN}{.abs}.f32 d, a, b, c"),
            f(10, 13, "min.f64 d, a, b"),
        ],
    ),
    entry(
        "max",
        FP,
        "The larger value; `.NaN` lets a NaN through.",
        &[
            f(10, 0, "max{.ftz}{.NaN}{.xorsign.abs}.f32 d, a, b"),
            f(86, 100, "max{.ftz}{.NaN}{.abs}.f32 d, a, b, c"),
            f(10, 13, "max.f64 d, a, b"),
        ],
    ),
    entry(
        "rcp",
        FP,
        "The reciprocal.",
        &[
            f(10, 0, "rcp.approx{.ftz}.f32 d, a"),
            f(14, 20, "rcp.rnd{.ftz}.f32 d, a; .rnd = {.rn,.rz,.rm,.rp}"),
            f(14, 13, "rcp.rnd.f64 d, a; .rnd = {.rn,.rz,.rm,.rp}"),
            f(21, 20, "rcp.approx.ftz.f64 d, a"),
        ],
    ),
    entry(
        "sqrt",
        FP,
        "The square root.",
        &[
            f(10, 0, "sqrt.approx{.ftz}.f32 d, a"),
            f(14, 20, "sqrt.rnd{.ftz}.f32 d, a; .rnd = {.rn,.rz,.rm,.rp}"),
            f(14, 13, "sqrt.rnd.f64 d, a; .rnd = {.rn,.rz,.rm,.rp}"),
        ],
    ),
    entry(
        "rsqrt",
        FP,
        "The reciprocal of the square root.",
        &[f(10, 0, "rsqrt.approx{.ftz}.f32 d, a"), f(10, 13, "rsqrt.approx{.ftz}.f64 d, a")],
    ),
    entry("sin", FP, "The sine, in radians, approximately.", &[f(10, 0, "sin.approx{.ftz}.f32 d, a")]),
    entry("cos", FP, "The cosine, in radians, approximately.", &[f(10, 0, "cos.approx{.ftz}.f32 d, a")]),
    entry("lg2", FP, "The logarithm to base 2, approximately.", &[f(10, 0, "lg2.approx{.ftz}.f32 d, a")]),
    entry("ex2", FP, "2 to the power of a, approximately.", &[f(10, 0, "ex2.approx{.ftz}.f32 d, a")]),
    entry("tanh", FP, "The hyperbolic tangent, approximately.", &[f(70, 75, "tanh.approx.f32 d, a")]),
    entry(
        "add",
        HALF,
        "Adds two values.",
        &[
            f(42, 53, "add{.rnd}{.ftz}{.sat}.type d, a, b; .rnd = {.rn}; .type = {.f16,.f16x2}"),
            f(78, 90, "add{.rnd}.type d, a, b; .rnd = {.rn}; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "sub",
        HALF,
        "Subtracts b from a.",
        &[
            f(42, 53, "sub{.rnd}{.ftz}{.sat}.type d, a, b; .rnd = {.rn}; .type = {.f16,.f16x2}"),
            f(78, 90, "sub{.rnd}.type d, a, b; .rnd = {.rn}; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "mul",
        HALF,
        "Multiplies two values.",
        &[
            f(42, 53, "mul{.rnd}{.ftz}{.sat}.type d, a, b; .rnd = {.rn}; .type = {.f16,.f16x2}"),
            f(78, 90, "mul{.rnd}.type d, a, b; .rnd = {.rn}; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "fma",
        HALF,
        "Multiplies a by b and adds c, rounding once.",
        &[
            f(42, 53, "fma.rn{.ftz}{.sat}.type d, a, b, c; .type = {.f16,.f16x2}"),
            f(70, 80, "fma.rn{.ftz}{.relu}.type d, a, b, c; .type = {.f16,.f16x2}"),
            f(70, 80, "fma.rn{.relu}.type d, a, b, c; .type = {.bf16,.bf16x2}"),
            f(81, 90, "fma.rn.oob{.relu}.type d, a, b, c; .type = {.f16,.f16x2,.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "neg",
        HALF,
        "Negates.",
        &[
            f(60, 53, "neg{.ftz}.type d, a; .type = {.f16,.f16x2}"),
            f(70, 80, "neg.type d, a; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "abs",
        HALF,
        "Absolute value.",
        &[
            f(65, 53, "abs{.ftz}.type d, a; .type = {.f16,.f16x2}"),
            f(70, 80, "abs.type d, a; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "min",
        HALF,
        "The smaller value.",
        &[
            f(70, 80, "min{.ftz}{.NaN}{.xorsign.abs}.type d, a, b; .type = {.f16,.f16x2}"),
            f(70, 80, "min{.NaN}{.xorsign.abs}.type d, a, b; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "max",
        HALF,
        "The larger value.",
        &[
            f(70, 80, "max{.ftz}{.NaN}{.xorsign.abs}.type d, a, b; .type = {.f16,.f16x2}"),
            f(70, 80, "max{.NaN}{.xorsign.abs}.type d, a, b; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "tanh",
        HALF,
        "The hyperbolic tangent, approximately.",
        &[
            f(70, 75, "tanh.approx.type d, a; .type = {.f16,.f16x2}"),
            f(78, 90, "tanh.approx.type d, a; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "ex2",
        HALF,
        "2 to the power of a, approximately.",
        &[
            f(70, 75, "ex2.approx.type d, a; .type = {.f16,.f16x2}"),
            f(78, 90, "ex2.approx.ftz.type d, a; .type = {.bf16,.bf16x2}"),
        ],
    ),
    entry(
        "add",
        MIXED,
        "Adds a half to a single.",
        &[f(86, 100, "add{.rnd}{.sat}.f32.atype d, a, c; .rnd = {.rn,.rz,.rm,.rp}; .atype = {.f16,.bf16}")],
    ),
    entry(
        "sub",
        MIXED,
        "Subtracts a single from a half.",
        &[f(86, 100, "sub{.rnd}{.sat}.f32.atype d, a, c; .rnd = {.rn,.rz,.rm,.rp}; .atype = {.f16,.bf16}")],
    ),
    entry(
        "fma",
        MIXED,
        "Multiplies halves and adds a single, rounding once.",
        &[f(
            86,
            100,
            "fma.rnd{.sat}.f32.abtype d, a, b, c; .rnd = {.rn,.rz,.rm,.rp}; .abtype = {.f16,.bf16}",
        )],
    ),
];
