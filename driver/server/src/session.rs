//! One program: the handshake, then requests and replies until either side is gone.
//!
//! Several threads serve it, all alike. One at a time receives requests; whoever finds a kernel ready to run runs it,
//! and until it is back another thread receives. A kernel that ends soon is run by the thread that received its
//! launch without a third one being woken, which is what makes launches quick.

use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::Scope;
use std::time::{Duration, Instant};

use warplens_driver_protocol::mailbox::{BYTES, Gone, Mailbox, Receiver};
use warplens_driver_protocol::sys::{self, Mapping};
use warplens_driver_protocol::{ARENA_BASE, ARENA_STRIDE, VERSION, Welcome, socket};
use warplens_sim::launch::{Patience, Progress};

use crate::machine::Control;
use crate::record::{Event, ProgramId};
use crate::state::{Job, Shared, State};
use crate::timeline::Nanos;

/// How long a program may take over its first words.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long an idle thread sleeps before it looks whether somebody receives.
const STAND_BY: Duration = Duration::from_millis(50);
/// How long a kernel that only waits for memory goes on without fuel: time for a program to write what it waits for.
const KERNEL_MAY_WAIT: Duration = Duration::from_secs(120);

/// How long such a kernel goes on when the program is about to exit.
const KERNEL_MAY_WAIT_AT_EXIT: Duration = Duration::from_secs(2);

/// Serves a program until it ends.
pub fn serve(socket: UnixStream, shared: &Arc<Shared>, program: ProgramId, start: Instant) {
    // A peer that says nothing sensible is simply let go: it has nothing to lose.
    let Ok(session) = Session::open(socket, shared, program, start) else { return };
    std::thread::scope(|scope| session.work(scope));
    let state = session.state();
    let (in_order, at) = (session.in_order.load(Ordering::Relaxed), state.on_server_clock(state.now));
    state.record(&Event::Ended { in_order, at });
}

struct Session {
    socket: UnixStream,
    process: Option<OwnedFd>,
    mailbox: Arc<Mailbox>,
    receiver: Mutex<Receiver>,
    state: Mutex<State>,
    progress: Arc<Progress>,
    threads: AtomicUsize,
    over: AtomicBool,
    in_order: AtomicBool,
    /// While the program waits to exit: since when no block ended, and what had happened then.
    exit: Mutex<Option<(Instant, u64, u64)>>,
}

impl Session {
    fn open(
        socket: UnixStream,
        shared: &Arc<Shared>,
        program: ProgramId,
        start: Instant,
    ) -> std::io::Result<Session> {
        socket.set_read_timeout(Some(PATIENCE))?;
        let hello = socket::receive_hello(&socket)?;
        if hello.version != VERSION {
            let refused = format!(
                "the program's library speaks protocol {}, the device process {VERSION}: start the program with the \
                 same warplens that built it",
                hello.version
            );
            let welcome = Welcome { version: VERSION, refused, ..Welcome::default() };
            socket::send_welcome(&socket, &welcome, &[])?;
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let box_file = sys::shared_memory(c"warplens-mailbox", BYTES as u64)?;
        let mailbox = Arc::new(Mailbox::new(box_file.as_fd())?);
        let devices = shared.machines.facts().len() as u32;
        let place =
            |device| (ARENA_BASE + u64::from(device) * ARENA_STRIDE, shared.machines.arena_bytes(device));
        let places: Vec<(u64, u64)> = (0..devices).map(place).collect();
        let file = |(_, bytes): &(u64, u64)| sys::shared_memory(c"warplens-memory", *bytes);
        let files = places.iter().map(file).collect::<std::io::Result<Vec<_>>>()?;
        let mappings = map_arenas(&files, &places)?;
        let welcome = Welcome {
            version: VERSION,
            refused: String::new(),
            arenas: places.clone(),
            recording: shared.recorder.is_some(),
        };
        let fds: Vec<_> = std::iter::once(box_file.as_fd()).chain(files.iter().map(|f| f.as_fd())).collect();
        socket::send_welcome(&socket, &welcome, &fds)?;
        let epoch = Nanos(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        let state = State::new(shared.clone(), program, epoch, mappings, places, mailbox.clone());
        let (path, arguments, pid) = (hello.program.as_str(), hello.arguments.as_slice(), hello.pid);
        state.record(&Event::Started { program: path, arguments, pid });
        Ok(Session {
            process: peer(&socket),
            socket,
            mailbox,
            receiver: Mutex::default(),
            state: Mutex::new(state),
            progress: Arc::new(Progress::default()),
            threads: AtomicUsize::new(1),
            over: AtomicBool::new(false),
            in_order: AtomicBool::new(false),
            exit: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what is ready, else receives, else stands by.
    fn work<'a>(&'a self, scope: &'a Scope<'a, '_>) {
        let mut bytes = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let job = self.state().next_job();
            if let Some((id, device, job, more)) = job {
                self.have_threads(scope);
                if more {
                    self.mailbox.wake_help();
                }
                match job {
                    Job::Launch(launching) => {
                        let control = Control { progress: self.progress.clone(), patience: patience() };
                        let ended = launching.run(&control);
                        self.state().finish_launch(id, device, &launching, ended);
                    }
                    Job::Move(moving) => {
                        moving.run();
                        self.state().finish_move(id, moving);
                    }
                }
                continue;
            }
            match self.receiver.try_lock() {
                Ok(mut receiver) => self.receive(&mut receiver, &mut bytes),
                Err(TryLockError::Poisoned(receiver)) => self.receive(&mut receiver.into_inner(), &mut bytes),
                Err(TryLockError::WouldBlock) => self.mailbox.stand_by(STAND_BY),
            }
        }
    }

    /// A program that exits waits for its kernels; one that only polls memory, which nobody will write any more, is
    /// stopped.
    fn end_what_cannot_end(&self) {
        let progress = &self.progress;
        let mut exit = self.exit.lock().unwrap_or_else(PoisonError::into_inner);
        let done = progress.blocks_done.load(Ordering::Relaxed);
        let polls = progress.polls.load(Ordering::Relaxed);
        match *exit {
            Some((since, blocks, before)) if blocks == done => {
                if since.elapsed() > KERNEL_MAY_WAIT_AT_EXIT && polls != before {
                    progress.cancel.store(true, Ordering::Relaxed);
                }
            }
            _ => *exit = Some((Instant::now(), done, polls)),
        }
    }

    fn receive(&self, receiver: &mut Receiver, bytes: &mut Vec<u8>) {
        let alive = || {
            if self.state().draining {
                self.end_what_cannot_end();
            }
            let ended = self.process.as_ref().is_some_and(|p| sys::readable(p.as_fd()));
            !ended && !sys::hung_up(self.socket.as_fd()) && !self.over.load(Ordering::Relaxed)
        };
        match self.mailbox.receive(receiver, bytes, alive) {
            Ok(to) => {
                if self.state().receive(to, bytes) {
                    self.end(true);
                }
            }
            // The program ended; in good order unless it left work behind.
            Err(Gone::Peer) => self.end(self.state().schedule.is_empty()),
            Err(Gone::Garbage | Gone::TooLong(_)) => self.end(false),
        }
    }

    fn end(&self, in_order: bool) {
        self.in_order.store(in_order, Ordering::Relaxed);
        self.over.store(true, Ordering::Relaxed);
        self.progress.cancel.store(true, Ordering::Relaxed);
        self.mailbox.wake_help();
    }

    /// One thread for each device that runs kernels, and one that receives meanwhile.
    fn have_threads<'a>(&'a self, scope: &'a Scope<'a, '_>) {
        let wanted = self.state().devices.len() + 1;
        while self.threads.load(Ordering::Relaxed) < wanted {
            self.threads.fetch_add(1, Ordering::Relaxed);
            // Without it, calls wait while a kernel runs, which is all.
            let _ = std::thread::Builder::new()
                .name("program".to_owned())
                .spawn_scoped(scope, || self.work(scope));
        }
    }
}

/// Gives a kernel that waits for memory time, one nap after another.
fn patience() -> Patience {
    let naps = AtomicU32::new(0);
    Patience(Arc::new(move || {
        std::thread::sleep(Duration::from_millis(1));
        u128::from(naps.fetch_add(1, Ordering::Relaxed)) < KERNEL_MAY_WAIT.as_millis()
    }))
}

/// Maps the arenas as far from each other as they are in the program, so that a kernel finds a peer's memory as it
/// finds its own device's. Several programs' arenas have the same addresses in the programs and different ones here.
fn map_arenas(files: &[OwnedFd], places: &[(u64, u64)]) -> std::io::Result<Vec<Arc<Mapping>>> {
    let all = || -> std::io::Result<Vec<Arc<Mapping>>> {
        let (first, last) = (places.first().map_or(0, |p| p.0), places.last().map_or(0, |p| p.0 + p.1));
        let start = if files.len() > 1 { Some(sys::free_range((last - first) as usize)?) } else { None };
        let map = |(file, (base, bytes)): (&OwnedFd, &(u64, u64))| {
            let at = start.map(|start| start + (base - first));
            Ok(Arc::new(Mapping::new(file.as_fd(), *bytes as usize, at)?))
        };
        files.iter().zip(places).map(map).collect()
    };
    // Another thread may map something there first.
    let mut tries = 0;
    loop {
        match all() {
            Err(_) if tries < 8 => tries += 1,
            mapped => return mapped,
        }
    }
}

/// A descriptor that tells of the program's end even when a forked child keeps its socket open.
fn peer(socket: &UnixStream) -> Option<OwnedFd> {
    sys::watch_process(sys::peer_pid(socket.as_fd())?)
}
