//! The run loop: blocks to workers, gangs to time slices, groups of lanes to operations.

mod block;
mod sync;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use super::ctx::{Ctx, Fault, Flow, Range, Ref, Region, Scratch};
use super::pattern::Pattern;
use super::tally::Tally;
use super::tree::{self, EMPTY, NEVER, NodeId, State};
use super::{MAX_CHUNKS, Masks};
use crate::launch::Dim3;
use crate::lower::code::{Call, Callee, Code, Cond, Control, ParamRow, Slot, Target, launch_row};
use crate::lower::operand::LOCAL_START;
use crate::lower::pool::{Row, fill};
use crate::memory::{CODE_WINDOW, Table};
use crate::observer::{Issue, Observer, Verdict};
use crate::trap::TrapKind;
use block::{BARRIERS, BarrierState, Block, Buffer, GANG_BYTES, Gang};

/// Everything a launch needs, shared by its workers.
pub(crate) struct Job<'a> {
    pub(crate) codes: &'a [Code],
    pub(crate) consts: &'a [Row],
    pub(crate) sites: usize,
    pub(crate) blocks_counted: usize,
    /// Index of the kernel's code.
    pub(crate) entry: usize,
    pub(crate) grid: Dim3,
    pub(crate) block: Dim3,
    pub(crate) params: &'a [u8],
    pub(crate) shared_bytes: u32,
    pub(crate) static_shared: u32,
    pub(crate) local_limit: u32,
    pub(crate) warp_size: u32,
    pub(crate) multiprocessors: u32,
    pub(crate) warps_a_multiprocessor: u32,
    pub(crate) grid_id: u64,
    pub(crate) delta: u64,
    pub(crate) arena_base: u64,
    pub(crate) high_water: u64,
    pub(crate) table: &'a RwLock<Table>,
    pub(crate) count: bool,
    pub(crate) issues: bool,
    pub(crate) fuel: u64,
    pub(crate) chunks_a_gang: usize,
    pub(crate) cooperative: bool,
    pub(crate) parallel: bool,
    pub(crate) next_block: AtomicU64,
    pub(crate) issued: AtomicU64,
    pub(crate) stop: AtomicBool,
    pub(crate) done: Option<&'a AtomicU64>,
    pub(crate) cancel: Option<&'a AtomicBool>,
    pub(crate) printed: Mutex<String>,
    pub(crate) scratch: &'a Mutex<Vec<Scratch>>,
}

// SAFETY: constant rows are only read while a launch runs; everything else is plain data or synchronised.
unsafe impl Sync for Job<'_> {}

/// What one worker brings back.
pub(crate) struct Outcome {
    pub(crate) fault: Option<Stopped>,
    pub(crate) tally: Option<Box<Tally>>,
    /// Warps and threads by counted block.
    pub(crate) entered: Vec<[u64; 2]>,
    /// Corrections of blocks that were left in the middle: counted block, first operation not executed, warps, threads.
    pub(crate) partial: Vec<(usize, u32, u64, u64)>,
}

/// A fault with its place.
pub(crate) struct Stopped {
    pub(crate) fault: Fault,
    pub(crate) block: Dim3,
    pub(crate) first_warp: u32,
    /// Code and PTX operation, innermost first, callers after.
    pub(crate) stack: Vec<(usize, u32)>,
}

/// Blocks a group runs between looks at the clock.
const SLICE: u32 = 1024;
/// Slices a group may spin on synchronising accesses before others are let run.
const SPIN_SLICES: u64 = 4 * SLICE as u64;
/// Blocks after which even a loop without such accesses lets others run.
const LONG: u64 = 1 << 22;

/// Runs blocks until there are none left.
pub(crate) fn worker<'a>(job: &'a Job<'a>, observer: Option<&'a mut dyn Observer>) -> Outcome {
    let mut w = Worker::new(job, observer);
    let fault = w.run().err().map(|()| w.stopped());
    job.printed.lock().unwrap_or_else(|e| e.into_inner()).push_str(&w.ctx.printed);
    if fault.is_some() {
        job.stop.store(true, Ordering::Relaxed);
    }
    job.issued.fetch_add(w.issued, Ordering::Relaxed);
    let epoch = job.table.read().unwrap_or_else(|e| e.into_inner()).epoch();
    let (patterns, ranges) = (std::mem::take(&mut w.ctx.patterns), std::mem::take(&mut w.ctx.ranges));
    job.scratch.lock().unwrap_or_else(|e| e.into_inner()).push(Scratch { patterns, ranges, epoch });
    Outcome { fault, tally: w.ctx.tally.take(), entered: w.entered, partial: w.partial }
}

/// Why a gang stopped running for now.
#[derive(PartialEq)]
enum Pause {
    /// All its groups wait or are gone.
    Blocked,
    /// Others should have a turn.
    Turn,
}

struct Worker<'a> {
    job: &'a Job<'a>,
    ctx: Ctx<'a>,
    launch_rows: Vec<Row>,
    entered: Vec<[u64; 2]>,
    partial: Vec<(usize, u32, u64, u64)>,
    /// Blocks under way; the current one is taken out.
    resident: Vec<Block>,
    spare: Vec<Block>,
    issued: u64,
    where_: (usize, usize, u32),
    stack: Vec<(usize, u32)>,
}

type Step<T> = Result<T, ()>;

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>, observer: Option<&'a mut dyn Observer>) -> Self {
        let epoch = job.table.read().unwrap_or_else(|e| e.into_inner()).epoch();
        let mut scratch = job.scratch.lock().unwrap_or_else(|e| e.into_inner()).pop().unwrap_or_default();
        if scratch.epoch != epoch {
            scratch.ranges.fill(Range::default());
        }
        scratch.patterns.resize(job.sites, Pattern::default());
        scratch.ranges.resize(job.sites, Range::default());
        let tally = job.count.then(|| Box::new(Tally::new(job.sites, job.arena_base, job.high_water)));
        let rows = launch_row::PARAMS as usize + job.codes[job.entry].param_rows.len();
        let mut w = Worker {
            job,
            ctx: Ctx {
                bases: [std::ptr::null_mut(); 4],
                strides: [0; 4],
                chunks: 0,
                active: EMPTY,
                ops: std::ptr::null(),
                guards: std::ptr::null(),
                vectors: std::ptr::null(),
                controls: std::ptr::null(),
                natives: std::ptr::null(),
                live: EMPTY,
                delta: job.delta,
                table: job.table,
                patterns: scratch.patterns,
                ranges: scratch.ranges,
                parallel: job.parallel,
                shared: std::ptr::null_mut(),
                shared_len: job.shared_bytes,
                local: std::ptr::null_mut(),
                local_len: 0,
                frame_base: 0,
                params: job.params,
                sync_accesses: 0,
                tally,
                observer,
                warp_chunks: job.warp_size as usize / 32,
                first_warp: 0,
                block: [0; 3],
                clock: 0,
                printed: String::new(),
                fault: None,
            },
            launch_rows: vec![fill(true, 0); rows],
            entered: vec![[0; 2]; if job.count { job.blocks_counted } else { 0 }],
            partial: Vec::new(),
            resident: Vec::new(),
            spare: Vec::new(),
            issued: 0,
            where_: (0, 0, 0),
            stack: Vec::new(),
        };
        w.fill_launch_rows();
        w
    }

    fn fill_launch_rows(&mut self) {
        let job = self.job;
        let mut set = |row: u32, wide: bool, v: u64| self.launch_rows[row as usize] = fill(wide, v);
        for k in 0..3 {
            set(launch_row::NCTAID + k, false, job.grid[k as usize] as u64);
            set(launch_row::NTID + k, false, job.block[k as usize] as u64);
        }
        set(launch_row::GRIDID, true, job.grid_id);
        set(launch_row::GRIDID32, false, job.grid_id);
        set(
            launch_row::DYNAMIC_SMEM,
            false,
            (job.shared_bytes - job.static_shared.min(job.shared_bytes)) as u64,
        );
        set(launch_row::TOTAL_SMEM, false, job.shared_bytes as u64);
        set(launch_row::NWARPID, false, job.warps_a_multiprocessor as u64);
        set(launch_row::NSMID, false, job.multiprocessors as u64);
        set(launch_row::WARP_SZ, false, job.warp_size as u64);
        set(launch_row::DYNAMIC_BASE32, false, job.static_shared as u64);
        set(launch_row::DYNAMIC_BASE64, true, job.static_shared as u64);
        for &ParamRow { offset, ty, wide, at } in &job.codes[job.entry].param_rows {
            let v = read_param(job.params, offset as usize, ty, wide);
            set(at / launch_row::BYTES, wide, v);
        }
    }

    /// Blocks from the grid, first to last, until all have run.
    fn run(&mut self) -> Step<()> {
        let total = self.job.grid.iter().map(|&d| d as u64).product::<u64>();
        if self.job.cooperative {
            while let Some(b) = self.take(total) {
                self.resident.push(b);
            }
        }
        let mut turn = 0;
        loop {
            // A started block first, in turns; a new one when all started ones wait for something.
            let mut block =
                if self.resident.is_empty() || (turn >= self.resident.len() && self.resident.len() < 4096) {
                    turn = 0;
                    match self.take(total) {
                        Some(b) => b,
                        None if self.resident.is_empty() => return Ok(()),
                        None => self.resident.remove(0),
                    }
                } else {
                    self.resident.remove(0)
                };
            let done = self.run_block(&mut block);
            match done {
                Ok(true) => {
                    self.spare.push(block);
                    turn = 0;
                    if let Some(d) = self.job.done {
                        d.fetch_add(1, Ordering::Relaxed);
                    }
                    if self.job.stop.load(Ordering::Relaxed) {
                        return Ok(());
                    }
                }
                Ok(false) => {
                    self.resident.push(block);
                    turn += 1;
                }
                Err(()) => {
                    self.correct_counts(&block);
                    return Err(());
                }
            }
        }
    }

    /// The next block of the grid, ready to run.
    fn take(&mut self, total: u64) -> Option<Block> {
        let n = self.job.next_block.fetch_add(1, Ordering::Relaxed);
        if n >= total {
            return None;
        }
        let [gx, gy, _] = self.job.grid.map(u64::from);
        let index = [(n % gx) as u32, (n / gx % gy) as u32, (n / gx / gy) as u32];
        let code = &self.job.codes[self.job.entry];
        let mut block = self.spare.pop().unwrap_or_else(|| {
            let threads = self.job.block.iter().product::<u32>();
            let per = self.job.chunks_a_gang as u32 * 32;
            let warp = self.job.warp_size;
            let gangs = (0..threads.div_ceil(per))
                .map(|g| {
                    let left = (threads - g * per).next_multiple_of(warp).min(per);
                    Gang::new(g * per, (left / 32) as usize, self.job.block, warp)
                })
                .collect();
            Block {
                index,
                gangs,
                shared: Buffer::new(self.job.shared_bytes as usize),
                barriers: vec![BarrierState::default(); BARRIERS],
                live: threads,
            }
        });
        block.index = index;
        block.live = self.job.block.iter().product();
        for b in &mut block.barriers {
            *b = BarrierState::default();
        }
        for g in &mut block.gangs {
            for f in &mut g.frames {
                f.in_use = false;
            }
            g.live = g.exist;
            g.frame(self.job.entry, code.frame_bytes as usize, LOCAL_START, None);
            g.grow_local(LOCAL_START + code.local_bytes);
            g.tree.reset(g.exist);
        }
        Some(block)
    }

    /// Runs a block until it ends (true), or until it has waited long enough for others (false).
    fn run_block(&mut self, block: &mut Block) -> Step<bool> {
        for k in 0..3 {
            self.launch_rows[launch_row::CTAID as usize + k] = fill(false, block.index[k] as u64);
        }
        let number = block.index[0] as u64
            + self.job.grid[0] as u64
                * (block.index[1] as u64 + self.job.grid[1] as u64 * block.index[2] as u64);
        let sm = number % self.job.multiprocessors.max(1) as u64;
        self.launch_rows[launch_row::SMID as usize] = fill(false, sm);
        self.ctx.block = block.index;
        self.ctx.shared = block.shared.ptr();
        let mut idle_turns = 0;
        loop {
            let (mut ran, mut turn) = (false, false);
            for g in 0..block.gangs.len() {
                if !block.gangs[g].tree.ready.is_empty() {
                    ran = true;
                    turn |= self.run_gang(block, g)? == Pause::Turn;
                }
            }
            if block.gangs.iter().all(|g| g.tree.is_done()) {
                return Ok(true);
            }
            if !ran && !self.unblock(block)? {
                return Err(());
            }
            if turn {
                idle_turns += 1;
                if idle_turns > 8 {
                    return Ok(false);
                }
            }
        }
    }

    /// Points the context at a gang.
    fn enter_gang(&mut self, block: &mut Block, g: usize) {
        let gang = &mut block.gangs[g];
        let ctx = &mut self.ctx;
        ctx.chunks = gang.chunks;
        ctx.live = gang.live;
        ctx.first_warp = gang.first_warp;
        ctx.local = gang.local.ptr();
        ctx.local_len = gang.local_bytes;
        ctx.bases[Region::Gang as usize] = gang.rows.ptr();
        ctx.strides[Region::Gang as usize] = GANG_BYTES;
        ctx.bases[Region::Const as usize] = self.job.consts.as_ptr().cast_mut().cast();
        ctx.bases[Region::Launch as usize] = self.launch_rows.as_mut_ptr().cast();
    }

    /// Points the context at a frame of the gang.
    fn enter_frame(&mut self, gang: &mut Gang, frame: usize) -> &'a Code {
        let f = &mut gang.frames[frame];
        let code = &self.job.codes[f.code];
        let ctx = &mut self.ctx;
        ctx.bases[Region::Frame as usize] = f.registers.ptr();
        ctx.strides[Region::Frame as usize] = code.frame_bytes as usize;
        ctx.frame_base = f.local_base;
        ctx.ops = code.ops.as_ptr();
        ctx.guards = code.guards.as_ptr();
        ctx.vectors = code.vectors.as_ptr();
        ctx.controls = code.controls.as_ptr();
        ctx.natives = code.natives.as_ptr();
        code
    }

    /// Runs a gang's groups until none is ready, or its turn is over.
    fn run_gang(&mut self, block: &mut Block, g: usize) -> Step<Pause> {
        self.enter_gang(block, g);
        while let Some(node) = block.gangs[g].tree.next() {
            let turn = if self.job.issues {
                self.run_group::<true>(block, g, node)?
            } else {
                self.run_group::<false>(block, g, node)?
            };
            let gang = &mut block.gangs[g];
            while let Some(f) = gang.tree.freed_frames.pop() {
                gang.frames[f].in_use = false;
            }
            if turn {
                return Ok(Pause::Turn);
            }
        }
        Ok(Pause::Blocked)
    }

    /// Runs one group until it parts, waits or ends. True when others should have a turn first.
    fn run_group<const ISSUES: bool>(&mut self, block: &mut Block, g: usize, id: NodeId) -> Step<bool> {
        let frame = block.gangs[g].tree.nodes[id].frame;
        let code = self.enter_frame(&mut block.gangs[g], frame);
        let node = &block.gangs[g].tree.nodes[id];
        let (mut pc, rpc, mut mask, mut fresh) = (node.pc, node.rpc, node.mask, node.fresh);
        let mut slice = SLICE;
        let sync_before = self.ctx.sync_accesses;
        loop {
            if fresh {
                self.count_block(code, pc, &mask);
                slice -= 1;
                if slice == 0 {
                    let n = &mut block.gangs[g].tree.nodes[id];
                    (n.pc, n.mask, n.fresh) = (pc, mask, false);
                    n.spun += SLICE as u64;
                    let spun = n.spun;
                    self.look_at_clock(block, g, id)?;
                    let spins = self.ctx.sync_accesses != sync_before;
                    let tree = &mut block.gangs[g].tree;
                    if spins && spun >= SPIN_SLICES || spun >= LONG {
                        tree.nodes[id].spun = 0;
                        tree.release_waiting(Some(id));
                        tree.put_last(id);
                        return Ok(true);
                    }
                    if spins && !tree.ready.is_empty() {
                        tree.put_last(id);
                        return Ok(false);
                    }
                    slice = SLICE;
                }
            }
            self.ctx.active = mask;
            let control = loop {
                if ISSUES && !self.issue(code, pc) {
                    return self.fault_at(block, g, id, pc);
                }
                // SAFETY: `pc` is inside the code: every block ends in a control operation.
                let op = unsafe { &*self.ctx.ops.add(pc as usize) };
                // SAFETY: the operation belongs to the code the context points at.
                match unsafe { (op.run)(&mut self.ctx, op) } {
                    Flow::Next => pc += 1,
                    Flow::Control => break op.imm as usize,
                    Flow::Fault => return self.fault_at(block, g, id, pc),
                }
            };
            let goto = match &code.controls[control] {
                Control::Fall(t) => *t,
                Control::Branch { cond: None, taken, .. } => *taken,
                Control::Branch { cond: Some(cond), taken, next, rpc: meet, site } => {
                    let t = self.holds(cond, &mask);
                    let n = tree::minus(&mask, &t);
                    self.count_branch(*site, &t, &n);
                    match (tree::is_empty(&t), tree::is_empty(&n), next) {
                        (false, true, _) | (_, _, None) => *taken,
                        (true, _, Some(next)) => *next,
                        (false, false, Some(next)) => {
                            let tree = &mut block.gangs[g].tree;
                            tree.nodes[id].mask = mask;
                            let outer = tree.nodes[id].rpc;
                            // A part that is where the group itself ends arrives; the rest goes on without leaving the loop.
                            if (*meet == outer || *meet == NEVER) && outer != NEVER {
                                if taken.pc == outer || next.pc == outer {
                                    let (gone, stay, to) =
                                        if taken.pc == outer { (t, n, *next) } else { (n, t, *taken) };
                                    tree.arrive(id, &gone);
                                    mask = stay;
                                    (pc, fresh) = (to.pc, true);
                                    continue;
                                }
                            }
                            tree.split(id, *meet, &[(taken.pc, t), (next.pc, n)]);
                            return Ok(false);
                        }
                    }
                }
                other => {
                    let n = &mut block.gangs[g].tree.nodes[id];
                    (n.pc, n.mask, n.fresh) = (pc, mask, false);
                    return self.control(block, g, id, code, control as u32, other);
                }
            };
            if goto.pc == rpc {
                block.gangs[g].tree.arrive(id, &mask);
                return Ok(false);
            }
            (pc, fresh) = (goto.pc, true);
        }
    }

    /// Lanes of `mask` for which a condition holds.
    fn holds(&self, cond: &Cond, mask: &Masks) -> Masks {
        let mut t = EMPTY;
        for (c, t) in t.iter_mut().enumerate().take(self.ctx.chunks) {
            // SAFETY: predicate rows were bounded at lowering.
            *t = mask[c] & (unsafe { *self.ctx.row::<u32>(cond.pred, c) } ^ cond.flip);
        }
        t
    }

    #[inline(always)]
    fn count_block(&mut self, code: &Code, pc: u32, mask: &Masks) {
        let b = code.block_at[pc as usize];
        let Some(range) = code.blocks.get(b as usize) else { return };
        let warps = self.warps(mask);
        let issued = (range.end - range.first) as u64 * warps;
        self.issued += issued;
        self.ctx.clock += issued;
        if let Some(e) = self.entered.get_mut((code.block_base + b) as usize) {
            e[0] += warps;
            e[1] += tree::lanes(mask) as u64;
        }
    }

    /// Warps with a lane in the mask.
    #[inline(always)]
    fn warps(&self, mask: &Masks) -> u64 {
        if self.ctx.warp_chunks == 1 {
            mask.iter().map(|&m| (m != 0) as u64).sum()
        } else {
            mask.chunks(self.ctx.warp_chunks).map(|w| w.iter().any(|&m| m != 0) as u64).sum()
        }
    }

    #[inline(always)]
    fn count_branch(&mut self, site: u32, taken: &Masks, not: &Masks) {
        let per = self.ctx.warp_chunks;
        let Some(t) = &mut self.ctx.tally else { return };
        let s = &mut t.sites[site as usize];
        (s.pred_on, s.guarded) = (s.pred_on + tree::lanes(taken) as u64, true);
        for w in 0..MAX_CHUNKS / per {
            let any = |m: &Masks| m[w * per..(w + 1) * per].iter().any(|&x| x != 0);
            match (any(taken), any(not)) {
                (true, true) => s.branch_divergent += 1,
                (false, false) => {}
                _ => s.branch_uniform += 1,
            }
        }
    }

    /// Tells the observer about an operation; false to stop.
    fn issue(&mut self, code: &Code, pc: u32) -> bool {
        let site = code.site_base + code.source[pc as usize];
        if pc > 0
            && code.source[pc as usize - 1] == code.source[pc as usize]
            && code.block_at[pc as usize] == u32::MAX
        {
            return true;
        }
        for c in 0..self.ctx.chunks {
            if self.ctx.active[c] == 0 {
                continue;
            }
            let (warp, quarter) =
                (self.ctx.first_warp + (c / self.ctx.warp_chunks) as u32, (c % self.ctx.warp_chunks) as u32);
            let event = Issue { site, block: self.ctx.block, warp, quarter, mask: self.ctx.active[c] };
            if let Some(o) = &mut self.ctx.observer
                && o.on_issue(&event) == Verdict::Stop
            {
                let lane = self.ctx.active[c].trailing_zeros();
                self.ctx.fail(Fault {
                    kind: TrapKind::Interrupted,
                    chunk: c,
                    lane,
                    address: None,
                    size: 0,
                    write: false,
                });
                return false;
            }
        }
        true
    }

    /// Fuel, cancellation, other workers' faults.
    fn look_at_clock(&mut self, block: &mut Block, g: usize, id: NodeId) -> Step<()> {
        let issued = self.job.issued.fetch_add(std::mem::take(&mut self.issued), Ordering::Relaxed);
        let cancelled = self.job.cancel.is_some_and(|c| c.load(Ordering::Relaxed))
            || self.job.stop.load(Ordering::Relaxed);
        if issued <= self.job.fuel && !cancelled {
            return Ok(());
        }
        let kind = if cancelled { TrapKind::Interrupted } else { TrapKind::OutOfFuel };
        self.fail_first(block, g, id, kind)
    }

    /// A fault of a group as a whole, put on its first lane.
    fn fail_first<T>(&mut self, block: &mut Block, g: usize, id: NodeId, kind: TrapKind) -> Step<T> {
        let n = &block.gangs[g].tree.nodes[id];
        let chunk = n.mask.iter().position(|&m| m != 0).unwrap_or(0);
        let (lane, pc) = (n.mask[chunk].trailing_zeros() % 32, n.pc);
        self.ctx.fail(Fault { kind, chunk, lane, address: None, size: 0, write: false });
        self.fault_at(block, g, id, pc)
    }

    /// Notes where the fault in the context happened.
    fn fault_at<T>(&mut self, block: &mut Block, g: usize, id: NodeId, pc: u32) -> Step<T> {
        let node = &mut block.gangs[g].tree.nodes[id];
        (node.pc, node.state, node.fresh) = (pc, State::Ready, false);
        let gang = &block.gangs[g];
        let mut frame = gang.tree.nodes[id].frame;
        let code = &self.job.codes[gang.frames[frame].code];
        self.stack = vec![(gang.frames[frame].code, code.source.get(pc as usize).copied().unwrap_or(0))];
        while let Some((caller, control)) = gang.frames[frame].caller {
            let c = gang.frames[caller].code;
            let op = match &self.job.codes[c].controls[control as usize] {
                Control::Call(call) => call.site - self.job.codes[c].site_base,
                _ => 0,
            };
            self.stack.push((c, op));
            frame = caller;
            if self.stack.len() > 64 {
                break;
            }
        }
        self.where_ = (g, id, pc);
        Err(())
    }

    fn stopped(&mut self) -> Stopped {
        let missing =
            Fault { kind: TrapKind::Interrupted, chunk: 0, lane: 0, address: None, size: 0, write: false };
        let fault = self.ctx.fault.take().map_or(missing, |f| *f);
        Stopped {
            fault,
            block: self.ctx.block,
            first_warp: self.ctx.first_warp,
            stack: std::mem::take(&mut self.stack),
        }
    }

    /// Blocks that were entered but not finished were counted whole: takes the rest back.
    fn correct_counts(&mut self, block: &Block) {
        for (g, gang) in block.gangs.iter().enumerate() {
            for (id, n) in gang.tree.nodes.iter().enumerate() {
                let parked =
                    matches!(n.state, State::Ready | State::Barrier(_) | State::WarpSync) && !n.fresh;
                if !parked || tree::is_empty(&n.mask) {
                    continue;
                }
                let code = &self.job.codes[gang.frames[n.frame].code];
                let Some(&op) = code.source.get(n.pc as usize) else { continue };
                let Some(b) = code.blocks.iter().position(|b| (b.first..b.end).contains(&op)) else {
                    continue;
                };
                // The operation that faulted was issued; one that waits was too.
                let faulted = self.where_.0 == g && self.where_.1 == id;
                let from = op + faulted as u32;
                let warps = self.warps(&n.mask);
                self.partial.push(((code.block_base as usize) + b, from, warps, tree::lanes(&n.mask) as u64));
            }
        }
    }

    /// Control operations other than branches.
    fn control(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        code: &Code,
        k: u32,
        control: &Control,
    ) -> Step<bool> {
        match control {
            Control::Ret { cond, next, exits, site } => {
                let mask = self.condition(block, g, id, cond, *site);
                let tree = &mut block.gangs[g].tree;
                let frame = tree.nodes[id].frame;
                let alive = if *exits {
                    let alive = tree.exit(id, &mask);
                    self.exited(block, g, &mask)?;
                    alive
                } else {
                    self.copy_results(&mut block.gangs[g], frame, &mask);
                    block.gangs[g].tree.ret(id, &mask, frame)
                };
                self.go_on(block, g, id, alive, *next)
            }
            Control::Trap { cond, next, breakpoint, site } => {
                let mask = self.condition(block, g, id, cond, *site);
                if tree::is_empty(&mask) {
                    return self.go_on(block, g, id, true, *next);
                }
                block.gangs[g].tree.nodes[id].mask = mask;
                let kind = if *breakpoint { TrapKind::Breakpoint } else { TrapKind::TrapInstruction };
                self.fail_first(block, g, id, kind)
            }
            Control::Indexed { cond, index, targets, next, rpc, site } => {
                let mask = self.condition(block, g, id, cond, *site);
                self.indexed(block, g, id, &mask, *index, targets, *next, *rpc, *site)
            }
            Control::Call(call) => self.call(block, g, id, code, k, call),
            Control::Barrier(b) => self.barrier(block, g, id, b, k),
            Control::WarpSync { members, cond, meets, .. } => self.park(block, g, id, *members, cond, *meets),
            Control::Fall(_) | Control::Branch { .. } => Ok(false),
        }
    }

    /// The lanes of a group for which a control's condition holds, counted.
    fn condition(&mut self, block: &Block, g: usize, id: NodeId, cond: &Option<Cond>, site: u32) -> Masks {
        let mask = block.gangs[g].tree.nodes[id].mask;
        let Some(c) = cond else { return mask };
        let t = self.holds(c, &mask);
        if let Some(tally) = &mut self.ctx.tally {
            let s = &mut tally.sites[site as usize];
            (s.pred_on, s.guarded) = (s.pred_on + tree::lanes(&t) as u64, true);
        }
        t
    }

    /// After some lanes left: the rest goes on at `next`.
    fn go_on(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        alive: bool,
        next: Option<Target>,
    ) -> Step<bool> {
        let tree = &mut block.gangs[g].tree;
        if !alive {
            return Ok(false);
        }
        let Some(next) = next else { return Ok(false) };
        let n = &mut tree.nodes[id];
        (n.pc, n.fresh) = (next.pc, true);
        if n.rpc == next.pc {
            let mask = n.mask;
            tree.arrive(id, &mask);
        } else {
            tree.put_back(id);
        }
        Ok(false)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one control operation")]
    fn indexed(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        mask: &Masks,
        index: Ref,
        targets: &[Target],
        next: Option<Target>,
        rpc: u32,
        site: u32,
    ) -> Step<bool> {
        let all = block.gangs[g].tree.nodes[id].mask;
        let mut parts: Vec<(u32, Masks)> = Vec::new();
        for chunk in 0..self.ctx.chunks {
            for lane in 0..32 {
                if all[chunk] >> lane & 1 == 0 {
                    continue;
                }
                let to = if mask[chunk] >> lane & 1 == 0 {
                    next
                } else {
                    // SAFETY: rows were bounded at lowering.
                    let k = unsafe { *self.ctx.row::<u32>(index, chunk).add(lane) };
                    targets.get(k as usize).copied()
                };
                let Some(to) = to else {
                    let lane = lane as u32;
                    let kind = TrapKind::BadTarget;
                    self.ctx.fail(Fault { kind, chunk, lane, address: None, size: 0, write: false });
                    let pc = block.gangs[g].tree.nodes[id].pc;
                    return self.fault_at(block, g, id, pc);
                };
                let part = match parts.iter().position(|p| p.0 == to.pc) {
                    Some(p) => p,
                    None => {
                        parts.push((to.pc, EMPTY));
                        parts.len() - 1
                    }
                };
                parts[part].1[chunk] |= 1 << lane;
            }
        }
        if let Some(t) = &mut self.ctx.tally {
            let per = self.ctx.warp_chunks;
            for w in 0..MAX_CHUNKS / per {
                let ways =
                    parts.iter().filter(|p| p.1[w * per..(w + 1) * per].iter().any(|&m| m != 0)).count();
                let s = &mut t.sites[site as usize];
                match ways {
                    0 => {}
                    1 => s.branch_uniform += 1,
                    _ => s.branch_divergent += 1,
                }
            }
        }
        block.gangs[g].tree.split(id, rpc, &parts);
        Ok(false)
    }

    fn call(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        code: &Code,
        k: u32,
        call: &Call,
    ) -> Step<bool> {
        let mask = self.condition(block, g, id, &call.cond, call.site);
        let Some(back) = call.back else { return self.fail_first(block, g, id, TrapKind::BadTarget) };
        if tree::is_empty(&mask) {
            return self.go_on(block, g, id, true, Some(back));
        }
        let callee = match &call.callee {
            Callee::Code(c) => *c as usize,
            Callee::Extern(name) => {
                return self.fail_first(block, g, id, TrapKind::UnresolvedCall(name.to_string()));
            }
            Callee::Pointer(row) => {
                let mut to: Option<u64> = None;
                let mut same = EMPTY;
                for chunk in 0..self.ctx.chunks {
                    for lane in 0..32 {
                        if mask[chunk] >> lane & 1 != 0 {
                            // SAFETY: rows were bounded at lowering.
                            let v = unsafe { *self.ctx.row::<u64>(*row, chunk).add(lane) };
                            if *to.get_or_insert(v) == v {
                                same[chunk] |= 1 << lane;
                            }
                        }
                    }
                }
                // Lanes that call something else come back to this very operation, one function after the other.
                let rest = tree::minus(&block.gangs[g].tree.nodes[id].mask, &same);
                let others = tree::and(&rest, &mask);
                if !tree::is_empty(&others) {
                    block.gangs[g].tree.split_off(id, &others);
                    let n = &mut block.gangs[g].tree.nodes[id];
                    n.state = State::Ready;
                    block.gangs[g].tree.put_back(id);
                    return Ok(false);
                }
                let slot = to.unwrap_or(0).wrapping_sub(CODE_WINDOW);
                match (slot % 16 == 0).then(|| self.job.codes.get(slot as usize / 16)).flatten() {
                    Some(c) if !c.is_entry => slot as usize / 16,
                    _ => return self.fail_first(block, g, id, TrapKind::BadTarget),
                }
            }
        };
        let target = &self.job.codes[callee];
        let gang = &mut block.gangs[g];
        let frame = gang.tree.nodes[id].frame;
        let base = (gang.frames[frame].local_base + code.local_bytes).next_multiple_of(16);
        let end = base as u64 + target.local_bytes as u64;
        if end > self.job.local_limit as u64 || gang.frames.iter().filter(|f| f.in_use).count() > 4096 {
            return self.fail_first(block, g, id, TrapKind::StackOverflow);
        }
        gang.grow_local(end as u32);
        (self.ctx.local, self.ctx.local_len) = (gang.local.ptr(), gang.local_bytes);
        let new = gang.frame(callee, target.frame_bytes as usize, base, Some((frame, k)));
        for (from, to) in call.args.iter().zip(&target.params) {
            self.copy_slot(gang, (frame, *from), (new, *to), &mask);
        }
        gang.tree.call(id, back.pc, &mask, new);
        Ok(false)
    }

    fn copy_results(&mut self, gang: &mut Gang, frame: usize, mask: &Masks) {
        let Some((caller, k)) = gang.frames[frame].caller else { return };
        let Control::Call(call) = &self.job.codes[gang.frames[caller].code].controls[k as usize] else {
            return;
        };
        let returns = &self.job.codes[gang.frames[frame].code].returns;
        for (from, to) in returns.iter().zip(&call.results) {
            self.copy_slot(gang, (frame, *from), (caller, *to), mask);
        }
    }

    /// Copies a parameter or result between frames, for the lanes of a mask.
    fn copy_slot(&self, gang: &mut Gang, from: (usize, Slot), to: (usize, Slot), mask: &Masks) {
        let words = |s: &Slot| match *s {
            Slot::Local { size, .. } => size.div_ceil(4),
            Slot::Row { wide, .. } => 1 + wide as u32,
            Slot::Nowhere => 0,
        };
        let chunks = gang.chunks;
        for word in 0..words(&from.1).min(words(&to.1)) {
            for (chunk, m) in mask.iter().enumerate().take(chunks) {
                for lane in (0..32).filter(|l| m >> l & 1 != 0) {
                    let mut at = |(frame, slot): (usize, Slot)| -> *mut u32 {
                        let f = &mut gang.frames[frame];
                        match slot {
                            Slot::Local { offset, .. } => {
                                let w = (f.local_base + offset) as usize / 4 + word as usize;
                                gang.local.ptr().wrapping_add(((w * chunks + chunk) * 32 + lane) * 4).cast()
                            }
                            Slot::Row { row, wide } => {
                                let bytes = self.job.codes[f.code].frame_bytes as usize;
                                let base = match row.region {
                                    Region::Frame => f.registers.ptr().wrapping_add(chunk * bytes),
                                    r => self.ctx.bases[r as usize]
                                        .wrapping_add(chunk * self.ctx.strides[r as usize]),
                                };
                                let step = if wide { 8 } else { 4 };
                                base.wrapping_add(row.off as usize + lane * step + word as usize * 4).cast()
                            }
                            Slot::Nowhere => std::ptr::null_mut(),
                        }
                    };
                    let (a, b) = (at(from), at(to));
                    // SAFETY: both places are inside their frames: offsets come from lowering, local memory was grown.
                    unsafe { *b = *a };
                }
            }
        }
    }

    /// Lanes exited: fewer are waited for at barriers and warp synchronisations.
    fn exited(&mut self, block: &mut Block, g: usize, mask: &Masks) -> Step<()> {
        let gang = &mut block.gangs[g];
        gang.live = tree::minus(&gang.live, mask);
        self.ctx.live = gang.live;
        block.live -= tree::lanes(mask);
        for b in 0..BARRIERS {
            self.try_release(block, b);
        }
        self.retry_parked(block, g)
    }
}

/// A parameter's bytes as a row holds them.
fn read_param(params: &[u8], at: usize, ty: crate::exec::access::MemType, wide: bool) -> u64 {
    use crate::exec::access::MemType as M;
    let n = ty.bytes() as usize;
    let mut raw = [0u8; 8];
    if let Some(bytes) = params.get(at..at + n) {
        raw[..n].copy_from_slice(bytes);
    }
    let v = u64::from_le_bytes(raw);
    match (ty, wide) {
        (M::S8, _) => v as u8 as i8 as i64 as u64,
        (M::S16, _) => v as u16 as i16 as i64 as u64,
        (M::S32, true) => v as u32 as i32 as i64 as u64,
        _ => v,
    }
}
