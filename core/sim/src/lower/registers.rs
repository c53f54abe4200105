//! Where registers live in a frame.
//!
//! Slots are shared by registers that are not live at the same time, so that a frame stays in the nearest cache: linear
//! scan over intervals of operation indices (Poletto and Sarkar, "Linear Scan Register Allocation", 1999). 32-bit and
//! 64-bit registers come from separate pools, so that two rows are either the same or disjoint. A register with one
//! definition that is constant for a whole launch (a parameter, `%tid`, a literal) gets no slot at all: its uses read the
//! row it would be copied from.

use warplens_ptx::analysis::{Cfg, Liveness};
use warplens_ptx::isa::{Mnemonic, Mod, ScalarType, SpecialReg, Word};
use warplens_ptx::resolve::{AddressBase, Op as PtxOp, Operand, RegId};

use super::code::{gang_row, launch_row};
use super::{Lower, Place};
use crate::exec::ctx::{Ref, Region};

/// Width of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Pred,
    W32,
    W64,
    /// Two 64-bit rows, low half first.
    W128,
}

impl Width {
    pub(crate) fn of(ty: ScalarType) -> Width {
        match ty {
            ScalarType::Pred => Width::Pred,
            t if t.bits() <= 32 => Width::W32,
            t if t.bits() <= 64 => Width::W64,
            _ => Width::W128,
        }
    }

    /// Bytes a chunk.
    pub(crate) fn bytes(self) -> u32 {
        match self {
            Width::Pred => 4,
            Width::W32 => 128,
            Width::W64 => 256,
            Width::W128 => 512,
        }
    }
}

/// Where a register is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RegPlace {
    pub(crate) row: Ref,
    pub(crate) width: Width,
    /// It stands for a constant row: writing it is left out.
    pub(crate) alias: bool,
}

/// The bytes of a frame, one chunk's.
#[derive(Clone, Debug, Default)]
pub(crate) struct FrameLayout {
    end: u32,
}

impl FrameLayout {
    /// Room for a row.
    pub(crate) fn add(&mut self, width: Width) -> Ref {
        let bytes = width.bytes();
        let at = self.end.next_multiple_of(bytes.min(64));
        self.end = at + bytes;
        Ref { off: at, aux: 0, region: Region::Frame }
    }

    /// Size, an odd number of cache lines so that chunks do not fall on the same cache sets.
    pub(crate) fn bytes(&self) -> u32 {
        let lines = self.end.div_ceil(64).max(1);
        (lines | 1) * 64
    }
}

pub(super) fn frame_ref(r: Ref, plus: u32) -> Ref {
    Ref { off: r.off + plus, ..r }
}

impl Lower<'_> {
    /// Decides where every register of the body lives.
    pub(super) fn place_registers(&mut self, cfg: &Cfg, liveness: &Liveness) {
        let n = self.body.regs.len();
        let blank = RegPlace { row: Ref::NONE, width: Width::W32, alias: false };
        self.regs = vec![blank; n];
        for (i, r) in self.body.regs.iter().enumerate() {
            self.regs[i].width = Width::of(r.ty);
        }
        self.find_aliases(liveness);
        self.fold_addresses(cfg, liveness);
        let mut spans = vec![(u32::MAX, 0u32); n];
        let mut touch = |r: usize, at: u32| {
            spans[r].0 = spans[r].0.min(at);
            spans[r].1 = spans[r].1.max(at);
        };
        for (b, block) in cfg.blocks.iter().enumerate() {
            for r in liveness.live_in[b].iter() {
                touch(r, block.ops.start);
            }
            for r in liveness.live_out[b].iter() {
                touch(r, block.ops.end.saturating_sub(1));
            }
            for i in block.ops.clone() {
                if let Some(e) = liveness.effects(warplens_ptx::resolve::OpIx(i)) {
                    for r in e.reads.iter().chain(&e.writes) {
                        touch(r.index(), i);
                    }
                }
            }
        }
        // An index lives as long as the addresses that are made from it when they are used.
        for &(index, address) in self.addresses.stand_ins() {
            let (start, end) = spans[address.index()];
            let s = &mut spans[index.index()];
            *s = (s.0.min(start), s.1.max(end));
        }
        let mut order: Vec<usize> = (0..n)
            .filter(|&r| spans[r].0 != u32::MAX && !self.regs[r].alias && !self.addresses.vanished(r))
            .collect();
        order.sort_by_key(|&r| (spans[r].0, r));
        let parameters: Vec<usize> = self.body.reg_params.iter().map(|(_, r)| r.index()).collect();
        let mut active: Vec<(u32, Width, Ref)> = Vec::new();
        let mut free: Vec<(Width, Ref)> = Vec::new();
        for r in order {
            let (start, end) = spans[r];
            let reg = &self.body.regs[r];
            let width = self.regs[r].width;
            if reg.vector > 1 || self.input.keep_registers || parameters.contains(&r) {
                let row = self.frame.add(width);
                for _ in 1..reg.vector {
                    self.frame.add(width);
                }
                self.regs[r].row = row;
                continue;
            }
            // A slot is free again only after the operation that reads it last: multi-step operations may write their
            // destination before they have read every source.
            active.retain(|&(until, w, row)| {
                let keep = until >= start;
                if !keep {
                    free.push((w, row));
                }
                keep
            });
            let row = match free.iter().rposition(|&(w, _)| w == width) {
                Some(k) => free.swap_remove(k).1,
                None => self.frame.add(width),
            };
            active.push((end, width, row));
            self.regs[r].row = row;
        }
        // Registers that are read but never written, and unused ones, still need a place.
        for r in 0..n {
            if self.regs[r].row == Ref::NONE && !self.regs[r].alias {
                self.regs[r].row = self.frame.add(self.regs[r].width);
            }
        }
    }

    /// Registers that stand for rows which are constant during a launch.
    fn find_aliases(&mut self, liveness: &Liveness) {
        if self.input.keep_registers {
            return;
        }
        let n = self.body.regs.len();
        let mut definitions = vec![0u32; n];
        for i in 0..self.body.ops.len() {
            if let Some(e) = liveness.effects(warplens_ptx::resolve::OpIx(i as u32)) {
                for w in &e.writes {
                    definitions[w.index()] += 1;
                }
            }
        }
        for (_, r) in &self.body.reg_params {
            definitions[r.index()] += 2;
        }
        // In text order a definition that dominates its uses comes first; others are found by the second pass.
        for _ in 0..2 {
            for op in &self.body.ops {
                let Some(Operand::Reg(dst)) = op.operands.first() else { continue };
                if op.guard.is_some() || definitions[dst.index()] != 1 || self.regs[dst.index()].alias {
                    continue;
                }
                if let Some(row) = self.constant_row(op, *dst) {
                    self.regs[dst.index()].row = row;
                    self.regs[dst.index()].alias = true;
                }
            }
        }
    }

    /// The launch-constant row an operation copies, if that is all it does.
    fn constant_row(&mut self, op: &PtxOp, dst: RegId) -> Option<Ref> {
        let width = self.regs[dst.index()].width;
        if width == Width::Pred || width == Width::W128 || self.body.regs[dst.index()].vector > 1 {
            return None;
        }
        let same = |lower: &Self, r: &RegId| {
            let p = &lower.regs[r.index()];
            (p.alias && p.width == width).then_some(p.row)
        };
        let ty = op.mods.iter().find_map(|m| match m {
            Mod::Type(t) => Some(*t),
            _ => None,
        });
        match (op.mnemonic, op.operands.as_slice()) {
            (Mnemonic::Mov, [_, source]) => match source {
                Operand::Reg(r) => same(self, r),
                Operand::Special(s, k) if ty.is_some_and(|t| Width::of(t) == width) => {
                    special_row(*s, *k, width == Width::W64)
                }
                Operand::Imm(_) | Operand::VarAddress(..) => {
                    let ty = ty.filter(|t| Width::of(*t) == width)?;
                    if let Operand::VarAddress(v, _) = source
                        && (matches!(self.input.places[v.index()], Place::Nowhere)
                            || matches!(self.input.places[v.index()], Place::Local(_)) && !self.is_entry)
                    {
                        return None;
                    }
                    self.source(source, ty).ok()
                }
                _ => None,
            },
            (Mnemonic::Cvta, [_, Operand::Reg(r)])
                if op.mods.iter().any(|m| matches!(m, Mod::Word(Word::Global | Word::Const))) =>
            {
                same(self, r)
            }
            (Mnemonic::Ld, [_, Operand::Address(AddressBase::Var(v), offset, _)]) => {
                let Place::Param(base) = self.input.places[v.index()] else { return None };
                if op.mods.iter().any(|m| matches!(m, Mod::Word(Word::V2 | Word::V4 | Word::V8))) {
                    return None;
                }
                let at = u32::try_from(base as i64 + offset).ok()?;
                self.param_row(at, super::memory::mem_type(ty?)?, width == Width::W64)
            }
            _ => None,
        }
    }

    /// A row of the launch region filled from parameter bytes.
    pub(super) fn param_row(
        &mut self,
        offset: u32,
        ty: crate::exec::access::MemType,
        wide: bool,
    ) -> Option<Ref> {
        use super::code::ParamRow;
        let same = |p: &&ParamRow| (p.offset, p.ty, p.wide) == (offset, ty, wide);
        let at = match self.code.param_rows.iter().find(same) {
            Some(p) => p.at,
            None => {
                let at = (launch_row::PARAMS + self.code.param_rows.len() as u32) * launch_row::BYTES;
                self.code.param_rows.push(ParamRow { offset, ty, wide, at });
                at
            }
        };
        Some(Ref { off: at, aux: 0, region: Region::Launch })
    }
}

/// The row of a special register that has one.
pub(super) fn special_row(s: SpecialReg, component: u8, wide: bool) -> Option<Ref> {
    use SpecialReg as S;
    let k = component as u32;
    if k > 2 {
        return None;
    }
    let gang = |row: u32| Some(Ref { off: row * 128, aux: 0, region: Region::Gang });
    let launch = |row: u32| Some(Ref { off: row * launch_row::BYTES, aux: 0, region: Region::Launch });
    if wide {
        return match s {
            S::Gridid => launch(launch_row::GRIDID),
            _ => None,
        };
    }
    match s {
        S::Tid => gang(gang_row::TID + k),
        S::Laneid => gang(gang_row::LANEID),
        S::Warpid => gang(gang_row::WARPID),
        S::LanemaskEq => gang(gang_row::LANEMASK),
        S::LanemaskLe => gang(gang_row::LANEMASK + 1),
        S::LanemaskLt => gang(gang_row::LANEMASK + 2),
        S::LanemaskGe => gang(gang_row::LANEMASK + 3),
        S::LanemaskGt => gang(gang_row::LANEMASK + 4),
        S::Ctaid => launch(launch_row::CTAID + k),
        S::Nctaid => launch(launch_row::NCTAID + k),
        S::Ntid => launch(launch_row::NTID + k),
        S::Gridid => launch(launch_row::GRIDID32),
        S::Smid => launch(launch_row::SMID),
        S::Nsmid => launch(launch_row::NSMID),
        S::Nwarpid => launch(launch_row::NWARPID),
        S::DynamicSmemSize => launch(launch_row::DYNAMIC_SMEM),
        S::TotalSmemSize | S::AggrSmemSize => launch(launch_row::TOTAL_SMEM),
        S::WarpSz => launch(launch_row::WARP_SZ),
        s if (S::Envreg0..=S::Envreg31).contains(&s) => {
            launch(launch_row::ENVREG + s as u32 - S::Envreg0 as u32)
        }
        _ => None,
    }
}
