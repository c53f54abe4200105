//! What each request does, once what it waits for is done. Everything in a request is a program's word: handles are
//! looked up, addresses are held against the program's allocations, sizes are added with care.

use warplens_driver_protocol::message::{AllocationFacts, memory_kind};
use warplens_driver_protocol::wire::Bytes;
use warplens_driver_protocol::{Reply, Request};

use crate::machine::{Refusal, code};
use crate::record::Event;
use crate::state::State;
use crate::timeline::{Engine, Nanos};

/// Most bytes of an image.
const LARGEST_IMAGE: usize = 1 << 30;
/// Output goes out in pieces that fit a reply.
const PIECE: usize = 48 << 10;
const PAGE: u64 = 4096;

impl State {
    /// Does what is asked; what it waits for is done.
    pub fn answer(&mut self, request: Request, thread: u32) -> Result<Reply, Refusal> {
        match request {
            Request::Device { device } => Ok(Reply::Device { facts: self.facts(device)?.clone() }),
            Request::Stage { piece } => self.stage(&piece.0),
            Request::Load { device, name } => self.load(device, &name),
            Request::Link { device } => self.machine(device)?.link().map(|()| Reply::Done {}),
            Request::Unload { device, module } => {
                self.machine(device)?.unload(module);
                Ok(Reply::Done {})
            }
            Request::Kernel { device, module, name } => {
                Ok(Reply::Kernel { facts: self.machine(device)?.kernel(module, &name)? })
            }
            Request::Variable { device, module, name, managed } => {
                let (address, bytes) = self.machine(device)?.variable(module, &name)?;
                self.allocations.insert_variable(device, address, bytes, managed);
                Ok(Reply::Region { address, bytes })
            }
            Request::Allocate { device, bytes, kind, flags, .. } => self.allocate(device, bytes, kind, flags),
            Request::Free { address, kind, stream } => self.free(address, kind, stream),
            Request::Find { address } => Ok(Reply::Allocation { found: self.allocations.find(address) }),
            Request::Memory { device } => {
                let total = self.facts(device)?.memory;
                let free = total.saturating_sub(self.shared.used.get(device));
                Ok(Reply::Memory { free, total })
            }
            Request::Copy { .. } | Request::Fill { .. } => self.account(&request),
            Request::TakeOutput {} => {
                let rest = self.output.split_off(self.output.len().min(PIECE));
                Ok(Reply::Output { piece: Bytes(std::mem::replace(&mut self.output, rest)) })
            }
            Request::StreamCreate { device, flags, priority } => {
                self.facts(device)?;
                Ok(Reply::Handle { handle: self.timeline.create_stream(device, flags, priority)? })
            }
            Request::StreamDestroy { stream } => {
                self.timeline.destroy_stream(stream).map(|()| Reply::Done {})
            }
            Request::StreamSync { device, stream } => {
                let done = self.timeline.done(device, stream)?;
                self.wait_until(done);
                Ok(Reply::Done {})
            }
            Request::StreamQuery { device, stream } => {
                let done = self.timeline.done(device, stream)?;
                self.ready(done)
            }
            Request::StreamFacts { device, stream } => {
                let s = self.timeline.stream(device, stream)?;
                Ok(Reply::Stream { flags: s.flags, priority: s.priority, device: s.device })
            }
            Request::StreamWait { device, stream, event } => {
                self.timeline.wait_event(device, stream, event).map(|()| Reply::Done {})
            }
            Request::EventCreate { device, flags } => {
                self.facts(device)?;
                Ok(Reply::Handle { handle: self.timeline.create_event(flags)? })
            }
            Request::EventDestroy { event } => self.timeline.destroy_event(event).map(|()| Reply::Done {}),
            Request::EventRecord { device, event, stream } => {
                self.timeline.record(device, event, stream, self.now).map(|()| Reply::Done {})
            }
            Request::EventQuery { event } => {
                let at = self.timeline.event(event)?.unwrap_or_default();
                self.ready(at)
            }
            Request::EventSync { event } => {
                let at = self.timeline.event(event)?.unwrap_or_default();
                self.wait_until(at);
                Ok(Reply::Done {})
            }
            Request::EventElapsed { start, end } => {
                Ok(Reply::Elapsed { nanoseconds: self.timeline.elapsed(start, end, self.now)? })
            }
            Request::DeviceSync { device } => {
                self.facts(device)?;
                self.wait_until(self.timeline.all_done(device));
                Ok(Reply::Done {})
            }
            Request::DeviceReset { device } => {
                self.facts(device)?;
                self.forget_peers(device);
                self.devices.remove(&device);
                self.allocations.reset(device);
                self.timeline.reset(device);
                self.records.clear();
                self.sticky = 0;
                Ok(Reply::Done {})
            }
            Request::Occupancy { device, kernel, block, shared } => {
                Ok(Reply::Blocks { blocks: self.machine(device)?.occupancy(kernel, block, shared)? })
            }
            Request::HostDone { ticket, duration } => self.host_done(ticket, Nanos(duration)),
            Request::Mark { kind, id, text } => {
                let at = self.on_server_clock(self.now);
                self.record(&Event::Mark { kind, id, thread, text: &text, at });
                Ok(Reply::Done {})
            }
            Request::Returned { api, start, end, code } => {
                let (start, end) = (Nanos(start.min(end)), Nanos(end));
                let (start, end) = (self.on_server_clock(start), self.on_server_clock(end));
                self.record(&Event::Call { api: &api, thread, start, end, code });
                Ok(Reply::Done {})
            }
            Request::SharedLimit { device, kernel, bytes } => {
                self.machine(device)?.shared_limit(kernel, bytes).map(|()| Reply::Done {})
            }
            Request::Peer { device, peer, on } => self.peer(device, peer, on),
            Request::ObjectCreate { device, image, sampler } => {
                let handle = self.machine(device)?.create_object(&image, sampler.as_ref())?;
                Ok(Reply::Handle { handle })
            }
            Request::ObjectDestroy { device, handle } => match self.machine(device)?.destroy_object(handle) {
                true => Ok(Reply::Done {}),
                false => Err(Refusal::code(code::INVALID_VALUE)),
            },
            Request::Goodbye {} | Request::Drain {} => Ok(Reply::Done {}),
            // These never come here: `order` deals with them.
            Request::Launch { .. } | Request::HostCall { .. } | Request::HostNext {} => {
                Err(Refusal::code(code::UNKNOWN))
            }
        }
    }

    fn ready(&self, at: Nanos) -> Result<Reply, Refusal> {
        if at > self.now { Err(Refusal::code(code::NOT_READY)) } else { Ok(Reply::Done {}) }
    }

    fn host_done(&mut self, ticket: u64, duration: Nanos) -> Result<Reply, Refusal> {
        let (id, device, stream) =
            self.hosts.items.remove(&ticket).ok_or(Refusal::code(code::INVALID_HANDLE))?;
        let start = Nanos(self.now.0.saturating_sub(duration.0));
        // A stream that is gone needs no time.
        let _ = self.timeline.work(device, stream, Engine::None, start, duration);
        self.schedule.complete(id);
        Ok(Reply::Done {})
    }

    fn stage(&mut self, piece: &[u8]) -> Result<Reply, Refusal> {
        if self.staged.len() + piece.len() > LARGEST_IMAGE {
            self.staged = Vec::new();
            return Err(Refusal::new(code::MEMORY_ALLOCATION, "the device image is larger than 1 GiB"));
        }
        self.staged.extend_from_slice(piece);
        Ok(Reply::Done {})
    }

    fn load(&mut self, device: u32, name: &str) -> Result<Reply, Refusal> {
        let image = std::mem::take(&mut self.staged);
        let (module, texts) = self.machine(device)?.load(&image, name)?;
        for text in &texts {
            self.record(&Event::Module { device, text });
        }
        Ok(Reply::Module { module })
    }

    fn allocate(&mut self, device: u32, bytes: u64, kind: u8, flags: u32) -> Result<Reply, Refusal> {
        let limit = self.facts(device)?.memory;
        if !self.allocations.reserve(device, bytes, kind, limit) {
            return Err(Refusal::code(code::MEMORY_ALLOCATION));
        }
        let align = if kind == memory_kind::REGISTERED { PAGE } else { 512 };
        let Some(base) = self.machine(device)?.allocate(bytes, align) else {
            self.allocations.release(device, bytes, kind);
            return Err(Refusal::code(code::MEMORY_ALLOCATION));
        };
        self.allocations.insert(AllocationFacts { base, size: bytes, kind, device, flags });
        Ok(Reply::Region { address: base, bytes })
    }

    fn free(&mut self, address: u64, kind: u8, stream: Option<u64>) -> Result<Reply, Refusal> {
        if address == 0 {
            return Ok(Reply::Done {});
        }
        let facts = self.allocations.remove(address, kind).ok_or(Refusal::code(code::INVALID_VALUE))?;
        self.machine(facts.device)?.free(address);
        // Freeing waits for the device, as cudaFree does; cudaFreeAsync does not.
        if stream.is_none() {
            self.wait_until(self.timeline.all_done(facts.device));
        }
        Ok(Reply::Done {})
    }
}
