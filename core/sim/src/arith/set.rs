//! Comparisons: `setp`, `set`, and the predicate combination that both allow.
//!
//! PTX ISA, "Comparisons" and "Comparison and Selection Instructions". Integer, bit-size and floating-point operands
//! share one operator enum; unordered forms (`.equ` ...) are true when an operand is NaN.

use super::float::flush_f32;
use super::half;

/// The comparison operators of `set`, `setp` and `vset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cmp {
    /// `.eq`
    Eq,
    /// `.ne`; for floats ordered: false when an operand is NaN.
    Ne,
    /// `.lt`, and `.lo` on unsigned operands.
    Lt,
    /// `.le`, and `.ls`.
    Le,
    /// `.gt`, and `.hi`.
    Gt,
    /// `.ge`, and `.hs`.
    Ge,
    /// `.equ`
    Equ,
    /// `.neu`
    Neu,
    /// `.ltu`
    Ltu,
    /// `.leu`
    Leu,
    /// `.gtu`
    Gtu,
    /// `.geu`
    Geu,
    /// `.num`: neither operand is NaN.
    Num,
    /// `.nan`: an operand is NaN.
    Nan,
}

impl Cmp {
    /// Every operator.
    pub const ALL: [Cmp; 14] = [
        Cmp::Eq,
        Cmp::Ne,
        Cmp::Lt,
        Cmp::Le,
        Cmp::Gt,
        Cmp::Ge,
        Cmp::Equ,
        Cmp::Neu,
        Cmp::Ltu,
        Cmp::Leu,
        Cmp::Gtu,
        Cmp::Geu,
        Cmp::Num,
        Cmp::Nan,
    ];
}

/// The Boolean operators that combine a comparison with a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoolOp {
    /// `.and`
    And,
    /// `.or`
    Or,
    /// `.xor`
    Xor,
}

/// Compares two values of any ordered type, signed or unsigned integers or floats.
#[inline(always)]
pub fn compare<T: PartialOrd + Copy>(op: Cmp, a: T, b: T) -> bool {
    // `x != x` only for NaN, so on integers this is a constant.
    #[allow(clippy::eq_op, reason = "detects NaN without naming the type")]
    let nan = a != a || b != b;
    match op {
        Cmp::Eq => a == b,
        Cmp::Ne => a != b && !nan,
        Cmp::Lt => a < b,
        Cmp::Le => a <= b,
        Cmp::Gt => a > b,
        Cmp::Ge => a >= b,
        Cmp::Equ => a == b || nan,
        Cmp::Neu => a != b,
        Cmp::Ltu => a < b || nan,
        Cmp::Leu => a <= b || nan,
        Cmp::Gtu => a > b || nan,
        Cmp::Geu => a >= b || nan,
        Cmp::Num => !nan,
        Cmp::Nan => nan,
    }
}

/// [`compare`] on single precision with `.ftz`.
#[inline(always)]
pub fn compare_f32(op: Cmp, ftz: bool, a: f32, b: f32) -> bool {
    if ftz { compare(op, flush_f32(a), flush_f32(b)) } else { compare(op, a, b) }
}

/// [`compare`] on f16 with `.ftz`.
#[inline(always)]
pub fn compare_f16(op: Cmp, ftz: bool, a: u16, b: u16) -> bool {
    let (a, b) = if ftz { (half::f16::flush(a), half::f16::flush(b)) } else { (a, b) };
    compare(op, half::f16::to_f32(a), half::f16::to_f32(b))
}

/// [`compare`] on bf16.
#[inline(always)]
pub fn compare_bf16(op: Cmp, a: u16, b: u16) -> bool {
    compare(op, half::bf16::to_f32(a), half::bf16::to_f32(b))
}

/// The comparison's result combined with predicate `c`, already negated where `!c` is written. `setp`'s second
/// destination is `combine(op, !t, c)`.
#[inline(always)]
pub fn combine(op: Option<BoolOp>, t: bool, c: bool) -> bool {
    match op {
        None => t,
        Some(BoolOp::And) => t & c,
        Some(BoolOp::Or) => t | c,
        Some(BoolOp::Xor) => t ^ c,
    }
}

/// The result of `set` with an integer destination: all ones or zero (16-bit destinations keep the low half).
#[inline(always)]
pub fn set_int(t: bool) -> u32 {
    if t { u32::MAX } else { 0 }
}

/// The result of `set` with an `.f32` destination: 1.0 or 0.0.
#[inline(always)]
pub fn set_f32(t: bool) -> f32 {
    if t { 1.0 } else { 0.0 }
}

/// The result of `set.f16x2` for one half: 1.0 or 0.0.
#[inline(always)]
pub fn set_f16(t: bool) -> u16 {
    if t { half::f16::ONE } else { 0 }
}

/// The result of `set.bf16x2` for one half: 1.0 or 0.0.
#[inline(always)]
pub fn set_bf16(t: bool) -> u16 {
    if t { half::bf16::ONE } else { 0 }
}
