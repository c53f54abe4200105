//! One program: the handshake, then requests and replies until either side is gone.

use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use warplens_driver_protocol::mailbox::{BYTES, Gone, Mailbox};
use warplens_driver_protocol::message::{Head, Outcome};
use warplens_driver_protocol::sys::{self, Mapping};
use warplens_driver_protocol::wire::{Reader, Wire as _};
use warplens_driver_protocol::{ARENA_BASE, ARENA_STRIDE, Reply, Request, VERSION, Welcome, socket};

use crate::machine::{Refusal, code};
use crate::record::{Event, ProgramId};
use crate::requests::{Shared, State};
use crate::timeline::Nanos;

/// How long a program may take over its first words.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves a program until it ends.
pub fn serve(socket: UnixStream, shared: &Arc<Shared>, program: ProgramId, start: Instant) {
    // A peer that says nothing sensible is simply let go: it has nothing to lose.
    let Ok(mut session) = Session::open(socket, shared, program, start) else { return };
    let in_order = session.run();
    let at = session.state.on_server_clock(session.state.now);
    session.state.record(&Event::Ended { in_order, at });
}

struct Session {
    socket: UnixStream,
    process: Option<std::os::fd::OwnedFd>,
    mailbox: Mailbox,
    state: State,
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
        let mailbox = Mailbox::new(box_file.as_fd())?;
        let (mut arenas, mut files, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for device in 0..shared.machines.facts().len() as u32 {
            let bytes = shared.machines.arena_bytes(device);
            let file = sys::shared_memory(c"warplens-memory", bytes)?;
            let base = ARENA_BASE + u64::from(device) * ARENA_STRIDE;
            arenas.push((file.as_fd().try_clone_to_owned()?, base, bytes));
            files.push(file);
            places.push((base, bytes));
        }
        let mappings = arenas
            .iter()
            // Several programs' arenas have the same address in the program and different ones here.
            .map(|(file, _, bytes)| Ok(Arc::new(Mapping::new(file.as_fd(), *bytes as usize, None)?)))
            .collect::<std::io::Result<Vec<_>>>()?;
        let welcome = Welcome {
            version: VERSION,
            refused: String::new(),
            arenas: places.clone(),
            recording: shared.recorder.is_some(),
        };
        let fds: Vec<_> = std::iter::once(box_file.as_fd()).chain(files.iter().map(|f| f.as_fd())).collect();
        socket::send_welcome(&socket, &welcome, &fds)?;
        let epoch = Nanos(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        let state = State::new(shared.clone(), program, epoch, mappings, places);
        let (path, arguments, pid) = (hello.program.as_str(), hello.arguments.as_slice(), hello.pid);
        state.record(&Event::Started { program: path, arguments, pid });
        Ok(Session { process: peer(&socket), socket, mailbox, state })
    }

    /// Serves; true when the program ended between calls.
    fn run(&mut self) -> bool {
        let mut bytes = Vec::new();
        loop {
            let (socket, process) = (&self.socket, &self.process);
            let alive = || {
                let ended = process.as_ref().is_some_and(|p| sys::readable(p.as_fd()));
                !ended && !sys::hung_up(socket.as_fd())
            };
            match self.mailbox.receive(&mut bytes, alive) {
                Ok(()) => {}
                Err(Gone::Peer) => return true,
                Err(Gone::Garbage | Gone::TooLong(_)) => return false,
            }
            let (reply, last) = self.handle(&bytes);
            if self.mailbox.answer(&reply).is_err() || last {
                return last;
            }
        }
    }

    /// The reply's bytes, and whether it is the last.
    fn handle(&mut self, bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut reader = Reader::new(bytes);
        let asked = Head::get(&mut reader).and_then(|head| Ok((head, Request::get(&mut reader)?)));
        let (head, request) = match asked {
            Ok(asked) => asked,
            Err(error) => {
                let refusal = Refusal::new(code::INVALID_VALUE, error.to_string());
                return (self.reply(Err(refusal)), false);
            }
        };
        let last = matches!(request, Request::Goodbye {});
        let quiet = matches!(request, Request::Mark { .. } | Request::HostWork { .. });
        let asked_at = Nanos(head.now);
        // The program's clock only moves on.
        self.state.now = self.state.now.max(asked_at);
        self.state.thread = head.thread;
        let still_answered = matches!(
            request,
            Request::DeviceReset { .. } | Request::TakeOutput {} | Request::Goodbye {} | Request::Mark { .. }
        );
        let answer = if self.state.sticky != 0 && !still_answered {
            Err(Refusal::code(self.state.sticky))
        } else {
            self.state.answer(request)
        };
        if !quiet {
            let code = answer.as_ref().err().map_or(0, |refusal| refusal.code);
            let (start, end) = (asked_at.min(self.state.now), self.state.now);
            let (start, end) = (self.state.on_server_clock(start), self.state.on_server_clock(end));
            self.state.record(&Event::Call { api: &head.api, thread: head.thread, start, end, code });
        }
        (self.reply(answer), last)
    }

    fn reply(&mut self, answer: Result<Reply, Refusal>) -> Vec<u8> {
        let (code, words, reply) = match answer {
            Ok(reply) => (0, std::mem::take(&mut self.state.message), reply),
            Err(refusal) => (refusal.code, refusal.message, Reply::Done {}),
        };
        let outcome = Outcome {
            code,
            sticky: self.state.sticky,
            now: self.state.now.0,
            message: words,
            output: self.state.output_waiting(),
        };
        let mut bytes = outcome.to_bytes();
        reply.put(&mut bytes);
        bytes
    }
}

/// A descriptor that tells of the program's end even when a forked child keeps its socket open.
fn peer(socket: &UnixStream) -> Option<std::os::fd::OwnedFd> {
    sys::watch_process(sys::peer_pid(socket.as_fd())?)
}
