//! Single and double precision arithmetic (PTX ISA, sections 9.7.3 and 9.7.4): what each form means is `arith`.
//!
//! Rounding to nearest has handlers of its own, with and without flushing and saturation, because nearly all code uses it;
//! directed rounding goes through one handler an operation that decodes the modifiers from the immediate.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape};
use crate::arith::float::{self, MinMax};
use crate::arith::mode::{Mods, Rounding};
use crate::arith::{approx, round};

/// The modifiers an instruction carries.
pub(super) fn mods(s: &Shape<'_>) -> Mods {
    let rnd = match () {
        () if s.has(W::Rz) => Rounding::Rz,
        () if s.has(W::Rm) => Rounding::Rm,
        () if s.has(W::Rp) => Rounding::Rp,
        () => Rounding::Rn,
    };
    Mods { rnd, ftz: s.has(W::Ftz), sat: s.has(W::Sat) }
}

/// Modifiers as an immediate.
pub(super) fn code(m: Mods) -> u64 {
    m.rnd as u64 | (m.ftz as u64) << 2 | (m.sat as u64) << 3
}

/// Modifiers from an immediate.
#[inline(always)]
pub(super) fn decode(i: u64) -> Mods {
    let rnd = match i & 3 {
        0 => Rounding::Rn,
        1 => Rounding::Rz,
        2 => Rounding::Rm,
        _ => Rounding::Rp,
    };
    Mods { rnd, ftz: i & 4 != 0, sat: i & 8 != 0 }
}

const RN: Mods = Mods::RN;
const FTZ: Mods = Mods::RN_FTZ;
const SAT: Mods = Mods { rnd: Rounding::Rn, ftz: false, sat: true };
const FTZ_SAT: Mods = Mods { rnd: Rounding::Rn, ftz: true, sat: true };

macro_rules! rounded {
    ($s:expr, un $f:path, $t:ty) => {
        match mods($s) {
            RN => $s.un(|a: $t| $f(RN, a)),
            FTZ => $s.un(|a: $t| $f(FTZ, a)),
            m => $s.un_imm(code(m), |a: $t, i: u64| $f(decode(i), a)),
        }
    };
    ($s:expr, bin $f:path, $t:ty) => {
        match mods($s) {
            RN => $s.bin(|a: $t, b: $t| $f(RN, a, b)),
            FTZ => $s.bin(|a: $t, b: $t| $f(FTZ, a, b)),
            SAT => $s.bin(|a: $t, b: $t| $f(SAT, a, b)),
            FTZ_SAT => $s.bin(|a: $t, b: $t| $f(FTZ_SAT, a, b)),
            m => $s.bin_imm(code(m), |a: $t, b: $t, i: u64| $f(decode(i), a, b)),
        }
    };
    ($s:expr, ter $f:path, $t:ty) => {
        match mods($s) {
            RN => $s.ter(|a: $t, b: $t, c: $t| $f(RN, a, b, c)),
            FTZ => $s.ter(|a: $t, b: $t, c: $t| $f(FTZ, a, b, c)),
            SAT => $s.ter(|a: $t, b: $t, c: $t| $f(SAT, a, b, c)),
            FTZ_SAT => $s.ter(|a: $t, b: $t, c: $t| $f(FTZ_SAT, a, b, c)),
            m => $s.ter_imm(Some(code(m)), |a: $t, b: $t, c: $t, i: u64| $f(decode(i), a, b, c)),
        }
    };
}

fn min_max_code(s: &Shape<'_>) -> u64 {
    s.has(W::Ftz) as u64 | (s.has(W::Nan) as u64) << 1 | (s.has(W::Xorsign) as u64) << 2
}

#[inline(always)]
pub(in crate::lower) fn min_max(i: u64) -> MinMax {
    MinMax { ftz: i & 1 != 0, nan: i & 2 != 0, xorsign_abs: i & 4 != 0 }
}

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    match s.types().last()? {
        T::F32 => single(s),
        T::F64 => double(s),
        T::F32x2 => packed(s),
        _ => None,
    }
}

const PLAIN: MinMax = MinMax { ftz: false, nan: false, xorsign_abs: false };

fn single(s: &Shape<'_>) -> Option<Alu> {
    let ftz = s.has(W::Ftz) as u64;
    let approximate = s.has(W::Approx);
    match s.mnemonic {
        M::Add => rounded!(s, bin round::add_f32, f32),
        M::Sub => rounded!(s, bin round::sub_f32, f32),
        M::Mul => rounded!(s, bin round::mul_f32, f32),
        M::Fma | M::Mad if s.has(W::Relu) => None,
        M::Fma | M::Mad => rounded!(s, ter round::fma_f32, f32),
        M::Div if s.has(W::Full) => s.bin_imm(ftz, |a: f32, b: f32, i: u64| approx::div_full(i != 0, a, b)),
        M::Div if approximate => s.bin_imm(ftz, |a: f32, b: f32, i: u64| approx::div_approx(i != 0, a, b)),
        M::Div => rounded!(s, bin round::div_f32, f32),
        M::Rcp if approximate => s.un_imm(ftz, |a: f32, i: u64| approx::rcp(i != 0, a)),
        M::Rcp => rounded!(s, un round::rcp_f32, f32),
        M::Sqrt if approximate => s.un_imm(ftz, |a: f32, i: u64| approx::sqrt(i != 0, a)),
        M::Sqrt => rounded!(s, un round::sqrt_f32, f32),
        M::Min | M::Max if s.mods.len() == 1 => match s.mnemonic {
            M::Min => s.bin(|a: f32, b: f32| float::min_f32(PLAIN, a, b)),
            _ => s.bin(|a: f32, b: f32| float::max_f32(PLAIN, a, b)),
        },
        M::Min => s.bin_imm(min_max_code(s), |a: f32, b: f32, i: u64| float::min_f32(min_max(i), a, b)),
        M::Max => s.bin_imm(min_max_code(s), |a: f32, b: f32, i: u64| float::max_f32(min_max(i), a, b)),
        M::Abs => s.un_imm(ftz, |a: f32, i: u64| float::abs_f32(i != 0, a)),
        M::Neg => s.un_imm(ftz, |a: f32, i: u64| float::neg_f32(i != 0, a)),
        M::Copysign => s.bin(float::copysign_f32),
        _ => None,
    }
}

fn double(s: &Shape<'_>) -> Option<Alu> {
    match s.mnemonic {
        M::Add => rounded!(s, bin round::add_f64, f64),
        M::Sub => rounded!(s, bin round::sub_f64, f64),
        M::Mul => rounded!(s, bin round::mul_f64, f64),
        M::Fma | M::Mad => rounded!(s, ter round::fma_f64, f64),
        M::Div => rounded!(s, bin round::div_f64, f64),
        M::Rcp if s.has(W::Approx) => s.un(approx::rcp_gross_f64),
        M::Rcp => rounded!(s, un round::rcp_f64, f64),
        M::Sqrt => rounded!(s, un round::sqrt_f64, f64),
        M::Min => s.bin_imm(min_max_code(s), |a: f64, b: f64, i: u64| float::min_f64(min_max(i), a, b)),
        M::Max => s.bin_imm(min_max_code(s), |a: f64, b: f64, i: u64| float::max_f64(min_max(i), a, b)),
        M::Abs => s.un(|a: f64| float::abs_f64(false, a)),
        M::Neg => s.un(|a: f64| float::neg_f64(false, a)),
        M::Copysign => s.bin(float::copysign_f64),
        _ => None,
    }
}

fn packed(s: &Shape<'_>) -> Option<Alu> {
    let m = code(mods(s));
    match s.mnemonic {
        M::Add => s.bin_imm(m, |a: u64, b: u64, i: u64| {
            round::each_f32x2(a, b, 0, |x, y, _| round::add_f32(decode(i), x, y))
        }),
        M::Sub => s.bin_imm(m, |a: u64, b: u64, i: u64| {
            round::each_f32x2(a, b, 0, |x, y, _| round::sub_f32(decode(i), x, y))
        }),
        M::Mul => s.bin_imm(m, |a: u64, b: u64, i: u64| {
            round::each_f32x2(a, b, 0, |x, y, _| round::mul_f32(decode(i), x, y))
        }),
        M::Fma => s.ter_imm(Some(m), |a: u64, b: u64, c: u64, i: u64| {
            round::each_f32x2(a, b, c, |x, y, z| round::fma_f32(decode(i), x, y, z))
        }),
        _ => None,
    }
}
