//! Lowered code: what the machine executes.

use crate::exec::ctx::{Guard, Op, Ref};

/// A place to go: position and the block that begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) pc: u32,
    pub(crate) block: u32,
}

/// A condition: predicate row and flip mask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cond {
    pub(crate) pred: Ref,
    pub(crate) flip: u32,
}

/// Operations the run loop carries out itself, because they change which lanes run where.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    /// Into the next block.
    Fall(Target),
    /// `bra`
    Branch { cond: Option<Cond>, taken: Target, next: Option<Target>, rpc: u32, site: u32 },
    /// `brx.idx`
    Indexed {
        cond: Option<Cond>,
        index: Ref,
        targets: Vec<Target>,
        next: Option<Target>,
        rpc: u32,
        site: u32,
    },
    /// `call` of code.
    Call(Box<Call>),
    /// `ret`; in an entry function it is `exit`.
    Ret { cond: Option<Cond>, next: Option<Target>, exits: bool, site: u32 },
    /// `bar`, `barrier`
    Barrier(Box<Barrier>),
    /// An instruction that needs named lanes of its warp together: `inner` of its operation runs on them.
    /// `meets`: only a meeting point, so lanes may come to it at different positions.
    WarpSync { members: Ref, cond: Option<Cond>, run: crate::exec::ctx::Handler, meets: bool },
    /// `trap`, `brkpt`
    Trap { cond: Option<Cond>, next: Option<Target>, breakpoint: bool, site: u32 },
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) callee: Callee,
    pub(crate) cond: Option<Cond>,
    /// Where the lanes go on.
    pub(crate) back: Option<Target>,
    pub(crate) site: u32,
    /// Argument and result places in the caller, matched by position with the callee's [`Slot`]s.
    pub(crate) args: Vec<Slot>,
    pub(crate) results: Vec<Slot>,
}

/// What is called.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// Code of this device, by index.
    Code(u32),
    /// Not known yet: by name.
    Extern(Box<str>),
    /// By function pointer in a 64-bit row.
    Pointer(Ref),
}

/// Where a parameter or result lives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Slot {
    /// Bytes of the frame's local memory.
    Local { offset: u32, size: u32 },
    /// A row (`wide`: 64-bit).
    Row { row: Ref, wide: bool },
    /// `_`
    Nowhere,
}

/// A call of a function the machine provides.
#[derive(Clone, Debug)]
pub(crate) struct NativeCall {
    pub(crate) native: crate::exec::native::Native,
    pub(crate) args: Vec<Slot>,
    pub(crate) results: Vec<Slot>,
}

/// A barrier operation.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    pub(crate) cond: Option<Cond>,
    pub(crate) id: Ref,
    /// Thread count, when given.
    pub(crate) count: Option<Ref>,
    /// `arrive` does not wait.
    pub(crate) waits: bool,
    pub(crate) reduce: Option<Reduce>,
    pub(crate) site: u32,
}

/// `bar.red`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reduce {
    pub(crate) op: ReduceOp,
    pub(crate) source: Ref,
    pub(crate) flip: u32,
    pub(crate) dst: Ref,
}

/// What `bar.red` computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReduceOp {
    Popc,
    And,
    Or,
}

/// A basic block, for counting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeBlock {
    /// First PTX operation.
    pub(crate) first: u32,
    /// One past the last.
    pub(crate) end: u32,
    /// Where it begins in the lowered code.
    pub(crate) pc: u32,
}

/// A row the launch fills from its parameters: row `index` of the launch region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ParamRow {
    /// Byte offset in the parameters.
    pub(crate) offset: u32,
    /// How it is read.
    pub(crate) ty: crate::exec::access::MemType,
    /// 64-bit row.
    pub(crate) wide: bool,
    /// Where it goes, bytes into the launch region.
    pub(crate) at: u32,
}

/// One function's code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) module: u32,
    pub(crate) func: u32,
    pub(crate) name: Box<str>,
    pub(crate) is_entry: bool,
    pub(crate) ops: Vec<Op>,
    /// Parallel to `ops`.
    pub(crate) guards: Vec<Guard>,
    /// PTX operation of each lowered one.
    pub(crate) source: Vec<u32>,
    pub(crate) vectors: Vec<[Ref; 8]>,
    pub(crate) controls: Vec<Control>,
    pub(crate) blocks: Vec<CodeBlock>,
    /// Block that begins at a position, or `u32::MAX`.
    pub(crate) block_at: Vec<u32>,
    /// Where a block leads that has no control operation but an unconditional end, or `u32::MAX`.
    pub(crate) runs_to: Vec<u32>,
    /// First block in the device's numbering.
    pub(crate) block_base: u32,
    /// First site in the device's numbering; sites follow PTX operations.
    pub(crate) site_base: u32,
    /// PTX operations.
    pub(crate) op_count: u32,
    /// Bytes of registers a chunk.
    pub(crate) frame_bytes: u32,
    /// Bytes of local variables and call parameters a thread.
    pub(crate) local_bytes: u32,
    /// Where parameters and results live in the callee.
    pub(crate) params: Vec<Slot>,
    pub(crate) returns: Vec<Slot>,
    pub(crate) param_rows: Vec<ParamRow>,
    /// Calls of functions the machine itself provides.
    pub(crate) natives: Vec<NativeCall>,
    /// Facts for `KernelInfo`.
    pub(crate) registers: u32,
    pub(crate) static_shared: u32,
    pub(crate) barriers: u32,
}

// SAFETY: code is plain data and function pointers; it is never changed while it runs.
unsafe impl Send for Code {}
// SAFETY: as above.
unsafe impl Sync for Code {}

/// Fixed rows at the start of the launch region, 256 bytes each, 32-bit values unless said.
pub(crate) mod launch_row {
    /// `%ctaid.x/y/z`
    pub(crate) const CTAID: u32 = 0;
    /// `%nctaid`
    pub(crate) const NCTAID: u32 = 3;
    /// `%ntid`
    pub(crate) const NTID: u32 = 6;
    /// `%gridid` (64-bit)
    pub(crate) const GRIDID: u32 = 9;
    /// `%smid`
    pub(crate) const SMID: u32 = 10;
    /// `%dynamic_smem_size`
    pub(crate) const DYNAMIC_SMEM: u32 = 11;
    /// `%total_smem_size`
    pub(crate) const TOTAL_SMEM: u32 = 12;
    /// `%nwarpid`: warps a multiprocessor can hold
    pub(crate) const NWARPID: u32 = 13;
    /// `%nsmid`
    pub(crate) const NSMID: u32 = 14;
    /// `%envreg0..31`
    pub(crate) const ENVREG: u32 = 15;
    /// `WARP_SZ`
    pub(crate) const WARP_SZ: u32 = 47;
    /// `%gridid` as a 32-bit value
    pub(crate) const GRIDID32: u32 = 48;
    /// Shared address where dynamic shared memory begins, as 32 bits.
    pub(crate) const DYNAMIC_BASE32: u32 = 49;
    /// The same as 64 bits.
    pub(crate) const DYNAMIC_BASE64: u32 = 50;
    /// First row of parameters.
    pub(crate) const PARAMS: u32 = 51;
    /// Bytes a row.
    pub(crate) const BYTES: u32 = 256;
}

/// Rows of the gang region, 128 bytes each a chunk.
pub(crate) mod gang_row {
    /// `%tid.x/y/z`
    pub(crate) const TID: u32 = 0;
    /// `%laneid`
    pub(crate) const LANEID: u32 = 3;
    /// `%warpid`
    pub(crate) const WARPID: u32 = 4;
    /// `%lanemask_eq/le/lt/ge/gt`
    pub(crate) const LANEMASK: u32 = 5;
    /// Rows in all.
    pub(crate) const COUNT: u32 = 10;
}
