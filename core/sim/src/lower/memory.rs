//! Loads, stores, atomics and address-space conversions.

use warplens_ptx::isa::{Mnemonic, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{AddressBase, Op as PtxOp, Operand};

use super::operand::{LOCAL_START, dynamic_shared};
use super::registers::{Width, frame_ref};
use super::{Lower, Place};
use crate::exec::access::{self, MemType};
use crate::exec::ctx::{Ref, Region};
use crate::exec::mem::{Target, flag};
use crate::exec::{pred, row};
use crate::memory::{CODE_WINDOW, LOCAL_WINDOW, PARAM_WINDOW, SHARED_WINDOW, WINDOW_SIZE};

/// How memory of a type is read; 128-bit values go as two of 64.
pub(super) fn mem_type(ty: T) -> Option<MemType> {
    Some(match ty {
        T::U8 | T::B8 => MemType::U8,
        T::S8 => MemType::S8,
        T::S16 => MemType::S16,
        T::S32 => MemType::S32,
        t if t.bits() == 8 => MemType::U8,
        t if t.bits() == 16 => MemType::U16,
        t if t.bits() == 32 => MemType::U32,
        t if t.bits() == 64 || t.bits() == 128 => MemType::U64,
        _ => return None,
    })
}

/// An address operand: row, byte offset, flags.
pub(super) struct Address {
    pub(super) row: Ref,
    pub(super) imm: i64,
    pub(super) flags: u16,
    /// With `flag::BASED`, the base's row and in `aux` the factor.
    pub(super) base: Ref,
}

/// The state space an instruction names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Global,
    Shared,
    Local,
    Param,
    Generic,
}

fn space(op: &PtxOp) -> Named {
    for m in &op.mods {
        return match m {
            Mod::Word(W::Global | W::Const) => Named::Global,
            Mod::Word(W::Shared | W::SharedCta | W::SharedCluster) => Named::Shared,
            Mod::Word(W::Local) => Named::Local,
            Mod::Word(W::Param | W::ParamEntry | W::ParamFunc) => Named::Param,
            _ => continue,
        };
    }
    Named::Generic
}

fn has(op: &PtxOp, w: W) -> bool {
    op.mods.contains(&Mod::Word(w))
}

fn element(op: &PtxOp) -> Result<T, String> {
    op.mods
        .iter()
        .rev()
        .find_map(|m| match m {
            Mod::Type(t) => Some(*t),
            _ => None,
        })
        .ok_or_else(|| "the instruction has no type".to_owned())
}

impl Lower<'_> {
    /// All instructions about memory.
    pub(super) fn memory(&mut self, op: &PtxOp) -> Result<(), String> {
        match op.mnemonic {
            Mnemonic::Ld | Mnemonic::Ldu => self.load_store(op, false),
            Mnemonic::St => self.load_store(op, true),
            Mnemonic::Atom | Mnemonic::Red => self.atomic(op),
            Mnemonic::Cvta => self.convert_address(op),
            Mnemonic::Isspacep => self.is_space(op),
            Mnemonic::Cp => self.copy_async(op),
            Mnemonic::Createpolicy => {
                let dst = op.operands.first().ok_or("an operand is missing")?.clone();
                let zero = self.pool.value(true, 0);
                let isa = self.input.isa;
                self.with_destination(&dst, T::U64, |l, d| {
                    l.emit(row::un(isa, |a: u64| a), d, [zero, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                    Ok(())
                })
            }
            // Caches change no result: prefetch, discard and priorities are hints.
            _ => Ok(()),
        }
    }

    pub(super) fn address(&mut self, o: &Operand) -> Result<Address, String> {
        let Operand::Address(base, offset, extra) = o else { return Err("an address is expected".into()) };
        if !extra.is_empty() {
            return Err("texture and tensor addresses are not supported".into());
        }
        let plain = |row, flags| Ok(Address { row, imm: *offset, flags, base: Ref::NONE });
        match base {
            AddressBase::Reg(r) => {
                let (row, width) = self.register_row(*r);
                match width {
                    Width::W32 => plain(row, 0),
                    Width::W64 => plain(row, flag::WIDE),
                    _ => Err("an address must be a 32- or 64-bit register".into()),
                }
            }
            AddressBase::None => plain(Ref::NONE, flag::ABSOLUTE),
            AddressBase::Var(v) => {
                let at = |base: u64, flags| {
                    let imm = (base as i64).wrapping_add(*offset);
                    Ok(Address { row: Ref::NONE, imm, flags, base: Ref::NONE })
                };
                match self.input.places[v.index()].clone() {
                    Place::Global(base) => at(base, flag::ABSOLUTE),
                    Place::Extern(name) => {
                        let row = self.pool.symbol(true, &name, 0);
                        plain(row, flag::WIDE)
                    }
                    Place::Shared(base) => at(base as u64, flag::ABSOLUTE),
                    Place::SharedDynamic => plain(dynamic_shared(false), 0),
                    Place::Local(base) if self.is_entry => at((base + LOCAL_START) as u64, flag::ABSOLUTE),
                    Place::Local(base) => at(base as u64, flag::ABSOLUTE | flag::FRAME),
                    Place::Param(base) => at(base as u64, flag::ABSOLUTE),
                    Place::Nowhere => Err("this variable has no address the device can give".into()),
                }
            }
        }
    }

    pub(super) fn target(&self, op: &PtxOp, address: &Operand) -> Target {
        let var_space = |v: &warplens_ptx::resolve::VarId| match self.input.places[v.index()] {
            Place::Shared(_) | Place::SharedDynamic => Target::Shared,
            Place::Local(_) => Target::Local,
            _ => Target::Global,
        };
        match space(op) {
            Named::Global => Target::Global,
            Named::Shared => Target::Shared,
            Named::Local => Target::Local,
            Named::Param => Target::Local,
            Named::Generic => match address {
                Operand::Address(AddressBase::Var(v), ..) => var_space(v),
                _ => Target::Generic,
            },
        }
    }

    /// Rows of the data operand(s) and whether they are 64-bit.
    pub(super) fn data_rows(&mut self, o: &Operand, ty: T, store: bool) -> Result<(Vec<Ref>, bool), String> {
        let items = match o {
            Operand::Vector(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        if ty.bits() == 128 {
            let mut rows = Vec::new();
            for i in items {
                let Operand::Reg(r) = i else { return Err("a 128-bit register is expected".into()) };
                let (row, width) = self.register_row(*r);
                if width != Width::W128 {
                    return Err("a 128-bit register is expected".into());
                }
                rows.extend([row, frame_ref(row, 256)]);
            }
            return Ok((rows, true));
        }
        let width = |l: &Self, i: &Operand| match i {
            Operand::Reg(r) | Operand::RegComponent(r, _) => Some(l.register_row(*r).1),
            _ => None,
        };
        if let [Operand::Reg(r)] = items
            && self.body.regs[r.index()].vector > 1
        {
            let (row, w) = self.register_row(*r);
            let n = self.body.regs[r.index()].vector as u32;
            return Ok(((0..n).map(|k| frame_ref(row, k * w.bytes())).collect(), w == Width::W64));
        }
        let wide = match items.iter().find_map(|i| width(self, i)) {
            Some(w) => w == Width::W64,
            None => ty.bits() == 64,
        };
        let as_type = if wide { T::B64 } else { T::B32 };
        let mut rows = Vec::new();
        for i in items {
            if width(self, i)
                .is_some_and(|w| (w == Width::W64) != wide || matches!(w, Width::Pred | Width::W128))
            {
                return Err("the registers of a vector must have one size".into());
            }
            rows.push(match i {
                Operand::Sink if !store => self.frame.add(if wide { Width::W64 } else { Width::W32 }),
                Operand::Imm(v) => self.pool.value(wide, super::operand::imm_bits(*v, ty)),
                other => self.source(other, as_type)?,
            });
        }
        Ok((rows, wide))
    }

    fn load_store(&mut self, op: &PtxOp, store: bool) -> Result<(), String> {
        let ty = element(op)?;
        let mem = mem_type(ty).ok_or("this type is not supported in memory")?;
        let (data, address) = match (op.operands.as_slice(), store) {
            ([d, a, ..], false) | ([a, d, ..], true) => (d.clone(), a.clone()),
            _ => return Err("an operand is missing".into()),
        };
        let (rows, wide) = self.data_rows(&data, ty, store)?;
        // Parameters of a kernel are rows already, unless the offset is computed.
        if space(op) == Named::Param
            && self.is_entry
            && !matches!(&address, Operand::Address(AddressBase::Var(v), ..) if matches!(self.input.places[v.index()], Place::Local(_)))
        {
            if store {
                return Err("kernel parameters cannot be stored to".into());
            }
            return self.load_kernel_param(&address, &rows, mem, wide);
        }
        let target = self.target(op, &address);
        let a = match self.addresses.fold(self.op) {
            Some(fold) => self.folded_address(&address, fold),
            None => self.address(&address)?,
        };
        let run = if store {
            access::store(self.input.isa, mem, wide, target)
        } else {
            access::load(self.input.isa, mem, wide, target)
        };
        let sync = has(op, W::Volatile) || has(op, W::Acquire) || has(op, W::Relaxed);
        let mut flags = if sync && !store { flag::SYNC } else { 0 };
        if has(op, W::Const) {
            flags |= flag::CONSTANT;
        }
        let size = mem.bytes() * rows.len() as u32;
        let leader = if target == Target::Local { None } else { self.same_addresses(&a, size) };
        self.emit_access(run, &a, &rows, flags, leader)
    }

    /// What a memory operation of one element keeps in `Op::d`; for addresses that are not folded.
    pub(super) fn access_site(&self, a: &Address) -> Ref {
        Ref { off: self.site(), aux: a.flags | 1 << 8, region: Region::Const }
    }

    pub(super) fn emit_access(
        &mut self,
        run: crate::exec::ctx::Handler,
        a: &Address,
        rows: &[Ref],
        flags: u16,
        leader: Option<u16>,
    ) -> Result<(), String> {
        let len = rows.len();
        let mut c = Ref::NONE;
        if len > 1 {
            if len > 8 {
                return Err("vectors have at most 8 elements".into());
            }
            c.off = self.code.vectors.len() as u32;
            let mut list = [Ref::NONE; 8];
            list[..len].copy_from_slice(rows);
            self.code.vectors.push(list);
        }
        let mut d = Ref { off: self.site(), aux: a.flags | flags | (len as u16) << 8, region: Region::Const };
        if let Some(back) = leader {
            (c.aux, d.aux) = (back, d.aux | flag::FOLLOWS);
        }
        let first = rows.first().copied().unwrap_or(Ref::NONE);
        self.emit(run, first, [a.row, a.base, c, d], a.imm as u64);
        Ok(())
    }

    fn load_kernel_param(
        &mut self,
        address: &Operand,
        rows: &[Ref],
        mem: MemType,
        wide: bool,
    ) -> Result<(), String> {
        if let Operand::Address(AddressBase::Var(v), offset, _) = address
            && let Place::Param(base) = self.input.places[v.index()]
        {
            let isa = self.input.isa;
            for (k, &row) in rows.iter().enumerate() {
                let at = base as i64 + offset + k as i64 * mem.bytes() as i64;
                let at = u32::try_from(at).map_err(|_| "the parameter offset is out of range")?;
                let from = self.param_row(at, mem, wide).ok_or("the parameter cannot be read")?;
                let copy = if wide { row::un(isa, |a: u64| a) } else { row::un(isa, |a: u32| a) };
                self.emit(copy, row, [from, Ref::NONE, Ref::NONE, Ref::NONE], 0);
            }
            return Ok(());
        }
        let a = self.address(address)?;
        self.emit_access(access::load_entry_param(mem, wide), &a, rows, 0, None)
    }

    fn convert_address(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, source, ..] = op.operands.as_slice() else { return Err("an operand is missing".into()) };
        if element(op)?.bits() != 64 {
            return Err("32-bit generic addresses are not supported".into());
        }
        let window = match space(op) {
            Named::Shared => SHARED_WINDOW,
            Named::Local => LOCAL_WINDOW,
            Named::Param => PARAM_WINDOW,
            Named::Global | Named::Generic => 0,
        };
        let by = if has(op, W::To) { window.wrapping_neg() } else { window };
        let a = self.source(source, T::U64)?;
        let b = self.pool.value(true, by);
        let isa = self.input.isa;
        self.with_destination(dst, T::U64, |l, d| {
            l.emit(row::bin(isa, |a: u64, b: u64| a.wrapping_add(b)), d, [a, b, Ref::NONE, Ref::NONE], 0);
            Ok(())
        })
    }

    fn is_space(&mut self, op: &PtxOp) -> Result<(), String> {
        let [Operand::Reg(p), source, ..] = op.operands.as_slice() else {
            return Err("a predicate and an address are expected".into());
        };
        let a = self.source(source, T::U64)?;
        let dst = self.pred_of(*p);
        let isa = self.input.isa;
        let run = match space(op) {
            Named::Shared => pred::test(isa, |a: u64| a.wrapping_sub(SHARED_WINDOW) < WINDOW_SIZE),
            Named::Local => pred::test(isa, |a: u64| a.wrapping_sub(LOCAL_WINDOW) < WINDOW_SIZE),
            Named::Param => pred::test(isa, |a: u64| a.wrapping_sub(PARAM_WINDOW) < WINDOW_SIZE),
            _ => pred::test(isa, |a: u64| {
                a.wrapping_sub(SHARED_WINDOW) >= CODE_WINDOW + WINDOW_SIZE - SHARED_WINDOW
            }),
        };
        self.emit(run, dst, [a, Ref::NONE, Ref::NONE, Ref::NONE], 0);
        Ok(())
    }

    /// `cp.async` carried out at once: the copy is complete before the instruction ends, which every wait allows.
    fn copy_async(&mut self, op: &PtxOp) -> Result<(), String> {
        if has(op, W::MbarrierWord) && !has(op, W::Bulk) {
            return self.mbarrier(op);
        }
        if has(op, W::Bulk) || has(op, W::MbarrierWord) {
            return Err(self.not_there(op));
        }
        if op.operands.len() < 3 {
            return Ok(()); // commit_group, wait_group, wait_all
        }
        let Operand::Imm(v) = op.operands[2] else { return Err("the size must be a constant".into()) };
        let bytes = super::operand::int_bits(v);
        if !matches!(bytes, 4 | 8 | 16) {
            return Err("cp.async copies 4, 8 or 16 bytes".into());
        }
        let to = self.address(&op.operands[0])?;
        let from = self.address(&op.operands[1])?;
        let rows: Vec<Ref> = (0..bytes / 4).map(|_| self.frame.add(Width::W32)).collect();
        let isa = self.input.isa;
        // With `.L2::cache_hint` the last operand is a policy.
        let given = op.operands.len() - has(op, W::L2CacheHint) as usize;
        match op.operands.get(3).filter(|_| given > 3) {
            None => {
                let load = access::load(isa, MemType::U32, false, Target::Global);
                self.emit_access(load, &from, &rows, 0, None)?;
            }
            Some(Operand::Imm(v)) if super::operand::int_bits(*v) == bytes => {
                let load = access::load(isa, MemType::U32, false, Target::Global);
                self.emit_access(load, &from, &rows, 0, None)?;
            }
            Some(Operand::Reg(r)) if self.reg_type(*r) == T::Pred => return Err(self.not_there(op)),
            Some(size) => {
                let size = self.source(size, T::U32)?;
                self.load_prefix(&from, &rows, size)?;
            }
        }
        self.emit_access(access::store(isa, MemType::U32, false, Target::Shared), &to, &rows, 0, None)
    }

    /// Loads the first `size` bytes into `rows` and zeros the rest: whole in one access where the size is full, word by
    /// word where it is not.
    fn load_prefix(&mut self, from: &Address, rows: &[Ref], size: Ref) -> Result<(), String> {
        const N: Ref = Ref::NONE;
        let isa = self.input.isa;
        let load = access::load(isa, MemType::U32, false, Target::Global);
        let zero = self.pool.value(false, 0);
        for &r in rows {
            self.emit(row::un(isa, |a: u32| a), r, [zero, N, N, N], 0);
        }
        let own = self.guard;
        // Conditions are computed for all lanes, and false where the instruction's own guard is.
        let narrowed = |l: &mut Self, run, b| {
            let p = l.frame.add(Width::Pred);
            l.guard = None;
            let (c, how) = match own {
                Some(g) => (g.pred, pred::Combine::And as u64 | if g.flip != 0 { pred::NEGATE_C } else { 0 }),
                None => (N, 0),
            };
            l.emit(run, p, [size, b, c, N], how);
            l.guard = Some(super::code::Cond { pred: p, flip: 0 });
        };
        let full = self.pool.value(false, rows.len() as u64 * 4);
        narrowed(self, pred::cmp(isa, |size: u32, full: u32| size >= full), full);
        self.emit_access(load, from, rows, 0, None)?;
        for (k, &r) in rows.iter().enumerate() {
            // Bytes before this word, and all bytes: a word of a copy that is not whole.
            let bounds = self.pool.value(false, (k as u64 * 4) | ((rows.len() as u64 * 4) << 16));
            let part = pred::cmp(isa, |size: u32, b: u32| size > b & 0xffff && size < b >> 16);
            narrowed(self, part, bounds);
            let at = Address { imm: from.imm + 4 * k as i64, ..*from };
            self.emit_access(load, &at, &[r], 0, None)?;
            let cut =
                row::bin(isa, |v: u32, left: u32| if left >= 4 { v } else { v & ((1 << (8 * left)) - 1) });
            let left = self.frame.add(Width::W32);
            let before = self.pool.value(false, k as u64 * 4);
            self.emit(row::bin(isa, |a: u32, b: u32| a.wrapping_sub(b)), left, [size, before, N, N], 0);
            self.emit(cut, r, [r, left, N, N], 0);
        }
        self.guard = own;
        Ok(())
    }

    fn atomic(&mut self, op: &PtxOp) -> Result<(), String> {
        let ty = element(op)?;
        let returns = op.mnemonic == Mnemonic::Atom;
        let (dst, rest) = match (returns, op.operands.as_slice()) {
            (true, [d, rest @ ..]) => (d.clone(), rest),
            (_, rest) => (Operand::Sink, rest),
        };
        let address = rest.first().ok_or("an operand is missing")?;
        let target = self.target(op, address);
        let run = super::memory::atomics::pick(op, ty, target).ok_or_else(|| self.not_there(op))?;
        let a = self.address(address)?;
        let value = rest.get(1).ok_or("an operand is missing")?;
        if has(op, W::V2) || has(op, W::V4) || has(op, W::V8) {
            return self.atomic_vector(run, ty, &dst, &a, value);
        }
        let b = self.source(value, ty)?;
        let c = match rest.get(2) {
            Some(o) if has(op, W::Cas) => self.source(o, ty)?,
            _ => b,
        };
        let d = self.access_site(&a);
        if matches!(dst, Operand::Sink) {
            self.emit(run, Ref::NONE, [a.row, b, c, d], a.imm as u64);
            return Ok(());
        }
        self.with_destination(&dst, ty, |l, dst| {
            l.emit(run, dst, [a.row, b, c, d], a.imm as u64);
            Ok(())
        })
    }

    /// A vector atomic: each element is atomic by itself, as the manual says, and counts as an access of its own.
    fn atomic_vector(
        &mut self,
        run: crate::exec::ctx::Handler,
        ty: T,
        dst: &Operand,
        a: &Address,
        value: &Operand,
    ) -> Result<(), String> {
        let Operand::Vector(values) = value else { return Err("a vector is expected".into()) };
        let b: Vec<Ref> = values.iter().map(|v| self.source(v, ty)).collect::<Result<_, _>>()?;
        let d = self.access_site(a);
        let mut old = Vec::new();
        for (k, &b) in b.iter().enumerate() {
            let at = a.imm + k as i64 * ty.bytes() as i64;
            let to = match dst {
                Operand::Vector(_) => self.frame.add(Width::of(ty)),
                _ => Ref::NONE,
            };
            self.emit(run, to, [a.row, b, b, d], at as u64);
            old.push(to);
        }
        let Operand::Vector(results) = dst else { return Ok(()) };
        let isa = self.input.isa;
        for (r, old) in results.iter().zip(old) {
            self.with_destination(r, ty, |l, d| {
                let copy = if ty.bits() == 64 { row::un(isa, |a: u64| a) } else { row::un(isa, |a: u32| a) };
                l.emit(copy, d, [old, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                Ok(())
            })?;
        }
        Ok(())
    }
}

pub(super) mod atomics {
    //! The operations of `atom` and `red`, by operator and type.

    use super::{T, Target, W, access::atomic, has};
    use crate::arith::float::MinMax;
    use crate::arith::half::{HalfMods, bf16, f16};
    use crate::exec::ctx::Handler;
    use warplens_ptx::resolve::Op as PtxOp;

    const PLAIN: HalfMods = HalfMods::NONE;
    const FIRST: MinMax = MinMax { ftz: false, nan: false, xorsign_abs: false };

    pub(in crate::lower) fn pick(op: &PtxOp, ty: T, t: Target) -> Option<Handler> {
        let is = |w| has(op, w);
        if is(W::Async) {
            return None;
        }
        Some(match ty {
            _ if is(W::Exch) => match ty.bits() {
                32 => atomic(t, |_: u32, b: u32, _: u32| b),
                64 => atomic(t, |_: u64, b: u64, _: u64| b),
                _ => return None,
            },
            _ if is(W::Cas) => match ty.bits() {
                16 => atomic(t, |o: u16, b: u16, c: u16| if o == b { c } else { o }),
                32 => atomic(t, |o: u32, b: u32, c: u32| if o == b { c } else { o }),
                64 => atomic(t, |o: u64, b: u64, c: u64| if o == b { c } else { o }),
                _ => return None,
            },
            T::F16 if is(W::Add) => atomic(t, |o: u16, b: u16, _: u16| f16::add(PLAIN, o, b)),
            T::F16 if is(W::Min) => atomic(t, |o: u16, b: u16, _: u16| f16::min(FIRST, o, b)),
            T::F16 if is(W::Max) => atomic(t, |o: u16, b: u16, _: u16| f16::max(FIRST, o, b)),
            T::Bf16 if is(W::Add) => atomic(t, |o: u16, b: u16, _: u16| bf16::add(PLAIN, o, b)),
            T::Bf16 if is(W::Min) => atomic(t, |o: u16, b: u16, _: u16| bf16::min(FIRST, o, b)),
            T::Bf16 if is(W::Max) => atomic(t, |o: u16, b: u16, _: u16| bf16::max(FIRST, o, b)),
            T::F16x2 if is(W::Add) => atomic(t, |o: u32, b: u32, _: u32| f16::add_x2(PLAIN, o, b)),
            T::F16x2 if is(W::Min) => atomic(t, |o: u32, b: u32, _: u32| f16::min_x2(FIRST, o, b)),
            T::F16x2 if is(W::Max) => atomic(t, |o: u32, b: u32, _: u32| f16::max_x2(FIRST, o, b)),
            T::Bf16x2 if is(W::Add) => atomic(t, |o: u32, b: u32, _: u32| bf16::add_x2(PLAIN, o, b)),
            T::Bf16x2 if is(W::Min) => atomic(t, |o: u32, b: u32, _: u32| bf16::min_x2(FIRST, o, b)),
            T::Bf16x2 if is(W::Max) => atomic(t, |o: u32, b: u32, _: u32| bf16::max_x2(FIRST, o, b)),
            T::F32 if is(W::Add) => atomic(t, |o: f32, b: f32, _: f32| o + b),
            T::F64 if is(W::Add) => atomic(t, |o: f64, b: f64, _: f64| o + b),
            T::U32 | T::S32 if is(W::Add) => atomic(t, |o: u32, b: u32, _: u32| o.wrapping_add(b)),
            T::U64 | T::S64 if is(W::Add) => atomic(t, |o: u64, b: u64, _: u64| o.wrapping_add(b)),
            T::U32 if is(W::Inc) => atomic(t, |o: u32, b: u32, _: u32| if o >= b { 0 } else { o + 1 }),
            T::U32 if is(W::Dec) => {
                atomic(t, |o: u32, b: u32, _: u32| if o == 0 || o > b { b } else { o - 1 })
            }
            T::U32 if is(W::Min) => atomic(t, |o: u32, b: u32, _: u32| o.min(b)),
            T::U32 if is(W::Max) => atomic(t, |o: u32, b: u32, _: u32| o.max(b)),
            T::S32 if is(W::Min) => atomic(t, |o: i32, b: i32, _: i32| o.min(b)),
            T::S32 if is(W::Max) => atomic(t, |o: i32, b: i32, _: i32| o.max(b)),
            T::U64 if is(W::Min) => atomic(t, |o: u64, b: u64, _: u64| o.min(b)),
            T::U64 if is(W::Max) => atomic(t, |o: u64, b: u64, _: u64| o.max(b)),
            T::S64 if is(W::Min) => atomic(t, |o: i64, b: i64, _: i64| o.min(b)),
            T::S64 if is(W::Max) => atomic(t, |o: i64, b: i64, _: i64| o.max(b)),
            T::B32 if is(W::And) => atomic(t, |o: u32, b: u32, _: u32| o & b),
            T::B32 if is(W::Or) => atomic(t, |o: u32, b: u32, _: u32| o | b),
            T::B32 if is(W::Xor) => atomic(t, |o: u32, b: u32, _: u32| o ^ b),
            T::B64 if is(W::And) => atomic(t, |o: u64, b: u64, _: u64| o & b),
            T::B64 if is(W::Or) => atomic(t, |o: u64, b: u64, _: u64| o | b),
            T::B64 if is(W::Xor) => atomic(t, |o: u64, b: u64, _: u64| o ^ b),
            _ => return None,
        })
    }
}
