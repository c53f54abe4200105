//! What callers of the driver API say about compiling PTX: an array of options and one of values, of which the log
//! buffers mean something here.

use std::ffi::{c_char, c_int, c_uint, c_void};

const INFO_LOG: c_int = 3;
const INFO_LOG_BYTES: c_int = 4;
const ERROR_LOG: c_int = 5;
const ERROR_LOG_BYTES: c_int = 6;

/// A buffer of the caller's and the place that tells its size before and how much was written after.
#[derive(Clone, Copy)]
struct Buffer {
    at: *mut c_char,
    bytes: usize,
    count: *mut *mut c_void,
}

/// Where the caller wants to read about errors.
#[derive(Clone, Copy, Default)]
pub struct Logs {
    info: Option<Buffer>,
    error: Option<Buffer>,
}

// SAFETY: the caller keeps the buffers for as long as the link state or the call.
unsafe impl Send for Logs {}

impl Logs {
    /// Finds the buffers among the options.
    pub unsafe fn of(count: c_uint, options: *const c_int, values: *mut *mut c_void) -> Logs {
        if options.is_null() || values.is_null() {
            return Logs::default();
        }
        let place = |wanted: c_int| {
            // SAFETY: both arrays have `count` elements.
            let at = (0..count as usize).find(|&i| unsafe { *options.add(i) } == wanted)?;
            // SAFETY: as above.
            Some(unsafe { values.add(at) })
        };
        let buffer = |log: c_int, bytes: c_int| {
            // SAFETY: a value is the buffer's address, or its size in place of an address.
            let (at, count) = (unsafe { *place(log)? }, place(bytes)?);
            // SAFETY: as above.
            Some(Buffer { at: at.cast(), bytes: unsafe { *count } as usize, count })
                .filter(|b| !b.at.is_null())
        };
        Logs { info: buffer(INFO_LOG, INFO_LOG_BYTES), error: buffer(ERROR_LOG, ERROR_LOG_BYTES) }
    }

    /// Writes what there is to say about an error; nothing, when it worked.
    pub unsafe fn write(&self, error: &str) {
        // SAFETY: as for the caller.
        unsafe {
            if let Some(buffer) = self.info {
                buffer.write("");
            }
            if let Some(buffer) = self.error {
                buffer.write(error);
            }
        }
    }
}

impl Buffer {
    unsafe fn write(&self, text: &str) {
        let Some(room) = self.bytes.checked_sub(1) else { return };
        let bytes = text.as_bytes();
        let bytes = bytes.get(..room).unwrap_or(bytes);
        // SAFETY: the caller's buffer has `self.bytes` bytes, and `count` is a place in the caller's array.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.at.cast(), bytes.len());
            self.at.add(bytes.len()).write(0);
            let written = if bytes.is_empty() { 0 } else { bytes.len() + 1 };
            self.count.write(std::ptr::without_provenance_mut(written));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_cut_to_the_callers_buffer_and_counted() {
        let mut buffer = [1 as c_char; 5];
        let options = [ERROR_LOG_BYTES, 9, ERROR_LOG];
        let mut values = [5 as *mut c_void, std::ptr::null_mut(), buffer.as_mut_ptr().cast()];
        // SAFETY: three options and values; the buffer has five bytes.
        unsafe { Logs::of(3, options.as_ptr(), values.as_mut_ptr()).write("too long") };
        assert_eq!(buffer.map(|c| c as u8), *b"too \0");
        assert_eq!(values[0] as usize, 5);
    }

    #[test]
    fn without_options_nothing_is_written() {
        // SAFETY: null arrays are allowed.
        unsafe { Logs::of(3, std::ptr::null(), std::ptr::null_mut()).write("x") };
    }
}
