//! Marks the program makes on its own timeline: NVTX ranges and the profiler switch. They go to the device process
//! only when somebody records.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

use warplens_driver_protocol::Request;
use warplens_driver_protocol::message::mark_kind;

use crate::link;

thread_local! {
    static DEPTH: Cell<c_int> = const { Cell::new(0) };
}

static NEXT_RANGE: AtomicU64 = AtomicU64::new(1);

/// Longest text taken.
const LONGEST: usize = 4096;

fn mark(kind: u8, id: u64, text: String) {
    // Ranges may open before the first call that needs a device; the connection is made for them, because without
    // it they would be missing from the capture.
    if std::env::var_os(warplens_driver_protocol::SOCKET_VARIABLE).is_none() || link::device_count().is_err()
    {
        return;
    }
    if link::recording() {
        // A mark has no way to fail.
        let _ = link::exchange(&Request::Mark { kind, id, text });
    }
}

unsafe fn ascii(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller gives a C string.
    let mut text = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// `nvtxEventAttributes_t`, as NVTX documents it: version, size, category, colour type, colour, payload type,
/// reserved, payload, message type, message.
#[repr(C)]
struct EventAttributes {
    version: u16,
    size: u16,
    category: u32,
    color_type: i32,
    color: u32,
    payload_type: i32,
    reserved: i32,
    payload: u64,
    message_type: i32,
    message: *const c_void,
}

const MESSAGE_ASCII: i32 = 1;

unsafe fn message(attributes: *const EventAttributes) -> String {
    // SAFETY: the caller gives the structure or null.
    match unsafe { attributes.as_ref() } {
        // SAFETY: an ASCII message is a C string.
        Some(a) if a.message_type == MESSAGE_ASCII => unsafe { ascii(a.message.cast()) },
        _ => String::new(),
    }
}

fn push(text: String) -> c_int {
    mark(mark_kind::PUSH, 0, text);
    DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        depth.get() - 1
    })
}

fn pop() -> c_int {
    if DEPTH.with(Cell::get) == 0 {
        return -2;
    }
    mark(mark_kind::POP, 0, String::new());
    DEPTH.with(|depth| {
        depth.set(depth.get() - 1);
        depth.get()
    })
}

fn start(text: String) -> u64 {
    let id = NEXT_RANGE.fetch_add(1, Ordering::Relaxed);
    mark(mark_kind::START, id, text);
    id
}

macro_rules! ranges {
    ($push:literal $push_ex:literal $pop:literal $start:literal $start_ex:literal $end:literal $mark:literal $mark_ex:literal) => {
        const _: () = {
            #[unsafe(export_name = $push)]
            unsafe extern "C" fn range_push(text: *const c_char) -> c_int {
                // SAFETY: the caller gives a C string.
                push(unsafe { ascii(text) })
            }

            #[unsafe(export_name = $push_ex)]
            unsafe extern "C" fn range_push_ex(attributes: *const EventAttributes) -> c_int {
                // SAFETY: the caller gives the structure.
                push(unsafe { message(attributes) })
            }

            #[unsafe(export_name = $pop)]
            extern "C" fn range_pop() -> c_int {
                pop()
            }

            #[unsafe(export_name = $start)]
            unsafe extern "C" fn range_start(text: *const c_char) -> u64 {
                // SAFETY: the caller gives a C string.
                start(unsafe { ascii(text) })
            }

            #[unsafe(export_name = $start_ex)]
            unsafe extern "C" fn range_start_ex(attributes: *const EventAttributes) -> u64 {
                // SAFETY: the caller gives the structure.
                start(unsafe { message(attributes) })
            }

            #[unsafe(export_name = $end)]
            extern "C" fn range_end(id: u64) {
                mark(mark_kind::END, id, String::new());
            }

            #[unsafe(export_name = $mark)]
            unsafe extern "C" fn instant(text: *const c_char) {
                // SAFETY: the caller gives a C string.
                mark(mark_kind::INSTANT, 0, unsafe { ascii(text) });
            }

            #[unsafe(export_name = $mark_ex)]
            unsafe extern "C" fn instant_ex(attributes: *const EventAttributes) {
                // SAFETY: the caller gives the structure.
                mark(mark_kind::INSTANT, 0, unsafe { message(attributes) });
            }
        };
    };
}

ranges!("nvtxRangePushA" "nvtxRangePushEx" "nvtxRangePop" "nvtxRangeStartA" "nvtxRangeStartEx" "nvtxRangeEnd" "nvtxMarkA" "nvtxMarkEx");
ranges!("mttxRangePushA" "mttxRangePushEx" "mttxRangePop" "mttxRangeStartA" "mttxRangeStartEx" "mttxRangeEnd" "mttxMarkA" "mttxMarkEx");

api! {
    ProfilerStart() {
        mark(mark_kind::PROFILER_START, 0, String::new());
        Ok(())
    }

    ProfilerStop() {
        mark(mark_kind::PROFILER_STOP, 0, String::new());
        Ok(())
    }
}
