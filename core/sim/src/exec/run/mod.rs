//! The run loop: blocks to workers, gangs to time slices, groups of lanes to operations.

mod block;
mod call;
mod control;
mod counting;
mod faults;
mod sync;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use super::Masks;
use super::ctx::{Ctx, Fault, Flow, Range, Region, Scratch};
use super::pattern::Pattern;
use super::tally::Tally;
use super::tree::{self, EMPTY, NEVER, NodeId};
use crate::launch::Dim3;
use crate::lower::code::{Code, Cond, Control, ParamRow, Target, launch_row};
use crate::lower::operand::LOCAL_START;
use crate::lower::pool::{Row, fill};
use crate::memory::Table;
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
    pub(crate) objects: &'a crate::texture::Objects,
    pub(crate) count: bool,
    pub(crate) issues: bool,
    pub(crate) fuel: u64,
    pub(crate) chunks_a_gang: usize,
    pub(crate) cooperative: bool,
    /// Workers that share the blocks.
    pub(crate) workers: u64,
    pub(crate) next_block: Alone<AtomicU64>,
    pub(crate) issued: Alone<AtomicU64>,
    pub(crate) stop: AtomicBool,
    pub(crate) done: Option<&'a AtomicU64>,
    pub(crate) cancel: Option<&'a AtomicBool>,
    pub(crate) polls: Option<&'a AtomicU64>,
    pub(crate) patience: Option<&'a crate::launch::Patience>,
    pub(crate) printed: Mutex<String>,
    pub(crate) scratch: &'a Mutex<Vec<Scratch>>,
}

/// On cache lines of its own: workers write it, and what lies beside it is read all the time.
#[repr(align(128))]
pub(crate) struct Alone<T>(pub(crate) T);

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
/// Warp instructions after which a worker looks at the fuel and at cancellation, whatever its groups do.
const LOOK: u64 = 1 << 16;

/// Runs blocks until there are none left.
pub(crate) fn worker<'a>(job: &'a Job<'a>, observer: Option<&'a mut dyn Observer>) -> Outcome {
    let mut w = Worker::new(job, observer);
    let fault = w.run().err().map(|()| w.stopped());
    job.printed.lock().unwrap_or_else(|e| e.into_inner()).push_str(&w.ctx.printed);
    if fault.is_some() {
        job.stop.store(true, Ordering::Relaxed);
    }
    job.issued.0.fetch_add(w.issued, Ordering::Relaxed);
    if let Some(d) = job.done {
        d.fetch_add(w.ended, Ordering::Relaxed);
    }
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
    /// Blocks of the grid this worker has taken and not started.
    mine: std::ops::Range<u64>,
    /// Blocks that ended and were not reported.
    ended: u64,
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
                objects: job.objects,
                patterns: scratch.patterns,
                ranges: scratch.ranges,
                parallel: job.workers > 1,
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
            mine: 0..0,
            ended: 0,
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
                    self.ended += 1;
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

    /// Takes blocks of the grid that lie together, an eighth of a worker's share of what is left, and gives the first.
    fn take_more(&mut self, total: u64) -> Option<u64> {
        if let Some(d) = self.job.done {
            d.fetch_add(std::mem::take(&mut self.ended), Ordering::Relaxed);
        }
        let next = &self.job.next_block.0;
        let left = total.saturating_sub(next.load(Ordering::Relaxed));
        let n = (left / (8 * self.job.workers)).clamp(1, 64);
        let first = next.fetch_add(n, Ordering::Relaxed);
        self.mine = first.min(total)..(first + n).min(total);
        self.mine.next()
    }

    /// The next block of the grid, ready to run.
    fn take(&mut self, total: u64) -> Option<Block> {
        let n = match self.mine.next() {
            Some(n) => n,
            None => self.take_more(total)?,
        };
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
            // Groups that part or wait at barriers all the time never fill a slice.
            if self.issued >= LOOK {
                self.look_at_clock(block, g, node, false)?;
            }
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
                    let spins = self.ctx.sync_accesses != sync_before;
                    self.look_at_clock(block, g, id, spins)?;
                    let tree = &mut block.gangs[g].tree;
                    if spins && spun >= SPIN_SLICES || spun >= LONG {
                        if let Some(polls) = self.job.polls.filter(|_| spins) {
                            polls.fetch_add(1, Ordering::Relaxed);
                        }
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
                Control::Barrier(b) if self.passes(block, &mask, b) => {
                    (pc, fresh) = (pc + 1, false);
                    continue;
                }
                Control::Branch { cond: Some(cond), taken, next, rpc: meet, site } => {
                    let t = self.holds(cond, &mask);
                    let n = tree::minus(&mask, &t);
                    self.count_branch(*site, &t, &n);
                    match (tree::is_empty(&t), tree::is_empty(&n), next) {
                        (false, true, _) | (_, _, None) => *taken,
                        (true, _, Some(next)) => *next,
                        (_, _, Some(next)) if next.pc == taken.pc => *taken,
                        (false, false, Some(next)) => {
                            let tree = &mut block.gangs[g].tree;
                            tree.nodes[id].mask = mask;
                            let outer = tree.nodes[id].rpc;
                            // A part that is where the group itself ends arrives; the rest goes on without leaving the loop.
                            let joins_here = outer != NEVER && (*meet == outer || *meet == NEVER);
                            if joins_here && (taken.pc == outer || next.pc == outer) {
                                let (gone, stay, to) =
                                    if taken.pc == outer { (t, n, *next) } else { (n, t, *taken) };
                                tree.arrive(id, &gone);
                                mask = stay;
                                (pc, fresh) = (to.pc, true);
                                continue;
                            }
                            let parts = [(taken.pc, t), (next.pc, n)];
                            let aside = if taken.pc == *meet { (n, *next) } else { (t, *taken) };
                            if (taken.pc == *meet || next.pc == *meet)
                                && code.runs_to[aside.1.block as usize] == *meet
                            {
                                // Some lanes run a few operations and are back: no group is made for them.
                                if let Err(at) = self.run_aside::<ISSUES>(code, &aside.0, aside.1) {
                                    let tree = &mut block.gangs[g].tree;
                                    tree.split(id, *meet, &parts);
                                    let child = tree.next().unwrap_or(id);
                                    return self.fault_at(block, g, child, at);
                                }
                                (pc, fresh) = (*meet, true);
                                continue;
                            }
                            block.gangs[g].tree.split(id, *meet, &parts);
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

    /// Runs a block that has no control operation but its end; gives the position of a fault.
    fn run_aside<const ISSUES: bool>(&mut self, code: &Code, mask: &Masks, to: Target) -> Result<(), u32> {
        self.count_block(code, to.pc, mask);
        self.ctx.active = *mask;
        let mut pc = to.pc;
        loop {
            if ISSUES && !self.issue(code, pc) {
                return Err(pc);
            }
            // SAFETY: as in `run_group`.
            let op = unsafe { &*self.ctx.ops.add(pc as usize) };
            // SAFETY: as in `run_group`.
            match unsafe { (op.run)(&mut self.ctx, op) } {
                Flow::Next => pc += 1,
                Flow::Control => return Ok(()),
                Flow::Fault => return Err(pc),
            }
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
