//! Integer functions.

use super::macros::*;
use crate::arith::int::{mul, permute, simple};
use crate::arith::math::{MathFn, MathImpl, Param};

pub(super) const TABLE: &[MathFn] = &[
    bits!("__nv_abs", |a: i32| -> i32 a.wrapping_abs()),
    bits!("__nv_llabs", |a: i64| -> i64 a.wrapping_abs()),
    bits!("__nv_brev", |a: u32| -> u32 a.reverse_bits()),
    bits!("__nv_brevll", |a: u64| -> u64 a.reverse_bits()),
    bits!("__nv_byte_perm", |a: u32, b: u32, c: u32| -> u32 permute::prmt(permute::Mode::Generic, a, b, c)),
    bits!("__nv_clz", |a: u32| -> u32 a.leading_zeros()),
    bits!("__nv_clzll", |a: u64| -> u32 a.leading_zeros()),
    bits!("__nv_ffs", |a: u32| -> u32 if a == 0 { 0 } else { a.trailing_zeros() + 1 }),
    bits!("__nv_ffsll", |a: u64| -> u32 if a == 0 { 0 } else { a.trailing_zeros() + 1 }),
    bits!("__nv_popc", |a: u32| -> u32 a.count_ones()),
    bits!("__nv_popcll", |a: u64| -> u32 a.count_ones()),
    bits!("__nv_hadd", |a: i32, b: i32| -> i32 ((i64::from(a) + i64::from(b)) >> 1) as i32),
    bits!("__nv_rhadd", |a: i32, b: i32| -> i32 ((i64::from(a) + i64::from(b) + 1) >> 1) as i32),
    bits!("__nv_uhadd", |a: u32, b: u32| -> u32 ((u64::from(a) + u64::from(b)) >> 1) as u32),
    bits!("__nv_urhadd", |a: u32, b: u32| -> u32 ((u64::from(a) + u64::from(b) + 1) >> 1) as u32),
    bits!("__nv_mul24", |a: u32, b: u32| -> u32 mul::mul24_lo_s32(a, b)),
    bits!("__nv_umul24", |a: u32, b: u32| -> u32 mul::mul24_lo_u32(a, b)),
    bits!("__nv_mulhi", |a: i32, b: i32| -> i32 mul::hi_s32(a, b)),
    bits!("__nv_umulhi", |a: u32, b: u32| -> u32 mul::hi_u32(a, b)),
    bits!("__nv_mul64hi", |a: i64, b: i64| -> i64 mul::hi_s64(a, b)),
    bits!("__nv_umul64hi", |a: u64, b: u64| -> u64 mul::hi_u64(a, b)),
    bits!("__nv_sad", |a: i32, b: i32, c: i32| -> i32 simple::sad_s32(a, b, c)),
    bits!("__nv_usad", |a: u32, b: u32, c: u32| -> u32 simple::sad_u32(a, b, c)),
    bits!("__nv_min", |a: i32, b: i32| -> i32 a.min(b)),
    bits!("__nv_max", |a: i32, b: i32| -> i32 a.max(b)),
    bits!("__nv_umin", |a: u32, b: u32| -> u32 a.min(b)),
    bits!("__nv_umax", |a: u32, b: u32| -> u32 a.max(b)),
    bits!("__nv_llmin", |a: i64, b: i64| -> i64 a.min(b)),
    bits!("__nv_llmax", |a: i64, b: i64| -> i64 a.max(b)),
    bits!("__nv_ullmin", |a: u64, b: u64| -> u64 a.min(b)),
    bits!("__nv_ullmax", |a: u64, b: u64| -> u64 a.max(b)),
];
