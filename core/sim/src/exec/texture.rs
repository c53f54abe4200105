//! Texture and surface instructions: lanes one after another, each through the object its handle names.
//!
//! An operation's rows are in lists of the code's vectors, from `Op::c.off` on: data and handle, coordinates, gradients.
//! `Op::d` is the site, `Op::imm` says the rest ([`fetch_bits`], [`surface_bits`]). Before an object's memory is touched,
//! the allocation it lies in is looked up (remembered by site), so a freed array ends in a trap.
//!
//! Observers see one access an instruction: the address of the first texel each lane read. Inside arrays such addresses
//! are this device's own, see [`crate::texture`].

use super::access::Word;
use super::ctx::{Ctx, Fault, Flow, Op, Ref};
use super::mem::inside;
use crate::observer::{Access, AccessKind, Space};
use crate::texture::{
    Bound, ChannelKind, Coordinates, Detail, Format, Image, Texture, decode, encode, gather, nearest, sample,
};
use crate::trap::TrapKind;

/// Rows of the first list.
pub(crate) mod row {
    /// The handle.
    pub(crate) const HANDLE: usize = 4;
    /// Residency predicate.
    pub(crate) const RESIDENT: usize = 5;
    /// Level, in the second list.
    pub(crate) const LEVEL: usize = 4;
}

/// What an instruction's coordinates mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Geometry {
    One = 0,
    Two = 1,
    Three = 2,
    OneLayered = 3,
    TwoLayered = 4,
    Cube = 5,
    CubeLayered = 6,
}

impl Geometry {
    fn of(bits: u64) -> Geometry {
        match bits & 7 {
            0 => Geometry::One,
            1 => Geometry::Two,
            2 => Geometry::Three,
            3 => Geometry::OneLayered,
            4 => Geometry::TwoLayered,
            5 => Geometry::Cube,
            _ => Geometry::CubeLayered,
        }
    }

    /// Is the first coordinate a layer?
    pub(crate) fn layered(self) -> bool {
        matches!(self, Geometry::OneLayered | Geometry::TwoLayered | Geometry::CubeLayered)
    }

    /// Coordinates without the layer.
    pub(crate) fn dimensions(self) -> usize {
        match self {
            Geometry::One | Geometry::OneLayered => 1,
            Geometry::Two | Geometry::TwoLayered => 2,
            Geometry::Three | Geometry::Cube | Geometry::CubeLayered => 3,
        }
    }
}

/// `Op::imm` of fetches: geometry in bits 0 to 2, and these.
pub(crate) mod fetch_bits {
    /// Coordinates are integers.
    pub(crate) const INDEX: u64 = 8;
    /// A level is given.
    pub(crate) const LEVEL: u64 = 16;
    /// Gradients are given.
    pub(crate) const GRADIENTS: u64 = 32;
    /// Results are halves.
    pub(crate) const HALF: u64 = 64;
    /// `tld4`; the channel is in bits 8 and 9.
    pub(crate) const GATHER: u64 = 128;
    pub(crate) const CHANNEL: u32 = 8;
}

/// `Op::imm` of surface accesses: geometry in bits 0 to 2, and these.
pub(crate) mod surface_bits {
    /// Outside: 0 trap, 1 clamp, 2 zero.
    pub(crate) const OUTSIDE: u32 = 4;
    /// Bytes of one component, as a power of two.
    pub(crate) const SIZE: u32 = 6;
    /// Components.
    pub(crate) const COUNT: u32 = 8;
    /// x is in elements and values are converted (`.p`).
    pub(crate) const FORMATTED: u64 = 1 << 12;
}

#[inline(always)]
fn list(ctx: &Ctx<'_>, op: &Op, k: usize) -> [Ref; 8] {
    // SAFETY: the lists were made at lowering.
    unsafe { *ctx.vectors.add(op.c.off as usize + k) }
}

#[inline(always)]
fn word(ctx: &Ctx<'_>, r: Ref, chunk: usize, lane: usize) -> u32 {
    // SAFETY: rows were bounded at lowering.
    unsafe { *ctx.row::<u32>(r, chunk).add(lane) }
}

#[inline(always)]
fn handle(ctx: &Ctx<'_>, r: Ref, chunk: usize, lane: usize) -> u64 {
    // SAFETY: as above.
    unsafe { *ctx.row::<u64>(r, chunk).add(lane) }
}

#[cold]
fn fault(ctx: &mut Ctx<'_>, chunk: usize, lane: usize, kind: TrapKind, write: bool) -> Flow {
    ctx.fail(Fault { kind, chunk, lane: lane as u32, address: None, size: 0, write })
}

/// An object by handle, with its memory still there.
fn find<'o, T>(
    ctx: &mut Ctx<'_>,
    op: &Op,
    (chunk, lane): (usize, usize),
    wanted: u64,
    last: &mut Option<(u64, &'o Bound<T>)>,
    get: impl FnOnce(u64) -> Result<&'o Bound<T>, String>,
    write: bool,
) -> Result<&'o T, Flow> {
    if let Some((h, bound)) = last
        && *h == wanted
    {
        return Ok(&bound.object);
    }
    let bound = get(wanted).map_err(|m| fault(ctx, chunk, lane, TrapKind::BadObject(m), write))?;
    if !inside(ctx, op.d.off, bound.start, bound.end - 1, 1) {
        let message = format!("the memory of object {wanted:#x} was freed");
        return Err(fault(ctx, chunk, lane, TrapKind::BadObject(message), write));
    }
    *last = Some((wanted, bound));
    Ok(&bound.object)
}

/// Reads an element's bytes.
fn reader(delta: u64, bytes: u32) -> impl Fn(u64) -> [u8; 16] {
    move |at| {
        let mut out = [0; 16];
        let from = at.wrapping_add(delta) as *const u8;
        // SAFETY: addresses come from an image whose range was found inside a live allocation; 16 bytes at most.
        unsafe { std::ptr::copy_nonoverlapping(from, out.as_mut_ptr(), bytes as usize) };
        out
    }
}

/// Counts the request of a warp, at its first active chunk; tells the observer of a chunk's accesses.
fn tell(
    ctx: &mut Ctx<'_>,
    op: &Op,
    chunk: usize,
    mask: u32,
    kind: AccessKind,
    size: u32,
    addresses: &[u64; 32],
) {
    let first = chunk / ctx.warp_chunks * ctx.warp_chunks;
    if ctx.active[chunk] != 0
        && ctx.active[first..chunk].iter().all(|&m| m == 0)
        && let Some(t) = &mut ctx.tally
    {
        t.sites[op.d.off as usize].global.requests += 1;
    }
    let warp = ctx.first_warp + (chunk / ctx.warp_chunks) as u32;
    let quarter = (chunk % ctx.warp_chunks) as u32;
    let (site, block) = (op.d.off, ctx.block);
    if let Some(o) = &mut ctx.observer
        && mask != 0
    {
        o.on_access(&Access {
            site,
            block,
            warp,
            quarter,
            space: Space::Texture,
            kind,
            size,
            mask,
            addresses,
        });
    }
}

/// `tex` and `tld4`.
pub(crate) unsafe fn fetch(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let (rows, at_rows) = (list(ctx, op, 0), list(ctx, op, 1));
    let objects = ctx.objects;
    let two = op.imm == Geometry::Two as u64;
    let simple = two || op.imm == Geometry::One as u64;
    let mut last: Option<(u64, &Bound<Texture>)> = None;
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        let (mut addresses, mut touched, mut size) = ([0u64; 32], 0u32, 0);
        for lane in (0..32).filter(|lane| mask >> lane & 1 != 0) {
            let h = handle(ctx, rows[row::HANDLE], chunk, lane);
            let found = find(ctx, op, (chunk, lane), h, &mut last, |h| objects.texture(h), false);
            let texture = match found {
                Ok(t) => t,
                Err(f) => return f,
            };
            size = texture.image.format.bytes();
            let done = if simple && texture.is_simple() {
                nearest_texel(ctx, texture, &at_rows, two, chunk, lane)
            } else {
                None
            };
            let (values, first) = done.unwrap_or_else(|| one_fetch(ctx, op, texture, &at_rows, chunk, lane));
            if let Some(a) = first {
                addresses[lane] = a;
                touched |= 1 << lane;
            }
            for (k, &value) in values.iter().enumerate() {
                if rows[k] != Ref::NONE {
                    // SAFETY: rows were bounded at lowering.
                    unsafe { *ctx.row::<u32>(rows[k], chunk).add(lane) = value };
                }
            }
        }
        if rows[row::RESIDENT] != Ref::NONE {
            // SAFETY: as above; a predicate row is one word a chunk.
            unsafe { *ctx.row::<u32>(rows[row::RESIDENT], chunk) |= mask };
        }
        tell(ctx, op, chunk, touched, AccessKind::Load, size, &addresses);
    }
    Flow::Next
}

/// The common fetch, without the detours of the general one; `None` at the border.
#[inline(always)]
fn nearest_texel(
    ctx: &Ctx<'_>,
    texture: &Texture,
    rows: &[Ref; 8],
    two: bool,
    chunk: usize,
    lane: usize,
) -> Option<([u32; 4], Option<u64>)> {
    let (image, s) = (&texture.image, &texture.sampler);
    let (level, format) = (image.level(0), image.format);
    let index = |k: usize, n: u32| {
        let x = f32::from_bits(word(ctx, rows[k], chunk, lane));
        nearest(x, n, s.address[k], s.normalized_coordinates)
    };
    let x = index(0, level.width)?;
    let y = if two { index(1, level.height)? } else { 0 };
    let at = level.address + u64::from(y) * level.pitch + u64::from(x) * u64::from(format.bytes());
    let values = if format.kind == ChannelKind::Float && format.bytes() == 4 && format.bits == 32 {
        // SAFETY: the texel is inside an image whose range was found inside a live allocation.
        [unsafe { ctx.host(at).cast::<u32>().read_unaligned() }, 0, 0, 0]
    } else {
        decode(&reader(ctx.delta, format.bytes())(at), format, s.normalized_float, s.srgb)
    };
    Some((values, Some(at)))
}

fn one_fetch(
    ctx: &Ctx<'_>,
    op: &Op,
    texture: &Texture,
    rows: &[Ref; 8],
    chunk: usize,
    lane: usize,
) -> ([u32; 4], Option<u64>) {
    let geometry = Geometry::of(op.imm);
    let skip = usize::from(geometry.layered());
    let layer = if skip == 1 { word(ctx, rows[0], chunk, lane) } else { 0 };
    let mut raw = [0u32; 3];
    for (k, r) in raw.iter_mut().enumerate().take(geometry.dimensions()) {
        *r = word(ctx, rows[skip + k], chunk, lane);
    }
    let at = match geometry {
        Geometry::Cube | Geometry::CubeLayered => Coordinates::Direction(raw.map(f32::from_bits)),
        _ if op.imm & fetch_bits::INDEX != 0 => Coordinates::Index(raw.map(|v| v as i32)),
        _ => Coordinates::Float(raw.map(f32::from_bits)),
    };
    let read = reader(ctx.delta, texture.image.format.bytes());
    if op.imm & fetch_bits::GATHER != 0 {
        let channel = (op.imm >> fetch_bits::CHANNEL & 3) as usize;
        return gather(texture, &read, at, layer, channel);
    }
    let detail = match () {
        () if op.imm & fetch_bits::LEVEL != 0 => {
            Detail::Level(f32::from_bits(word(ctx, rows[row::LEVEL], chunk, lane)))
        }
        () if op.imm & fetch_bits::GRADIENTS != 0 => {
            let g = list(ctx, op, 2);
            let of = |k: usize| {
                let r = g[k];
                if r == Ref::NONE { 0.0 } else { f32::from_bits(word(ctx, r, chunk, lane)) }
            };
            Detail::Gradients([of(0), of(1), of(2)], [of(3), of(4), of(5)])
        }
        () => Detail::Base,
    };
    let (mut values, first) = sample(texture, &read, geometry.dimensions(), at, layer, detail);
    if op.imm & fetch_bits::HALF != 0 {
        let half = Format { bits: 16, channels: 1, kind: ChannelKind::Float };
        values = values.map(|v| encode(v, half));
    }
    (values, first)
}

/// What a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Query {
    Width = 0,
    Height = 1,
    Depth = 2,
    Layers = 3,
    Levels = 4,
    Samples = 5,
    Normalized = 6,
}

/// `txq` (`SURFACE` false) and `suq`; `a` the handle, `b` the level or none.
pub(crate) unsafe fn query<const SURFACE: bool>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let objects = ctx.objects;
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        for lane in (0..32).filter(|lane| mask >> lane & 1 != 0) {
            let h = handle(ctx, op.a, chunk, lane);
            let found = if SURFACE {
                objects.surface(h).map(|b| (&b.object, false))
            } else {
                objects.texture(h).map(|b| (&b.object.image, b.object.sampler.normalized_coordinates))
            };
            let (image, normalized) = match found {
                Ok(i) => i,
                Err(m) => return fault(ctx, chunk, lane, TrapKind::BadObject(m), false),
            };
            let n = if op.b == Ref::NONE { 0 } else { word(ctx, op.b, chunk, lane) as usize };
            let value = answer(image, op.imm, n, normalized);
            // SAFETY: rows were bounded at lowering.
            unsafe { *ctx.row::<u32>(op.dst, chunk).add(lane) = value };
        }
    }
    Flow::Next
}

/// Dimensions that are not there are 0, as the runtime's extents have it.
fn answer(image: &Image, what: u64, level: usize, normalized: bool) -> u32 {
    let (l, a) = (image.level(level), image.arrangement);
    match what {
        w if w == Query::Width as u64 => l.width,
        w if w == Query::Height as u64 => {
            if a.two {
                l.height
            } else {
                0
            }
        }
        w if w == Query::Depth as u64 => {
            if a.three {
                l.depth
            } else {
                0
            }
        }
        w if w == Query::Layers as u64 => {
            if a.layered {
                image.layers()
            } else {
                0
            }
        }
        w if w == Query::Levels as u64 => image.levels.len() as u32,
        w if w == Query::Normalized as u64 => u32::from(normalized),
        _ => 1,
    }
}

/// Where one surface access goes.
enum Spot {
    At(u64),
    /// Outside, to be read as zero and not written.
    Nowhere,
}

/// Finds the bytes of an access of `size` bytes at a lane's coordinates.
fn spot(
    ctx: &mut Ctx<'_>,
    op: &Op,
    image: &Image,
    size: u32,
    (chunk, lane): (usize, usize),
    write: bool,
) -> Result<Spot, Flow> {
    let rows = list(ctx, op, 1);
    let geometry = Geometry::of(op.imm);
    let skip = usize::from(geometry.layered());
    let level = image.level(0);
    let element = image.format.bytes();
    let formatted = op.imm & surface_bits::FORMATTED != 0;
    let mut at = [0i64; 3];
    for k in 0..geometry.dimensions() {
        at[k] = i64::from(word(ctx, rows[skip + k], chunk, lane) as i32);
    }
    if skip == 1 {
        at[2] = i64::from(word(ctx, rows[0], chunk, lane) as i32);
    }
    let size = i64::from(if formatted { element } else { size });
    let x = if formatted { at[0] * size } else { at[0] };
    let ends = [
        i64::from(level.width) * i64::from(element) - size,
        i64::from(level.height) - 1,
        i64::from(level.depth) - 1,
    ];
    let mut place = [x, at[1], at[2]];
    if (0..3).any(|k| place[k] < 0 || place[k] > ends[k]) {
        match op.imm >> surface_bits::OUTSIDE & 3 {
            1 if ends[0] >= 0 => (0..3).for_each(|k| place[k] = place[k].clamp(0, ends[k])),
            2 => return Ok(Spot::Nowhere),
            _ => {
                let message = format!(
                    "surface access outside the surface: byte {x} of row {} of slice {}, in {} bytes x {} rows x {} slices",
                    at[1],
                    at[2],
                    ends[0] + size,
                    level.height,
                    level.depth
                );
                return Err(fault(ctx, chunk, lane, TrapKind::BadObject(message), write));
            }
        }
    }
    if place[0] % size != 0 {
        let address = Some(level.address.wrapping_add(place[0] as u64));
        let (kind, lane, size) = (TrapKind::Misaligned, lane as u32, size as u32);
        return Err(ctx.fail(Fault { kind, chunk, lane, address, size, write }));
    }
    let [x, y, z] = place.map(|v| v as u64);
    Ok(Spot::At(level.address + z * level.slice + y * level.pitch + x))
}

/// Runs `f` on each active lane's bytes of a surface.
#[inline(always)]
fn each_spot(
    ctx: &mut Ctx<'_>,
    op: &Op,
    kind: AccessKind,
    f: impl Fn(&mut Ctx<'_>, &[Ref; 8], usize, usize, &Image, Spot),
) -> Flow {
    let rows = list(ctx, op, 0);
    let objects = ctx.objects;
    let write = kind != AccessKind::Load;
    let count = (op.imm >> surface_bits::COUNT & 7) as u32;
    let mut size = count << (op.imm >> surface_bits::SIZE & 3);
    let mut last: Option<(u64, &Bound<Image>)> = None;
    for chunk in 0..ctx.chunks {
        let mask = ctx.active[chunk];
        let (mut addresses, mut touched) = ([0u64; 32], 0u32);
        for lane in (0..32).filter(|lane| mask >> lane & 1 != 0) {
            let h = handle(ctx, rows[row::HANDLE], chunk, lane);
            let done = find(ctx, op, (chunk, lane), h, &mut last, |h| objects.surface(h), write)
                .and_then(|image| Ok((image, spot(ctx, op, image, size, (chunk, lane), write)?)));
            let (image, spot) = match done {
                Ok(found) => found,
                Err(flow) => return flow,
            };
            if op.imm & surface_bits::FORMATTED != 0 {
                size = image.format.bytes();
            }
            if let Spot::At(a) = spot {
                addresses[lane] = a;
                touched |= 1 << lane;
            }
            f(ctx, &rows, chunk, lane, image, spot);
        }
        tell(ctx, op, chunk, touched, kind, size, &addresses);
    }
    Flow::Next
}

/// `suld.b`
pub(crate) unsafe fn surface_load(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_spot(ctx, op, AccessKind::Load, |ctx, rows, chunk, lane, _, spot| {
        let (count, size) = components(op);
        let bytes = match spot {
            Spot::At(a) => reader(ctx.delta, (count * size) as u32)(a),
            Spot::Nowhere => [0; 16],
        };
        for k in 0..count {
            let v = (0..size).fold(0u64, |v, i| v | u64::from(bytes[k * size + i]) << (8 * i));
            // SAFETY: rows were bounded at lowering.
            unsafe {
                if size == 8 {
                    *ctx.row::<u64>(rows[k], chunk).add(lane) = v;
                } else {
                    *ctx.row::<u32>(rows[k], chunk).add(lane) = v as u32;
                }
            }
        }
    })
}

fn components(op: &Op) -> (usize, usize) {
    ((op.imm >> surface_bits::COUNT & 7) as usize, 1 << (op.imm >> surface_bits::SIZE & 3))
}

/// `sust.b` and `sust.p`
pub(crate) unsafe fn surface_store(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    each_spot(ctx, op, AccessKind::Store, |ctx, rows, chunk, lane, image, spot| {
        let Spot::At(at) = spot else { return };
        let (count, size) = components(op);
        let mut bytes = [0u8; 16];
        let length = if op.imm & surface_bits::FORMATTED != 0 {
            let (format, size) = (image.format, (image.format.bits / 8) as usize);
            for k in 0..(format.channels as usize).min(count) {
                let v = encode(word(ctx, rows[k], chunk, lane), format);
                bytes[k * size..][..size].copy_from_slice(&v.to_le_bytes()[..size]);
            }
            size * format.channels as usize
        } else {
            for k in 0..count {
                let v = if size == 8 {
                    handle(ctx, rows[k], chunk, lane)
                } else {
                    u64::from(word(ctx, rows[k], chunk, lane))
                };
                bytes[k * size..][..size].copy_from_slice(&v.to_le_bytes()[..size]);
            }
            count * size
        };
        // SAFETY: the spot is inside the surface, whose memory was found allocated; 16 bytes at most.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), ctx.host(at), length) };
    })
}

/// `sured`: `[a] = f([a], b)`, atomically when blocks run in parallel.
pub(crate) unsafe fn surface_reduce<T: Word, F: Fn(T, T) -> T + Copy>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let f = super::row::conjure::<F>();
    each_spot(ctx, op, AccessKind::Atomic, |ctx, rows, chunk, lane, _, spot| {
        let Spot::At(at) = spot else { return };
        let parallel = ctx.parallel;
        // SAFETY: rows were bounded at lowering; the spot is inside the surface and aligned to the type.
        unsafe {
            let b = T::get(*ctx.row::<T::Bits>(rows[0], chunk).add(lane));
            T::update(ctx.host(at), parallel, |old| f(old, b));
        }
    })
}
