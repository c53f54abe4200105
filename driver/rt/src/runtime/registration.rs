//! What compilers call behind the program's back: registration of device code, and the two halves of `<<<…>>>`.
//!
//! clang emits these for CUDA and, through our driver, for MUSA sources alike, so they have one spelling. Textures
//! and surfaces are noted as missing when they are registered.

use std::ffi::{c_char, c_int, c_uint, c_void};

use crate::images::Wrapper;
use crate::layout::Dim3;
use crate::modules;
use crate::thread::{self, Configuration};
use crate::{stdio, streams};

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaRegisterFatBinary(wrapper: *const Wrapper) -> *mut c_void {
    // SAFETY: called by compiler-made code with its own wrapper.
    unsafe { modules::register(wrapper) }
}

#[unsafe(no_mangle)]
extern "C" fn __cudaRegisterFatBinaryEnd(handle: *mut c_void) {
    modules::registered(handle);
}

#[unsafe(no_mangle)]
extern "C" fn __cudaUnregisterFatBinary(handle: *mut c_void) {
    modules::unregister(handle);
}

#[unsafe(no_mangle)]
extern "C" fn __cudaInitModule(handle: *mut c_void) -> c_char {
    modules::registered(handle);
    1
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaRegisterFunction(
    handle: *mut c_void,
    host: *const c_void,
    _device_function: *const c_char,
    name: *const c_char,
    _thread_limit: c_int,
    _thread: *mut c_void,
    _block: *mut c_void,
    _block_dim: *mut c_void,
    _grid_dim: *mut c_void,
    _warp_size: *mut c_int,
) {
    // SAFETY: called by compiler-made code with C strings.
    unsafe { modules::register_function(handle, host, name) };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaRegisterVar(
    handle: *mut c_void,
    host: *const c_void,
    _device_address: *const c_char,
    name: *const c_char,
    _external: c_int,
    size: usize,
    _constant: c_int,
    _global: c_int,
) {
    // SAFETY: as above.
    unsafe { modules::register_variable(handle, host, name, size) };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaRegisterManagedVar(
    handle: *mut c_void,
    pointer: *mut *mut c_void,
    _device_address: *const c_char,
    name: *const c_char,
    _external: c_int,
    size: usize,
    _constant: c_int,
    _global: c_int,
) {
    // SAFETY: as above.
    unsafe { modules::register_managed(handle, pointer, name, size) };
}

#[unsafe(no_mangle)]
extern "C" fn __cudaRegisterTexture() {
    stdio::warn("this program uses texture references, which the embedded device has not got");
}

#[unsafe(no_mangle)]
extern "C" fn __cudaRegisterSurface() {
    stdio::warn("this program uses surface references, which the embedded device has not got");
}

#[unsafe(no_mangle)]
extern "C" fn __cudaPushCallConfiguration(
    grid: Dim3,
    block: Dim3,
    shared: usize,
    stream: *mut c_void,
) -> c_uint {
    push(grid, block, shared, stream)
}

/// Keeps a launch configuration for the kernel's stub.
pub fn push(grid: Dim3, block: Dim3, shared: usize, stream: *mut c_void) -> c_uint {
    let Ok(stream) = streams::resolve(stream) else { return 1 };
    c_uint::from(!thread::push(Configuration { grid, block, shared, stream }))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __cudaPopCallConfiguration(
    grid: *mut Dim3,
    block: *mut Dim3,
    shared: *mut usize,
    stream: *mut u64,
) -> c_int {
    // SAFETY: compiler-made stubs pass places for all four.
    unsafe { pop(grid, block, shared, stream) }
}

/// Gives the configuration that was kept last.
pub unsafe fn pop(grid: *mut Dim3, block: *mut Dim3, shared: *mut usize, stream: *mut u64) -> c_int {
    let Some(configuration) = thread::pop() else { return crate::error::Error::MISSING_CONFIGURATION.0 };
    // SAFETY: as for the caller.
    unsafe {
        grid.write(configuration.grid);
        block.write(configuration.block);
        shared.write(configuration.shared);
        stream.write(configuration.stream);
    }
    0
}
