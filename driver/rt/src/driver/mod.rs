//! The driver API (`cuX`, `muX`): initialisation, devices, primary contexts, modules, memory, launches, streams,
//! events. Each function is also exported as `_v2`, the suffix its ABI has in current headers.

mod arrays;
mod context;
mod jit;
mod legacy;
mod linking;
mod lookup;
mod memory;
mod missing;
mod module;
mod streams;

pub use lookup::look_up;
pub use module::function_kernel;

use std::ffi::{CStr, c_char};

use crate::error::{Error, Result};

/// Writes through a caller's pointer, which must not be null.
unsafe fn give<T>(to: *mut T, value: T) -> Result {
    if to.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives a place for a `T`, or null, which was refused.
    unsafe { to.write(value) };
    Ok(())
}

/// The text of a caller's C string.
unsafe fn string(text: *const c_char) -> Result<String> {
    if text.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives a C string.
    Ok(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}
