//! Copies and fills: the device process checks and accounts for each. When nothing comes before it, the bytes are
//! moved here; behind other work the device process moves them when their turn comes.

use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::{capture, link, output, runtime, streams};

/// `kind` of a copy whose direction follows from the addresses.
pub const DEFAULT: u8 = 4;

/// A copy of `rows` rows of `width` bytes.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    pub kind: u8,
    pub to: u64,
    pub to_pitch: usize,
    pub from: u64,
    pub from_pitch: usize,
    pub width: usize,
    pub rows: usize,
}

impl Copy {
    /// One row.
    pub fn flat(kind: u8, to: u64, from: u64, bytes: usize) -> Copy {
        Copy { kind, to, to_pitch: bytes, from, from_pitch: bytes, width: bytes, rows: 1 }
    }
}

/// A fill of `rows` rows of `width` elements.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    pub at: u64,
    pub pitch: usize,
    pub value: u32,
    /// Bytes an element: 1, 2 or 4.
    pub element: usize,
    pub width: usize,
    pub rows: usize,
}

/// The direction by number, as C gives it.
pub fn kind(number: i32) -> Result<u8> {
    u8::try_from(number).ok().filter(|&k| k <= DEFAULT).ok_or(Error::INVALID_COPY_DIRECTION)
}

/// Copies in a stream, or adds to the graph it captures.
pub fn copy(stream: u64, copy: Copy, asynchronous: bool) -> Result {
    if capture::add(stream, || capture::Work::Copy(copy))? {
        return if asynchronous { Ok(()) } else { Err(Error::CAPTURE_UNSUPPORTED) };
    }
    copy_now(stream, copy, asynchronous)
}

/// Copies now.
pub fn copy_now(stream: u64, copy: Copy, asynchronous: bool) -> Result {
    if copy.width == 0 || copy.rows == 0 {
        return link::sticky().map_or(Ok(()), Err);
    }
    // Registered memory is known to the device process by its address there.
    let known = |at: u64| runtime::device_address(at).unwrap_or(at);
    let reply = link::call(&Request::Copy {
        device: streams::device(stream),
        stream,
        kind: copy.kind,
        destination: known(copy.to),
        destination_pitch: copy.to_pitch as u64,
        source: known(copy.from),
        source_pitch: copy.from_pitch as u64,
        width: copy.width as u64,
        rows: copy.rows as u64,
        asynchronous,
    })?;
    if !asynchronous {
        output::flush();
    }
    if let Reply::Queued {} = reply {
        return Ok(());
    }
    let step =
        |base: u64, pitch: usize, row: usize| base.wrapping_add((pitch as u64).wrapping_mul(row as u64));
    for row in 0..copy.rows {
        let to = step(copy.to, copy.to_pitch, row) as *mut u8;
        let from = step(copy.from, copy.from_pitch, row) as *const u8;
        // SAFETY: device addresses were checked by the device process against its allocations and are mapped here;
        // host addresses are the program's, as for memcpy. The ranges may overlap.
        unsafe { std::ptr::copy(from, to, copy.width) };
    }
    Ok(())
}

/// Fills in a stream, or adds to the graph it captures.
pub fn fill(stream: u64, fill: Fill) -> Result {
    if capture::add(stream, || capture::Work::Fill(fill))? {
        return Ok(());
    }
    fill_now(stream, fill)
}

/// Fills now.
pub fn fill_now(stream: u64, fill: Fill) -> Result {
    if fill.width == 0 || fill.rows == 0 {
        return link::sticky().map_or(Ok(()), Err);
    }
    let bytes = fill.width.checked_mul(fill.element).ok_or(Error::INVALID_VALUE)?;
    let reply = link::call(&Request::Fill {
        device: streams::device(stream),
        stream,
        address: fill.at,
        pitch: fill.pitch as u64,
        width: bytes as u64,
        rows: fill.rows as u64,
        value: fill.value,
        element: fill.element as u8,
    })?;
    if let Reply::Queued {} = reply {
        return Ok(());
    }
    for row in 0..fill.rows {
        let at = fill.at.wrapping_add((fill.pitch as u64).wrapping_mul(row as u64));
        // SAFETY: the range was checked by the device process against its allocations and is mapped here.
        unsafe {
            match fill.element {
                1 => std::ptr::write_bytes(at as *mut u8, fill.value as u8, fill.width),
                2 => std::slice::from_raw_parts_mut(at as *mut u16, fill.width).fill(fill.value as u16),
                _ => std::slice::from_raw_parts_mut(at as *mut u32, fill.width).fill(fill.value),
            }
        }
    }
    Ok(())
}

/// Allocates on the current device.
pub fn allocate(device: u32, bytes: usize, kind: u8, flags: u32, stream: Option<u64>) -> Result<u64> {
    match link::call(&Request::Allocate { device, bytes: bytes as u64, kind, flags, stream })? {
        Reply::Region { address, .. } => Ok(address),
        _ => Err(Error::UNKNOWN),
    }
}
