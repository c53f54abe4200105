//! Copies and fills of all shapes.

use std::ffi::{c_int, c_void};

use super::arrays::slices;
use crate::error::{Error, Result};
use crate::layout::{Extent, Memcpy3DParms, PitchedPtr};
use crate::memory::{Copy, DEFAULT, Fill, copy, fill, kind};
use crate::{link, modules, streams, thread};

fn rows(
    to: u64,
    to_pitch: usize,
    from: u64,
    from_pitch: usize,
    width: usize,
    rows: usize,
    direction: c_int,
) -> Result<Copy> {
    link::device_count()?;
    if rows > 1 && (to_pitch < width || from_pitch < width) {
        return Err(Error::INVALID_PITCH);
    }
    Ok(Copy { kind: kind(direction)?, to, to_pitch, from, from_pitch, width, rows })
}

fn flat(to: u64, from: u64, bytes: usize, direction: c_int) -> Result<Copy> {
    rows(to, bytes, from, bytes, bytes, 1, direction)
}

fn to_symbol(
    symbol: *const c_void,
    from: u64,
    bytes: usize,
    offset: usize,
    direction: c_int,
) -> Result<Copy> {
    flat(place(symbol, bytes, offset)?, from, bytes, direction)
}

fn from_symbol(
    to: u64,
    symbol: *const c_void,
    bytes: usize,
    offset: usize,
    direction: c_int,
) -> Result<Copy> {
    flat(to, place(symbol, bytes, offset)?, bytes, direction)
}

/// An address inside a variable.
pub fn place(symbol: *const c_void, bytes: usize, offset: usize) -> Result<u64> {
    let (address, size) = modules::variable(symbol, thread::device())?;
    let end = offset.checked_add(bytes).ok_or(Error::INVALID_VALUE)?;
    if end as u64 > size { Err(Error::INVALID_VALUE) } else { Ok(address + offset as u64) }
}

unsafe fn copy_box(parameters: *const Memcpy3DParms, stream: u64, asynchronous: bool) -> Result {
    // SAFETY: the caller gives the structure or null.
    let parameters = unsafe { parameters.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    slices(parameters)?.into_iter().try_for_each(|slice| copy(stream, slice, asynchronous))
}

fn bytes(at: u64, pitch: usize, value: c_int, width: usize, rows: usize) -> Result<Fill> {
    link::device_count()?;
    if rows > 1 && pitch < width {
        return Err(Error::INVALID_PITCH);
    }
    Ok(Fill { at, pitch, value: value as u32 & 0xff, element: 1, width, rows })
}

fn fill_box(at: PitchedPtr, value: c_int, extent: Extent, stream: u64) -> Result {
    for slice in 0..extent.depth {
        let start = at.ptr.wrapping_add((slice * at.ysize * at.pitch) as u64);
        let part = bytes(start, at.pitch, value, extent.width, extent.height)?;
        fill(stream, part)?;
    }
    Ok(())
}

api! {
    Memcpy(to: u64, from: u64, bytes: usize, direction: c_int) {
        copy(0, flat(to, from, bytes, direction)?, false)
    }

    MemcpyAsync(to: u64, from: u64, bytes: usize, direction: c_int, stream: *mut c_void) {
        copy(streams::resolve(stream)?, flat(to, from, bytes, direction)?, true)
    }

    Memcpy2D(to: u64, to_pitch: usize, from: u64, from_pitch: usize, width: usize, height: usize, direction: c_int) {
        copy(0, rows(to, to_pitch, from, from_pitch, width, height, direction)?, false)
    }

    Memcpy2DAsync(
        to: u64, to_pitch: usize, from: u64, from_pitch: usize, width: usize, height: usize, direction: c_int,
        stream: *mut c_void,
    ) {
        copy(streams::resolve(stream)?, rows(to, to_pitch, from, from_pitch, width, height, direction)?, true)
    }

    Memcpy3D(parameters: *const Memcpy3DParms) {
        // SAFETY: the caller gives the structure.
        unsafe { copy_box(parameters, 0, false) }
    }

    Memcpy3DAsync(parameters: *const Memcpy3DParms, stream: *mut c_void) {
        // SAFETY: as above.
        unsafe { copy_box(parameters, streams::resolve(stream)?, true) }
    }

    MemcpyPeer(to: u64, to_device: c_int, from: u64, from_device: c_int, bytes: usize) {
        copy(0, flat(to, from, bytes, c_int::from(DEFAULT))?, false)
    }

    MemcpyPeerAsync(
        to: u64, to_device: c_int, from: u64, from_device: c_int, bytes: usize, stream: *mut c_void,
    ) {
        copy(streams::resolve(stream)?, flat(to, from, bytes, c_int::from(DEFAULT))?, true)
    }

    MemcpyToSymbol(symbol: *const c_void, from: u64, bytes: usize, offset: usize, direction: c_int) {
        copy(0, to_symbol(symbol, from, bytes, offset, direction)?, false)
    }

    MemcpyToSymbolAsync(
        symbol: *const c_void, from: u64, bytes: usize, offset: usize, direction: c_int, stream: *mut c_void,
    ) {
        copy(streams::resolve(stream)?, to_symbol(symbol, from, bytes, offset, direction)?, true)
    }

    MemcpyFromSymbol(to: u64, symbol: *const c_void, bytes: usize, offset: usize, direction: c_int) {
        copy(0, from_symbol(to, symbol, bytes, offset, direction)?, false)
    }

    MemcpyFromSymbolAsync(
        to: u64, symbol: *const c_void, bytes: usize, offset: usize, direction: c_int, stream: *mut c_void,
    ) {
        copy(streams::resolve(stream)?, from_symbol(to, symbol, bytes, offset, direction)?, true)
    }

    Memset(at: u64, value: c_int, count: usize) {
        fill(0, bytes(at, count, value, count, 1)?)
    }

    MemsetAsync(at: u64, value: c_int, count: usize, stream: *mut c_void) {
        fill(streams::resolve(stream)?, bytes(at, count, value, count, 1)?)
    }

    Memset2D(at: u64, pitch: usize, value: c_int, width: usize, height: usize) {
        fill(0, bytes(at, pitch, value, width, height)?)
    }

    Memset2DAsync(at: u64, pitch: usize, value: c_int, width: usize, height: usize, stream: *mut c_void) {
        fill(streams::resolve(stream)?, bytes(at, pitch, value, width, height)?)
    }

    Memset3D(at: PitchedPtr, value: c_int, extent: Extent) {
        fill_box(at, value, extent, 0)
    }

    Memset3DAsync(at: PitchedPtr, value: c_int, extent: Extent, stream: *mut c_void) {
        fill_box(at, value, extent, streams::resolve(stream)?)
    }
}
