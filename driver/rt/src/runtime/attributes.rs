//! What a kernel is, and how many of its blocks fit.

use std::ffi::{c_int, c_uint, c_void};

use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::layout::FuncAttributes;
use crate::{link, modules, thread};

unsafe fn attributes(out: *mut FuncAttributes, function: *const c_void) -> Result {
    let facts = modules::kernel(function, thread::device())?;
    let device = super::facts(thread::device() as c_int)?;
    let set = super::settings(function, |s| *s);
    let int = |value: u32| c_int::try_from(value).unwrap_or(c_int::MAX);
    let version = int(device.major * 10 + device.minor);
    let dynamic = set.dynamic_shared.unwrap_or(device.shared_per_block.saturating_sub(facts.static_shared));
    let attributes = FuncAttributes {
        shared_size_bytes: facts.static_shared as usize,
        const_size_bytes: facts.constant as usize,
        local_size_bytes: facts.local as usize,
        max_threads_per_block: int(facts.max_threads),
        num_regs: int(facts.registers),
        ptx_version: version,
        binary_version: version,
        cache_mode_ca: 0,
        max_dynamic_shared_size_bytes: int(dynamic),
        preferred_shmem_carveout: set.carveout,
        cluster_dim_must_be_set: 0,
        required_cluster_width: 0,
        required_cluster_height: 0,
        required_cluster_depth: 0,
        cluster_scheduling_policy_preference: 0,
        non_portable_cluster_size_allowed: 0,
        reserved: [0; 16],
    };
    // SAFETY: the caller gives a place or null.
    unsafe { super::give(out, attributes) }
}

/// Blocks of a kernel that fit one multiprocessor.
pub fn occupancy(function: *const c_void, block: c_int, shared: usize) -> Result<c_int> {
    let device = thread::device();
    let facts = modules::kernel(function, device)?;
    let block = u32::try_from(block).ok().filter(|&b| b > 0).ok_or(Error::INVALID_VALUE)?;
    let shared = u32::try_from(shared).unwrap_or(u32::MAX);
    match link::call(&Request::Occupancy { device, kernel: facts.kernel, block, shared })? {
        Reply::Blocks { blocks } => Ok(blocks as c_int),
        _ => Err(Error::UNKNOWN),
    }
}

/// The block size, a multiple of the warp, with which most threads fit a multiprocessor; and the grid that fills
/// the device with such blocks.
pub fn potential_block_size(
    function: *const c_void,
    limit: c_int,
    shared: impl Fn(c_int) -> usize,
) -> Result<(c_int, c_int)> {
    let facts = modules::kernel(function, thread::device())?;
    let device = super::facts(thread::device() as c_int)?;
    let most = c_int::try_from(facts.max_threads.min(device.max_threads_per_block)).unwrap_or(c_int::MAX);
    let most = if limit > 0 { most.min(limit) } else { most };
    let warp = device.warp_size.max(1) as c_int;
    let (mut best, mut chosen) = (0, (0, 0));
    let mut block = most - most % warp;
    if block == 0 {
        block = most;
    }
    while block > 0 {
        let blocks = occupancy(function, block, shared(block))?;
        if blocks * block > best {
            best = blocks * block;
            chosen = (blocks * device.multiprocessors as c_int, block);
        }
        block -= warp;
    }
    if chosen.1 == 0 { Err(Error::LAUNCH_OUT_OF_RESOURCES) } else { Ok(chosen) }
}

api! {
    FuncGetAttributes(out: *mut FuncAttributes, function: *const c_void) {
        // SAFETY: the caller gives a place or null.
        unsafe { attributes(out, function) }
    }

    OccupancyMaxActiveBlocksPerMultiprocessor(
        out: *mut c_int, function: *const c_void, block: c_int, shared: usize,
    ) {
        // SAFETY: as above.
        unsafe { super::give(out, occupancy(function, block, shared)?) }
    }

    OccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
        out: *mut c_int, function: *const c_void, block: c_int, shared: usize, flags: c_uint,
    ) {
        // SAFETY: as above.
        unsafe { super::give(out, occupancy(function, block, shared)?) }
    }

    // Our headers' templates come down to this one.
    OccupancyMaxPotentialBlockSize(
        grid: *mut c_int, block: *mut c_int, function: *const c_void, shared: usize, limit: c_int,
    ) {
        let (g, b) = potential_block_size(function, limit, |_| shared)?;
        // SAFETY: as above.
        unsafe {
            super::give(grid, g)?;
            super::give(block, b)
        }
    }

    OccupancyAvailableDynamicSMemPerBlock(
        out: *mut usize, function: *const c_void, blocks: c_int, threads: c_int,
    ) {
        let facts = modules::kernel(function, thread::device())?;
        let device = super::facts(thread::device() as c_int)?;
        let blocks = u32::try_from(blocks).ok().filter(|&n| n > 0).ok_or(Error::INVALID_VALUE)?;
        let share = device.shared_per_multiprocessor / blocks;
        let left = share.saturating_sub(device.shared_reserved + facts.static_shared);
        // SAFETY: as above.
        unsafe { super::give(out, left.min(device.shared_per_block) as usize) }
    }
}
