//! From an arithmetic instruction's mnemonic and modifiers to its handler.
//!
//! Each submodule answers for a family; the first that knows the instruction wins. What none knows is refused when the
//! module is loaded.

mod approx;
mod compare;
mod convert;
mod float;
mod half;
mod int;
mod logic;

use warplens_ptx::isa::{Mnemonic, Mod, ScalarType, Word};

pub(super) use compare::operator;
pub(super) use float::min_max;

use crate::exec::ctx::Handler;
use crate::exec::pred;
use crate::exec::row::{self, Isa, Lane};

/// An instruction's mnemonic and modifiers, with the questions lowering asks of them.
#[derive(Clone, Copy)]
pub(crate) struct Shape<'a> {
    pub(crate) mnemonic: Mnemonic,
    pub(crate) mods: &'a [Mod],
    pub(crate) isa: Isa,
}

impl Shape<'_> {
    /// Is the modifier there?
    pub(crate) fn has(&self, w: Word) -> bool {
        self.mods.contains(&Mod::Word(w))
    }

    /// The n-th type suffix.
    pub(crate) fn ty(&self, n: usize) -> Option<ScalarType> {
        self.types().nth(n)
    }

    /// Type suffixes in order.
    pub(crate) fn types(&self) -> impl Iterator<Item = ScalarType> + '_ {
        self.mods.iter().filter_map(|m| match m {
            Mod::Type(t) => Some(*t),
            Mod::Word(_) => None,
        })
    }

    /// Words in order.
    pub(crate) fn words(&self) -> impl Iterator<Item = Word> + '_ {
        self.mods.iter().filter_map(|m| match m {
            Mod::Word(w) => Some(*w),
            Mod::Type(_) => None,
        })
    }

    /// `dst = f(a)`
    pub(crate) fn un<A: Lane, D: Lane, F: Fn(A) -> D + Copy>(&self, f: F) -> Option<Alu> {
        Some(Alu::new(row::un(self.isa, f), D::TY, &[A::TY]))
    }

    /// `dst = f(a, b)`
    pub(crate) fn bin<A: Lane, B: Lane, D: Lane, F: Fn(A, B) -> D + Copy>(&self, f: F) -> Option<Alu> {
        Some(Alu::new(row::bin(self.isa, f), D::TY, &[A::TY, B::TY]))
    }

    /// `dst = f(a, b, c)`
    pub(crate) fn ter<A: Lane, B: Lane, C: Lane, D: Lane, F: Fn(A, B, C) -> D + Copy>(
        &self,
        f: F,
    ) -> Option<Alu> {
        Some(Alu::new(row::ter(self.isa, f), D::TY, &[A::TY, B::TY, C::TY]))
    }

    /// `dst = f(a, b, c, d)`
    pub(crate) fn quad<A: Lane, B: Lane, C: Lane, E: Lane, D: Lane, F: Fn(A, B, C, E) -> D + Copy>(
        &self,
        f: F,
    ) -> Option<Alu> {
        Some(Alu::new(row::quad(self.isa, f), D::TY, &[A::TY, B::TY, C::TY, E::TY]))
    }

    /// `dst = f(a, imm)` with a fixed immediate.
    pub(crate) fn un_imm<A: Lane, D: Lane, F: Fn(A, u64) -> D + Copy>(&self, imm: u64, f: F) -> Option<Alu> {
        Some(Alu { imm, ..Alu::new(row::un_imm(self.isa, f), D::TY, &[A::TY]) })
    }

    /// `dst = f(a, b, imm)` with a fixed immediate.
    pub(crate) fn bin_imm<A: Lane, B: Lane, D: Lane, F: Fn(A, B, u64) -> D + Copy>(
        &self,
        imm: u64,
        f: F,
    ) -> Option<Alu> {
        Some(Alu { imm, ..Alu::new(row::bin_imm(self.isa, f), D::TY, &[A::TY, B::TY]) })
    }

    /// `dst = f(a, b, c, imm)`; the immediate is the operand after `c` when `imm` is `None`.
    pub(crate) fn ter_imm<A: Lane, B: Lane, C: Lane, D: Lane, F: Fn(A, B, C, u64) -> D + Copy>(
        &self,
        imm: Option<u64>,
        f: F,
    ) -> Option<Alu> {
        let alu = Alu::new(row::ter_imm(self.isa, f), D::TY, &[A::TY, B::TY, C::TY]);
        Some(Alu { imm: imm.unwrap_or(0), imm_operand: imm.is_none(), ..alu })
    }

    /// `p = f(a, b)`
    pub(crate) fn cmp<A: Lane, B: Lane, F: Fn(A, B) -> bool + Copy>(&self, f: F) -> Option<Alu> {
        Some(Alu::new(pred::cmp(self.isa, f), ScalarType::Pred, &[A::TY, B::TY]))
    }

    /// `p = f(a)`
    pub(crate) fn test<A: Lane, F: Fn(A) -> bool + Copy>(&self, f: F) -> Option<Alu> {
        Some(Alu::new(pred::test(self.isa, f), ScalarType::Pred, &[A::TY]))
    }
}

/// The same meaning over several types: `over!(s, ty, [B32 => u32, ...], |a, b| a & b)`.
macro_rules! over {
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident| $e:expr) => {
        match $ty { $(warplens_ptx::isa::ScalarType::$t => $s.un(|$a: $r| $e),)* _ => None }
    };
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident, $b:ident| $e:expr) => {
        match $ty { $(warplens_ptx::isa::ScalarType::$t => $s.bin(|$a: $r, $b: $r| $e),)* _ => None }
    };
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident, $b:ident, $c:ident| $e:expr) => {
        match $ty { $(warplens_ptx::isa::ScalarType::$t => $s.ter(|$a: $r, $b: $r, $c: $r| $e),)* _ => None }
    };
}
use over;

/// A chosen handler and the types of its operands.
#[derive(Clone, Copy)]
pub(crate) struct Alu {
    pub(crate) run: Handler,
    pub(crate) dst: ScalarType,
    srcs: [ScalarType; 4],
    count: usize,
    pub(crate) imm: u64,
    /// The last written operand goes to `Op::imm`.
    pub(crate) imm_operand: bool,
}

impl Alu {
    pub(crate) fn new(run: Handler, dst: ScalarType, srcs: &[ScalarType]) -> Alu {
        let mut all = [ScalarType::B32; 4];
        all[..srcs.len()].copy_from_slice(srcs);
        Alu { run, dst, srcs: all, count: srcs.len(), imm: 0, imm_operand: false }
    }

    /// Types of the sources in order.
    pub(crate) fn srcs(&self) -> &[ScalarType] {
        &self.srcs[..self.count]
    }
}

/// The handler of an arithmetic instruction, if there is one. `setp` and `set` combined with a predicate, carries, vector
/// moves and everything that touches memory, control or other lanes is not arithmetic in this sense.
pub(crate) fn pick(s: &Shape<'_>) -> Option<Alu> {
    use Mnemonic as M;
    match s.mnemonic {
        M::Setp | M::Testp => compare::pick(s),
        M::Cvt => convert::pick(s),
        M::Sin | M::Cos | M::Ex2 | M::Lg2 | M::Tanh | M::Rsqrt => approx::pick(s),
        _ => int::pick(s).or_else(|| logic::pick(s)).or_else(|| float::pick(s)).or_else(|| half::pick(s)),
    }
}
