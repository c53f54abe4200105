//! Which registers an operation reads and which it writes.
//!
//! PTX puts destinations first, so the rule is short: the first operand is written unless it is an address or the
//! instruction has no result. Guarded writes and writes to one component leave the rest as it was.

use crate::isa::{Mnemonic, Mod, Word};
use crate::resolve::{AddressBase, Op, Operand, RegId};

/// Registers an operation touches, in operand order, repetitions kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Read, the guard included.
    pub reads: Vec<RegId>,
    /// Written in whole or in part.
    pub writes: Vec<RegId>,
    /// The writes always happen and cover the whole register, so older values are dead.
    pub kills: bool,
}

/// The effects of `op`.
pub fn effects(op: &Op) -> Effects {
    let mut e = Effects { kills: op.guard.is_none(), ..Effects::default() };
    if let Some(g) = op.guard {
        e.reads.push(g.pred);
    }
    let results = usize::from(has_result(op));
    for (i, operand) in op.operands.iter().enumerate() {
        if i < results {
            e.write(operand);
        } else {
            e.read(operand);
        }
    }
    if reads_result(op)
        && let Some(first) = op.operands.first()
    {
        e.read(first);
    }
    e
}

/// Is the first operand a destination?
pub fn has_result(op: &Op) -> bool {
    use Mnemonic::*;
    let word = |w: Word| op.mods.contains(&Mod::Word(w));
    if matches!(op.operands.first(), None | Some(Operand::Address(..) | Operand::Imm(_) | Operand::Label(_)))
    {
        return false;
    }
    match op.mnemonic {
        Call => true,
        Bra | Brx | Ret | Exit | Trap | Brkpt | Nanosleep | Pmevent | Setmaxnreg | Stackrestore | Cp
        | Fence | Membar | Red | St | Prefetch | Prefetchu | Discard | Applypriority | Griddepcontrol
        | Stmatrix | Sust | Sured | Tensormap => false,
        Bar | Barrier => word(Word::Red),
        Tcgen05 => word(Word::LdWord),
        Wgmma => word(Word::MmaAsync),
        Wmma => !word(Word::Store),
        Multimem => word(Word::LdReduce),
        _ => true,
    }
}

/// Does the destination also feed the operation?
fn reads_result(op: &Op) -> bool {
    op.mnemonic == Mnemonic::Wgmma && has_result(op)
}

impl Effects {
    fn write(&mut self, operand: &Operand) {
        match operand {
            Operand::Reg(r) => self.writes.push(*r),
            Operand::RegComponent(r, _) | Operand::RegSelected(r, _) => {
                self.writes.push(*r);
                self.kills = false;
            }
            Operand::Vector(items) | Operand::List(items) => items.iter().for_each(|o| self.write(o)),
            Operand::Pair(a, b) => {
                self.write(a);
                self.write(b);
            }
            _ => {}
        }
    }

    fn read(&mut self, operand: &Operand) {
        match operand {
            Operand::Reg(r)
            | Operand::RegComponent(r, _)
            | Operand::RegSelected(r, _)
            | Operand::NotReg(r)
            | Operand::NegReg(r) => self.reads.push(*r),
            Operand::Vector(items) | Operand::List(items) => items.iter().for_each(|o| self.read(o)),
            Operand::Pair(a, b) => {
                self.read(a);
                self.read(b);
            }
            Operand::Address(base, _, extra) => {
                if let AddressBase::Reg(r) = base {
                    self.reads.push(*r);
                }
                extra.iter().for_each(|o| self.read(o));
            }
            Operand::Special(..)
            | Operand::Imm(_)
            | Operand::Sink
            | Operand::VarAddress(..)
            | Operand::Label(_)
            | Operand::BranchTargets(_)
            | Operand::Func(_)
            | Operand::Prototype(_)
            | Operand::CallTargets(_) => {}
        }
    }
}
