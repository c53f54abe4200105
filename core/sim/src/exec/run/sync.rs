//! Waiting: barriers of the block, meetings of named lanes of a warp, and what happens when nobody can go on.

use super::block::{BARRIERS, BarrierState, Block};
use super::{Step, Worker};
use crate::exec::Masks;
use crate::exec::ctx::{Ref, Region};
use crate::exec::tree::{self, EMPTY, NodeId, State};
use crate::lower::code::{Barrier, Cond, Control, ReduceOp};
use crate::trap::TrapKind;

impl Worker<'_> {
    /// Does a group that is the whole block, and meets nobody, just go on?
    #[inline]
    pub(super) fn passes(&self, block: &Block, mask: &Masks, b: &Barrier) -> bool {
        let simple = b.cond.is_none() && b.count.is_none() && b.reduce.is_none();
        // In a register every warp may name its own.
        if !simple || b.id.region != Region::Const || self.ctx.observer.is_some() {
            return false;
        }
        let first = mask.iter().position(|&m| m != 0).unwrap_or(0);
        let lane = mask[first].trailing_zeros() as usize % 32;
        // SAFETY: rows were bounded at lowering.
        let number = unsafe { *self.ctx.row::<u32>(b.id, first).add(lane) };
        block.barriers.get(number as usize).is_some_and(|s| s.arrived == 0) && tree::lanes(mask) == block.live
    }

    /// A group arrives at a barrier.
    pub(super) fn barrier(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        b: &Barrier,
        k: u32,
    ) -> Step<bool> {
        self.split_by_barrier(block, g, id, b);
        let mask = self.condition(block, g, id, &b.cond, b.site);
        let tree = &mut block.gangs[g].tree;
        let rest = tree::minus(&tree.nodes[id].mask, &mask);
        if !tree::is_empty(&rest) {
            // Lanes whose guard is off pass by.
            let other = tree.split_off(id, &rest);
            tree.nodes[other].pc += 1;
        }
        if tree::is_empty(&mask) {
            tree.nodes[id].state = State::Free;
            return Ok(false);
        }
        let first = mask.iter().position(|&m| m != 0).unwrap_or(0);
        let lane = mask[first].trailing_zeros() as usize % 32;
        // SAFETY: rows were bounded at lowering.
        let value = |r: Ref| unsafe { *self.ctx.row::<u32>(r, first).add(lane) };
        let number = value(b.id) as usize;
        let expected = b.count.map(value);
        if number >= BARRIERS {
            let what = format!("barrier number {number} (0 to 15 exist)");
            return self.fail_first(block, g, id, TrapKind::IllegalOperand(what));
        }
        if let Some(n) = expected
            && (n == 0 || n % self.job.warp_size != 0)
        {
            let what =
                format!("barrier thread count {n} is not a multiple of the warp size {}", self.job.warp_size);
            return self.fail_first(block, g, id, TrapKind::IllegalOperand(what));
        }
        let mut arriving = tree::lanes(&mask);
        if expected.is_some() {
            // With a count, a warp that is here with all its live lanes counts whole.
            let (per, live) = (self.ctx.warp_chunks, block.gangs[g].live);
            arriving = (0..self.ctx.chunks / per)
                .map(|w| {
                    let r = w * per..(w + 1) * per;
                    if mask[r.clone()].iter().all(|&m| m == 0) {
                        0
                    } else if mask[r.clone()] == live[r.clone()] {
                        self.job.warp_size
                    } else {
                        mask[r].iter().map(|m| m.count_ones()).sum()
                    }
                })
                .sum();
        }
        if let Some(o) = &mut self.ctx.observer
            && o.interest().barriers
        {
            for (c, &m) in mask.iter().enumerate().filter(|(_, m)| **m != 0) {
                let warp = self.ctx.first_warp + (c / self.ctx.warp_chunks) as u32;
                o.on_barrier(block.index, warp, number as u32, m);
            }
        }
        let state = &mut block.barriers[number];
        if state.arrived == 0 {
            (state.all, state.any, state.popc) = (true, false, 0);
        }
        state.arrived += arriving;
        state.expected = expected.or(state.expected);
        if let Some(r) = b.reduce {
            for (c, &m) in mask.iter().enumerate().filter(|(_, m)| **m != 0) {
                // SAFETY: predicate rows were bounded at lowering.
                let p = unsafe { *self.ctx.row::<u32>(r.source, c) } ^ r.flip;
                state.popc += (p & m).count_ones();
                state.all &= p & m == m;
                state.any |= p & m != 0;
            }
        }
        let tree = &mut block.gangs[g].tree;
        tree.nodes[id].pc += 1;
        if b.waits {
            tree.nodes[id].state = State::Barrier(number as u32);
            state.waiting.push((g, id, k));
        } else {
            tree.put_back(id);
        }
        self.try_release(block, number);
        Ok(false)
    }

    /// Warps of a gang may name different barriers, or counts, in registers: those that do not name what the first lane
    /// names are split off and arrive by themselves.
    fn split_by_barrier(&mut self, block: &mut Block, g: usize, id: NodeId, b: &Barrier) {
        let named = |r: Option<Ref>| r.filter(|r| r.region != Region::Const);
        for r in [named(Some(b.id)), named(b.count)].into_iter().flatten() {
            let tree = &mut block.gangs[g].tree;
            let mask = tree.nodes[id].mask;
            let mut first = None;
            let mut others = EMPTY;
            for (c, &m) in mask.iter().enumerate().filter(|(_, m)| **m != 0) {
                let row = self.ctx.row::<u32>(r, c);
                for lane in (0..32).filter(|l| m >> l & 1 != 0) {
                    // SAFETY: rows were bounded at lowering.
                    let value = unsafe { *row.add(lane) };
                    if value != *first.get_or_insert(value) {
                        others[c] |= 1 << lane;
                    }
                }
            }
            if !tree::is_empty(&others) {
                tree.split_off(id, &others);
            }
        }
    }

    /// Lets a barrier's groups go when all that are expected have arrived.
    pub(super) fn try_release(&mut self, block: &mut Block, number: usize) {
        let state = &block.barriers[number];
        let complete = match state.expected {
            Some(n) => state.arrived >= n,
            None => state.arrived > 0 && state.arrived >= block.live,
        };
        if !complete {
            return;
        }
        let state = std::mem::take(&mut block.barriers[number]);
        for &(g, id, k) in &state.waiting {
            self.give_reduction(block, g, id, k, &state);
            block.gangs[g].tree.put_back(id);
        }
    }

    /// Writes the result of `bar.red` into a waiting group's register.
    fn give_reduction(&mut self, block: &mut Block, g: usize, id: NodeId, k: u32, state: &BarrierState) {
        let gang = &mut block.gangs[g];
        let (frame, mask) = (gang.tree.nodes[id].frame, gang.tree.nodes[id].mask);
        let code = &self.job.codes[gang.frames[frame].code];
        let Control::Barrier(b) = &code.controls[k as usize] else { return };
        let Some(r) = b.reduce else { return };
        let registers = gang.frames[frame].registers.ptr();
        let all_ones = |c: bool, m: u32, old: u32| if c { old | m } else { old & !m };
        for (c, &m) in mask.iter().enumerate().take(gang.chunks).filter(|(_, m)| **m != 0) {
            let at = registers.wrapping_add(c * code.frame_bytes as usize + r.dst.off as usize).cast::<u32>();
            // SAFETY: the destination is a register of the frame, bounded at lowering.
            unsafe {
                match r.op {
                    ReduceOp::And => *at = all_ones(state.all, m, *at),
                    ReduceOp::Or => *at = all_ones(state.any, m, *at),
                    ReduceOp::Popc => {
                        for lane in (0..32).filter(|l| m >> l & 1 != 0) {
                            *at.add(lane) = state.popc;
                        }
                    }
                }
            }
        }
    }

    /// A group waits for named lanes of its warps.
    pub(super) fn park(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        cond: &Option<Cond>,
    ) -> Step<bool> {
        let tree = &mut block.gangs[g].tree;
        let all = tree.nodes[id].mask;
        if let Some(c) = cond {
            let mask = self.holds(c, &all);
            let rest = tree::minus(&all, &mask);
            let tree = &mut block.gangs[g].tree;
            if !tree::is_empty(&rest) {
                let other = tree.split_off(id, &rest);
                tree.nodes[other].pc += 1;
            }
            if tree::is_empty(&mask) {
                tree.nodes[id].state = State::Free;
                return Ok(false);
            }
        }
        block.gangs[g].tree.nodes[id].state = State::WarpSync;
        self.retry(block, g, id)?;
        Ok(false)
    }

    /// Tries each parked group of a gang again.
    pub(super) fn retry_parked(&mut self, block: &mut Block, g: usize) -> Step<()> {
        for id in 0..block.gangs[g].tree.nodes.len() {
            if block.gangs[g].tree.nodes[id].state == State::WarpSync {
                self.retry(block, g, id)?;
            }
        }
        Ok(())
    }

    /// Runs the operation a group is parked at for those warps whose named lanes are all there.
    fn retry(&mut self, block: &mut Block, g: usize, id: NodeId) -> Step<()> {
        let gang = &mut block.gangs[g];
        let (pc, frame) = (gang.tree.nodes[id].pc, gang.tree.nodes[id].frame);
        let code = self.enter_frame(gang, frame);
        let Some(op) = code.ops.get(pc as usize) else { return Ok(()) };
        let Control::WarpSync { members, run, meets, .. } = &code.controls[op.imm as usize] else {
            return Ok(());
        };
        // Who else is there: at the same operation, or at any meeting point for `bar.warp.sync`.
        let together: Vec<NodeId> = (0..gang.tree.nodes.len())
            .filter(|&n| {
                let node = &gang.tree.nodes[n];
                node.state == State::WarpSync
                    && if *meets {
                        let c = &self.job.codes[gang.frames[node.frame].code];
                        c.ops.get(node.pc as usize).is_some_and(|o| {
                            matches!(c.controls[o.imm as usize], Control::WarpSync { meets: true, .. })
                        })
                    } else {
                        node.pc == pc && node.frame == frame
                    }
            })
            .collect();
        let here = together.iter().fold(EMPTY, |m, &n| tree::union(&m, &gang.tree.nodes[n].mask));
        let live = gang.live;
        let mut ready: Masks = EMPTY;
        for c in 0..gang.chunks {
            let mine = gang.tree.nodes[id].mask[c];
            let mut named = 0;
            for lane in (0..32).filter(|l| mine >> l & 1 != 0) {
                // SAFETY: rows were bounded at lowering.
                named |= unsafe { *self.ctx.row::<u32>(*members, c).add(lane) };
            }
            if mine != 0 && named & live[c] & !here[c] == 0 {
                ready[c] = here[c];
            }
        }
        if tree::is_empty(&ready) {
            return Ok(());
        }
        self.ctx.active = ready;
        // SAFETY: the handler of this operation, in its own frame.
        unsafe { run(&mut self.ctx, op) };
        for n in together {
            let tree = &mut block.gangs[g].tree;
            let go = tree::and(&tree.nodes[n].mask, &ready);
            if tree::is_empty(&go) {
                continue;
            }
            let n = if go == tree.nodes[n].mask {
                tree.put_back(n);
                n
            } else {
                tree.split_off(n, &go)
            };
            tree.nodes[n].pc += 1;
        }
        Ok(())
    }

    /// No group of the block can run: lets waiting lanes go, or says who waits for whom.
    pub(super) fn unblock(&mut self, block: &mut Block) -> Step<bool> {
        let mut any = false;
        for g in &mut block.gangs {
            any |= g.tree.release_waiting(None);
        }
        if any {
            return Ok(true);
        }
        let mut at_barrier = 0;
        let mut victim = None;
        let mut text = String::new();
        for (g, gang) in block.gangs.iter().enumerate() {
            for (id, n) in gang.tree.nodes.iter().enumerate() {
                match n.state {
                    State::Barrier(b) => {
                        at_barrier += tree::lanes(&n.mask);
                        victim = victim.or(Some((g, id)));
                        if text.is_empty() {
                            text = format!("at barrier {b}");
                        }
                    }
                    State::WarpSync => {
                        victim = Some((g, id));
                        text = "at a warp synchronisation that names lanes which never come".into();
                    }
                    _ => {}
                }
            }
        }
        let what = format!(
            "{at_barrier} of the block's {} live threads wait {text} and none of the others can arrive",
            block.live
        );
        let (g, id) = victim.unwrap_or((0, 0));
        self.enter_gang(block, g);
        if block.gangs[g].tree.nodes.is_empty() {
            return Ok(false);
        }
        let n = &mut block.gangs[g].tree.nodes[id];
        if matches!(n.state, State::Barrier(_)) {
            n.pc -= 1;
        }
        self.fail_first(block, g, id, TrapKind::Deadlock(what))
    }
}
