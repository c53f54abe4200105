//! Memory pools: handles and attributes. Allocation from any pool is allocation from the device; thresholds and
//! reuse policies are remembered and change nothing, which is what they may do.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::layout::AccessDescription;
use crate::link;

#[derive(Clone, Default)]
struct Pool {
    device: u32,
    attributes: HashMap<c_int, u64>,
}

#[derive(Default)]
struct Pools {
    made: u64,
    live: HashMap<u64, Pool>,
}

const READ_AND_WRITE: c_int = 3;

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// Handles of the devices' own pools.
const DEFAULT_POOL: u64 = 0x7000_0000;
/// Handles of pools the program makes.
const MADE_POOL: u64 = 0x7100_0000;

fn with<T>(f: impl FnOnce(&mut Pools) -> T) -> T {
    f(POOLS.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

fn own_pool(device: c_int) -> Result<u64> {
    let device = u32::try_from(device).ok().filter(|&d| link::device_count().is_ok_and(|n| d < n));
    let device = device.ok_or(Error::INVALID_DEVICE)?;
    let handle = DEFAULT_POOL + 16 * u64::from(device);
    with(|pools| {
        pools.live.entry(handle).or_insert_with(|| Pool { device, ..Pool::default() });
    });
    Ok(handle)
}

/// The device whose memory a pool hands out.
pub fn device_of(pool: u64) -> Result<u32> {
    with(|pools| pools.live.get(&pool).map(|pool| pool.device)).ok_or(Error::INVALID_VALUE)
}

/// Lets the devices that are described use the owner's memory, or no longer.
pub unsafe fn give_access(owner: u32, descriptions: *const AccessDescription, count: usize) -> Result {
    if descriptions.is_null() && count != 0 {
        return Err(Error::INVALID_VALUE);
    }
    for i in 0..count {
        // SAFETY: the caller gives `count` descriptions.
        let wanted = unsafe { &*descriptions.add(i) };
        let user = u32::try_from(wanted.device).map_err(|_| Error::INVALID_DEVICE)?;
        if user == owner {
            continue;
        }
        match super::peer_access(user, owner as c_int, wanted.flags != 0) {
            Ok(()) | Err(Error::PEER_ALREADY_ENABLED | Error::PEER_NOT_ENABLED) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Attributes 1 to 3 are 32-bit flags, the others 64-bit sizes.
fn is_flag(which: c_int) -> bool {
    (1..=3).contains(&which)
}

api! {
    DeviceGetDefaultMemPool(out: *mut u64, device: c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, own_pool(device)?) }
    }

    DeviceGetMemPool(out: *mut u64, device: c_int) {
        // SAFETY: as above.
        unsafe { super::give(out, own_pool(device)?) }
    }

    DeviceSetMemPool(device: c_int, pool: u64) {
        own_pool(device)?;
        if with(|pools| pools.live.contains_key(&pool)) { Ok(()) } else { Err(Error::INVALID_VALUE) }
    }

    MemPoolCreate(out: *mut u64, properties: *const c_void) {
        // `cudaMemPoolProps`: kind of allocation, kinds of handles, then kind and number of the place.
        // SAFETY: the caller gives the structure or null.
        let place = unsafe { properties.cast::<[c_int; 4]>().as_ref() }.ok_or(Error::INVALID_VALUE)?;
        let [_, _, _, device] = *place;
        own_pool(device)?;
        let handle = with(|pools| {
            pools.made += 16;
            let handle = MADE_POOL + pools.made;
            pools.live.insert(handle, Pool { device: device as u32, ..Pool::default() });
            handle
        });
        // SAFETY: as above.
        unsafe { super::give(out, handle) }
    }

    MemPoolDestroy(pool: u64) {
        with(|pools| pools.live.remove(&pool)).map(drop).ok_or(Error::INVALID_VALUE)
    }

    MemPoolTrimTo(pool: u64, keep: usize) {
        if with(|pools| pools.live.contains_key(&pool)) { Ok(()) } else { Err(Error::INVALID_VALUE) }
    }

    MemPoolSetAttribute(pool: u64, which: c_int, value: *const c_void) {
        if value.is_null() || !(1..=8).contains(&which) {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the caller gives a value of the attribute's size.
        let value = unsafe {
            if is_flag(which) { u64::from(value.cast::<u32>().read()) } else { value.cast::<u64>().read() }
        };
        with(|pools| match pools.live.get_mut(&pool) {
            Some(pool) => {
                pool.attributes.insert(which, value);
                Ok(())
            }
            None => Err(Error::INVALID_VALUE),
        })
    }

    MemPoolGetAttribute(pool: u64, which: c_int, value: *mut c_void) {
        if value.is_null() || !(1..=8).contains(&which) {
            return Err(Error::INVALID_VALUE);
        }
        let attributes = with(|pools| pools.live.get(&pool).cloned()).ok_or(Error::INVALID_VALUE)?.attributes;
        // Reuse is allowed unless switched off; memory in use is what the device has given out.
        let found = match which {
            1..=3 => attributes.get(&which).copied().unwrap_or(1),
            4 => attributes.get(&which).copied().unwrap_or(0),
            _ => super::memory::info().map(|(free, total)| total - free)?,
        };
        // SAFETY: the caller gives a place of the attribute's size.
        unsafe {
            if is_flag(which) {
                value.cast::<u32>().write(found as u32);
            } else {
                value.cast::<u64>().write(found);
            }
        }
        Ok(())
    }

    // Allocations of a pool lie in its device's memory like any others, so the whole device becomes a peer.
    MemPoolSetAccess(pool: u64, descriptions: *const AccessDescription, count: usize) {
        // SAFETY: the caller gives `count` descriptions.
        unsafe { give_access(device_of(pool)?, descriptions, count) }
    }

    MemPoolGetAccess(flags: *mut c_int, pool: u64, location: *const c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(flags, READ_AND_WRITE) }
    }
}
