//! Comparisons and class tests: what `setp`, `set` and `testp` compute before predicates are combined.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape};
use crate::arith::float::{self, Class};
use crate::arith::set::{Cmp, compare, compare_bf16, compare_f16, compare_f32};

/// The comparison operator of an instruction.
pub(in crate::lower) fn operator(s: &Shape<'_>) -> Option<Cmp> {
    s.words().find_map(|w| {
        Some(match w {
            W::Eq => Cmp::Eq,
            W::Ne => Cmp::Ne,
            W::Lt | W::Lo => Cmp::Lt,
            W::Le | W::Ls => Cmp::Le,
            W::Gt | W::Hi => Cmp::Gt,
            W::Ge | W::Hs => Cmp::Ge,
            W::Equ => Cmp::Equ,
            W::Neu => Cmp::Neu,
            W::Ltu => Cmp::Ltu,
            W::Leu => Cmp::Leu,
            W::Gtu => Cmp::Gtu,
            W::Geu => Cmp::Geu,
            W::Num => Cmp::Num,
            W::Nan | W::IsNan => Cmp::Nan,
            _ => return None,
        })
    })
}

macro_rules! by_operator {
    ($s:expr, $op:expr, $t:ty, [$($c:ident),*], |$a:ident, $b:ident, $k:ident| $e:expr) => {
        match $op {
            $(Cmp::$c => { const K: Cmp = Cmp::$c; $s.cmp(|$a: $t, $b: $t| { let $k = K; $e }) })*
            #[allow(unreachable_patterns, reason = "the full list leaves nothing over")]
            _ => None,
        }
    };
}

macro_rules! ints {
    ($s:expr, $op:expr, $t:ty) => {
        by_operator!($s, $op, $t, [Eq, Ne, Lt, Le, Gt, Ge], |a, b, k| compare(k, a, b))
    };
}

macro_rules! floats {
    ($s:expr, $op:expr, $t:ty, |$a:ident, $b:ident, $k:ident| $e:expr) => {
        by_operator!(
            $s,
            $op,
            $t,
            [Eq, Ne, Lt, Le, Gt, Ge, Equ, Neu, Ltu, Leu, Gtu, Geu, Num, Nan],
            |$a, $b, $k| $e
        )
    };
}

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    // The type compared is the last one: `set` names its destination's first.
    let ty = s.types().last()?;
    if s.mnemonic == M::Testp {
        return test(s, ty);
    }
    let op = operator(s)?;
    match ty {
        T::B16 | T::U16 => ints!(s, op, u16),
        T::S16 => ints!(s, op, i16),
        T::B32 | T::U32 => ints!(s, op, u32),
        T::S32 => ints!(s, op, i32),
        T::B64 | T::U64 => ints!(s, op, u64),
        T::S64 => ints!(s, op, i64),
        T::F32 if s.has(W::Ftz) => floats!(s, op, f32, |a, b, k| compare_f32(k, true, a, b)),
        T::F32 => floats!(s, op, f32, |a, b, k| compare(k, a, b)),
        T::F64 => floats!(s, op, f64, |a, b, k| compare(k, a, b)),
        T::F16 if s.has(W::Ftz) => floats!(s, op, u16, |a, b, k| compare_f16(k, true, a, b)),
        T::F16 => floats!(s, op, u16, |a, b, k| compare_f16(k, false, a, b)),
        T::Bf16 => floats!(s, op, u16, |a, b, k| compare_bf16(k, a, b)),
        _ => None,
    }
}

fn test(s: &Shape<'_>, ty: T) -> Option<Alu> {
    macro_rules! classes {
        ($f:path, $t:ty) => {
            match () {
                () if s.has(W::Finite) => s.test(|a: $t| $f(Class::Finite, a)),
                () if s.has(W::Infinite) => s.test(|a: $t| $f(Class::Infinite, a)),
                () if s.has(W::Number) => s.test(|a: $t| $f(Class::Number, a)),
                () if s.has(W::Notanumber) => s.test(|a: $t| $f(Class::NotANumber, a)),
                () if s.has(W::Normal) => s.test(|a: $t| $f(Class::Normal, a)),
                () if s.has(W::Subnormal) => s.test(|a: $t| $f(Class::Subnormal, a)),
                () => None,
            }
        };
    }
    match ty {
        T::F32 => classes!(float::testp_f32, f32),
        T::F64 => classes!(float::testp_f64, f64),
        _ => None,
    }
}
