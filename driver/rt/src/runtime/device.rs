//! Devices: choosing, synchronising, settings.

use std::ffi::{CStr, c_char, c_int, c_uint};
use std::sync::Mutex;

use warplens_driver_protocol::Request;

use crate::error::{Error, Result};
use crate::layout::DeviceProp;
use crate::{link, modules, output, thread};

fn checked(device: c_int) -> Result<u32> {
    let device = u32::try_from(device).map_err(|_| Error::INVALID_DEVICE)?;
    if device < link::device_count()? { Ok(device) } else { Err(Error::INVALID_DEVICE) }
}

/// Waits for everything on a device.
pub fn synchronize(device: u32) -> Result {
    let result = link::tell(&Request::DeviceSync { device });
    output::flush();
    result
}

fn reset(device: u32) -> Result {
    // A lost context has nothing to wait for.
    let _ = link::tell(&Request::DeviceSync { device });
    output::flush();
    link::clear_sticky();
    modules::forget(device);
    crate::arrays::forget(device);
    crate::textures::forget(device);
    link::exchange(&Request::DeviceReset { device }).map(drop)
}

/// Lets kernels of a device use a peer's memory, or no longer.
pub fn peer_access(device: u32, peer: c_int, on: bool) -> Result {
    link::tell(&Request::Peer { device, peer: checked(peer)?, on })
}

/// Whether two devices can use each other's memory.
pub fn can_access_peer(device: c_int, peer: c_int) -> Result<c_int> {
    Ok(c_int::from(checked(device)? != checked(peer)?))
}

/// Attributes of a pair: rank, access, atomics, access to arrays.
pub fn peer_attribute(which: c_int, source: c_int, destination: c_int) -> Result<c_int> {
    let can = can_access_peer(source, destination)?;
    match which {
        _ if can == 0 => Err(Error::INVALID_DEVICE),
        1 => Ok(0),
        2 | 3 => Ok(1),
        4 => Ok(0),
        _ => Err(Error::INVALID_VALUE),
    }
}

/// Accepted and remembered; the embedded device needs none of them.
struct Settings {
    limits: [usize; 8],
    cache: c_int,
    banks: c_int,
    flags: c_uint,
}

static SETTINGS: Mutex<Settings> = Mutex::new(Settings {
    // Stack, printf buffer, heap, synchronisation depth, pending launches, L2 granularity, persisting L2.
    limits: [1024, 1 << 20, 8 << 20, 2, 2048, 64, 0, 0],
    cache: 0,
    banks: 1,
    flags: 8,
});

fn settings<T>(f: impl FnOnce(&mut Settings) -> T) -> T {
    f(&mut SETTINGS.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// Sets a limit that is only remembered.
pub fn set_limit(limit: c_int, value: usize) -> Result {
    settings(|s| {
        let slot = usize::try_from(limit).ok().and_then(|i| s.limits.get_mut(i));
        slot.map(|slot| *slot = value).ok_or(Error(215))
    })
}

/// A limit as it was set.
pub fn limit_of(limit: c_int) -> Result<usize> {
    settings(|s| usize::try_from(limit).ok().and_then(|i| s.limits.get(i).copied())).ok_or(Error(215))
}

/// Writes a device's place on the bus.
pub unsafe fn give_bus_id(text: *mut c_char, length: c_int, device: c_int) -> Result {
    let device = checked(device)?;
    let id = format!("0000:{:02x}:00.0\0", device + 1);
    if text.is_null() || usize::try_from(length).is_ok_and(|n| n < id.len()) {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives `length` bytes, and the text is not longer.
    unsafe { std::ptr::copy_nonoverlapping(id.as_ptr().cast(), text, id.len()) };
    Ok(())
}

/// The device at a place on the bus.
pub fn device_of_bus(text: &str) -> Result<c_int> {
    let bus = text.split(':').nth(1).and_then(|b| c_int::from_str_radix(b, 16).ok());
    Ok(bus.ok_or(Error::INVALID_VALUE)? - 1)
}

api! {
    GetDeviceCount(count: *mut c_int) {
        let result = link::device_count();
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(count, result.map_or(0, |n| n as c_int))? };
        result.map(drop)
    }

    SetDevice(device: c_int) {
        thread::set_device(checked(device)?);
        Ok(())
    }

    InitDevice(device: c_int, flags: c_uint, other: c_uint) {
        checked(device).map(drop)
    }

    SetValidDevices(devices: *const c_int, count: c_int) {
        Ok(())
    }

    GetDevice(device: *mut c_int) {
        link::device_count()?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(device, thread::device() as c_int) }
    }

    ChooseDevice(device: *mut c_int, wanted: *const DeviceProp) {
        checked(0)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(device, 0) }
    }

    DeviceSynchronize() {
        synchronize(thread::device())
    }

    ThreadSynchronize() {
        synchronize(thread::device())
    }

    DeviceReset() {
        reset(thread::device())
    }

    ThreadExit() {
        reset(thread::device())
    }

    SetDeviceFlags(flags: c_uint) {
        settings(|s| s.flags = flags);
        Ok(())
    }

    GetDeviceFlags(flags: *mut c_uint) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(flags, settings(|s| s.flags)) }
    }

    DeviceSetLimit(limit: c_int, value: usize) {
        set_limit(limit, value)
    }

    DeviceGetLimit(value: *mut usize, limit: c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(value, limit_of(limit)?) }
    }

    DeviceSetCacheConfig(config: c_int) {
        settings(|s| s.cache = config);
        Ok(())
    }

    DeviceGetCacheConfig(config: *mut c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(config, settings(|s| s.cache)) }
    }

    DeviceSetSharedMemConfig(config: c_int) {
        settings(|s| s.banks = config);
        Ok(())
    }

    DeviceGetSharedMemConfig(config: *mut c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(config, settings(|s| s.banks)) }
    }

    DeviceGetStreamPriorityRange(least: *mut c_int, greatest: *mut c_int) {
        // SAFETY: the caller gives places or null for what it does not want.
        unsafe {
            if !least.is_null() {
                least.write(0);
            }
            if !greatest.is_null() {
                greatest.write(-5);
            }
        }
        Ok(())
    }

    DeviceGetPCIBusId(text: *mut c_char, length: c_int, device: c_int) {
        // SAFETY: the caller gives `length` bytes.
        unsafe { give_bus_id(text, length, device) }
    }

    DeviceGetByPCIBusId(device: *mut c_int, text: *const c_char) {
        if text.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the caller gives a C string.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        let found = checked(device_of_bus(&text)?)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(device, found as c_int) }
    }

    DeviceCanAccessPeer(can: *mut c_int, device: c_int, peer: c_int) {
        let possible = can_access_peer(device, peer)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(can, possible) }
    }

    DeviceEnablePeerAccess(peer: c_int, flags: c_uint) {
        peer_access(thread::device(), peer, true)
    }

    DeviceDisablePeerAccess(peer: c_int) {
        peer_access(thread::device(), peer, false)
    }

    DeviceGetP2PAttribute(value: *mut c_int, which: c_int, source: c_int, destination: c_int) {
        let found = peer_attribute(which, source, destination)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(value, found) }
    }

    CtxResetPersistingL2Cache() {
        Ok(())
    }
}
