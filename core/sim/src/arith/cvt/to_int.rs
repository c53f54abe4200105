//! Float to integer: rounding to an integer value, then clamping to the destination's range.
//!
//! NaN gives 0 when the source is not `.f64` and the destination not 64 bits wide, else the word with only its top
//! bit set (PTX ISA, "cvt", integer notes). f16 and bf16 sources are widened to single precision first.

use super::to_float::{round_f32, round_f64};
use crate::arith::float::flush_f32;
use crate::arith::int::IntType;
use crate::arith::mode::IntRounding;

/// `cvt.irnd{.ftz}.to.f32`, and of f16 or bf16 widened; extended to 64 bits as `to` demands.
#[inline(always)]
pub fn from_f32(to: IntType, rnd: IntRounding, ftz: bool, x: f32) -> u64 {
    let x = if ftz { flush_f32(x) } else { x };
    let r = round_f32(rnd, x);
    match to {
        IntType::U8 | IntType::S8 | IntType::U16 | IntType::S16 => {
            signed32(r).clamp(to.min() as i32, to.max() as i32) as u64
        }
        IntType::S32 => signed32(r) as u64,
        IntType::U32 => u64::from(unsigned32(r)),
        IntType::U64 => {
            if r.is_nan() {
                1 << 63
            } else {
                r as u64
            }
        }
        IntType::S64 => {
            if r.is_nan() {
                1 << 63
            } else {
                r as i64 as u64
            }
        }
    }
}

/// A single to a signed word: clamped, NaN to 0. The plain cast means the same, but LLVM turns a row of them into
/// scalar code.
#[inline(always)]
fn signed32(x: f32) -> i32 {
    const TOP: f32 = 2_147_483_648.0;
    let number = if x.is_nan() { 0.0 } else { x };
    let low = if number < -TOP { -TOP } else { number };
    let inside = if low < TOP { low } else { 0.0 };
    // SAFETY: a number in [-2^31, 2^31), neither NaN nor infinite.
    let i = unsafe { inside.to_int_unchecked::<i32>() };
    if low < TOP { i } else { i32::MAX }
}

/// A single to an unsigned word: clamped, NaN to 0. The upper half goes through the signed conversion, which is the
/// one that processors have.
#[inline(always)]
fn unsigned32(x: f32) -> u32 {
    const TOP: f32 = 2_147_483_648.0;
    let positive = if x > 0.0 { x } else { 0.0 };
    let upper = positive >= TOP;
    let i = signed32(if upper { positive - TOP } else { positive }) as u32;
    let wide = i ^ if upper { 0x8000_0000 } else { 0 };
    if positive >= 2.0 * TOP { u32::MAX } else { wide }
}

/// A double to a signed word: clamped, NaN to 0.
#[inline(always)]
fn signed32_f64(x: f64) -> i32 {
    let number = if x.is_nan() { 0.0 } else { x };
    let low = if number < -2_147_483_648.0 { -2_147_483_648.0 } else { number };
    let inside = if low > 2_147_483_647.0 { 2_147_483_647.0 } else { low };
    // SAFETY: a number in [-2^31, 2^31), neither NaN nor infinite.
    unsafe { inside.to_int_unchecked::<i32>() }
}

/// `cvt.irnd.to.f64`; extended to 64 bits as `to` demands.
#[inline(always)]
pub fn from_f64(to: IntType, rnd: IntRounding, x: f64) -> u64 {
    let r = round_f64(rnd, x);
    let clamped = match to {
        IntType::U64 => r as u64,
        IntType::S64 => r as i64 as u64,
        // Offset by 2^31, an unsigned word becomes a signed one.
        IntType::U32 => u64::from(signed32_f64(r.max(0.0) - 2_147_483_648.0) as u32 ^ 0x8000_0000),
        _ => signed32_f64(r).clamp(to.min() as i32, to.max() as i32) as u64,
    };
    if x.is_nan() { to.extend(1 << (to.bits() - 1)) } else { clamped }
}
