//! Streams and host functions in them.

use std::ffi::{c_int, c_uint, c_void};

use warplens_driver_protocol::{Reply, Request};

use crate::callbacks::{self, Function};
use crate::error::{Error, Result};
use crate::streams::{create, device, resolve};
use crate::{capture, link, output};

/// Flags, priority and device of a stream.
fn facts(stream: *mut c_void) -> Result<(u32, i32, u32)> {
    let stream = resolve(stream)?;
    match link::call(&Request::StreamFacts { device: device(stream), stream })? {
        Reply::Stream { flags, priority, device } => Ok((flags, priority, device)),
        _ => Err(Error::UNKNOWN),
    }
}

/// Waits for a stream.
pub fn synchronize(stream: *mut c_void) -> Result {
    let stream = resolve(stream)?;
    capture::forbid(stream)?;
    let result = link::tell(&Request::StreamSync { device: device(stream), stream });
    output::flush();
    result
}

/// `NotReady` while a stream has work.
pub fn query(stream: *mut c_void) -> Result {
    let stream = resolve(stream)?;
    capture::forbid(stream)?;
    link::tell(&Request::StreamQuery { device: device(stream), stream })
}

/// A stream waits for an event.
pub fn wait_event(stream: *mut c_void, event: u64) -> Result {
    let stream = resolve(stream)?;
    if capture::join(stream, event)? {
        return Ok(());
    }
    link::tell(&Request::StreamWait { device: device(stream), stream, event })
}

/// Ends a stream after its work.
pub fn destroy(stream: *mut c_void) -> Result {
    let stream = resolve(stream)?;
    if stream == 0 {
        return Err(Error::INVALID_HANDLE);
    }
    link::tell(&Request::StreamDestroy { stream })
}

fn host(stream: *mut c_void, function: Function) -> Result {
    let stream = resolve(stream)?;
    link::device_count()?;
    if let Some(lost) = link::sticky() {
        return Err(lost);
    }
    if capture::add(stream, || capture::Work::Host(function))? {
        Ok(())
    } else {
        callbacks::add(stream, function)
    }
}

/// A function of the program that also wants its stream and an error code.
pub type StreamFunction = unsafe extern "C" fn(*mut c_void, i32, *mut c_void);

/// Runs such a function in a stream.
pub fn add_callback(stream: *mut c_void, function: Option<StreamFunction>, data: *mut c_void) -> Result {
    host(stream, Function::Stream(function.ok_or(Error::INVALID_VALUE)?, data))
}

/// Runs a function in a stream.
pub fn add_host_function(
    stream: *mut c_void,
    function: Option<unsafe extern "C" fn(*mut c_void)>,
    data: *mut c_void,
) -> Result {
    host(stream, Function::Host(function.ok_or(Error::INVALID_VALUE)?, data))
}

api! {
    StreamCreate(out: *mut u64) {
        link::device_count()?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, create(0, 0)?) }
    }

    StreamCreateWithFlags(out: *mut u64, flags: c_uint) {
        link::device_count()?;
        // SAFETY: as above.
        unsafe { super::give(out, create(flags, 0)?) }
    }

    StreamCreateWithPriority(out: *mut u64, flags: c_uint, priority: c_int) {
        link::device_count()?;
        // SAFETY: as above.
        unsafe { super::give(out, create(flags, priority)?) }
    }

    StreamDestroy(stream: *mut c_void) {
        destroy(stream)
    }

    StreamSynchronize(stream: *mut c_void) {
        synchronize(stream)
    }

    StreamQuery(stream: *mut c_void) {
        query(stream)
    }

    StreamWaitEvent(stream: *mut c_void, event: u64, flags: c_uint) {
        wait_event(stream, event)
    }

    StreamGetFlags(stream: *mut c_void, out: *mut c_uint) {
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, facts(stream)?.0) }
    }

    StreamGetPriority(stream: *mut c_void, out: *mut c_int) {
        // SAFETY: as above.
        unsafe { super::give(out, facts(stream)?.1) }
    }

    StreamGetDevice(stream: *mut c_void, out: *mut c_int) {
        // SAFETY: as above.
        unsafe { super::give(out, facts(stream)?.2 as c_int) }
    }

    StreamGetId(stream: *mut c_void, out: *mut u64) {
        // SAFETY: as above.
        unsafe { super::give(out, resolve(stream)?) }
    }

    StreamAddCallback(
        stream: *mut c_void,
        function: Option<StreamFunction>,
        data: *mut c_void,
        flags: c_uint,
    ) {
        add_callback(stream, function, data)
    }

    LaunchHostFunc(stream: *mut c_void, function: Option<unsafe extern "C" fn(*mut c_void)>, data: *mut c_void) {
        add_host_function(stream, function, data)
    }

    StreamAttachMemAsync(stream: *mut c_void, pointer: u64, bytes: usize, flags: c_uint) {
        resolve(stream).map(drop)
    }

    // Attributes of streams are hints about caches and waiting.
    StreamSetAttribute(stream: *mut c_void, which: c_int, value: *const c_void) {
        resolve(stream).map(drop)
    }

    StreamCopyAttributes(to: *mut c_void, from: *mut c_void) {
        resolve(to).and(resolve(from)).map(drop)
    }

    StreamBeginCapture(stream: *mut c_void, mode: c_int) {
        link::device_count()?;
        capture::begin(resolve(stream)?)
    }

    StreamEndCapture(stream: *mut c_void, graph: *mut u64) {
        let captured = capture::end(resolve(stream)?)?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(graph, captured) }
    }

    StreamIsCapturing(stream: *mut c_void, status: *mut c_int) {
        let capturing = capture::current(resolve(stream)?).is_some();
        // SAFETY: as above.
        unsafe { super::give(status, c_int::from(capturing)) }
    }

    StreamGetCaptureInfo(stream: *mut c_void, status: *mut c_int, id: *mut u64) {
        let graph = capture::current(resolve(stream)?);
        // SAFETY: the caller gives places, the second of which may be null.
        unsafe {
            if !id.is_null() {
                id.write(graph.unwrap_or(0));
            }
            super::give(status, c_int::from(graph.is_some()))
        }
    }

    ThreadExchangeStreamCaptureMode(mode: *mut c_int) {
        if mode.is_null() { Err(Error::INVALID_VALUE) } else { Ok(()) }
    }
}
