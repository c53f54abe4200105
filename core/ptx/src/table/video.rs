//! Video instructions, scalar and SIMD (PTX ISA 8.5, section 9.7.16). Bytes and halves are picked by suffixes of
//! the operands (`a.b0`, `d.h1`).

use super::{Entry, entry, f};

const VIDEO: &str = "9.7.16 Video";

/// The same forms for each of the scalar instructions of the `vadd` family.
macro_rules! scalar {
    ($name:literal, $doc:literal) => {
        entry($name, VIDEO, $doc, &[
            f(20, 20, concat!($name, ".dtype.atype.btype{.sat} d, a, b; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}")),
            f(20, 20, concat!($name, ".dtype.atype.btype{.sat}{.op2} d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .op2 = {.add,.min,.max}")),
        ])
    };
}

macro_rules! shift {
    ($name:literal, $doc:literal) => {
        entry($name, VIDEO, $doc, &[
            f(20, 20, concat!($name, ".dtype.atype.u32{.sat}.mode d, a, b; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .mode = {.clamp,.wrap}")),
            f(20, 20, concat!($name, ".dtype.atype.u32{.sat}.mode{.op2} d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .mode = {.clamp,.wrap}; .op2 = {.add,.min,.max}")),
        ])
    };
}

macro_rules! simd {
    ($name:literal, $doc:literal) => {
        entry($name, VIDEO, $doc, &[
            f(30, 30, concat!($name, ".dtype.atype.btype{.sat} d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}")),
            f(30, 30, concat!($name, ".dtype.atype.btype.add d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}")),
        ])
    };
}

macro_rules! compare {
    ($name:literal, $doc:literal) => {
        entry($name, VIDEO, $doc, &[
            f(30, 30, concat!($name, ".atype.btype.cmp{.add} d, a, b, c; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge}")),
        ])
    };
}

pub(super) const TABLE: &[Entry] = &[
    scalar!("vadd", "Adds bytes, halves or words, then adds or merges."),
    scalar!("vsub", "Subtracts bytes, halves or words, then adds or merges."),
    scalar!("vabsdiff", "The absolute difference of bytes, halves or words, then adds or merges."),
    scalar!("vmin", "The smaller of bytes, halves or words, then adds or merges."),
    scalar!("vmax", "The larger of bytes, halves or words, then adds or merges."),
    shift!("vshl", "Shifts left, then adds or merges."),
    shift!("vshr", "Shifts right, then adds or merges."),
    entry(
        "vmad",
        VIDEO,
        "Multiplies bytes, halves or words and adds.",
        &[
            f(
                20,
                20,
                "vmad.dtype.atype.btype{.sat}{.scale} d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .scale = {.shr7,.shr15}",
            ),
            f(
                20,
                20,
                "vmad.dtype.atype.btype.po{.sat}{.scale} d, a, b, c; .dtype = {.u32,.s32}; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .scale = {.shr7,.shr15}",
            ),
        ],
    ),
    entry(
        "vset",
        VIDEO,
        "Compares bytes, halves or words, then adds or merges.",
        &[
            f(
                20,
                20,
                "vset.atype.btype.cmp d, a, b; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge}",
            ),
            f(
                20,
                20,
                "vset.atype.btype.cmp{.op2} d, a, b, c; .atype = {.u32,.s32}; .btype = {.u32,.s32}; .cmp = {.eq,.ne,.lt,.le,.gt,.ge}; .op2 = {.add,.min,.max}",
            ),
        ],
    ),
    simd!("vadd2", "Adds two halves."),
    simd!("vsub2", "Subtracts two halves."),
    simd!("vavrg2", "The rounded average of two halves."),
    simd!("vabsdiff2", "The absolute difference of two halves."),
    simd!("vmin2", "The smaller of two halves."),
    simd!("vmax2", "The larger of two halves."),
    compare!("vset2", "Compares two halves."),
    simd!("vadd4", "Adds four bytes."),
    simd!("vsub4", "Subtracts four bytes."),
    simd!("vavrg4", "The rounded average of four bytes."),
    simd!("vabsdiff4", "The absolute difference of four bytes."),
    simd!("vmin4", "The smaller of four bytes."),
    simd!("vmax4", "The larger of four bytes."),
    compare!("vset4", "Compares four bytes."),
];
