//! Texture fetches for one thread.
//!
//! Point sampling gives one texel. Linear filtering is the guide's formula with weights of 8 fractional bits; its sum is
//! taken exactly enough (in `f64`) and rounded once, where a GPU's rounding is not documented: modelled, that is, in the
//! last bits. Gradients choose a level by their longer one; anisotropy is not modelled.

use super::coordinate::{between, direction, face, fixed, floor, on_face, place, texel};
use super::{Address, ChannelKind, Level, Texture, decode};

/// Where a fetch is, layer apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Coordinates {
    /// Sampled.
    Float([f32; 3]),
    /// A texel by its index.
    Index([i32; 3]),
    /// A direction into a cube.
    Direction([f32; 3]),
}

/// How a fetch chooses the mip level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Detail {
    /// The first.
    Base,
    /// Given.
    Level(f32),
    /// By how far coordinates move from pixel to pixel.
    Gradients([f32; 3], [f32; 3]),
}

/// One fetch: register bits of four channels, and the address of the first texel that was read, if any.
pub(crate) fn sample(
    texture: &Texture,
    read: &dyn Fn(u64) -> [u8; 16],
    dimensions: usize,
    at: Coordinates,
    layer: u32,
    detail: Detail,
) -> ([u32; 4], Option<u64>) {
    let mut fetch = Fetch::new(texture, read, dimensions, at, layer);
    if texture.image.arrangement.linear {
        let index = match fetch.at {
            Coordinates::Index(i) => i64::from(i[0]),
            Coordinates::Float(x) | Coordinates::Direction(x) => floor(f64::from(x[0])),
        };
        return (fetch.in_memory(index), fetch.first);
    }
    let last = (texture.image.levels.len() - 1) as f32;
    let s = &texture.sampler;
    let level = match detail {
        _ if last == 0.0 => 0.0,
        Detail::Base => 0.0,
        Detail::Level(l) => l + s.mip_bias,
        Detail::Gradients(dx, dy) => fetch.level_of(dx, dy) + s.mip_bias,
    };
    let level = level.max(s.mip_min).min(s.mip_max).clamp(0.0, last);
    if !s.mip_linear || last == 0.0 {
        return (fetch.filtered((level + 0.5).floor() as usize), fetch.first);
    }
    let low = level.floor();
    let beta = fixed(f64::from(level - low));
    if beta == 0.0 {
        return (fetch.filtered(low as usize), fetch.first);
    }
    let (a, b) = (fetch.filtered(low as usize), fetch.filtered(low as usize + 1));
    let value = |bits| f64::from(f32::from_bits(bits));
    let mix = |k: usize| ((1.0 - beta) * value(a[k]) + beta * value(b[k])) as f32;
    ([0, 1, 2, 3].map(|k| mix(k).to_bits()), fetch.first)
}

/// `tld4`: one channel of the four texels that linear filtering would weigh, from the lower left on against the clock:
/// `(i, j+1), (i+1, j+1), (i+1, j), (i, j)`.
pub(crate) fn gather(
    texture: &Texture,
    read: &dyn Fn(u64) -> [u8; 16],
    at: Coordinates,
    layer: u32,
    channel: usize,
) -> ([u32; 4], Option<u64>) {
    let mut fetch = Fetch::new(texture, read, 2, at, layer);
    let level = *texture.image.level(0);
    let Coordinates::Float(x) = fetch.at else { return ([0; 4], None) };
    let ((i, _), (j, _)) =
        (between(fetch.place(0, x[0], level.width)), between(fetch.place(1, x[1], level.height)));
    let corners = [(i, j + 1), (i + 1, j + 1), (i + 1, j), (i, j)];
    (corners.map(|(i, j)| fetch.texel(&level, [i, j, 0])[channel]), fetch.first)
}

struct Fetch<'a> {
    texture: &'a Texture,
    read: &'a dyn Fn(u64) -> [u8; 16],
    dimensions: usize,
    at: Coordinates,
    /// The direction, for gradients in a cube.
    toward: Option<[f32; 3]>,
    face: Option<u32>,
    /// First slice that belongs to the layer.
    slice: u32,
    normalized: bool,
    first: Option<u64>,
}

impl<'a> Fetch<'a> {
    fn new(
        texture: &'a Texture,
        read: &'a dyn Fn(u64) -> [u8; 16],
        dimensions: usize,
        at: Coordinates,
        layer: u32,
    ) -> Self {
        let faces = if matches!(at, Coordinates::Direction(_)) { 6 } else { 1 };
        // Layers beyond the last are the last.
        let slices = texture.image.level(0).depth;
        let slice = layer.min((slices / faces).max(1) - 1) * faces;
        let normalized = texture.sampler.normalized_coordinates;
        let mut fetch =
            Fetch { texture, read, dimensions, at, toward: None, face: None, slice, normalized, first: None };
        match at {
            Coordinates::Direction(d) => {
                let f = face(d);
                let (u, v) = on_face(f, d);
                (fetch.at, fetch.toward, fetch.face) = (Coordinates::Float([u, v, 0.0]), Some(d), Some(f));
                (fetch.dimensions, fetch.normalized) = (2, true);
            }
            Coordinates::Index(_) => fetch.normalized = false,
            Coordinates::Float(_) => {}
        }
        fetch
    }

    fn mode(&self, axis: usize) -> Address {
        if self.face.is_some() { Address::Clamp } else { self.texture.sampler.address[axis] }
    }

    fn place(&self, axis: usize, x: f32, n: u32) -> f32 {
        place(x, n, self.mode(axis), self.normalized)
    }

    /// Level by gradients: `log2` of the longer one, in texels.
    fn level_of(&self, dx: [f32; 3], dy: [f32; 3]) -> f32 {
        let base = self.texture.image.level(0);
        let sizes =
            [base.width, base.height, base.depth].map(|n| if self.normalized { n as f32 } else { 1.0 });
        let length = |d: [f32; 3]| {
            let d = match (self.toward, self.face) {
                (Some(to), Some(f)) => {
                    let (here, there) = (on_face(f, to), on_face(f, [0, 1, 2].map(|k| to[k] + d[k])));
                    [there.0 - here.0, there.1 - here.1, 0.0]
                }
                _ => d,
            };
            (0..self.dimensions.min(3)).map(|k| (d[k] * sizes[k]).powi(2)).sum::<f32>().sqrt()
        };
        let longer = length(dx).max(length(dy));
        if longer > 0.0 { longer.log2() } else { 0.0 }
    }

    /// A level at the fetch's coordinates, filtered as the sampler says.
    fn filtered(&mut self, level: usize) -> [u32; 4] {
        let level = *self.texture.image.level(level);
        let sizes = [level.width, level.height, level.depth];
        let x = match self.at {
            Coordinates::Index(i) => return self.texel(&level, i.map(i64::from)),
            Coordinates::Float(x) | Coordinates::Direction(x) => x,
        };
        let d = self.dimensions;
        let mut places = [0.0f32; 3];
        for k in 0..d {
            places[k] = self.place(k, x[k], sizes[k]);
        }
        if !self.texture.sampler.linear {
            return self.texel(&level, places.map(|p| floor(f64::from(p))));
        }
        let mut corner = [(0, 0.0); 3];
        for k in 0..d {
            corner[k] = between(places[k]);
        }
        let mut sums = [0.0f64; 4];
        for n in 0..1usize << d {
            let (mut index, mut weight) = ([0; 3], 1.0);
            for k in 0..d {
                let (low, alpha) = corner[k];
                let upper = n >> k & 1 != 0;
                index[k] = low + i64::from(upper);
                weight *= if upper { alpha } else { 1.0 - alpha };
            }
            let values = self.texel(&level, index);
            for (sum, bits) in sums.iter_mut().zip(values) {
                *sum += weight * f64::from(f32::from_bits(bits));
            }
        }
        sums.map(|s| (s as f32).to_bits())
    }

    /// The texel of indices, which address modes bring inside.
    fn texel(&mut self, level: &Level, index: [i64; 3]) -> [u32; 4] {
        if let Some(f) = self.face
            && self.texture.sampler.seamless
        {
            return self.across_faces(level, f, index);
        }
        let sizes = [level.width, level.height, level.depth];
        let mut inside = [0u32; 3];
        for k in 0..self.dimensions {
            match texel(index[k], sizes[k], self.mode(k), self.normalized) {
                Some(i) => inside[k] = i,
                None => return self.border(),
            }
        }
        let slice = if self.dimensions == 3 { inside[2] } else { self.slice + self.face.unwrap_or(0) };
        self.load(level, inside[0], inside[1], slice)
    }

    /// A texel of a face, or the nearest one of the face beyond its edge.
    fn across_faces(&mut self, level: &Level, f: u32, index: [i64; 3]) -> [u32; 4] {
        let n = level.width.max(1);
        let inside = |i: i64| (0..i64::from(n)).contains(&i);
        let (mut f, mut at) = (f, [index[0], index[1]]);
        if !inside(at[0]) || !inside(at[1]) {
            let [u, v] = at.map(|i| (i as f32 + 0.5) / n as f32);
            let toward = direction(f, u, v);
            f = face(toward);
            let (u, v) = on_face(f, toward);
            at = [u, v].map(|c| floor(f64::from(c * n as f32)).clamp(0, i64::from(n) - 1));
        }
        self.load(level, at[0] as u32, (at[1] as u32).min(level.height - 1), self.slice + f)
    }

    fn load(&mut self, level: &Level, x: u32, y: u32, slice: u32) -> [u32; 4] {
        let (image, s) = (&self.texture.image, &self.texture.sampler);
        let slice = slice.min(level.depth - 1);
        let at = level.address
            + u64::from(slice) * level.slice
            + u64::from(y) * level.pitch
            + u64::from(x) * u64::from(image.format.bytes());
        self.first.get_or_insert(at);
        decode(&(self.read)(at), image.format, s.normalized_float, s.srgb)
    }

    fn border(&self) -> [u32; 4] {
        let (format, s) = (self.texture.image.format, &self.texture.sampler);
        s.border.map(|v| match format.kind {
            ChannelKind::Float => v.to_bits(),
            _ if s.normalized_float => v.to_bits(),
            ChannelKind::Unsigned => v as u32,
            ChannelKind::Signed => v as i32 as u32,
        })
    }

    /// A texel of plain memory by its index; zero outside.
    fn in_memory(&mut self, index: i64) -> [u32; 4] {
        let level = *self.texture.image.level(0);
        if (0..i64::from(level.width)).contains(&index) {
            self.load(&level, index as u32, 0, 0)
        } else {
            [0; 4]
        }
    }
}
