//! Ends before the end: fuel, cancellation, faults with their place, and the counts of blocks left in the middle.

use std::sync::atomic::Ordering;

use super::block::Block;
use super::{Step, Stopped, Worker};
use crate::exec::ctx::Fault;
use crate::exec::tree::{self, NodeId, State};
use crate::lower::code::Control;
use crate::trap::TrapKind;

impl Worker<'_> {
    /// Fuel, cancellation, other workers' faults. A group that `polls` memory may be given more time than its fuel.
    pub(super) fn look_at_clock(&mut self, block: &mut Block, g: usize, id: NodeId, polls: bool) -> Step<()> {
        let issued = self.job.issued.0.fetch_add(std::mem::take(&mut self.issued), Ordering::Relaxed);
        let cancelled = self.job.cancel.is_some_and(|c| c.load(Ordering::Relaxed))
            || self.job.stop.load(Ordering::Relaxed);
        if issued <= self.job.fuel && !cancelled {
            return Ok(());
        }
        if polls && !cancelled && self.job.patience.is_some_and(|patience| patience.0()) {
            return Ok(());
        }
        let kind = if cancelled { TrapKind::Interrupted } else { TrapKind::OutOfFuel };
        self.fail_first(block, g, id, kind)
    }

    /// A fault of a group as a whole, put on its first lane.
    pub(super) fn fail_first<T>(
        &mut self,
        block: &mut Block,
        g: usize,
        id: NodeId,
        kind: TrapKind,
    ) -> Step<T> {
        let n = &block.gangs[g].tree.nodes[id];
        let chunk = n.mask.iter().position(|&m| m != 0).unwrap_or(0);
        let (lane, pc) = (n.mask[chunk].trailing_zeros() % 32, n.pc);
        self.ctx.fail(Fault { kind, chunk, lane, address: None, size: 0, write: false });
        self.fault_at(block, g, id, pc)
    }

    /// Notes where the fault in the context happened.
    pub(super) fn fault_at<T>(&mut self, block: &mut Block, g: usize, id: NodeId, pc: u32) -> Step<T> {
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

    pub(super) fn stopped(&mut self) -> Stopped {
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
    pub(super) fn correct_counts(&mut self, block: &Block) {
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
                // The operation that faulted was issued; one that waits was too. Those that were left out in between, because
                // their results are read elsewhere, were not.
                let faulted = self.where_.0 == g && self.where_.1 == id;
                let done =
                    (n.pc as usize).checked_sub(1).and_then(|p| code.source.get(p)).map_or(0, |s| s + 1);
                let from = if faulted { op + 1 } else { done.clamp(code.blocks[b].first, op) };
                let warps = self.warps(&n.mask);
                self.partial.push(((code.block_base as usize) + b, from, warps, tree::lanes(&n.mask) as u64));
            }
        }
    }
}
