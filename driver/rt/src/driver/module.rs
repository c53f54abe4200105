//! Modules and functions of the driver API: images loaded at run time, kernels by name, launches by handle.

use std::collections::{HashMap, HashSet};
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::sync::{Arc, Mutex, PoisonError};

use warplens_driver_protocol::Request;
use warplens_driver_protocol::message::KernelFacts;

use super::jit::Logs;
use super::{give, string};
use crate::error::{Error, Result};
use crate::kernels::{self, Launch, gather};
use crate::layout::Dim3;
use crate::{link, modules, runtime, streams, thread};

#[derive(Clone)]
struct Function {
    device: u32,
    facts: Arc<KernelFacts>,
}

#[derive(Default)]
struct Loaded {
    next: u64,
    /// Device and module by handle.
    modules: HashMap<u64, (u32, u32)>,
    functions: HashMap<u64, Function>,
    names: HashMap<(u64, String), u64>,
    gone: HashSet<u64>,
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

fn with<T>(f: impl FnOnce(&mut Loaded) -> T) -> T {
    f(LOADED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

fn number(loaded: &mut Loaded) -> u64 {
    loaded.next += 16;
    0x4000_0000 + loaded.next
}

/// Facts of a function handle on a device; `None` when the pointer is none.
pub fn function_kernel(handle: *const c_void, device: u32) -> Option<Arc<KernelFacts>> {
    with(|l| l.functions.get(&(handle as u64)).filter(|f| f.device == device).map(|f| f.facts.clone()))
}

fn keep(module: u32) -> u64 {
    with(|l| {
        let handle = number(l);
        l.modules.insert(handle, (thread::device(), module));
        handle
    })
}

unsafe fn load(out: *mut u64, image: *const c_void) -> Result {
    link::device_count()?;
    // SAFETY: the caller gives an image and a place.
    unsafe { give(out, keep(modules::load_image(thread::device(), image)?)) }
}

/// What `extra` of `cuLaunchKernel` says: a buffer of parameters.
unsafe fn packed(facts: &KernelFacts, extra: *const *const c_void) -> Result<Vec<u8>> {
    let (mut buffer, mut size) = (std::ptr::null::<u8>(), 0);
    let mut at = 0;
    loop {
        // SAFETY: the array is pairs of a key and a value, ended by a null key.
        unsafe {
            match *extra.add(at) as usize {
                0 => break,
                1 => buffer = (*extra.add(at + 1)).cast(),
                2 => size = *(*extra.add(at + 1)).cast::<usize>(),
                _ => return Err(Error::INVALID_VALUE),
            }
        }
        at += 2;
    }
    if buffer.is_null() || size > facts.param_bytes as usize {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller's buffer has `size` bytes.
    let mut bytes = unsafe { std::slice::from_raw_parts(buffer, size) }.to_vec();
    bytes.resize(facts.param_bytes as usize, 0);
    Ok(bytes)
}

unsafe fn launch(
    function: *const c_void,
    grid: Dim3,
    block: Dim3,
    shared: c_uint,
    stream: *mut c_void,
    values: *const *const c_void,
    extra: *const *const c_void,
    cooperative: bool,
) -> Result {
    let stream = streams::resolve(stream)?;
    let device = streams::device(stream);
    let facts = modules::kernel(function, device).map_err(|_| Error::INVALID_HANDLE)?;
    // SAFETY: the caller gives one of both.
    let params = unsafe {
        if values.is_null() && !extra.is_null() { packed(&facts, extra)? } else { gather(&facts, values)? }
    };
    kernels::launch(
        device,
        stream,
        Launch { facts, grid, block, shared: shared as usize, cooperative, params },
    )
}

driver_api! {
    ModuleLoadData(out: *mut u64, image: *const c_void) {
        // SAFETY: as for the caller.
        unsafe { load(out, image) }
    }

    ModuleLoadDataEx(
        out: *mut u64, image: *const c_void, count: c_uint, options: *const c_int, values: *mut *mut c_void,
    ) {
        // SAFETY: as above. Of the options only the log buffers mean something: no assembler is there to be steered.
        unsafe {
            let logs = Logs::of(count, options, values);
            let loaded = load(out, image);
            logs.write(&if loaded.is_err() { link::last_message() } else { String::new() });
            loaded
        }
    }

    ModuleLoadFatBinary(out: *mut u64, image: *const c_void) {
        // SAFETY: as above.
        unsafe { load(out, image) }
    }

    ModuleLoad(out: *mut u64, path: *const c_char) {
        link::device_count()?;
        // SAFETY: the caller gives a C string.
        let path = unsafe { string(path)? };
        let image = std::fs::read(&path).map_err(|_| Error::FILE_NOT_FOUND)?;
        let device = thread::device();
        let module = modules::load(device, &path, &image)?;
        link::tell(&Request::Link { device })?;
        // SAFETY: the caller gives a place.
        unsafe { give(out, keep(module)) }
    }

    ModuleUnload(module: u64) {
        let (device, id) = with(|l| {
            l.gone.insert(module);
            l.names.retain(|key, _| key.0 != module);
            l.modules.remove(&module)
        }).ok_or(Error::INVALID_HANDLE)?;
        link::tell(&Request::Unload { device, module: id })
    }

    ModuleGetFunction(out: *mut u64, module: u64, name: *const c_char) {
        // SAFETY: the caller gives a C string.
        let name = unsafe { string(name)? };
        let (device, id) = with(|l| l.modules.get(&module).copied()).ok_or(Error::INVALID_HANDLE)?;
        let known = with(|l| l.names.get(&(module, name.clone())).copied());
        let handle = match known {
            Some(handle) => handle,
            None => {
                let found = modules::find_kernel(device, id, &name).map_err(|_| Error::SYMBOL_NOT_FOUND)?;
                with(|l| {
                    let handle = number(l);
                    l.functions.insert(handle, Function { device, facts: Arc::new(found) });
                    l.names.insert((module, name), handle);
                    handle
                })
            }
        };
        // SAFETY: the caller gives a place.
        unsafe { give(out, handle) }
    }

    ModuleGetGlobal(address: *mut u64, bytes: *mut usize, module: u64, name: *const c_char) {
        // SAFETY: the caller gives a C string.
        let name = unsafe { string(name)? };
        let (device, id) = with(|l| l.modules.get(&module).copied()).ok_or(Error::INVALID_HANDLE)?;
        let (at, size) = modules::find_variable(device, id, &name, false).map_err(|_| Error::SYMBOL_NOT_FOUND)?;
        // SAFETY: the caller gives places; either may be null.
        unsafe {
            if !address.is_null() {
                address.write(at);
            }
            if !bytes.is_null() {
                bytes.write(size as usize);
            }
        }
        Ok(())
    }

    LaunchKernel(
        function: *const c_void, gx: c_uint, gy: c_uint, gz: c_uint, bx: c_uint, by: c_uint, bz: c_uint,
        shared: c_uint, stream: *mut c_void, values: *const *const c_void, extra: *const *const c_void,
    ) {
        let (grid, block) = (Dim3 { x: gx, y: gy, z: gz }, Dim3 { x: bx, y: by, z: bz });
        // SAFETY: the caller gives parameters in one of two ways.
        unsafe { launch(function, grid, block, shared, stream, values, extra, false) }
    }

    LaunchCooperativeKernel(
        function: *const c_void, gx: c_uint, gy: c_uint, gz: c_uint, bx: c_uint, by: c_uint, bz: c_uint,
        shared: c_uint, stream: *mut c_void, values: *const *const c_void,
    ) {
        let (grid, block) = (Dim3 { x: gx, y: gy, z: gz }, Dim3 { x: bx, y: by, z: bz });
        // SAFETY: as above.
        unsafe { launch(function, grid, block, shared, stream, values, std::ptr::null(), true) }
    }

    FuncGetAttribute(out: *mut c_int, which: c_int, function: *const c_void) {
        let facts = modules::kernel(function, thread::device()).map_err(|_| Error::INVALID_HANDLE)?;
        let version = || runtime::facts(thread::device() as c_int).map(|f| (f.major * 10 + f.minor) as c_int);
        let value = match which {
            0 => facts.max_threads as c_int,
            1 => facts.static_shared as c_int,
            2 => facts.constant as c_int,
            3 => facts.local as c_int,
            4 => facts.registers as c_int,
            5 | 6 => version()?,
            8 => runtime::settings(function, |s| s.dynamic_shared).unwrap_or(48 << 10) as c_int,
            7 | 9..=15 => 0,
            _ => return Err(Error::INVALID_VALUE),
        };
        // SAFETY: the caller gives a place.
        unsafe { give(out, value) }
    }

    FuncSetAttribute(function: *const c_void, which: c_int, value: c_int) {
        runtime::set_attribute(function, which, value)
    }

    FuncSetCacheConfig(function: *const c_void, config: c_int) {
        Ok(())
    }

    OccupancyMaxActiveBlocksPerMultiprocessor(
        out: *mut c_int, function: *const c_void, block: c_int, shared: usize,
    ) {
        // SAFETY: as above.
        unsafe { give(out, runtime::occupancy(function, block, shared)?) }
    }

    OccupancyMaxPotentialBlockSize(
        grid: *mut c_int, block: *mut c_int, function: *const c_void,
        shared_of: Option<unsafe extern "C" fn(c_int) -> usize>, shared: usize, limit: c_int,
    ) {
        // SAFETY: the caller's function tells shared memory for a block size.
        let bytes = |block: c_int| shared_of.map_or(shared, |f| unsafe { f(block) });
        let (g, b) = runtime::potential_block_size(function, limit, bytes)?;
        // SAFETY: as above.
        unsafe {
            give(grid, g)?;
            give(block, b)
        }
    }
}
