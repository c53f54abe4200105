//! Texture and surface objects: what a handle stands for.
//!
//! An [`Image`] says where texels lie in device memory; a [`Texture`] adds how they are sampled; a surface is an image
//! alone. Handles are numbers that [`Device`](crate::Device) gives out and never uses twice; a kernel that uses another
//! number ends with a trap. Semantics follow the public CUDA C++ Programming Guide, appendix "Texture Fetching", and PTX
//! ISA sections 9.7.9 and 9.7.10.
//!
//! A GPU keeps arrays in an order it does not document. Here their rows simply follow one another, so addresses inside
//! an array mean nothing for a GPU: requests are counted exactly, sectors of textures not at all.

mod coordinate;
mod sample;
mod texel;

pub(crate) use coordinate::nearest;
pub(crate) use sample::{Coordinates, Detail, gather, sample};
pub(crate) use texel::{decode, encode};

/// What a channel's bits mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// Signed integers.
    Signed,
    /// Unsigned integers.
    Unsigned,
    /// IEEE floats of 16 or 32 bits.
    Float,
}

/// How one element is stored: 1, 2 or 4 equal channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Bits a channel: 8, 16 or 32.
    pub bits: u32,
    /// Channels: 1, 2 or 4.
    pub channels: u32,
    /// What they hold.
    pub kind: ChannelKind,
}

impl Format {
    /// A format that textures can have, or none.
    pub fn new(bits: u32, channels: u32, kind: ChannelKind) -> Option<Format> {
        let sizes = match kind {
            ChannelKind::Float => matches!(bits, 16 | 32),
            _ => matches!(bits, 8 | 16 | 32),
        };
        (sizes && matches!(channels, 1 | 2 | 4)).then_some(Format { bits, channels, kind })
    }

    /// Bytes an element.
    pub fn bytes(self) -> u32 {
        self.bits / 8 * self.channels
    }
}

/// One mip level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// First byte.
    pub address: u64,
    /// Elements a row.
    pub width: u32,
    /// Rows; 1 for one dimension.
    pub height: u32,
    /// Slices, layers or faces; 1 without.
    pub depth: u32,
    /// Bytes from row to row.
    pub pitch: u64,
    /// Bytes from slice to slice.
    pub slice: u64,
}

impl Level {
    /// One past the last byte, when it can be said.
    fn end(&self, element: u32) -> Option<u64> {
        let row = u64::from(self.width).checked_mul(u64::from(element))?;
        let rows = u64::from(self.height.checked_sub(1)?).checked_mul(self.pitch)?;
        let slices = u64::from(self.depth.checked_sub(1)?).checked_mul(self.slice)?;
        self.address.checked_add(slices)?.checked_add(rows)?.checked_add(row)
    }
}

/// What an image's dimensions mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Plain memory, read by integer index only.
    pub linear: bool,
    /// Slices are layers, chosen and not filtered.
    pub layered: bool,
    /// Slices are cube faces, six a layer.
    pub cubemap: bool,
    /// Rows exist.
    pub two: bool,
    /// Slices are a third dimension.
    pub three: bool,
}

/// Texels in device memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Elements.
    pub format: Format,
    /// Meaning of the dimensions.
    pub arrangement: Arrangement,
    /// Mip levels, largest first; at least one.
    pub levels: Vec<Level>,
}

/// Why an object cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TextureError {
    /// No level, or a level without elements.
    #[error("the image has no texels")]
    Empty,
    /// Levels reach beyond the allocation they begin in.
    #[error("the image's {bytes} bytes from {address:#x} do not lie in one allocation")]
    Memory {
        /// First byte.
        address: u64,
        /// Bytes from the first to the last.
        bytes: u64,
    },
    /// Filtering that the format or arrangement does not allow.
    #[error("{0}")]
    Sampling(&'static str),
}

impl Image {
    /// First byte and one past the last.
    pub(crate) fn range(&self) -> Result<(u64, u64), TextureError> {
        let start = self.levels.iter().map(|l| l.address).min().ok_or(TextureError::Empty)?;
        let mut end = start;
        for l in &self.levels {
            if l.width == 0 || l.height == 0 || l.depth == 0 {
                return Err(TextureError::Empty);
            }
            let last = l.end(self.format.bytes());
            end = end.max(last.ok_or(TextureError::Memory { address: l.address, bytes: u64::MAX })?);
        }
        Ok((start, end))
    }

    /// The level of a number, the last one for larger numbers.
    pub(crate) fn level(&self, n: usize) -> &Level {
        // An image without levels is refused before it gets a handle.
        &self.levels[n.min(self.levels.len() - 1)]
    }

    /// Layers (1 when not layered).
    pub(crate) fn layers(&self) -> u32 {
        match self.arrangement {
            Arrangement { layered: true, cubemap: true, .. } => self.level(0).depth / 6,
            Arrangement { layered: true, .. } => self.level(0).depth,
            _ => 1,
        }
    }
}

/// What happens outside the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Address {
    /// The image repeats; normalised coordinates only.
    Wrap,
    /// The edge goes on.
    #[default]
    Clamp,
    /// The image repeats, every second time reversed; normalised coordinates only.
    Mirror,
    /// The border colour.
    Border,
}

/// How a texture is sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampler {
    /// By dimension.
    pub address: [Address; 3],
    /// Linear filtering within a level, else the nearest texel.
    pub linear: bool,
    /// Integer channels read as fractions of their range.
    pub normalized_float: bool,
    /// Coordinates are fractions of the image.
    pub normalized_coordinates: bool,
    /// 8-bit channels hold sRGB values; the first three are made linear when read as fractions.
    pub srgb: bool,
    /// Returned outside in border mode.
    pub border: [f32; 4],
    /// Linear filtering between levels.
    pub mip_linear: bool,
    /// Added to a given level.
    pub mip_bias: f32,
    /// Least level.
    pub mip_min: f32,
    /// Greatest level.
    pub mip_max: f32,
    /// Filtering at a cube's edges uses the neighbouring faces.
    pub seamless: bool,
}

/// A texture object.
#[derive(Clone, Debug, PartialEq)]
pub struct Texture {
    /// Texels.
    pub image: Image,
    /// Sampling.
    pub sampler: Sampler,
}

impl Texture {
    /// One level, point sampling, one or two dimensions: what most programs use.
    #[inline(always)]
    pub(crate) fn is_simple(&self) -> bool {
        let a = &self.image.arrangement;
        !self.sampler.linear && !a.linear && !a.layered && !a.cubemap && self.image.levels.len() == 1
    }

    fn check(&self) -> Result<(), TextureError> {
        let (format, sampler) = (self.image.format, &self.sampler);
        let integers = format.kind != ChannelKind::Float;
        let bad = |words| Err(TextureError::Sampling(words));
        if integers && sampler.normalized_float && format.bits == 32 {
            return bad("32-bit integers cannot be read as normalised floats");
        }
        if integers
            && !sampler.normalized_float
            && (sampler.linear || sampler.mip_linear && self.image.levels.len() > 1)
            && !self.image.arrangement.linear
        {
            return bad("linear filtering needs floats, or integers read as normalised floats");
        }
        if self.image.levels.len() > 1 && !sampler.normalized_coordinates {
            return bad("mipmapped textures need normalised coordinates");
        }
        Ok(())
    }
}

/// The objects of a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    textures: Vec<Option<Bound<Texture>>>,
    surfaces: Vec<Option<Bound<Image>>>,
}

/// An object and the bytes it reaches.
#[derive(Clone, Debug)]
pub(crate) struct Bound<T> {
    pub(crate) object: T,
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// Handles of textures and surfaces begin here, so that no small number and no address is one by accident.
const TEXTURES: u64 = 0x7e00_0000_0000_0001;
const SURFACES: u64 = 0x7f00_0000_0000_0001;

impl Objects {
    pub(crate) fn add_texture(&mut self, object: Texture) -> Result<(u64, u64, u64), TextureError> {
        object.check()?;
        let (start, end) = object.image.range()?;
        self.textures.push(Some(Bound { object, start, end }));
        Ok((TEXTURES + self.textures.len() as u64 - 1, start, end))
    }

    pub(crate) fn add_surface(&mut self, object: Image) -> Result<(u64, u64, u64), TextureError> {
        let (start, end) = object.range()?;
        self.surfaces.push(Some(Bound { object, start, end }));
        Ok((SURFACES + self.surfaces.len() as u64 - 1, start, end))
    }

    pub(crate) fn remove(&mut self, handle: u64) -> bool {
        fn take<T>(list: &mut [Option<T>], handle: u64, base: u64) -> bool {
            let slot = handle.checked_sub(base).and_then(|n| list.get_mut(n as usize));
            slot.and_then(Option::take).is_some()
        }
        take(&mut self.textures, handle, TEXTURES) || take(&mut self.surfaces, handle, SURFACES)
    }

    pub(crate) fn texture(&self, handle: u64) -> Result<&Bound<Texture>, String> {
        let found = handle.checked_sub(TEXTURES).and_then(|n| self.textures.get(n as usize));
        let gone = matches!(found, Some(None));
        found.and_then(Option::as_ref).ok_or_else(|| wrong(handle, "texture", gone, handle >= SURFACES))
    }

    pub(crate) fn surface(&self, handle: u64) -> Result<&Bound<Image>, String> {
        let found = handle.checked_sub(SURFACES).and_then(|n| self.surfaces.get(n as usize));
        let gone = matches!(found, Some(None));
        let other = (TEXTURES..SURFACES).contains(&handle);
        found.and_then(Option::as_ref).ok_or_else(|| wrong(handle, "surface", gone, other))
    }
}

fn wrong(handle: u64, what: &str, gone: bool, other: bool) -> String {
    match () {
        () if gone => format!("{what} object {handle:#x} was destroyed"),
        () if other => {
            let is = if what == "texture" { "surface" } else { "texture" };
            format!("{handle:#x} is not a {what} object (it has the look of a {is} object)")
        }
        () => format!("{handle:#x} is not a {what} object"),
    }
}
