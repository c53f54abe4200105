//! Texture and surface instructions (PTX ISA 8.5, sections 9.7.9 and 9.7.10).

use super::{Entry, entry, f};

const TEX: &str = "9.7.9 Texture";
const SURF: &str = "9.7.10 Surface";

pub(super) const TABLE: &[Entry] = &[
    entry(
        "tex",
        TEX,
        "Reads a texture at coordinates; `[a, b, c]` names a sampler too, `d|p` tells whether it is resident.",
        &[
            f(
                10,
                0,
                "tex.geom.v4.dtype.ctype d{|p}, [a, c]{, e}{, f}; .geom = {.1d,.2d,.3d,.a1d,.a2d,.cube,.acube,.2dms,.a2dms}; .dtype = {.u32,.s32,.f16,.f32}; .ctype = {.s32,.f32}",
            ),
            f(
                42,
                53,
                "tex.geom.v2.f16x2.ctype d{|p}, [a, c]{, e}{, f}; .geom = {.1d,.2d,.3d,.a1d,.a2d,.cube,.acube,.2dms,.a2dms}; .ctype = {.s32,.f16,.f32}",
            ),
            f(
                31,
                20,
                "tex.base.geom.v4.dtype.ctype d{|p}, [a, c]{, e}{, f}; .geom = {.1d,.2d,.3d,.a1d,.a2d,.cube,.acube}; .dtype = {.u32,.s32,.f32}; .ctype = {.s32,.f32}",
            ),
            f(
                31,
                20,
                "tex.level.geom.v4.dtype.ctype d{|p}, [a, c], lod{, e}{, f}; .geom = {.1d,.2d,.3d,.a1d,.a2d,.cube,.acube}; .dtype = {.u32,.s32,.f32}; .ctype = {.s32,.f32}",
            ),
            f(
                31,
                20,
                "tex.grad.geom.v4.dtype.ctype d{|p}, [a, c], dPdx, dPdy{, e}{, f}; .geom = {.1d,.2d,.3d,.a1d,.a2d,.cube,.acube}; .dtype = {.u32,.s32,.f32}; .ctype = {.s32,.f32}",
            ),
        ],
    ),
    entry(
        "tld4",
        TEX,
        "Reads one component of four neighbouring texels.",
        &[f(
            22,
            20,
            "tld4.comp.geom.v4.dtype.f32 d{|p}, [a, c]{, e}{, f}; .comp = {.r,.g,.b,.a}; .geom = {.2d,.a2d,.cube,.acube}; .dtype = {.u32,.s32,.f32}",
        )],
    ),
    entry(
        "txq",
        TEX,
        "Asks a texture or sampler for a property.",
        &[
            f(
                15,
                0,
                "txq.query.b32 d, [a]; .query = {.width,.height,.depth,.channel_data_type,.channel_order,.normalized_coords,.array_size,.num_mipmap_levels,.num_samples,.force_unnormalized_coords,.filter_mode,.addr_mode_0,.addr_mode_1,.addr_mode_2}",
            ),
            f(43, 30, "txq.level.query.b32 d, [a], lod; .query = {.width,.height,.depth}"),
        ],
    ),
    entry(
        "istypep",
        TEX,
        "Is this an opaque reference of the type?",
        &[f(40, 30, "istypep.type p, a; .type = {.texref,.samplerref,.surfref}")],
    ),
    entry(
        "suld",
        SURF,
        "Reads a surface.",
        &[f(
            15,
            20,
            "suld.b.geom{.cop}{.vec}.dtype{.clamp} d, [a, b]; .geom = {.1d,.2d,.3d,.a1d,.a2d}; .cop = {.ca,.cg,.cs,.cv}; .vec = {.v2,.v4}; .dtype = {.b8,.b16,.b32,.b64}; .clamp = {.trap,.clamp,.zero}",
        )],
    ),
    entry(
        "sust",
        SURF,
        "Writes a surface.",
        &[
            f(
                15,
                20,
                "sust.b.geom{.cop}{.vec}.ctype{.clamp} [a, b], c; .geom = {.1d,.2d,.3d,.a1d,.a2d}; .cop = {.wb,.cg,.cs,.wt}; .vec = {.v2,.v4}; .ctype = {.b8,.b16,.b32,.b64}; .clamp = {.trap,.clamp,.zero}",
            ),
            f(
                20,
                20,
                "sust.p.geom{.vec}.b32{.clamp} [a, b], c; .geom = {.1d,.2d,.3d,.a1d,.a2d}; .vec = {.v2,.v4}; .clamp = {.trap,.clamp,.zero}",
            ),
        ],
    ),
    entry(
        "sured",
        SURF,
        "Reduces into a surface.",
        &[
            f(
                30,
                20,
                "sured.b.op.geom.ctype{.clamp} [a, b], c; .op = {.add,.min,.max,.and,.or}; .geom = {.1d,.2d,.3d}; .ctype = {.u32,.u64,.s32,.b32,.s64}; .clamp = {.trap,.clamp,.zero}",
            ),
            f(
                30,
                20,
                "sured.p.op.geom.ctype{.clamp} [a, b], c; .op = {.add,.min,.max,.and,.or}; .geom = {.1d,.2d,.3d}; .ctype = {.b32,.b64}; .clamp = {.trap,.clamp,.zero}",
            ),
        ],
    ),
    entry(
        "suq",
        SURF,
        "Asks a surface for a property.",
        &[f(
            15,
            20,
            "suq.query.b32 d, [a]; .query = {.width,.height,.depth,.channel_data_type,.channel_order,.array_size,.memory_layout}",
        )],
    ),
];
