//! Branches, calls, returns and barriers.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::code::{Barrier, Call, Callee, Control, NativeCall, Reduce, ReduceOp, Slot};
use super::registers::Width;
use super::{Lower, Place};
use crate::exec::ctx::Ref;
use crate::exec::lanes;
use crate::exec::native::{self, Native};
use crate::exec::tree::NEVER;

fn has(op: &PtxOp, w: W) -> bool {
    op.mods.contains(&Mod::Word(w))
}

impl Lower<'_> {
    /// Is it a call of code, not of a function the machine provides?
    pub(super) fn is_code_call(&self, op: &PtxOp) -> bool {
        op.mnemonic == M::Call && self.native_of(op).is_none()
    }

    fn native_of(&self, op: &PtxOp) -> Option<Native> {
        match op.operands.get(1) {
            Some(Operand::Func(f)) if self.input.code_of[f.index()].is_none() => {
                native::find(self.input.module.names.get(self.input.resolved.funcs[f.index()].name))
            }
            _ => None,
        }
    }

    /// Leaves the function: `ret` and the end of the body.
    pub(super) fn leave(&mut self, next: Option<super::code::Target>) {
        let (cond, site) =
            (self.guard, self.site().min(self.code.site_base + self.code.op_count.saturating_sub(1)));
        self.control(Control::Ret { cond, next, exits: self.is_entry, site });
    }

    pub(super) fn control_flow(&mut self, op: &PtxOp, rpc: Option<u32>) -> Result<(), String> {
        let next = self.target_of(self.op + 1);
        let (cond, site) = (self.guard, self.site());
        // Block number for now; patched to a position.
        let rpc = rpc.and_then(|op| self.target_of(op)).map_or(NEVER, |t| t.block);
        match op.mnemonic {
            M::Bra => {
                let Some(Operand::Label(to)) = op.operands.first() else {
                    return Err("a label is expected".into());
                };
                match self.target_of(to.0) {
                    Some(taken) => self.control(Control::Branch { cond, taken, next, rpc, site }),
                    // A label at the end of the body: jumping there returns.
                    None => self.leave(next),
                }
            }
            M::Brx => {
                let [index, Operand::BranchTargets(list), ..] = op.operands.as_slice() else {
                    return Err("an index and a list of labels are expected".into());
                };
                let index = self.source(index, T::U32)?;
                let labels =
                    self.body.branch_targets.get(*list as usize).ok_or("the label list is missing")?;
                let targets = labels
                    .iter()
                    .map(|l| self.target_of(l.0).ok_or("a label at the end of the body is not supported"))
                    .collect::<Result<Vec<_>, _>>()?;
                self.control(Control::Indexed { cond, index, targets, next, rpc, site });
            }
            M::Ret => self.leave(next),
            M::Exit => self.control(Control::Ret { cond, next, exits: true, site }),
            M::Trap => self.control(Control::Trap { cond, next, breakpoint: false, site }),
            M::Brkpt => self.control(Control::Trap { cond, next: None, breakpoint: true, site }),
            M::Call => return self.call(op),
            M::Bar | M::Barrier => return self.barrier(op),
            _ => return Err(self.not_there(op)),
        }
        Ok(())
    }

    fn slots(&mut self, o: Option<&Operand>) -> Result<Vec<Slot>, String> {
        let Some(Operand::List(items)) = o else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for i in items {
            out.push(match i {
                Operand::VarAddress(v, offset) => match self.input.places[v.index()] {
                    Place::Local(base) => Slot::Local {
                        offset: (base as i64 + offset) as u32,
                        size: self.input.resolved.vars[v.index()].size as u32,
                    },
                    _ => return Err("an argument must be a `.param` variable or a register".into()),
                },
                Operand::Reg(r) => {
                    let (row, width) = self.register_row(*r);
                    Slot::Row { row, wide: width == Width::W64 }
                }
                Operand::Imm(v) => {
                    Slot::Row { row: self.pool.value(true, super::operand::int_bits(*v)), wide: true }
                }
                _ => Slot::Nowhere,
            });
        }
        Ok(out)
    }

    fn call(&mut self, op: &PtxOp) -> Result<(), String> {
        let results = self.slots(op.operands.first())?;
        let args = self.slots(op.operands.get(2))?;
        if let Some(native) = self.native_of(op) {
            let run = native.handler();
            let k = self.code.natives.len() as u64;
            self.code.natives.push(NativeCall { native, args, results });
            let d = Ref { off: self.site(), ..Ref::NONE };
            self.emit(run, Ref::NONE, [Ref::NONE, Ref::NONE, Ref::NONE, d], k);
            return Ok(());
        }
        let callee = match op.operands.get(1) {
            Some(Operand::Func(f)) => {
                let f = self.input.resolved.funcs[f.index()].alias_of.unwrap_or(*f);
                match self.input.code_of[f.index()] {
                    Some(code) => Callee::Code(code),
                    None => {
                        let name = self.input.module.names.get(self.input.resolved.funcs[f.index()].name);
                        Callee::Extern(name.into())
                    }
                }
            }
            Some(o @ Operand::Reg(_)) => Callee::Pointer(self.source(o, T::U64)?),
            _ => return Err("a function is expected".into()),
        };
        let (cond, site, back) = (self.guard, self.site(), self.target_of(self.op + 1));
        self.control(Control::Call(Box::new(Call { callee, cond, back, site, args, results })));
        Ok(())
    }

    fn barrier(&mut self, op: &PtxOp) -> Result<(), String> {
        if has(op, W::Cluster) {
            // A cluster is one block here: arriving is nothing, waiting is a barrier of the block on a number of its own.
            if has(op, W::Arrive) {
                return Ok(());
            }
            let id = self.pool.value(false, 16);
            let b =
                Barrier { cond: self.guard, id, count: None, waits: true, reduce: None, site: self.site() };
            self.control(Control::Barrier(Box::new(b)));
            return Ok(());
        }
        if has(op, W::Warp) {
            let members = self.source(op.operands.first().ok_or("a member mask is expected")?, T::U32)?;
            return self.warp_sync(members, lanes::meet, Ref::NONE, [Ref::NONE; 4]);
        }
        let reduces = has(op, W::Red);
        let mut rest = op.operands.as_slice();
        let mut reduce = None;
        if reduces {
            let (Some((dst, r)), Some(last)) = (rest.split_first(), op.operands.last()) else {
                return Err("an operand is missing".into());
            };
            rest = &r[..r.len().saturating_sub(1)];
            let (source, negated) = self.pred_source(last)?;
            let Operand::Reg(d) = dst else { return Err("the destination must be a register".into()) };
            let what = match () {
                () if has(op, W::Popc) => ReduceOp::Popc,
                () if has(op, W::And) => ReduceOp::And,
                () => ReduceOp::Or,
            };
            let dst = self.register_row(*d).0;
            reduce = Some(Reduce { op: what, source, flip: if negated { u32::MAX } else { 0 }, dst });
        }
        let id = match rest.first() {
            Some(o) => self.source(o, T::U32)?,
            None => self.pool.value(false, 0),
        };
        let used = match rest.first() {
            Some(Operand::Imm(v)) => super::operand::int_bits(*v) as u32 + 1,
            _ => 1,
        };
        if used > 16 {
            return Err("barriers are numbered 0 to 15".into());
        }
        self.code.barriers = self.code.barriers.max(used);
        let count = match rest.get(1) {
            Some(o) => Some(self.source(o, T::U32)?),
            None => None,
        };
        let b =
            Barrier { cond: self.guard, id, count, waits: !has(op, W::Arrive), reduce, site: self.site() };
        self.control(Control::Barrier(Box::new(b)));
        Ok(())
    }
}
