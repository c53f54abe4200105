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
    // Rust's casts clamp and send NaN to zero.
    match to {
        IntType::U8 => u64::from(r as u8),
        IntType::S8 => r as i8 as u64,
        IntType::U16 => u64::from(r as u16),
        IntType::S16 => r as i16 as u64,
        IntType::U32 => u64::from(r as u32),
        IntType::S32 => r as i32 as u64,
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

/// `cvt.irnd.to.f64`; extended to 64 bits as `to` demands.
#[inline(always)]
pub fn from_f64(to: IntType, rnd: IntRounding, x: f64) -> u64 {
    let r = round_f64(rnd, x);
    let clamped = match to {
        IntType::U8 => u64::from(r as u8),
        IntType::S8 => r as i8 as u64,
        IntType::U16 => u64::from(r as u16),
        IntType::S16 => r as i16 as u64,
        IntType::U32 => u64::from(r as u32),
        IntType::S32 => r as i32 as u64,
        IntType::U64 => r as u64,
        IntType::S64 => r as i64 as u64,
    };
    if x.is_nan() { to.extend(1 << (to.bits() - 1)) } else { clamped }
}
