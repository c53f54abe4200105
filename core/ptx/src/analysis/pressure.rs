//! How many 32-bit registers a body needs at once: a modelled lower bound, not what ptxas will allocate.

use super::bits::BitSet;
use super::cfg::Cfg;
use super::liveness::Liveness;
use crate::isa::ScalarType;
use crate::resolve::{Body, OpIx, Reg};

/// The worst place of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Pressure {
    /// 32-bit registers live at once: 64-bit values count two, 16-bit ones one, predicates none.
    pub regs32: u32,
    /// Predicates live at once, at their own worst place.
    pub preds: u32,
    /// Where `regs32` is reached first.
    pub at: OpIx,
}

/// 32-bit registers that a value of this register takes; 0 for predicates.
pub fn width32(reg: &Reg) -> u32 {
    match reg.ty {
        ScalarType::Pred => 0,
        ty => ty.bits().div_ceil(32) * u32::from(reg.vector),
    }
}

/// The largest number of registers live at one operation, what it writes included.
pub fn register_pressure(body: &Body, cfg: &Cfg, liveness: &Liveness) -> Pressure {
    let mut worst = Pressure::default();
    let weight = |r: usize| body.regs.get(r).map_or((0, 0), |reg| (width32(reg), preds(reg)));
    if !liveness.exact {
        // One set for all blocks: an upper bound for what crosses their borders.
        let all = liveness.live_out.first().map(|s| s.iter().map(weight)).into_iter().flatten();
        let (regs32, preds) = all.fold((0, 0), |a, w| (a.0 + w.0, a.1 + w.1));
        return Pressure { regs32, preds, at: OpIx(0) };
    }
    for (block, out) in cfg.blocks.iter().zip(&liveness.live_out) {
        let mut live = BitSet::clone(out);
        let (mut regs32, mut pred) = live.iter().map(weight).fold((0, 0), |a, w| (a.0 + w.0, a.1 + w.1));
        let mut note = |regs32: u32, pred: u32, at: OpIx| {
            if regs32 > worst.regs32 || regs32 == worst.regs32 && at < worst.at {
                worst.regs32 = regs32;
                worst.at = at;
            }
            worst.preds = worst.preds.max(pred);
        };
        for op in block.ops.clone().rev().map(OpIx) {
            let Some(e) = liveness.effects(op) else { continue };
            // Results need a place even when nothing reads them.
            let dead: Vec<_> = e.writes.iter().map(|r| r.index()).filter(|&r| live.insert(r)).collect();
            for &r in &dead {
                regs32 += weight(r).0;
                pred += weight(r).1;
            }
            note(regs32, pred, op);
            let ended = if e.kills { e.writes.iter().map(|r| r.index()).collect() } else { dead };
            for r in ended {
                if live.remove(r) {
                    regs32 -= weight(r).0;
                    pred -= weight(r).1;
                }
            }
            for r in e.reads.iter().map(|r| r.index()) {
                if live.insert(r) {
                    regs32 += weight(r).0;
                    pred += weight(r).1;
                }
            }
            note(regs32, pred, op);
        }
    }
    worst
}

fn preds(reg: &Reg) -> u32 {
    if reg.ty == ScalarType::Pred { u32::from(reg.vector) } else { 0 }
}
