//! Calls: frames, arguments, results, function pointers.

use super::block::{Block, Gang};
use super::{Step, Worker};
use crate::exec::Masks;
use crate::exec::ctx::Region;
use crate::exec::tree::{self, EMPTY, NodeId, State};
use crate::lower::code::{Call, Callee, Code, Control, Slot};
use crate::memory::CODE_WINDOW;
use crate::trap::TrapKind;

impl Worker<'_> {
    pub(super) fn call(
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
                match slot.is_multiple_of(16).then(|| self.job.codes.get(slot as usize / 16)).flatten() {
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

    pub(super) fn copy_results(&mut self, gang: &mut Gang, frame: usize, mask: &Masks) {
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
    pub(super) fn copy_slot(&self, gang: &mut Gang, from: (usize, Slot), to: (usize, Slot), mask: &Masks) {
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
}
