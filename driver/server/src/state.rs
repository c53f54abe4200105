//! One program's devices and everything it made on them: requests in, replies out, work for threads to do.
//!
//! A request is answered at once, or when the work it waits for is done (`order`). Nothing here runs a kernel or
//! moves bytes: those are [`Job`]s, taken and finished by the session's threads, which hold no lock meanwhile.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, PoisonError};

use warplens_driver_protocol::mailbox::{Mailbox, Return};
use warplens_driver_protocol::message::{DeviceFacts, Head, Outcome};
use warplens_driver_protocol::sys::Mapping;
use warplens_driver_protocol::wire::{Reader, Wire as _};
use warplens_driver_protocol::{Reply, Request};

use crate::copies::Moving;
use crate::launches::Launching;
use crate::machine::{Machine, Machines, Refusal, code};
use crate::memory::{Allocations, Used};
use crate::record::{Event, ProgramId, Recorder};
use crate::schedule::{ItemId, Schedule};
use crate::timeline::{Nanos, Span, Timeline};

/// What several sessions use.
pub struct Shared {
    pub machines: Box<dyn Machines>,
    pub used: Arc<Used>,
    pub recorder: Option<std::sync::Mutex<Box<dyn Recorder>>>,
}

/// A request whose reply is due.
pub struct Asked {
    pub to: Return,
    pub head: Head,
    pub request: Request,
}

/// Work that waits for its turn.
pub enum Task {
    /// Runs a kernel; one at a time on a device.
    Launch(Box<Launching>),
    /// Moves bytes of device memory.
    Move(Moving),
    /// A request that was answered already and takes effect in its stream's order, with the time it was issued.
    Later(Request, Nanos),
    /// A host function's ticket.
    Host(u64),
    /// A request that is answered now.
    Answer(Box<Asked>),
}

/// Work for a thread.
pub enum Job {
    Launch(Box<Launching>),
    Move(Moving),
}

/// Host functions of streams that are due, and who waits for them.
#[derive(Default)]
pub struct Hosts {
    pub due: VecDeque<u64>,
    pub waiting: Option<Asked>,
    /// The item, device and stream of each ticket that is due or under way.
    pub items: HashMap<u64, (ItemId, u32, u64)>,
}

pub struct State {
    pub shared: Arc<Shared>,
    program: ProgramId,
    /// Server time minus the program's.
    epoch: Nanos,
    pub arenas: Vec<Arc<Mapping>>,
    /// Where each arena lies in the program, and its bytes.
    pub places: Vec<(u64, u64)>,
    pub devices: HashMap<u32, Arc<dyn Machine>>,
    pub allocations: Allocations,
    pub timeline: Timeline,
    pub schedule: Schedule<Task>,
    /// The launch under way on each device.
    pub running: HashMap<u32, ItemId>,
    /// The item of each event's last record.
    pub records: HashMap<u64, ItemId>,
    pub hosts: Hosts,
    /// Devices and those whose memory they use.
    pub peers: HashSet<(u32, u32)>,
    pub staged: Vec<u8>,
    pub output: Vec<u8>,
    pub now: Nanos,
    pub sticky: i32,
    /// Words for the user that go with a call that worked (a kernel's fault).
    pub message: String,
    /// Whether the program waits to exit.
    pub draining: bool,
    mailbox: Arc<Mailbox>,
}

impl State {
    pub fn new(
        shared: Arc<Shared>,
        program: ProgramId,
        epoch: Nanos,
        arenas: Vec<Arc<Mapping>>,
        places: Vec<(u64, u64)>,
        mailbox: Arc<Mailbox>,
    ) -> State {
        let allocations = Allocations::new(shared.used.clone());
        State {
            shared,
            program,
            epoch,
            arenas,
            places,
            devices: HashMap::new(),
            allocations,
            timeline: Timeline::default(),
            schedule: Schedule::default(),
            running: HashMap::new(),
            records: HashMap::new(),
            hosts: Hosts::default(),
            peers: HashSet::new(),
            staged: Vec::new(),
            output: Vec::new(),
            now: Nanos(0),
            sticky: 0,
            message: String::new(),
            draining: false,
            mailbox,
        }
    }

    /// A program's time as the server counts it.
    pub fn on_server_clock(&self, at: Nanos) -> Nanos {
        self.epoch + at
    }

    pub fn span(&self, span: Span) -> (Nanos, Nanos) {
        (self.on_server_clock(span.start), self.on_server_clock(span.end))
    }

    /// Tells the recorder, if there is one.
    pub fn record(&self, event: &Event<'_>) {
        if let Some(recorder) = &self.shared.recorder {
            recorder.lock().unwrap_or_else(PoisonError::into_inner).record(self.program, event);
        }
    }

    pub fn facts(&self, device: u32) -> Result<&DeviceFacts, Refusal> {
        self.shared.machines.facts().get(device as usize).ok_or(Refusal::code(code::INVALID_DEVICE))
    }

    pub fn machine(&mut self, device: u32) -> Result<Arc<dyn Machine>, Refusal> {
        let arena = self.arenas.get(device as usize).ok_or(Refusal::code(code::INVALID_DEVICE))?;
        let base = self.places.get(device as usize).map_or(0, |place| place.0);
        let open = || self.shared.machines.open(device, arena.clone(), base);
        Ok(self.devices.entry(device).or_insert_with(open).clone())
    }

    pub fn wait_until(&mut self, at: Nanos) {
        self.now = self.now.max(at);
    }

    /// Takes a request's bytes; true when it was the last.
    pub fn receive(&mut self, to: Return, bytes: &[u8]) -> bool {
        let mut reader = Reader::new(bytes);
        let asked = Head::get(&mut reader).and_then(|head| Ok((head, Request::get(&mut reader)?)));
        match asked {
            Ok((head, request)) => {
                let last = matches!(request, Request::Goodbye {});
                self.ask(Asked { to, head, request });
                self.pump();
                last
            }
            Err(error) => {
                let refusal = Refusal::new(code::INVALID_VALUE, error.to_string());
                self.reply(to, Err(refusal));
                false
            }
        }
    }

    /// Does what is ready and needs no thread of its own.
    pub fn pump(&mut self) {
        let at_once = |_, task: &Task| !matches!(task, Task::Launch(_) | Task::Move(_));
        while let Some((id, device, task)) = self.schedule.take(at_once) {
            match task {
                Task::Later(request, issued) => {
                    self.schedule.complete(id);
                    let now = std::mem::replace(&mut self.now, issued);
                    // It was checked when it was asked; what was destroyed meanwhile has no order to keep.
                    let _ = self.answer(request, 0);
                    self.now = now;
                }
                Task::Answer(asked) => {
                    self.schedule.complete(id);
                    if let Request::Launch { .. } = asked.request {
                        self.ask(*asked);
                    } else {
                        let Asked { to, head, request } = *asked;
                        let answer = self.answer(request, head.thread);
                        self.reply(to, answer);
                    }
                }
                Task::Host(ticket) => {
                    if let Some(place) = self.hosts.items.get_mut(&ticket) {
                        place.0 = id;
                    }
                    debug_assert!(self.hosts.items.get(&ticket).is_none_or(|place| place.1 == device));
                    self.hosts.due.push_back(ticket);
                    self.call_host();
                }
                Task::Launch(_) | Task::Move(_) => {}
            }
        }
    }

    /// The next work for a thread, and whether there is more.
    pub fn next_job(&mut self) -> Option<(ItemId, u32, Job, bool)> {
        let running = &self.running;
        let fit = |device: u32, task: &Task| match task {
            Task::Launch(_) => !running.contains_key(&device),
            Task::Move(_) => true,
            _ => false,
        };
        let (id, device, task) = self.schedule.take(fit)?;
        let job = match task {
            Task::Launch(launching) => {
                self.running.insert(device, id);
                Job::Launch(launching)
            }
            Task::Move(moving) => Job::Move(moving),
            _ => return None,
        };
        let running = &self.running;
        let fit = |device: u32, task: &Task| match task {
            Task::Launch(_) => !running.contains_key(&device),
            Task::Move(_) => true,
            _ => false,
        };
        Some((id, device, job, self.schedule.has(fit)))
    }

    /// Gives the next due host function to whoever waits for it.
    pub fn call_host(&mut self) {
        if self.hosts.due.is_empty() {
            return;
        }
        if let Some(asked) = self.hosts.waiting.take()
            && let Some(ticket) = self.hosts.due.pop_front()
        {
            self.reply(asked.to, Ok(Reply::Handle { handle: ticket }));
        }
    }

    /// The context is lost: what waits is forgotten, and whoever waits is told.
    pub fn lose(&mut self, code: i32, story: String) {
        self.sticky = code;
        self.message = story;
        for ticket in std::mem::take(&mut self.hosts.due) {
            if let Some((id, ..)) = self.hosts.items.remove(&ticket) {
                self.schedule.complete(id);
            }
        }
        for task in self.schedule.clear() {
            match task {
                Task::Answer(asked) => self.reply(asked.to, Err(Refusal::code(code))),
                Task::Host(ticket) => drop(self.hosts.items.remove(&ticket)),
                _ => {}
            }
        }
    }

    /// Replies.
    pub fn reply(&mut self, to: Return, answer: Result<Reply, Refusal>) {
        let (code, words, reply) = match answer {
            Ok(reply) => (0, std::mem::take(&mut self.message), reply),
            Err(refusal) if refusal.message.is_empty() => {
                (refusal.code, std::mem::take(&mut self.message), Reply::Done {})
            }
            Err(refusal) => (refusal.code, refusal.message, Reply::Done {}),
        };
        let outcome = |code, message| Outcome {
            code,
            sticky: self.sticky,
            now: self.now.0,
            message,
            output: self.output.len() as u64,
        };
        let mut bytes = outcome(code, words).to_bytes();
        reply.put(&mut bytes);
        if self.mailbox.answer(to, &bytes).is_err() {
            // Only a kernel with thousands of parameters or a story as long as a book comes here.
            let mut bytes =
                outcome(code::UNKNOWN, "the answer does not fit the mailbox".to_owned()).to_bytes();
            Reply::Done {}.put(&mut bytes);
            // Which is short.
            let _ = self.mailbox.answer(to, &bytes);
        }
    }
}
