//! The driver API (`cuX`, `muX`): initialisation, devices, primary contexts, modules, memory, launches, streams,
//! events. Each function is also exported as `_v2`, the suffix its ABI has in current headers.

mod context;
mod lookup;
mod memory;
mod module;
mod streams;

pub use module::function_kernel;

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
