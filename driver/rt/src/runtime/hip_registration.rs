//! What clang's HIP language calls behind the program's back. `warplens cc` compiles the host side of some CUDA and MUSA
//! files in it: those with `__managed__` variables, and relocatable ones. No HIP program is run: its API is not here.
//!
//! It differs from CUDA's registration in three ways. A kernel's handle is not its stub but a variable that holds the
//! stub's address; a managed variable comes with its host copy; and names of static variables have dots that PTX cannot
//! have, so the device pass writes underscores.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};

use crate::images::Wrapper;
use crate::layout::Dim3;
use crate::{entry, kernels, modules};

#[unsafe(no_mangle)]
unsafe extern "C" fn __hipRegisterFatBinary(wrapper: *const Wrapper) -> *mut c_void {
    // SAFETY: called by compiler-made code with its own wrapper.
    unsafe { modules::register(wrapper) }
}

#[unsafe(no_mangle)]
extern "C" fn __hipUnregisterFatBinary(handle: *mut c_void) {
    modules::unregister(handle);
}

/// The name as the device pass wrote it.
unsafe fn device_name(name: *const c_char) -> CString {
    if name.is_null() {
        return CString::default();
    }
    // SAFETY: the compiler's registration code passes C strings.
    let text = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    let text = text.replace(".static.", "__static__").replace(".intern.", "__intern__");
    CString::new(text).unwrap_or_default()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __hipRegisterFunction(
    handle: *mut c_void,
    host: *const *const c_void,
    _device_function: *const c_char,
    name: *const c_char,
    _thread_limit: c_int,
    _thread: *mut c_void,
    _block: *mut c_void,
    _block_dim: *mut c_void,
    _grid_dim: *mut c_void,
    _warp_size: *mut c_int,
) -> c_int {
    // SAFETY: called by compiler-made code with C strings and the variable that holds the stub's address. Files
    // compiled as CUDA know the kernel by its stub, so that is registered too.
    unsafe {
        let name = device_name(name);
        modules::register_function(handle, host.cast(), name.as_ptr());
        if let Some(&stub) = host.as_ref() {
            modules::register_function(handle, stub, name.as_ptr());
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __hipRegisterVar(
    handle: *mut c_void,
    host: *const c_char,
    _device_address: *const c_char,
    name: *const c_char,
    _external: c_int,
    size: usize,
    _constant: c_int,
    _global: c_int,
) {
    // SAFETY: as above.
    unsafe { modules::register_variable(handle, host.cast(), device_name(name).as_ptr(), size) };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __hipRegisterManagedVar(
    handle: *mut c_void,
    pointer: *mut *mut c_void,
    initial: *mut c_void,
    name: *const c_char,
    size: usize,
    _align: c_uint,
) {
    // SAFETY: as above. Where no device answers, the host's own copy serves host code; API calls say what is wrong.
    unsafe {
        pointer.write(initial);
        modules::register_managed(handle, pointer, device_name(name).as_ptr(), size);
    }
    modules::registered(handle);
}

#[unsafe(no_mangle)]
extern "C" fn __hipRegisterTexture() {
    crate::stdio::warn("this program uses texture references, which the embedded device has not got");
}

#[unsafe(no_mangle)]
extern "C" fn __hipRegisterSurface() {
    crate::stdio::warn("this program uses surface references, which the embedded device has not got");
}

#[unsafe(no_mangle)]
extern "C" fn __hipPushCallConfiguration(
    grid: Dim3,
    block: Dim3,
    shared: usize,
    stream: *mut c_void,
) -> c_uint {
    super::registration::push(grid, block, shared, stream)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __hipPopCallConfiguration(
    grid: *mut Dim3,
    block: *mut Dim3,
    shared: *mut usize,
    stream: *mut u64,
) -> c_int {
    // SAFETY: compiler-made stubs pass places for all four.
    unsafe { super::registration::pop(grid, block, shared, stream) }
}

unsafe fn launch(
    function: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
) -> c_int {
    entry::runtime("cudaLaunchKernel", || {
        // SAFETY: called by compiler-made stubs with one pointer a parameter.
        unsafe { kernels::launch_host(function, grid, block, args, shared, stream, false) }
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn hipLaunchKernel(
    function: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    unsafe { launch(function, grid, block, args, shared, stream) }
}

/// The launch of stubs compiled for per-thread default streams.
#[unsafe(no_mangle)]
unsafe extern "C" fn hipLaunchKernel_spt(
    function: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
) -> c_int {
    // SAFETY: as above.
    entry::per_thread(|| unsafe { launch(function, grid, block, args, shared, stream) })
}
