//! Integer to float, any rounding. `.rn` to single and double precision is the processor's own conversion.

use crate::arith::exact::{BF16, Exact, F16, F32, F64, Format};
use crate::arith::int::IntType;
use crate::arith::mode::Rounding;

#[inline(always)]
fn exact(from: IntType, format: Format, rnd: Rounding, x: u64) -> u64 {
    let v = from.extend(x);
    let neg = from.signed() && (v as i64) < 0;
    let mag = if neg { (v as i64).unsigned_abs() } else { v };
    Exact { neg, exp: 0, mag: u128::from(mag) }.round(format, rnd)
}

/// `cvt.rnd.f32.from`.
#[inline(always)]
pub fn to_f32(from: IntType, rnd: Rounding, x: u64) -> f32 {
    let v = from.extend(x);
    match (rnd, from) {
        (_, IntType::U8 | IntType::S8 | IntType::U16 | IntType::S16) => v as i32 as f32,
        (Rounding::Rn, IntType::U32) => v as u32 as f32,
        (Rounding::Rn, IntType::S32) => v as i32 as f32,
        (Rounding::Rn, IntType::U64) => v as f32,
        (Rounding::Rn, IntType::S64) => v as i64 as f32,
        _ => f32::from_bits(exact(from, F32, rnd, x) as u32),
    }
}

/// `cvt{.rnd}.f64.from`.
#[inline(always)]
pub fn to_f64(from: IntType, rnd: Rounding, x: u64) -> f64 {
    let v = from.extend(x);
    match (rnd, from) {
        (Rounding::Rn, IntType::U64) => v as f64,
        (Rounding::Rn, IntType::S64) => v as i64 as f64,
        (_, IntType::U64 | IntType::S64) => f64::from_bits(exact(from, F64, rnd, x)),
        (_, IntType::U32) => f64::from(v as u32),
        _ => f64::from(v as i32),
    }
}

/// `cvt.rnd.f16.from`; overflow gives infinity or the largest number, as the rounding says.
#[inline(always)]
pub fn to_f16(from: IntType, rnd: Rounding, x: u64) -> u16 {
    exact(from, F16, rnd, x) as u16
}

/// `cvt.rnd.bf16.from`.
#[inline(always)]
pub fn to_bf16(from: IntType, rnd: Rounding, x: u64) -> u16 {
    exact(from, BF16, rnd, x) as u16
}
