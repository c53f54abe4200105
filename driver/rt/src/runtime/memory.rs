//! Allocation on the device, symbols, and questions about memory.

use std::ffi::{c_int, c_void};

use warplens_driver_protocol::message::memory_kind;
use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::layout::{Extent, PitchedPtr, PointerAttributes};
use crate::memory::allocate;
use crate::{capture, link, modules, output, streams, thread};

/// Rows of pitched memory begin at multiples of this.
const PITCH: usize = 512;

/// Allocates device memory of the current device and hands out its address.
unsafe fn give_memory(out: *mut u64, bytes: usize, kind: u8, flags: u32) -> Result {
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // The classic answer to zero bytes: success, and no memory.
    let address = if bytes == 0 { 0 } else { allocate(thread::device(), bytes, kind, flags, None)? };
    // SAFETY: not null; the caller gives a place for a pointer.
    unsafe { out.write(address) };
    Ok(())
}

/// Allocates in a stream's order; in a capture, for the graph.
pub unsafe fn in_order(out: *mut u64, device: u32, bytes: usize, stream: u64) -> Result {
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    link::device_count()?;
    let address = if bytes == 0 {
        0
    } else if capture::current(stream).is_some() {
        let address = super::graph_memory::allocate_owned(device, bytes)?;
        capture::add(stream, || capture::Work::Memory { address, frees: false })?;
        address
    } else {
        allocate(device, bytes, memory_kind::DEVICE, 0, Some(stream))?
    };
    // SAFETY: not null; the caller gives a place for a pointer.
    unsafe { out.write(address) };
    Ok(())
}

/// Frees, in a stream's order where there is one.
pub fn free(address: u64, stream: Option<u64>) -> Result {
    link::device_count()?;
    if super::graph_memory::is_owned(address) {
        let ends = || capture::Work::Memory { address, frees: true };
        return stream.map_or(Ok(false), |stream| capture::add(stream, ends)).map(drop);
    }
    let freed = link::tell(&Request::Free { address, kind: memory_kind::DEVICE, stream });
    if stream.is_none() {
        output::flush();
    }
    freed
}

/// Memory for rows of `width` bytes: address and pitch.
pub fn pitched(width: usize, rows: usize) -> Result<(u64, usize)> {
    let pitch = width.checked_next_multiple_of(PITCH).ok_or(Error::INVALID_VALUE)?;
    let bytes = pitch.checked_mul(rows).ok_or(Error::MEMORY_ALLOCATION)?;
    if bytes == 0 {
        return Ok((0, pitch));
    }
    Ok((allocate(thread::device(), bytes, memory_kind::DEVICE, 0, None)?, pitch))
}

/// Free and total bytes of the current device.
pub fn info() -> Result<(u64, u64)> {
    link::device_count()?;
    match link::call(&Request::Memory { device: thread::device() })? {
        Reply::Memory { free, total } => Ok((free, total)),
        _ => Err(Error::UNKNOWN),
    }
}

api! {
    Malloc(out: *mut u64, bytes: usize) {
        // SAFETY: the caller gives a place for a pointer.
        unsafe { give_memory(out, bytes, memory_kind::DEVICE, 0) }
    }

    MallocManaged(out: *mut u64, bytes: usize, flags: u32) {
        if bytes == 0 {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: as above.
        unsafe { give_memory(out, bytes, memory_kind::MANAGED, flags) }
    }

    MallocAsync(out: *mut u64, bytes: usize, stream: *mut c_void) {
        let stream = streams::resolve(stream)?;
        // SAFETY: as above.
        unsafe { in_order(out, streams::device(stream), bytes, stream) }
    }

    MallocFromPoolAsync(out: *mut u64, bytes: usize, pool: u64, stream: *mut c_void) {
        let (stream, device) = (streams::resolve(stream)?, super::pools::device_of(pool)?);
        // SAFETY: as above.
        unsafe { in_order(out, device, bytes, stream) }
    }

    MallocPitch(out: *mut u64, pitch: *mut usize, width: usize, height: usize) {
        let (address, bytes) = pitched(width, height)?;
        // SAFETY: the caller gives places or null.
        unsafe {
            super::give(out, address)?;
            super::give(pitch, bytes)
        }
    }

    Malloc3D(out: *mut PitchedPtr, extent: Extent) {
        let rows = extent.height.checked_mul(extent.depth).ok_or(Error::INVALID_VALUE)?;
        let (ptr, pitch) = pitched(extent.width, rows)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, PitchedPtr { ptr, pitch, xsize: extent.width, ysize: extent.height }) }
    }

    Free(address: u64) {
        free(address, None)
    }

    FreeAsync(address: u64, stream: *mut c_void) {
        free(address, Some(streams::resolve(stream)?))
    }

    MemGetInfo(free: *mut usize, total: *mut usize) {
        let (left, all) = info()?;
        // SAFETY: the caller gives places or null.
        unsafe {
            super::give(free, left as usize)?;
            super::give(total, all as usize)
        }
    }

    PointerGetAttributes(out: *mut PointerAttributes, pointer: u64) {
        link::device_count()?;
        let (kind, device, on_device, on_host) = match link::call(&Request::Find { address: pointer })? {
            Reply::Allocation { found: Some(found) } => match found.kind {
                memory_kind::HOST | memory_kind::REGISTERED => (1, found.device as c_int, pointer, pointer),
                memory_kind::MANAGED => (3, found.device as c_int, pointer, pointer),
                _ => (2, found.device as c_int, pointer, 0),
            },
            _ => match super::device_address(pointer) {
                Some(address) => (1, thread::device() as c_int, address, pointer),
                None => (0, -2, 0, pointer),
            },
        };
        let attributes = PointerAttributes {
            kind,
            device,
            device_pointer: on_device as *mut c_void,
            host_pointer: on_host as *mut c_void,
        };
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, attributes) }
    }

    GetSymbolAddress(out: *mut u64, symbol: *const c_void) {
        let (address, _) = modules::variable(symbol, thread::device())?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, address) }
    }

    GetSymbolSize(out: *mut usize, symbol: *const c_void) {
        let (_, bytes) = modules::variable(symbol, thread::device())?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, bytes as usize) }
    }

    // Hints: managed memory is in both places at once, so there is nothing to move.
    MemPrefetchAsync(pointer: u64, bytes: usize, device: c_int, stream: *mut c_void) {
        hint(pointer)
    }

    MemAdvise(pointer: u64, bytes: usize, advice: c_int, device: c_int) {
        hint(pointer)
    }
}

fn hint(pointer: u64) -> Result {
    link::device_count()?;
    match link::call(&Request::Find { address: pointer })? {
        Reply::Allocation { found: Some(_) } => Ok(()),
        _ => Err(Error::INVALID_VALUE),
    }
}
