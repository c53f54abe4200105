//! Streams and events as the C side holds them: numbers of the device process dressed as pointers.

use std::ffi::c_void;

use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::{link, thread};

/// `cudaStreamLegacy` and `cudaStreamPerThread`
const LEGACY: u64 = 1;
const PER_THREAD: u64 = 2;
const NON_BLOCKING: u32 = 1;

/// The server's number for a stream: 0 for the default one; the calling thread's own is made when first named.
pub fn resolve(stream: *mut c_void) -> Result<u64> {
    match stream as u64 {
        0 if thread::default_is_own() => resolve(std::ptr::without_provenance_mut(PER_THREAD as usize)),
        0 | LEGACY => Ok(0),
        PER_THREAD => {
            if thread::own_stream() == 0 {
                thread::set_own_stream(create(0, 0)?);
            }
            Ok(thread::own_stream())
        }
        other => Ok(other),
    }
}

/// A new stream on the current device.
pub fn create(flags: u32, priority: i32) -> Result<u64> {
    if flags & !NON_BLOCKING != 0 {
        return Err(Error::INVALID_VALUE);
    }
    handle(&Request::StreamCreate { device: thread::device(), flags, priority })
}

/// Asks for a stream or event.
pub fn handle(request: &Request) -> Result<u64> {
    match link::call(request)? {
        Reply::Handle { handle } => Ok(handle),
        _ => Err(Error::UNKNOWN),
    }
}

/// The device a stream belongs to: the server writes it into the number.
pub fn device(stream: u64) -> u32 {
    if stream <= PER_THREAD { thread::device() } else { (stream >> 32) as u32 & 0xff }
}
