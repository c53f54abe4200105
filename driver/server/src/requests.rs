//! What each request does. Everything in a request is a program's word: handles are looked up, addresses are held
//! against the program's allocations, sizes are added with care.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use warplens_driver_protocol::message::{AllocationFacts, DeviceFacts, copy_kind, memory_kind};
use warplens_driver_protocol::sys::Mapping;
use warplens_driver_protocol::wire::Bytes;
use warplens_driver_protocol::{Reply, Request};

use crate::machine::{Machine, Machines, Refusal, Work, code};
use crate::memory::{Allocations, Used};
use crate::record::{Event, ProgramId, Recorder};
use crate::timeline::{Engine, Nanos, Span, Timeline};

/// Most bytes of an image.
const LARGEST_IMAGE: usize = 1 << 30;
/// Output goes out in pieces that fit a reply.
const PIECE: usize = 128 << 10;
/// Output kept while nobody takes it; CUDA's buffer drops text, too, when it is full.
const MOST_OUTPUT: usize = 256 << 20;
const PAGE: u64 = 4096;
/// Direction to be found from the addresses.
const DEFAULT_KIND: u8 = 4;

/// What several sessions use.
pub struct Shared {
    pub machines: Box<dyn Machines>,
    pub used: Arc<Used>,
    pub recorder: Option<Mutex<Box<dyn Recorder>>>,
}

/// One program's devices and everything it made on them.
pub struct State {
    shared: Arc<Shared>,
    program: ProgramId,
    /// Server time minus the program's.
    epoch: Nanos,
    arenas: Vec<Arc<Mapping>>,
    /// Where each arena lies in the program, and its bytes.
    places: Vec<(u64, u64)>,
    devices: HashMap<u32, Box<dyn Machine>>,
    allocations: Allocations,
    timeline: Timeline,
    staged: Vec<u8>,
    output: Vec<u8>,
    pub now: Nanos,
    pub thread: u32,
    pub sticky: i32,
    /// Words for the user that go with a call that worked (a kernel's fault).
    pub message: String,
}

impl State {
    pub fn new(
        shared: Arc<Shared>,
        program: ProgramId,
        epoch: Nanos,
        arenas: Vec<Arc<Mapping>>,
        places: Vec<(u64, u64)>,
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
            staged: Vec::new(),
            output: Vec::new(),
            now: Nanos(0),
            thread: 0,
            sticky: 0,
            message: String::new(),
        }
    }

    /// Bytes of output that wait.
    pub fn output_waiting(&self) -> u64 {
        self.output.len() as u64
    }

    /// A program's time as the server counts it.
    pub fn on_server_clock(&self, at: Nanos) -> Nanos {
        self.epoch + at
    }

    /// Tells the recorder, if there is one.
    pub fn record(&self, event: &Event<'_>) {
        if let Some(recorder) = &self.shared.recorder {
            recorder.lock().unwrap_or_else(PoisonError::into_inner).record(self.program, event);
        }
    }

    fn facts(&self, device: u32) -> Result<&DeviceFacts, Refusal> {
        self.shared.machines.facts().get(device as usize).ok_or(Refusal::code(code::INVALID_DEVICE))
    }

    fn machine(&mut self, device: u32) -> Result<&mut dyn Machine, Refusal> {
        let arena = self.arenas.get(device as usize).ok_or(Refusal::code(code::INVALID_DEVICE))?;
        let base = self.places.get(device as usize).map_or(0, |place| place.0);
        let open = || self.shared.machines.open(device, arena.clone(), base);
        Ok(self.devices.entry(device).or_insert_with(open).as_mut())
    }

    fn wait_until(&mut self, at: Nanos) {
        self.now = self.now.max(at);
    }

    /// Does what is asked.
    pub fn answer(&mut self, request: Request) -> Result<Reply, Refusal> {
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
            Request::Variable { device, module, name } => {
                let (address, bytes) = self.machine(device)?.variable(module, &name)?;
                self.allocations.insert_variable(device, address, bytes);
                Ok(Reply::Region { address, bytes })
            }
            Request::Allocate { device, bytes, kind, flags, .. } => self.allocate(device, bytes, kind, flags),
            Request::Free { address, kind, .. } => self.free(address, kind),
            Request::Find { address } => Ok(Reply::Allocation { found: self.allocations.find(address) }),
            Request::Memory { device } => {
                let total = self.facts(device)?.memory;
                let free = total.saturating_sub(self.shared.used.get(device));
                Ok(Reply::Memory { free, total })
            }
            Request::Copy { .. } => self.copy(request),
            // As on a GPU, a fill returns before it is done; what follows in its stream waits.
            Request::Fill { device, stream, address, pitch, width, rows, asynchronous: _ } => {
                self.check(address, pitch, width, rows)?;
                let bytes = width.saturating_mul(rows);
                let span = self.device_work(device, stream, Engine::None, bytes, false)?;
                let (start, end) = self.span(span);
                self.record(&Event::Fill { device, stream, bytes, start, end });
                Ok(Reply::Done {})
            }
            Request::Launch { device, kernel, stream, grid, block, shared, cooperative, params } => {
                let work = Work { kernel, grid, block, shared, cooperative, params: params.0 };
                self.launch(device, stream, &work)
            }
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
                self.devices.remove(&device);
                self.allocations.reset(device);
                self.timeline.reset(device);
                self.sticky = 0;
                Ok(Reply::Done {})
            }
            Request::Occupancy { device, kernel, block, shared } => {
                Ok(Reply::Blocks { blocks: self.machine(device)?.occupancy(kernel, block, shared)? })
            }
            Request::HostWork { device, stream, duration } => {
                let start = Nanos(self.now.0.saturating_sub(duration));
                let duration = Nanos(duration);
                self.timeline.work(device, stream, Engine::None, start, duration).map(|_| Reply::Done {})
            }
            Request::Mark { kind, id, text } => {
                let at = self.on_server_clock(self.now);
                self.record(&Event::Mark { kind, id, thread: self.thread, text: &text, at });
                Ok(Reply::Done {})
            }
            Request::SharedLimit { device, kernel, bytes } => {
                self.machine(device)?.shared_limit(kernel, bytes).map(|()| Reply::Done {})
            }
            Request::Goodbye {} => Ok(Reply::Done {}),
        }
    }

    fn ready(&self, at: Nanos) -> Result<Reply, Refusal> {
        if at > self.now { Err(Refusal::code(code::NOT_READY)) } else { Ok(Reply::Done {}) }
    }

    fn span(&self, span: Span) -> (Nanos, Nanos) {
        (self.on_server_clock(span.start), self.on_server_clock(span.end))
    }

    fn device_work(
        &mut self,
        device: u32,
        stream: u64,
        engine: Engine,
        bytes: u64,
        across: bool,
    ) -> Result<Span, Refusal> {
        self.facts(device)?;
        let duration = Nanos(self.shared.machines.copy_time(device, bytes, across));
        self.timeline.work(device, stream, engine, self.now, duration)
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

    fn free(&mut self, address: u64, kind: u8) -> Result<Reply, Refusal> {
        if address == 0 {
            return Ok(Reply::Done {});
        }
        let facts = self.allocations.remove(address, kind).ok_or(Refusal::code(code::INVALID_VALUE))?;
        self.machine(facts.device)?.free(address);
        // Freeing waits for the device, as cudaFree does.
        let done = self.timeline.all_done(facts.device);
        self.wait_until(done);
        Ok(Reply::Done {})
    }

    fn in_an_arena(&self, address: u64) -> bool {
        let holds = |(base, bytes): &(u64, u64)| address.checked_sub(*base).is_some_and(|at| at < *bytes);
        self.places.iter().any(holds)
    }

    /// Whether `rows` rows lie in one allocation; which one.
    fn check(&self, at: u64, pitch: u64, width: u64, rows: u64) -> Result<AllocationFacts, Refusal> {
        let length = rows.saturating_sub(1).checked_mul(pitch).and_then(|n| n.checked_add(width));
        let length = length.ok_or(Refusal::code(code::INVALID_VALUE))?;
        let found = self.allocations.find(at).ok_or_else(|| {
            Refusal::new(code::INVALID_VALUE, format!("no allocation of this program holds address {at:#x}"))
        })?;
        if length > found.size - (at - found.base) {
            let message = format!(
                "{length} bytes from {at:#x} go beyond the allocation of {} bytes at {:#x}",
                found.size, found.base
            );
            return Err(Refusal::new(code::INVALID_VALUE, message));
        }
        Ok(found)
    }

    fn copy(&mut self, request: Request) -> Result<Reply, Refusal> {
        let Request::Copy {
            device,
            stream,
            kind,
            destination,
            destination_pitch,
            source,
            source_pitch,
            width,
            rows,
            asynchronous,
        } = request
        else {
            return Err(Refusal::code(code::UNKNOWN));
        };
        let end = |state: &State, at, pitch| -> Result<bool, Refusal> {
            if !state.in_an_arena(at) {
                return Ok(false);
            }
            let found = state.check(at, pitch, width, rows)?;
            Ok(matches!(found.kind, memory_kind::DEVICE | memory_kind::MANAGED))
        };
        let to_device = end(self, destination, destination_pitch)?;
        let from_device = end(self, source, source_pitch)?;
        let managed =
            |state: &State, at| state.allocations.find(at).is_some_and(|f| f.kind == memory_kind::MANAGED);
        // A host side may be managed memory; a device side may be pinned memory, which the device maps too.
        let fits = match kind {
            copy_kind::HOST_TO_HOST => {
                (!to_device || managed(self, destination)) && (!from_device || managed(self, source))
            }
            copy_kind::HOST_TO_DEVICE => {
                self.in_an_arena(destination) && (!from_device || managed(self, source))
            }
            copy_kind::DEVICE_TO_HOST => {
                self.in_an_arena(source) && (!to_device || managed(self, destination))
            }
            copy_kind::DEVICE_TO_DEVICE => self.in_an_arena(destination) && self.in_an_arena(source),
            DEFAULT_KIND => true,
            _ => return Err(Refusal::code(code::INVALID_COPY_DIRECTION)),
        };
        if !fits {
            let side = |at| if self.in_an_arena(at) { "device" } else { "host" };
            let message = format!(
                "a copy whose direction does not fit its addresses: to {} memory at {destination:#x} from {} memory \
                 at {source:#x}",
                side(destination),
                side(source)
            );
            return Err(Refusal::new(code::INVALID_VALUE, message));
        }
        let (kind, engine) = match (to_device, from_device) {
            (true, true) => (copy_kind::DEVICE_TO_DEVICE, Engine::None),
            (true, false) => (copy_kind::HOST_TO_DEVICE, Engine::CopyIn),
            (false, true) => (copy_kind::DEVICE_TO_HOST, Engine::CopyOut),
            (false, false) => (copy_kind::HOST_TO_HOST, Engine::None),
        };
        let bytes = width.saturating_mul(rows);
        let span = self.device_work(device, stream, engine, bytes, to_device != from_device)?;
        if !asynchronous && kind != copy_kind::DEVICE_TO_DEVICE {
            self.wait_until(span.end);
        }
        let (start, end) = self.span(span);
        self.record(&Event::Copy { device, stream, kind, bytes, start, end });
        Ok(Reply::Done {})
    }

    fn launch(&mut self, device: u32, stream: u64, work: &Work) -> Result<Reply, Refusal> {
        let multiprocessors = u64::from(self.facts(device)?.multiprocessors);
        self.timeline.stream(device, stream)?;
        let Some(info) = self.machine(device)?.info(work.kernel) else {
            return Err(Refusal::code(code::INVALID_DEVICE_FUNCTION));
        };
        let counts = match &self.shared.recorder {
            Some(recorder) => recorder.lock().unwrap_or_else(PoisonError::into_inner).wants_counts(&info),
            None => false,
        };
        let machine = self.machine(device)?;
        let ran = catch_unwind(AssertUnwindSafe(|| machine.launch(work, counts)));
        let ended = ran.unwrap_or_else(|_| {
            self.sticky = code::UNKNOWN;
            Err(Refusal::new(
                code::UNKNOWN,
                format!("the embedded device failed in kernel {}; please report it", info.name),
            ))
        })?;
        let room = MOST_OUTPUT.saturating_sub(self.output.len());
        let text = ended.printed.as_bytes();
        self.output.extend_from_slice(text.get(..room).unwrap_or(text));
        let duration = Nanos(self.shared.machines.kernel_time(device, work, &ended));
        let blocks = work.grid.iter().map(|&n| u64::from(n)).fold(1, u64::saturating_mul);
        let engine = if blocks < multiprocessors { Engine::SharedCompute } else { Engine::Compute };
        let span = self.timeline.work(device, stream, engine, self.now, duration)?;
        if let Some((code, story)) = &ended.trap {
            self.sticky = *code;
            self.message = story.clone();
        }
        let (start, end) = self.span(span);
        self.record(&Event::Kernel {
            device,
            stream,
            work,
            info: &info,
            counts: ended.counts.as_ref(),
            start,
            end,
            trap: ended.trap.as_ref().map(|(_, story)| story.as_str()),
        });
        Ok(Reply::Done {})
    }
}
