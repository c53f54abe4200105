//! How a function of the C ABI is written here.
//!
//! ```text
//! api! {
//!     Malloc(out: *mut u64, bytes: usize) { … Ok(()) }
//! }
//! ```
//! exports `cudaMalloc` and `musaMalloc`, which run the body with errors as `Result`, keep the error for
//! `cudaGetLastError`, and turn a panic into `cudaErrorUnknown` instead of ending the program. `driver_api!` does the
//! same for `cuX`/`muX` (no last error there), and also exports `cuX_v2`.
//!
//! CUDA programs compiled for per-thread default streams call `cudaX_ptsz` or `cudaX_ptds` instead: those are exported
//! for every function, and in them stream 0 is the calling thread's own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Error, Result};
use crate::{link, stdio, thread};

/// Runs the body of a runtime function.
pub fn runtime(name: &'static str, body: impl FnOnce() -> Result) -> i32 {
    let code = guarded(name, body);
    if code != 0 {
        thread::set_last_error(code);
    }
    code
}

/// Runs the body of a driver function.
pub fn guarded(name: &'static str, body: impl FnOnce() -> Result) -> i32 {
    let outer = thread::set_api(name);
    let start = link::now();
    let code = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => 0,
        Ok(Err(Error(code))) => code,
        Err(_) => {
            stdio::warn(&format!("{name}: a fault in the driver library, please report it"));
            Error::UNKNOWN.0
        }
    };
    // What a function of the API calls on its behalf is a part of it.
    if outer.is_empty() && !name.is_empty() && link::recording() {
        link::returned(name, start, code);
    }
    thread::set_api(outer);
    code
}

/// Runs a function in which stream 0 is the calling thread's own.
pub fn per_thread(call: impl FnOnce() -> i32) -> i32 {
    let outer = thread::set_default_is_own(true);
    let code = call();
    thread::set_default_is_own(outer);
    code
}

/// Says which function is missing and answers `NotSupported`.
pub fn missing(name: &str) -> Result {
    stdio::warn(&format!("{name} is not supported by the embedded device"));
    Err(Error::NOT_SUPPORTED)
}

// The twin of a function for per-thread default streams, under a name of its own.
macro_rules! per_thread_twin {
    ($call:ident($($arg:ident: $ty:ty),*), $symbol:expr) => {
        const _: () = {
            #[unsafe(export_name = $symbol)]
            unsafe extern "C" fn twin($($arg: $ty),*) -> i32 {
                // SAFETY: the caller keeps the documented contract of the function.
                $crate::entry::per_thread(|| unsafe { $call($($arg),*) })
            }
        };
    };
}

macro_rules! api {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),* $(,)?) $body:block)*) => {$(
        const _: () = {
            #[allow(unused_variables)]
            #[inline(never)]
            unsafe fn body($($arg: $ty),*) -> $crate::error::Result $body

            per_thread_twin!(cuda($($arg: $ty),*), concat!("cuda", stringify!($name), "_ptsz"));
            per_thread_twin!(cuda($($arg: $ty),*), concat!("cuda", stringify!($name), "_ptds"));

            #[unsafe(export_name = concat!("cuda", stringify!($name)))]
            unsafe extern "C" fn cuda($($arg: $ty),*) -> i32 {
                // SAFETY: the caller keeps the documented contract of the function.
                $crate::entry::runtime(concat!("cuda", stringify!($name)), || unsafe { body($($arg),*) })
            }

            #[unsafe(export_name = concat!("musa", stringify!($name)))]
            unsafe extern "C" fn musa($($arg: $ty),*) -> i32 {
                // SAFETY: as above.
                $crate::entry::runtime(concat!("musa", stringify!($name)), || unsafe { body($($arg),*) })
            }
        };
    )*};
}

macro_rules! driver_api {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),* $(,)?) $body:block)*) => {$(
        const _: () = {
            #[allow(unused_variables)]
            #[inline(never)]
            unsafe fn body($($arg: $ty),*) -> $crate::error::Result $body

            per_thread_twin!(cuda($($arg: $ty),*), concat!("cu", stringify!($name), "_ptsz"));
            per_thread_twin!(cuda($($arg: $ty),*), concat!("cu", stringify!($name), "_ptds"));
            per_thread_twin!(cuda($($arg: $ty),*), concat!("cu", stringify!($name), "_v2_ptsz"));
            per_thread_twin!(cuda($($arg: $ty),*), concat!("cu", stringify!($name), "_v2_ptds"));

            #[unsafe(export_name = concat!("cu", stringify!($name)))]
            unsafe extern "C" fn cuda($($arg: $ty),*) -> i32 {
                // SAFETY: the caller keeps the documented contract of the function.
                $crate::entry::guarded(concat!("cu", stringify!($name)), || unsafe { body($($arg),*) })
            }

            #[unsafe(export_name = concat!("cu", stringify!($name), "_v2"))]
            unsafe extern "C" fn cuda_v2($($arg: $ty),*) -> i32 {
                // SAFETY: as above.
                $crate::entry::guarded(concat!("cu", stringify!($name)), || unsafe { body($($arg),*) })
            }

            #[unsafe(export_name = concat!("mu", stringify!($name)))]
            unsafe extern "C" fn musa($($arg: $ty),*) -> i32 {
                // SAFETY: as above.
                $crate::entry::guarded(concat!("mu", stringify!($name)), || unsafe { body($($arg),*) })
            }

            #[unsafe(export_name = concat!("mu", stringify!($name), "_v2"))]
            unsafe extern "C" fn musa_v2($($arg: $ty),*) -> i32 {
                // SAFETY: as above.
                $crate::entry::guarded(concat!("mu", stringify!($name)), || unsafe { body($($arg),*) })
            }
        };
    )*};
}

// As `missing_api!`, for the driver API.
macro_rules! missing_driver_api {
    ($($name:ident)*) => {$(
        const _: () = {
            #[unsafe(export_name = concat!("cu", stringify!($name)))]
            extern "C" fn cuda() -> i32 {
                $crate::entry::guarded("", || $crate::entry::missing(concat!("cu", stringify!($name))))
            }

            #[unsafe(export_name = concat!("cu", stringify!($name), "_v2"))]
            extern "C" fn cuda_v2() -> i32 {
                $crate::entry::guarded("", || $crate::entry::missing(concat!("cu", stringify!($name))))
            }

            #[unsafe(export_name = concat!("mu", stringify!($name)))]
            extern "C" fn musa() -> i32 {
                $crate::entry::guarded("", || $crate::entry::missing(concat!("mu", stringify!($name))))
            }

            #[unsafe(export_name = concat!("mu", stringify!($name), "_v2"))]
            extern "C" fn musa_v2() -> i32 {
                $crate::entry::guarded("", || $crate::entry::missing(concat!("mu", stringify!($name))))
            }
        };
    )*};
}

// Functions that are known and not there: exported, so that programs link, and refusing with their name. Arguments
// are not looked at, so none are declared.
macro_rules! missing_api {
    ($($name:ident)*) => {$(
        const _: () = {
            #[unsafe(export_name = concat!("cuda", stringify!($name)))]
            extern "C" fn cuda() -> i32 {
                $crate::entry::runtime("", || $crate::entry::missing(concat!("cuda", stringify!($name))))
            }

            #[unsafe(export_name = concat!("musa", stringify!($name)))]
            extern "C" fn musa() -> i32 {
                $crate::entry::runtime("", || $crate::entry::missing(concat!("musa", stringify!($name))))
            }
        };
    )*};
}
