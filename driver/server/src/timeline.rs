//! Streams and events on the virtual clock of one program.
//!
//! The program's time comes with each request: real time without the time it waited for us. Device work starts when
//! its stream, the streams it waits for and its engine are free, and lasts its modelled time. A call that waits moves
//! the program's clock on. The default stream waits for blocking streams and they for it, as CUDA's legacy one does.
//!
//! Modelled: kernels of different streams overlap only where one of them leaves multiprocessors idle; copies in one
//! direction follow one another.

use std::collections::HashMap;

use crate::machine::{Refusal, code};

/// A time or duration on a program's virtual clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub u64);

impl std::ops::Add for Nanos {
    type Output = Nanos;
    fn add(self, other: Nanos) -> Nanos {
        Nanos(self.0.saturating_add(other.0))
    }
}

/// What part of a device does a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// A kernel that leaves room for others.
    SharedCompute,
    /// A kernel that fills the device.
    Compute,
    /// Copies to the device.
    CopyIn,
    /// Copies from the device.
    CopyOut,
    /// Nothing that could be busy.
    None,
}

/// A stream's properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    pub device: u32,
    pub flags: u32,
    pub priority: i32,
    ready: Nanos,
}

const NON_BLOCKING: u32 = 1;

impl Stream {
    /// Whether it and the default stream wait for each other.
    pub fn is_blocking(&self) -> bool {
        self.flags & NON_BLOCKING == 0
    }
}
const DISABLE_TIMING: u32 = 2;
/// More than any program makes; a bound on what a hostile one can make us keep.
const MOST: usize = 1 << 18;

#[derive(Clone, Copy, Debug)]
struct Event {
    flags: u32,
    at: Option<Nanos>,
}

#[derive(Debug, Default)]
pub struct Timeline {
    next: u64,
    streams: HashMap<u64, Stream>,
    events: HashMap<u64, Event>,
    defaults: HashMap<u32, Nanos>,
    engines: HashMap<(u32, Engine), Nanos>,
}

/// A span on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Nanos,
    pub end: Nanos,
}

fn bad_handle() -> Refusal {
    Refusal::code(code::INVALID_HANDLE)
}

impl Timeline {
    fn number(&mut self) -> Result<u64, Refusal> {
        if self.streams.len() + self.events.len() > MOST {
            return Err(Refusal::code(code::MEMORY_ALLOCATION));
        }
        self.next += 16;
        Ok(self.next)
    }

    /// A new stream; the device is in bits 32 to 39 of its handle.
    pub fn create_stream(&mut self, device: u32, flags: u32, priority: i32) -> Result<u64, Refusal> {
        let handle = u64::from(device) << 32 | (0x1000 + self.number()?);
        self.streams.insert(handle, Stream { device, flags, priority, ready: Nanos(0) });
        Ok(handle)
    }

    pub fn destroy_stream(&mut self, stream: u64) -> Result<(), Refusal> {
        self.streams.remove(&stream).map(drop).ok_or_else(bad_handle)
    }

    /// Properties; the default stream has none of its own.
    pub fn stream(&self, device: u32, stream: u64) -> Result<Stream, Refusal> {
        if stream == 0 {
            return Ok(Stream { device, flags: 0, priority: 0, ready: self.default_ready(device) });
        }
        self.streams.get(&stream).copied().ok_or_else(bad_handle)
    }

    fn default_ready(&self, device: u32) -> Nanos {
        self.defaults.get(&device).copied().unwrap_or_default()
    }

    /// When work issued now could begin in a stream.
    fn earliest(&self, device: u32, stream: u64) -> Result<Nanos, Refusal> {
        let own = self.stream(device, stream)?;
        let default = self.default_ready(own.device);
        if stream != 0 {
            return Ok(if own.flags & NON_BLOCKING != 0 { own.ready } else { own.ready.max(default) });
        }
        let blocking = |s: &&Stream| s.device == device && s.flags & NON_BLOCKING == 0;
        Ok(self.streams.values().filter(blocking).map(|s| s.ready).fold(default, Nanos::max))
    }

    /// Puts a piece of work into a stream.
    pub fn work(
        &mut self,
        device: u32,
        stream: u64,
        engine: Engine,
        now: Nanos,
        duration: Nanos,
    ) -> Result<Span, Refusal> {
        let mut start = self.earliest(device, stream)?.max(now);
        let busy = |t: &Timeline, e: Engine| t.engines.get(&(device, e)).copied().unwrap_or_default();
        start = match engine {
            Engine::None => start,
            // A small kernel finds room beside small ones, not beside one that fills the device.
            Engine::SharedCompute => start.max(busy(self, Engine::Compute)),
            Engine::Compute => start.max(busy(self, Engine::Compute)).max(busy(self, Engine::SharedCompute)),
            copy => start.max(busy(self, copy)),
        };
        let end = start + duration;
        if engine != Engine::None {
            let until = self.engines.entry((device, engine)).or_default();
            *until = (*until).max(end);
        }
        self.set_ready(device, stream, end);
        Ok(Span { start, end })
    }

    fn set_ready(&mut self, device: u32, stream: u64, at: Nanos) {
        let ready = match self.streams.get_mut(&stream) {
            Some(stream) => &mut stream.ready,
            None => self.defaults.entry(device).or_default(),
        };
        *ready = (*ready).max(at);
    }

    /// When a stream has done all it was given.
    pub fn done(&self, device: u32, stream: u64) -> Result<Nanos, Refusal> {
        self.earliest(device, stream)
    }

    /// When a device has done all it was given.
    pub fn all_done(&self, device: u32) -> Nanos {
        let of = self.streams.values().filter(|s| s.device == device).map(|s| s.ready);
        of.fold(self.default_ready(device), Nanos::max)
    }

    pub fn create_event(&mut self, flags: u32) -> Result<u64, Refusal> {
        let handle = 0x8000_0000 + self.number()?;
        self.events.insert(handle, Event { flags, at: None });
        Ok(handle)
    }

    pub fn destroy_event(&mut self, event: u64) -> Result<(), Refusal> {
        self.events.remove(&event).map(drop).ok_or_else(bad_handle)
    }

    pub fn record(&mut self, device: u32, event: u64, stream: u64, now: Nanos) -> Result<(), Refusal> {
        let at = self.earliest(device, stream)?.max(now);
        self.events.get_mut(&event).ok_or_else(bad_handle)?.at = Some(at);
        Ok(())
    }

    /// When an event happens; `None` when it was never recorded, which counts as done.
    pub fn event(&self, event: u64) -> Result<Option<Nanos>, Refusal> {
        Ok(self.events.get(&event).ok_or_else(bad_handle)?.at)
    }

    pub fn wait_event(&mut self, device: u32, stream: u64, event: u64) -> Result<(), Refusal> {
        let (own, at) = (self.stream(device, stream)?, self.event(event)?);
        if let Some(at) = at {
            self.set_ready(own.device, stream, at);
        }
        Ok(())
    }

    /// Nanoseconds from one event to another.
    pub fn elapsed(&self, start: u64, end: u64, now: Nanos) -> Result<i64, Refusal> {
        let mut times = [0; 2];
        for (time, handle) in times.iter_mut().zip([start, end]) {
            let event = self.events.get(&handle).ok_or_else(bad_handle)?;
            let at = event.at.filter(|_| event.flags & DISABLE_TIMING == 0).ok_or_else(bad_handle)?;
            if at > now {
                return Err(Refusal::code(code::NOT_READY));
            }
            *time = at.0 as i64;
        }
        let [start, end] = times;
        Ok(end.saturating_sub(start))
    }

    /// Forgets everything of a device.
    pub fn reset(&mut self, device: u32) {
        self.streams.retain(|_, s| s.device != device);
        self.defaults.remove(&device);
        self.engines.retain(|(d, _), _| *d != device);
        self.events.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn work(t: &mut Timeline, stream: u64, engine: Engine, now: u64, ms: u64) -> (u64, u64) {
        let span = t.work(0, stream, engine, Nanos(now * MS), Nanos(ms * MS)).unwrap();
        (span.start.0 / MS, span.end.0 / MS)
    }

    #[test]
    fn work_of_two_streams_overlaps_where_engines_differ() {
        let mut t = Timeline::default();
        let (a, b) = (t.create_stream(0, 0, 0).unwrap(), t.create_stream(0, 0, 0).unwrap());
        assert_eq!(work(&mut t, a, Engine::CopyIn, 0, 5), (0, 5));
        assert_eq!(work(&mut t, a, Engine::Compute, 0, 10), (5, 15));
        assert_eq!(work(&mut t, b, Engine::CopyIn, 0, 5), (5, 10));
        assert_eq!(work(&mut t, b, Engine::Compute, 0, 10), (15, 25));
    }

    #[test]
    fn the_default_stream_waits_for_blocking_streams_only() {
        let mut t = Timeline::default();
        let (blocking, free) = (t.create_stream(0, 0, 0).unwrap(), t.create_stream(0, 1, 0).unwrap());
        work(&mut t, blocking, Engine::None, 0, 4);
        work(&mut t, free, Engine::None, 0, 9);
        assert_eq!(work(&mut t, 0, Engine::None, 0, 1), (4, 5));
        assert_eq!(work(&mut t, blocking, Engine::None, 0, 1), (5, 6));
        assert_eq!(t.all_done(0), Nanos(9 * MS));
    }

    #[test]
    fn events_measure_modelled_time_and_order_streams() {
        let mut t = Timeline::default();
        let (a, b) = (t.create_stream(0, 1, 0).unwrap(), t.create_stream(0, 1, 0).unwrap());
        let (start, end) = (t.create_event(0).unwrap(), t.create_event(0).unwrap());
        t.record(0, start, a, Nanos(0)).unwrap();
        work(&mut t, a, Engine::Compute, 0, 7);
        t.record(0, end, a, Nanos(0)).unwrap();
        assert_eq!(t.elapsed(start, end, Nanos(8 * MS)), Ok(7 * MS as i64));
        assert_eq!(t.elapsed(start, end, Nanos(MS)), Err(Refusal::code(code::NOT_READY)));
        t.wait_event(0, b, end).unwrap();
        assert_eq!(work(&mut t, b, Engine::None, 1, 1), (7, 8));
    }

    #[test]
    fn handles_that_were_never_given_out_are_refused() {
        let mut t = Timeline::default();
        assert_eq!(t.destroy_stream(7), Err(bad_handle()));
        assert_eq!(t.event(7), Err(bad_handle()));
        assert_eq!(t.work(0, 7, Engine::None, Nanos(0), Nanos(0)), Err(bad_handle()));
    }
}
