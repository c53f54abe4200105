//! What each instruction makes of the values it reads.

use super::super::effects::has_result;
use super::{Affine, Class, Factor, Value};
use crate::ast::{Imm, StateSpace};
use crate::isa::{Mnemonic, Mod, SpecialReg, Word};
use crate::resolve::{AddressBase, Op, Operand, RegId, Resolved};

/// Values of operands and results, given those of registers.
pub(super) struct Reader<'a> {
    pub(super) module: &'a Resolved,
    pub(super) values: &'a [Option<Value>],
    pub(super) is_entry: bool,
}

impl Reader<'_> {
    fn register(&self, r: RegId) -> Option<Value> {
        self.values.get(r.index()).copied().flatten()
    }

    /// `None`: depends on a register that nothing has reached yet.
    fn operand(&self, o: &Operand) -> Option<Value> {
        match o {
            Operand::Reg(r) => self.register(*r),
            Operand::RegComponent(r, _)
            | Operand::RegSelected(r, _)
            | Operand::NotReg(r)
            | Operand::NegReg(r) => self.register(*r).map(|v| Value::of_class(v.class)),
            Operand::Imm(Imm::Int(v)) => Some(Value::constant(*v)),
            Operand::Imm(Imm::UInt(v)) => Some(Value::constant(*v as i64)),
            Operand::Special(s, c) => Some(special(*s, *c)),
            Operand::VarAddress(v, _) => {
                let local =
                    self.module.vars.get(v.index()).is_some_and(|v| v.decl.space == StateSpace::Local);
                Some(if local { Value::THREAD } else { Value::UNIFORM })
            }
            Operand::Vector(items) | Operand::List(items) => self.all(items),
            Operand::Pair(a, b) => Some(Value::of_class(self.operand(a)?.class.max(self.operand(b)?.class))),
            Operand::Address(base, _, extra) => {
                let base = match base {
                    AddressBase::Reg(r) => self.register(*r)?,
                    AddressBase::Var(v) => self.operand(&Operand::VarAddress(*v, 0))?,
                    AddressBase::None => Value::UNIFORM,
                };
                Some(Value::of_class(base.class.max(self.all(extra)?.class)))
            }
            _ => Some(Value::UNIFORM),
        }
    }

    /// How far an operand is the same; as far as can be while nothing has reached it.
    pub(super) fn class(&self, o: &Operand) -> Class {
        self.operand(o).map_or(Class::Block, |v| v.class)
    }

    fn all(&self, items: &[Operand]) -> Option<Value> {
        let mut class = Class::Block;
        for o in items {
            class = class.max(self.operand(o)?.class);
        }
        Some(Value::of_class(class))
    }

    /// The value of what an operation writes. `None`: it writes nothing, or is not reached yet.
    pub(super) fn result(&self, op: &Op) -> Option<Value> {
        use Mnemonic as M;
        if !has_result(op) {
            return None;
        }
        let word = |w: Word| op.mods.contains(&Mod::Word(w));
        let sources = op.operands.get(1..).unwrap_or(&[]);
        match (op.mnemonic, sources) {
            (M::Mov | M::Cvta | M::Cvt, [a]) if !op.mods.iter().any(narrows) => self.operand(a),
            (M::Add, [a, b]) => self.sum(a, b, 1),
            (M::Sub, [a, b]) => self.sum(a, b, -1),
            (M::Neg, [a]) => Some(self.operand(a)?.map(|v| v.scale(Some(-1)))),
            (M::Mul | M::Mul24, [a, b]) if !word(Word::Hi) => self.product(a, b),
            (M::Mad | M::Mad24, [a, b, c]) if !word(Word::Hi) => {
                let (p, c) = (self.product(a, b)?, self.operand(c)?);
                Some(combine(p, c, |x, y| Some(x.add(y))))
            }
            (M::Shl, [a, Operand::Imm(by)]) => {
                let by = by.as_u64().filter(|b| *b < 63).map(|b| 1i64 << b);
                Some(self.operand(a)?.map(|v| v.scale(by)))
            }
            (M::Ld | M::Ldu, [address, ..]) => Some(self.load(op, address)?),
            (M::Shfl, [a, lane, ..]) if word(Word::Idx) => {
                let lane = self.operand(lane)?;
                let class = if lane.class <= Class::Warp { Class::Warp } else { Class::Thread };
                Some(Value::of_class(class.min(self.operand(a)?.class)))
            }
            (M::Vote | M::Activemask | M::Redux, _) => Some(Value::of_class(Class::Warp)),
            (M::Bar | M::Barrier, _) => Some(Value::UNIFORM),
            (
                M::Shfl
                | M::Atom
                | M::Match
                | M::Elect
                | M::Call
                | M::Mbarrier
                | M::Wmma
                | M::Mma
                | M::Wgmma
                | M::Tcgen05
                | M::Ldmatrix
                | M::Movmatrix
                | M::Alloca
                | M::Stacksave
                | M::Multimem,
                _,
            ) => Some(Value::THREAD),
            _ => self.all(sources),
        }
    }

    fn load(&self, op: &Op, address: &Operand) -> Option<Value> {
        let word = |w: Word| op.mods.contains(&Mod::Word(w));
        let value = self.operand(address)?;
        if word(Word::Local) || word(Word::Volatile) {
            return Some(Value::THREAD);
        }
        let param = word(Word::Param) || word(Word::ParamEntry) || word(Word::ParamFunc);
        if param {
            let Operand::Address(AddressBase::Var(v), ..) = address else { return Some(Value::THREAD) };
            // Parameters of a kernel; not the return slots of calls, nor the parameters of a function.
            let of_head = self.module.vars.get(v.index()).is_some_and(|v| {
                let owner = v.owner.and_then(|f| self.module.funcs.get(f.index()));
                owner.is_some_and(|f| f.params.iter().any(|p| self.module.vars[p.index()].name == v.name))
            });
            return Some(if self.is_entry && of_head { Value::UNIFORM } else { Value::THREAD });
        }
        Some(Value::of_class(value.class))
    }

    fn sum(&self, a: &Operand, b: &Operand, sign: i64) -> Option<Value> {
        let (a, b) = (self.operand(a)?, self.operand(b)?);
        Some(combine(a, b, |x, y| Some(x.add(y.scale(Some(sign))))))
    }

    fn product(&self, a: &Operand, b: &Operand) -> Option<Value> {
        let (a, b) = (self.operand(a)?, self.operand(b)?);
        Some(combine(a, b, |x, y| match (x.is_uniform(), y.is_uniform()) {
            (_, true) => Some(x.scale(y.base)),
            (true, false) => Some(y.scale(x.base)),
            (false, false) => None,
        }))
    }
}

impl Value {
    fn map(self, f: impl FnOnce(Affine) -> Affine) -> Value {
        Value { affine: self.affine.map(f), ..self }
    }
}

fn combine(a: Value, b: Value, f: impl FnOnce(Affine, Affine) -> Option<Affine>) -> Value {
    let class = a.class.max(b.class);
    match a.affine.zip(b.affine).and_then(|(a, b)| f(a, b)) {
        Some(v) => Value::of_affine(v, class),
        None if class == Class::Block => Value::UNIFORM,
        None => Value { class, affine: None },
    }
}

/// Conversions that change the number: rounding to or from floats, saturating, narrow types.
fn narrows(m: &Mod) -> bool {
    match m {
        Mod::Type(t) => {
            t.bits() < 32 && *t != crate::isa::ScalarType::Pred
                || t.as_str().contains('f')
                || t.as_str().contains('e')
        }
        Mod::Word(w) => *w == Word::Sat,
    }
}

fn special(s: SpecialReg, component: u8) -> Value {
    use SpecialReg as S;
    let along = |axis: usize| {
        let mut a = Affine::uniform(Some(0));
        if let Some(f) = a.factors.get_mut(axis) {
            *f = Factor::Known(1);
        }
        Value { class: Class::Thread, affine: Some(a) }
    };
    match s {
        S::Tid if component < 3 => along(usize::from(component)),
        S::Laneid => along(3),
        S::Warpid => Value::of_class(Class::Warp),
        S::LanemaskEq
        | S::LanemaskLe
        | S::LanemaskLt
        | S::LanemaskGe
        | S::LanemaskGt
        | S::Clock
        | S::ClockHi
        | S::Clock64
        | S::Globaltimer
        | S::GlobaltimerLo
        | S::GlobaltimerHi => Value::THREAD,
        _ => Value::UNIFORM,
    }
}
