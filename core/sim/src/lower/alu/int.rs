//! Integer arithmetic (PTX ISA, section 9.7.1): what each form means is `arith::int`.

use warplens_ptx::isa::{Mnemonic as M, ScalarType as T, Word as W};

use super::{Alu, Shape, over};
use crate::arith::int::{dot, mul, packed, permute, simple};

pub(super) fn pick(s: &Shape<'_>) -> Option<Alu> {
    let ty = s.types().last()?;
    if s.has(W::Cc) {
        return None;
    }
    let sat = s.has(W::Sat);
    match s.mnemonic {
        M::Mov => over!(s, ty, [B8 => u8, U8 => u8, S8 => u8, B16 => u16, U16 => u16, S16 => u16, F16 => u16, Bf16 => u16,
            B32 => u32, U32 => u32, S32 => u32, F32 => u32, F16x2 => u32, Bf16x2 => u32,
            B64 => u64, U64 => u64, S64 => u64, F64 => u64, F32x2 => u64], |a| a),
        M::Add if sat && ty == T::S32 => s.bin(simple::add_sat_s32),
        M::Sub if sat && ty == T::S32 => s.bin(simple::sub_sat_s32),
        M::Add if sat => match ty {
            T::U32 => s.bin(|a: u32, b: u32| a.saturating_add(b)),
            T::U16x2 => s.bin(|a: u32, b: u32| packed::each(a, b, u16::saturating_add)),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::each(a, b, |x, y| (x as i16).saturating_add(y as i16) as u16)),
            T::U8x4 => s.bin(|a: u32, b: u32| bytes(a, b, u8::saturating_add)),
            T::S8x4 => s.bin(|a: u32, b: u32| bytes(a, b, |x, y| (x as i8).saturating_add(y as i8) as u8)),
            _ => None,
        },
        M::Sub if sat => match ty {
            T::U32 => s.bin(|a: u32, b: u32| a.saturating_sub(b)),
            T::U16x2 => s.bin(|a: u32, b: u32| packed::each(a, b, u16::saturating_sub)),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::each(a, b, |x, y| (x as i16).saturating_sub(y as i16) as u16)),
            T::U8x4 => s.bin(|a: u32, b: u32| bytes(a, b, u8::saturating_sub)),
            T::S8x4 => s.bin(|a: u32, b: u32| bytes(a, b, |x, y| (x as i8).saturating_sub(y as i8) as u8)),
            _ => None,
        },
        M::Add if matches!(ty, T::U8x4 | T::S8x4) => s.bin(|a: u32, b: u32| bytes(a, b, u8::wrapping_add)),
        M::Sub if matches!(ty, T::U8x4 | T::S8x4) => s.bin(|a: u32, b: u32| bytes(a, b, u8::wrapping_sub)),
        M::Sub if matches!(ty, T::U16x2 | T::S16x2) => {
            s.bin(|a: u32, b: u32| packed::each(a, b, u16::wrapping_sub))
        }
        M::Add => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_add(b))
            .or_else(|| over!(s, ty, [U16x2 => u32, S16x2 => u32], |a, b| packed::add_u16x2(a, b))),
        M::Sub => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_sub(b)),
        M::Mul if s.has(W::Wide) => match ty {
            T::U16 => s.bin(mul::wide_u16),
            T::S16 => s.bin(mul::wide_s16),
            T::U32 => s.bin(mul::wide_u32),
            T::S32 => s.bin(mul::wide_s32),
            _ => None,
        },
        M::Mul if s.has(W::Hi) => match ty {
            T::U16 => s.bin(mul::hi_u16),
            T::S16 => s.bin(mul::hi_s16),
            T::U32 => s.bin(mul::hi_u32),
            T::S32 => s.bin(mul::hi_s32),
            T::U64 => s.bin(mul::hi_u64),
            T::S64 => s.bin(mul::hi_s64),
            _ => None,
        },
        M::Mul => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64], |a, b| a.wrapping_mul(b)),
        M::Mad if s.has(W::Wide) => match ty {
            T::U16 => s.ter(|a: u16, b: u16, c: u32| mul::wide_u16(a, b).wrapping_add(c)),
            T::S16 => s.ter(|a: i16, b: i16, c: i32| mul::wide_s16(a, b).wrapping_add(c)),
            T::U32 => s.ter(|a: u32, b: u32, c: u64| mul::wide_u32(a, b).wrapping_add(c)),
            T::S32 => s.ter(|a: i32, b: i32, c: i64| mul::wide_s32(a, b).wrapping_add(c)),
            _ => None,
        },
        M::Mad if s.has(W::Hi) && sat => s.ter(mul::mad_hi_sat_s32),
        M::Mad if s.has(W::Hi) => match ty {
            T::U16 => s.ter(|a: u16, b: u16, c: u16| mul::hi_u16(a, b).wrapping_add(c)),
            T::S16 => s.ter(|a: i16, b: i16, c: i16| mul::hi_s16(a, b).wrapping_add(c)),
            T::U32 => s.ter(|a: u32, b: u32, c: u32| mul::hi_u32(a, b).wrapping_add(c)),
            T::S32 => s.ter(|a: i32, b: i32, c: i32| mul::hi_s32(a, b).wrapping_add(c)),
            T::U64 => s.ter(|a: u64, b: u64, c: u64| mul::hi_u64(a, b).wrapping_add(c)),
            T::S64 => s.ter(|a: i64, b: i64, c: i64| mul::hi_s64(a, b).wrapping_add(c)),
            _ => None,
        },
        M::Mad => over!(s, ty, [U16 => u16, S16 => u16, U32 => u32, S32 => u32, U64 => u64, S64 => u64],
            |a, b, c| a.wrapping_mul(b).wrapping_add(c)),
        M::Mul24 if s.has(W::Hi) => match ty {
            T::U32 => s.bin(mul::mul24_hi_u32),
            _ => s.bin(mul::mul24_hi_s32),
        },
        M::Mul24 => match ty {
            T::U32 => s.bin(mul::mul24_lo_u32),
            _ => s.bin(mul::mul24_lo_s32),
        },
        M::Mad24 if s.has(W::Hi) && sat => s.ter(mul::mad24_hi_sat_s32),
        M::Mad24 if s.has(W::Hi) => match ty {
            T::U32 => s.ter(|a: u32, b: u32, c: u32| mul::mul24_hi_u32(a, b).wrapping_add(c)),
            _ => s.ter(|a: u32, b: u32, c: u32| mul::mul24_hi_s32(a, b).wrapping_add(c)),
        },
        M::Mad24 => match ty {
            T::U32 => s.ter(|a: u32, b: u32, c: u32| mul::mul24_lo_u32(a, b).wrapping_add(c)),
            _ => s.ter(|a: u32, b: u32, c: u32| mul::mul24_lo_s32(a, b).wrapping_add(c)),
        },
        M::Sad => match ty {
            T::U16 => s.ter(simple::sad_u16),
            T::S16 => s.ter(simple::sad_s16),
            T::U32 => s.ter(simple::sad_u32),
            T::S32 => s.ter(simple::sad_s32),
            T::U64 => s.ter(simple::sad_u64),
            T::S64 => s.ter(simple::sad_s64),
            _ => None,
        },
        M::Div => match ty {
            T::U16 => s.bin(simple::div_u16),
            T::S16 => s.bin(simple::div_s16),
            T::U32 => s.bin(simple::div_u32),
            T::S32 => s.bin(simple::div_s32),
            T::U64 => s.bin(simple::div_u64),
            T::S64 => s.bin(simple::div_s64),
            _ => None,
        },
        M::Rem => match ty {
            T::U16 => s.bin(simple::rem_u16),
            T::S16 => s.bin(simple::rem_s16),
            T::U32 => s.bin(simple::rem_u32),
            T::S32 => s.bin(simple::rem_s32),
            T::U64 => s.bin(simple::rem_u64),
            T::S64 => s.bin(simple::rem_s64),
            _ => None,
        },
        M::Abs => over!(s, ty, [S16 => i16, S32 => i32, S64 => i64], |a| a.wrapping_abs()),
        M::Neg => over!(s, ty, [S16 => i16, S32 => i32, S64 => i64], |a| a.wrapping_neg()),
        M::Min if s.has(W::Relu) => match ty {
            T::S32 => s.bin(packed::min_relu_s32),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::min_s16x2(true, a, b)),
            _ => None,
        },
        M::Max if s.has(W::Relu) => match ty {
            T::S32 => s.bin(packed::max_relu_s32),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::max_s16x2(true, a, b)),
            _ => None,
        },
        M::Min => match ty {
            T::U16x2 => s.bin(packed::min_u16x2),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::min_s16x2(false, a, b)),
            T::U8x4 => s.bin(|a: u32, b: u32| bytes(a, b, u8::min)),
            T::S8x4 => s.bin(|a: u32, b: u32| bytes(a, b, |x, y| (x as i8).min(y as i8) as u8)),
            ty => over!(s, ty, [U16 => u16, S16 => i16, U32 => u32, S32 => i32, U64 => u64, S64 => i64], |a, b| a.min(b)),
        },
        M::Max => match ty {
            T::U16x2 => s.bin(packed::max_u16x2),
            T::S16x2 => s.bin(|a: u32, b: u32| packed::max_s16x2(false, a, b)),
            T::U8x4 => s.bin(|a: u32, b: u32| bytes(a, b, u8::max)),
            T::S8x4 => s.bin(|a: u32, b: u32| bytes(a, b, |x, y| (x as i8).max(y as i8) as u8)),
            ty => over!(s, ty, [U16 => u16, S16 => i16, U32 => u32, S32 => i32, U64 => u64, S64 => i64], |a, b| a.max(b)),
        },
        M::Dp4a => match (s.ty(0)?, s.ty(1)?) {
            (T::U32, T::U32) => s.ter(|a: u32, b: u32, c: u32| dot::dp4a(false, false, a, b, c)),
            (T::U32, _) => s.ter(|a: u32, b: u32, c: u32| dot::dp4a(false, true, a, b, c)),
            (_, T::U32) => s.ter(|a: u32, b: u32, c: u32| dot::dp4a(true, false, a, b, c)),
            _ => s.ter(|a: u32, b: u32, c: u32| dot::dp4a(true, true, a, b, c)),
        },
        M::Dp2a => {
            let flags = s.has(W::Hi) as u64
                | ((s.ty(0)? == T::S32) as u64) << 1
                | ((s.ty(1)? == T::S32) as u64) << 2;
            s.ter_imm(Some(flags), |a: u32, b: u32, c: u32, f: u64| {
                dot::dp2a(f & 1 != 0, f & 2 != 0, f & 4 != 0, a, b, c)
            })
        }
        M::Prmt => match () {
            () if s.has(W::F4e) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::F4e, a, b, c)),
            () if s.has(W::B4e) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::B4e, a, b, c)),
            () if s.has(W::Rc8) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::Rc8, a, b, c)),
            () if s.has(W::Ecl) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::Ecl, a, b, c)),
            () if s.has(W::Ecr) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::Ecr, a, b, c)),
            () if s.has(W::Rc16) => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::Rc16, a, b, c)),
            () => s.ter(|a: u32, b: u32, c: u32| permute::prmt(permute::Mode::Generic, a, b, c)),
        },
        _ => None,
    }
}

/// Four bytes at once.
#[inline(always)]
fn bytes(a: u32, b: u32, f: impl Fn(u8, u8) -> u8) -> u32 {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    u32::from_le_bytes(std::array::from_fn(|i| f(a[i], b[i])))
}
