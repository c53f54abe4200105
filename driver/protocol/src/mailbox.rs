//! Requests and replies through shared memory.
//!
//! A page of counters, a ring of requests, and [`SLOTS`] places for replies. The library writes requests one after
//! another; each names the place where its reply is wanted, or none. Replies come in any order, so that a call
//! that waits keeps nobody else waiting, and a request that wants no reply costs no exchange at all.
//!
//! Whoever waits watches for a few microseconds, then sleeps on a futex and looks from time to time whether the
//! other side still lives. On a machine (or an affinity) of one core nobody watches: the other side can do
//! nothing while we look.
//!
//! In the device process one thread at a time receives. It may leave to run a kernel; a program that gets no reply
//! meanwhile asks for another thread ([`Mailbox::stand_by`]), so that short kernels cost no change of threads and
//! long ones block nobody.
//!
//! Bytes are copied out of the shared memory before anything looks at them, with each length checked against what
//! is there, so a peer that keeps writing can only spoil its own messages.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::sys::{self, Mapping};

/// Bytes a request can have.
pub const AREA: usize = 256 << 10;
/// Bytes a reply can have.
pub const REPLY: usize = 64 << 10;
/// Replies that can be outstanding.
pub const SLOTS: usize = 32;
/// The place of a reply nobody wants.
pub const NO_REPLY: u32 = u32::MAX;

const HEADER: usize = 4096;
const RING: usize = 1 << 20;
const FRAME: usize = 16;
/// Bytes of the shared file.
pub const BYTES: usize = HEADER + RING + SLOTS * REPLY;

// Words of the first page; those of different writers lie on different cache lines.
const TAIL: usize = 0;
const HEAD: usize = 64;
const SPACE_WANTED: usize = 128;
const RECEIVING: usize = 192;
const RECEIVER_SLEEPS: usize = 196;
const HELP: usize = 256;
const STANDING_BY: usize = 320;
const SLOT_WORDS: usize = 1024;
const NUMBER: usize = 0;
const SLEEPING: usize = 4;
const LENGTH: usize = 8;

/// How long to watch before sleeping, and how long to sleep before looking after the other side.
const WATCH: Duration = Duration::from_micros(40);
const SLEEP: Duration = Duration::from_millis(20);

/// Either side's view.
#[derive(Debug)]
pub struct Mailbox {
    memory: Mapping,
}

/// Where the receiver is in the ring.
#[derive(Debug, Default)]
pub struct Receiver {
    head: u32,
}

/// Where a reply is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Return {
    /// The place, below [`SLOTS`], or [`NO_REPLY`].
    pub slot: u32,
    /// What the place's number becomes with the reply.
    pub number: u32,
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

fn one_core() -> bool {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get)) == 1
}

/// Watches for a moment; true when it was seen.
fn watch(mut seen: impl FnMut() -> bool) -> bool {
    if one_core() {
        return seen();
    }
    let start = Instant::now();
    loop {
        for _ in 0..64 {
            if seen() {
                return true;
            }
            std::hint::spin_loop();
        }
        if start.elapsed() > WATCH {
            return false;
        }
    }
}

impl Mailbox {
    /// Maps the shared file.
    pub fn new(fd: BorrowedFd<'_>) -> io::Result<Mailbox> {
        Ok(Mailbox { memory: Mapping::new(fd, BYTES, None)? })
    }

    fn word(&self, offset: usize) -> &AtomicU32 {
        debug_assert!(offset + 4 <= HEADER);
        // SAFETY: inside the mapping's first page, aligned to 4, and only ever used as an atomic by both sides.
        unsafe { AtomicU32::from_ptr(self.memory.as_ptr().add(offset).cast()) }
    }

    fn slot_word(&self, slot: u32, which: usize) -> &AtomicU32 {
        self.word(SLOT_WORDS + (slot as usize % SLOTS) * 64 + which)
    }

    /// Copies into the ring at a position, around its end.
    fn put(&self, at: u32, bytes: &[u8]) {
        let start = at as usize % RING;
        let (first, rest) = bytes.split_at(bytes.len().min(RING - start));
        // SAFETY: both parts lie in the ring; the other side does not read them before the tail moves.
        unsafe {
            let ring = self.memory.as_ptr().add(HEADER);
            std::ptr::copy_nonoverlapping(first.as_ptr(), ring.add(start), first.len());
            std::ptr::copy_nonoverlapping(rest.as_ptr(), ring, rest.len());
        }
    }

    /// Copies out of the ring from a position, around its end.
    fn get(&self, at: u32, into: &mut [u8]) {
        let start = at as usize % RING;
        let split = into.len().min(RING - start);
        let (first, rest) = into.split_at_mut(split);
        // SAFETY: both parts lie in the ring; should the other side write meanwhile, the copy holds mixed bytes,
        // which are taken like any others.
        unsafe {
            let ring = self.memory.as_ptr().add(HEADER);
            std::ptr::copy_nonoverlapping(ring.add(start), first.as_mut_ptr(), first.len());
            std::ptr::copy_nonoverlapping(ring, rest.as_mut_ptr(), rest.len());
        }
    }

    /// Library: writes a request. One caller at a time.
    pub fn post(&self, to: Return, request: &[u8], mut alive: impl FnMut() -> bool) -> Result<(), Gone> {
        if request.len() > AREA {
            return Err(Gone::TooLong(request.len()));
        }
        let tail = self.word(TAIL).load(Ordering::Relaxed);
        let bytes = FRAME + request.len().next_multiple_of(8);
        let fits = || {
            RING - (tail.wrapping_sub(self.word(HEAD).load(Ordering::Acquire)) as usize).min(RING) >= bytes
        };
        while !watch(fits) {
            self.word(SPACE_WANTED).store(1, Ordering::SeqCst);
            self.call_for_help();
            let head = self.word(HEAD).load(Ordering::SeqCst);
            if fits() {
                break;
            }
            sys::futex_wait(self.word(HEAD), head, SLEEP);
            if !alive() && !fits() {
                return Err(Gone::Peer);
            }
        }
        let mut frame = [0; FRAME];
        let words = [to.slot, to.number, request.len() as u32, 0];
        for (part, word) in frame.chunks_exact_mut(4).zip(words) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        self.put(tail, &frame);
        self.put(tail.wrapping_add(FRAME as u32), request);
        self.word(TAIL).store(tail.wrapping_add(bytes as u32), Ordering::SeqCst);
        if self.word(RECEIVER_SLEEPS).load(Ordering::SeqCst) != 0 {
            sys::futex_wake(self.word(TAIL));
        }
        Ok(())
    }

    /// Library: waits for a reply.
    pub fn wait(
        &self,
        from: Return,
        reply: &mut Vec<u8>,
        mut alive: impl FnMut() -> bool,
    ) -> Result<(), Gone> {
        let word = self.slot_word(from.slot, NUMBER);
        let sleeping = self.slot_word(from.slot, SLEEPING);
        if !watch(|| word.load(Ordering::Acquire) == from.number) {
            loop {
                sleeping.store(1, Ordering::SeqCst);
                let number = word.load(Ordering::SeqCst);
                if number == from.number {
                    break;
                }
                self.call_for_help();
                sys::futex_wait(word, number, SLEEP);
                if word.load(Ordering::SeqCst) == from.number {
                    break;
                }
                // It may have answered just before it ended.
                if !alive() && word.load(Ordering::SeqCst) != from.number {
                    return Err(Gone::Peer);
                }
            }
            sleeping.store(0, Ordering::SeqCst);
        }
        let length = self.slot_word(from.slot, LENGTH).load(Ordering::Relaxed) as usize;
        if length > REPLY {
            return Err(Gone::Garbage);
        }
        reply.clear();
        reply.reserve(length);
        // SAFETY: the slot lies in the mapping and has REPLY bytes, `reply` has room for `length`.
        unsafe {
            std::ptr::copy_nonoverlapping(self.slot_bytes(from.slot), reply.as_mut_ptr(), length);
            reply.set_len(length);
        }
        Ok(())
    }

    fn slot_bytes(&self, slot: u32) -> *mut u8 {
        // SAFETY: the remainder keeps the slot inside the mapping.
        unsafe { self.memory.as_ptr().add(HEADER + RING + (slot as usize % SLOTS) * REPLY) }
    }

    /// Where nobody receives, wakes one who could.
    fn call_for_help(&self) {
        let nobody = self.word(RECEIVING).load(Ordering::SeqCst) == 0;
        if nobody && self.word(STANDING_BY).load(Ordering::SeqCst) != 0 {
            self.wake_help();
        }
    }

    /// Device process: wakes a thread that stands by.
    pub fn wake_help(&self) {
        self.word(HELP).fetch_add(1, Ordering::SeqCst);
        sys::futex_wake(self.word(HELP));
    }

    /// Device process: the next request. The lock around `receiver` is the right to receive.
    pub fn receive(
        &self,
        receiver: &mut Receiver,
        request: &mut Vec<u8>,
        alive: impl FnMut() -> bool,
    ) -> Result<Return, Gone> {
        self.word(RECEIVING).store(1, Ordering::SeqCst);
        let received = self.receive_next(receiver, request, alive);
        self.word(RECEIVING).store(0, Ordering::SeqCst);
        received
    }

    fn receive_next(
        &self,
        receiver: &mut Receiver,
        request: &mut Vec<u8>,
        mut alive: impl FnMut() -> bool,
    ) -> Result<Return, Gone> {
        let word = self.word(TAIL);
        let head = receiver.head;
        if !watch(|| word.load(Ordering::Acquire) != head) {
            let sleeps = self.word(RECEIVER_SLEEPS);
            let came = loop {
                sleeps.store(1, Ordering::SeqCst);
                if word.load(Ordering::SeqCst) != head {
                    break true;
                }
                sys::futex_wait(word, head, SLEEP);
                if word.load(Ordering::SeqCst) != head {
                    break true;
                }
                if !alive() {
                    break word.load(Ordering::SeqCst) != head;
                }
            };
            sleeps.store(0, Ordering::SeqCst);
            if !came {
                return Err(Gone::Peer);
            }
        }
        let there = word.load(Ordering::Acquire).wrapping_sub(head) as usize;
        if !(FRAME..=RING).contains(&there) {
            return Err(Gone::Garbage);
        }
        let mut frame = [0; FRAME];
        self.get(head, &mut frame);
        let mut words = frame.chunks_exact(4).map(|b| b.try_into().map_or(0, u32::from_le_bytes));
        let mut next = || words.next().unwrap_or(0);
        let (to, length) = (Return { slot: next(), number: next() }, next() as usize);
        let bytes = FRAME + length.next_multiple_of(8);
        let known = to.slot == NO_REPLY || (to.slot as usize) < SLOTS;
        if length > AREA || bytes > there || !known {
            return Err(Gone::Garbage);
        }
        request.clear();
        request.resize(length, 0);
        self.get(head.wrapping_add(FRAME as u32), request);
        receiver.head = head.wrapping_add(bytes as u32);
        self.word(HEAD).store(receiver.head, Ordering::SeqCst);
        if self.word(SPACE_WANTED).load(Ordering::SeqCst) != 0 {
            self.word(SPACE_WANTED).store(0, Ordering::SeqCst);
            sys::futex_wake(self.word(HEAD));
        }
        Ok(to)
    }

    /// Device process: sleeps until help is wanted or the time is over.
    pub fn stand_by(&self, time: Duration) {
        let help = self.word(HELP).load(Ordering::SeqCst);
        self.word(STANDING_BY).fetch_add(1, Ordering::SeqCst);
        sys::futex_wait(self.word(HELP), help, time);
        self.word(STANDING_BY).fetch_sub(1, Ordering::SeqCst);
    }

    /// Device process: gives a reply. One caller at a time for each place.
    pub fn answer(&self, to: Return, reply: &[u8]) -> Result<(), Gone> {
        if to.slot == NO_REPLY {
            return Ok(());
        }
        if reply.len() > REPLY {
            return Err(Gone::TooLong(reply.len()));
        }
        // SAFETY: the slot lies in the mapping and has REPLY bytes; the other side does not read it before the
        // number changes.
        unsafe { std::ptr::copy_nonoverlapping(reply.as_ptr(), self.slot_bytes(to.slot), reply.len()) };
        self.slot_word(to.slot, LENGTH).store(reply.len() as u32, Ordering::Relaxed);
        self.slot_word(to.slot, NUMBER).store(to.number, Ordering::SeqCst);
        if self.slot_word(to.slot, SLEEPING).load(Ordering::SeqCst) != 0 {
            sys::futex_wake(self.slot_word(to.slot, NUMBER));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd as _;

    fn pair() -> (Mailbox, Mailbox) {
        let file = sys::shared_memory(c"mailbox", BYTES as u64).unwrap();
        (Mailbox::new(file.as_fd()).unwrap(), Mailbox::new(file.as_fd()).unwrap())
    }

    fn at(slot: u32, number: u32) -> Return {
        Return { slot, number }
    }

    #[test]
    fn a_request_gets_its_reply() {
        let (program, server) = pair();
        let echo = std::thread::spawn(move || {
            let (mut bytes, mut receiver) = (Vec::new(), Receiver::default());
            for _ in 0..200 {
                let to = server.receive(&mut receiver, &mut bytes, || true).unwrap();
                bytes.reverse();
                server.answer(to, &bytes).unwrap();
            }
        });
        let mut reply = Vec::new();
        for i in 0..200u8 {
            let to = at(u32::from(i % 3), u32::from(i) + 1);
            program.post(to, &[1, 2, i], || true).unwrap();
            program.wait(to, &mut reply, || true).unwrap();
            assert_eq!(reply, [i, 2, 1]);
        }
        echo.join().unwrap();
    }

    #[test]
    fn replies_come_in_any_order() {
        let (program, server) = pair();
        let (first, second) = (at(0, 7), at(1, 9));
        program.post(first, b"a", || true).unwrap();
        program.post(at(NO_REPLY, 0), b"nobody waits", || true).unwrap();
        program.post(second, b"b", || true).unwrap();
        let (mut bytes, mut receiver) = (Vec::new(), Receiver::default());
        let a = server.receive(&mut receiver, &mut bytes, || true).unwrap();
        let none = server.receive(&mut receiver, &mut bytes, || true).unwrap();
        let b = server.receive(&mut receiver, &mut bytes, || true).unwrap();
        server.answer(b, b"to b").unwrap();
        server.answer(none, b"lost").unwrap();
        program.wait(second, &mut bytes, || true).unwrap();
        assert_eq!(bytes, b"to b");
        server.answer(a, b"to a").unwrap();
        program.wait(first, &mut bytes, || true).unwrap();
        assert_eq!(bytes, b"to a");
    }

    #[test]
    fn the_ring_goes_around_and_waits_for_room() {
        let (program, server) = pair();
        let wanted: Vec<Vec<u8>> = (0..40u8).map(|i| vec![i; 100_000 + 977 * usize::from(i)]).collect();
        let sent = wanted.clone();
        let writer = std::thread::spawn(move || {
            for message in &sent {
                program.post(at(NO_REPLY, 0), message, || true).unwrap();
            }
        });
        let (mut bytes, mut receiver) = (Vec::new(), Receiver::default());
        for message in &wanted {
            server.receive(&mut receiver, &mut bytes, || true).unwrap();
            assert!(bytes == *message);
        }
        writer.join().unwrap();
    }

    #[test]
    fn a_dead_server_is_noticed() {
        let (program, _) = pair();
        program.post(at(0, 1), b"hello", || false).unwrap();
        let outcome = program.wait(at(0, 1), &mut Vec::new(), || false);
        assert!(matches!(outcome, Err(Gone::Peer)));
        let full = vec![0; AREA];
        let filled = (0..8).map(|_| program.post(at(NO_REPLY, 0), &full, || false));
        assert!(filled.into_iter().any(|posted| matches!(posted, Err(Gone::Peer))), "nobody makes room");
    }

    #[test]
    fn lengths_and_counters_that_cannot_be_are_garbage() {
        for (tail, slot, length) in
            [(8, 0, 0), (RING as u32 + 8, 0, 0), (64, 77, 4), (64, 0, 100), (64, 0, u32::MAX)]
        {
            let (program, server) = pair();
            let words = [slot, 1, length, 0].map(u32::to_le_bytes);
            program.put(0, words.as_flattened());
            program.word(TAIL).store(tail, Ordering::SeqCst);
            let got = server.receive(&mut Receiver::default(), &mut Vec::new(), || true);
            assert!(matches!(got, Err(Gone::Garbage)), "{tail} {slot} {length}: {got:?}");
        }
    }
}
