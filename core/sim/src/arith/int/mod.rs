//! Integer instructions (PTX ISA, "Integer Arithmetic Instructions", "Extended-Precision Integer Arithmetic
//! Instructions", "Logic and Shift Instructions", "Video Instructions").
//!
//! `add`, `sub`, `and`, `or`, `xor`, `not`, `min`, `max`, `popc`, `clz`, `brev` on plain integers are Rust's
//! own wrapping operators and are not repeated here. Everything else is one small file an idea.

pub mod bits;
pub mod carry;
pub mod dot;
pub mod mul;
pub mod packed;
pub mod permute;
pub mod shift;
pub mod simple;
pub mod video;
pub mod video_simd;

/// An integer type of an instruction: width and signedness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntType {
    /// `.u8`
    U8,
    /// `.s8`
    S8,
    /// `.u16`
    U16,
    /// `.s16`
    S16,
    /// `.u32`
    U32,
    /// `.s32`
    S32,
    /// `.u64`
    U64,
    /// `.s64`
    S64,
}

impl IntType {
    /// All eight.
    pub const ALL: [IntType; 8] = [
        IntType::U8,
        IntType::S8,
        IntType::U16,
        IntType::S16,
        IntType::U32,
        IntType::S32,
        IntType::U64,
        IntType::S64,
    ];

    /// Width in bits.
    #[inline(always)]
    pub const fn bits(self) -> u32 {
        match self {
            IntType::U8 | IntType::S8 => 8,
            IntType::U16 | IntType::S16 => 16,
            IntType::U32 | IntType::S32 => 32,
            IntType::U64 | IntType::S64 => 64,
        }
    }

    /// Whether values are signed.
    #[inline(always)]
    pub const fn signed(self) -> bool {
        matches!(self, IntType::S8 | IntType::S16 | IntType::S32 | IntType::S64)
    }

    /// The largest value, as bits.
    #[inline(always)]
    pub const fn max(self) -> u64 {
        (u64::MAX >> (64 - self.bits())) >> (self.signed() as u32)
    }

    /// The smallest value, sign-extended.
    #[inline(always)]
    pub const fn min(self) -> i64 {
        if self.signed() { -(self.max() as i64) - 1 } else { 0 }
    }

    /// The low bits of a register read as this type, sign- or zero-extended to 64 bits.
    #[inline(always)]
    pub const fn extend(self, x: u64) -> u64 {
        let up = 64 - self.bits();
        if self.signed() { (((x << up) as i64) >> up) as u64 } else { (x << up) >> up }
    }
}
