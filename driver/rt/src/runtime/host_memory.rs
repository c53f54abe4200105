//! Pinned host memory, and ordinary memory that the program registers.
//!
//! Pinned memory is part of the device's arena, so it has one address for both sides. Registered memory gets pages
//! of the arena put in place of its own, with their contents; the device then knows it under the arena's address,
//! which `cudaHostGetDevicePointer` gives.

use std::collections::BTreeMap;
use std::ffi::{c_uint, c_void};
use std::os::fd::AsFd as _;
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::message::memory_kind;
use warplens_driver_protocol::{Reply, Request, sys};

use crate::error::{Error, Result};
use crate::memory::allocate;
use crate::{link, output, thread};

const PAGE: u64 = 4096;

#[derive(Clone, Copy)]
struct Registered {
    /// First page and bytes of all pages.
    pages: u64,
    length: u64,
    /// What the program named.
    start: u64,
    bytes: u64,
    /// The device's address of the first page.
    arena: u64,
    flags: u32,
}

static REGISTERED: Mutex<BTreeMap<u64, Registered>> = Mutex::new(BTreeMap::new());

fn registered<T>(f: impl FnOnce(&mut BTreeMap<u64, Registered>) -> T) -> T {
    f(&mut REGISTERED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The device's address of a byte of registered memory.
pub fn device_address(host: u64) -> Option<u64> {
    registered(|all| {
        let (_, r) = all.range(..=host).next_back()?;
        let offset = host.checked_sub(r.start).filter(|&o| o < r.bytes)?;
        Some(r.arena + (r.start - r.pages) + offset)
    })
}

unsafe fn pinned(out: *mut u64, bytes: usize, flags: u32) -> Result {
    if out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    link::device_count()?;
    let address =
        if bytes == 0 { 0 } else { allocate(thread::device(), bytes, memory_kind::HOST, flags, None)? };
    // SAFETY: not null; the caller gives a place for a pointer.
    unsafe { out.write(address) };
    Ok(())
}

/// Makes ordinary memory the device's, too.
pub unsafe fn register(start: u64, bytes: u64, flags: u32) -> Result {
    if start == 0 || bytes == 0 {
        return Err(Error::INVALID_VALUE);
    }
    link::device_count()?;
    if link::device_of(start).is_some() {
        return Err(Error::HOST_ALREADY_REGISTERED);
    }
    let pages = start & !(PAGE - 1);
    let length = (start - pages + bytes).next_multiple_of(PAGE);
    if registered(|all| all.values().any(|r| r.pages < pages + length && pages < r.pages + r.length)) {
        return Err(Error::HOST_ALREADY_REGISTERED);
    }
    let device = thread::device();
    let arena = allocate(device, length as usize, memory_kind::REGISTERED, flags, None)?;
    let place = link::arenas().get(device as usize).ok_or(Error::INVALID_DEVICE)?;
    if arena % PAGE != 0 {
        return Err(Error::UNKNOWN);
    }
    // SAFETY: the program gives this range to the device; its pages are copied, then replaced by shared ones with
    // the same contents. The allocation in the arena is new and as long.
    let mapped = unsafe {
        std::ptr::copy_nonoverlapping(pages as *const u8, arena as *mut u8, length as usize);
        sys::map_over(place.file.as_fd(), arena - place.base, pages as *mut u8, length as usize)
    };
    if mapped.is_err() {
        let _ = link::tell(&Request::Free { address: arena, kind: memory_kind::REGISTERED, stream: None });
        return Err(Error::INVALID_VALUE);
    }
    registered(|all| all.insert(start, Registered { pages, length, start, bytes, arena, flags }));
    Ok(())
}

/// Gives registered memory back.
pub unsafe fn unregister(start: u64) -> Result {
    let r = registered(|all| all.remove(&start)).ok_or(Error::HOST_NOT_REGISTERED)?;
    link::tell(&Request::DeviceSync { device: link::device_of(r.arena).unwrap_or(0) })?;
    // SAFETY: these pages were put there by `register`; their contents come back from the arena.
    unsafe {
        sys::map_private_over(r.pages as *mut u8, r.length as usize).map_err(|_| Error::OPERATING_SYSTEM)?;
        std::ptr::copy_nonoverlapping(r.arena as *const u8, r.pages as *mut u8, r.length as usize);
    }
    link::tell(&Request::Free { address: r.arena, kind: memory_kind::REGISTERED, stream: None })
}

/// The device's address and the flags of pinned or registered memory.
pub fn lookup(host: u64) -> Result<(u64, u32)> {
    link::device_count()?;
    if let Some(address) = device_address(host) {
        let flags = registered(|all| all.range(..=host).next_back().map_or(0, |(_, r)| r.flags));
        return Ok((address, flags));
    }
    match link::call(&Request::Find { address: host })? {
        Reply::Allocation { found: Some(found) } if found.kind == memory_kind::HOST => {
            Ok((host, found.flags))
        }
        _ => Err(Error::INVALID_VALUE),
    }
}

api! {
    MallocHost(out: *mut u64, bytes: usize) {
        // SAFETY: the caller gives a place for a pointer.
        unsafe { pinned(out, bytes, 0) }
    }

    HostAlloc(out: *mut u64, bytes: usize, flags: c_uint) {
        // SAFETY: as above.
        unsafe { pinned(out, bytes, flags) }
    }

    FreeHost(address: u64) {
        link::device_count()?;
        let freed = link::tell(&Request::Free { address, kind: memory_kind::HOST, stream: None });
        output::flush();
        freed
    }

    HostRegister(start: u64, bytes: usize, flags: c_uint) {
        // SAFETY: the caller gives a range of its memory.
        unsafe { register(start, bytes as u64, flags) }
    }

    HostUnregister(start: u64) {
        // SAFETY: the caller gave it to `HostRegister`.
        unsafe { unregister(start) }
    }

    HostGetDevicePointer(out: *mut *mut c_void, host: u64, flags: c_uint) {
        let (address, _) = lookup(host)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, address as *mut c_void) }
    }

    HostGetFlags(out: *mut c_uint, host: u64) {
        let (_, flags) = lookup(host)?;
        // SAFETY: as above.
        unsafe { super::give(out, flags) }
    }
}
