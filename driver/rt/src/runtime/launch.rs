//! Launching kernels from host code, and settings of kernels.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::Request;

use crate::error::{Error, Result};
use crate::kernels::launch_host;
use crate::layout::{Dim3, LaunchConfig};
use crate::{modules, thread};

const COOPERATIVE: c_int = 2;
const CLUSTER: c_int = 4;

/// What a program set on a kernel.
#[derive(Clone, Copy, Default)]
pub struct FunctionSettings {
    pub dynamic_shared: Option<u32>,
    pub carveout: c_int,
    pub cache: c_int,
}

static SETTINGS: Mutex<Option<HashMap<usize, FunctionSettings>>> = Mutex::new(None);

/// Reads or changes the settings of a kernel, by its host function or handle.
pub fn settings<T>(function: *const c_void, f: impl FnOnce(&mut FunctionSettings) -> T) -> T {
    let mut guard = SETTINGS.lock().unwrap_or_else(PoisonError::into_inner);
    f(guard.get_or_insert_default().entry(function as usize).or_default())
}

/// `cudaFuncSetAttribute` and `cuFuncSetAttribute`, which share their numbers.
pub fn set_attribute(function: *const c_void, which: c_int, value: c_int) -> Result {
    match which {
        8 => {
            let bytes = u32::try_from(value).map_err(|_| Error::INVALID_VALUE)?;
            let facts = modules::kernel(function, thread::device())?;
            crate::link::tell(&Request::SharedLimit {
                device: thread::device(),
                kernel: facts.kernel,
                bytes,
            })?;
            settings(function, |s| s.dynamic_shared = Some(bytes));
            Ok(())
        }
        9 => {
            settings(function, |s| s.carveout = value);
            Ok(())
        }
        10..=15 => crate::entry::missing("a thread block cluster"),
        _ => Err(Error::INVALID_VALUE),
    }
}

unsafe fn launch_ex(
    config: *const LaunchConfig,
    function: *const c_void,
    args: *const *const c_void,
) -> Result {
    // SAFETY: the caller gives the structure or null.
    let config = unsafe { config.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    let mut cooperative = false;
    for i in 0..config.num_attrs as usize {
        if config.attrs.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the structure says how many attributes there are.
        let attribute = unsafe { &*config.attrs.add(i) };
        let [first, second, ..] = attribute.value;
        match attribute.id {
            COOPERATIVE => cooperative = first as u32 != 0,
            // A cluster of one block is no cluster.
            CLUSTER if first != 0x1_0000_0001 || second as u32 != 1 => {
                crate::entry::missing("a launch with thread block clusters")?;
            }
            _ => {}
        }
    }
    // SAFETY: as for the caller.
    unsafe {
        let (grid, block) = (config.grid, config.block);
        launch_host(function, grid, block, args, config.dynamic_smem_bytes, config.stream, cooperative)
    }
}

api! {
    LaunchKernel(
        function: *const c_void, grid: Dim3, block: Dim3, args: *const *const c_void, shared: usize,
        stream: *mut c_void,
    ) {
        // SAFETY: the caller gives a pointer for each parameter.
        unsafe { launch_host(function, grid, block, args, shared, stream, false) }
    }

    LaunchCooperativeKernel(
        function: *const c_void, grid: Dim3, block: Dim3, args: *const *const c_void, shared: usize,
        stream: *mut c_void,
    ) {
        // SAFETY: as above.
        unsafe { launch_host(function, grid, block, args, shared, stream, true) }
    }

    LaunchKernelExC(config: *const LaunchConfig, function: *const c_void, args: *const *const c_void) {
        // SAFETY: as above.
        unsafe { launch_ex(config, function, args) }
    }

    FuncSetAttribute(function: *const c_void, which: c_int, value: c_int) {
        set_attribute(function, which, value)
    }

    FuncSetCacheConfig(function: *const c_void, config: c_int) {
        settings(function, |s| s.cache = config);
        Ok(())
    }

    FuncSetSharedMemConfig(function: *const c_void, config: c_int) {
        Ok(())
    }

    // A kernel handle is the host function itself.
    GetKernel(out: *mut *const c_void, function: *const c_void) {
        modules::kernel(function, thread::device())?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, function) }
    }

    GetFuncBySymbol(out: *mut *const c_void, function: *const c_void) {
        modules::kernel(function, thread::device())?;
        // SAFETY: as above.
        unsafe { super::give(out, function) }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaGetKernel(out: *mut *const c_void, function: *const c_void) -> c_int {
    // SAFETY: compiler-made stubs pass a place.
    crate::entry::runtime("__cudaGetKernel", || unsafe { super::give(out, function) })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaLaunchKernel(
    kernel: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
) -> c_int {
    crate::entry::runtime("cudaLaunchKernel", || {
        // SAFETY: compiler-made stubs pass a pointer for each parameter.
        unsafe { launch_host(kernel, grid, block, args, shared, stream, false) }
    })
}

/// The launch of stubs compiled for per-thread default streams.
#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaLaunchKernel_ptsz(
    kernel: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    crate::entry::per_thread(|| unsafe { __cudaLaunchKernel(kernel, grid, block, args, shared, stream) })
}
