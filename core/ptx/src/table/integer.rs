//! Integer and extended-precision arithmetic (PTX ISA 8.5, sections 9.7.1 and 9.7.2).

use super::{Entry, entry, f};

const INT: &str = "9.7.1 Integer arithmetic";
const EXT: &str = "9.7.2 Extended-precision integer arithmetic";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "add",
        INT,
        "Adds two values.",
        &[
            f(10, 0, "add.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(10, 0, "add{.sat}.s32 d, a, b"),
            f(0, 0, "add{.sat}.type d, a, b; .type = {.u32,.u16x2,.s16x2,.u8x4,.s8x4}"),
            f(80, 90, "add.type d, a, b; .type = {.u16x2,.s16x2}"),
        ],
    ),
    entry(
        "sub",
        INT,
        "Subtracts b from a.",
        &[
            f(10, 0, "sub.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(10, 0, "sub{.sat}.s32 d, a, b"),
            f(0, 0, "sub{.sat}.type d, a, b; .type = {.u32,.u16x2,.s16x2,.u8x4,.s8x4}"),
        ],
    ),
    entry(
        "mul",
        INT,
        "Multiplies; `.lo` and `.hi` keep one half of the product, `.wide` all of it.",
        &[
            f(10, 0, "mul.mode.type d, a, b; .mode = {.hi,.lo}; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(10, 0, "mul.wide.type d, a, b; .type = {.u16,.u32,.s16,.s32}"),
        ],
    ),
    entry(
        "mad",
        INT,
        "Multiplies a by b and adds c.",
        &[
            f(10, 0, "mad.mode.type d, a, b, c; .mode = {.hi,.lo}; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(10, 0, "mad.wide.type d, a, b, c; .type = {.u16,.u32,.s16,.s32}"),
            f(10, 0, "mad.hi.sat.s32 d, a, b, c"),
        ],
    ),
    entry(
        "mul24",
        INT,
        "Multiplies the low 24 bits of two 32-bit values.",
        &[f(10, 0, "mul24.mode.type d, a, b; .mode = {.hi,.lo}; .type = {.u32,.s32}")],
    ),
    entry(
        "mad24",
        INT,
        "Multiplies the low 24 bits of two 32-bit values and adds c.",
        &[
            f(10, 0, "mad24.mode.type d, a, b, c; .mode = {.hi,.lo}; .type = {.u32,.s32}"),
            f(10, 0, "mad24.hi.sat.s32 d, a, b, c"),
        ],
    ),
    entry(
        "sad",
        INT,
        "Adds the absolute difference of a and b to c.",
        &[f(10, 0, "sad.type d, a, b, c; .type = {.u16,.u32,.u64,.s16,.s32,.s64}")],
    ),
    entry(
        "div",
        INT,
        "Divides a by b, towards zero.",
        &[f(10, 0, "div.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}")],
    ),
    entry(
        "rem",
        INT,
        "The remainder of a divided by b.",
        &[f(10, 0, "rem.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}")],
    ),
    entry("abs", INT, "Absolute value.", &[f(10, 0, "abs.type d, a; .type = {.s16,.s32,.s64}")]),
    entry("neg", INT, "Negates.", &[f(10, 0, "neg.type d, a; .type = {.s16,.s32,.s64}")]),
    entry(
        "min",
        INT,
        "The smaller of two values.",
        &[
            f(10, 0, "min.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(0, 0, "min.type d, a, b; .type = {.u8x4,.s8x4}"),
            f(80, 90, "min{.relu}.type d, a, b; .type = {.u16x2,.s16x2,.s32}"),
        ],
    ),
    entry(
        "max",
        INT,
        "The larger of two values.",
        &[
            f(10, 0, "max.type d, a, b; .type = {.u16,.u32,.u64,.s16,.s32,.s64}"),
            f(0, 0, "max.type d, a, b; .type = {.u8x4,.s8x4}"),
            f(80, 90, "max{.relu}.type d, a, b; .type = {.u16x2,.s16x2,.s32}"),
        ],
    ),
    entry("popc", INT, "Counts one bits.", &[f(20, 20, "popc.type d, a; .type = {.b32,.b64}")]),
    entry("clz", INT, "Counts leading zero bits.", &[f(20, 20, "clz.type d, a; .type = {.b32,.b64}")]),
    entry(
        "bfind",
        INT,
        "Finds the most significant bit that is not a copy of the sign.",
        &[f(20, 20, "bfind{.shiftamt}.type d, a; .type = {.u32,.u64,.s32,.s64}")],
    ),
    entry(
        "fns",
        INT,
        "Finds the n-th set bit of a mask, from a base position.",
        &[f(60, 30, "fns.b32 d, mask, base, offset")],
    ),
    entry("brev", INT, "Reverses the order of bits.", &[f(20, 20, "brev.type d, a; .type = {.b32,.b64}")]),
    entry(
        "bfe",
        INT,
        "Extracts the field of c bits at bit b.",
        &[f(20, 20, "bfe.type d, a, b, c; .type = {.u32,.u64,.s32,.s64}")],
    ),
    entry(
        "bfi",
        INT,
        "Puts the low d bits of a into b at bit c.",
        &[f(20, 20, "bfi.type f, a, b, c, d; .type = {.b32,.b64}")],
    ),
    entry(
        "szext",
        INT,
        "Extends the sign or zero from bit b on.",
        &[f(76, 70, "szext.mode.type d, a, b; .mode = {.clamp,.wrap}; .type = {.u32,.s32}")],
    ),
    entry(
        "bmsk",
        INT,
        "A mask of b ones starting at bit a.",
        &[f(76, 70, "bmsk.mode.b32 d, a, b; .mode = {.clamp,.wrap}")],
    ),
    entry(
        "dp4a",
        INT,
        "Adds the dot product of four bytes to c.",
        &[f(50, 61, "dp4a.atype.btype d, a, b, c; .atype = {.u32,.s32}; .btype = {.u32,.s32}")],
    ),
    entry(
        "dp2a",
        INT,
        "Adds the dot product of two halves and two bytes to c.",
        &[f(
            50,
            61,
            "dp2a.mode.atype.btype d, a, b, c; .mode = {.lo,.hi}; .atype = {.u32,.s32}; .btype = {.u32,.s32}",
        )],
    ),
    entry(
        "add",
        EXT,
        "Adds and sets the carry.",
        &[f(12, 0, "add.cc.type d, a, b; .type = {.u32,.s32,.u64,.s64}")],
    ),
    entry(
        "addc",
        EXT,
        "Adds with the carry.",
        &[f(12, 0, "addc{.cc}.type d, a, b; .type = {.u32,.s32,.u64,.s64}")],
    ),
    entry(
        "sub",
        EXT,
        "Subtracts and sets the borrow.",
        &[f(12, 0, "sub.cc.type d, a, b; .type = {.u32,.s32,.u64,.s64}")],
    ),
    entry(
        "subc",
        EXT,
        "Subtracts with the borrow.",
        &[f(30, 20, "subc{.cc}.type d, a, b; .type = {.u32,.s32,.u64,.s64}")],
    ),
    entry(
        "mad",
        EXT,
        "Multiplies, adds and sets the carry.",
        &[f(30, 20, "mad.mode.cc.type d, a, b, c; .mode = {.hi,.lo}; .type = {.u32,.s32,.u64,.s64}")],
    ),
    entry(
        "madc",
        EXT,
        "Multiplies and adds with the carry.",
        &[f(30, 20, "madc.mode{.cc}.type d, a, b, c; .mode = {.hi,.lo}; .type = {.u32,.s32,.u64,.s64}")],
    ),
];
