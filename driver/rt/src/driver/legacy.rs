//! Functions of the driver API that newer ones replaced, and rarely used ones beside them.
//!
//! A launch in the old way sets shape and parameters on the function, one call each, and then starts it.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::{Mutex, PoisonError};

use super::context::{checked, device_of, handle};
use super::give;
use super::memory::{copy_on_device, set_rows};
use crate::error::{Error, Result};
use crate::kernels::{self, Launch};
use crate::layout::Dim3;
use crate::{link, modules, runtime, streams, thread};

/// `CUdevprop`
#[repr(C)]
struct Properties {
    max_threads_per_block: c_int,
    max_threads_dim: [c_int; 3],
    max_grid_size: [c_int; 3],
    shared_mem_per_block: c_int,
    total_constant_memory: c_int,
    simd_width: c_int,
    mem_pitch: c_int,
    regs_per_block: c_int,
    clock_rate: c_int,
    texture_align: c_int,
}

/// What was set on a function.
#[derive(Clone)]
struct Prepared {
    block: Dim3,
    shared: usize,
    params: Vec<u8>,
}

/// Most bytes of parameters a kernel can have.
const MOST_PARAMS: usize = 32 << 10;

static PREPARED: Mutex<Option<HashMap<usize, Prepared>>> = Mutex::new(None);

fn prepared<T>(function: *const c_void, f: impl FnOnce(&mut Prepared) -> T) -> Result<T> {
    if function.is_null() {
        return Err(Error::INVALID_HANDLE);
    }
    let mut guard = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = || Prepared { block: Dim3::ONE, shared: 0, params: Vec::new() };
    Ok(f(guard.get_or_insert_default().entry(function as usize).or_insert_with(fresh)))
}

fn set_bytes(function: *const c_void, offset: c_int, bytes: &[u8]) -> Result {
    let start = usize::try_from(offset).map_err(|_| Error::INVALID_VALUE)?;
    let end = start.checked_add(bytes.len()).filter(|&end| end <= MOST_PARAMS).ok_or(Error::INVALID_VALUE)?;
    prepared(function, |p| {
        if p.params.len() < end {
            p.params.resize(end, 0);
        }
        if let Some(slot) = p.params.get_mut(start..end) {
            slot.copy_from_slice(bytes);
        }
    })
}

fn launch(function: *const c_void, x: c_int, y: c_int, stream: *mut c_void) -> Result {
    let stream = streams::resolve(stream)?;
    let device = streams::device(stream);
    let facts = modules::kernel(function, device).map_err(|_| Error::INVALID_HANDLE)?;
    let Prepared { block, shared, mut params } = prepared(function, |p| p.clone())?;
    params.resize(facts.param_bytes as usize, 0);
    let size = |n: c_int| c_uint::try_from(n).map_err(|_| Error::INVALID_VALUE);
    let grid = Dim3 { x: size(x)?, y: size(y)?, z: 1 };
    kernels::launch(device, stream, Launch { facts, grid, block, shared, cooperative: false, params })
}

driver_api! {
    DeviceGetProperties(out: *mut Properties, device: c_int) {
        let ask = |which| runtime::attribute(which, device);
        let properties = Properties {
            max_threads_per_block: ask(1)?,
            max_threads_dim: [ask(2)?, ask(3)?, ask(4)?],
            max_grid_size: [ask(5)?, ask(6)?, ask(7)?],
            shared_mem_per_block: ask(8)?,
            total_constant_memory: ask(9)?,
            simd_width: ask(10)?,
            mem_pitch: ask(11)?,
            regs_per_block: ask(12)?,
            clock_rate: ask(13)?,
            texture_align: ask(14)?,
        };
        // SAFETY: the caller gives a place or null.
        unsafe { give(out, properties) }
    }

    FuncSetBlockShape(function: *const c_void, x: c_int, y: c_int, z: c_int) {
        let size = |n: c_int| c_uint::try_from(n).map_err(|_| Error::INVALID_VALUE);
        let block = Dim3 { x: size(x)?, y: size(y)?, z: size(z)? };
        prepared(function, |p| p.block = block)
    }

    FuncSetSharedSize(function: *const c_void, bytes: c_uint) {
        prepared(function, |p| p.shared = bytes as usize)
    }

    FuncSetSharedMemConfig(function: *const c_void, config: c_int) {
        Ok(())
    }

    ParamSetSize(function: *const c_void, bytes: c_uint) {
        if bytes as usize > MOST_PARAMS {
            return Err(Error::INVALID_VALUE);
        }
        prepared(function, |p| p.params.resize(bytes as usize, 0))
    }

    ParamSeti(function: *const c_void, offset: c_int, value: c_uint) {
        set_bytes(function, offset, &value.to_ne_bytes())
    }

    ParamSetf(function: *const c_void, offset: c_int, value: f32) {
        set_bytes(function, offset, &value.to_ne_bytes())
    }

    ParamSetv(function: *const c_void, offset: c_int, value: *const u8, bytes: c_uint) {
        if value.is_null() || bytes as usize > MOST_PARAMS {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the caller's value has that many bytes.
        set_bytes(function, offset, unsafe { std::slice::from_raw_parts(value, bytes as usize) })
    }

    Launch(function: *const c_void) {
        launch(function, 1, 1, std::ptr::null_mut())
    }

    LaunchGrid(function: *const c_void, x: c_int, y: c_int) {
        launch(function, x, y, std::ptr::null_mut())
    }

    LaunchGridAsync(function: *const c_void, x: c_int, y: c_int, stream: *mut c_void) {
        launch(function, x, y, stream)
    }

    CtxAttach(context: *mut u64, flags: c_uint) {
        // SAFETY: the caller gives a place or null.
        unsafe { give(context, handle(thread::device())) }
    }

    CtxGetCacheConfig(config: *mut c_int) {
        // SAFETY: as above.
        unsafe { give(config, 0) }
    }

    CtxGetSharedMemConfig(config: *mut c_int) {
        // SAFETY: as above.
        unsafe { give(config, 1) }
    }

    CtxSetSharedMemConfig(config: c_int) {
        Ok(())
    }

    CtxGetLimit(value: *mut usize, limit: c_int) {
        // SAFETY: as above.
        unsafe { give(value, runtime::limit(limit)?) }
    }

    CtxEnablePeerAccess(peer: u64, flags: c_uint) {
        runtime::peer_access(thread::device(), device_of(peer)? as c_int, true)
    }

    CtxDisablePeerAccess(peer: u64) {
        runtime::peer_access(thread::device(), device_of(peer)? as c_int, false)
    }

    DeviceGetP2PAttribute(value: *mut c_int, which: c_int, source: c_int, destination: c_int) {
        // SAFETY: as above.
        unsafe { give(value, runtime::peer_attribute(which, source, destination)?) }
    }

    DeviceGetPCIBusId(text: *mut c_char, length: c_int, device: c_int) {
        // SAFETY: the caller gives `length` bytes.
        unsafe { runtime::give_bus_id(text, length, device) }
    }

    DeviceGetByPCIBusId(device: *mut c_int, text: *const c_char) {
        if text.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the caller gives a C string.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        let found = checked(runtime::device_of_bus(&text)?)?;
        // SAFETY: as above.
        unsafe { give(device, found as c_int) }
    }

    MemHostGetFlags(out: *mut c_uint, host: u64) {
        // SAFETY: as above.
        unsafe { give(out, runtime::lookup(host)?.1) }
    }

    MemHostRegister(start: u64, bytes: usize, flags: c_uint) {
        // SAFETY: the caller gives a range of its memory.
        unsafe { runtime::register_host(start, bytes as u64, flags) }
    }

    MemHostUnregister(start: u64) {
        // SAFETY: the caller gave it to `MemHostRegister`.
        unsafe { runtime::unregister_host(start) }
    }

    MemcpyPeer(to: u64, to_context: u64, from: u64, from_context: u64, bytes: usize) {
        copy_on_device(0, to, from, bytes, false)
    }

    MemcpyPeerAsync(
        to: u64, to_context: u64, from: u64, from_context: u64, bytes: usize, stream: *mut c_void,
    ) {
        copy_on_device(streams::resolve(stream)?, to, from, bytes, true)
    }

    MemsetD2D8(at: u64, pitch: usize, value: u8, width: usize, height: usize) {
        set_rows(0, at, pitch, u32::from(value), 1, width, height)
    }

    MemsetD2D16(at: u64, pitch: usize, value: u16, width: usize, height: usize) {
        set_rows(0, at, pitch, u32::from(value), 2, width, height)
    }

    MemsetD2D32(at: u64, pitch: usize, value: c_uint, width: usize, height: usize) {
        set_rows(0, at, pitch, value, 4, width, height)
    }

    MemsetD16Async(at: u64, value: u16, count: usize, stream: *mut c_void) {
        set_rows(streams::resolve(stream)?, at, count * 2, u32::from(value), 2, count, 1)
    }

    StreamAddCallback(
        stream: *mut c_void,
        function: Option<unsafe extern "C" fn(*mut c_void, i32, *mut c_void)>,
        data: *mut c_void,
        flags: c_uint,
    ) {
        runtime::add_callback(stream, function, data)
    }

    LaunchHostFunc(stream: *mut c_void, function: Option<unsafe extern "C" fn(*mut c_void)>, data: *mut c_void) {
        runtime::add_host_function(stream, function, data)
    }

    MemAllocAsync(out: *mut u64, bytes: usize, stream: *mut c_void) {
        let stream = streams::resolve(stream)?;
        link::device_count()?;
        // SAFETY: as above.
        unsafe { runtime::allocate_in_order(out, streams::device(stream), bytes, stream) }
    }

    MemFreeAsync(address: u64, stream: *mut c_void) {
        runtime::free(address, Some(streams::resolve(stream)?))
    }
}
