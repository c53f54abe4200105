//! Arrays: device memory with a format and an extent, behind a handle.
//!
//! Rows follow one another without gaps, and so do slices, layers and levels (levels begin at multiples of 256 bytes).
//! Programs see none of that: they copy in and out by position.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warplens_driver_protocol::Request;
use warplens_driver_protocol::message::memory_kind;
use warplens_driver_protocol::objects::{ImageFacts, LevelFacts};

use crate::error::{Error, Result};
use crate::layout::{Extent, Pos};
use crate::layout_arrays::ChannelDesc;
use crate::memory::{Copy, allocate};
use crate::{link, output, thread};

/// Flags of arrays.
pub mod flag {
    pub const LAYERED: u32 = 1;
    pub const CUBEMAP: u32 = 4;
}

/// An array, a level of a mipmapped one, or a mipmapped one as a whole.
#[derive(Debug)]
pub struct Array {
    pub device: u32,
    /// Start of the allocation, for the one who frees it.
    owns: Option<u64>,
    pub desc: ChannelDesc,
    /// As the program gave it: 0 for dimensions that are not there.
    pub extent: Extent,
    pub flags: u32,
    pub levels: Vec<LevelFacts>,
    /// Handles of the levels that were asked for.
    views: Mutex<HashMap<u32, u64>>,
}

#[derive(Default)]
struct Known {
    arrays: HashMap<u64, Arc<Array>>,
    next: u64,
}

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

fn known() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Handles look like pointers and are none.
const FIRST: u64 = 0x0000_6172_7261_0000;

fn enter(array: Array) -> u64 {
    let mut lock = known();
    let all = lock.get_or_insert_default();
    all.next += 1;
    let handle = FIRST + all.next * 16;
    all.arrays.insert(handle, Arc::new(array));
    handle
}

/// The array of a handle.
pub fn find(handle: *const c_void) -> Result<Arc<Array>> {
    let found = known().as_ref().and_then(|all| all.arrays.get(&(handle as u64)).cloned());
    found.ok_or(Error::INVALID_HANDLE)
}

/// Forgets the arrays of a device whose memory is gone.
pub fn forget(device: u32) {
    if let Some(all) = known().as_mut() {
        all.arrays.retain(|_, a| a.device != device);
    }
}

/// Bits, channels and kind of a channel description that textures can have.
pub fn format(desc: &ChannelDesc) -> Result<(u32, u32, u8)> {
    let bits = desc.bits[0];
    let channels = desc.bits.iter().take_while(|&&b| b != 0).count();
    let even = desc.bits.iter().enumerate().all(|(k, &b)| b == if k < channels { bits } else { 0 });
    let fits = match desc.kind {
        0 | 1 => matches!(bits, 8 | 16 | 32),
        2 => matches!(bits, 16 | 32),
        _ => false,
    };
    if !even || !fits || !matches!(channels, 1 | 2 | 4) {
        return Err(Error::INVALID_CHANNEL);
    }
    Ok((bits as u32, channels as u32, desc.kind as u8))
}

/// Bytes an element.
pub fn element(desc: &ChannelDesc) -> Result<u64> {
    let (bits, channels, _) = format(desc)?;
    Ok(u64::from(bits / 8 * channels))
}

/// Whether the extent fits its flags: which dimensions there are, and six faces a cube.
fn shape_is_legal(extent: &Extent, flags: u32) -> bool {
    let Extent { width, height, depth } = *extent;
    let (layered, cube) = (flags & flag::LAYERED != 0, flags & flag::CUBEMAP != 0);
    match (layered, cube) {
        (_, true) => width == height && depth > 0 && depth.is_multiple_of(6) && (layered || depth == 6),
        (true, false) => depth > 0,
        (false, false) => depth == 0 || height > 0,
    }
}

/// Makes an array of `levels` levels.
pub fn create(desc: &ChannelDesc, extent: Extent, levels: u32, flags: u32) -> Result<u64> {
    link::device_count()?;
    let element = element(desc)?;
    let most = u32::MAX as usize;
    if extent.width == 0 || !shape_is_legal(&extent, flags) {
        return Err(Error::INVALID_VALUE);
    }
    if [extent.width, extent.height, extent.depth].into_iter().any(|n| n > most) {
        return Err(Error::INVALID_VALUE);
    }
    let full = [extent.width, extent.height.max(1), extent.depth.max(1)].map(|n| n as u32);
    let slices_stay = flags & (flag::LAYERED | flag::CUBEMAP) != 0;
    let longest = if slices_stay { full[0].max(full[1]) } else { full[0].max(full[1]).max(full[2]) };
    let levels = levels.clamp(1, longest.ilog2() + 1);
    let (mut bytes, mut list) = (0u64, Vec::new());
    for n in 0..levels {
        let [width, height, depth] = full.map(|d| (d >> n).max(1));
        let depth = if slices_stay { full[2] } else { depth };
        let pitch = u64::from(width) * element;
        let slice = pitch.checked_mul(u64::from(height)).ok_or(Error::MEMORY_ALLOCATION)?;
        let all = slice.checked_mul(u64::from(depth)).ok_or(Error::MEMORY_ALLOCATION)?;
        list.push(LevelFacts { address: bytes, width, height, depth, pitch, slice });
        bytes = bytes
            .checked_add(all)
            .and_then(|b| b.checked_next_multiple_of(256))
            .ok_or(Error::MEMORY_ALLOCATION)?;
    }
    let device = thread::device();
    let size = usize::try_from(bytes).map_err(|_| Error::MEMORY_ALLOCATION)?;
    let base = allocate(device, size, memory_kind::DEVICE, 0, None)?;
    list.iter_mut().for_each(|l| l.address += base);
    let (owns, views) = (Some(base), Mutex::default());
    Ok(enter(Array { device, owns, desc: *desc, extent, flags, levels: list, views }))
}

/// A level as an array of its own, which goes when the mipmapped array goes.
pub fn level(handle: *const c_void, number: u32) -> Result<u64> {
    let array = find(handle)?;
    let facts = array.levels.get(number as usize).ok_or(Error::INVALID_VALUE)?;
    let mut views = array.views.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(&view) = views.get(&number) {
        return Ok(view);
    }
    let there = |given: usize, now: u32| if given == 0 { 0 } else { now as usize };
    let extent = Extent {
        width: facts.width as usize,
        height: there(array.extent.height, facts.height),
        depth: there(array.extent.depth, facts.depth),
    };
    let view = enter(Array {
        device: array.device,
        owns: None,
        desc: array.desc,
        extent,
        flags: array.flags,
        levels: vec![facts.clone()],
        views: Mutex::default(),
    });
    views.insert(number, view);
    Ok(view)
}

/// Frees an array; null is nothing.
pub fn free(handle: *const c_void) -> Result {
    if handle.is_null() {
        return Ok(());
    }
    let array = find(handle)?;
    let Some(base) = array.owns else { return Err(Error::INVALID_HANDLE) };
    let views: Vec<u64> =
        array.views.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect();
    if let Some(all) = known().as_mut() {
        all.arrays.remove(&(handle as u64));
        views.iter().for_each(|v| drop(all.arrays.remove(v)));
    }
    let freed = link::tell(&Request::Free { address: base, kind: memory_kind::DEVICE, stream: None });
    output::flush();
    freed
}

impl Array {
    /// The array as texels.
    pub fn image(&self) -> Result<ImageFacts> {
        let (bits, channels, kind) = format(&self.desc)?;
        let (layered, cubemap) = (self.flags & flag::LAYERED != 0, self.flags & flag::CUBEMAP != 0);
        Ok(ImageFacts {
            bits,
            channels,
            kind,
            linear: false,
            layered,
            cubemap,
            two: self.extent.height > 0,
            three: self.extent.depth > 0 && !layered && !cubemap,
            levels: self.levels.clone(),
        })
    }

    /// The first level: what copies see.
    fn plane(&self) -> Result<&LevelFacts> {
        self.levels.first().ok_or(Error::UNKNOWN)
    }

    /// Where a box of `width` bytes by `rows` by `slices` at a byte offset, row and slice begins.
    pub fn region(&self, x: usize, y: usize, z: usize, size: [usize; 3]) -> Result<Side> {
        let l = self.plane()?;
        let fits = |at: usize, n: usize, most: u64| at.checked_add(n).is_some_and(|end| end as u64 <= most);
        if !fits(x, size[0], l.pitch)
            || !fits(y, size[1], l.height.into())
            || !fits(z, size[2], l.depth.into())
        {
            return Err(Error::INVALID_VALUE);
        }
        let start = l.address + z as u64 * l.slice + y as u64 * l.pitch + x as u64;
        Ok(Side { start, pitch: l.pitch as usize, slice: l.slice })
    }

    /// Where `bytes` bytes from a position begin; they may run over the ends of rows.
    pub fn run(&self, x: usize, y: usize, bytes: usize) -> Result<u64> {
        let l = self.plane()?;
        let at = (y as u64)
            .checked_mul(l.pitch)
            .and_then(|a| a.checked_add(x as u64))
            .ok_or(Error::INVALID_VALUE)?;
        let end = at.checked_add(bytes as u64).ok_or(Error::INVALID_VALUE)?;
        if end > l.slice.saturating_mul(l.depth.into()) || x as u64 > l.pitch {
            return Err(Error::INVALID_VALUE);
        }
        Ok(l.address + at)
    }
}

/// One side of a copy of boxes.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    pub start: u64,
    pub pitch: usize,
    pub slice: u64,
}

impl Side {
    /// A box in pitched memory whose slices have `height` rows.
    pub fn pitched(pointer: u64, pitch: usize, height: usize, at: Pos) -> Side {
        let slice = (pitch as u64).wrapping_mul(height as u64);
        let offset = (at.z as u64).wrapping_mul(slice).wrapping_add((at.y as u64).wrapping_mul(pitch as u64));
        Side { start: pointer.wrapping_add(offset).wrapping_add(at.x as u64), pitch, slice }
    }
}

/// A copy of boxes as copies of their slices; `size` is bytes, rows, slices.
pub fn boxes(kind: u8, to: Side, from: Side, size: [usize; 3]) -> Result<Vec<Copy>> {
    let [width, rows, slices] = size;
    if rows > 1 && (to.pitch < width || from.pitch < width) {
        return Err(Error::INVALID_PITCH);
    }
    let at = |side: &Side, n: usize| side.start.wrapping_add((n as u64).wrapping_mul(side.slice));
    let one = |n| Copy {
        kind,
        to: at(&to, n),
        to_pitch: to.pitch,
        from: at(&from, n),
        from_pitch: from.pitch,
        width,
        rows,
    };
    Ok((0..slices).map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desc(bits: [i32; 4], kind: i32) -> ChannelDesc {
        ChannelDesc { bits, kind }
    }

    #[test]
    fn formats_have_one_two_or_four_equal_channels() {
        assert_eq!(format(&desc([8, 8, 8, 8], 1)), Ok((8, 4, 1)));
        assert_eq!(format(&desc([32, 0, 0, 0], 2)), Ok((32, 1, 2)));
        for wrong in [[8, 8, 8, 0], [8, 16, 0, 0], [8, 0, 8, 0], [0; 4], [64, 0, 0, 0]] {
            assert_eq!(format(&desc(wrong, 1)), Err(Error::INVALID_CHANNEL), "{wrong:?}");
        }
        assert_eq!(format(&desc([8, 0, 0, 0], 2)), Err(Error::INVALID_CHANNEL));
    }

    #[test]
    fn extents_and_flags_go_together() {
        let legal = |width, height, depth, flags| shape_is_legal(&Extent { width, height, depth }, flags);
        assert!(legal(4, 0, 0, 0) && legal(4, 4, 0, 0) && legal(4, 4, 4, 0));
        assert!(!legal(4, 0, 4, 0), "a depth without a height");
        assert!(
            legal(4, 0, 3, flag::LAYERED) && legal(4, 4, 3, flag::LAYERED) && !legal(4, 4, 0, flag::LAYERED)
        );
        assert!(
            legal(4, 4, 6, flag::CUBEMAP)
                && !legal(4, 5, 6, flag::CUBEMAP)
                && !legal(4, 4, 12, flag::CUBEMAP)
        );
        assert!(
            legal(4, 4, 12, flag::CUBEMAP | flag::LAYERED) && !legal(4, 4, 13, flag::CUBEMAP | flag::LAYERED)
        );
    }

    #[test]
    fn regions_stay_inside() {
        let level = LevelFacts { address: 4096, width: 4, height: 3, depth: 2, pitch: 16, slice: 48 };
        let array = Array {
            device: 0,
            owns: None,
            desc: desc([32, 0, 0, 0], 2),
            extent: Extent { width: 4, height: 3, depth: 2 },
            flags: 0,
            levels: vec![level],
            views: Mutex::default(),
        };
        assert_eq!(array.region(4, 1, 1, [12, 2, 1]).map(|s| s.start), Ok(4096 + 48 + 16 + 4));
        assert!(array.region(4, 1, 1, [13, 2, 1]).is_err());
        assert!(array.region(0, 1, 0, [4, 3, 1]).is_err());
        assert!(array.region(usize::MAX, 0, 0, [4, 1, 1]).is_err());
        assert_eq!(array.run(8, 1, 8), Ok(4096 + 24));
        assert!(array.run(8, 2, 80).is_err());
    }
}
