//! Operands become rows: registers where they live, literals and addresses in the constant pool, special registers in
//! the rows the machine keeps for them.

use warplens_ptx::ast::Imm;
use warplens_ptx::isa::{ScalarType, SpecialReg};
use warplens_ptx::resolve::{Operand, RegId, VarId};

use super::code::launch_row;
use super::registers::{Width, frame_ref, special_row};
use super::{Lower, Place};
use crate::exec::ctx::{Ctx, Flow, Op, Ref, Region};
use crate::exec::row::{self, each_chunk};
use crate::memory::CODE_WINDOW;

/// Local addresses begin here, so that address 0 stays a null pointer.
pub(crate) const LOCAL_START: u32 = 64;

/// The bits of an integer literal.
pub(crate) fn int_bits(v: Imm) -> u64 {
    match v {
        Imm::Int(i) => i as u64,
        Imm::UInt(u) => u,
        Imm::F32(b) => b as u64,
        Imm::F64(b) => b,
    }
}

/// The bits a literal has as an operand of a type.
pub(crate) fn imm_bits(v: Imm, ty: ScalarType) -> u64 {
    match (v, ty) {
        (Imm::F64(b), ScalarType::F32) => (f64::from_bits(b) as f32).to_bits() as u64,
        (Imm::F32(b), ScalarType::F64) => (f32::from_bits(b) as f64).to_bits(),
        _ => int_bits(v),
    }
}

impl Lower<'_> {
    /// The row of a source operand of type `ty`.
    pub(super) fn source(&mut self, o: &Operand, ty: ScalarType) -> Result<Ref, String> {
        let want = Width::of(ty);
        let wide = want == Width::W64;
        match o {
            Operand::Reg(r) => self.sized(self.regs[r.index()].row, self.regs[r.index()].width, want),
            Operand::RegComponent(r, k) => {
                let p = self.regs[r.index()];
                self.sized(frame_ref(p.row, *k as u32 * p.width.bytes()), p.width, want)
            }
            Operand::Imm(v) => Ok(self.pool.value(wide, imm_bits(*v, ty))),
            Operand::Special(s, k) => match special_row(*s, *k, wide) {
                Some(row) => Ok(row),
                None => self.computed_special(*s, *k, want),
            },
            Operand::VarAddress(v, offset) => self.variable_address(*v, *offset, wide),
            Operand::Func(f) => {
                let f = self.input.resolved.funcs[f.index()].alias_of.unwrap_or(*f);
                match self.input.code_of[f.index()] {
                    Some(code) => Ok(self.pool.value(true, CODE_WINDOW + code as u64 * 16)),
                    None => {
                        let name = self.input.module.names.get(self.input.resolved.funcs[f.index()].name);
                        Ok(self.pool.symbol(true, name, 0))
                    }
                }
            }
            Operand::Vector(items) if items.len() == 1 => self.source(&items[0], ty),
            _ => Err("this kind of operand is not supported here".into()),
        }
    }

    fn sized(&mut self, row: Ref, have: Width, want: Width) -> Result<Ref, String> {
        match (have, want) {
            (a, b) if a == b => Ok(row),
            (Width::W64, Width::W32) => {
                let t = self.frame.add(Width::W32);
                let isa = self.input.isa;
                self.emit(row::un(isa, |a: u64| a as u32), t, [row, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                Ok(t)
            }
            (Width::W32, Width::W64) => {
                let t = self.frame.add(Width::W64);
                let isa = self.input.isa;
                self.emit(row::un(isa, |a: u32| a as u64), t, [row, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                Ok(t)
            }
            _ => Err("the register's size does not fit the instruction".into()),
        }
    }

    /// Lets `f` write a destination of type `ty`; a wider register is then zero-extended.
    pub(super) fn with_destination(
        &mut self,
        o: &Operand,
        ty: ScalarType,
        f: impl FnOnce(&mut Self, Ref) -> Result<(), String>,
    ) -> Result<(), String> {
        let want = Width::of(ty);
        let (row, have) = match o {
            Operand::Reg(r) => (self.regs[r.index()].row, self.regs[r.index()].width),
            Operand::RegComponent(r, k) => {
                let p = self.regs[r.index()];
                (frame_ref(p.row, *k as u32 * p.width.bytes()), p.width)
            }
            Operand::Sink => (self.frame.add(want), want),
            Operand::Vector(items) if items.len() == 1 => return self.with_destination(&items[0], ty, f),
            _ => return Err("the destination must be a register".into()),
        };
        if have == want {
            return f(self, row);
        }
        let t = self.frame.add(want);
        f(self, t)?;
        let isa = self.input.isa;
        let rest = [t, Ref::NONE, Ref::NONE, Ref::NONE];
        match (want, have, signed(ty)) {
            (Width::W32, Width::W64, true) => {
                let extend = match ty.bits() {
                    8 => row::un(isa, |a: i8| a as i64),
                    16 => row::un(isa, |a: i16| a as i64),
                    _ => row::un(isa, |a: i32| a as i64),
                };
                self.emit(extend, row, rest, 0);
            }
            (Width::W32, Width::W64, false) => self.emit(row::un(isa, |a: u32| a as u64), row, rest, 0),
            (Width::W64, Width::W32, _) => self.emit(row::un(isa, |a: u64| a as u32), row, rest, 0),
            _ => return Err("the register's size does not fit the instruction".into()),
        }
        Ok(())
    }

    /// The row of a register, whatever its width.
    pub(super) fn register_row(&self, r: RegId) -> (Ref, Width) {
        let p = &self.regs[r.index()];
        (p.row, p.width)
    }

    fn variable_address(&mut self, v: VarId, offset: i64, wide: bool) -> Result<Ref, String> {
        match self.input.places[v.index()].clone() {
            Place::Global(base) => Ok(self.pool.value(wide, base.wrapping_add(offset as u64))),
            Place::Extern(name) => Ok(self.pool.symbol(wide, &name, offset)),
            Place::Shared(base) => Ok(self.pool.value(wide, (base as i64 + offset) as u64)),
            Place::Param(base) => Ok(self.pool.value(wide, (base as i64 + offset) as u64)),
            Place::SharedDynamic => {
                let row = dynamic_shared(wide);
                if offset == 0 {
                    return Ok(row);
                }
                let t = self.frame.add(if wide { Width::W64 } else { Width::W32 });
                let by = self.pool.value(wide, offset as u64);
                let isa = self.input.isa;
                let add = if wide {
                    row::bin(isa, |a: u64, b: u64| a.wrapping_add(b))
                } else {
                    row::bin(isa, |a: u32, b: u32| a.wrapping_add(b))
                };
                self.emit(add, t, [row, by, Ref::NONE, Ref::NONE], 0);
                Ok(t)
            }
            Place::Local(base) => {
                let at = (base as i64 + offset) as u64;
                if self.is_entry {
                    return Ok(self.pool.value(wide, at + LOCAL_START as u64));
                }
                let t = self.frame.add(if wide { Width::W64 } else { Width::W32 });
                self.emit(if wide { local_address64 } else { local_address32 }, t, [Ref::NONE; 4], at);
                Ok(t)
            }
            Place::Nowhere => Err("this variable has no address the device can give".into()),
        }
    }

    /// A special register whose value changes while the kernel runs.
    fn computed_special(&mut self, s: SpecialReg, component: u8, want: Width) -> Result<Ref, String> {
        use SpecialReg as S;
        let t = self.frame.add(want);
        let run = match s {
            S::Clock | S::Clock64 | S::GlobaltimerLo => time::<0>,
            S::ClockHi | S::GlobaltimerHi => time::<1>,
            S::Globaltimer => time::<0>,
            S::Ctaid | S::Nctaid | S::Tid | S::Ntid if component == 3 => {
                return Ok(self.pool.value(want == Width::W64, 0));
            }
            S::Clusterid
            | S::Nclusterid
            | S::ClusterCtaid
            | S::ClusterNctaid
            | S::ClusterCtarank
            | S::ClusterNctarank
            | S::IsExplicitCluster => return self.cluster_special(s, component, want),
            S::Tid | S::Ctaid | S::Ntid | S::Nctaid | S::Laneid | S::Warpid | S::Smid
                if want == Width::W64 =>
            {
                let row = special_row(s, component, false).ok_or("no such component")?;
                let isa = self.input.isa;
                self.emit(row::un(isa, |a: u32| a as u64), t, [row, Ref::NONE, Ref::NONE, Ref::NONE], 0);
                return Ok(t);
            }
            s if (S::Pm0..=S::Pm764).contains(&s) => return Ok(self.pool.value(want == Width::W64, 0)),
            S::ReservedSmemOffsetBegin
            | S::ReservedSmemOffsetEnd
            | S::ReservedSmemOffsetCap
            | S::ReservedSmemOffset0
            | S::ReservedSmemOffset1
            | S::CurrentGraphExec => {
                return Ok(self.pool.value(want == Width::W64, 0));
            }
            _ => return Err(format!("the embedded device does not have `%{}`", s.as_str())),
        };
        self.emit(run, t, [Ref::NONE; 4], (want == Width::W64) as u64);
        Ok(t)
    }

    /// Clusters of one block each: the block's own index and size.
    fn cluster_special(&mut self, s: SpecialReg, component: u8, want: Width) -> Result<Ref, String> {
        use SpecialReg as S;
        let row = match s {
            S::Clusterid => special_row(S::Ctaid, component, false),
            S::Nclusterid => special_row(S::Nctaid, component, false),
            S::ClusterNctaid | S::ClusterNctarank => Some(self.pool.value(false, 1)),
            _ => Some(self.pool.value(false, 0)),
        };
        row.filter(|_| want == Width::W32).ok_or_else(|| format!("`%{}` is not supported here", s.as_str()))
    }
}

/// Sign-extended when it is put into a wider register?
fn signed(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::S8 | ScalarType::S16 | ScalarType::S32 | ScalarType::S64)
}

/// The launch row that holds where dynamic shared memory begins.
pub(super) fn dynamic_shared(wide: bool) -> Ref {
    let row = if wide { launch_row::DYNAMIC_BASE64 } else { launch_row::DYNAMIC_BASE32 };
    Ref { off: row * launch_row::BYTES, aux: 0, region: Region::Launch }
}

/// `dst = frame base + imm`
unsafe fn local_address32(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let v = ctx.frame_base.wrapping_add(op.imm as u32);
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe { spread(ctx.row::<u32>(op.dst, chunk), mask, v) }
    });
    Flow::Next
}

unsafe fn local_address64(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    let v = (ctx.frame_base as u64).wrapping_add(op.imm);
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe { spread(ctx.row::<u64>(op.dst, chunk), mask, v) }
    });
    Flow::Next
}

/// `%clock` and `%globaltimer`: a modelled clock, one tick a warp instruction this worker has executed.
unsafe fn time<const HIGH: u32>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    ctx.clock += 1;
    let v = ctx.clock >> (HIGH * 32);
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            if op.imm == 1 {
                spread(ctx.row::<u64>(op.dst, chunk), mask, v);
            } else {
                spread(ctx.row::<u32>(op.dst, chunk), mask, v as u32);
            }
        }
    });
    Flow::Next
}

/// Writes one value to the active lanes of a row.
///
/// # Safety
/// `row` is a row of 32 values.
unsafe fn spread<T: Copy>(row: *mut T, mask: u32, v: T) {
    for i in 0..32 {
        if mask >> i & 1 != 0 {
            // SAFETY: by the caller's promise.
            unsafe { *row.add(i) = v };
        }
    }
}
