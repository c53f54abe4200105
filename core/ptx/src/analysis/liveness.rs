//! Which registers still matter, before and after each block and each operation.

use super::bits::BitSet;
use super::cfg::{BlockId, Cfg};
use super::effects::{Effects, effects};
use crate::resolve::{Body, OpIx};
use std::sync::Arc;

/// Live registers of one body (bit = [`crate::resolve::RegId`]).
#[derive(Clone, Debug)]
pub struct Liveness {
    /// At the start of each block.
    pub live_in: Vec<Arc<BitSet>>,
    /// At the end of each block.
    pub live_out: Vec<Arc<BitSet>>,
    /// False when the body is too large to solve: every register that crosses a block's border then counts as live
    /// on all of them, which is safe to allocate by.
    pub exact: bool,
    effects: Vec<Effects>,
}

/// Most words (16 bytes each) that live sets may take, and words that solving may touch.
const MAX_WORDS: usize = 1 << 24;
const MAX_WORK: usize = 1 << 26;

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
        let (mut words, mut work) = (0, 0);
        while let Some(b) = queue.pop() {
            queued[b] = false;
            let mut out = std::mem::take(&mut live_out[b]);
            let before = out.size() + live_in[b].size();
            for s in &cfg.blocks[b].successors {
                work += live_in[s.index()].size() + 1;
                out.union(&live_in[s.index()]);
            }
            let mut new = out.clone();
            new.subtract(&kills[b]);
            new.union(&reads[b]);
            live_out[b] = out;
            let changed = live_in[b].union(&new);
            words += (live_out[b].size() + live_in[b].size()).saturating_sub(before);
            work += live_out[b].size();
            if words > MAX_WORDS || work > MAX_WORK {
                return Liveness::everything(body, &reads, &live_out, effects);
            }
            if changed {
                for p in &cfg.blocks[b].predecessors {
                    if !std::mem::replace(&mut queued[p.index()], true) {
                        queue.push(p.index());
                    }
                }
            }
        }
        let shared = |sets: Vec<BitSet>| sets.into_iter().map(Arc::new).collect();
        Liveness { live_in: shared(live_in), live_out: shared(live_out), exact: true, effects }
    }

    /// What is read before it is written in some block, live everywhere.
    fn everything(body: &Body, reads: &[BitSet], returned: &[BitSet], effects: Vec<Effects>) -> Liveness {
        let mut all = BitSet::new(body.regs.len());
        reads.iter().chain(returned).for_each(|s| {
            all.union(s);
        });
        let all = Arc::new(all);
        let all: Vec<_> = reads.iter().map(|_| Arc::clone(&all)).collect();
        Liveness { live_in: all.clone(), live_out: all, exact: false, effects }
    }

    /// Walks a block from its last operation to its first, calling `visit` with each operation and the registers
    /// live after and before it.
    pub fn walk_back(&self, cfg: &Cfg, block: BlockId, mut visit: impl FnMut(OpIx, &BitSet, &BitSet)) {
        let (Some(b), Some(out)) = (cfg.blocks.get(block.index()), self.live_out.get(block.index())) else {
            return;
        };
        let mut after = BitSet::clone(out);
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
