//! Peers that shake hands and then send what no library would: whatever comes, the device process goes on, and a
//! program that is served beside them gets right results.
//!
//! Requests are put together from their fields with values that are likely to hurt, or are such requests with bytes
//! changed; sometimes the shared memory itself is written over. `WARPLENS_FUZZ_SECONDS` makes it go on for so long.

use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use warplens_driver_protocol::mailbox::{BYTES, Mailbox, NO_REPLY, Return};
use warplens_driver_protocol::message::{Head, Outcome};
use warplens_driver_protocol::sys::Mapping;
use warplens_driver_protocol::wire::{Bytes, Reader, Wire as _};
use warplens_driver_protocol::{Hello, Reply, Request, VERSION, socket};
use warplens_driver_server::embedded::Embedded;
use warplens_driver_server::{Server, Settings};

const KERNEL: &str = ".version 7.0\n.target sm_70\n.address_size 64\n.visible .global .align 4 .u32 word;\n\
    .visible .entry put(.param .u64 to) { .reg .b64 %rd<2>; ld.param.u64 %rd1, [to]; st.global.u32 [%rd1], 7; ret; }\n";

/// Xorshift: the same requests on every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A number that a program might send, or one that it should not.
    fn number(&mut self) -> u64 {
        const ARENA: u64 = 0x3000_0000_0000;
        match self.below(12) {
            0..=3 => self.below(4),
            4 => ARENA + self.below(1 << 22),
            5 => ARENA + 256 * self.below(64),
            6 => u64::MAX - self.below(4),
            7 => 1 << self.below(64),
            8 => 0x1000 + 16 * self.below(8),
            9 => 0x8000_0000 + 16 * self.below(16),
            10 => self.below(4096),
            _ => self.next(),
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        (0..self.below(64)).map(|_| self.next() as u8).collect()
    }

    fn text(&mut self) -> String {
        ["put", "word", "", "x", "ünïcödé\0"][self.below(5) as usize].to_owned()
    }

    /// A request of any kind with any numbers: written field by field, as the wire has them.
    fn request(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        match self.below(8) {
            0 => Request::Stage { piece: Bytes(KERNEL.as_bytes().to_vec()) }.put(&mut out),
            1 => Request::Load { device: self.below(3) as u32, name: self.text() }.put(&mut out),
            2 => Request::Kernel { device: 0, module: self.below(3) as u32, name: self.text() }.put(&mut out),
            3 => Request::Launch {
                device: self.below(3) as u32,
                kernel: self.below(3) as u32,
                stream: if self.below(2) == 0 { 0 } else { self.number() },
                grid: [1 + self.below(3) as u32, 1, self.below(3) as u32],
                block: [self.number() as u32, 1, 1],
                shared: self.number() as u32,
                cooperative: self.below(2) == 0,
                params: Bytes(self.number().to_le_bytes().to_vec()),
            }
            .put(&mut out),
            4 => Request::Allocate {
                device: self.below(3) as u32,
                bytes: self.number(),
                kind: self.below(6) as u8,
                flags: self.number() as u32,
                stream: (self.below(2) == 0).then(|| self.number()),
            }
            .put(&mut out),
            5 => Request::Copy {
                device: self.below(3) as u32,
                stream: self.number(),
                kind: self.below(6) as u8,
                destination: self.number(),
                destination_pitch: self.number(),
                source: self.number(),
                source_pitch: self.number(),
                width: self.number(),
                rows: self.number(),
                asynchronous: self.below(2) == 0,
            }
            .put(&mut out),
            _ => {
                // Every request that is only numbers, and some that are not.
                (self.below(48) as u16).put(&mut out);
                for _ in 0..self.below(12) {
                    match self.below(3) {
                        0 => (self.number() as u32).put(&mut out),
                        1 => self.number().put(&mut out),
                        _ => (self.number() as u8).put(&mut out),
                    }
                }
            }
        }
        if self.below(8) == 0 {
            let more = self.bytes();
            out.extend(more);
        }
        if self.below(6) == 0 && !out.is_empty() {
            let at = self.below(out.len() as u64) as usize;
            out[at] = self.next() as u8;
        }
        out
    }
}

struct Peer {
    _socket: UnixStream,
    mailbox: Mailbox,
    raw: Mapping,
    number: u32,
}

impl Peer {
    fn connect(server: &Server) -> Peer {
        let socket = UnixStream::connect(server.socket()).unwrap();
        let hello = Hello { version: VERSION, pid: 1, program: "hostile".into(), arguments: vec![] };
        socket::send_hello(&socket, &hello).unwrap();
        let (_, fds) = socket::receive_welcome(&socket).unwrap();
        let mailbox = Mailbox::new(fds[0].as_fd()).unwrap();
        let raw = Mapping::new(fds[0].as_fd(), BYTES, None).unwrap();
        Peer { _socket: socket, mailbox, raw, number: 0 }
    }

    fn head() -> Vec<u8> {
        Head { now: 5, thread: 1 }.to_bytes()
    }

    /// Sends and waits for the reply: the error code, and what came.
    fn ask(&mut self, body: &[u8]) -> Option<(i32, Option<Reply>)> {
        self.number += 1;
        let place = Return { slot: 0, number: self.number };
        let patience = Instant::now();
        let alive = || patience.elapsed() < Duration::from_secs(5);
        self.mailbox.post(place, &[Peer::head(), body.to_vec()].concat(), alive).ok()?;
        let mut reply = Vec::new();
        self.mailbox.wait(place, &mut reply, alive).ok()?;
        let mut reader = Reader::new(&reply);
        let outcome = Outcome::get(&mut reader).unwrap();
        Some((outcome.code, Reply::get(&mut reader).ok()))
    }

    fn send(&mut self, body: &[u8]) {
        let place = Return { slot: NO_REPLY, number: 0 };
        let start = Instant::now();
        let _ = self.mailbox.post(place, body, || start.elapsed() < Duration::from_secs(5));
    }
}

fn embedded() -> Server {
    let model = warplens_devices::find("h100").unwrap();
    let machines = Box::new(Embedded::new(model, 2, 16 << 20, 1, 1_000_000));
    Server::start(Settings { machines, recorder: None }).unwrap()
}

/// A program that does everything right: loads, allocates, launches, waits, and reads what the kernel wrote.
fn a_good_program_is_served(server: &Server) {
    let mut peer = Peer::connect(server);
    let mut ask = |request: Request| peer.ask(&request.to_bytes()).expect("an answer");
    assert_eq!(ask(Request::Stage { piece: Bytes(KERNEL.as_bytes().to_vec()) }).0, 0);
    let (0, Some(Reply::Module { module })) = ask(Request::Load { device: 0, name: "good".into() }) else {
        panic!("no module")
    };
    let (0, Some(Reply::Kernel { facts })) = ask(Request::Kernel { device: 0, module, name: "put".into() })
    else {
        panic!("no kernel")
    };
    let allocate = Request::Allocate { device: 0, bytes: 4096, kind: 0, flags: 0, stream: None };
    let (0, Some(Reply::Region { address, .. })) = ask(allocate) else { panic!("no memory") };
    let (grid, block) = ([2, 1, 1], [32, 1, 1]);
    let params = Bytes(address.to_le_bytes().to_vec());
    let (kernel, cooperative) = (facts.kernel, false);
    let launch =
        Request::Launch { device: 0, kernel, stream: 0, grid, block, shared: 0, cooperative, params };
    assert_eq!(ask(launch).0, 0);
    assert_eq!(ask(Request::DeviceSync { device: 0 }).0, 0);
    assert_eq!(ask(Request::Goodbye {}).0, 0);
}

#[test]
fn whatever_a_peer_sends_the_device_process_goes_on() {
    let seconds: f64 =
        std::env::var("WARPLENS_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1.5);
    let server = embedded();
    a_good_program_is_served(&server);
    let (start, mut dice, mut requests, mut understood) = (Instant::now(), Dice(0x2545_F491_4F6C_DD1D), 0, 0);
    while start.elapsed().as_secs_f64() < seconds {
        let mut peer = Peer::connect(&server);
        for _ in 0..200 {
            let body = dice.request();
            requests += 1;
            // Its answer comes when a host function is due, and there is none.
            let waits = body.starts_with(&35u16.to_le_bytes());
            match if waits { 0 } else { dice.below(16) } {
                0 => peer.send(&[Peer::head(), body].concat()),
                1 => peer.send(&body),
                _ => match peer.ask(&body) {
                    Some((code, _)) => understood += usize::from(code == 0),
                    // A request whose answer waits for something that never comes, as it may.
                    None => break,
                },
            }
        }
        if dice.below(4) == 0 {
            // Counters, frames, slots: anything in the shared memory.
            for _ in 0..dice.below(64) {
                let most = if dice.below(2) == 0 { 2048 } else { BYTES as u64 };
                let at = dice.below(most) as usize;
                // SAFETY: inside the mapping; what it does to the other side is what is tested.
                unsafe { peer.raw.as_ptr().add(at).write_volatile(dice.next() as u8) };
            }
            peer.send(&[1, 2, 3]);
        }
    }
    a_good_program_is_served(&server);
    assert!(understood > requests / 20, "only {understood} of {requests} requests meant anything");
}
