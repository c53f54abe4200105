//! What texture and surface objects are made of, on the wire. The device's memory holds the texels.

use crate::wire::record;

record! {
    /// One mip level.
    pub struct LevelFacts {
        /// First byte.
        address: u64,
        /// Elements a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Slices, layers or faces.
        depth: u32,
        /// Bytes from row to row.
        pitch: u64,
        /// Bytes from slice to slice.
        slice: u64,
    }
}

record! {
    /// Texels.
    pub struct ImageFacts {
        /// Bits a channel.
        bits: u32,
        /// Channels.
        channels: u32,
        /// What they hold, as in `cudaChannelFormatKind`: 0 signed, 1 unsigned, 2 float.
        kind: u8,
        /// Plain memory, read by index.
        linear: bool,
        /// Slices are layers.
        layered: bool,
        /// Slices are cube faces.
        cubemap: bool,
        /// There are rows.
        two: bool,
        /// Slices are a third dimension.
        three: bool,
        /// Levels, largest first.
        levels: Vec<LevelFacts>,
    }
}

record! {
    /// Sampling; floats as their bits.
    pub struct SamplerFacts {
        /// By dimension, as in `cudaTextureAddressMode`: 0 wrap, 1 clamp, 2 mirror, 3 border.
        address: [u8; 3],
        /// Linear filtering.
        linear: bool,
        /// Integers read as fractions.
        normalized_float: bool,
        /// Normalised coordinates.
        normalized_coordinates: bool,
        /// sRGB.
        srgb: bool,
        /// Border colour.
        border: [u32; 4],
        /// Linear filtering between levels.
        mip_linear: bool,
        /// Added to levels.
        mip_bias: u32,
        /// Least level.
        mip_min: u32,
        /// Greatest level.
        mip_max: u32,
        /// Cubes are filtered over their edges.
        seamless: bool,
    }
}
