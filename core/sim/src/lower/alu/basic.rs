//! The instructions nearly every kernel is made of.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape};

/// The same meaning over several types: `over!(s, ty, [B32 => u32, ...], |a, b| a & b)`.
macro_rules! over {
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident| $e:expr) => {
        match $ty { $(T::$t => $s.un(|$a: $r| $e),)* _ => None }
    };
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident, $b:ident| $e:expr) => {
        match $ty { $(T::$t => $s.bin(|$a: $r, $b: $r| $e),)* _ => None }
    };
    ($s:expr, $ty:expr, [$($t:ident => $r:ty),* $(,)?], |$a:ident, $b:ident, $c:ident| $e:expr) => {
        match $ty { $(T::$t => $s.ter(|$a: $r, $b: $r, $c: $r| $e),)* _ => None }
    };
}

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    let ty = s.types().last()?;
    let plain =
        !(s.has(W::Sat) || s.has(W::Cc) || s.has(W::Ftz) || s.has(W::Rz) || s.has(W::Rm) || s.has(W::Rp));
    match s.mnemonic {
        M::Mov => over!(s, ty, [B16 => u16, U16 => u16, S16 => u16, F16 => u16, Bf16 => u16, B32 => u32, U32 => u32, S32 => u32, F32 => u32,
            B64 => u64, U64 => u64, S64 => u64, F64 => u64], |a| a),
        M::Add if plain => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_add(b))
            .or_else(|| over!(s, ty, [F32 => f32, F64 => f64], |a, b| a + b)),
        M::Sub if plain => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_sub(b))
            .or_else(|| over!(s, ty, [F32 => f32, F64 => f64], |a, b| a - b)),
        M::Mul if plain && s.has(W::Wide) => match ty {
            T::U16 => s.bin(|a: u16, b: u16| a as u32 * b as u32),
            T::S16 => s.bin(|a: i16, b: i16| a as i32 * b as i32),
            T::U32 => s.bin(|a: u32, b: u32| a as u64 * b as u64),
            T::S32 => s.bin(|a: i32, b: i32| a as i64 * b as i64),
            _ => None,
        },
        M::Mul if plain && !s.has(W::Hi) => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_mul(b))
            .or_else(|| over!(s, ty, [F32 => f32, F64 => f64], |a, b| a * b)),
        M::Mad if plain && s.has(W::Wide) => match ty {
            T::U16 => s.ter(|a: u16, b: u16, c: u32| (a as u32 * b as u32).wrapping_add(c)),
            T::S16 => s.ter(|a: i16, b: i16, c: u32| (a as i32 * b as i32).wrapping_add(c as i32)),
            T::U32 => s.ter(|a: u32, b: u32, c: u64| (a as u64 * b as u64).wrapping_add(c)),
            T::S32 => s.ter(|a: i32, b: i32, c: i64| (a as i64 * b as i64).wrapping_add(c)),
            _ => None,
        },
        M::Mad if plain && s.has(W::Lo) => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64],
            |a, b, c| a.wrapping_mul(b).wrapping_add(c)),
        M::Fma | M::Mad if plain => over!(s, ty, [F32 => f32, F64 => f64], |a, b, c| a.mul_add(b, c)),
        M::And => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a & b),
        M::Or => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a | b),
        M::Xor => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a ^ b),
        M::Not => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a| !a),
        _ => None,
    }
}
