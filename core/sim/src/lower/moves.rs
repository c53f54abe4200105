//! Instructions whose operands are not one row each: vector moves, predicates, comparisons, selections, carries.

use warplens_ptx::isa::{Mnemonic as M, Mod, ScalarType as T, Word as W};
use warplens_ptx::resolve::{Op as PtxOp, Operand};

use super::alu::min_max;
use super::registers::{Width, frame_ref};
use super::{Lower, alu};
use crate::arith::float;
use crate::exec::ctx::{Ctx, Flow, Handler, Op, Ref};
use crate::exec::pred::{self, Combine, HAS_Q, NEGATE_C};
use crate::exec::row::{self, each_chunk};

const N: Ref = Ref::NONE;

fn has(op: &PtxOp, w: W) -> bool {
    op.mods.contains(&Mod::Word(w))
}

fn last_type(op: &PtxOp) -> Option<T> {
    op.mods.iter().rev().find_map(|m| match m {
        Mod::Type(t) => Some(*t),
        Mod::Word(_) => None,
    })
}

impl Lower<'_> {
    /// Instructions with forms of their own; the rest of each goes to the arithmetic table.
    pub(super) fn special_forms(&mut self, op: &PtxOp) -> Result<(), String> {
        let ty = last_type(op).ok_or("the instruction has no type")?;
        match op.mnemonic {
            M::Mov if op.operands.iter().any(|o| matches!(o, Operand::Vector(_))) => self.vector_move(op, ty),
            M::Mov if ty == T::B128 => self.move128(op),
            M::Mov | M::And | M::Or | M::Xor | M::Not if ty == T::Pred => self.pred_logic(op),
            M::Selp => self.select(op, ty),
            M::Setp => self.compare(op),
            M::Set => self.set(op),
            M::Addc | M::Subc | M::Madc => self.carry(op, ty),
            M::Add | M::Sub | M::Mad if has(op, W::Cc) => self.carry(op, ty),
            M::Lop3 if has(op, W::And) || has(op, W::Or) => self.lop3_predicate(op),
            _ => self.arithmetic(op),
        }
    }

    /// `mov.b64 d, {a, b}` and `mov.b64 {a, b}, s`.
    fn vector_move(&mut self, op: &PtxOp, ty: T) -> Result<(), String> {
        let [dst, src] = op.operands.as_slice() else { return Err("two operands are expected".into()) };
        let isa = self.input.isa;
        match (dst, src) {
            (Operand::Vector(parts), whole) => {
                let bits = ty.bits() / parts.len().max(1) as u32;
                // The source is copied first: one of the parts may be written over it.
                let whole = match ty {
                    T::B128 => {
                        let Operand::Reg(r) = whole else { return Err("a register is expected".into()) };
                        self.register_row(*r).0
                    }
                    _ => self.source(whole, ty)?,
                };
                for (k, part) in parts.iter().enumerate() {
                    if matches!(part, Operand::Sink) {
                        continue;
                    }
                    let (run, from): (Handler, Ref) = match (ty.bits(), bits) {
                        (128, 64) => (row::un(isa, |a: u64| a), frame_ref(whole, 256 * k as u32)),
                        (64, 32) if k == 0 => (row::un(isa, |a: u64| a as u32), whole),
                        (64, 32) => (row::un(isa, |a: u64| (a >> 32) as u32), whole),
                        (64, _) => (row::bin_imm(isa, |a: u64, _: u64, n: u64| (a >> n) as u32), whole),
                        (_, _) => (row::bin_imm(isa, |a: u32, _: u32, n: u64| a >> (n & 31)), whole),
                    };
                    let shift = k as u64 * bits as u64;
                    let part_ty = match bits {
                        64 => T::B64,
                        32 => T::B32,
                        16 => T::B16,
                        _ => T::B8,
                    };
                    self.with_destination(part, part_ty, |l, d| {
                        l.emit(run, d, [from, from, N, N], shift);
                        Ok(())
                    })?;
                }
                Ok(())
            }
            (dst, Operand::Vector(parts)) => {
                let bits = ty.bits() / parts.len().max(1) as u32;
                let part_ty = match bits {
                    64 => T::B64,
                    32 => T::B32,
                    16 => T::B16,
                    8 => T::B8,
                    _ => return Err("the parts do not fill the register".into()),
                };
                if ty == T::B128 {
                    let Operand::Reg(r) = dst else { return Err("a register is expected".into()) };
                    let d = self.register_row(*r).0;
                    for (k, part) in parts.iter().enumerate() {
                        let s = self.source(part, part_ty)?;
                        self.emit(row::un(isa, |a: u64| a), frame_ref(d, 256 * k as u32), [s, N, N, N], 0);
                    }
                    return Ok(());
                }
                let rows: Vec<Ref> =
                    parts.iter().map(|p| self.source(p, part_ty)).collect::<Result<_, _>>()?;
                self.with_destination(dst, ty, |l, d| {
                    match (ty.bits(), rows.as_slice()) {
                        (64, &[lo, hi]) => {
                            let join = row::bin(isa, |a: u32, b: u32| a as u64 | (b as u64) << 32);
                            l.emit(join, d, [lo, hi, N, N], 0);
                        }
                        (64, &[a, b, c, e]) => {
                            let join = row::quad(isa, |a: u16, b: u16, c: u16, e: u16| {
                                a as u64 | (b as u64) << 16 | (c as u64) << 32 | (e as u64) << 48
                            });
                            l.emit(join, d, [a, b, c, e], 0);
                        }
                        (32, &[lo, hi]) => {
                            let join = row::bin(isa, |a: u16, b: u16| a as u32 | (b as u32) << 16);
                            l.emit(join, d, [lo, hi, N, N], 0);
                        }
                        (32, &[a, b, c, e]) => {
                            let join =
                                row::quad(isa, |a: u8, b: u8, c: u8, e: u8| u32::from_le_bytes([a, b, c, e]));
                            l.emit(join, d, [a, b, c, e], 0);
                        }
                        (16, &[lo, hi]) => {
                            let join = row::bin(isa, |a: u8, b: u8| u16::from_le_bytes([a, b]));
                            l.emit(join, d, [lo, hi, N, N], 0);
                        }
                        _ => return Err("this packing is not supported".into()),
                    }
                    Ok(())
                })
            }
            _ => Err("this move is not supported".into()),
        }
    }

    fn move128(&mut self, op: &PtxOp) -> Result<(), String> {
        let [Operand::Reg(d), Operand::Reg(s)] = op.operands.as_slice() else {
            return Err("registers are expected".into());
        };
        let (d, s) = (self.register_row(*d).0, self.register_row(*s).0);
        let isa = self.input.isa;
        for half in [0, 256] {
            self.emit(row::un(isa, |a: u64| a), frame_ref(d, half), [frame_ref(s, half), N, N, N], 0);
        }
        Ok(())
    }

    /// A predicate source and whether it is to be negated; literals become constant masks.
    pub(super) fn pred_source(&mut self, o: &Operand) -> Result<(Ref, bool), String> {
        match o {
            Operand::Reg(r) if self.reg_type(*r) == T::Pred => Ok((self.pred_of(*r), false)),
            Operand::NotReg(r) if self.reg_type(*r) == T::Pred => Ok((self.pred_of(*r), true)),
            Operand::Imm(v) => {
                let all = if super::operand::int_bits(*v) != 0 { u32::MAX as u64 } else { 0 };
                Ok((self.pool.value(false, all), false))
            }
            _ => Err("a predicate is expected".into()),
        }
    }

    fn pred_logic(&mut self, op: &PtxOp) -> Result<(), String> {
        let Some(Operand::Reg(d)) = op.operands.first() else { return Err("a predicate is expected".into()) };
        let dst = self.pred_of(*d);
        let (a, na) = self.pred_source(op.operands.get(1).ok_or("an operand is missing")?)?;
        let (b, nb) = match op.operands.get(2) {
            Some(o) => self.pred_source(o)?,
            None => (a, false),
        };
        // Negations are rare here; they go through the third operand as a flip of the first.
        if nb {
            return Err("a negated second predicate is not supported".into());
        }
        let run = match (op.mnemonic, na) {
            (M::Mov, false) | (M::Not, true) => pred::logic(|a, _, _| a),
            (M::Mov, true) | (M::Not, false) => pred::logic(|a, _, _| !a),
            (M::And, false) => pred::logic(|a, b, _| a & b),
            (M::Or, false) => pred::logic(|a, b, _| a | b),
            (M::Xor, false) => pred::logic(|a, b, _| a ^ b),
            (M::And, true) => pred::logic(|a, b, _| !a & b),
            (M::Or, true) => pred::logic(|a, b, _| !a | b),
            _ => pred::logic(|a, b, _| !a ^ b),
        };
        self.emit(run, dst, [a, b, a, N], 0);
        Ok(())
    }

    fn select(&mut self, op: &PtxOp, ty: T) -> Result<(), String> {
        let [dst, a, b, p] = op.operands.as_slice() else { return Err("four operands are expected".into()) };
        let (a, b) = (self.source(a, ty)?, self.source(b, ty)?);
        let (p, negated) = self.pred_source(p)?;
        let isa = self.input.isa;
        let run =
            if Width::of(ty) == Width::W64 { pred::select::<u64>(isa) } else { pred::select::<u32>(isa) };
        self.with_destination(dst, ty, |l, d| {
            l.emit(run, d, [a, b, p, N], negated as u64);
            Ok(())
        })
    }

    /// The parts `setp` and `set` share: comparison handler, sources, combination.
    fn comparison(&mut self, op: &PtxOp) -> Result<(Handler, [Ref; 3], u64), String> {
        let shape = alu::Shape { mnemonic: M::Setp, mods: &op.mods, isa: self.input.isa };
        let alu = alu::pick(&shape).filter(|a| a.dst == T::Pred).ok_or_else(|| self.not_there(op))?;
        let (ta, tb) = match alu.srcs() {
            [a, b] => (*a, *b),
            _ => return Err(self.not_there(op)),
        };
        let a = self.source(op.operands.get(1).ok_or("an operand is missing")?, ta)?;
        let b = self.source(op.operands.get(2).ok_or("an operand is missing")?, tb)?;
        let Some(c) = op.operands.get(3) else { return Ok((alu.run, [a, b, N], 0)) };
        let (c, negated) = self.pred_source(c)?;
        let combine = match () {
            () if has(op, W::And) => Combine::And,
            () if has(op, W::Or) => Combine::Or,
            () if has(op, W::Xor) => Combine::Xor,
            () => return Err("a boolean operator is expected".into()),
        };
        Ok((alu.run, [a, b, c], combine as u64 | if negated { NEGATE_C } else { 0 }))
    }

    /// A packed comparison as one of its halves: the low half of a row is what a 16-bit comparison reads.
    fn unpacked(op: &PtxOp, ty: T) -> PtxOp {
        let one = if ty == T::F16x2 { T::F16 } else { T::Bf16 };
        let mut half = op.clone();
        for m in &mut half.mods {
            if *m == Mod::Type(ty) {
                *m = Mod::Type(one);
            }
        }
        half
    }

    /// Compares both halves of packed operands: predicates of the low and the high half.
    fn compare_halves(&mut self, op: &PtxOp, ty: T, p: Ref, q: Option<Ref>) -> Result<(), String> {
        let half = Self::unpacked(op, ty);
        let (run, [a, b, c], imm) = self.comparison(&half)?;
        let isa = self.input.isa;
        let mut high = [a, b];
        if q.is_some() {
            for r in &mut high {
                let t = self.frame.add(Width::W32);
                self.emit(row::un(isa, |a: u32| a >> 16), t, [*r, N, N, N], 0);
                *r = t;
            }
        }
        // The first result may be the predicate that the second is combined with.
        let low = if q.is_some() { self.frame.add(Width::Pred) } else { p };
        self.emit(run, low, [a, b, c, N], imm);
        if let Some(q) = q {
            self.emit(run, q, [high[0], high[1], c, N], imm);
            self.emit(pred::logic(|a, _, _| a), p, [low, low, low, N], 0);
        }
        Ok(())
    }

    /// `lop3.or.b32 d|p, a, b, c, lut, q`: `p = (d != 0) or q`.
    fn lop3_predicate(&mut self, op: &PtxOp) -> Result<(), String> {
        let [Operand::Pair(d, p), a, b, c, lut, q] = op.operands.as_slice() else {
            return Err("two destinations and five sources are expected".into());
        };
        let rows = [self.source(a, T::B32)?, self.source(b, T::B32)?, self.source(c, T::B32)?, N];
        let Operand::Imm(lut) = lut else { return Err("the table must be a constant".into()) };
        let (q, negated) = self.pred_source(q)?;
        let p = match &**p {
            Operand::Reg(r) if self.reg_type(*r) == T::Pred => self.pred_of(*r),
            Operand::Sink => self.frame.add(Width::Pred),
            _ => return Err("a predicate is expected".into()),
        };
        let (isa, t) = (self.input.isa, self.frame.add(Width::W32));
        let lop3 = row::ter_imm(isa, |a: u32, b: u32, c: u32, lut: u64| {
            crate::arith::int::bits::lop3(a, b, c, lut as u8)
        });
        self.emit(lop3, t, rows, super::operand::int_bits(*lut));
        let combine = if has(op, W::And) { Combine::And } else { Combine::Or } as u64;
        let zero = self.pool.value(false, 0);
        let test = pred::cmp(isa, |a: u32, b: u32| a != b);
        self.emit(test, p, [t, zero, q, N], combine | if negated { NEGATE_C } else { 0 });
        self.with_destination(d, T::B32, |l, d| {
            l.emit(row::un(isa, |a: u32| a), d, [t, N, N, N], 0);
            Ok(())
        })
    }

    /// `min` and `max` of three singles.
    pub(super) fn three_way(&mut self, op: &PtxOp) -> Result<(), String> {
        if last_type(op) != Some(T::F32) || has(op, W::Abs) {
            return Err(self.not_there(op));
        }
        let [dst, a, b, c] = op.operands.as_slice() else { return Err("four operands are expected".into()) };
        let rows = [self.source(a, T::F32)?, self.source(b, T::F32)?, self.source(c, T::F32)?, N];
        let imm = has(op, W::Ftz) as u64 | (has(op, W::Nan) as u64) << 1;
        let isa = self.input.isa;
        let run = match op.mnemonic {
            M::Min => {
                row::ter_imm(isa, |a: f32, b: f32, c: f32, i: u64| float::min3_f32(min_max(i), a, b, c))
            }
            _ => row::ter_imm(isa, |a: f32, b: f32, c: f32, i: u64| float::max3_f32(min_max(i), a, b, c)),
        };
        self.with_destination(dst, T::F32, |l, d| {
            l.emit(run, d, rows, imm);
            Ok(())
        })
    }

    /// `mapa` and `getctarank` where a cluster is one block.
    pub(super) fn cluster_address(&mut self, op: &PtxOp) -> Result<(), String> {
        let [dst, a, ..] = op.operands.as_slice() else { return Err("an operand is missing".into()) };
        let ty = if op.mnemonic == M::Mapa { last_type(op).unwrap_or(T::U32) } else { T::U32 };
        let (dst, isa) = (dst.clone(), self.input.isa);
        let from = match op.mnemonic {
            M::Mapa => self.source(a, ty)?,
            _ => self.pool.value(false, 0),
        };
        let run = if ty.bits() == 64 { row::un(isa, |a: u64| a) } else { row::un(isa, |a: u32| a) };
        self.with_destination(&dst, ty, |l, d| {
            l.emit(run, d, [from, N, N, N], 0);
            Ok(())
        })
    }

    fn compare(&mut self, op: &PtxOp) -> Result<(), String> {
        if let Some(ty @ (T::F16x2 | T::Bf16x2)) = last_type(op) {
            let mut place = |o: &Operand| match o {
                Operand::Reg(r) if self.reg_type(*r) == T::Pred => Ok(self.pred_of(*r)),
                Operand::Sink => Ok(self.frame.add(Width::Pred)),
                _ => Err("a predicate is expected".to_owned()),
            };
            let (p, q) = match op.operands.first() {
                Some(Operand::Pair(p, q)) => (place(p)?, Some(place(q)?)),
                Some(o) => (place(o)?, None),
                None => return Err("an operand is missing".into()),
            };
            return self.compare_halves(op, ty, p, q);
        }
        let (run, [a, b, c], mut imm) = self.comparison(op)?;
        let one = |l: &mut Self, o: &Operand| match o {
            Operand::Reg(r) if l.reg_type(*r) == T::Pred => Ok(l.pred_of(*r)),
            Operand::Sink => Ok(l.frame.add(Width::Pred)),
            _ => Err("a predicate is expected".to_owned()),
        };
        let (p, q) = match op.operands.first() {
            Some(Operand::Pair(p, q)) => {
                imm |= HAS_Q;
                (one(self, p)?, one(self, q)?)
            }
            Some(o) => (one(self, o)?, N),
            None => return Err("an operand is missing".into()),
        };
        self.emit(run, p, [a, b, c, q], imm);
        Ok(())
    }

    fn set(&mut self, op: &PtxOp) -> Result<(), String> {
        let dty = op.mods.iter().find_map(|m| match m {
            Mod::Type(t) => Some(*t),
            Mod::Word(_) => None,
        });
        let spread = match dty {
            Some(T::U32 | T::S32 | T::B32) => pred::spread(|p| if p { u32::MAX } else { 0 }),
            Some(T::F32) => pred::spread(|p| if p { 1.0f32 } else { 0.0 }),
            Some(T::U16 | T::S16) => pred::spread(|p| if p { u16::MAX } else { 0 }),
            Some(T::F16) => pred::spread(|p| if p { 0x3c00u16 } else { 0 }),
            Some(T::Bf16) => pred::spread(|p| if p { 0x3f80u16 } else { 0 }),
            Some(T::F16x2 | T::Bf16x2) => pred::spread(|p| p as u32),
            _ => return Err(self.not_there(op)),
        };
        if let Some(ty @ (T::F16x2 | T::Bf16x2)) = last_type(op) {
            return self.set_halves(op, ty, dty);
        }
        let (run, [a, b, c], imm) = self.comparison(op)?;
        let p = self.frame.add(Width::Pred);
        self.emit(run, p, [a, b, c, N], imm);
        let dst = op.operands.first().ok_or("an operand is missing")?;
        self.with_destination(dst, dty.unwrap_or(T::U32), |l, d| {
            l.emit(spread, d, [p, N, N, N], 0);
            Ok(())
        })
    }

    /// `set` on packed operands: each half all ones or zero, or 1.0 or 0.
    fn set_halves(&mut self, op: &PtxOp, ty: T, dty: Option<T>) -> Result<(), String> {
        let (p, q) = (self.frame.add(Width::Pred), self.frame.add(Width::Pred));
        self.compare_halves(op, ty, p, Some(q))?;
        let one = match dty {
            Some(T::U32 | T::S32 | T::B32) => pred::spread(|p| if p { 0xffffu32 } else { 0 }),
            Some(T::F16x2) => pred::spread(|p| if p { 0x3c00u32 } else { 0 }),
            Some(T::Bf16x2) => pred::spread(|p| if p { 0x3f80u32 } else { 0 }),
            _ => return Err(self.not_there(op)),
        };
        let (low, high) = (self.frame.add(Width::W32), self.frame.add(Width::W32));
        self.emit(one, low, [p, N, N, N], 0);
        self.emit(one, high, [q, N, N, N], 0);
        let dst = op.operands.first().ok_or("an operand is missing")?;
        let isa = self.input.isa;
        self.with_destination(dst, T::B32, |l, d| {
            l.emit(row::bin(isa, |a: u32, b: u32| a | b << 16), d, [low, high, N, N], 0);
            Ok(())
        })
    }

    /// Additions and subtractions that read or write the carry flag `CC.CF`.
    fn carry(&mut self, op: &PtxOp, ty: T) -> Result<(), String> {
        let wide = ty.bits() == 64;
        if !matches!(ty, T::U32 | T::S32 | T::U64 | T::S64) {
            return Err("carries are for 32- and 64-bit integers".into());
        }
        let flag = match self.carry {
            Some(r) => r,
            None => {
                let r = self.frame.add(Width::Pred);
                self.carry = Some(r);
                r
            }
        };
        let (a, b) = (
            self.source(op.operands.get(1).ok_or("an operand is missing")?, ty)?,
            op.operands.get(2).ok_or("an operand is missing")?,
        );
        let b = self.source(b, ty)?;
        let writes = has(op, W::Cc) as u64;
        let (mut a, mut b) = (a, b);
        let reads = matches!(op.mnemonic, M::Addc | M::Subc | M::Madc);
        if matches!(op.mnemonic, M::Mad | M::Madc) {
            let c = self.source(op.operands.get(3).ok_or("an operand is missing")?, ty)?;
            let t = self.frame.add(Width::of(ty));
            let mul = M::Mul;
            let mods: Vec<Mod> = op.mods.iter().filter(|m| **m != Mod::Word(W::Cc)).copied().collect();
            let shape = alu::Shape { mnemonic: mul, mods: &mods, isa: self.input.isa };
            let product = alu::pick(&shape).ok_or_else(|| self.not_there(op))?;
            self.emit(product.run, t, [a, b, N, N], 0);
            (a, b) = (t, c);
        }
        let subtract = matches!(op.mnemonic, M::Sub | M::Subc);
        let run: Handler = match (wide, subtract) {
            (false, false) => add_carry::<u32>,
            (false, true) => sub_carry::<u32>,
            (true, false) => add_carry::<u64>,
            (true, true) => sub_carry::<u64>,
        };
        let dst = op.operands.first().ok_or("an operand is missing")?;
        self.with_destination(dst, ty, |l, d| {
            l.emit(run, d, [a, b, flag, N], writes | (reads as u64) << 1);
            Ok(())
        })
    }
}

/// An unsigned word with carries.
trait Word: Copy {
    fn add(self, b: Self, c: bool) -> (Self, bool);
    fn sub(self, b: Self, c: bool) -> (Self, bool);
}
macro_rules! word {
    ($($t:ty),*) => {$(
        impl Word for $t {
            fn add(self, b: Self, c: bool) -> (Self, bool) {
                let (x, o) = self.overflowing_add(b);
                let (y, p) = x.overflowing_add(c as $t);
                (y, o | p)
            }
            fn sub(self, b: Self, c: bool) -> (Self, bool) {
                let (x, o) = self.overflowing_sub(b);
                let (y, p) = x.overflowing_sub(c as $t);
                (y, o | p)
            }
        }
    )*};
}
word!(u32, u64);

/// Bits of `Op::imm`: 1 writes the flag, 2 reads it.
fn with_carry<T: Word>(ctx: &mut Ctx<'_>, op: &Op, f: impl Fn(T, T, bool) -> (T, bool)) -> Flow {
    each_chunk(ctx, |ctx, chunk, mask| {
        // SAFETY: rows were bounded at lowering.
        unsafe {
            let (a, b) = (ctx.row::<T>(op.a, chunk), ctx.row::<T>(op.b, chunk));
            let (dst, flag) = (ctx.row::<T>(op.dst, chunk), ctx.row::<u32>(op.c, chunk));
            let carry = if op.imm & 2 != 0 { *flag } else { 0 };
            let mut out = *flag;
            for i in 0..32 {
                if mask >> i & 1 != 0 {
                    let (v, c) = f(*a.add(i), *b.add(i), carry >> i & 1 != 0);
                    *dst.add(i) = v;
                    out = out & !(1 << i) | (c as u32) << i;
                }
            }
            if op.imm & 1 != 0 {
                *flag = out;
            }
        }
    });
    Flow::Next
}

unsafe fn add_carry<T: Word>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    with_carry(ctx, op, T::add)
}

unsafe fn sub_carry<T: Word>(ctx: &mut Ctx<'_>, op: &Op) -> Flow {
    with_carry(ctx, op, T::sub)
}
