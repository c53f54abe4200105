//! Counts the run loop keeps itself: one addition a basic block, one a branch.

use super::Worker;
use crate::exec::tree;
use crate::exec::{MAX_CHUNKS, Masks};
use crate::lower::code::Code;

impl Worker<'_> {
    #[inline(always)]
    pub(super) fn count_block(&mut self, code: &Code, pc: u32, mask: &Masks) {
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
    pub(super) fn warps(&self, mask: &Masks) -> u64 {
        if self.ctx.warp_chunks == 1 {
            mask.iter().map(|&m| (m != 0) as u64).sum()
        } else {
            mask.chunks(self.ctx.warp_chunks).map(|w| w.iter().any(|&m| m != 0) as u64).sum()
        }
    }

    #[inline(always)]
    pub(super) fn count_branch(&mut self, site: u32, taken: &Masks, not: &Masks) {
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
}
