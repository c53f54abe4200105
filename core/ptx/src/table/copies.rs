//! Asynchronous copies, multimem and tensor maps (PTX ISA 8.5, section 9.7.8.24 and after).

use super::{Entry, entry, f};

const ASYNC: &str = "9.7.8 Asynchronous copies";
const TENSOR: &str = "9.7.8 Tensor maps";
const MULTI: &str = "9.7.8 Multimem";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "cp",
        ASYNC,
        "Copies from global to shared memory without waiting.",
        &[
            f(
                70,
                80,
                "cp.async.ca.shared.global{.hint}{.prefetch} [dst], [src], size{, c}{, policy}; .shared = {.shared,.shared::cta}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}",
            ),
            f(
                70,
                80,
                "cp.async.cg.shared.global{.hint}{.prefetch} [dst], [src], size{, c}{, policy}; .shared = {.shared,.shared::cta}; .hint = {.L2::cache_hint}; .prefetch = {.L2::64B,.L2::128B,.L2::256B}",
            ),
            f(70, 80, "cp.async.commit_group"),
            f(70, 80, "cp.async.wait_group n"),
            f(70, 80, "cp.async.wait_all"),
            f(
                70,
                80,
                "cp.async.mbarrier.arrive{.noinc}{.shared}.b64 [addr]; .shared = {.shared,.shared::cta}",
            ),
        ],
    ),
    entry(
        "cp",
        ASYNC,
        "Copies a block of memory without waiting; a barrier or a group tells when it is done.",
        &[
            f(
                80,
                90,
                "cp.async.bulk.dst.src.mbarrier::complete_tx::bytes{.multicast}{.hint} [d], [s], size, [mbar]{, mask}{, policy}; .dst = {.shared::cluster,.shared::cta}; .src = {.global,.shared::cta}; .multicast = {.multicast::cluster}; .hint = {.L2::cache_hint}",
            ),
            f(
                0,
                0,
                "cp.async.bulk.shared::cta.global.mbarrier::complete_tx::bytes.ignore_oob [d], [s], size, left, right, [mbar]",
            ),
            f(
                80,
                90,
                "cp.async.bulk.global.shared::cta.bulk_group{.hint}{.cp_mask} [d], [s], size{, policy}{, mask}; .hint = {.L2::cache_hint}",
            ),
            f(
                80,
                90,
                "cp.async.bulk.prefetch.L2.global{.hint} [s], size{, policy}; .hint = {.L2::cache_hint,.L2::evict_last,.L2::evict_first,.L2::evict_normal}",
            ),
            f(
                80,
                90,
                "cp.async.bulk.tensor.dim.dst.src{.mode}.mbarrier::complete_tx::bytes{.multicast}{.group}{.hint} [d], [s], [mbar]{, offsets}{, mask}{, policy}; .dim = {.1d,.2d,.3d,.4d,.5d}; .dst = {.shared::cluster,.shared::cta}; .src = {.global}; .mode = {.tile,.tile::gather4,.im2col,.im2col::w,.im2col::w::128}; .multicast = {.multicast::cluster}; .group = {.cta_group::1,.cta_group::2}; .hint = {.L2::cache_hint}",
            ),
            f(
                80,
                90,
                "cp.async.bulk.tensor.dim.global.shared::cta{.mode}.bulk_group{.hint} [d], [s]{, policy}; .dim = {.1d,.2d,.3d,.4d,.5d}; .mode = {.tile,.tile::scatter4,.im2col}; .hint = {.L2::cache_hint}",
            ),
            f(
                80,
                90,
                "cp.async.bulk.prefetch.tensor.dim.L2.src{.mode}{.hint} [s]{, offsets}{, policy}; .dim = {.1d,.2d,.3d,.4d,.5d}; .src = {.global}; .mode = {.tile,.tile::gather4,.im2col,.im2col::w,.im2col::w::128}; .hint = {.L2::cache_hint,.L2::evict_last,.L2::evict_first,.L2::evict_normal}",
            ),
            f(80, 90, "cp.async.bulk.commit_group"),
            f(80, 90, "cp.async.bulk.wait_group{.read} n"),
            f(
                80,
                90,
                "cp.reduce.async.bulk.dst.src.completion{.hint}.op{.noftz}.type [d], [s], size{, [mbar]}{, policy}; .dst = {.shared::cluster,.global}; .src = {.shared::cta}; .completion = {.mbarrier::complete_tx::bytes,.bulk_group}; .hint = {.L2::cache_hint}; .op = {.and,.or,.xor,.add,.inc,.dec,.min,.max}; .type = {.f16,.bf16,.b32,.u32,.s32,.b64,.u64,.s64,.f32,.f64}",
            ),
            f(
                80,
                90,
                "cp.reduce.async.bulk.tensor.dim.global.shared::cta.op{.mode}.bulk_group{.hint} [d], [s]{, policy}; .dim = {.1d,.2d,.3d,.4d,.5d}; .op = {.add,.min,.max,.inc,.dec,.and,.or,.xor}; .mode = {.tile,.im2col}; .hint = {.L2::cache_hint}",
            ),
        ],
    ),
    entry(
        "tensormap",
        TENSOR,
        "Changes a field of a tensor map.",
        &[
            f(
                83,
                90,
                "tensormap.replace.tile.field{.ss}.b1024.type [addr], value; .field = {.global_address,.rank}; .ss = {.global,.shared::cta}; .type = {.b32,.b64}",
            ),
            f(
                83,
                90,
                "tensormap.replace.tile.field{.ss}.b1024.type [addr], ord, value; .field = {.box_dim,.global_dim,.global_stride,.element_stride}; .ss = {.global,.shared::cta}; .type = {.b32,.b64}",
            ),
            f(
                83,
                90,
                "tensormap.replace.tile.field{.ss}.b1024.b32 [addr], value; .field = {.elemtype,.interleave_layout,.swizzle_mode,.swizzle_atomicity,.fill_mode}; .ss = {.global,.shared::cta}",
            ),
            f(
                83,
                90,
                "tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.scope.sync.aligned [dst], [src], size; .scope = {.cta,.cluster,.gpu,.sys}",
            ),
        ],
    ),
    entry(
        "multimem",
        MULTI,
        "Loads from, stores to or reduces into all copies behind a multimem address.",
        &[
            f(
                81,
                90,
                "multimem.ld_reduce{.sem}{.scope}{.global}.op{.acc}{.vec}.type d, [a]; .sem = {.weak,.relaxed,.acquire}; .scope = {.cta,.cluster,.gpu,.sys}; .op = {.min,.max,.add,.and,.or,.xor}; .acc = {.acc::f32,.acc::f16}; .vec = {.v2,.v4,.v8}; .type = {.b32,.b64,.u32,.u64,.s32,.s64,.f16,.f16x2,.bf16,.bf16x2,.f32,.f64,.e4m3,.e5m2,.e4m3x2,.e5m2x2,.e4m3x4,.e5m2x4}",
            ),
            f(
                81,
                90,
                "multimem.st{.sem}{.scope}{.global}{.vec}.type [a], b; .sem = {.weak,.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .vec = {.v2,.v4,.v8}; .type = {.b32,.b64,.u32,.u64,.s32,.s64,.f16,.f16x2,.bf16,.bf16x2,.f32,.f64,.e4m3,.e5m2,.e4m3x2,.e5m2x2,.e4m3x4,.e5m2x4}",
            ),
            f(
                81,
                90,
                "multimem.red{.sem}{.scope}{.global}.op{.vec}.type [a], b; .sem = {.relaxed,.release}; .scope = {.cta,.cluster,.gpu,.sys}; .op = {.min,.max,.add,.and,.or,.xor}; .vec = {.v2,.v4,.v8}; .type = {.b32,.b64,.u32,.u64,.s32,.s64,.f16,.f16x2,.bf16,.bf16x2,.f32,.f64,.e4m3,.e5m2,.e4m3x2,.e5m2x2,.e4m3x4,.e5m2x4}",
            ),
        ],
    ),
];
