//! Moves, loads, stores, conversions and hints (PTX ISA 8.5, section 9.7.8). Copies that run by themselves are in
//! `copies`.

use super::{Entry, entry, f};

const MOVE: &str = "9.7.8 Data movement and conversion";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "mov",
        MOVE,
        "Copies a value or an address; packs and unpacks vectors in `{ }`.",
        &[
            f(10, 0, "mov.type d, a; .type = {.pred,.b16,.b32,.b64,.u16,.u32,.u64,.s16,.s32,.s64,.f32,.f64}"),
            f(83, 70, "mov.b128 d, a"),
        ],
    ),
    entry(
        "shfl",
        MOVE,
        "Exchanges values between lanes; the predicate tells whether the source lane was in range.",
        &[
            f(60, 30, "shfl.sync.mode.b32 d{|p}, a, b, c, membermask; .mode = {.up,.down,.bfly,.idx}"),
            f(30, 30, "shfl.mode.b32 d{|p}, a, b, c; .mode = {.up,.down,.bfly,.idx}"),
        ],
    ),
    entry(
        "prmt",
        MOVE,
        "Picks four bytes out of the eight of b and a.",
        &[f(20, 20, "prmt.b32{.mode} d, a, b, c; .mode = {.f4e,.b4e,.rc8,.ecl,.ecr,.rc16}")],
    ),
    entry(
        "ld",
        MOVE,
        "Loads from memory.",
        &[
            f(
                10,
                0,
                "ld{.weak}{.ss}{.cop}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}; .ss = {.const,.global,.local,.param,.param::entry,.param::func,.shared,.shared::cta,.shared::cluster}; .cop = {.ca,.cg,.cs,.lu,.cv}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                74,
                70,
                "ld{.weak}{.ss}{.evict1}{.evict2}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}; .ss = {.const,.global,.local,.param,.param::entry,.param::func,.shared,.shared::cta,.shared::cluster}; .evict1 = {.L1::evict_normal,.L1::evict_unchanged,.L1::evict_first,.L1::evict_last,.L1::no_allocate}; .evict2 = {.L2::evict_normal,.L2::evict_first,.L2::evict_last}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                11,
                0,
                "ld.volatile{.ss}{.prefetch}{.vec}.type d, [a]; .ss = {.const,.global,.local,.param,.shared,.shared::cta,.shared::cluster}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                60,
                70,
                "ld.sem.scope{.ss}{.evict1}{.evict2}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}; .sem = {.relaxed,.acquire}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .evict1 = {.L1::evict_normal,.L1::evict_unchanged,.L1::evict_first,.L1::evict_last,.L1::no_allocate}; .evict2 = {.L2::evict_normal,.L2::evict_first,.L2::evict_last}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                82,
                70,
                "ld.mmio.relaxed.sys{.global}.type d, [a]; .type = {.b8,.b16,.b32,.b64,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                20,
                32,
                "ld.global{.cop}.nc{.hint}{.prefetch}{.vec}.type d, [a]{, policy}; .cop = {.ca,.cg,.cs}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                74,
                70,
                "ld.global.nc{.evict1}{.evict2}{.hint}{.prefetch}{.vec}.type d, [a]{, policy}; .evict1 = {.L1::evict_normal,.L1::evict_unchanged,.L1::evict_first,.L1::evict_last,.L1::no_allocate}; .evict2 = {.L2::evict_normal,.L2::evict_first,.L2::evict_last}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
        ],
    ),
    entry(
        "ldu",
        MOVE,
        "Loads what is the same for all threads of the warp and read-only.",
        &[f(
            20,
            0,
            "ldu{.global}{.vec}.type d, [a]; .vec = {.v2,.v4}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
        )],
    ),
    entry(
        "st",
        MOVE,
        "Stores to memory.",
        &[
            f(
                10,
                0,
                "st{.weak}{.ss}{.cop}{.hint}{.vec}.type [a], b{, policy}; .ss = {.global,.local,.param,.param::func,.shared,.shared::cta,.shared::cluster}; .cop = {.wb,.cg,.cs,.wt}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                74,
                70,
                "st{.weak}{.ss}{.evict1}{.evict2}{.hint}{.vec}.type [a], b{, policy}; .ss = {.global,.local,.param,.param::func,.shared,.shared::cta,.shared::cluster}; .evict1 = {.L1::evict_normal,.L1::evict_unchanged,.L1::evict_first,.L1::evict_last,.L1::no_allocate}; .evict2 = {.L2::evict_normal,.L2::evict_first,.L2::evict_last}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4,.v8}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                11,
                0,
                "st.volatile{.ss}{.vec}.type [a], b; .ss = {.global,.local,.param,.shared,.shared::cta,.shared::cluster}; .vec = {.v2,.v4}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                60,
                70,
                "st.sem.scope{.ss}{.evict1}{.evict2}{.hint}{.vec}.type [a], b{, policy}; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .ss = {.global,.shared,.shared::cta,.shared::cluster}; .evict1 = {.L1::evict_normal,.L1::evict_unchanged,.L1::evict_first,.L1::evict_last,.L1::no_allocate}; .evict2 = {.L2::evict_normal,.L2::evict_first,.L2::evict_last}; .hint = {.L2::cache_hint}; .vec = {.v2,.v4}; .type = {.b8,.b16,.b32,.b64,.b128,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                82,
                70,
                "st.mmio.relaxed.sys{.global}.type [a], b; .type = {.b8,.b16,.b32,.b64,.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f32,.f64}",
            ),
            f(
                81,
                90,
                "st.async{.weak}{.ss}.mbarrier::complete_tx::bytes{.vec}.type [a], b, [mbar]; .ss = {.shared::cluster}; .vec = {.v2,.v4}; .type = {.b32,.b64,.u32,.u64,.s32,.s64,.f32,.f64}",
            ),
            f(86, 100, "st.bulk{.weak}{.ss} [a], size, initval; .ss = {.shared::cta}"),
        ],
    ),
    entry(
        "prefetch",
        MOVE,
        "Brings a line to a cache.",
        &[
            f(20, 20, "prefetch{.space}.level [a]; .space = {.global,.local}; .level = {.L1,.L2}"),
            f(74, 80, "prefetch.global.evict [a]; .evict = {.L2::evict_last,.L2::evict_normal}"),
            f(80, 90, "prefetch{.space}.tensormap [a]; .space = {.const,.param}"),
        ],
    ),
    entry("prefetchu", MOVE, "Brings a line to the uniform cache.", &[f(20, 20, "prefetchu.L1 [a]")]),
    entry(
        "applypriority",
        MOVE,
        "Changes how soon a line of L2 is evicted.",
        &[f(74, 80, "applypriority{.global}.L2::evict_normal [a], size")],
    ),
    entry(
        "discard",
        MOVE,
        "Drops lines of L2 without writing them back.",
        &[f(74, 80, "discard{.global}.L2 [a], size")],
    ),
    entry(
        "createpolicy",
        MOVE,
        "Makes a cache policy for `.L2::cache_hint`.",
        &[
            f(
                74,
                80,
                "createpolicy.fractional.prio{.second}.b64 policy{, fraction}; .prio = {.L2::evict_last,.L2::evict_normal,.L2::evict_first,.L2::evict_unchanged}; .second = {.L2::evict_first,.L2::evict_unchanged}",
            ),
            f(
                74,
                80,
                "createpolicy.range{.global}.prio{.second}.b64 policy, [a], primary, total; .prio = {.L2::evict_last,.L2::evict_normal,.L2::evict_first,.L2::evict_unchanged}; .second = {.L2::evict_first,.L2::evict_unchanged}",
            ),
            f(74, 80, "createpolicy.cvt.L2.b64 policy, property"),
        ],
    ),
    entry(
        "isspacep",
        MOVE,
        "Does a generic address point into the space?",
        &[f(
            20,
            20,
            "isspacep.space p, a; .space = {.const,.global,.local,.param,.param::entry,.shared,.shared::cta,.shared::cluster}",
        )],
    ),
    entry(
        "cvta",
        MOVE,
        "Turns an address of a space into a generic one, or back with `.to`.",
        &[f(
            20,
            20,
            "cvta{.to}.space.size p, a; .space = {.const,.global,.local,.param,.param::entry,.shared,.shared::cta,.shared::cluster}; .size = {.u32,.u64}",
        )],
    ),
    entry(
        "cvt",
        MOVE,
        "Converts between types.",
        &[
            f(
                10,
                0,
                "cvt{.irnd}{.ftz}{.sat}.dtype.atype d, a; .irnd = {.rni,.rzi,.rmi,.rpi}; .dtype = {.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f16,.bf16,.f32,.f64}; .atype = {.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f16,.bf16,.f32,.f64}",
            ),
            f(
                10,
                0,
                "cvt{.frnd}{.ftz}{.sat}.dtype.atype d, a; .frnd = {.rn,.rz,.rm,.rp}; .dtype = {.f16,.bf16,.f32,.f64}; .atype = {.u8,.u16,.u32,.u64,.s8,.s16,.s32,.s64,.f16,.bf16,.f32,.f64}",
            ),
            f(70, 80, "cvt.frnd{.relu}{.satfinite}.dtype.f32 d, a; .frnd = {.rn,.rz}; .dtype = {.f16,.bf16}"),
            f(
                70,
                80,
                "cvt.frnd{.relu}{.satfinite}.dtype.f32 d, a, b; .frnd = {.rn,.rz}; .dtype = {.f16x2,.bf16x2}",
            ),
            f(86, 100, "cvt.rs{.relu}{.satfinite}.dtype.f32 d, a, b, rbits; .dtype = {.f16x2,.bf16x2}"),
            f(70, 80, "cvt.rna{.satfinite}.tf32.f32 d, a"),
            f(78, 90, "cvt.frnd{.satfinite}{.relu}.tf32.f32 d, a; .frnd = {.rn,.rz}"),
            f(81, 89, "cvt.rn.satfinite{.relu}.dtype.f32 d, a, b; .dtype = {.e4m3x2,.e5m2x2}"),
            f(
                81,
                89,
                "cvt.rn.satfinite{.relu}.dtype.atype d, a; .dtype = {.e4m3x2,.e5m2x2}; .atype = {.f16x2,.bf16x2}",
            ),
            f(81, 89, "cvt.rn{.relu}.f16x2.atype d, a; .atype = {.e4m3x2,.e5m2x2}"),
            f(86, 100, "cvt.rn.satfinite{.relu}.dtype.f32 d, a, b; .dtype = {.e2m1x2,.e2m3x2,.e3m2x2}"),
            f(
                0,
                100,
                "cvt.frnd.satfinite{.relu}.dtype.atype d, a; .frnd = {.rn,.rz}; .dtype = {.e2m1x2,.e2m3x2,.e3m2x2}; .atype = {.f16x2,.bf16x2}",
            ),
            f(0, 100, "cvt.rz.satfinite{.relu}.dtype.f32 d, a, b; .dtype = {.e2m1x2,.e2m3x2,.e3m2x2}"),
            f(0, 100, "cvt.rn{.relu}.bf16x2.atype d, a; .atype = {.e4m3x2,.e5m2x2,.e2m1x2,.e2m3x2,.e3m2x2}"),
            f(86, 100, "cvt.rn{.relu}.f16x2.atype d, a; .atype = {.e2m1x2,.e2m3x2,.e3m2x2}"),
            f(86, 100, "cvt.frnd{.satfinite}.ue8m0x2.f32 d, a, b; .frnd = {.rz,.rp}"),
            f(86, 100, "cvt.frnd{.satfinite}.ue8m0x2.bf16x2 d, a; .frnd = {.rz,.rp}"),
            f(86, 100, "cvt.rn.bf16x2.ue8m0x2 d, a"),
            f(
                87,
                100,
                "cvt.rs{.relu}.satfinite.dtype.f32 d, v, rbits; .dtype = {.e4m3x4,.e5m2x4,.e2m1x4,.e2m3x4,.e3m2x4}",
            ),
            f(65, 72, "cvt.pack.sat.dtype.abtype d, a, b; .dtype = {.u16,.s16}; .abtype = {.s32}"),
            f(
                65,
                72,
                "cvt.pack.sat.dtype.abtype.ctype d, a, b, c; .dtype = {.u2,.s2,.u4,.s4,.u8,.s8}; .abtype = {.s32}; .ctype = {.b32}",
            ),
        ],
    ),
    entry(
        "mapa",
        MOVE,
        "The address of a variable in another block of the cluster.",
        &[f(78, 90, "mapa{.shared::cluster}.type d, a, b; .type = {.u32,.u64}")],
    ),
    entry(
        "getctarank",
        MOVE,
        "The rank of the block that an address belongs to.",
        &[f(78, 90, "getctarank{.shared::cluster}.type d, a; .type = {.u32,.u64}")],
    ),
];
