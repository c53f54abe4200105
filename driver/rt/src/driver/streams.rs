//! Streams and events of the driver API.

use std::ffi::{c_int, c_uint, c_void};

use warplens_driver_protocol::Request;

use super::give;
use crate::{link, runtime, streams};

driver_api! {
    StreamCreate(out: *mut u64, flags: c_uint) {
        // SAFETY: the caller gives a place.
        unsafe { give(out, streams::create(flags, 0)?) }
    }

    StreamCreateWithPriority(out: *mut u64, flags: c_uint, priority: c_int) {
        // SAFETY: as above.
        unsafe { give(out, streams::create(flags, priority)?) }
    }

    StreamDestroy(stream: *mut c_void) {
        runtime::destroy_stream(stream)
    }

    StreamSynchronize(stream: *mut c_void) {
        runtime::synchronize_stream(stream)
    }

    StreamQuery(stream: *mut c_void) {
        runtime::query_stream(stream)
    }

    StreamWaitEvent(stream: *mut c_void, event: u64, flags: c_uint) {
        runtime::wait_event(stream, event)
    }

    EventCreate(out: *mut u64, flags: c_uint) {
        // SAFETY: as above.
        unsafe { give(out, runtime::create_event(flags)?) }
    }

    EventDestroy(event: u64) {
        link::tell(&Request::EventDestroy { event })
    }

    EventRecord(event: u64, stream: *mut c_void) {
        runtime::record_event(event, stream)
    }

    EventQuery(event: u64) {
        runtime::query_event(event)
    }

    EventSynchronize(event: u64) {
        runtime::synchronize_event(event)
    }

    EventElapsedTime(milliseconds: *mut f32, start: u64, end: u64) {
        let nanoseconds = runtime::elapsed(start, end)?;
        // SAFETY: as above.
        unsafe { give(milliseconds, (nanoseconds as f64 / 1e6) as f32) }
    }
}
