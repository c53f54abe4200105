//! What a profiler is told: programs, API calls, modules, launches, copies, marks, in the order they happened.

use warplens_sim::counts::KernelCounts;
use warplens_sim::launch::KernelInfo;

use crate::machine::{LoadedText, Work};
use crate::timeline::Nanos;

/// A program's session: its number in the order of connections, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProgramId(pub u32);

/// Something happened. Times are virtual, counted from the start of the server.
#[derive(Debug)]
pub enum Event<'a> {
    /// A program connected.
    Started {
        /// Its path.
        program: &'a str,
        /// Its arguments.
        arguments: &'a [String],
        /// Its process.
        pid: u32,
    },
    /// A program is gone.
    Ended {
        /// It said goodbye or exited while nothing was under way.
        in_order: bool,
        /// When.
        at: Nanos,
    },
    /// A call of the API that reached the device.
    Call {
        /// Function.
        api: &'a str,
        /// Thread.
        thread: u32,
        /// From.
        start: Nanos,
        /// To.
        end: Nanos,
        /// Error code it ended with.
        code: i32,
    },
    /// A module was loaded.
    Module {
        /// Device.
        device: u32,
        /// Its PTX.
        text: &'a LoadedText,
    },
    /// A kernel ran.
    Kernel {
        /// Device.
        device: u32,
        /// Stream.
        stream: u64,
        /// What was asked.
        work: &'a Work,
        /// The kernel.
        info: &'a KernelInfo,
        /// Exact counts.
        counts: Option<&'a KernelCounts>,
        /// From, modelled.
        start: Nanos,
        /// To, modelled.
        end: Nanos,
        /// What it died of.
        trap: Option<&'a str>,
    },
    /// Bytes were copied.
    Copy {
        /// Device.
        device: u32,
        /// Stream.
        stream: u64,
        /// `copy_kind` of the protocol.
        kind: u8,
        /// How many.
        bytes: u64,
        /// From, modelled.
        start: Nanos,
        /// To, modelled.
        end: Nanos,
    },
    /// Memory was set.
    Fill {
        /// Device.
        device: u32,
        /// Stream.
        stream: u64,
        /// How many bytes.
        bytes: u64,
        /// From, modelled.
        start: Nanos,
        /// To, modelled.
        end: Nanos,
    },
    /// The program marked its timeline.
    Mark {
        /// `mark_kind` of the protocol.
        kind: u8,
        /// Identity of ranges that end elsewhere.
        id: u64,
        /// Thread.
        thread: u32,
        /// Text.
        text: &'a str,
        /// When.
        at: Nanos,
    },
}

/// Is told what happens.
pub trait Recorder: Send {
    /// Whether this launch should be counted exactly.
    fn wants_counts(&mut self, kernel: &KernelInfo) -> bool;
    /// Something happened.
    fn record(&mut self, program: ProgramId, event: &Event<'_>);
}
