//! Memory that graphs own: nodes that allocate and free, and their account.
//!
//! An allocation has its address from the moment its node is added, as under CUDA, and keeps its memory until the
//! program ends: a graph may be launched again. So "reserved" and "used" are one figure here, and trimming gives
//! nothing back.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::message::memory_kind;

use super::graph_nodes::add;
use crate::capture::{self, Work};
use crate::error::{Error, Result};
use crate::layout::AccessDescription;
use crate::memory::allocate;

/// `cudaMemAllocNodeParams`, whose first member is `cudaMemPoolProps`.
#[repr(C)]
struct AllocNodeParams {
    pool_kind: c_int,
    pool_handles: c_int,
    pool_place: c_int,
    pool_device: c_int,
    pool_rest: [u64; 9],
    access: *const AccessDescription,
    access_count: usize,
    bytes: usize,
    address: u64,
}

/// Device and bytes of each allocation.
static OWNED: Mutex<Option<HashMap<u64, (u32, usize)>>> = Mutex::new(None);

fn owned<T>(f: impl FnOnce(&mut HashMap<u64, (u32, usize)>) -> T) -> T {
    f(OWNED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Whether graphs own this allocation; freeing it leaves it to them.
pub fn is_owned(address: u64) -> bool {
    owned(|all| all.contains_key(&address))
}

/// Memory for a graph.
pub fn allocate_owned(device: u32, bytes: usize) -> Result<u64> {
    let address = allocate(device, bytes, memory_kind::DEVICE, 0, None)?;
    owned(|all| all.insert(address, (device, bytes)));
    Ok(address)
}

/// The allocation of a node that begins or ends one.
fn place_of(id: u64, ends: bool) -> Result<u64> {
    capture::edit_node(id, |node| match node.work {
        Work::Memory { address, frees } if frees == ends => Ok(address),
        _ => Err(Error::INVALID_VALUE),
    })
}

api! {
    GraphAddMemAllocNode(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, parameters: *mut AllocNodeParams,
    ) {
        // SAFETY: the caller gives the structure or null.
        let p = unsafe { parameters.as_mut() }.ok_or(Error::INVALID_VALUE)?;
        let device = u32::try_from(p.pool_device).map_err(|_| Error::INVALID_VALUE)?;
        // SAFETY: the caller gives descriptions with their count.
        unsafe { super::pools::give_access(device, p.access, p.access_count)? };
        p.address = allocate_owned(device, p.bytes)?;
        // SAFETY: arrays with their counts.
        unsafe { add(out, graph, nodes, count, Work::Memory { address: p.address, frees: false }) }
    }

    GraphAddMemFreeNode(out: *mut u64, graph: u64, nodes: *const u64, count: usize, address: u64) {
        if !is_owned(address) {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, Work::Memory { address, frees: true }) }
    }

    GraphMemAllocNodeGetParams(id: u64, parameters: *mut AllocNodeParams) {
        let address = place_of(id, false)?;
        let (device, bytes) = owned(|all| all.get(&address).copied()).ok_or(Error::INVALID_VALUE)?;
        let (pool_device, access) = (device as c_int, std::ptr::null());
        let params = AllocNodeParams {
            pool_kind: 1,
            pool_handles: 0,
            pool_place: 1,
            pool_device,
            pool_rest: [0; 9],
            access,
            access_count: 0,
            bytes,
            address,
        };
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(parameters, params) }
    }

    GraphMemFreeNodeGetParams(id: u64, out: *mut u64) {
        // SAFETY: as above.
        unsafe { super::give(out, place_of(id, true)?) }
    }

    DeviceGraphMemTrim(device: c_int) {
        Ok(())
    }

    DeviceGetGraphMemAttribute(device: c_int, which: c_int, value: *mut c_void) {
        if !(0..=3).contains(&which) {
            return Err(Error::INVALID_VALUE);
        }
        let of = |all: &mut HashMap<u64, (u32, usize)>| {
            all.values().filter(|(d, _)| *d as c_int == device).map(|(_, bytes)| *bytes as u64).sum::<u64>()
        };
        // SAFETY: the caller gives a place for 64 bits or null.
        unsafe { super::give(value.cast::<u64>(), owned(of)) }
    }

    // The high-water marks can be set back to what is in use, which they are.
    DeviceSetGraphMemAttribute(device: c_int, which: c_int, value: *mut c_void) {
        if matches!(which, 1 | 3) { Ok(()) } else { Err(Error::INVALID_VALUE) }
    }
}
