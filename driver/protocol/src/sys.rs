//! The few calls of the C library that std does not offer, declared by hand because the library inside a program
//! is built without dependencies. Linux on 64-bit processors only.

use std::ffi::{c_char, c_int, c_long, c_uint, c_void};
use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;

#[repr(C)]
struct IoVec {
    base: *mut c_void,
    length: usize,
}

#[repr(C)]
struct MsgHdr {
    name: *mut c_void,
    name_length: c_uint,
    iov: *mut IoVec,
    iov_length: usize,
    control: *mut c_void,
    control_length: usize,
    flags: c_int,
}

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: i16,
    revents: i16,
}

#[repr(C)]
struct TimeSpec {
    seconds: i64,
    nanoseconds: i64,
}

unsafe extern "C" {
    fn mmap(
        at: *mut c_void,
        length: usize,
        protection: c_int,
        flags: c_int,
        fd: c_int,
        offset: i64,
    ) -> *mut c_void;
    fn munmap(at: *mut c_void, length: usize) -> c_int;
    fn memfd_create(name: *const c_char, flags: c_uint) -> c_int;
    fn ftruncate(fd: c_int, length: i64) -> c_int;
    fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    fn sendmsg(fd: c_int, message: *const MsgHdr, flags: c_int) -> isize;
    fn recvmsg(fd: c_int, message: *mut MsgHdr, flags: c_int) -> isize;
    fn poll(fds: *mut PollFd, count: std::ffi::c_ulong, timeout: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn close(fd: c_int) -> c_int;
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn getsockopt(fd: c_int, level: c_int, name: c_int, value: *mut c_void, length: *mut c_uint) -> c_int;
    fn kill(pid: c_int, number: c_int) -> c_int;
    fn atexit(handler: extern "C" fn()) -> c_int;
    fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> c_int;
}

const PROT_READ_WRITE: c_int = 3;
const MAP_SHARED: c_int = 1;
const MAP_NORESERVE: c_int = 0x4000;
const MAP_FIXED_NOREPLACE: c_int = 0x10_0000;
const MAP_FIXED: c_int = 0x10;
const MAP_PRIVATE_ANONYMOUS: c_int = 0x22;
const MFD_CLOEXEC_ALLOW_SEALING: c_uint = 3;
const F_ADD_SEALS: c_int = 1033;
const SEAL_SEAL_SHRINK_GROW: c_int = 7;
const MSG_NOSIGNAL: c_int = 0x4000;
const MSG_CMSG_CLOEXEC: c_int = 0x4000_0000;
const SOL_SOCKET: c_int = 1;
const SCM_RIGHTS: c_int = 1;
const SO_PEERCRED: c_int = 17;
const POLLIN: i16 = 1;
const POLLHUP: i16 = 0x10;
const POLLERR: i16 = 8;
const POLLRDHUP: i16 = 0x2000;
#[cfg(target_arch = "x86_64")]
const SYS_FUTEX: c_long = 202;
#[cfg(not(target_arch = "x86_64"))]
const SYS_FUTEX: c_long = 98;
#[cfg(target_arch = "x86_64")]
const SYS_GETTID: c_long = 186;
#[cfg(not(target_arch = "x86_64"))]
const SYS_GETTID: c_long = 178;
const SYS_PIDFD_OPEN: c_long = 434;
const FUTEX_WAIT: c_int = 0;
const FUTEX_WAKE: c_int = 1;

/// A new anonymous file of fixed size that can be shared: its size is sealed, so that no peer can pull the
/// memory away from under the other.
pub fn shared_memory(name: &std::ffi::CStr, bytes: u64) -> io::Result<OwnedFd> {
    // SAFETY: the name is a C string; the result is checked before it is owned.
    let fd = unsafe { memfd_create(name.as_ptr(), MFD_CLOEXEC_ALLOW_SEALING) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a new descriptor that nobody else has.
    let file = unsafe { OwnedFd::from_raw_fd(fd) };
    let length = i64::try_from(bytes).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: plain calls on a descriptor we own.
    let failed = unsafe { ftruncate(fd, length) < 0 || fcntl(fd, F_ADD_SEALS, SEAL_SEAL_SHRINK_GROW) < 0 };
    if failed { Err(io::Error::last_os_error()) } else { Ok(file) }
}

/// A mapping of a shared file, unmapped when dropped.
#[derive(Debug)]
pub struct Mapping {
    at: *mut u8,
    length: usize,
}

// SAFETY: a mapping is plain memory; those who read and write it through `as_ptr` say how they share it.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `length` bytes of `fd`, at exactly `at` when given: fails where something else is mapped there.
    pub fn new(fd: BorrowedFd<'_>, length: usize, at: Option<u64>) -> io::Result<Mapping> {
        let (hint, fixed) = match at {
            Some(address) => (address as usize as *mut c_void, MAP_FIXED_NOREPLACE),
            None => (std::ptr::null_mut(), 0),
        };
        // SAFETY: no existing mapping is replaced (NOREPLACE, or the kernel chooses).
        let got = unsafe {
            mmap(hint, length, PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE | fixed, fd.as_raw_fd(), 0)
        };
        if got as isize == -1 {
            return Err(io::Error::last_os_error());
        }
        let mapping = Mapping { at: got.cast(), length };
        match at {
            // Kernels before 4.17 take NOREPLACE for a mere hint.
            Some(address) if got as usize as u64 != address => Err(io::ErrorKind::AddrInUse.into()),
            _ => Ok(mapping),
        }
    }

    /// First byte.
    pub fn as_ptr(&self) -> *mut u8 {
        self.at
    }

    /// Bytes.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: this mapping was made by `new` and nobody uses it after its owner is gone.
        unsafe { munmap(self.at.cast(), self.length) };
    }
}

/// An address from which nothing is mapped for `length` bytes, for now: whoever maps there must be ready to find it
/// taken.
pub fn free_range(length: usize) -> io::Result<u64> {
    // SAFETY: the kernel chooses the place; the range is given back before anybody knows of it.
    unsafe {
        let at = mmap(std::ptr::null_mut(), length, 0, MAP_PRIVATE_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if at as isize == -1 {
            return Err(io::Error::last_os_error());
        }
        munmap(at, length);
        Ok(at as usize as u64)
    }
}

/// Puts `length` bytes of `fd` from `offset` in place of what is mapped at `at`.
///
/// # Safety
/// The range must be mapped memory of this process whose contents the caller has saved; nobody may use it meanwhile.
pub unsafe fn map_over(fd: BorrowedFd<'_>, offset: u64, at: *mut u8, length: usize) -> io::Result<()> {
    let flags = MAP_SHARED | MAP_NORESERVE | MAP_FIXED;
    // SAFETY: the caller gives up what is there.
    let got = unsafe { mmap(at.cast(), length, PROT_READ_WRITE, flags, fd.as_raw_fd(), offset as i64) };
    if got as isize == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Puts fresh private memory in place of what is mapped at `at`.
///
/// # Safety
/// As for [`map_over`].
pub unsafe fn map_private_over(at: *mut u8, length: usize) -> io::Result<()> {
    let flags = MAP_PRIVATE_ANONYMOUS | MAP_FIXED;
    // SAFETY: the caller gives up what is there.
    let got = unsafe { mmap(at.cast(), length, PROT_READ_WRITE, flags, -1, 0) };
    if got as isize == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

const MAX_FDS: usize = 32;

#[repr(C, align(8))]
struct Control {
    length: usize,
    level: c_int,
    kind: c_int,
    fds: [c_int; MAX_FDS],
}

const CONTROL_HEADER: usize = 16;

/// Sends bytes together with file descriptors. Short writes do not happen for messages of this size on a fresh
/// stream socket; one is an error.
pub fn send_with_fds(socket: BorrowedFd<'_>, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    if fds.len() > MAX_FDS {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut control = Control {
        length: CONTROL_HEADER + fds.len() * 4,
        level: SOL_SOCKET,
        kind: SCM_RIGHTS,
        fds: [0; MAX_FDS],
    };
    for (slot, fd) in control.fds.iter_mut().zip(fds) {
        *slot = fd.as_raw_fd();
    }
    let mut iov = IoVec { base: bytes.as_ptr().cast_mut().cast(), length: bytes.len() };
    let message = MsgHdr {
        name: std::ptr::null_mut(),
        name_length: 0,
        iov: &mut iov,
        iov_length: 1,
        control: if fds.is_empty() { std::ptr::null_mut() } else { (&raw mut control).cast() },
        control_length: if fds.is_empty() { 0 } else { (CONTROL_HEADER + fds.len() * 4).next_multiple_of(8) },
        flags: 0,
    };
    // SAFETY: all pointers are to locals that outlive the call, with their true lengths.
    let sent = unsafe { sendmsg(socket.as_raw_fd(), &message, MSG_NOSIGNAL) };
    match usize::try_from(sent) {
        Ok(n) if n == bytes.len() => Ok(()),
        Ok(_) => Err(io::ErrorKind::WriteZero.into()),
        Err(_) => Err(io::Error::last_os_error()),
    }
}

/// Receives bytes and the file descriptors sent with them. 0 bytes is the end.
pub fn receive_with_fds(socket: BorrowedFd<'_>, bytes: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control = Control { length: 0, level: 0, kind: 0, fds: [-1; MAX_FDS] };
    let mut iov = IoVec { base: bytes.as_mut_ptr().cast(), length: bytes.len() };
    let mut message = MsgHdr {
        name: std::ptr::null_mut(),
        name_length: 0,
        iov: &mut iov,
        iov_length: 1,
        control: (&raw mut control).cast(),
        control_length: size_of::<Control>(),
        flags: 0,
    };
    // SAFETY: all pointers are to locals (and the caller's slice) that outlive the call, with true lengths.
    let got = unsafe { recvmsg(socket.as_raw_fd(), &mut message, MSG_CMSG_CLOEXEC) };
    let got = usize::try_from(got).map_err(|_| io::Error::last_os_error())?;
    let mut fds = Vec::new();
    if message.control_length >= CONTROL_HEADER && control.level == SOL_SOCKET && control.kind == SCM_RIGHTS {
        let count = control.length.saturating_sub(CONTROL_HEADER) / 4;
        for &fd in control.fds.iter().take(count).filter(|&&fd| fd >= 0) {
            // SAFETY: the kernel just made these descriptors for us.
            fds.push(unsafe { OwnedFd::from_raw_fd(fd) });
        }
    }
    Ok((got, fds))
}

/// Sleeps until `word` is no longer `value`, it is woken, or the time is over; may return early.
pub fn futex_wait(word: &AtomicU32, value: u32, timeout: Duration) {
    let timeout =
        TimeSpec { seconds: timeout.as_secs() as i64, nanoseconds: i64::from(timeout.subsec_nanos()) };
    // SAFETY: the word lives through the call; shared futex, as the word is in memory of two processes.
    unsafe { syscall(SYS_FUTEX, word.as_ptr(), FUTEX_WAIT, value, &timeout, 0usize, 0u32) };
}

/// Wakes everybody who sleeps on `word`.
pub fn futex_wake(word: &AtomicU32) {
    // SAFETY: the word lives through the call.
    unsafe { syscall(SYS_FUTEX, word.as_ptr(), FUTEX_WAKE, i32::MAX, 0usize, 0usize, 0u32) };
}

/// A descriptor that becomes readable when the process ends; `None` where the kernel has no such thing.
pub fn watch_process(pid: u32) -> Option<OwnedFd> {
    // SAFETY: plain call; the result is checked before it is owned.
    let fd = unsafe { syscall(SYS_PIDFD_OPEN, pid as c_int, 0u32) };
    let fd = c_int::try_from(fd).ok().filter(|&fd| fd >= 0)?;
    // SAFETY: a new descriptor that nobody else has.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Whether the other end of a socket is gone.
pub fn hung_up(socket: BorrowedFd<'_>) -> bool {
    let mut fd = PollFd { fd: socket.as_raw_fd(), events: POLLRDHUP, revents: 0 };
    // SAFETY: one valid entry.
    let ready = unsafe { poll(&mut fd, 1, 0) };
    ready > 0 && fd.revents & (POLLHUP | POLLRDHUP | POLLERR) != 0
}

/// Whether there is something to read (for a process descriptor: whether it ended).
pub fn readable(fd: BorrowedFd<'_>) -> bool {
    let mut fd = PollFd { fd: fd.as_raw_fd(), events: POLLIN, revents: 0 };
    // SAFETY: one valid entry.
    let ready = unsafe { poll(&mut fd, 1, 0) };
    ready > 0
}

/// The kernel's number of this thread.
pub fn thread_number() -> u32 {
    // SAFETY: plain call without arguments.
    u32::try_from(unsafe { syscall(SYS_GETTID) }).unwrap_or(0)
}

/// Calls `child` in a forked child, before `fork` returns there.
pub fn at_fork(child: extern "C" fn()) {
    // SAFETY: the handler is a function that lives as long as the program.
    unsafe { pthread_atfork(None, None, Some(child)) };
}

/// Calls `handler` when the program exits in good order.
pub fn at_exit(handler: extern "C" fn()) {
    // SAFETY: the handler is a function that lives as long as the program.
    unsafe { atexit(handler) };
}

/// Closes a descriptor by number; for forked children, where its owner must not be touched. Negative is none.
pub fn close_raw(fd: c_int) {
    if fd >= 0 {
        // SAFETY: the caller's process copy of the descriptor is not used afterwards.
        unsafe { close(fd) };
    }
}

/// The process at the other end of a unix socket, as the kernel knows it.
pub fn peer_pid(socket: BorrowedFd<'_>) -> Option<u32> {
    // struct ucred: pid, uid, gid.
    let (mut credentials, mut length) = ([0i32; 3], 12);
    let place = credentials.as_mut_ptr().cast();
    // SAFETY: the buffer has the length that is passed.
    let failed = unsafe { getsockopt(socket.as_raw_fd(), SOL_SOCKET, SO_PEERCRED, place, &mut length) };
    let [pid, ..] = credentials;
    if failed == 0 { u32::try_from(pid).ok().filter(|&pid| pid != 0) } else { None }
}

static CHILD: AtomicI32 = AtomicI32::new(0);

extern "C" fn hand_on(number: c_int) {
    let child = CHILD.load(Ordering::Relaxed);
    if child > 0 {
        // SAFETY: `kill` may be called from a handler; the process is a child that was not waited for yet.
        unsafe { kill(child, number) };
    }
}

/// From now on requests to end (a time limit's, a closed terminal's) go to this child, whose end this process sees.
pub fn hand_signals_to(child: u32) {
    const SIGHUP: c_int = 1;
    const SIGTERM: c_int = 15;
    CHILD.store(child as c_int, Ordering::Relaxed);
    for number in [SIGHUP, SIGTERM] {
        // SAFETY: the handler only reads a number and sends a signal.
        unsafe { signal(number, hand_on) };
    }
}

/// The child has ended; its number may soon be another's.
pub fn hand_signals_to_nobody() {
    CHILD.store(0, Ordering::Relaxed);
}

extern "C" fn nothing(_signal: c_int) {}

/// From now on Ctrl-C and Ctrl-\ do nothing to this process; programs it starts have them as usual, because a
/// handler, unlike "ignore", does not outlive `exec`.
pub fn leave_keyboard_signals_to_children() {
    const SIGINT: c_int = 2;
    const SIGQUIT: c_int = 3;
    for number in [SIGINT, SIGQUIT] {
        // SAFETY: the handler does nothing, which is safe at any time.
        unsafe { signal(number, nothing) };
    }
}
