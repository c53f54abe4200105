//! Initialisation, devices and contexts. Every device has its primary context only; `cuCtxCreate` gives that one.

use std::ffi::{c_char, c_int, c_uint};

use super::give;
use crate::error::{Error, Result, Spelling, name, text};
use crate::{link, runtime, thread};

/// Context handles: one a device.
const CONTEXT: u64 = 0x5000_0000;

pub fn handle(device: u32) -> u64 {
    CONTEXT + 16 * u64::from(device)
}

pub fn device_of(context: u64) -> Result<u32> {
    let index = context.checked_sub(CONTEXT).map(|offset| (offset / 16) as u32);
    index.filter(|&d| link::device_count().is_ok_and(|n| d < n)).ok_or(Error::INVALID_CONTEXT)
}

pub fn checked(device: c_int) -> Result<u32> {
    let device = u32::try_from(device).map_err(|_| Error::INVALID_DEVICE)?;
    if device < link::device_count()? { Ok(device) } else { Err(Error::INVALID_DEVICE) }
}

driver_api! {
    Init(flags: c_uint) {
        link::device_count().map(drop)
    }

    DriverGetVersion(version: *mut c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { give(version, 12030) }
    }

    DeviceGetCount(count: *mut c_int) {
        // SAFETY: as above.
        unsafe { give(count, link::device_count()? as c_int) }
    }

    DeviceGet(device: *mut c_int, ordinal: c_int) {
        // SAFETY: as above.
        unsafe { give(device, checked(ordinal)? as c_int) }
    }

    DeviceGetName(out: *mut c_char, length: c_int, device: c_int) {
        let facts = runtime::facts(device)?;
        let room = usize::try_from(length).ok().and_then(|n| n.checked_sub(1)).ok_or(Error::INVALID_VALUE)?;
        if out.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        let shown = facts.name.len().min(room);
        // SAFETY: the caller gives `length` bytes; at most that many are written.
        unsafe {
            std::ptr::copy_nonoverlapping(facts.name.as_ptr().cast(), out, shown);
            out.add(shown).write(0);
        }
        Ok(())
    }

    DeviceGetUuid(out: *mut [u8; 16], device: c_int) {
        let mut uuid = [0; 16];
        let text = format!("{device}{}", runtime::facts(device)?.model);
        for (to, from) in uuid.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        // SAFETY: as above.
        unsafe { give(out, uuid) }
    }

    DeviceTotalMem(bytes: *mut usize, device: c_int) {
        // SAFETY: as above.
        unsafe { give(bytes, runtime::facts(device)?.memory as usize) }
    }

    DeviceGetAttribute(value: *mut c_int, which: c_int, device: c_int) {
        // SAFETY: as above.
        unsafe { give(value, runtime::attribute(which, device)?) }
    }

    DeviceComputeCapability(major: *mut c_int, minor: *mut c_int, device: c_int) {
        let facts = runtime::facts(device)?;
        // SAFETY: as above.
        unsafe {
            give(major, facts.major as c_int)?;
            give(minor, facts.minor as c_int)
        }
    }

    DevicePrimaryCtxRetain(context: *mut u64, device: c_int) {
        // SAFETY: as above.
        unsafe { give(context, handle(checked(device)?)) }
    }

    DevicePrimaryCtxRelease(device: c_int) {
        checked(device).map(drop)
    }

    DevicePrimaryCtxGetState(device: c_int, flags: *mut c_uint, active: *mut c_int) {
        checked(device)?;
        // SAFETY: as above.
        unsafe {
            give(flags, 0)?;
            give(active, 1)
        }
    }

    DevicePrimaryCtxSetFlags(device: c_int, flags: c_uint) {
        checked(device).map(drop)
    }

    CtxCreate(context: *mut u64, flags: c_uint, device: c_int) {
        let device = checked(device)?;
        thread::set_device(device);
        // SAFETY: as above.
        unsafe { give(context, handle(device)) }
    }

    CtxDestroy(context: u64) {
        device_of(context).map(drop)
    }

    CtxDetach(context: u64) {
        device_of(context).map(drop)
    }

    CtxSetCurrent(context: u64) {
        if context != 0 {
            thread::set_device(device_of(context)?);
        }
        Ok(())
    }

    CtxPushCurrent(context: u64) {
        thread::set_device(device_of(context)?);
        Ok(())
    }

    CtxPopCurrent(context: *mut u64) {
        if !context.is_null() {
            // SAFETY: not null; the caller gives a place.
            unsafe { context.write(handle(thread::device())) };
        }
        Ok(())
    }

    CtxGetCurrent(context: *mut u64) {
        // SAFETY: as above.
        unsafe { give(context, handle(thread::device())) }
    }

    CtxGetDevice(device: *mut c_int) {
        // SAFETY: as above.
        unsafe { give(device, thread::device() as c_int) }
    }

    CtxGetApiVersion(context: u64, version: *mut c_uint) {
        // SAFETY: as above.
        unsafe { give(version, 12030) }
    }

    CtxSynchronize() {
        runtime::synchronize_device()
    }

    CtxGetStreamPriorityRange(least: *mut c_int, greatest: *mut c_int) {
        // SAFETY: as above.
        unsafe {
            give(least, 0)?;
            give(greatest, -5)
        }
    }

    CtxSetCacheConfig(config: c_int) {
        Ok(())
    }

    CtxSetLimit(limit: c_int, value: usize) {
        runtime::set_limit(limit, value)
    }

    DeviceCanAccessPeer(can: *mut c_int, device: c_int, peer: c_int) {
        // SAFETY: as above.
        unsafe { give(can, runtime::can_access_peer(device, peer)?) }
    }

    GetErrorName(code: c_int, out: *mut *const c_char) {
        let spelling =
            if thread::api().starts_with("mu") { Spelling::MusaDriver } else { Spelling::CudaDriver };
        let found = name(code, spelling).ok_or(Error::INVALID_VALUE)?;
        // SAFETY: as above.
        unsafe { give(out, found.as_ptr()) }
    }

    GetErrorString(code: c_int, out: *mut *const c_char) {
        let found = text(code).ok_or(Error::INVALID_VALUE)?;
        // SAFETY: as above.
        unsafe { give(out, found.as_ptr()) }
    }

    ProfilerStart() {
        Ok(())
    }

    ProfilerStop() {
        Ok(())
    }
}
