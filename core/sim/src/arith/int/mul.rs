//! `mul` and `mad` with `.hi`, `.lo`, `.wide`, and their 24-bit forms.
//!
//! `.lo` is Rust's `wrapping_mul`. `mad` is a product from here plus a wrapping addition, or one of
//! [`super::carry`] where `.cc` is written.

macro_rules! hi {
    ($ty:ident, $wide:ident, $name:ident) => {
        /// `mul.hi`: the upper half of the full product.
        #[inline(always)]
        pub fn $name(a: $ty, b: $ty) -> $ty {
            (($wide::from(a) * $wide::from(b)) >> $ty::BITS) as $ty
        }
    };
}
hi!(u16, u32, hi_u16);
hi!(i16, i32, hi_s16);
hi!(u32, u64, hi_u32);
hi!(i32, i64, hi_s32);
hi!(u64, u128, hi_u64);
hi!(i64, i128, hi_s64);

/// `mul.wide.u16`.
#[inline(always)]
pub fn wide_u16(a: u16, b: u16) -> u32 {
    u32::from(a) * u32::from(b)
}

/// `mul.wide.s16`.
#[inline(always)]
pub fn wide_s16(a: i16, b: i16) -> i32 {
    i32::from(a) * i32::from(b)
}

/// `mul.wide.u32`.
#[inline(always)]
pub fn wide_u32(a: u32, b: u32) -> u64 {
    u64::from(a) * u64::from(b)
}

/// `mul.wide.s32`.
#[inline(always)]
pub fn wide_s32(a: i32, b: i32) -> i64 {
    i64::from(a) * i64::from(b)
}

/// `mad.hi.sat.s32`: the upper half plus `c`, clamped.
#[inline(always)]
pub fn mad_hi_sat_s32(a: i32, b: i32, c: i32) -> i32 {
    hi_s32(a, b).saturating_add(c)
}

/// The low 24 bits, zero-extended.
#[inline(always)]
const fn u24(x: u32) -> u64 {
    (x & 0x00ff_ffff) as u64
}

/// The low 24 bits, sign-extended.
#[inline(always)]
const fn s24(x: u32) -> i64 {
    (((x << 8) as i32) >> 8) as i64
}

/// `mul24.lo.u32`: bits 31..0 of the 48-bit product.
#[inline(always)]
pub fn mul24_lo_u32(a: u32, b: u32) -> u32 {
    (u24(a) * u24(b)) as u32
}

/// `mul24.lo.s32`.
#[inline(always)]
pub fn mul24_lo_s32(a: u32, b: u32) -> u32 {
    (s24(a) * s24(b)) as u32
}

/// `mul24.hi.u32`: bits 47..16 of the 48-bit product.
#[inline(always)]
pub fn mul24_hi_u32(a: u32, b: u32) -> u32 {
    ((u24(a) * u24(b)) >> 16) as u32
}

/// `mul24.hi.s32`.
#[inline(always)]
pub fn mul24_hi_s32(a: u32, b: u32) -> u32 {
    ((s24(a) * s24(b)) >> 16) as u32
}

/// `mad24.hi.sat.s32`: bits 47..16 plus `c`, clamped.
#[inline(always)]
pub fn mad24_hi_sat_s32(a: u32, b: u32, c: u32) -> u32 {
    (mul24_hi_s32(a, b) as i32).saturating_add(c as i32) as u32
}
