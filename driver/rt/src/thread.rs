//! What each host thread keeps: its device, its last error, the launch configuration between `<<<` and the call.
//!
//! All cells are plain values without destructors, so that they answer before `main` and after thread exit.

use std::cell::Cell;

use crate::layout::Dim3;

/// Grid, block, shared bytes and stream of one `<<<…>>>`.
#[derive(Clone, Copy)]
pub struct Configuration {
    pub grid: Dim3,
    pub block: Dim3,
    pub shared: usize,
    pub stream: u64,
}

const NO_CONFIGURATION: Configuration =
    Configuration { grid: Dim3::ONE, block: Dim3::ONE, shared: 0, stream: 0 };
/// `<<<…>>>` nests only through kernel arguments that launch kernels.
const DEEPEST: usize = 16;

thread_local! {
    static LAST: Cell<i32> = const { Cell::new(0) };
    static DEVICE: Cell<u32> = const { Cell::new(0) };
    static API: Cell<&'static str> = const { Cell::new("") };
    static OWN_STREAM: Cell<u64> = const { Cell::new(0) };
    static DEFAULT_IS_OWN: Cell<bool> = const { Cell::new(false) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static PUSHED: [Cell<Configuration>; DEEPEST] = const { [const { Cell::new(NO_CONFIGURATION) }; DEEPEST] };
}

pub fn last_error() -> i32 {
    LAST.with(Cell::get)
}

pub fn set_last_error(code: i32) {
    LAST.with(|last| last.set(code));
}

pub fn device() -> u32 {
    DEVICE.with(Cell::get)
}

pub fn set_device(device: u32) {
    DEVICE.with(|d| d.set(device));
}

/// The API function this thread is in.
pub fn api() -> &'static str {
    API.with(Cell::get)
}

pub fn set_api(name: &'static str) -> &'static str {
    API.with(|api| api.replace(name))
}

/// Whether stream 0 is this thread's own in the function it is in.
pub fn default_is_own() -> bool {
    DEFAULT_IS_OWN.with(Cell::get)
}

/// Changes that; the answer is what it was.
pub fn set_default_is_own(own: bool) -> bool {
    DEFAULT_IS_OWN.with(|o| o.replace(own))
}

/// The stream behind `cudaStreamPerThread`; 0 when there is none yet.
pub fn own_stream() -> u64 {
    OWN_STREAM.with(Cell::get)
}

pub fn set_own_stream(stream: u64) {
    OWN_STREAM.with(|s| s.set(stream));
}

/// The kernel's number of this thread.
pub fn number() -> u32 {
    NUMBER.with(|number| {
        if number.get() == 0 {
            number.set(warplens_driver_protocol::sys::thread_number());
        }
        number.get()
    })
}

/// Keeps a configuration; false when they nest too deeply.
pub fn push(configuration: Configuration) -> bool {
    let depth = DEPTH.with(Cell::get);
    PUSHED.with(|slots| match slots.get(depth) {
        Some(slot) => {
            slot.set(configuration);
            DEPTH.with(|d| d.set(depth + 1));
            true
        }
        None => false,
    })
}

/// The innermost configuration.
pub fn pop() -> Option<Configuration> {
    let depth = DEPTH.with(Cell::get).checked_sub(1)?;
    DEPTH.with(|d| d.set(depth));
    PUSHED.with(|slots| slots.get(depth).map(Cell::get))
}
