//! Copies and fills: checked against the program's allocations, accounted for, and done by whoever has both sides.
//!
//! When nothing comes before it, the program moves the bytes itself, as it has both sides mapped. Behind other work
//! an asynchronous one between device, pinned or managed memory is done here when its turn comes; one of pageable
//! memory, which only the program can reach, makes the program wait, as it may under CUDA.

use std::sync::Arc;

use warplens_driver_protocol::message::{AllocationFacts, copy_kind, memory_kind};
use warplens_driver_protocol::sys::Mapping;
use warplens_driver_protocol::{Reply, Request};

use crate::machine::{Refusal, code};
use crate::order::Plan;
use crate::record::Event;
use crate::schedule::ItemId;
use crate::state::{State, Task};
use crate::timeline::{Engine, Nanos, Span};

/// Direction to be found from the addresses.
const DEFAULT_KIND: u8 = 4;

/// Bytes for the server to move, in rows.
pub struct Moving {
    request: Request,
    issued: Nanos,
    to: Side,
    from: Option<Side>,
    width: u64,
    rows: u64,
}

/// A place in an arena; all its rows lie in one allocation.
struct Side {
    arena: Arc<Mapping>,
    offset: u64,
    pitch: u64,
}

impl Side {
    fn row(&self, row: u64, width: u64) -> Option<*mut u8> {
        let at = self.offset.checked_add(self.pitch.checked_mul(row)?)?;
        let inside = at.checked_add(width)? <= self.arena.len() as u64;
        inside.then(|| self.arena.as_ptr().wrapping_add(at as usize))
    }
}

impl Moving {
    /// Moves the bytes.
    pub fn run(&self) {
        for row in 0..self.rows {
            let Some(to) = self.to.row(row, self.width) else { return };
            if let Some(side) = &self.from {
                let Some(from) = side.row(row, self.width) else { return };
                // SAFETY: both rows are inside their arenas, which live as long as their mappings do; the program
                // may touch them meanwhile, as a host may, and only bytes are moved.
                unsafe { std::ptr::copy(from, to, self.width as usize) };
            } else if let Request::Fill { value, element, .. } = self.request {
                let element = usize::from(element.clamp(1, 4));
                let bytes = value.to_le_bytes();
                let pattern = bytes.get(..element).unwrap_or(&bytes);
                // SAFETY: as above; whole elements fit the row, whose width is a multiple of them.
                unsafe {
                    if element == 1 {
                        std::ptr::write_bytes(to, value as u8, self.width as usize);
                    } else {
                        for at in (0..self.width as usize / element).map(|i| i * element) {
                            std::ptr::copy_nonoverlapping(pattern.as_ptr(), to.add(at), element);
                        }
                    }
                }
            }
        }
    }
}

/// A copy that is possible: what it really is, and who does it.
struct Checked {
    kind: u8,
    engine: Engine,
}

impl State {
    pub fn in_an_arena(&self, address: u64) -> bool {
        self.side(address, 0).is_some()
    }

    fn side(&self, address: u64, pitch: u64) -> Option<Side> {
        self.places.iter().zip(&self.arenas).find_map(|(&(base, bytes), arena)| {
            let offset = address.checked_sub(base).filter(|&at| at < bytes)?;
            Some(Side { arena: arena.clone(), offset, pitch })
        })
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

    /// Now, behind other work, or after it.
    pub fn plan_move(&mut self, request: &Request, issued: Nanos) -> Result<Plan, Refusal> {
        let (device, stream, waits, to, from, width, rows) = match *request {
            Request::Copy {
                device,
                stream,
                destination,
                destination_pitch,
                source,
                source_pitch,
                width,
                rows,
                asynchronous,
                ..
            } => {
                self.check_copy(request)?;
                let (to, from) = (self.side(destination, destination_pitch), self.side(source, source_pitch));
                (device, stream, !asynchronous || from.is_none(), to, from, width, rows)
            }
            Request::Fill { device, stream, address, pitch, width, rows, .. } => {
                self.check(address, pitch, width, rows)?;
                (device, stream, false, self.side(address, pitch), None, width, rows)
            }
            _ => return Err(Refusal::code(code::UNKNOWN)),
        };
        self.facts(device)?;
        let after = self.before(device, stream)?;
        if after.is_empty() {
            return Ok(Plan::Now);
        }
        match to.filter(|_| !waits) {
            None => Ok(Plan::After(device, after)),
            Some(to) => {
                let moving = Moving { request: request.clone(), issued, to, from, width, rows };
                Ok(Plan::Queue { device, stream, after, task: Task::Move(moving) })
            }
        }
    }

    /// Bytes were moved here.
    pub fn finish_move(&mut self, id: ItemId, moving: Moving) {
        let now = std::mem::replace(&mut self.now, moving.issued);
        // It was checked when it was asked.
        let _ = self.account(&moving.request);
        self.now = now;
        self.schedule.complete(id);
        self.pump();
    }

    /// Puts a copy or fill on the timeline.
    pub fn account(&mut self, request: &Request) -> Result<Reply, Refusal> {
        match *request {
            Request::Copy { device, stream, width, rows, asynchronous, .. } => {
                let Checked { kind, engine } = self.check_copy(request)?;
                let bytes = width.saturating_mul(rows);
                let span = self.device_work(device, stream, engine, bytes, engine != Engine::None)?;
                if !asynchronous && kind != copy_kind::DEVICE_TO_DEVICE {
                    self.wait_until(span.end);
                }
                let (start, end) = self.span(span);
                self.record(&Event::Copy { device, stream, kind, bytes, start, end });
            }
            // As on a GPU, a fill returns before it is done; what follows in its stream waits.
            Request::Fill { device, stream, width, rows, .. } => {
                let bytes = width.saturating_mul(rows);
                let span = self.device_work(device, stream, Engine::None, bytes, false)?;
                let (start, end) = self.span(span);
                self.record(&Event::Fill { device, stream, bytes, start, end });
            }
            _ => return Err(Refusal::code(code::UNKNOWN)),
        }
        Ok(Reply::Done {})
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

    fn check_copy(&self, request: &Request) -> Result<Checked, Refusal> {
        let Request::Copy { kind, destination, destination_pitch, source, source_pitch, width, rows, .. } =
            *request
        else {
            return Err(Refusal::code(code::UNKNOWN));
        };
        let end = |at, pitch| -> Result<bool, Refusal> {
            if !self.in_an_arena(at) {
                return Ok(false);
            }
            let found = self.check(at, pitch, width, rows)?;
            Ok(matches!(found.kind, memory_kind::DEVICE | memory_kind::MANAGED))
        };
        let to_device = end(destination, destination_pitch)?;
        let from_device = end(source, source_pitch)?;
        let managed = |at| self.allocations.find(at).is_some_and(|f| f.kind == memory_kind::MANAGED);
        // A host side may be managed memory; a device side may be pinned memory, which the device maps too.
        let fits = match kind {
            copy_kind::HOST_TO_HOST => {
                (!to_device || managed(destination)) && (!from_device || managed(source))
            }
            copy_kind::HOST_TO_DEVICE => self.in_an_arena(destination) && (!from_device || managed(source)),
            copy_kind::DEVICE_TO_HOST => self.in_an_arena(source) && (!to_device || managed(destination)),
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
        Ok(Checked { kind, engine })
    }
}
