//! Memory of the driver API: the runtime's, under other names and with other widths of fills.

use std::ffi::{c_uint, c_void};

use warplens_driver_protocol::message::memory_kind;
use warplens_driver_protocol::{Reply, Request};

use super::give;
use crate::error::{Error, Result};
use crate::memory::{Copy, DEFAULT, Fill, allocate, copy, fill};
use crate::{link, output, runtime, streams, thread};

const TO_DEVICE: u8 = 1;
const TO_HOST: u8 = 2;
const ON_DEVICE: u8 = 3;

unsafe fn give_memory(out: *mut u64, bytes: usize, kind: u8, flags: u32) -> Result {
    if out.is_null() || bytes == 0 {
        return Err(Error::INVALID_VALUE);
    }
    link::device_count()?;
    let address = allocate(thread::device(), bytes, kind, flags, None)?;
    // SAFETY: not null; the caller gives a place.
    unsafe { out.write(address) };
    Ok(())
}

fn free(address: u64, kind: u8) -> Result {
    link::device_count()?;
    let freed = link::tell(&Request::Free { address, kind, stream: None });
    output::flush();
    freed
}

fn set(at: u64, pitch: usize, value: u32, element: usize, width: usize, rows: usize) -> Result<Fill> {
    link::device_count()?;
    if !at.is_multiple_of(element as u64) {
        return Err(Error::INVALID_VALUE);
    }
    Ok(Fill { at, pitch, value, element, width, rows })
}

/// Copies wherever both ends are.
pub fn copy_on_device(stream: u64, to: u64, from: u64, bytes: usize, asynchronous: bool) -> Result {
    copy(stream, Copy::flat(DEFAULT, to, from, bytes), asynchronous)
}

/// Fills rows of elements.
pub fn set_rows(
    stream: u64,
    at: u64,
    pitch: usize,
    value: u32,
    element: usize,
    width: usize,
    rows: usize,
) -> Result {
    fill(stream, set(at, pitch, value, element, width, rows)?)
}

driver_api! {
    MemAlloc(out: *mut u64, bytes: usize) {
        // SAFETY: the caller gives a place.
        unsafe { give_memory(out, bytes, memory_kind::DEVICE, 0) }
    }

    MemAllocManaged(out: *mut u64, bytes: usize, flags: c_uint) {
        // SAFETY: as above.
        unsafe { give_memory(out, bytes, memory_kind::MANAGED, flags) }
    }

    MemAllocHost(out: *mut u64, bytes: usize) {
        // SAFETY: as above.
        unsafe { give_memory(out, bytes, memory_kind::HOST, 0) }
    }

    MemHostAlloc(out: *mut u64, bytes: usize, flags: c_uint) {
        // SAFETY: as above.
        unsafe { give_memory(out, bytes, memory_kind::HOST, flags) }
    }

    MemAllocPitch(out: *mut u64, pitch: *mut usize, width: usize, height: usize, element: c_uint) {
        link::device_count()?;
        let (address, row) = runtime::pitched(width, height)?;
        // SAFETY: as above.
        unsafe {
            give(out, address)?;
            give(pitch, row)
        }
    }

    MemFree(address: u64) {
        free(address, memory_kind::DEVICE)
    }

    MemFreeHost(address: u64) {
        free(address, memory_kind::HOST)
    }

    MemHostGetDevicePointer(out: *mut u64, host: u64, flags: c_uint) {
        // SAFETY: as above.
        unsafe { give(out, runtime::lookup(host)?.0) }
    }

    MemGetInfo(free: *mut usize, total: *mut usize) {
        let (left, all) = runtime::info()?;
        // SAFETY: as above.
        unsafe {
            give(free, left as usize)?;
            give(total, all as usize)
        }
    }

    MemGetAddressRange(base: *mut u64, bytes: *mut usize, address: u64) {
        link::device_count()?;
        let Reply::Allocation { found: Some(found) } = link::call(&Request::Find { address })? else {
            return Err(Error::SYMBOL_NOT_FOUND);
        };
        // SAFETY: either place may be null.
        unsafe {
            if !base.is_null() {
                base.write(found.base);
            }
            if !bytes.is_null() {
                bytes.write(found.size as usize);
            }
        }
        Ok(())
    }

    MemcpyHtoD(to: u64, from: u64, bytes: usize) {
        copy(0, Copy::flat(TO_DEVICE, to, from, bytes), false)
    }

    MemcpyDtoH(to: u64, from: u64, bytes: usize) {
        copy(0, Copy::flat(TO_HOST, to, from, bytes), false)
    }

    MemcpyDtoD(to: u64, from: u64, bytes: usize) {
        copy(0, Copy::flat(ON_DEVICE, to, from, bytes), false)
    }

    Memcpy(to: u64, from: u64, bytes: usize) {
        copy(0, Copy::flat(DEFAULT, to, from, bytes), false)
    }

    MemcpyHtoDAsync(to: u64, from: u64, bytes: usize, stream: *mut c_void) {
        copy(streams::resolve(stream)?, Copy::flat(TO_DEVICE, to, from, bytes), true)
    }

    MemcpyDtoHAsync(to: u64, from: u64, bytes: usize, stream: *mut c_void) {
        copy(streams::resolve(stream)?, Copy::flat(TO_HOST, to, from, bytes), true)
    }

    MemcpyDtoDAsync(to: u64, from: u64, bytes: usize, stream: *mut c_void) {
        copy(streams::resolve(stream)?, Copy::flat(ON_DEVICE, to, from, bytes), true)
    }

    MemcpyAsync(to: u64, from: u64, bytes: usize, stream: *mut c_void) {
        copy(streams::resolve(stream)?, Copy::flat(DEFAULT, to, from, bytes), true)
    }

    MemsetD8(at: u64, value: u8, count: usize) {
        fill(0, set(at, count, u32::from(value), 1, count, 1)?)
    }

    MemsetD16(at: u64, value: u16, count: usize) {
        fill(0, set(at, count * 2, u32::from(value), 2, count, 1)?)
    }

    MemsetD32(at: u64, value: u32, count: usize) {
        fill(0, set(at, count * 4, value, 4, count, 1)?)
    }

    MemsetD8Async(at: u64, value: u8, count: usize, stream: *mut c_void) {
        fill(streams::resolve(stream)?, set(at, count, u32::from(value), 1, count, 1)?)
    }

    MemsetD32Async(at: u64, value: u32, count: usize, stream: *mut c_void) {
        fill(streams::resolve(stream)?, set(at, count * 4, value, 4, count, 1)?)
    }
}
