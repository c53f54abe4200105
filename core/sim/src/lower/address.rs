//! Addresses as the expressions they are: `base + extend(index) * size`.
//!
//! Compilers write `mul.wide.s32 %rd5, %r1, 4; add.s64 %rd6, %rd2, %rd5; ld.global.f32 %f2, [%rd6]`, where `%rd2` is a
//! parameter, the same for the whole launch. Such an access takes the index row itself (half as wide, and shared by all
//! arrays it indexes), and the 64-bit rows are not computed at all when nothing else reads them. Results and counts do not
//! change: the same sum is made where it is used, and instructions are counted by block, not by what was executed.
//!
//! An index must still hold at the access what it held where the address was made. That is so when both have one
//! definition each (the index's dominates the address's, and that the access; were the index defined anew in between, there
//! would be a way to the access around the address's definition), or when all is in one straight run of operations that do
//! not write it.
//!
//! The second part: of several accesses at one address row, in a run of operations that the same lanes execute without
//! others in between, only the first compares the row with its pattern ([`flag::FOLLOWS`]).

use warplens_ptx::analysis::{Cfg, Liveness, effects::effects};
use warplens_ptx::ast::Imm;
use warplens_ptx::isa::{Mnemonic, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{AddressBase, Op as PtxOp, OpIx, Operand, RegId};

use super::Lower;
use super::memory::Address;
use super::registers::Width;
use crate::exec::ctx::{Ref, Region};
use crate::exec::mem::flag;

/// An address that is not looked up in its own row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fold {
    /// One 64-bit value for the launch; the factor is in `aux`.
    base: Ref,
    index: RegId,
    /// `flag::BASED` with how the index is read.
    flags: u16,
}

/// An address row that was compared, and by which access.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Compared {
    row: Ref,
    flags: u16,
    factor: u16,
    size: u32,
    site: u32,
}

/// What is known of a function's addresses.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// By operation.
    folds: Vec<Option<Fold>>,
    dropped: Vec<bool>,
    /// By register.
    vanished: Vec<bool>,
    stand_ins: Vec<(RegId, RegId)>,
    compared: Vec<Compared>,
}

/// Most operations between an address's making and its use, when registers have several definitions.
const RUN: u32 = 64;

impl Addresses {
    pub(super) fn fold(&self, op: u32) -> Option<Fold> {
        self.folds.get(op as usize).copied().flatten()
    }

    /// Must this operation be executed at all?
    pub(super) fn needed(&self, op: u32) -> bool {
        !self.dropped.get(op as usize).is_some_and(|&d| d)
    }

    /// Does nothing write or read this register any more?
    pub(super) fn vanished(&self, reg: usize) -> bool {
        self.vanished.get(reg).is_some_and(|&v| v)
    }

    /// Indices, and the registers at whose uses they are read instead.
    pub(super) fn stand_ins(&self) -> &[(RegId, RegId)] {
        &self.stand_ins
    }

    /// Other code may run before the next operation.
    pub(super) fn forget_all(&mut self) {
        self.compared.clear();
    }
}

/// Definitions by register.
struct Defs<'a> {
    liveness: &'a Liveness,
    /// How many, and the last in the text.
    all: Vec<(u32, u32)>,
    /// First operation of each operation's block.
    block: Vec<u32>,
}

impl Defs<'_> {
    fn once(&self, r: RegId) -> bool {
        self.all[r.index()].0 == 1
    }

    fn writes(&self, op: u32, r: RegId) -> bool {
        self.liveness.effects(OpIx(op)).is_some_and(|e| e.writes.contains(&r))
    }

    /// The operation whose value `r` has at `at`, if there is only one, and it always writes.
    fn reaching(&self, r: RegId, at: u32) -> Option<u32> {
        let found = if self.once(r) {
            self.all[r.index()].1
        } else {
            let first = self.block[at as usize].max(at.saturating_sub(RUN));
            (first..at).rev().find(|&k| self.writes(k, r))?
        };
        self.liveness.effects(OpIx(found))?.kills.then_some(found)
    }

    /// Does `r` still hold at `to` what it held at `from`, where `dest` was made from it?
    fn holds(&self, r: RegId, dest: RegId, from: u32, to: u32) -> bool {
        let one_run = from < to && self.block[from as usize] == self.block[to as usize] && to - from <= RUN;
        r != dest && self.once(r) && self.once(dest) || one_run && (from..to).all(|k| !self.writes(k, r))
    }
}

impl Lower<'_> {
    /// Finds the addresses that can be read as expressions, and what then is not needed any more.
    pub(super) fn fold_addresses(&mut self, cfg: &Cfg, liveness: &Liveness) {
        if self.input.keep_registers {
            return;
        }
        let ops = self.body.ops.len();
        let mut defs = Defs { liveness, all: vec![(0, 0); self.body.regs.len()], block: vec![0; ops] };
        for b in &cfg.blocks {
            b.ops.clone().for_each(|i| defs.block[i as usize] = b.ops.start);
        }
        for i in 0..ops as u32 {
            for w in liveness.effects(OpIx(i)).map_or(&[][..], |e| &e.writes) {
                let d = &mut defs.all[w.index()];
                *d = (d.0 + 1, i);
            }
        }
        for (_, r) in &self.body.reg_params {
            defs.all[r.index()].0 += 2;
        }
        self.addresses.folds = vec![None; ops];
        for i in 0..ops as u32 {
            let op = &self.body.ops[i as usize];
            if let Some(a) = address_register(op)
                && let Some(fold) = self.fold_of(&defs, a, i)
            {
                self.addresses.folds[i as usize] = Some(fold);
            }
        }
        self.drop_unread(&defs);
    }

    /// The expression of address register `a` at operation `at`.
    fn fold_of(&mut self, defs: &Defs<'_>, a: RegId, at: u32) -> Option<Fold> {
        let body = self.body;
        let made = defs.reaching(a, at)?;
        let op = &body.ops[made as usize];
        if (op.mnemonic, op.operands.len()) != (Mnemonic::Add, 3) || !is_64_bit_integer(&op.mods) {
            return None;
        }
        let (base, other) =
            match (self.launch_constant(&op.operands[1]), self.launch_constant(&op.operands[2])) {
                (Some(base), _) => (base, &op.operands[2]),
                (_, Some(base)) => (base, &op.operands[1]),
                _ => return None,
            };
        let Operand::Reg(x) = other else { return None };
        let plain = |r: &RegId, w| self.regs[r.index()].width == w && body.regs[r.index()].vector <= 1;
        if !plain(x, Width::W64) || self.regs[a.index()].alias {
            return None;
        }
        let lives =
            |r: RegId, dest: RegId, from, to| self.regs[r.index()].alias || defs.holds(r, dest, from, to);
        // The product, when it is one of a narrow index.
        if let Some(product) = defs.reaching(*x, made)
            && let Some((index, factor, signed)) = narrow_product(&body.ops[product as usize])
            && plain(&index, Width::W32)
            && lives(index, *x, product, made)
            && lives(index, a, made, at)
        {
            let flags = flag::BASED | if signed { flag::SIGNED } else { 0 };
            self.addresses.stand_ins.extend([(index, *x), (index, a)]);
            return Some(Fold { base: Ref { aux: factor, ..base }, index, flags });
        }
        if !lives(*x, a, made, at) {
            return None;
        }
        self.addresses.stand_ins.push((*x, a));
        Some(Fold { base: Ref { aux: 1, ..base }, index: *x, flags: flag::BASED | flag::WIDE })
    }

    /// The row of a 64-bit operand that is one value for all threads of a launch.
    fn launch_constant(&mut self, o: &Operand) -> Option<Ref> {
        match o {
            Operand::Reg(r) => {
                let p = &self.regs[r.index()];
                let one = p.alias && p.width == Width::W64;
                (one && matches!(p.row.region, Region::Launch | Region::Const)).then_some(p.row)
            }
            Operand::Imm(Imm::Int(_) | Imm::UInt(_)) => self.source(o, T::S64).ok(),
            _ => None,
        }
    }

    /// Drops the operations whose results only folded addresses read.
    fn drop_unread(&mut self, defs: &Defs<'_>) {
        let body = self.body;
        let mut reads = vec![0u32; body.regs.len()];
        let count = |reads: &mut [u32], i: usize, down: bool| {
            for r in defs.liveness.effects(OpIx(i as u32)).map_or(&[][..], |e| &e.reads) {
                let n = &mut reads[r.index()];
                *n = if down { *n - 1 } else { *n + 1 };
            }
        };
        (0..body.ops.len()).for_each(|i| count(&mut reads, i, false));
        let mut queue = Vec::new();
        for (i, fold) in self.addresses.folds.iter().enumerate() {
            if let (Some(fold), Some(a)) = (fold, address_register(&body.ops[i])) {
                reads[a.index()] -= 1;
                reads[fold.index.index()] += 1;
                queue.push(a);
            }
        }
        self.addresses.dropped = vec![false; body.ops.len()];
        self.addresses.vanished = vec![false; body.regs.len()];
        while let Some(r) = queue.pop() {
            let (n, at) = defs.all[r.index()];
            let op = &body.ops[at as usize];
            let only_makes_it = matches!(op.operands.first(), Some(Operand::Reg(d)) if *d == r);
            // No carry, no trap.
            let pure = match op.mnemonic {
                Mnemonic::Add => is_64_bit_integer(&op.mods),
                _ => narrow_product(op).is_some(),
            };
            let done = self.addresses.dropped[at as usize] || self.regs[r.index()].alias;
            if n != 1 || reads[r.index()] != 0 || !only_makes_it || !pure || done || op.guard.is_some() {
                continue;
            }
            self.addresses.dropped[at as usize] = true;
            self.addresses.vanished[r.index()] = true;
            count(&mut reads, at as usize, true);
            queue.extend(defs.liveness.effects(OpIx(at)).map_or(&[][..], |e| &e.reads));
        }
    }

    /// The address of an access that has a fold.
    pub(super) fn folded_address(&self, o: &Operand, fold: Fold) -> Address {
        let imm = if let Operand::Address(_, offset, _) = o { *offset } else { 0 };
        Address { row: self.regs[fold.index.index()].row, imm, flags: fold.flags, base: fold.base }
    }

    /// How many sites ago an access compared the same addresses, if it did; otherwise this one will.
    pub(super) fn same_addresses(&mut self, a: &Address, size: u32) -> Option<u16> {
        if self.guard.is_some() || a.flags & (flag::ABSOLUTE | flag::FRAME) != 0 || self.input.keep_registers
        {
            return None;
        }
        let this = Compared {
            row: Ref { aux: 0, ..a.row },
            // With a base or without: 64-bit rows differ from lane to lane as the addresses do.
            flags: if a.flags & flag::WIDE != 0 { flag::WIDE } else { a.flags },
            factor: if a.flags & flag::BASED != 0 { a.base.aux } else { 1 },
            size,
            site: self.site(),
        };
        let same = |c: &&Compared| Compared { site: this.site, ..**c } == this;
        match self.addresses.compared.iter().find(same) {
            Some(c) => u16::try_from(this.site - c.site).ok(),
            None => {
                self.addresses.compared.push(this);
                None
            }
        }
    }

    /// After an operation: rows it wrote hold other addresses now.
    pub(super) fn forget_addresses(&mut self, op: &PtxOp) {
        if self.addresses.compared.is_empty() {
            return;
        }
        for w in effects(op).writes {
            let p = self.regs[w.index()];
            if self.body.regs[w.index()].vector > 1 || p.width == Width::W128 {
                return self.addresses.forget_all();
            }
            self.addresses.compared.retain(|c| c.row != Ref { aux: 0, ..p.row });
        }
    }
}

/// The register an access takes its address from, if it may be folded.
fn address_register(op: &PtxOp) -> Option<RegId> {
    let elsewhere = |m: &Mod| matches!(m, Mod::Word(W::Param | W::ParamEntry | W::ParamFunc | W::Local));
    let at = match op.mnemonic {
        Mnemonic::Ld | Mnemonic::Ldu => 1,
        Mnemonic::St => 0,
        _ => return None,
    };
    match op.operands.get(at) {
        Some(Operand::Address(AddressBase::Reg(r), _, extra))
            if extra.is_empty() && !op.mods.iter().any(elsewhere) =>
        {
            Some(*r)
        }
        _ => None,
    }
}

fn is_64_bit_integer(mods: &[Mod]) -> bool {
    matches!(mods, [Mod::Type(T::S64 | T::U64 | T::B64)])
}

/// A 32-bit index times a small constant in 64 bits: index, factor, signed.
fn narrow_product(op: &PtxOp) -> Option<(RegId, u16, bool)> {
    match (op.mnemonic, op.mods.as_slice(), op.operands.as_slice()) {
        (
            Mnemonic::Mul,
            [Mod::Word(W::Wide), Mod::Type(ty @ (T::S32 | T::U32))],
            [_, Operand::Reg(r), Operand::Imm(v @ (Imm::Int(_) | Imm::UInt(_)))],
        ) => {
            let factor = u16::try_from(super::operand::int_bits(*v)).ok()?;
            Some((*r, factor, *ty == T::S32))
        }
        (Mnemonic::Cvt, [Mod::Type(T::S64), Mod::Type(T::S32)], [_, Operand::Reg(r)]) => Some((*r, 1, true)),
        (Mnemonic::Cvt, [Mod::Type(T::U64), Mod::Type(T::U32)], [_, Operand::Reg(r)]) => Some((*r, 1, false)),
        _ => None,
    }
}
