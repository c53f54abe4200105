//! The memory of a block while it runs: gangs with their frames, local and shared memory, barriers.

use crate::exec::tree::{NodeId, Tree};
use crate::exec::{MAX_CHUNKS, Masks};
use crate::lower::code::gang_row;

/// One cache line, for alignment.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Line([u8; 64]);

/// Bytes aligned to cache lines, zero at first.
#[derive(Default)]
pub(super) struct Buffer(Vec<Line>);

impl Buffer {
    pub(super) fn new(bytes: usize) -> Buffer {
        Buffer(vec![Line([0; 64]); bytes.div_ceil(64).max(1)])
    }

    pub(super) fn ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.len() * 64
    }
}

/// A call frame: the registers of one activation of a function, for all chunks of the gang.
pub(super) struct Frame {
    pub(super) registers: Buffer,
    /// Code it runs.
    pub(super) code: usize,
    /// Local address where its variables begin.
    pub(super) local_base: u32,
    /// Caller's frame, and the call's index in the caller's controls.
    pub(super) caller: Option<(usize, u32)>,
    pub(super) in_use: bool,
}

/// Warps that run together.
pub(super) struct Gang {
    pub(super) tree: Tree,
    pub(super) frames: Vec<Frame>,
    /// Special registers, a chunk after the other.
    pub(super) rows: Buffer,
    pub(super) local: Buffer,
    pub(super) local_bytes: u32,
    pub(super) chunks: usize,
    pub(super) first_warp: u32,
    /// Lanes that exist.
    pub(super) exist: Masks,
    /// Of these, lanes that have not exited.
    pub(super) live: Masks,
}

/// Bytes of special registers a chunk.
pub(super) const GANG_BYTES: usize = gang_row::COUNT as usize * 128;

impl Gang {
    /// Lanes of threads `first..first + 32 * chunks` of a block.
    pub(super) fn new(first_thread: u32, chunks: usize, block: [u32; 3], warp_size: u32) -> Gang {
        let threads = block[0] * block[1] * block[2];
        let mut rows = Buffer::new(GANG_BYTES * chunks);
        let mut exist = [0; MAX_CHUNKS];
        for (chunk, exist) in exist.iter_mut().enumerate().take(chunks) {
            let base = rows.ptr().wrapping_add(chunk * GANG_BYTES).cast::<[u32; 32]>();
            for lane in 0..32u32 {
                let t = first_thread + chunk as u32 * 32 + lane;
                if t < threads {
                    *exist |= 1 << lane;
                }
                let in_warp = t % warp_size;
                let bit = 1u32.checked_shl(in_warp).unwrap_or(0);
                let below = bit.wrapping_sub(1);
                let values = [
                    t % block[0],
                    t / block[0] % block[1],
                    t / block[0] / block[1],
                    in_warp,
                    t / warp_size,
                    bit,
                    below | bit,
                    below,
                    !below,
                    !(below | bit),
                ];
                for (k, v) in values.into_iter().enumerate() {
                    // SAFETY: the buffer has `GANG_BYTES` for each chunk.
                    unsafe { (*base.add(k))[lane as usize] = v };
                }
            }
        }
        Gang {
            tree: Tree::default(),
            frames: Vec::new(),
            rows,
            local: Buffer::default(),
            local_bytes: 0,
            chunks,
            first_warp: first_thread / warp_size,
            exist,
            live: exist,
        }
    }

    /// A frame with room for `bytes` a chunk.
    pub(super) fn frame(
        &mut self,
        code: usize,
        bytes: usize,
        local_base: u32,
        caller: Option<(usize, u32)>,
    ) -> usize {
        let need = bytes * self.chunks;
        let reuse = self.frames.iter().position(|f| !f.in_use && f.registers.bytes() >= need);
        let id = reuse.unwrap_or_else(|| {
            let registers = Buffer::new(need);
            self.frames.push(Frame { registers, code, local_base, caller, in_use: true });
            self.frames.len() - 1
        });
        let f = &mut self.frames[id];
        (f.code, f.local_base, f.caller, f.in_use) = (code, local_base, caller, true);
        id
    }

    /// Makes a thread's local memory at least `bytes` large, keeping its contents.
    pub(super) fn grow_local(&mut self, bytes: u32) {
        if bytes > self.local_bytes {
            let grown = bytes.max(self.local_bytes * 2).next_multiple_of(64);
            let mut new = Buffer::new(grown as usize * 32 * self.chunks);
            let old = self.local_bytes as usize * 32 * self.chunks;
            if old > 0 {
                // SAFETY: both buffers hold at least `old` bytes; words keep their places because a word's rows are
                // consecutive and only more words follow.
                unsafe { std::ptr::copy_nonoverlapping(self.local.ptr(), new.ptr(), old) };
            }
            (self.local, self.local_bytes) = (new, grown);
        }
    }
}

/// A barrier's arrivals.
#[derive(Clone, Debug, Default)]
pub(super) struct BarrierState {
    /// Threads that arrived, in whole warps where a count was given.
    pub(super) arrived: u32,
    /// The count given, if any.
    pub(super) expected: Option<u32>,
    /// Groups that wait: gang, node, control index in the node's code.
    pub(super) waiting: Vec<(usize, NodeId, u32)>,
    pub(super) popc: u32,
    pub(super) all: bool,
    pub(super) any: bool,
}

/// A block.
pub(super) struct Block {
    pub(super) index: [u32; 3],
    pub(super) gangs: Vec<Gang>,
    pub(super) shared: Buffer,
    pub(super) barriers: Vec<BarrierState>,
    /// Threads that have not exited.
    pub(super) live: u32,
}

/// Barriers a block has: 16, and one for clusters of one block.
pub(super) const BARRIERS: usize = 17;
