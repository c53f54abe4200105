//! f16 and bf16, one value in the low 16 bits of a register, or two in 32 bits.
//!
//! PTX ISA, "Half Precision Floating Point Instructions". Values travel as bits (`u16`). Each operation computes
//! exactly, or rounded to odd, in single precision and rounds once; every format has far fewer than half of single
//! precision's digits, so that is the correctly rounded result. [`f16`] and [`bf16`] have the same functions;
//! the `_x2` forms work on both halves of
//! packed words; [`each`], [`each2`] and [`each3`] do that for any operation (a large closure may not be inlined).

pub mod bf16;
pub mod f16;

/// The NaN of every f16 and bf16 result.
pub const NAN: u16 = 0x7fff;

/// Modifiers of half-precision arithmetic (`add{.rnd}{.ftz}{.sat}`, `fma.rn{.ftz}{.sat|.relu}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct HalfMods {
    /// `.ftz`: subnormal inputs and results become zeros of the same sign (f16 only).
    pub ftz: bool,
    /// `.sat`: clamps to [0, 1], NaN becomes +0.
    pub sat: bool,
    /// `.relu`: negative results become +0, NaN stays the device's NaN.
    pub relu: bool,
}

impl HalfMods {
    /// No modifier.
    pub const NONE: HalfMods = HalfMods { ftz: false, sat: false, relu: false };
}

/// Two halves in one word, the first one low.
#[inline(always)]
pub fn pack(low: u16, high: u16) -> u32 {
    u32::from(low) | (u32::from(high) << 16)
}

/// Applies `op` to both halves of a packed word.
#[inline(always)]
pub fn each(a: u32, op: impl Fn(u16) -> u16) -> u32 {
    u32::from(op(a as u16)) | (u32::from(op((a >> 16) as u16)) << 16)
}

/// Applies `op` to the low halves and to the high halves.
#[inline(always)]
pub fn each2(a: u32, b: u32, op: impl Fn(u16, u16) -> u16) -> u32 {
    u32::from(op(a as u16, b as u16)) | (u32::from(op((a >> 16) as u16, (b >> 16) as u16)) << 16)
}

/// Applies `op` to the low halves and to the high halves.
#[inline(always)]
pub fn each3(a: u32, b: u32, c: u32, op: impl Fn(u16, u16, u16) -> u16) -> u32 {
    let low = op(a as u16, b as u16, c as u16);
    let high = op((a >> 16) as u16, (b >> 16) as u16, (c >> 16) as u16);
    u32::from(low) | (u32::from(high) << 16)
}

/// The operations that f16 and bf16 have in common, written once over `to_f32`, `from_f32` and a fused
/// multiply-add rounded to odd.
macro_rules! half_ops {
    ($fma_odd:expr, $min_positive:expr) => {
        /// Subnormals become zeros of the same sign.
        #[inline(always)]
        pub fn flush(x: u16) -> u16 {
            if x & 0x7fff < $min_positive { x & 0x8000 } else { x }
        }

        #[inline(always)]
        fn input(m: HalfMods, x: u16) -> f32 {
            to_f32(if m.ftz { flush(x) } else { x })
        }

        #[inline(always)]
        fn finish(m: HalfMods, r: f32) -> u16 {
            let r = from_f32(r, Rounding::Rn);
            let r = if m.ftz { flush(r) } else { r };
            let r = if m.relu { relu(r) } else { r };
            if m.sat { sat(r) } else { r }
        }

        /// `.sat`: clamps to [0, 1]; NaN and -0 become +0.
        #[inline(always)]
        pub fn sat(x: u16) -> u16 {
            let positive = if x >= 0x8000 || is_nan(x) { 0 } else { x };
            if positive < ONE { positive } else { ONE }
        }

        /// `.relu`: negative values and -0 become +0, NaN the device's NaN.
        #[inline(always)]
        pub fn relu(x: u16) -> u16 {
            let positive = if x >= 0x8000 { 0 } else { x };
            if is_nan(x) { NAN } else { positive }
        }

        /// Whether the bits are a NaN.
        #[inline(always)]
        pub fn is_nan(x: u16) -> bool {
            x & 0x7fff > INFINITY
        }

        /// `add`.
        #[inline(always)]
        pub fn add(m: HalfMods, a: u16, b: u16) -> u16 {
            finish(m, input(m, a) + input(m, b))
        }

        /// `sub`.
        #[inline(always)]
        pub fn sub(m: HalfMods, a: u16, b: u16) -> u16 {
            finish(m, input(m, a) - input(m, b))
        }

        /// `mul`.
        #[inline(always)]
        pub fn mul(m: HalfMods, a: u16, b: u16) -> u16 {
            let zero = if (a ^ b) & 0x8000 == 0 { 0.0 } else { -0.0 };
            finish(m, $fma_odd(input(m, a), input(m, b), zero))
        }

        /// `fma`.
        #[inline(always)]
        pub fn fma(m: HalfMods, a: u16, b: u16, c: u16) -> u16 {
            finish(m, $fma_odd(input(m, a), input(m, b), input(m, c)))
        }

        /// `neg`: flips the sign.
        #[inline(always)]
        pub fn neg(ftz: bool, x: u16) -> u16 {
            (if ftz { flush(x) } else { x }) ^ 0x8000
        }

        /// `abs`: clears the sign.
        #[inline(always)]
        pub fn abs(ftz: bool, x: u16) -> u16 {
            (if ftz { flush(x) } else { x }) & 0x7fff
        }

        /// `min`, with the rules of [`float::min_f32`].
        #[inline(always)]
        pub fn min(m: MinMax, a: u16, b: u16) -> u16 {
            let (a, b) = if m.ftz { (flush(a), flush(b)) } else { (a, b) };
            narrow(float::min_f32(MinMax { ftz: false, ..m }, to_f32(a), to_f32(b)))
        }

        /// `max`, with the rules of [`float::max_f32`].
        #[inline(always)]
        pub fn max(m: MinMax, a: u16, b: u16) -> u16 {
            let (a, b) = if m.ftz { (flush(a), flush(b)) } else { (a, b) };
            narrow(float::max_f32(MinMax { ftz: false, ..m }, to_f32(a), to_f32(b)))
        }

        /// [`add`] on both halves of packed words.
        #[inline(always)]
        pub fn add_x2(m: HalfMods, a: u32, b: u32) -> u32 {
            pack(add(m, a as u16, b as u16), add(m, (a >> 16) as u16, (b >> 16) as u16))
        }

        /// [`sub`] on both halves of packed words.
        #[inline(always)]
        pub fn sub_x2(m: HalfMods, a: u32, b: u32) -> u32 {
            pack(sub(m, a as u16, b as u16), sub(m, (a >> 16) as u16, (b >> 16) as u16))
        }

        /// [`mul`] on both halves of packed words.
        #[inline(always)]
        pub fn mul_x2(m: HalfMods, a: u32, b: u32) -> u32 {
            pack(mul(m, a as u16, b as u16), mul(m, (a >> 16) as u16, (b >> 16) as u16))
        }

        /// [`fma`] on both halves of packed words.
        #[inline(always)]
        pub fn fma_x2(m: HalfMods, a: u32, b: u32, c: u32) -> u32 {
            let high = fma(m, (a >> 16) as u16, (b >> 16) as u16, (c >> 16) as u16);
            pack(fma(m, a as u16, b as u16, c as u16), high)
        }

        /// [`min`] on both halves of packed words.
        #[inline(always)]
        pub fn min_x2(m: MinMax, a: u32, b: u32) -> u32 {
            pack(min(m, a as u16, b as u16), min(m, (a >> 16) as u16, (b >> 16) as u16))
        }

        /// [`max`] on both halves of packed words.
        #[inline(always)]
        pub fn max_x2(m: MinMax, a: u32, b: u32) -> u32 {
            pack(max(m, a as u16, b as u16), max(m, (a >> 16) as u16, (b >> 16) as u16))
        }

        /// [`neg`] on both halves of a packed word.
        #[inline(always)]
        pub fn neg_x2(ftz: bool, a: u32) -> u32 {
            pack(neg(ftz, a as u16), neg(ftz, (a >> 16) as u16))
        }

        /// [`abs`] on both halves of a packed word.
        #[inline(always)]
        pub fn abs_x2(ftz: bool, a: u32) -> u32 {
            pack(abs(ftz, a as u16), abs(ftz, (a >> 16) as u16))
        }

        /// A single-precision value that the format holds exactly, or NaN.
        #[inline(always)]
        fn narrow(x: f32) -> u16 {
            from_f32(x, Rounding::Rn)
        }

        /// From double precision, rounded once.
        #[inline(always)]
        pub fn from_f64(x: f64, rnd: Rounding) -> u16 {
            from_f32(odd_narrow(x), rnd)
        }

        /// To double precision; NaN becomes 0x7fffffffe0000000, single precision's NaN widened.
        #[inline(always)]
        pub fn to_f64(x: u16) -> f64 {
            crate::arith::cvt::f32_to_f64(to_f32(x))
        }
    };
}
pub(crate) use half_ops;

/// A double rounded to odd in single precision: a second rounding to 22 digits or fewer is then the only one that
/// shows.
#[inline(always)]
pub(crate) fn odd_narrow(x: f64) -> f32 {
    let y = x as f32;
    let (b, w, a) = (y.to_bits(), f64::from(y).abs(), x.abs());
    let inward = w > a;
    let inexact = inward || w < a;
    let moved = if inward { b.wrapping_sub(1) } else { b.wrapping_add(1) };
    f32::from_bits(if inexact && b & 1 == 0 { moved } else { b })
}
