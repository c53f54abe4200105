//! What an operation's handler sees: where rows are, which lanes act, and where memory is.

use std::sync::RwLock;

use super::Masks;
use super::pattern::Pattern;
use super::tally::Tally;
use crate::lower::code::{Control, NativeCall};
use crate::memory::Table;
use crate::observer::Observer;
use crate::texture::Objects;
use crate::trap::TrapKind;

/// Where a row lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Region {
    /// Registers of the current call frame.
    Frame = 0,
    /// Per-gang special registers (`%tid`, `%laneid`), constant while the gang's shape is.
    Gang = 1,
    /// Constants: one row for all chunks, the same for the whole device.
    Const = 2,
    /// Parameters and block-uniform specials: one row for all chunks.
    Launch = 3,
}

/// A row operand, resolved at lowering.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Ref {
    /// Bytes from the region's base, within one chunk.
    pub(crate) off: u32,
    /// Not part of the place: room for an operation's flags.
    pub(crate) aux: u16,
    /// Which base.
    pub(crate) region: Region,
}

impl Ref {
    /// A reference nothing reads.
    pub(crate) const NONE: Ref = Ref { off: 0, aux: 0, region: Region::Const };
}

/// What the run loop does after an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Flow {
    /// Go on with the next operation.
    Next = 0,
    /// The operation is one the loop itself carries out: `Code::controls[op.imm]`.
    Control = 1,
    /// `Ctx::fault` is set.
    Fault = 2,
}

/// A handler.
pub(crate) type Handler = unsafe fn(&mut Ctx<'_>, &Op) -> Flow;

/// A lowered operation; one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Op {
    /// Code to run: the handler itself, or the guard wrapper that then calls `inner`.
    pub(crate) run: Handler,
    /// The handler behind a guard.
    pub(crate) inner: Handler,
    /// Destination row (for stores: the data).
    pub(crate) dst: Ref,
    /// Sources.
    pub(crate) a: Ref,
    /// Second source.
    pub(crate) b: Ref,
    /// Third source.
    pub(crate) c: Ref,
    /// Fourth source, or second destination; for memory operations site and flags (see `mem`).
    pub(crate) d: Ref,
    /// Immediate: address offset, shift, table index, as the handler says.
    pub(crate) imm: u64,
}

/// Guard of one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// Predicate row.
    pub(crate) pred: Ref,
    /// All ones for `@!p`.
    pub(crate) flip: u32,
    /// Site, for counting.
    pub(crate) site: u32,
}

/// A fault noticed by a handler, before it is dressed up as a `Trap`.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: TrapKind,
    pub(crate) chunk: usize,
    pub(crate) lane: u32,
    pub(crate) address: Option<u64>,
    pub(crate) size: u32,
    pub(crate) write: bool,
}

/// An allocation's addresses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Range {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// What a worker keeps from launch to launch: facts about sites that stay true, and ranges that hold as long as nothing
/// is allocated or freed.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) ranges: Vec<Range>,
    pub(crate) epoch: u64,
}

/// The state handlers work on.
pub(crate) struct Ctx<'a> {
    /// Row bases by [`Region`].
    pub(crate) bases: [*mut u8; 4],
    /// Bytes from one chunk to the next, by [`Region`].
    pub(crate) strides: [usize; 4],
    /// Chunks of the gang.
    pub(crate) chunks: usize,
    /// Lanes the current operation acts on.
    pub(crate) active: Masks,
    /// First operation of the current code.
    pub(crate) ops: *const Op,
    /// Guards by position in the current code.
    pub(crate) guards: *const Guard,
    /// Vector operand lists of the current code.
    pub(crate) vectors: *const [Ref; 8],
    /// Control operations of the current code.
    pub(crate) controls: *const Control,
    /// Calls of machine-provided functions of the current code.
    pub(crate) natives: *const NativeCall,
    /// Lanes of the gang that exist and have not exited.
    pub(crate) live: Masks,
    /// Add to a guest address of the arena to get a host address.
    pub(crate) delta: u64,
    /// What is allocated.
    pub(crate) table: &'a RwLock<Table>,
    /// Textures and surfaces.
    pub(crate) objects: &'a Objects,
    /// Last address pattern by site.
    pub(crate) patterns: Vec<Pattern>,
    /// Last allocation touched, by site.
    pub(crate) ranges: Vec<Range>,
    /// Other workers run at the same time: atomics must be atomic.
    pub(crate) parallel: bool,
    /// The block's shared memory.
    pub(crate) shared: *mut u8,
    /// Its size, bytes.
    pub(crate) shared_len: u32,
    /// The gang's local memory: 4-byte words, interleaved by lane (word, chunk, lane).
    pub(crate) local: *mut u8,
    /// Bytes a thread can address there.
    pub(crate) local_len: u32,
    /// Local address where the current frame's variables begin.
    pub(crate) frame_base: u32,
    /// Parameter bytes of the launch.
    pub(crate) params: &'a [u8],
    /// Accesses that may wait for others (atomics with results, volatile and acquiring loads); spinning is told by it.
    pub(crate) sync_accesses: u64,
    /// Exact counts, when wanted.
    pub(crate) tally: Option<Box<Tally>>,
    /// Observer of single accesses, when wanted.
    pub(crate) observer: Option<&'a mut dyn Observer>,
    /// Chunks a warp has (1 or 4).
    pub(crate) warp_chunks: usize,
    /// First warp of the gang in its block.
    pub(crate) first_warp: u32,
    /// Block index.
    pub(crate) block: [u32; 3],
    /// Modelled clock: warp instructions executed by this worker so far.
    pub(crate) clock: u64,
    /// Scratch of `printf` text.
    pub(crate) printed: String,
    /// First fault.
    pub(crate) fault: Option<Box<Fault>>,
}

impl Ctx<'_> {
    /// Address of a row's chunk.
    #[inline(always)]
    pub(crate) fn row<T>(&self, r: Ref, chunk: usize) -> *mut T {
        // Wrapping arithmetic: the offset was bounded at lowering, so the result is inside the region.
        let (base, stride) = (self.bases[r.region as usize], self.strides[r.region as usize]);
        base.wrapping_add(r.off as usize + chunk * stride).cast()
    }

    /// Position of an operation of the current code.
    #[inline(always)]
    pub(crate) fn pc_of(&self, op: &Op) -> usize {
        ((op as *const Op as usize) - (self.ops as usize)) / size_of::<Op>()
    }

    /// Host address of an arena address.
    #[inline(always)]
    pub(crate) fn host(&self, guest: u64) -> *mut u8 {
        guest.wrapping_add(self.delta) as *mut u8
    }

    /// Records a fault.
    #[cold]
    pub(crate) fn fail(&mut self, fault: Fault) -> Flow {
        if self.fault.is_none() {
            self.fault = Some(Box::new(fault));
        }
        Flow::Fault
    }
}
