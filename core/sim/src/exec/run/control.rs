//! Control operations other than plain branches: returns, traps, indexed branches.

use super::block::Block;
use super::{Step, Worker};
use crate::exec::ctx::{Fault, Ref};
use crate::exec::tree::{self, EMPTY, NodeId};
use crate::exec::{MAX_CHUNKS, Masks};
use crate::lower::code::{Code, Cond, Control, Target};
use crate::trap::TrapKind;

impl Worker<'_> {
    /// Control operations other than branches.
    pub(super) fn control(
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
            Control::WarpSync { cond, .. } => self.park(block, g, id, cond),
            Control::Fall(_) | Control::Branch { .. } => Ok(false),
        }
    }

    /// The lanes of a group for which a control's condition holds, counted.
    pub(super) fn condition(
        &mut self,
        block: &Block,
        g: usize,
        id: NodeId,
        cond: &Option<Cond>,
        site: u32,
    ) -> Masks {
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
    pub(super) fn go_on(
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
    pub(super) fn indexed(
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
}
