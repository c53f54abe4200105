//! The driver's functions by name, asked of the runtime: `cudaGetDriverEntryPoint`.

use std::ffi::{c_char, c_int, c_uint, c_void};

use crate::driver::look_up;
use crate::error::{Error, Result};

/// A name that is nowhere is no error here when the caller takes a status.
unsafe fn find(symbol: *const c_char, out: *mut *mut c_void, flags: u64, status: *mut c_int) -> Result {
    // SAFETY: as for the caller.
    match unsafe { look_up(symbol, out, flags, status) } {
        Err(Error::SYMBOL_NOT_FOUND) if !status.is_null() => Ok(()),
        other => other,
    }
}

api! {
    GetDriverEntryPoint(symbol: *const c_char, out: *mut *mut c_void, flags: u64, status: *mut c_int) {
        // SAFETY: the caller gives a C string and a place, and one for the status or null.
        unsafe { find(symbol, out, flags, status) }
    }

    GetDriverEntryPointByVersion(
        symbol: *const c_char, out: *mut *mut c_void, version: c_uint, flags: u64, status: *mut c_int,
    ) {
        // SAFETY: as above.
        unsafe { find(symbol, out, flags, status) }
    }
}
