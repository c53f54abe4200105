//! Approximate functions (PTX ISA, section 9.7.3): results within the manual's error, the same on every machine.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape};
use crate::arith::{approx, half};

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    let ftz = s.has(W::Ftz) as u64;
    match (s.mnemonic, s.types().last()?) {
        (M::Sin, T::F32) => s.un_imm(ftz, |a: f32, i: u64| approx::sin(i != 0, a)),
        (M::Cos, T::F32) => s.un_imm(ftz, |a: f32, i: u64| approx::cos(i != 0, a)),
        (M::Ex2, T::F32) => s.un_imm(ftz, |a: f32, i: u64| approx::ex2(i != 0, a)),
        (M::Lg2, T::F32) => s.un_imm(ftz, |a: f32, i: u64| approx::lg2(i != 0, a)),
        (M::Rsqrt, T::F32) => s.un_imm(ftz, |a: f32, i: u64| approx::rsqrt(i != 0, a)),
        (M::Rsqrt, T::F64) if ftz != 0 => s.un(approx::rsqrt_gross_f64),
        (M::Rsqrt, T::F64) => s.un(approx::rsqrt_f64),
        (M::Tanh, T::F32) => s.un(approx::tanh),
        (M::Tanh, T::F16) => s.un(approx::tanh_f16),
        (M::Tanh, T::Bf16) => s.un(approx::tanh_bf16),
        (M::Tanh, T::F16x2) => s.un(|a: u32| half::each(a, approx::tanh_f16)),
        (M::Tanh, T::Bf16x2) => s.un(|a: u32| half::each(a, approx::tanh_bf16)),
        (M::Ex2, T::F16) => s.un(approx::ex2_f16),
        (M::Ex2, T::Bf16) => s.un(approx::ex2_bf16),
        (M::Ex2, T::F16x2) => s.un(|a: u32| half::each(a, approx::ex2_f16)),
        (M::Ex2, T::Bf16x2) => s.un(|a: u32| half::each(a, approx::ex2_bf16)),
        _ => None,
    }
}
