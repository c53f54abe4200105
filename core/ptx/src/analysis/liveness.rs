//! Which registers still matter, before and after each block and each operation.

use super::bits::BitSet;
use super::cfg::{BlockId, Cfg};
use super::effects::{Effects, effects};
use crate::resolve::{Body, OpIx};

/// Live registers of one body (bit = [`crate::resolve::RegId`]).
#[derive(Clone, Debug)]
pub struct Liveness {
    /// At the start of each block.
    pub live_in: Vec<BitSet>,
    /// At the end of each block.
    pub live_out: Vec<BitSet>,
    effects: Vec<Effects>,
}

impl Liveness {
    /// Solves the backward dataflow.
    pub fn new(body: &Body, cfg: &Cfg) -> Liveness {
        let regs = body.regs.len();
        let effects: Vec<_> = body.ops.iter().map(effects).collect();
        let empty = || vec![BitSet::new(regs); cfg.blocks.len()];
        let (mut live_in, mut live_out, mut reads, mut kills) = (empty(), empty(), empty(), empty());
        for (b, block) in cfg.blocks.iter().enumerate() {
            for op in block.ops.clone().rev() {
                if let Some(e) = effects.get(op as usize) {
                    step_back(e, &mut reads[b], Some(&mut kills[b]));
                }
            }
        }
        // Returned registers of a `.func (.reg ...)` are read by the caller.
        for (b, block) in cfg.blocks.iter().enumerate() {
            if block.leaves {
                body.reg_params.iter().for_each(|(_, r)| {
                    live_out[b].insert(r.index());
                });
            }
        }
        let mut queue: Vec<usize> = cfg.reverse_postorder().into_iter().map(BlockId::index).collect();
        let mut queued = vec![false; cfg.blocks.len()];
        queue.iter().for_each(|&b| queued[b] = true);
        while let Some(b) = queue.pop() {
            queued[b] = false;
            let mut out = std::mem::take(&mut live_out[b]);
            for s in &cfg.blocks[b].successors {
                out.union(&live_in[s.index()]);
            }
            let mut new = out.clone();
            new.subtract(&kills[b]);
            new.union(&reads[b]);
            live_out[b] = out;
            if live_in[b].union(&new) {
                for p in &cfg.blocks[b].predecessors {
                    if !std::mem::replace(&mut queued[p.index()], true) {
                        queue.push(p.index());
                    }
                }
            }
        }
        Liveness { live_in, live_out, effects }
    }

    /// Walks a block from its last operation to its first, calling `visit` with each operation and the registers
    /// live after and before it.
    pub fn walk_back(&self, cfg: &Cfg, block: BlockId, mut visit: impl FnMut(OpIx, &BitSet, &BitSet)) {
        let (Some(b), Some(out)) = (cfg.blocks.get(block.index()), self.live_out.get(block.index())) else {
            return;
        };
        let mut after = out.clone();
        for op in b.ops.clone().rev() {
            let mut before = after.clone();
            if let Some(e) = self.effects.get(op as usize) {
                step_back(e, &mut before, None);
            }
            visit(OpIx(op), &after, &before);
            after = before;
        }
    }

    /// Registers live right before each operation. Takes a bit for every pair of operation and register; walk block
    /// by block where that is too much.
    pub fn before_each_op(&self, cfg: &Cfg) -> Vec<BitSet> {
        let mut out = vec![BitSet::default(); self.effects.len()];
        for b in 0..cfg.blocks.len() {
            self.walk_back(cfg, BlockId(b as u32), |op, _, before| out[op.index()] = before.clone());
        }
        out
    }

    /// What an operation reads and writes.
    pub fn effects(&self, op: OpIx) -> Option<&Effects> {
        self.effects.get(op.index())
    }
}

fn step_back(e: &Effects, live: &mut BitSet, mut kills: Option<&mut BitSet>) {
    if e.kills {
        for w in &e.writes {
            live.remove(w.index());
            if let Some(k) = kills.as_deref_mut() {
                k.insert(w.index());
            }
        }
    }
    for r in &e.reads {
        live.insert(r.index());
    }
}
