//! Comparison, selection, logic and shifts (PTX ISA 8.5, sections 9.7.5 to 9.7.7).

use super::{Entry, entry, f};

const CMP: &str = "9.7.5 Comparison and selection";
const HCMP: &str = "9.7.6 Half-precision comparison";
const LOGIC: &str = "9.7.7 Logic and shift";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "set",
        CMP,
        "Compares; the result is all ones, or 1.0, when true.",
        &[
            f(
                10,
                0,
                "set.cmp{.ftz}.dtype.stype d, a, b; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.lo,.ls,.hi,.hs,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .dtype = {.u32,.s32,.f32}; .stype = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                10,
                0,
                "set.cmp.bool{.ftz}.dtype.stype d, a, b, {!}c; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.lo,.ls,.hi,.hs,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .dtype = {.u32,.s32,.f32}; .stype = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
        ],
    ),
    entry(
        "setp",
        CMP,
        "Compares and sets a predicate; the second one gets the opposite.",
        &[
            f(
                10,
                0,
                "setp.cmp{.ftz}.type p{|q}, a, b; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.lo,.ls,.hi,.hs,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .type = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                10,
                0,
                "setp.cmp.bool{.ftz}.type p{|q}, a, b, {!}c; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.lo,.ls,.hi,.hs,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .type = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
        ],
    ),
    entry(
        "selp",
        CMP,
        "a when the predicate is true, else b.",
        &[f(10, 0, "selp.type d, a, b, c; .type = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}")],
    ),
    entry(
        "slct",
        CMP,
        "a when c is not negative, else b.",
        &[
            f(
                10,
                0,
                "slct.dtype.s32 d, a, b, c; .dtype = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                10,
                0,
                "slct{.ftz}.dtype.f32 d, a, b, c; .dtype = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}",
            ),
        ],
    ),
    entry(
        "set",
        HCMP,
        "Compares halves.",
        &[
            f(
                42,
                53,
                "set.cmp{.bool}{.ftz}.dtype.stype d, a, b{, {!}c}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .dtype = {.f16,.f16x2,.u16,.s16,.u32,.s32}; .stype = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f16,.f16x2,.f32,.f64}",
            ),
            f(
                42,
                53,
                "set.cmp{.bool}{.ftz}.dtype.stype d, a, b{, {!}c}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .dtype = {.f32}; .stype = {.f16}",
            ),
            f(
                78,
                90,
                "set.cmp{.bool}.dtype.stype d, a, b{, {!}c}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .dtype = {.bf16,.bf16x2,.u16,.s16,.u32,.s32,.f32}; .stype = {.bf16,.bf16x2}",
            ),
        ],
    ),
    entry(
        "setp",
        HCMP,
        "Compares halves and sets predicates, one for each half of a pair.",
        &[
            f(
                42,
                53,
                "setp.cmp{.bool}{.ftz}.type p{|q}, a, b{, {!}c}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .type = {.f16,.f16x2}",
            ),
            f(
                78,
                90,
                "setp.cmp{.bool}.type p{|q}, a, b{, {!}c}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge,.equ,.neu,.ltu,.leu,.gtu,.geu,.num,.nan}; .bool = {.and,.or,.xor}; .type = {.bf16,.bf16x2}",
            ),
        ],
    ),
    entry("and", LOGIC, "Bitwise and.", &[f(10, 0, "and.type d, a, b; .type = {.pred,.b16,.b32,.b64}")]),
    entry("or", LOGIC, "Bitwise or.", &[f(10, 0, "or.type d, a, b; .type = {.pred,.b16,.b32,.b64}")]),
    entry(
        "xor",
        LOGIC,
        "Bitwise exclusive or.",
        &[f(10, 0, "xor.type d, a, b; .type = {.pred,.b16,.b32,.b64}")],
    ),
    entry("not", LOGIC, "Inverts every bit.", &[f(10, 0, "not.type d, a; .type = {.pred,.b16,.b32,.b64}")]),
    entry(
        "cnot",
        LOGIC,
        "1 when a is zero, else 0.",
        &[f(10, 0, "cnot.type d, a; .type = {.b16,.b32,.b64}")],
    ),
    entry(
        "lop3",
        LOGIC,
        "Any logical function of three values, given as a table of eight bits.",
        &[
            f(43, 50, "lop3.b32 d, a, b, c, immLut"),
            f(82, 70, "lop3.bool.b32 d|p, a, b, c, immLut, q; .bool = {.or,.and}"),
        ],
    ),
    entry(
        "shf",
        LOGIC,
        "Shifts the 64 bits of b and a and keeps one half.",
        &[
            f(31, 32, "shf.l.mode.b32 d, a, b, c; .mode = {.clamp,.wrap}"),
            f(31, 32, "shf.r.mode.b32 d, a, b, c; .mode = {.clamp,.wrap}"),
        ],
    ),
    entry(
        "shl",
        LOGIC,
        "Shifts left; amounts beyond the width give zero.",
        &[f(10, 0, "shl.type d, a, b; .type = {.b16,.b32,.b64}")],
    ),
    entry(
        "shr",
        LOGIC,
        "Shifts right, filling with the sign of a signed type.",
        &[f(10, 0, "shr.type d, a, b; .type = {.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64}")],
    ),
];
