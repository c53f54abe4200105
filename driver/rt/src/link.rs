//! The connection to the device process.
//!
//! Made at the first call that needs it. Threads write their requests one after another and wait for their replies
//! each on its own, so that a call that waits keeps no other thread waiting. What can go
//! wrong is remembered: no device process (`NoDevice`), one that died (`DevicesUnavailable`), a lost context (its
//! error), a fork of a program that had a context (`InitializationError`). Each is said once on standard error.

use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use warplens_driver_protocol::mailbox::{Gone, Mailbox, NO_REPLY, Return, SLOTS};
use warplens_driver_protocol::message::{Head, Outcome};
use warplens_driver_protocol::sys::{self, Mapping};
use warplens_driver_protocol::wire::{Reader, Wire as _};
use warplens_driver_protocol::{Hello, Reply, Request, SOCKET_VARIABLE, VERSION, socket};

use crate::error::{Error, Result};
use crate::{stdio, thread};

/// Lives to the end of the program: threads may wait in it at any time.
struct Connection {
    socket: UnixStream,
    mailbox: Mailbox,
    /// The right to write requests.
    posting: Mutex<()>,
    slots: Mutex<Slots>,
    slot_is_free: Condvar,
}

/// Places for replies: which are free, and the number of the last reply in each.
struct Slots {
    free: Vec<u32>,
    numbers: [u32; SLOTS],
}

#[derive(Clone, Copy)]
enum Link {
    Fresh,
    Up(&'static Connection),
    Down(Error),
}

/// A device's memory as mapped here.
pub struct Arena {
    pub base: u64,
    pub bytes: u64,
    pub file: OwnedFd,
    _mapping: Mapping,
}

static LINK: Mutex<Link> = Mutex::new(Link::Fresh);
static ARENAS: OnceLock<Vec<Arena>> = OnceLock::new();
static RECORDING: AtomicBool = AtomicBool::new(false);
static FORKED: AtomicBool = AtomicBool::new(false);
/// The error of a lost context, 0 while it is whole.
static STICKY: AtomicI32 = AtomicI32::new(0);
/// Virtual time minus real time.
static CLOCK_OFFSET: AtomicI64 = AtomicI64::new(0);
/// The socket's descriptor, for a forked child.
static SOCKET: AtomicI32 = AtomicI32::new(-1);
static START: OnceLock<Instant> = OnceLock::new();
/// Device output waiting in the device process.
static OUTPUT_WAITING: AtomicBool = AtomicBool::new(false);

/// What the device process said last about an error.
static LAST_MESSAGE: Mutex<String> = Mutex::new(String::new());

/// What the device process said last about an error.
pub fn last_message() -> String {
    LAST_MESSAGE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn lock() -> MutexGuard<'static, Link> {
    LINK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Devices' memory; empty before the first call that reached the device process.
pub fn arenas() -> &'static [Arena] {
    ARENAS.get().map_or(&[], Vec::as_slice)
}

/// The device whose memory holds an address.
pub fn device_of(address: u64) -> Option<u32> {
    let holds = |arena: &Arena| address.checked_sub(arena.base).is_some_and(|offset| offset < arena.bytes);
    arenas().iter().position(holds).map(|i| i as u32)
}

/// Devices; connects.
pub fn device_count() -> Result<u32> {
    connected()?;
    Ok(arenas().len() as u32)
}

/// Whether the device process wants to know of ranges and marks.
pub fn recording() -> bool {
    RECORDING.load(Ordering::Relaxed)
}

/// Whether a connection is there already.
pub fn is_up() -> bool {
    ARENAS.get().is_some() && !FORKED.load(Ordering::Relaxed)
}

/// Whether device output waits for [`Request::TakeOutput`].
pub fn output_waiting() -> bool {
    OUTPUT_WAITING.load(Ordering::Relaxed)
}

/// The program's virtual time in nanoseconds.
pub fn now() -> u64 {
    real_now().saturating_add_signed(CLOCK_OFFSET.load(Ordering::Relaxed))
}

fn real_now() -> u64 {
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The error every call answers after the context was lost.
pub fn sticky() -> Option<Error> {
    match STICKY.load(Ordering::Relaxed) {
        0 => None,
        code => Some(Error(code)),
    }
}

/// Forgets a lost context, as `cudaDeviceReset` does.
pub fn clear_sticky() {
    STICKY.store(0, Ordering::Relaxed);
}

/// One exchange; the error of a lost context answers without one.
pub fn call(request: &Request) -> Result<Reply> {
    if let Some(lost) = sticky() {
        return Err(lost);
    }
    exchange(request)
}

/// One exchange whatever state the context is in.
pub fn exchange(request: &Request) -> Result<Reply> {
    let connection = connected()?;
    let (outcome, reply) = connection.exchange(request).inspect_err(|error| {
        if *error == Error::DEVICE_UNAVAILABLE && sys::hung_up(connection.socket.as_fd()) {
            *lock() = Link::Down(Error::DEVICE_UNAVAILABLE);
        }
    })?;
    OUTPUT_WAITING.store(outcome.output != 0, Ordering::Relaxed);
    if outcome.sticky != 0 {
        STICKY.store(outcome.sticky, Ordering::Relaxed);
    }
    if !outcome.message.is_empty() {
        stdio::warn(&outcome.message);
        *LAST_MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = outcome.message;
    }
    if outcome.code != 0 { Err(Error(outcome.code)) } else { Ok(reply) }
}

/// Tells whoever records that a function of the API has returned; nobody waits for that.
pub fn returned(api: &str, start: u64, code: i32) {
    if let Ok(connection) = connected() {
        let nobody = Return { slot: NO_REPLY, number: 0 };
        // The call has its answer already; if the device process is gone, the next call says so.
        let _ = connection.post(nobody, &Request::Returned { api: api.to_owned(), start, end: now(), code });
    }
}

/// One exchange whose answer is only whether it worked.
pub fn tell(request: &Request) -> Result {
    call(request).map(drop)
}

fn connected() -> Result<&'static Connection> {
    if FORKED.load(Ordering::Relaxed) {
        return Err(Error::INITIALIZATION);
    }
    let mut link = lock();
    if let Link::Fresh = *link {
        *link = match connect() {
            Ok(connection) => Link::Up(Box::leak(Box::new(connection))),
            Err((error, why)) => {
                stdio::warn(&why);
                Link::Down(error)
            }
        };
    }
    match *link {
        Link::Up(connection) => Ok(connection),
        Link::Down(error) => Err(error),
        Link::Fresh => Err(Error::UNKNOWN),
    }
}

impl Connection {
    /// A place for a reply; waits while all are taken.
    fn take_slot(&self) -> Return {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(slot) = slots.free.pop()
                && let Some(number) = slots.numbers.get_mut(slot as usize)
            {
                *number = number.wrapping_add(1);
                return Return { slot, number: *number };
            }
            slots = self.slot_is_free.wait(slots).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_slot(&self, place: Return) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).free.push(place.slot);
        self.slot_is_free.notify_one();
    }

    fn is_alive(&self) -> bool {
        !sys::hung_up(self.socket.as_fd())
    }

    fn lost(&self, why: &str) -> Error {
        // Threads that waited together are told once.
        static TOLD: AtomicBool = AtomicBool::new(false);
        if !TOLD.swap(true, Ordering::Relaxed) {
            stdio::warn(why);
        }
        // It may be closed already.
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        Error::DEVICE_UNAVAILABLE
    }

    fn failed(&self, gone: Gone) -> Error {
        match gone {
            Gone::Peer => self.lost(&format!(
                "{}: the device process has ended; device memory stays readable, every further call fails",
                thread::api()
            )),
            Gone::Garbage => self.lost("the device process answered with garbage"),
            Gone::TooLong(n) => {
                stdio::warn(&format!("{}: {n} bytes of arguments are too many", thread::api()));
                Error::INVALID_VALUE
            }
        }
    }

    fn post(&self, to: Return, request: &Request) -> Result {
        let mut bytes = Vec::with_capacity(192);
        Head { now: now(), thread: thread::number() }.put(&mut bytes);
        request.put(&mut bytes);
        let _only_me = self.posting.lock().unwrap_or_else(PoisonError::into_inner);
        self.mailbox.post(to, &bytes, || self.is_alive()).map_err(|gone| self.failed(gone))
    }

    fn exchange(&self, request: &Request) -> Result<(Outcome, Reply)> {
        let place = self.take_slot();
        let mut reply = Vec::new();
        let got = self.post(place, request).and_then(|()| {
            let waited = self.mailbox.wait(place, &mut reply, || self.is_alive());
            waited.map_err(|gone| self.failed(gone))
        });
        self.give_slot(place);
        got?;
        let mut reader = Reader::new(&reply);
        let answer = Outcome::get(&mut reader).and_then(|outcome| Ok((outcome, Reply::get(&mut reader)?)));
        let (outcome, reply) =
            answer.map_err(|error| self.lost(&format!("the device process's answer: {error}")))?;
        let offset = outcome.now as i64 - real_now() as i64;
        CLOCK_OFFSET.store(offset, Ordering::Relaxed);
        Ok((outcome, reply))
    }
}

fn connect() -> std::result::Result<Connection, (Error, String)> {
    let path = std::env::var_os(SOCKET_VARIABLE).ok_or((
        Error::NO_DEVICE,
        "no device here: start the program with `warplens run -- PROGRAM` or `warplens profile -- PROGRAM`"
            .to_owned(),
    ))?;
    let failed = |what: &str| {
        let what = what.to_owned();
        move |error: std::io::Error| (Error::DEVICE_UNAVAILABLE, format!("{what}: {error}"))
    };
    let shown = path.to_string_lossy().into_owned();
    let socket =
        UnixStream::connect(&path).map_err(failed(&format!("cannot reach the device process at {shown}")))?;
    let program = std::env::current_exe().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let arguments = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let hello = Hello { version: VERSION, pid: std::process::id(), program, arguments };
    socket::send_hello(&socket, &hello).map_err(failed("the device process does not listen"))?;
    let (welcome, fds) =
        socket::receive_welcome(&socket).map_err(failed("the device process does not answer"))?;
    if !welcome.refused.is_empty() {
        return Err((Error::DEVICE_UNAVAILABLE, welcome.refused));
    }
    let mut fds = fds.into_iter();
    let missing = || (Error::DEVICE_UNAVAILABLE, "the device process gave no memory".to_owned());
    let mailbox =
        Mailbox::new(fds.next().ok_or_else(missing)?.as_fd()).map_err(failed("cannot map the mailbox"))?;
    let mut arenas = Vec::new();
    for (&(base, bytes), file) in welcome.arenas.iter().zip(fds) {
        let mapping = Mapping::new(file.as_fd(), bytes as usize, Some(base))
            .map_err(failed(&format!("cannot map device memory at {base:#x}")))?;
        arenas.push(Arena { base, bytes, file, _mapping: mapping });
    }
    if arenas.len() != welcome.arenas.len() || arenas.is_empty() {
        return Err(missing());
    }
    let _ = ARENAS.set(arenas);
    RECORDING.store(welcome.recording, Ordering::Relaxed);
    SOCKET.store(socket.as_raw_fd(), Ordering::Relaxed);
    sys::at_fork(after_fork);
    sys::at_exit(at_exit);
    Ok(Connection {
        socket,
        mailbox,
        posting: Mutex::new(()),
        slots: Mutex::new(Slots { free: (0..SLOTS as u32).collect(), numbers: [0; SLOTS] }),
        slot_is_free: Condvar::new(),
    })
}

/// In a forked child: the context belongs to the parent. Its socket is closed here, so that the device process sees
/// the parent's end even while the child lives. No lock is taken: another thread may have held it.
extern "C" fn after_fork() {
    FORKED.store(true, Ordering::Relaxed);
    sys::close_raw(SOCKET.swap(-1, Ordering::Relaxed));
}

/// At exit: waits for the work under way and shows what kernels still had to print. The connection stays for calls
/// after this.
extern "C" fn at_exit() {
    if is_up() {
        // Without a device process there is nothing to wait for.
        let _ = exchange(&Request::Drain {});
        crate::output::flush();
    }
}
