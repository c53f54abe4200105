//! Host functions in streams (`cudaLaunchHostFunc`, `cudaStreamAddCallback`): they run on one thread of their own, as
//! under CUDA.
//!
//! The device process knows them by tickets and keeps their place in their streams: the thread asks it for the next
//! one that is due, runs it, and says so; only then later work of that stream goes on.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::{Reply, Request};

use crate::error::Result;
use crate::{link, streams, thread};

/// What to call.
#[derive(Clone, Copy)]
pub enum Function {
    /// `cudaHostFn_t`
    Host(unsafe extern "C" fn(*mut c_void), *mut c_void),
    /// `cudaStreamCallback_t`, which also wants its stream and an error code.
    Stream(unsafe extern "C" fn(*mut c_void, i32, *mut c_void), *mut c_void),
}

// SAFETY: the program gives the data pointer for use on another thread: that is what the function is for.
unsafe impl Send for Function {}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("host function")
    }
}

struct Job {
    device: u32,
    stream: u64,
    function: Function,
}

#[derive(Default)]
struct State {
    tickets: u64,
    jobs: HashMap<u64, Job>,
    has_worker: bool,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    f(STATE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Runs a function when the work before it in its stream is done; goes on at once.
pub fn add(stream: u64, function: Function) -> Result {
    let device = streams::device(stream);
    let ticket = with(|state| {
        state.tickets += 1;
        state.jobs.insert(state.tickets, Job { device, stream, function });
        if !state.has_worker {
            let worker = std::thread::Builder::new().name("warplens-callbacks".into()).spawn(work);
            state.has_worker = worker.is_ok();
        }
        state.tickets
    });
    let told = link::tell(&Request::HostCall { device, stream, ticket });
    if told.is_err() {
        with(|state| state.jobs.remove(&ticket));
    }
    told
}

fn work() {
    // Ends with the device process.
    while let Ok(Reply::Handle { handle: ticket }) = link::exchange(&Request::HostNext {}) {
        if let Some(job) = with(|state| state.jobs.remove(&ticket)) {
            run(ticket, &job);
        }
    }
    with(|state| state.has_worker = false);
}

fn run(ticket: u64, job: &Job) {
    thread::set_device(job.device);
    thread::set_api("host function");
    let start = link::now();
    // SAFETY: the program asked for exactly this call.
    unsafe {
        match job.function {
            Function::Host(function, data) => function(data),
            Function::Stream(function, data) => {
                let code = link::sticky().map_or(0, |error| error.0);
                function(job.stream as *mut c_void, code, data);
            }
        }
    }
    let duration = link::now().saturating_sub(start);
    // If the device process is gone, nobody waits for this.
    let _ = link::exchange(&Request::HostDone { ticket, duration });
}
