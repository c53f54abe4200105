//! Errors: the last one of the thread, names, texts, versions.

use std::ffi::{c_char, c_int};

use crate::error::{Spelling, name, or_unrecognized, text};
use crate::{link, thread};

/// Runtime and driver version reported: CUDA 12.3, whose documented ABI our headers declare.
pub const VERSION: c_int = 12030;

fn last() -> i32 {
    match link::sticky() {
        Some(lost) if thread::last_error() == lost.0 => lost.0,
        _ => thread::last_error(),
    }
}

macro_rules! last_errors {
    ($($get:literal $peek:literal),*) => {$(
        const _: () = {
            #[unsafe(export_name = $get)]
            extern "C" fn get() -> c_int {
                let code = last();
                // The error of a lost context stays.
                if link::sticky().is_none_or(|lost| lost.0 != code) {
                    thread::set_last_error(0);
                }
                code
            }

            #[unsafe(export_name = $peek)]
            extern "C" fn peek() -> c_int {
                last()
            }
        };
    )*};
}

last_errors!("cudaGetLastError" "cudaPeekAtLastError", "musaGetLastError" "musaPeekAtLastError");

#[unsafe(no_mangle)]
extern "C" fn cudaGetErrorName(code: c_int) -> *const c_char {
    or_unrecognized(name(code, Spelling::Cuda))
}

#[unsafe(no_mangle)]
extern "C" fn musaGetErrorName(code: c_int) -> *const c_char {
    or_unrecognized(name(code, Spelling::Musa))
}

#[unsafe(no_mangle)]
extern "C" fn cudaGetErrorString(code: c_int) -> *const c_char {
    or_unrecognized(text(code))
}

#[unsafe(no_mangle)]
extern "C" fn musaGetErrorString(code: c_int) -> *const c_char {
    or_unrecognized(text(code))
}

api! {
    RuntimeGetVersion(version: *mut c_int) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(version, VERSION) }
    }

    DriverGetVersion(version: *mut c_int) {
        // SAFETY: as above.
        unsafe { super::give(version, VERSION) }
    }
}
