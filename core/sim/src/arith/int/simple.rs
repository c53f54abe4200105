//! `add.sat`, `sub.sat`, `div`, `rem`, `sad`, `abs`, `neg`, `cnot`, `slct`.
//!
//! Division by zero is left open by the manual ("yields an unspecified, machine-specific value"); this
//! device gives what NVIDIA hardware is commonly seen to give: a quotient of all ones and the dividend as the
//! remainder. The smallest number divided by -1 wraps to itself, remainder 0.

use crate::arith::float::flush_f32;

/// `add.sat.s32`.
#[inline(always)]
pub fn add_sat_s32(a: u32, b: u32) -> u32 {
    (a as i32).saturating_add(b as i32) as u32
}

/// `sub.sat.s32`.
#[inline(always)]
pub fn sub_sat_s32(a: u32, b: u32) -> u32 {
    (a as i32).saturating_sub(b as i32) as u32
}

macro_rules! unsigned {
    ($ty:ident, $div:ident, $rem:ident, $sad:ident, $cnot:ident) => {
        /// `div`; all ones when the divisor is zero.
        #[inline(always)]
        pub fn $div(a: $ty, b: $ty) -> $ty {
            a.checked_div(b).unwrap_or($ty::MAX)
        }

        /// `rem`; the dividend when the divisor is zero.
        #[inline(always)]
        pub fn $rem(a: $ty, b: $ty) -> $ty {
            a.checked_rem(b).unwrap_or(a)
        }

        /// `sad`: `c` plus the absolute difference of `a` and `b`, wrapping.
        #[inline(always)]
        pub fn $sad(a: $ty, b: $ty, c: $ty) -> $ty {
            c.wrapping_add(a.abs_diff(b))
        }

        /// `cnot`: 1 for zero, 0 otherwise.
        #[inline(always)]
        pub fn $cnot(a: $ty) -> $ty {
            $ty::from(a == 0)
        }
    };
}
unsigned!(u16, div_u16, rem_u16, sad_u16, cnot_b16);
unsigned!(u32, div_u32, rem_u32, sad_u32, cnot_b32);
unsigned!(u64, div_u64, rem_u64, sad_u64, cnot_b64);

macro_rules! signed {
    ($ty:ident, $div:ident, $rem:ident, $sad:ident) => {
        /// `div`, truncating; -1 when the divisor is zero.
        #[inline(always)]
        pub fn $div(a: $ty, b: $ty) -> $ty {
            if b == 0 { -1 } else { a.wrapping_div(b) }
        }

        /// `rem`, with the sign of the dividend; the dividend when the divisor is zero.
        #[inline(always)]
        pub fn $rem(a: $ty, b: $ty) -> $ty {
            if b == 0 { a } else { a.wrapping_rem(b) }
        }

        /// `sad`: `c` plus the absolute difference of `a` and `b`, wrapping.
        #[inline(always)]
        pub fn $sad(a: $ty, b: $ty, c: $ty) -> $ty {
            c.wrapping_add(a.abs_diff(b) as $ty)
        }
    };
}
signed!(i16, div_s16, rem_s16, sad_s16);
signed!(i32, div_s32, rem_s32, sad_s32);
signed!(i64, div_s64, rem_s64, sad_s64);

/// `slct.type.s32`: `a` if `c >= 0`, else `b`. Values are moved, whatever their type.
#[inline(always)]
pub fn slct_s32<T>(a: T, b: T, c: i32) -> T {
    if c >= 0 { a } else { b }
}

/// `slct{.ftz}.type.f32`: `a` if `c >= 0`, else `b`; NaN selects `b`. With `.ftz` a negative subnormal counts as
/// -0 and selects `a`.
#[inline(always)]
pub fn slct_f32<T>(ftz: bool, a: T, b: T, c: f32) -> T {
    let c = if ftz { flush_f32(c) } else { c };
    if c >= 0.0 { a } else { b }
}
