//! Host functions in streams (`cudaLaunchHostFunc`, `cudaStreamAddCallback`): they run in order on one thread of
//! their own, as under CUDA, and later work of their stream waits for them.
//!
//! Every function gets a ticket; "done up to ticket N" is one number, so what a stream or event waits for is one
//! number too.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::ThreadId;

use warplens_driver_protocol::Request;

use crate::{link, thread};

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
    ticket: u64,
    device: u32,
    stream: u64,
    function: Function,
}

#[derive(Default)]
struct State {
    queue: Option<Sender<Job>>,
    worker: Option<ThreadId>,
    streams: HashMap<u64, u64>,
    events: HashMap<u64, u64>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);
static ISSUED: AtomicU64 = AtomicU64::new(0);
static DONE: Mutex<u64> = Mutex::new(0);
static CHANGED: Condvar = Condvar::new();

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    f(STATE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Runs a function when the work before it in its stream is done; goes on at once.
pub fn add(stream: u64, function: Function) {
    let device = thread::device();
    with(|state| {
        let ticket = ISSUED.fetch_add(1, Ordering::SeqCst) + 1;
        state.streams.insert(stream, ticket);
        let job = Job { ticket, device, stream, function };
        let job = match &state.queue {
            Some(queue) => queue.send(job).err().map(|back| back.0),
            None => Some(job),
        };
        if let Some(job) = job {
            let (queue, jobs) = channel::<Job>();
            let _ = queue.send(job);
            let worker = std::thread::Builder::new().name("warplens-callbacks".into()).spawn(move || {
                jobs.iter().for_each(work);
            });
            state.queue = Some(queue);
            state.worker = worker.ok().map(|handle| handle.thread().id());
        }
    });
}

fn work(job: Job) {
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
    // Only the timeline misses it if this fails.
    let _ = link::tell(&Request::HostWork { device: job.device, stream: job.stream, duration });
    *DONE.lock().unwrap_or_else(PoisonError::into_inner) = job.ticket;
    CHANGED.notify_all();
}

/// Whether everything before this point in a stream has run.
fn due(stream: u64) -> u64 {
    with(|state| {
        if state.worker == Some(std::thread::current().id()) {
            return 0;
        }
        let of = |s: u64| state.streams.get(&s).copied().unwrap_or(0);
        if stream == 0 { state.streams.values().copied().max().unwrap_or(0) } else { of(stream).max(of(0)) }
    })
}

/// Waits for the functions that come before the next work of a stream.
pub fn wait(stream: u64) {
    if ISSUED.load(Ordering::SeqCst) != 0 {
        wait_for(due(stream));
    }
}

/// Waits for all functions of all streams.
pub fn wait_all() {
    wait(0);
}

fn wait_for(ticket: u64) {
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    while *done < ticket {
        done = CHANGED.wait(done).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Whether functions of a stream still run.
pub fn pending(stream: u64) -> bool {
    ISSUED.load(Ordering::SeqCst) != 0 && *DONE.lock().unwrap_or_else(PoisonError::into_inner) < due(stream)
}

/// An event is recorded: it also stands for the functions before it.
pub fn record(event: u64, stream: u64) {
    if ISSUED.load(Ordering::SeqCst) != 0 {
        let ticket = due(stream);
        with(|state| state.events.insert(event, ticket));
    }
}

fn event_ticket(event: u64) -> u64 {
    if ISSUED.load(Ordering::SeqCst) == 0 {
        return 0;
    }
    with(|state| {
        let on_worker = state.worker == Some(std::thread::current().id());
        if on_worker { 0 } else { state.events.get(&event).copied().unwrap_or(0) }
    })
}

/// A stream waits for an event.
pub fn join(stream: u64, event: u64) {
    let ticket = event_ticket(event);
    if ticket != 0 {
        with(|state| {
            let due = state.streams.entry(stream).or_default();
            *due = (*due).max(ticket);
        });
    }
}

/// Waits for the functions before an event.
pub fn wait_event(event: u64) {
    wait_for(event_ticket(event));
}

/// Whether functions before an event still run.
pub fn event_pending(event: u64) -> bool {
    let ticket = event_ticket(event);
    ticket != 0 && *DONE.lock().unwrap_or_else(PoisonError::into_inner) < ticket
}
