//! The program's standard output and error, as C sees them: device printf goes through the same `FILE` as the
//! host's, so that the two keep their order.

use std::ffi::c_void;
use std::io::Write as _;

unsafe extern "C" {
    static stdout: *mut c_void;
    fn fwrite(bytes: *const c_void, size: usize, count: usize, file: *mut c_void) -> usize;
}

/// Device output.
pub fn print(bytes: &[u8]) {
    // SAFETY: `stdout` is the C library's open stream; the slice is valid for its length.
    unsafe { fwrite(bytes.as_ptr().cast(), 1, bytes.len(), stdout) };
}

/// A word to the user. If standard error is gone, nothing can be done.
pub fn warn(text: &str) {
    let _ = writeln!(std::io::stderr(), "warplens: {text}");
}
