//! One request and one reply at a time through shared memory.
//!
//! A page of counters and two areas of [`AREA`] bytes. The library writes a request, then its number; the server
//! sees the number change, copies the bytes out, and answers the same way. Whoever waits watches the number for a
//! few microseconds, then sleeps on it as a futex and looks from time to time whether the other side still lives.
//! An empty exchange so costs one to a few microseconds.
//!
//! Bytes are copied out of the shared area before anything looks at them, with the length checked against the
//! area, so a peer that keeps writing can only spoil its own message.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::sys::{self, Mapping};

/// Bytes a request or a reply can have.
pub const AREA: usize = 256 << 10;
const HEADER: usize = 4096;
/// Bytes of the shared file.
pub const BYTES: usize = HEADER + 2 * AREA;

/// How long to watch before sleeping, and how long to sleep before looking after the other side.
const WATCH: Duration = Duration::from_micros(40);
const SLEEP: Duration = Duration::from_millis(20);

/// One direction's words. Each pair lives on its own cache line.
#[derive(Clone, Copy)]
struct Lane {
    number: usize,
    sleeping: usize,
    length: usize,
    area: usize,
}

const REQUEST: Lane = Lane { number: 0, sleeping: 4, length: 8, area: HEADER };
const REPLY: Lane = Lane { number: 64, sleeping: 68, length: 72, area: HEADER + AREA };

/// Either side's view.
#[derive(Debug)]
pub struct Mailbox {
    memory: Mapping,
    last: u32,
}

/// Why no message came.
#[derive(Debug)]
pub enum Gone {
    /// The other side ended.
    Peer,
    /// It wrote something that is no message.
    Garbage,
    /// The message does not fit the mailbox.
    TooLong(usize),
}

impl Mailbox {
    /// Maps the shared file.
    pub fn new(fd: BorrowedFd<'_>) -> io::Result<Mailbox> {
        Ok(Mailbox { memory: Mapping::new(fd, BYTES, None)?, last: 0 })
    }

    fn word(&self, offset: usize) -> &AtomicU32 {
        debug_assert!(offset + 4 <= HEADER);
        // SAFETY: inside the mapping's first page, aligned to 4, and only ever used as an atomic by both sides.
        unsafe { AtomicU32::from_ptr(self.memory.as_ptr().add(offset).cast()) }
    }

    fn post(&self, lane: Lane, number: u32, bytes: &[u8]) -> Result<(), Gone> {
        if bytes.len() > AREA {
            return Err(Gone::TooLong(bytes.len()));
        }
        // SAFETY: the area lies in the mapping and has AREA bytes; the other side does not read it before the
        // number changes, and copies what it reads.
        unsafe {
            let area = self.memory.as_ptr().add(lane.area);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), area, bytes.len());
        }
        self.word(lane.length).store(bytes.len() as u32, Ordering::Relaxed);
        self.word(lane.number).store(number, Ordering::SeqCst);
        if self.word(lane.sleeping).load(Ordering::SeqCst) != 0 {
            sys::futex_wake(self.word(lane.number));
        }
        Ok(())
    }

    fn wait(&self, lane: Lane, old: u32, mut alive: impl FnMut() -> bool) -> Result<u32, Gone> {
        let word = self.word(lane.number);
        let seen = |number: u32| number != old;
        let start = Instant::now();
        loop {
            for _ in 0..64 {
                let number = word.load(Ordering::Acquire);
                if seen(number) {
                    return Ok(number);
                }
                std::hint::spin_loop();
            }
            if start.elapsed() > WATCH {
                break;
            }
        }
        let sleeping = self.word(lane.sleeping);
        let result = loop {
            sleeping.store(1, Ordering::SeqCst);
            let number = word.load(Ordering::SeqCst);
            if seen(number) {
                break Ok(number);
            }
            sys::futex_wait(word, old, SLEEP);
            let number = word.load(Ordering::SeqCst);
            if seen(number) {
                break Ok(number);
            }
            if !alive() {
                // It may have answered just before it ended.
                let number = word.load(Ordering::SeqCst);
                break if seen(number) { Ok(number) } else { Err(Gone::Peer) };
            }
        };
        sleeping.store(0, Ordering::SeqCst);
        result
    }

    fn read(&self, lane: Lane, into: &mut Vec<u8>) -> Result<(), Gone> {
        let length = self.word(lane.length).load(Ordering::Relaxed) as usize;
        if length > AREA {
            return Err(Gone::Garbage);
        }
        into.clear();
        into.reserve(length);
        // SAFETY: the area lies in the mapping and has AREA bytes, `into` has room for `length`; should the other
        // side write meanwhile, the copy holds mixed bytes, which the decoder takes like any others.
        unsafe {
            let area = self.memory.as_ptr().add(lane.area);
            std::ptr::copy_nonoverlapping(area, into.as_mut_ptr(), length);
            into.set_len(length);
        }
        Ok(())
    }

    /// Library: one exchange. `alive` is asked while nothing comes.
    pub fn exchange(
        &mut self,
        request: &[u8],
        reply: &mut Vec<u8>,
        alive: impl FnMut() -> bool,
    ) -> Result<(), Gone> {
        let number = self.last.wrapping_add(1);
        self.post(REQUEST, number, request)?;
        let got = self.wait(REPLY, self.last, alive)?;
        self.last = number;
        if got != number {
            return Err(Gone::Garbage);
        }
        self.read(REPLY, reply)
    }

    /// Server: the next request.
    pub fn receive(&mut self, request: &mut Vec<u8>, alive: impl FnMut() -> bool) -> Result<(), Gone> {
        let number = self.wait(REQUEST, self.last, alive)?;
        self.last = number;
        self.read(REQUEST, request)
    }

    /// Server: the answer to it.
    pub fn answer(&mut self, reply: &[u8]) -> Result<(), Gone> {
        self.post(REPLY, self.last, reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd as _;

    #[test]
    fn requests_and_replies_alternate() {
        let file = sys::shared_memory(c"mailbox", BYTES as u64).unwrap();
        let (mut program, mut server) =
            (Mailbox::new(file.as_fd()).unwrap(), Mailbox::new(file.as_fd()).unwrap());
        let echo = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            for _ in 0..200 {
                server.receive(&mut bytes, || true).unwrap();
                bytes.reverse();
                server.answer(&bytes).unwrap();
            }
        });
        let mut reply = Vec::new();
        for i in 0..200u8 {
            program.exchange(&[1, 2, i], &mut reply, || true).unwrap();
            assert_eq!(reply, [i, 2, 1]);
        }
        echo.join().unwrap();
    }

    #[test]
    fn a_dead_server_is_noticed() {
        let file = sys::shared_memory(c"mailbox", BYTES as u64).unwrap();
        let mut program = Mailbox::new(file.as_fd()).unwrap();
        let outcome = program.exchange(b"hello", &mut Vec::new(), || false);
        assert!(matches!(outcome, Err(Gone::Peer)));
    }

    #[test]
    fn a_length_beyond_the_area_is_garbage() {
        let file = sys::shared_memory(c"mailbox", BYTES as u64).unwrap();
        let mut server = Mailbox::new(file.as_fd()).unwrap();
        let program = Mailbox::new(file.as_fd()).unwrap();
        program.word(REQUEST.length).store(u32::MAX, Ordering::SeqCst);
        program.word(REQUEST.number).store(1, Ordering::SeqCst);
        assert!(matches!(server.receive(&mut Vec::new(), || true), Err(Gone::Garbage)));
    }
}
