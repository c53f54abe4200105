//! Driver functions by name: `cuGetProcAddress` in both its forms, and its twin.
//!
//! What is looked up is what this library exports; a name of some other library is not found. Versions are not told
//! apart: a function has one form here.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;

use crate::entry::guarded;
use crate::error::{Error, Result};

/// `dladdr`'s answer.
#[repr(C)]
struct Object {
    path: *const c_char,
    base: *mut c_void,
    symbol: *const c_char,
    address: *mut c_void,
}

unsafe extern "C" {
    fn dladdr(address: *const c_void, object: *mut Object) -> c_int;
    fn dlopen(path: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
}

const RTLD_LAZY: c_int = 1;
const RTLD_NOLOAD: c_int = 4;

/// `CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM`, `cudaEnablePerThreadDefaultStream`
const PER_THREAD: u64 = 2;

const FOUND: c_int = 0;
const NOT_FOUND: c_int = 1;

/// Where `address` lies.
fn object_of(address: *const c_void) -> Option<Object> {
    let mut object = Object { path: null_mut(), base: null_mut(), symbol: null_mut(), address: null_mut() };
    // SAFETY: `dladdr` reads no memory at `address`, and `object` is a place for its answer.
    (unsafe { dladdr(address, &mut object) } != 0).then_some(object)
}

/// The function of this library that has this name.
fn exported(name: &CStr) -> Option<*mut c_void> {
    let own = object_of(exported as *const c_void)?;
    // SAFETY: the path is that of a loaded object, which `dladdr` gave; it is not loaded anew.
    let library = unsafe { dlopen(own.path, RTLD_LAZY | RTLD_NOLOAD) };
    if library.is_null() {
        return None;
    }
    // SAFETY: the handle is open and the name ends with a zero.
    let found = unsafe { dlsym(library, name.as_ptr()) };
    // SAFETY: the handle is closed once; this library stays loaded, since its code is running.
    unsafe { dlclose(library) };
    // The search goes on to the libraries that this one needs; what those have is not the driver's.
    (object_of(found)?.base == own.base).then_some(found)
}

/// Looks `symbol` up and writes what it found, and how that went where `status` is not null.
pub unsafe fn look_up(
    symbol: *const c_char,
    out: *mut *mut c_void,
    flags: u64,
    status: *mut c_int,
) -> Result {
    if symbol.is_null() || out.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives a string, which is not null.
    let name = unsafe { CStr::from_ptr(symbol) };
    let driver = name.to_bytes().starts_with(b"cu") || name.to_bytes().starts_with(b"mu");
    // The form with a status is the one that its name means since version 12.
    let current = match name.to_bytes() {
        b"cuGetProcAddress" => CString::from(c"cuGetProcAddress_v2"),
        b"muGetProcAddress" => CString::from(c"muGetProcAddress_v2"),
        _ => CString::from(name),
    };
    let mut twin = current.clone().into_bytes();
    twin.extend_from_slice(b"_ptsz");
    let twin = CString::new(twin).ok().filter(|_| flags & PER_THREAD != 0);
    let found = if driver { twin.and_then(|t| exported(&t)).or_else(|| exported(&current)) } else { None };
    // SAFETY: the caller gives a place, which is not null.
    unsafe { out.write(found.unwrap_or(null_mut())) };
    if !status.is_null() {
        // SAFETY: as above.
        unsafe { status.write(if found.is_some() { FOUND } else { NOT_FOUND }) };
    }
    found.map(|_| ()).ok_or(Error::SYMBOL_NOT_FOUND)
}

macro_rules! entries {
    ($($name:literal)*) => {$(
        const _: () = {
            #[unsafe(export_name = $name)]
            unsafe extern "C" fn first(symbol: *const c_char, out: *mut *mut c_void, _version: c_int, flags: u64) -> i32 {
                // SAFETY: the caller keeps the documented contract of the function.
                guarded($name, || unsafe { look_up(symbol, out, flags, null_mut()) })
            }

            #[unsafe(export_name = concat!($name, "_v2"))]
            unsafe extern "C" fn second(
                symbol: *const c_char,
                out: *mut *mut c_void,
                _version: c_int,
                flags: u64,
                status: *mut c_int,
            ) -> i32 {
                // SAFETY: as above.
                guarded($name, || unsafe { look_up(symbol, out, flags, status) })
            }
        };
    )*};
}

entries!("cuGetProcAddress" "muGetProcAddress");
