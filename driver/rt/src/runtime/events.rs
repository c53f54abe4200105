//! Events and the time between them, which is modelled: device work counts as long as the model says.

use std::ffi::{c_uint, c_void};

use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::{capture, link, output, streams, thread};

/// A new event on the current device.
pub fn create(flags: u32) -> Result<u64> {
    link::device_count()?;
    if flags & !7 != 0 {
        return Err(Error::INVALID_VALUE);
    }
    streams::handle(&Request::EventCreate { device: thread::device(), flags })
}

/// Records an event in a stream.
pub fn record(event: u64, stream: *mut c_void) -> Result {
    let stream = streams::resolve(stream)?;
    if capture::record(event, stream) {
        // In a capture the event only stands for the nodes before it.
        return Ok(());
    }
    link::tell(&Request::EventRecord { device: streams::device(stream), event, stream })
}

/// `NotReady` before an event.
pub fn query(event: u64) -> Result {
    link::tell(&Request::EventQuery { event })
}

/// Waits for an event.
pub fn synchronize(event: u64) -> Result {
    let result = link::tell(&Request::EventSync { event });
    output::flush();
    result
}

/// Nanoseconds between two events.
pub fn elapsed(start: u64, end: u64) -> Result<i64> {
    match link::call(&Request::EventElapsed { start, end })? {
        Reply::Elapsed { nanoseconds } => Ok(nanoseconds),
        _ => Err(Error::UNKNOWN),
    }
}

api! {
    EventCreate(out: *mut u64) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, create(0)?) }
    }

    EventCreateWithFlags(out: *mut u64, flags: c_uint) {
        // SAFETY: as above.
        unsafe { super::give(out, create(flags)?) }
    }

    EventDestroy(event: u64) {
        link::tell(&Request::EventDestroy { event })
    }

    EventRecord(event: u64, stream: *mut c_void) {
        record(event, stream)
    }

    EventRecordWithFlags(event: u64, stream: *mut c_void, flags: c_uint) {
        record(event, stream)
    }

    EventQuery(event: u64) {
        query(event)
    }

    EventSynchronize(event: u64) {
        synchronize(event)
    }

    EventElapsedTime(milliseconds: *mut f32, start: u64, end: u64) {
        let nanoseconds = elapsed(start, end)?;
        // SAFETY: as above.
        unsafe { super::give(milliseconds, (nanoseconds as f64 / 1e6) as f32) }
    }
}
