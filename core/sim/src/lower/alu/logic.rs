//! Bits: logic, shifts, fields, searches, selection by sign.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape, over};
use crate::arith::int::{bits, shift, simple};

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    let ty = s.types().last()?;
    let clamp = s.has(W::Clamp);
    match s.mnemonic {
        M::And => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a & b),
        M::Or => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a | b),
        M::Xor => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a, b| a ^ b),
        M::Not => over!(s, ty, [B16 => u16, B32 => u32, B64 => u64], |a| !a),
        M::Cnot => match ty {
            T::B16 => s.un(simple::cnot_b16),
            T::B32 => s.un(simple::cnot_b32),
            T::B64 => s.un(simple::cnot_b64),
            _ => None,
        },
        M::Lop3 => s.ter_imm(None, |a: u32, b: u32, c: u32, lut: u64| bits::lop3(a, b, c, lut as u8)),
        M::Shl => match ty {
            T::B16 => s.bin(shift::shl_b16),
            T::B32 => s.bin(shift::shl_b32),
            T::B64 => s.bin(shift::shl_b64),
            _ => None,
        },
        M::Shr => match ty {
            T::B16 | T::U16 => s.bin(shift::shr_u16),
            T::B32 | T::U32 => s.bin(shift::shr_u32),
            T::B64 | T::U64 => s.bin(shift::shr_u64),
            T::S16 => s.bin(shift::shr_s16),
            T::S32 => s.bin(shift::shr_s32),
            T::S64 => s.bin(shift::shr_s64),
            _ => None,
        },
        M::Shf => match (s.has(W::L), clamp) {
            (true, true) => s.ter(|a: u32, b: u32, c: u32| shift::shf_l(true, a, b, c)),
            (true, false) => s.ter(|a: u32, b: u32, c: u32| shift::shf_l(false, a, b, c)),
            (false, true) => s.ter(|a: u32, b: u32, c: u32| shift::shf_r(true, a, b, c)),
            (false, false) => s.ter(|a: u32, b: u32, c: u32| shift::shf_r(false, a, b, c)),
        },
        M::Bfe => match ty {
            T::U32 => s.ter(bits::bfe_u32),
            T::S32 => s.ter(bits::bfe_s32),
            T::U64 => s.ter(bits::bfe_u64),
            T::S64 => s.ter(bits::bfe_s64),
            _ => None,
        },
        M::Bfi => match ty {
            T::B32 => s.quad(bits::bfi_b32),
            T::B64 => s.quad(bits::bfi_b64),
            _ => None,
        },
        M::Bfind => {
            let amount = s.has(W::Shiftamt) as u64;
            match ty {
                T::U32 => s.un_imm(amount, |a: u32, i: u64| bits::bfind_u32(a, i != 0)),
                T::S32 => s.un_imm(amount, |a: i32, i: u64| bits::bfind_s32(a, i != 0)),
                T::U64 => s.un_imm(amount, |a: u64, i: u64| bits::bfind_u64(a, i != 0)),
                T::S64 => s.un_imm(amount, |a: i64, i: u64| bits::bfind_s64(a, i != 0)),
                _ => None,
            }
        }
        M::Bmsk => s.bin_imm(clamp as u64, |a: u32, b: u32, i: u64| bits::bmsk(i != 0, a, b)),
        M::Szext => match ty {
            T::U32 => s.bin_imm(clamp as u64, |a: u32, b: u32, i: u64| bits::szext_u32(i != 0, a, b)),
            _ => s.bin_imm(clamp as u64, |a: u32, b: u32, i: u64| bits::szext_s32(i != 0, a, b)),
        },
        M::Fns => s.ter(bits::fns),
        M::Brev => over!(s, ty, [B32 => u32, B64 => u64], |a| a.reverse_bits()),
        M::Clz => match ty {
            T::B32 => s.un(|a: u32| a.leading_zeros()),
            _ => s.un(|a: u64| a.leading_zeros()),
        },
        M::Popc => match ty {
            T::B32 => s.un(|a: u32| a.count_ones()),
            _ => s.un(|a: u64| a.count_ones()),
        },
        M::Slct => match (Width::of(s.ty(0)?), s.ty(1)?) {
            (Width::W64, T::F32) => s
                .ter_imm(Some(s.has(W::Ftz) as u64), |a: u64, b: u64, c: f32, i: u64| {
                    simple::slct_f32(i != 0, a, b, c)
                }),
            (_, T::F32) => s.ter_imm(Some(s.has(W::Ftz) as u64), |a: u32, b: u32, c: f32, i: u64| {
                simple::slct_f32(i != 0, a, b, c)
            }),
            (Width::W64, _) => s.ter(simple::slct_s32::<u64>),
            _ => s.ter(simple::slct_s32::<u32>),
        },
        _ => None,
    }
}

use crate::lower::registers::Width;
