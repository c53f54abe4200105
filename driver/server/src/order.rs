//! What each request waits for, and what it puts into a stream.
//!
//! The rules are CUDA's: work of a stream runs in order; the default stream and blocking streams wait for each other;
//! a stream that waits for an event comes after what the event was recorded after; a call that waits is answered
//! when the work before it is done, and calls of other threads are answered meanwhile.

use warplens_driver_protocol::Request;

use crate::machine::{Refusal, code};
use crate::schedule::ItemId;
use crate::state::{Asked, State, Task};
use crate::timeline::Nanos;

/// Work that may wait before launches are made to, as CUDA's launch queue does.
const MOST_WAITING: usize = 1024;

/// When a request is answered.
pub enum Plan {
    /// At once.
    Now,
    /// When these are done.
    After(u32, Vec<ItemId>),
    /// It will be done in a stream's order; the caller gets this answer at once.
    Queue { device: u32, stream: u64, after: Vec<ItemId>, task: Task },
}

impl State {
    /// What comes before new work of a stream.
    pub fn before(&self, device: u32, stream: u64) -> Result<Vec<ItemId>, Refusal> {
        let own = self.timeline.stream(device, stream)?;
        let device = own.device;
        if self.schedule.is_empty() {
            return Ok(Vec::new());
        }
        let mut after: Vec<ItemId> = self.schedule.last(device, stream).into_iter().collect();
        if stream == 0 {
            let blocks = |other: u64| self.timeline.stream(device, other).map_or(true, |s| s.is_blocking());
            after
                .extend(self.schedule.lasts(device).filter(|(s, _)| *s != 0 && blocks(*s)).map(|(_, id)| id));
        } else if own.is_blocking() {
            after.extend(self.schedule.last(device, 0));
        }
        Ok(after)
    }

    /// The item of an event's record, if that has not happened.
    fn recorded(&self, event: u64) -> Option<ItemId> {
        self.records.get(&event).copied().filter(|id| self.schedule.is_live(*id))
    }

    fn plan(&mut self, request: &mut Request, thread_now: Nanos) -> Result<Plan, Refusal> {
        let wait = |device: u32, after: Vec<ItemId>| {
            Ok(if after.is_empty() { Plan::Now } else { Plan::After(device, after) })
        };
        match *request {
            Request::StreamSync { device, stream } => wait(device, self.before(device, stream)?),
            Request::DeviceSync { device } | Request::DeviceReset { device } => {
                self.facts(device)?;
                wait(device, self.schedule.of_device(device))
            }
            Request::Drain {} => wait(0, self.schedule.all()),
            Request::EventSync { event } => wait(0, self.recorded(event).into_iter().collect()),
            Request::Load { device, .. } | Request::Unload { device, .. } => {
                wait(device, self.running.get(&device).copied().into_iter().collect())
            }
            // Kernels under way keep what they may use.
            Request::Peer { device, on: false, .. } => wait(device, self.schedule.of_device(device)),
            // Kernels that were launched may still use it.
            Request::ObjectDestroy { device, .. } => wait(device, self.schedule.of_device(device)),
            // Freeing waits for the device, as cudaFree does.
            Request::Free { address, stream: None, .. } => match self.allocations.find(address) {
                Some(found) => wait(found.device, self.schedule.of_device(found.device)),
                None => Ok(Plan::Now),
            },
            Request::Free { address, kind, stream: Some(stream) } => {
                let Some(found) = self.allocations.find(address).filter(|_| address != 0) else {
                    return Ok(Plan::Now);
                };
                if !self.allocations.may_free(address, kind) {
                    return Err(Refusal::code(code::INVALID_VALUE));
                }
                let after = self.before(found.device, stream)?;
                Ok(self.later(found.device, stream, after, request, thread_now))
            }
            Request::EventRecord { device, event, stream } => {
                self.timeline.event(event)?;
                let after = self.before(device, stream)?;
                Ok(self.later(device, stream, after, request, thread_now))
            }
            Request::StreamWait { device, stream, event } => {
                self.timeline.event(event)?;
                let mut after = self.before(device, stream)?;
                after.extend(self.recorded(event));
                Ok(self.later(device, stream, after, request, thread_now))
            }
            Request::StreamDestroy { stream } => {
                let device = self.timeline.stream(0, stream)?.device;
                if stream == 0 {
                    return Err(Refusal::code(code::INVALID_HANDLE));
                }
                let after = self.before(device, stream)?;
                Ok(self.later(device, stream, after, request, thread_now))
            }
            Request::HostCall { device, stream, ticket } => {
                let after = self.before(device, stream)?;
                self.hosts.items.insert(ticket, (0, device, stream));
                Ok(Plan::Queue { device, stream, after, task: Task::Host(ticket) })
            }
            Request::Copy { .. } | Request::Fill { .. } => self.plan_move(request, thread_now),
            Request::Launch { device, .. } if self.schedule.len() >= MOST_WAITING => {
                let all = self.schedule.all();
                wait(device, all.get(MOST_WAITING / 2).copied().into_iter().collect())
            }
            Request::Launch { .. } => self.plan_launch(request, thread_now),
            _ => Ok(Plan::Now),
        }
    }

    /// At once, or in the stream's order.
    fn later(&self, device: u32, stream: u64, after: Vec<ItemId>, request: &Request, issued: Nanos) -> Plan {
        if after.is_empty() {
            return Plan::Now;
        }
        Plan::Queue { device, stream, after, task: Task::Later(request.clone(), issued) }
    }

    /// Answers a request, or sees to it that it will be.
    pub fn ask(&mut self, mut asked: Asked) {
        let still_answered = matches!(
            asked.request,
            Request::DeviceReset { .. }
                | Request::TakeOutput {}
                | Request::Goodbye {}
                | Request::Mark { .. }
                | Request::Returned { .. }
                | Request::HostNext {}
                | Request::HostDone { .. }
                | Request::Drain {}
        );
        if self.sticky != 0 && !still_answered {
            let refusal = Refusal::code(self.sticky);
            return self.reply(asked.to, Err(refusal));
        }
        if self.simulation_is_behind(&asked.request) {
            // The program polls: its clock stands still, because waiting for the simulation costs nothing.
            return self.reply(asked.to, Err(Refusal::code(code::NOT_READY)));
        }
        if let Request::HostNext {} = asked.request {
            self.hosts.waiting = Some(asked);
            return self.call_host();
        }
        self.draining |= matches!(asked.request, Request::Drain {});
        // The program's clock only moves on.
        self.now = self.now.max(Nanos(asked.head.now));
        let issued = self.now;
        match self.plan(&mut asked.request, issued) {
            Err(refusal) => self.reply(asked.to, Err(refusal)),
            Ok(Plan::Now) => {
                let answer = self.answer(asked.request, asked.head.thread);
                self.reply(asked.to, answer);
            }
            Ok(Plan::After(device, after)) => {
                self.schedule.add(device, &after, Task::Answer(Box::new(asked)));
            }
            Ok(Plan::Queue { device, stream, after, task }) => {
                let moves = matches!(task, Task::Move(_));
                let id = self.schedule.add(device, &after, task);
                self.schedule.append(device, stream, id);
                if let Request::EventRecord { event, .. } = asked.request {
                    self.records.insert(event, id);
                }
                let reply = if moves {
                    warplens_driver_protocol::Reply::Queued {}
                } else {
                    warplens_driver_protocol::Reply::Done {}
                };
                self.reply(asked.to, Ok(reply));
            }
        }
    }

    /// Whether a question about progress must be answered "not yet" because a kernel has yet to be simulated.
    fn simulation_is_behind(&self, request: &Request) -> bool {
        match *request {
            Request::StreamQuery { device, stream } => {
                self.before(device, stream).is_ok_and(|after| !after.is_empty())
            }
            Request::EventQuery { event } => self.recorded(event).is_some(),
            Request::EventElapsed { start, end } => {
                self.recorded(start).is_some() || self.recorded(end).is_some()
            }
            _ => false,
        }
    }
}
