//! `shl`, `shr`, `shf` (PTX ISA, "Logic and Shift Instructions"): amounts beyond the width clamp to it.

macro_rules! shifts {
    ($u:ident, $s:ident, $shl:ident, $shr_u:ident, $shr_s:ident) => {
        /// `shl`: zeros come in; zero from the width on.
        #[inline(always)]
        pub fn $shl(a: $u, by: u32) -> $u {
            if by < $u::BITS { a << (by & ($u::BITS - 1)) } else { 0 }
        }

        /// `shr` unsigned or untyped: zeros come in; zero from the width on.
        #[inline(always)]
        pub fn $shr_u(a: $u, by: u32) -> $u {
            if by < $u::BITS { a >> (by & ($u::BITS - 1)) } else { 0 }
        }

        /// `shr` signed: the sign comes in, and fills the word from the width on.
        #[inline(always)]
        pub fn $shr_s(a: $s, by: u32) -> $s {
            a >> if by < $u::BITS { by } else { $u::BITS - 1 }
        }
    };
}
shifts!(u16, i16, shl_b16, shr_u16, shr_s16);
shifts!(u32, i32, shl_b32, shr_u32, shr_s32);
shifts!(u64, i64, shl_b64, shr_u64, shr_s64);

#[inline(always)]
fn amount(clamp: bool, c: u32) -> u32 {
    if clamp { if c < 32 { c } else { 32 } } else { c & 31 }
}

/// `shf.l`: the upper word of `b:a` shifted left.
#[inline(always)]
pub fn shf_l(clamp: bool, a: u32, b: u32, c: u32) -> u32 {
    ((((u64::from(b) << 32) | u64::from(a)) << amount(clamp, c)) >> 32) as u32
}

/// `shf.r`: the lower word of `b:a` shifted right.
#[inline(always)]
pub fn shf_r(clamp: bool, a: u32, b: u32, c: u32) -> u32 {
    (((u64::from(b) << 32) | u64::from(a)) >> amount(clamp, c)) as u32
}
