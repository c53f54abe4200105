//! Instructions among the lanes of a warp: shuffles, votes, matches, reductions.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::Lower;
use super::code::Control;
use super::registers::Width;
use crate::exec::ctx::{Handler, Ref};
use crate::exec::lanes;

fn has(op: &PtxOp, w: W) -> bool {
    op.mods.contains(&Mod::Word(w))
}

const N: Ref = Ref::NONE;

impl Lower<'_> {
    /// Emits work that needs the lanes of `members` together.
    pub(super) fn warp_sync(
        &mut self,
        members: Ref,
        run: Handler,
        dst: Ref,
        src: [Ref; 4],
    ) -> Result<(), String> {
        self.one_word_masks()?;
        let (guard, k) = (self.guard.take(), self.code.controls.len() as u64);
        let meets = dst == Ref::NONE;
        self.code.controls.push(Control::WarpSync { members, cond: guard, run, meets });
        self.emit(lanes::sync, dst, src, k);
        self.guard = guard;
        Ok(())
    }

    fn one_word_masks(&self) -> Result<(), String> {
        if self.input.warp_size == 32 {
            return Ok(());
        }
        Err(format!(
            "this instruction works on 32-bit lane masks, but a warp of this device has {} lanes; \
             use a device model with 32-lane warps, or block-level primitives",
            self.input.warp_size
        ))
    }

    pub(super) fn warp_level(&mut self, op: &PtxOp) -> Result<(), String> {
        self.one_word_masks()?;
        match op.mnemonic {
            M::Shfl => self.shuffle(op),
            M::Vote => self.vote(op),
            M::Match => self.matching(op),
            M::Redux => self.redux(op),
            M::Activemask => {
                let dst = op.operands.first().ok_or("an operand is missing")?;
                self.with_destination(dst, T::B32, |l, d| {
                    l.emit(lanes::activemask, d, [N; 4], 0);
                    Ok(())
                })
            }
            _ => {
                let [Operand::Pair(d, p), members] = op.operands.as_slice() else {
                    return Err("two destinations and a member mask are expected".into());
                };
                let members = self.source(members, T::B32)?;
                let d = self.plain_or_scratch(d)?;
                let p = self.pred_or_scratch(p)?;
                self.warp_sync(members, lanes::elect, d, [N, N, members, p])
            }
        }
    }

    fn plain_or_scratch(&mut self, o: &Operand) -> Result<Ref, String> {
        match o {
            Operand::Reg(r) if self.register_row(*r).1 == Width::W32 => Ok(self.register_row(*r).0),
            Operand::Sink => Ok(self.frame.add(Width::W32)),
            _ => Err("a 32-bit register is expected".into()),
        }
    }

    fn pred_or_scratch(&mut self, o: &Operand) -> Result<Ref, String> {
        match o {
            Operand::Reg(r) if self.reg_type(*r) == T::Pred => Ok(self.pred_of(*r)),
            Operand::Sink => Ok(self.frame.add(Width::Pred)),
            _ => Err("a predicate is expected".into()),
        }
    }

    fn shuffle(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, a, b, c, rest @ ..] = op.operands.as_slice() else {
            return Err("an operand is missing".into());
        };
        let run: Handler = match () {
            () if has(op, W::Up) => lanes::shuffle::<0>,
            () if has(op, W::Down) => lanes::shuffle::<1>,
            () if has(op, W::Bfly) => lanes::shuffle::<2>,
            () => lanes::shuffle::<3>,
        };
        let (d, p) = match dst {
            Operand::Pair(d, p) => (self.plain_or_scratch(d)?, self.pred_or_scratch(p)?),
            d => (self.plain_or_scratch(d)?, N),
        };
        let (a, b, c) = (self.source(a, T::B32)?, self.source(b, T::B32)?, self.source(c, T::B32)?);
        match rest.first() {
            Some(m) => {
                let members = self.source(m, T::B32)?;
                self.warp_sync(members, run, d, [a, b, c, p])
            }
            None => {
                // Without `.sync` the active lanes are the members. The control index is not used by the handler.
                self.emit(run, d, [a, b, c, p], 0);
                Ok(())
            }
        }
    }

    fn vote(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, p, rest @ ..] = op.operands.as_slice() else { return Err("an operand is missing".into()) };
        let (mut p, negated) = self.pred_source(p)?;
        if negated {
            let t = self.frame.add(Width::Pred);
            self.emit(crate::exec::pred::logic(|a, _, _| !a), t, [p, p, p, N], 0);
            p = t;
        }
        let run: Handler = match () {
            () if has(op, W::Ballot) => lanes::vote::<3>,
            () if has(op, W::All) => lanes::vote::<0>,
            () if has(op, W::Any) => lanes::vote::<1>,
            () => lanes::vote::<2>,
        };
        let d = if has(op, W::Ballot) { self.plain_or_scratch(dst)? } else { self.pred_or_scratch(dst)? };
        match rest.first() {
            Some(m) => {
                let members = self.source(m, T::B32)?;
                self.warp_sync(members, run, d, [p, N, members, N])
            }
            None => {
                let all = self.pool.value(false, u32::MAX as u64);
                self.emit(run, d, [p, N, all, N], 0);
                Ok(())
            }
        }
    }

    fn matching(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, a, m] = op.operands.as_slice() else { return Err("an operand is missing".into()) };
        let wide = op.mods.contains(&Mod::Type(T::B64));
        let a = self.source(a, if wide { T::B64 } else { T::B32 })?;
        let members = self.source(m, T::B32)?;
        let (d, p) = match dst {
            Operand::Pair(d, p) => (self.plain_or_scratch(d)?, self.pred_or_scratch(p)?),
            d => (self.plain_or_scratch(d)?, N),
        };
        let run: Handler = match (has(op, W::All), wide) {
            (false, false) => lanes::match_any::<u32>,
            (false, true) => lanes::match_any::<u64>,
            (true, false) => lanes::match_all::<u32>,
            (true, true) => lanes::match_all::<u64>,
        };
        self.warp_sync(members, run, d, [a, N, members, p])
    }

    fn redux(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, a, m] = op.operands.as_slice() else { return Err("an operand is missing".into()) };
        let (a, members) = (self.source(a, T::B32)?, self.source(m, T::B32)?);
        let d = self.plain_or_scratch(dst)?;
        let signed = op.mods.contains(&Mod::Type(T::S32));
        let single = op.mods.contains(&Mod::Type(T::F32));
        let run: Handler = match () {
            () if single => match (has(op, W::Max), has(op, W::Nan), has(op, W::Abs)) {
                (false, false, false) => lanes::redux::<8>,
                (true, false, false) => lanes::redux::<9>,
                (false, true, false) => lanes::redux::<10>,
                (true, true, false) => lanes::redux::<11>,
                (false, false, true) => lanes::redux::<12>,
                (true, false, true) => lanes::redux::<13>,
                (false, true, true) => lanes::redux::<14>,
                (true, true, true) => lanes::redux::<15>,
            },
            () if has(op, W::Add) => lanes::redux::<0>,
            () if has(op, W::Min) && signed => lanes::redux::<1>,
            () if has(op, W::Max) && signed => lanes::redux::<2>,
            () if has(op, W::Min) => lanes::redux::<3>,
            () if has(op, W::Max) => lanes::redux::<4>,
            () if has(op, W::And) => lanes::redux::<5>,
            () if has(op, W::Or) => lanes::redux::<6>,
            () => lanes::redux::<7>,
        };
        self.warp_sync(members, run, d, [a, N, members, N])
    }
}
