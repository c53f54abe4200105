//! Arrays: making, asking, copying.

use std::ffi::{c_int, c_uint, c_void};

use crate::arrays::{self, Side, boxes};
use crate::capture;
use crate::error::{Error, Result};
use crate::layout::{Extent, Memcpy3DParms, PitchedPtr, Pos};
use crate::layout_arrays::ChannelDesc;
use crate::memory::{Copy, copy, kind};
use crate::{link, streams};

use super::give;

unsafe fn create(
    out: *mut u64,
    desc: *const ChannelDesc,
    extent: Extent,
    levels: c_uint,
    flags: c_uint,
) -> Result {
    // SAFETY: the caller gives the structure or null.
    let desc = unsafe { desc.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: not null; the caller gives a place.
    unsafe { give(out, arrays::create(desc, extent, levels, flags)?) }
}

unsafe fn maybe<T>(to: *mut T, value: T) {
    if !to.is_null() {
        // SAFETY: the caller gives a place or null.
        unsafe { to.write(value) };
    }
}

/// What a pitched box copies to or from an array.
fn rows(
    array: *const c_void,
    at: (usize, usize),
    other: (u64, usize),
    size: (usize, usize),
    direction: c_int,
    to_array: bool,
) -> Result<Vec<Copy>> {
    link::device_count()?;
    let size = [size.0, size.1, 1];
    let inside = arrays::find(array)?.region(at.0, at.1, 0, size)?;
    let outside = Side::pitched(other.0, other.1, size[1], Pos { x: 0, y: 0, z: 0 });
    let (to, from) = if to_array { (inside, outside) } else { (outside, inside) };
    boxes(kind(direction)?, to, from, size)
}

/// Bytes to or from an array, over the ends of rows.
fn run(
    array: *const c_void,
    at: (usize, usize),
    other: u64,
    bytes: usize,
    direction: c_int,
    to_array: bool,
) -> Result<Vec<Copy>> {
    link::device_count()?;
    let inside = arrays::find(array)?.run(at.0, at.1, bytes)?;
    let (to, from) = if to_array { (inside, other) } else { (other, inside) };
    Ok(vec![Copy::flat(kind(direction)?, to, from, bytes)])
}

fn carry_out(copies: Vec<Copy>, stream: u64, asynchronous: bool) -> Result {
    copies.into_iter().try_for_each(|one| copy(stream, one, asynchronous))
}

/// Copies between arrays and pitched memory as copies of slices. With an array the extent counts its elements.
pub fn slices(p: &Memcpy3DParms) -> Result<Vec<Copy>> {
    link::device_count()?;
    let find = |array: *mut c_void| if array.is_null() { Ok(None) } else { arrays::find(array).map(Some) };
    let (source, destination) = (find(p.src_array)?, find(p.dst_array)?);
    let unit = match source.as_ref().or(destination.as_ref()) {
        Some(array) => arrays::element(&array.desc)? as usize,
        None => 1,
    };
    let width = p.extent.width.checked_mul(unit).ok_or(Error::INVALID_VALUE)?;
    let size = [width, p.extent.height, p.extent.depth];
    let side = |array: Option<&arrays::Array>, pointer: &PitchedPtr, at: Pos| match array {
        Some(array) => {
            let x = at.x.checked_mul(arrays::element(&array.desc)? as usize).ok_or(Error::INVALID_VALUE)?;
            array.region(x, at.y, at.z, size)
        }
        None => Ok(Side::pitched(pointer.ptr, pointer.pitch, pointer.ysize, at)),
    };
    let to = side(destination.as_deref(), &p.dst_ptr, p.dst_pos)?;
    let from = side(source.as_deref(), &p.src_ptr, p.src_pos)?;
    boxes(kind(p.kind)?, to, from, size)
}

fn between(
    to: *const c_void,
    to_at: (usize, usize),
    from: *const c_void,
    from_at: (usize, usize),
    size: (usize, usize),
    direction: c_int,
) -> Result<Vec<Copy>> {
    link::device_count()?;
    let size = [size.0, size.1, 1];
    let to = arrays::find(to)?.region(to_at.0, to_at.1, 0, size)?;
    let from = arrays::find(from)?.region(from_at.0, from_at.1, 0, size)?;
    boxes(kind(direction)?, to, from, size)
}

api! {
    MallocArray(out: *mut u64, desc: *const ChannelDesc, width: usize, height: usize, flags: c_uint) {
        // SAFETY: the caller gives places.
        unsafe { create(out, desc, Extent { width, height, depth: 0 }, 1, flags) }
    }

    Malloc3DArray(out: *mut u64, desc: *const ChannelDesc, extent: Extent, flags: c_uint) {
        // SAFETY: as above.
        unsafe { create(out, desc, extent, 1, flags) }
    }

    MallocMipmappedArray(
        out: *mut u64, desc: *const ChannelDesc, extent: Extent, levels: c_uint, flags: c_uint,
    ) {
        // SAFETY: as above.
        unsafe { create(out, desc, extent, levels, flags) }
    }

    GetMipmappedArrayLevel(out: *mut u64, array: *const c_void, number: c_uint) {
        let view = arrays::level(array, number)?;
        // SAFETY: as above.
        unsafe { give(out, view) }
    }

    FreeArray(array: *const c_void) {
        capture::forbid(0)?;
        arrays::free(array)
    }

    FreeMipmappedArray(array: *const c_void) {
        capture::forbid(0)?;
        arrays::free(array)
    }

    ArrayGetInfo(desc: *mut ChannelDesc, extent: *mut Extent, flags: *mut c_uint, array: *const c_void) {
        let array = arrays::find(array)?;
        // SAFETY: each place may be null.
        unsafe {
            maybe(desc, array.desc);
            maybe(extent, array.extent);
            maybe(flags, array.flags);
        }
        Ok(())
    }

    GetChannelDesc(desc: *mut ChannelDesc, array: *const c_void) {
        let array = arrays::find(array)?;
        // SAFETY: the caller gives a place or null.
        unsafe { give(desc, array.desc) }
    }

    MemcpyToArray(
        to: *const c_void, x: usize, y: usize, from: u64, bytes: usize, direction: c_int,
    ) {
        carry_out(run(to, (x, y), from, bytes, direction, true)?, 0, false)
    }

    MemcpyToArrayAsync(
        to: *const c_void, x: usize, y: usize, from: u64, bytes: usize, direction: c_int, stream: *mut c_void,
    ) {
        carry_out(run(to, (x, y), from, bytes, direction, true)?, streams::resolve(stream)?, true)
    }

    MemcpyFromArray(
        to: u64, from: *const c_void, x: usize, y: usize, bytes: usize, direction: c_int,
    ) {
        carry_out(run(from, (x, y), to, bytes, direction, false)?, 0, false)
    }

    MemcpyFromArrayAsync(
        to: u64, from: *const c_void, x: usize, y: usize, bytes: usize, direction: c_int, stream: *mut c_void,
    ) {
        carry_out(run(from, (x, y), to, bytes, direction, false)?, streams::resolve(stream)?, true)
    }

    Memcpy2DToArray(
        to: *const c_void, x: usize, y: usize, from: u64, pitch: usize, width: usize, height: usize,
        direction: c_int,
    ) {
        carry_out(rows(to, (x, y), (from, pitch), (width, height), direction, true)?, 0, false)
    }

    Memcpy2DToArrayAsync(
        to: *const c_void, x: usize, y: usize, from: u64, pitch: usize, width: usize, height: usize,
        direction: c_int, stream: *mut c_void,
    ) {
        let copies = rows(to, (x, y), (from, pitch), (width, height), direction, true)?;
        carry_out(copies, streams::resolve(stream)?, true)
    }

    Memcpy2DFromArray(
        to: u64, pitch: usize, from: *const c_void, x: usize, y: usize, width: usize, height: usize,
        direction: c_int,
    ) {
        carry_out(rows(from, (x, y), (to, pitch), (width, height), direction, false)?, 0, false)
    }

    Memcpy2DFromArrayAsync(
        to: u64, pitch: usize, from: *const c_void, x: usize, y: usize, width: usize, height: usize,
        direction: c_int, stream: *mut c_void,
    ) {
        let copies = rows(from, (x, y), (to, pitch), (width, height), direction, false)?;
        carry_out(copies, streams::resolve(stream)?, true)
    }

    MemcpyArrayToArray(
        to: *const c_void, to_x: usize, to_y: usize, from: *const c_void, from_x: usize, from_y: usize,
        bytes: usize, direction: c_int,
    ) {
        let start = arrays::find(from)?.run(from_x, from_y, bytes)?;
        carry_out(run(to, (to_x, to_y), start, bytes, direction, true)?, 0, false)
    }

    Memcpy2DArrayToArray(
        to: *const c_void, to_x: usize, to_y: usize, from: *const c_void, from_x: usize, from_y: usize,
        width: usize, height: usize, direction: c_int,
    ) {
        let copies = between(to, (to_x, to_y), from, (from_x, from_y), (width, height), direction)?;
        carry_out(copies, 0, false)
    }
}
