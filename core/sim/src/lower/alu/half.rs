//! f16 and bf16, single and packed (PTX ISA, section 9.7.4): what each form means is `arith::half`.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::float::min_max;
use super::{Alu, Shape};
use crate::arith::half::{HalfMods, bf16, f16};
use crate::arith::round;

fn code(s: &Shape<'_>) -> u64 {
    s.has(W::Ftz) as u64 | (s.has(W::Sat) as u64) << 1 | (s.has(W::Relu) as u64) << 2
}

#[inline(always)]
fn decode(i: u64) -> HalfMods {
    HalfMods { ftz: i & 1 != 0, sat: i & 2 != 0, relu: i & 4 != 0 }
}

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    if s.ty(0)? == T::F32 && s.ty(1).is_some() {
        return mixed(s);
    }
    match s.types().last()? {
        T::F16 => f16_one(s),
        T::Bf16 => bf16_one(s),
        T::F16x2 => f16_two(s),
        T::Bf16x2 => bf16_two(s),
        _ => None,
    }
}

macro_rules! family {
    ($one:ident, $two:ident, $m:ident) => {
        fn $one(s: &Shape<'_>) -> Option<Alu> {
            let c = code(s);
            let mm = s.has(W::Ftz) as u64 | (s.has(W::Nan) as u64) << 1 | (s.has(W::Xorsign) as u64) << 2;
            match s.mnemonic {
                M::Add => s.bin_imm(c, |a: u16, b: u16, i: u64| $m::add(decode(i), a, b)),
                M::Sub => s.bin_imm(c, |a: u16, b: u16, i: u64| $m::sub(decode(i), a, b)),
                M::Mul => s.bin_imm(c, |a: u16, b: u16, i: u64| $m::mul(decode(i), a, b)),
                M::Fma if s.has(W::Oob) => None,
                M::Fma => s.ter_imm(Some(c), |a: u16, b: u16, x: u16, i: u64| $m::fma(decode(i), a, b, x)),
                M::Neg => s.un_imm(c, |a: u16, i: u64| $m::neg(i & 1 != 0, a)),
                M::Abs => s.un_imm(c, |a: u16, i: u64| $m::abs(i & 1 != 0, a)),
                M::Min => s.bin_imm(mm, |a: u16, b: u16, i: u64| $m::min(min_max(i), a, b)),
                M::Max => s.bin_imm(mm, |a: u16, b: u16, i: u64| $m::max(min_max(i), a, b)),
                _ => None,
            }
        }

        fn $two(s: &Shape<'_>) -> Option<Alu> {
            let c = code(s);
            let mm = s.has(W::Ftz) as u64 | (s.has(W::Nan) as u64) << 1 | (s.has(W::Xorsign) as u64) << 2;
            match s.mnemonic {
                M::Add => s.bin_imm(c, |a: u32, b: u32, i: u64| $m::add_x2(decode(i), a, b)),
                M::Sub => s.bin_imm(c, |a: u32, b: u32, i: u64| $m::sub_x2(decode(i), a, b)),
                M::Mul => s.bin_imm(c, |a: u32, b: u32, i: u64| $m::mul_x2(decode(i), a, b)),
                M::Fma if s.has(W::Oob) => None,
                M::Fma => s.ter_imm(Some(c), |a: u32, b: u32, x: u32, i: u64| $m::fma_x2(decode(i), a, b, x)),
                M::Neg => s.un_imm(c, |a: u32, i: u64| $m::neg_x2(i & 1 != 0, a)),
                M::Abs => s.un_imm(c, |a: u32, i: u64| $m::abs_x2(i & 1 != 0, a)),
                M::Min => s.bin_imm(mm, |a: u32, b: u32, i: u64| $m::min_x2(min_max(i), a, b)),
                M::Max => s.bin_imm(mm, |a: u32, b: u32, i: u64| $m::max_x2(min_max(i), a, b)),
                _ => None,
            }
        }
    };
}
family!(f16_one, f16_two, f16);
family!(bf16_one, bf16_two, bf16);

/// `add.f32.f16` and its like: half operands widened, single-precision arithmetic.
fn mixed(s: &Shape<'_>) -> Option<Alu> {
    use super::float::{code, decode, mods};
    let m = code(mods(s));
    match (s.mnemonic, s.ty(1)?) {
        (M::Add, T::F16) => {
            s.bin_imm(m, |a: u16, c: f32, i: u64| round::add_f32(decode(i), f16::to_f32(a), c))
        }
        (M::Add, T::Bf16) => {
            s.bin_imm(m, |a: u16, c: f32, i: u64| round::add_f32(decode(i), bf16::to_f32(a), c))
        }
        (M::Sub, T::F16) => {
            s.bin_imm(m, |a: u16, c: f32, i: u64| round::sub_f32(decode(i), f16::to_f32(a), c))
        }
        (M::Sub, T::Bf16) => {
            s.bin_imm(m, |a: u16, c: f32, i: u64| round::sub_f32(decode(i), bf16::to_f32(a), c))
        }
        (M::Fma, T::F16) => s.ter_imm(Some(m), |a: u16, b: u16, c: f32, i: u64| {
            round::fma_f32(decode(i), f16::to_f32(a), f16::to_f32(b), c)
        }),
        (M::Fma, T::Bf16) => s.ter_imm(Some(m), |a: u16, b: u16, c: f32, i: u64| {
            round::fma_f32(decode(i), bf16::to_f32(a), bf16::to_f32(b), c)
        }),
        _ => None,
    }
}
