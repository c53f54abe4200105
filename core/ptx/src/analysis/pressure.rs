//! How many 32-bit registers a body needs at once: a modelled lower bound, not what ptxas will allocate.

use super::cfg::{BlockId, Cfg};
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
    for b in 0..cfg.blocks.len() {
        liveness.walk_back(cfg, BlockId(b as u32), |op, after, before| {
            // Results need a place even when nothing reads them.
            let mut held = after.clone();
            let writes = liveness.effects(op).map_or(&[][..], |e| &e.writes);
            writes.iter().for_each(|w| {
                held.insert(w.index());
            });
            for set in [&held, before] {
                let regs = || set.iter().filter_map(|r| body.regs.get(r));
                let regs32: u32 = regs().map(width32).sum();
                let preds = regs().filter(|r| r.ty == ScalarType::Pred).map(|r| u32::from(r.vector)).sum();
                if regs32 > worst.regs32 || regs32 == worst.regs32 && op < worst.at {
                    worst.regs32 = regs32;
                    worst.at = op;
                }
                worst.preds = worst.preds.max(preds);
            }
        });
    }
    worst
}
