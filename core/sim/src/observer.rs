//! What may watch a run: counters, checkers, the debugger.
//!
//! An observer says what it wants to see ([`Interest`]); a run without interest in a kind of event pays one
//! predictable branch a warp for it at most. Observers other than counting ones make the run sequential, so that
//! events arrive in the deterministic order.

use crate::launch::Dim3;

/// Which events an observer wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Exact counts (kept by the machine itself and handed over at the end).
    pub counts: bool,
    /// Every memory access of every warp.
    pub accesses: bool,
    /// Every operation before it executes.
    pub issues: bool,
    /// Barrier arrivals and releases.
    pub barriers: bool,
}

/// State spaces an access can resolve to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Device memory, constants included.
    Global,
    /// The block's shared memory.
    Shared,
    /// The thread's local memory.
    Local,
    /// Texels of a texture or surface: the first that each lane touches. Inside arrays their order is the device's own.
    Texture,
}

/// What an access does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessKind {
    /// Load.
    Load,
    /// Store.
    Store,
    /// Atomic read-modify-write.
    Atomic,
}

/// One memory instruction's accesses by 32 lanes of one warp.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// Operation: its site (see [`Site`]).
    pub site: u32,
    /// Block.
    pub block: Dim3,
    /// Warp in the block.
    pub warp: u32,
    /// Which 32 lanes of the warp (0 unless warps have 128).
    pub quarter: u32,
    /// Space after generic addresses were resolved.
    pub space: Space,
    /// Load, store or atomic.
    pub kind: AccessKind,
    /// Bytes each lane accesses.
    pub size: u32,
    /// Lanes that take part.
    pub mask: u32,
    /// Address by lane: guest address in global space, offset in the others.
    pub addresses: &'a [u64; 32],
}

/// One operation about to execute on some lanes of a warp.
#[derive(Clone, Copy, Debug)]
pub struct Issue {
    /// Operation.
    pub site: u32,
    /// Block.
    pub block: Dim3,
    /// Warp in the block.
    pub warp: u32,
    /// Which 32 lanes of the warp.
    pub quarter: u32,
    /// Active lanes.
    pub mask: u32,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// End the launch with `TrapKind::Interrupted`.
    Stop,
}

/// Where an operation stands: which function of which module, which operation of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// Module.
    pub module: u32,
    /// Index in the module's `Resolved::funcs`.
    pub func: u32,
    /// Index in `Body::ops`.
    pub op: u32,
}

/// Watches a run.
pub trait Observer {
    /// What it wants to see.
    fn interest(&self) -> Interest;
    /// Called first, with the place of every site number that events will carry.
    fn on_launch(&mut self, _kernel: &str, _sites: &[Site]) {}
    /// A memory access, before it takes effect.
    fn on_access(&mut self, _access: &Access<'_>) {}
    /// An operation, before it executes.
    fn on_issue(&mut self, _issue: &Issue) -> Verdict {
        Verdict::Continue
    }
    /// Lanes `mask` of a warp arrived at barrier `id` of their block.
    fn on_barrier(&mut self, _block: Dim3, _warp: u32, _id: u32, _mask: u32) {}
    /// The counts of the launch, when asked for; also after a trap.
    fn on_counts(&mut self, _counts: crate::counts::KernelCounts) {}
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn interest(&self) -> Interest {
        Interest::default()
    }
}

/// Collects exact counts.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    last: crate::counts::KernelCounts,
}

impl Counters {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The counts of the last launch.
    pub fn take(&mut self) -> crate::counts::KernelCounts {
        std::mem::take(&mut self.last)
    }
}

impl Observer for Counters {
    fn interest(&self) -> Interest {
        Interest { counts: true, ..Interest::default() }
    }

    fn on_counts(&mut self, counts: crate::counts::KernelCounts) {
        self.last = counts;
    }
}
