//! `mbarrier`: barriers kept in shared memory (PTX ISA, section 9.7.12, "mbarrier").
//!
//! The 64-bit object is opaque to programs; here it holds the pending count (bits 0-19), the expected count (20-39), the
//! transaction count as two's complement (40-62) and the phase (63). A phase ends when both counts reach zero: the phase bit
//! turns over and the pending count starts again. A token that `arrive` returns is the object before the arrival; waiting
//! for it is asking whether the phase has turned. Every operation is one atomic update, so waiting loops make progress like any other.

use warplens_ptx::isa::{Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::Lower;
use super::registers::Width;
use crate::exec::access::{self, MemType, atomic};
use crate::exec::ctx::{Handler, Ref};
use crate::exec::mem::flag;
use crate::exec::{pred, row};

const COUNT: u64 = (1 << 20) - 1;
const TX: u64 = (1 << 23) - 1;

fn fresh(count: u64) -> u64 {
    count & COUNT | (count & COUNT) << 20
}

/// The state with these counts, its phase turned when both are used up.
fn settled(phase: u64, expected: u64, pending: u64, tx: u64) -> u64 {
    let (expected, pending, tx) = (expected & COUNT, pending & COUNT, tx & TX);
    if pending == 0 && tx == 0 {
        expected | expected << 20 | (phase ^ 1) << 63
    } else {
        pending | expected << 20 | tx << 40 | phase << 63
    }
}

/// An arrival of `count` that first adds `tx` to the transactions and takes `drop` from later phases.
fn arrive(s: u64, count: u64, tx: u64, drop: u64) -> u64 {
    let (pending, expected) = (s & COUNT, s >> 20 & COUNT);
    settled(
        s >> 63,
        expected.saturating_sub(drop),
        pending.saturating_sub(count),
        (s >> 40 & TX).wrapping_add(tx),
    )
}

impl Lower<'_> {
    /// One `mbarrier` instruction, or `cp.async.mbarrier.arrive`.
    pub(super) fn mbarrier(&mut self, op: &PtxOp) -> Result<(), String> {
        let has = |w| op.mods.contains(&Mod::Word(w));
        let missing = || "an operand is missing".to_owned();
        if has(W::PendingCount) {
            let [dst, state] = op.operands.as_slice() else { return Err(missing()) };
            let s = self.source(state, T::B64)?;
            let isa = self.input.isa;
            return self.with_destination(dst, T::B32, |l, d| {
                l.emit(row::un(isa, |s: u64| (s & COUNT) as u32), d, [s, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                Ok(())
            });
        }
        let at = op.operands.iter().position(|o| matches!(o, Operand::Address(..))).ok_or_else(missing)?;
        let target = self.target(op, &op.operands[at]);
        let a = self.address(&op.operands[at])?;
        if has(W::TestWait) || has(W::TryWait) {
            let (Some(Operand::Reg(p)), Some(token)) = (op.operands.first(), op.operands.get(at + 1)) else {
                return Err(missing());
            };
            let now = self.frame.add(Width::W64);
            let isa = self.input.isa;
            self.emit_access(access::load(isa, MemType::U64, true, target), &a, &[now], flag::SYNC, None)?;
            let dst = self.pred_of(*p);
            let (run, token) = if has(W::Parity) {
                let parity = self.source(token, T::B32)?;
                (pred::cmp(isa, |s: u64, p: u32| s >> 63 != p as u64 & 1), parity)
            } else {
                (pred::cmp(isa, |s: u64, t: u64| (s ^ t) >> 63 != 0), self.source(token, T::B64)?)
            };
            self.emit(run, dst, [now, token, Ref::NONE, Ref::NONE], 0);
            return Ok(());
        }
        let run: Handler = match () {
            () if has(W::Init) => atomic(target, |_: u64, n: u64, _: u64| fresh(n)),
            () if has(W::Inval) => atomic(target, |_: u64, _: u64, _: u64| 0),
            // Copies are complete when `cp.async` ends: without `.noinc` the increment and the arrival cancel out.
            () if op.mnemonic == warplens_ptx::isa::Mnemonic::Cp && !has(W::Noinc) => {
                atomic(target, |s: u64, _: u64, _: u64| s)
            }
            () if has(W::Arrive) && has(W::ExpectTx) => {
                atomic(target, |s: u64, tx: u64, _: u64| arrive(s, 1, tx, 0))
            }
            () if has(W::ArriveDrop) && has(W::ExpectTx) => {
                atomic(target, |s: u64, tx: u64, _: u64| arrive(s, 1, tx, 1))
            }
            () if has(W::ArriveDrop) => atomic(target, |s: u64, n: u64, _: u64| arrive(s, n, 0, n)),
            () if has(W::Arrive) => atomic(target, |s: u64, n: u64, _: u64| arrive(s, n, 0, 0)),
            () if has(W::ExpectTx) => atomic(target, |s: u64, tx: u64, _: u64| arrive(s, 0, tx, 0)),
            () if has(W::CompleteTx) => {
                atomic(target, |s: u64, tx: u64, _: u64| arrive(s, 0, tx.wrapping_neg(), 0))
            }
            () => return Err(self.not_there(op)),
        };
        let n = match op.operands.get(at + 1) {
            Some(o) => {
                let n = self.source(o, T::U32)?;
                let wide = self.frame.add(Width::W64);
                let isa = self.input.isa;
                self.emit(row::un(isa, |n: u32| n as u64), wide, [n, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                wide
            }
            None => self.pool.value(true, 1),
        };
        let d = self.access_site(&a);
        match op.operands.first() {
            Some(dst) if at == 1 && !matches!(dst, Operand::Sink) => {
                self.with_destination(&dst.clone(), T::B64, |l, dst| {
                    l.emit(run, dst, [a.row, n, n, d], a.imm as u64);
                    Ok(())
                })
            }
            _ => {
                self.emit(run, Ref::NONE, [a.row, n, n, d], a.imm as u64);
                Ok(())
            }
        }
    }
}
