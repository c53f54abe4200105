//! A running program's events, filed: launches into [`KernelRecord`]s, calls, copies and ranges into totals, all of it
//! into a capture as well when there is one.
//!
//! Knows nothing of how events arrive. A capture that cannot be written stops being written, and the report says so;
//! the program goes on.

use std::collections::{BTreeMap, HashMap};

use warplens_ptx::resolve::Resolved;
use warplens_sim::counts::KernelCounts;
use warplens_sim::launch::KernelInfo;
use warplens_trace::{Kind, ProgramId, Span, Time, Track};

use crate::collect::{Code, Collector, KernelRecord, ModuleView, Shape, Tally};
use crate::demangle::demangle;
use crate::report::{CallTotal, CopyTotal, Program, RangeTotal};
use crate::session::matches;
use crate::store::{Capture, KernelRow, LineRow};

/// Which launches are profiled.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Kernels whose name matches.
    pub kernel: Option<String>,
    /// Launches, counted from 0 over all kernels that match.
    pub launches: Option<std::ops::Range<u64>>,
}

struct Module {
    name: String,
    text: String,
    resolved: Resolved,
}

#[derive(Default)]
struct Modules(HashMap<u32, Module>);

impl Code for Modules {
    fn module(&self, module: u32) -> Option<ModuleView<'_>> {
        let m = self.0.get(&module)?;
        Some(ModuleView { name: &m.name, text: &m.text, resolved: &m.resolved })
    }
}

/// A launch that ended.
pub struct Launch<'a> {
    /// Program.
    pub program: ProgramId,
    /// Device.
    pub device: u32,
    /// Stream.
    pub stream: u64,
    /// Kernel.
    pub info: &'a KernelInfo,
    /// Shape.
    pub shape: Shape,
    /// Counts, when it was chosen.
    pub counts: Option<&'a KernelCounts>,
    /// From, modelled.
    pub start: Time,
    /// To, modelled.
    pub end: Time,
    /// Its fault.
    pub trap: Option<&'a str>,
}

type Place = (ProgramId, u32);

/// Everything so far.
#[derive(Default)]
pub struct Live {
    choice: Choice,
    capture: Option<Capture>,
    notes: Vec<String>,
    code: BTreeMap<Place, (Modules, Collector)>,
    calls: BTreeMap<String, CallTotal>,
    copies: BTreeMap<String, CopyTotal>,
    ranges: BTreeMap<String, RangeTotal>,
    open: HashMap<(ProgramId, u32), Vec<(String, Time)>>,
    started: HashMap<(ProgramId, u64), (String, Time)>,
    matching: u64,
    launches: u64,
    profiled: u64,
    traps: u64,
}

/// What a run comes to.
pub struct Outcome {
    /// Kernels, in order of programs, devices and first launches.
    pub records: Vec<KernelRecord>,
    /// Calls, copies and ranges.
    pub program: Program,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// PTX by the name that places in it carry.
    pub ptx: Vec<(String, String)>,
    /// The capture, to be finished.
    pub capture: Option<Capture>,
}

impl Live {
    /// Nothing yet.
    pub fn new(choice: Choice, capture: Option<Capture>) -> Live {
        Live { choice, capture, ..Live::default() }
    }

    /// Whether the launch that comes now should be counted; every launch is asked about once.
    pub fn wants(&mut self, info: &KernelInfo) -> bool {
        let fits =
            self.choice.kernel.as_ref().is_none_or(|pattern| {
                matches(pattern, &info.name) || matches(pattern, &demangle(&info.name))
            });
        if !fits {
            return false;
        }
        let number = self.matching;
        self.matching += 1;
        self.choice.launches.as_ref().is_none_or(|range| range.contains(&number))
    }

    fn store(&mut self, write: impl FnOnce(&mut Capture) -> Result<(), crate::store::CaptureError>) {
        let Some(capture) = &mut self.capture else { return };
        if let Err(error) = write(capture) {
            self.notes.push(format!("the capture is cut short: {error}"));
            self.capture = None;
        }
    }

    /// A module was loaded.
    pub fn module(&mut self, program: ProgramId, device: u32, number: u32, name: &str, text: &str) {
        let parse = warplens_ptx::parse::parse(text);
        let (resolved, _) = warplens_ptx::resolve::resolve(&parse.module);
        let module = Module { name: format!("{name} (PTX)"), text: text.to_owned(), resolved };
        self.code.entry((program, device)).or_default().0.0.insert(number, module);
        self.store(|capture| capture.ptx(program.0, device, number, text));
    }

    /// A kernel ran.
    pub fn launch(&mut self, launch: &Launch<'_>) {
        let number = self.launches;
        self.launches += 1;
        self.traps += u64::from(launch.trap.is_some());
        let (modules, collector) = self.code.entry((launch.program, launch.device)).or_default();
        let mut tally = Tally::default();
        let mut lines = Vec::new();
        if let Some(counts) = launch.counts {
            self.profiled += 1;
            if let Some(record) = collector.record(launch.shape, launch.info, counts, modules) {
                tally = record.total;
                lines = record.lines.clone();
            }
        }
        let demangled = demangle(&launch.info.name);
        let track = Track::Stream(launch.program, launch.device, launch.stream);
        self.span(track, Kind::Kernel, &demangled, launch.start, launch.end, 0, 0);
        self.store(|capture| {
            capture.kernel(&KernelRow {
                launch: number,
                program: launch.program.0,
                device: launch.device,
                stream: launch.stream,
                info: launch.info,
                demangled: &demangled,
                shape: launch.shape,
                start: launch.start,
                end: launch.end,
                trap: launch.trap.unwrap_or_default(),
                tally: &tally,
            })?;
            lines.iter().try_for_each(|line| capture.line(&LineRow { launch: number, line }))
        });
    }

    #[allow(clippy::too_many_arguments)]
    fn span(&mut self, track: Track, kind: Kind, name: &str, start: Time, end: Time, bytes: u64, code: i32) {
        self.store(|capture| {
            let name = capture.intern(name);
            capture.span(&Span { track, kind, name, start, end, bytes, code })
        });
    }

    /// A call of the API.
    pub fn call(&mut self, track: Track, api: &str, start: Time, end: Time, code: i32) {
        let total = self.calls.entry(api.to_owned()).or_insert_with(|| CallTotal::named(api));
        total.calls += 1;
        total.errors += u64::from(code != 0 && code != NOT_READY);
        total.nanos += end.nanos().saturating_sub(start.nanos());
        self.span(track, Kind::Call, api, start, end, 0, code);
    }

    /// Bytes were copied (`what` says from where to where) or set.
    pub fn copy(&mut self, track: Track, kind: Kind, what: &str, bytes: u64, start: Time, end: Time) {
        let total = self.copies.entry(what.to_owned()).or_insert_with(|| CopyTotal::named(what));
        total.copies += 1;
        total.bytes += bytes;
        total.nanos += end.nanos().saturating_sub(start.nanos());
        self.span(track, kind, what, start, end, bytes, 0);
    }

    /// A range begins on a thread.
    pub fn push(&mut self, program: ProgramId, thread: u32, text: &str, at: Time) {
        self.open.entry((program, thread)).or_default().push((text.to_owned(), at));
    }

    /// The innermost range of a thread ends.
    pub fn pop(&mut self, program: ProgramId, thread: u32, at: Time) {
        let open = self.open.get_mut(&(program, thread)).and_then(Vec::pop);
        if let Some((text, start)) = open {
            self.range(Track::Thread(program, thread), &text, start, at);
        }
    }

    /// A range with an identity begins.
    pub fn start(&mut self, program: ProgramId, id: u64, text: &str, at: Time) {
        self.started.insert((program, id), (text.to_owned(), at));
    }

    /// It ends.
    pub fn end(&mut self, program: ProgramId, thread: u32, id: u64, at: Time) {
        if let Some((text, start)) = self.started.remove(&(program, id)) {
            self.range(Track::Thread(program, thread), &text, start, at);
        }
    }

    /// An instant.
    pub fn mark(&mut self, program: ProgramId, thread: u32, text: &str, at: Time) {
        self.span(Track::Thread(program, thread), Kind::Mark, text, at, at, 0, 0);
    }

    fn range(&mut self, track: Track, text: &str, start: Time, end: Time) {
        let total = self.ranges.entry(text.to_owned()).or_insert_with(|| RangeTotal::named(text));
        total.times += 1;
        total.nanos += end.nanos().saturating_sub(start.nanos());
        self.span(track, Kind::Range, text, start, end, 0, 0);
    }

    /// A program is gone: ranges it left open end here, and everything goes to disk.
    pub fn program_ended(&mut self, program: ProgramId, at: Time) {
        let threads: Vec<_> = self.open.keys().filter(|key| key.0 == program).copied().collect();
        for key in threads {
            while self.open.get(&key).is_some_and(|open| !open.is_empty()) {
                self.pop(key.0, key.1, at);
            }
        }
        let ids: Vec<_> = self.started.keys().filter(|key| key.0 == program).copied().collect();
        for (program, id) in ids {
            self.end(program, 0, id, at);
        }
        self.store(Capture::flush);
    }

    /// Adds them up.
    pub fn finish(mut self) -> Outcome {
        let (mut records, mut ptx) = (Vec::new(), Vec::new());
        for (modules, collector) in std::mem::take(&mut self.code).into_values() {
            records.extend(collector.finish());
            ptx.extend(modules.0.into_values().map(|m| (m.name, m.text)));
        }
        if self.profiled < self.launches {
            self.notes.push(format!("{} of {} launches were profiled", self.profiled, self.launches));
        }
        if self.traps > 0 {
            let launches =
                if self.traps == 1 { "1 launch was" } else { &format!("{} launches were", self.traps) };
            self.notes.push(format!("{launches} stopped by a fault of the kernel"));
        }
        let mut calls: Vec<_> = self.calls.into_values().collect();
        calls.sort_by_key(|c| std::cmp::Reverse(c.nanos));
        let program = Program {
            calls,
            copies: self.copies.into_values().collect(),
            ranges: self.ranges.into_values().collect(),
        };
        Outcome { records, program, notes: self.notes, ptx, capture: self.capture }
    }
}

/// What queries answer while work is under way: no error.
const NOT_READY: i32 = 600;
