//! Matrix instructions of a warp, a warp group and of the fifth tensor core generation (PTX ISA 8.5, sections
//! 9.7.13 and 9.7.14; `tcgen05` is of PTX ISA 8.6).
//!
//! Which shapes go with which types is wider here than in the manual: the table checks words, not that relation.

use super::{Entry, entry, f};

const WMMA: &str = "9.7.13 Warp-level matrix multiply-accumulate";
const WGMMA: &str = "9.7.14 Asynchronous warpgroup matrix multiply-accumulate";
const TCGEN05: &str = "9.7.16 TensorCore 5th generation (PTX ISA 8.6)";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "wmma",
        WMMA,
        "Loads, stores or multiplies matrix fragments that a warp holds.",
        &[
            f(
                60,
                70,
                "wmma.load.part.sync.aligned.layout.shape{.ss}.type r, [p]{, stride}; .part = {.a,.b,.c}; .layout = {.row,.col}; .shape = {.m16n16k16,.m8n32k16,.m32n8k16,.m16n16k8,.m8n8k4,.m8n8k32,.m8n8k128}; .ss = {.global,.shared,.shared::cta}; .type = {.f16,.bf16,.tf32,.f32,.f64,.u8,.s8,.u4,.s4,.b1,.s32}",
            ),
            f(
                60,
                70,
                "wmma.store.d.sync.aligned.layout.shape{.ss}.type [p], r{, stride}; .layout = {.row,.col}; .shape = {.m16n16k16,.m8n32k16,.m32n8k16,.m16n16k8,.m8n8k4,.m8n8k32,.m8n8k128}; .ss = {.global,.shared,.shared::cta}; .type = {.f16,.f32,.f64,.s32}",
            ),
            f(
                60,
                70,
                "wmma.mma.sync.aligned.alayout.blayout.shape.dtype.ctype{.satfinite} d, a, b, c; .alayout = {.row,.col}; .blayout = {.row,.col}; .shape = {.m16n16k16,.m8n32k16,.m32n8k16}; .dtype = {.f16,.f32}; .ctype = {.f16,.f32}",
            ),
            f(
                63,
                72,
                "wmma.mma.sync.aligned.alayout.blayout.shape.dtype.atype.btype.ctype{.rnd}{.satfinite} d, a, b, c; .alayout = {.row,.col}; .blayout = {.row,.col}; .shape = {.m16n16k16,.m8n32k16,.m32n8k16,.m16n16k8,.m8n8k4,.m8n8k32,.m8n8k128}; .dtype = {.s32,.f32,.f64}; .atype = {.u8,.s8,.u4,.s4,.bf16,.tf32,.f64}; .btype = {.u8,.s8,.u4,.s4,.bf16,.tf32,.f64}; .ctype = {.s32,.f32,.f64}; .rnd = {.rn,.rz,.rm,.rp}",
            ),
            f(
                63,
                75,
                "wmma.mma.op.popc.sync.aligned.row.col.shape.s32.b1.b1.s32 d, a, b, c; .op = {.xor,.and}; .shape = {.m8n8k128}",
            ),
        ],
    ),
    entry(
        "mma",
        WMMA,
        "Multiplies matrix fragments that a warp holds and adds.",
        &[
            f(
                64,
                70,
                "mma.sync.aligned.shape.alayout.blayout{.rnd}{.satfinite}.dtype.atype.btype.ctype d, a, b, c; .shape = {.m8n8k4,.m8n8k16,.m8n8k32,.m16n8k4,.m16n8k8,.m16n8k16,.m16n8k32,.m16n8k64}; .alayout = {.row,.col}; .blayout = {.row,.col}; .rnd = {.rn,.rz,.rm,.rp}; .dtype = {.f16,.f32,.f64,.s32}; .atype = {.f16,.bf16,.tf32,.f64,.u8,.s8,.u4,.s4,.e4m3,.e5m2}; .btype = {.f16,.bf16,.tf32,.f64,.u8,.s8,.u4,.s4,.e4m3,.e5m2}; .ctype = {.f16,.f32,.f64,.s32}",
            ),
            f(
                70,
                75,
                "mma.sync.aligned.shape.row.col.s32.b1.b1.s32.op.popc d, a, b, c; .shape = {.m8n8k128,.m16n8k128,.m16n8k256}; .op = {.xor,.and}",
            ),
            f(
                87,
                120,
                "mma.sync.aligned.shape.row.col.kind{.satfinite}.dtype.atype.btype.ctype d, a, b, c; .shape = {.m16n8k32,.m16n8k64}; .kind = {.kind::f8f6f4}; .dtype = {.f16,.f32}; .atype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .btype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .ctype = {.f16,.f32}",
            ),
            f(
                87,
                120,
                "mma.sync.aligned.shape.row.col.kind.block_scale{.vec}.f32.atype.btype.f32.stype d, a, b, c, scale_a, ids_a, scale_b, ids_b; .shape = {.m16n8k32,.m16n8k64}; .kind = {.kind::mxf8f6f4,.kind::mxf4,.kind::mxf4nvf4}; .vec = {.scale_vec::1X,.scale_vec::2X,.scale_vec::4X}; .atype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .btype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .stype = {.ue8m0,.ue4m3}",
            ),
            f(
                71,
                80,
                "mma.sparse.sync.aligned.shape.row.col{.kind}{.satfinite}.dtype.atype.btype.ctype d, a, b, c, e, f; .sparse = {.sp,.sp::ordered_metadata}; .shape = {.m16n8k8,.m16n8k16,.m16n8k32,.m16n8k64,.m16n8k128}; .kind = {.kind::f8f6f4}; .dtype = {.f16,.f32,.s32}; .atype = {.f16,.bf16,.tf32,.u8,.s8,.u4,.s4,.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .btype = {.f16,.bf16,.tf32,.u8,.s8,.u4,.s4,.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .ctype = {.f16,.f32,.s32}",
            ),
            f(
                87,
                120,
                "mma.sp::ordered_metadata.sync.aligned.shape.row.col.kind.block_scale{.vec}.f32.atype.btype.f32.stype d, a, b, c, e, f, scale_a, ids_a, scale_b, ids_b; .shape = {.m16n8k64,.m16n8k128}; .kind = {.kind::mxf8f6f4,.kind::mxf4,.kind::mxf4nvf4}; .vec = {.scale_vec::1X,.scale_vec::2X,.scale_vec::4X}; .atype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .btype = {.e4m3,.e5m2,.e3m2,.e2m3,.e2m1}; .stype = {.ue8m0,.ue4m3}",
            ),
        ],
    ),
    entry(
        "ldmatrix",
        WMMA,
        "Loads matrices from shared memory, each lane giving a row's address.",
        &[
            f(
                65,
                75,
                "ldmatrix.sync.aligned.m8n8.num{.trans}{.ss}.b16 r, [p]; .num = {.x1,.x2,.x4}; .ss = {.shared,.shared::cta}",
            ),
            f(
                86,
                100,
                "ldmatrix.sync.aligned.m8n16.num{.ss}.b8x16.src r, [p]; .num = {.x1,.x2,.x4}; .ss = {.shared,.shared::cta}; .src = {.b6x16_p32,.b4x16_p64}",
            ),
            f(
                86,
                100,
                "ldmatrix.sync.aligned.m16n16.num.trans{.ss}.b8 r, [p]; .num = {.x1,.x2}; .ss = {.shared,.shared::cta}",
            ),
            f(
                86,
                100,
                "ldmatrix.sync.aligned.m16n16.num.trans{.ss}.b8x16.src r, [p]; .num = {.x1,.x2}; .ss = {.shared,.shared::cta}; .src = {.b6x16_p32,.b4x16_p64}",
            ),
        ],
    ),
    entry(
        "stmatrix",
        WMMA,
        "Stores matrices to shared memory, each lane giving a row's address.",
        &[
            f(
                78,
                90,
                "stmatrix.sync.aligned.m8n8.num{.trans}{.ss}.b16 [p], r; .num = {.x1,.x2,.x4}; .ss = {.shared,.shared::cta}",
            ),
            f(
                86,
                100,
                "stmatrix.sync.aligned.m16n8.num.trans{.ss}.b8 [p], r; .num = {.x1,.x2,.x4}; .ss = {.shared,.shared::cta}",
            ),
        ],
    ),
    entry(
        "movmatrix",
        WMMA,
        "Transposes a matrix that a warp holds.",
        &[f(78, 75, "movmatrix.sync.aligned.m8n8.trans.b16 d, a")],
    ),
    entry(
        "wgmma",
        WGMMA,
        "Multiplies matrices of a warp group without waiting.",
        &[
            f(
                80,
                90,
                "wgmma.mma_async{.sp}.sync.aligned.shape.dtype.atype.btype *; .shape = {.m64nNkK}; .dtype = {.f16,.f32,.s32}; .atype = {.f16,.bf16,.tf32,.e4m3,.e5m2,.u8,.s8}; .btype = {.f16,.bf16,.tf32,.e4m3,.e5m2,.u8,.s8}",
            ),
            f(
                80,
                90,
                "wgmma.mma_async{.sp}.sync.aligned.shape.satfinite.s32.atype.btype *; .shape = {.m64nNkK}; .atype = {.u8,.s8}; .btype = {.u8,.s8}",
            ),
            f(80, 90, "wgmma.mma_async.sync.aligned.shape.s32.b1.b1.and.popc *; .shape = {.m64nNkK}"),
            f(80, 90, "wgmma.fence.sync.aligned"),
            f(80, 90, "wgmma.commit_group.sync.aligned"),
            f(80, 90, "wgmma.wait_group.sync.aligned n"),
        ],
    ),
    entry(
        "tcgen05",
        TCGEN05,
        "Operates on tensor memory and the tensor core of a block pair.",
        &[
            f(
                86,
                100,
                "tcgen05.alloc.group.sync.aligned{.shared::cta}.b32 [dst], columns; .group = {.cta_group::1,.cta_group::2}",
            ),
            f(
                86,
                100,
                "tcgen05.dealloc.group.sync.aligned.b32 taddr, columns; .group = {.cta_group::1,.cta_group::2}",
            ),
            f(
                86,
                100,
                "tcgen05.relinquish_alloc_permit.group.sync.aligned; .group = {.cta_group::1,.cta_group::2}",
            ),
            f(
                86,
                100,
                "tcgen05.ld.sync.aligned.shape.num{.pack::16b}.b32 r, [taddr]{, immHalfSplitOff}; .shape = {.16x64b,.16x128b,.16x256b,.32x32b,.16x32bx2}; .num = {.x1,.x2,.x4,.x8,.x16,.x32,.x64,.x128}",
            ),
            f(
                0,
                100,
                "tcgen05.ld.red.sync.aligned.shape.num.type.op{.abs}{.NaN} r, redval, [taddr]{, immHalfSplitOff}; .shape = {.32x32b,.16x32bx2}; .num = {.x2,.x4,.x8,.x16,.x32,.x64,.x128}; .type = {.u32,.s32,.f32}; .op = {.min,.max}",
            ),
            f(
                86,
                100,
                "tcgen05.st.sync.aligned.shape.num{.unpack::16b}.b32 [taddr]{, immHalfSplitOff}, r; .shape = {.16x64b,.16x128b,.16x256b,.32x32b,.16x32bx2}; .num = {.x1,.x2,.x4,.x8,.x16,.x32,.x64,.x128}",
            ),
            f(86, 100, "tcgen05.wait.sync.aligned; .wait = {.wait::ld,.wait::st}"),
            f(
                86,
                100,
                "tcgen05.cp.group.shape{.multicast}{.b8x16.src} [taddr], sdesc; .group = {.cta_group::1,.cta_group::2}; .shape = {.128x256b,.4x256b,.128x128b,.64x128b,.32x128b}; .multicast = {.warpx2::02_13,.warpx2::01_23,.warpx4}; .src = {.b6x16_p32,.b4x16_p64}",
            ),
            f(86, 100, "tcgen05.shift.group.down [taddr]; .group = {.cta_group::1,.cta_group::2}"),
            f(
                86,
                100,
                "tcgen05.mma{.sp}{.ws}.group.kind{.block_scale}{.vec}{.collector}{.ashift} *; .group = {.cta_group::1,.cta_group::2}; .kind = {.kind::f16,.kind::tf32,.kind::f8f6f4,.kind::i8,.kind::mxf8f6f4,.kind::mxf4,.kind::mxf4nvf4}; .vec = {.scale_vec::1X,.scale_vec::2X,.scale_vec::4X,.block16,.block32}; .collector = {.collector::a::fill,.collector::a::use,.collector::a::lastuse,.collector::a::discard,.collector::b0::fill,.collector::b0::use,.collector::b0::lastuse,.collector::b0::discard,.collector::b1::fill,.collector::b1::use,.collector::b1::lastuse,.collector::b1::discard,.collector::b2::fill,.collector::b2::use,.collector::b2::lastuse,.collector::b2::discard,.collector::b3::fill,.collector::b3::use,.collector::b3::lastuse,.collector::b3::discard}",
            ),
            f(
                86,
                100,
                "tcgen05.commit.group.mbarrier::arrive::one{.ss}{.multicast::cluster}.b64 [mbar]{, mask}; .group = {.cta_group::1,.cta_group::2}; .ss = {.shared::cluster}",
            ),
            f(86, 100, "tcgen05.fence; .fence = {.fence::before_thread_sync,.fence::after_thread_sync}"),
        ],
    ),
];
