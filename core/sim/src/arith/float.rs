//! Single and double precision: flushing, saturation, NaN, sign operations, minimum and maximum, `testp`.
//!
//! PTX ISA, "Floating Point Instructions" (`abs`, `neg`, `min`, `max`, `testp`, `copysign`) and "Rounding
//! Modifiers". Rounded arithmetic is in [`super::round`]. All of it is branch-free.

/// The NaN of every single-precision result.
pub const NAN_F32: u32 = 0x7fff_ffff;
/// The NaN of every double-precision result.
pub const NAN_F64: u64 = 0xfff8_0000_0000_0000;

/// Modifiers of `min` and `max` (PTX ISA, "Floating Point Instructions: min" and "max").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct MinMax {
    /// `.ftz`: subnormal inputs become zeros of the same sign.
    pub ftz: bool,
    /// `.NaN`: one NaN operand makes the result NaN; otherwise the other operand is the result.
    pub nan: bool,
    /// `.xorsign.abs`: the minimum or maximum of the magnitudes, with the exclusive-or of the signs.
    pub xorsign_abs: bool,
}

/// The classes `testp` asks for (PTX ISA, "Floating Point Instructions: testp").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// `.finite`: neither infinity nor NaN.
    Finite,
    /// `.infinite`
    Infinite,
    /// `.number`: not NaN.
    Number,
    /// `.notanumber`
    NotANumber,
    /// `.normal`: finite, not zero, not subnormal.
    Normal,
    /// `.subnormal`
    Subnormal,
}

macro_rules! float_ops {
    ($ty:ident, $bits:ident, $nan:ident, $canon:ident, $flush:ident, $ftz:ident, $sat:ident, $relu:ident, $abs:ident,
     $neg:ident, $copysign:ident, $testp:ident, $min:ident, $max:ident, $min3:ident, $max3:ident) => {
        /// The value, any NaN replaced by the device's one NaN. On bits, because a compiler may take one NaN for as
        /// good as another: `if x.is_nan() { NAN } else { x }` was seen folded to `x`.
        #[inline(always)]
        pub fn $canon(x: $ty) -> $ty {
            let (b, infinity) = (x.to_bits(), $ty::INFINITY.to_bits());
            $ty::from_bits(if b & ($bits::MAX >> 1) > infinity { $nan } else { b })
        }

        /// Subnormals become zeros of the same sign.
        #[inline(always)]
        pub fn $flush(x: $ty) -> $ty {
            if x.abs() < $ty::MIN_POSITIVE {
                $ty::from_bits(x.to_bits() & (1 << ($bits::BITS - 1)))
            } else {
                x
            }
        }

        /// Flushes when `.ftz` is given.
        #[inline(always)]
        pub fn $ftz(on: bool, x: $ty) -> $ty {
            if on { $flush(x) } else { x }
        }

        /// `.sat`: clamps to [0, 1]; NaN and -0 become +0.
        #[inline(always)]
        pub fn $sat(x: $ty) -> $ty {
            let low = if x > 0.0 { x } else { 0.0 };
            if low < 1.0 { low } else { 1.0 }
        }

        /// `.relu`: negative values and -0 become +0; NaN becomes the device's NaN.
        #[inline(always)]
        pub fn $relu(x: $ty) -> $ty {
            $canon(if x <= 0.0 { 0.0 } else { x })
        }

        /// `abs`: clears the sign. NaN loses its sign too (the manual leaves it open).
        #[inline(always)]
        pub fn $abs(ftz: bool, x: $ty) -> $ty {
            $ty::from_bits($ftz(ftz, x).to_bits() & ($bits::MAX >> 1))
        }

        /// `neg`: flips the sign, of NaN too (the manual leaves it open).
        #[inline(always)]
        pub fn $neg(ftz: bool, x: $ty) -> $ty {
            $ty::from_bits($ftz(ftz, x).to_bits() ^ (1 << ($bits::BITS - 1)))
        }

        /// `copysign d, a, b`: the magnitude of `b` with the sign of `a`.
        #[inline(always)]
        pub fn $copysign(a: $ty, b: $ty) -> $ty {
            let sign = 1 << ($bits::BITS - 1);
            $ty::from_bits((a.to_bits() & sign) | (b.to_bits() & !sign))
        }

        /// `testp`.
        #[inline(always)]
        pub fn $testp(class: Class, x: $ty) -> bool {
            let a = x.abs();
            match class {
                Class::Finite => a < $ty::INFINITY,
                Class::Infinite => a == $ty::INFINITY,
                Class::Number => !x.is_nan(),
                Class::NotANumber => x.is_nan(),
                Class::Normal => ($ty::MIN_POSITIVE..$ty::INFINITY).contains(&a),
                Class::Subnormal => a < $ty::MIN_POSITIVE && a > 0.0,
            }
        }

        /// `min`; -0 is less than +0, two NaN give the device's NaN.
        #[inline(always)]
        pub fn $min(m: MinMax, a: $ty, b: $ty) -> $ty {
            pick!($ty, $bits, $nan, $ftz, m, a, b, |x: $ty, y: $ty| x < y || (x == y && x.is_sign_negative()))
        }

        /// `max`; +0 is greater than -0, two NaN give the device's NaN.
        #[inline(always)]
        pub fn $max(m: MinMax, a: $ty, b: $ty) -> $ty {
            pick!($ty, $bits, $nan, $ftz, m, a, b, |x: $ty, y: $ty| x > y || (x == y && x.is_sign_positive()))
        }

        /// Three-operand `min`.
        #[inline(always)]
        pub fn $min3(m: MinMax, a: $ty, b: $ty, c: $ty) -> $ty {
            $min(m, $min(m, a, b), c)
        }

        /// Three-operand `max`.
        #[inline(always)]
        pub fn $max3(m: MinMax, a: $ty, b: $ty, c: $ty) -> $ty {
            $max(m, $max(m, a, b), c)
        }
    };
}

/// Chooses between two operands by `first(x, y)`, with the NaN rules shared by `min` and `max`.
macro_rules! pick {
    ($ty:ident, $bits:ident, $nan:ident, $ftz:ident, $m:ident, $a:ident, $b:ident, $first:expr) => {{
        let sign: $bits = 1 << ($bits::BITS - 1);
        let (a, b) = ($ftz($m.ftz, $a), $ftz($m.ftz, $b));
        let (x, y) = if $m.xorsign_abs { (a.abs(), b.abs()) } else { (a, b) };
        let first: fn($ty, $ty) -> bool = $first;
        let ordered = if first(x, y) { x } else { y };
        let number = if x.is_nan() { y } else { ordered };
        let number = if y.is_nan() { x } else { number };
        let lost = if $m.nan { x.is_nan() || y.is_nan() } else { x.is_nan() && y.is_nan() };
        let signed = if $m.xorsign_abs {
            $ty::from_bits((number.to_bits() & !sign) | ((a.to_bits() ^ b.to_bits()) & sign))
        } else {
            number
        };
        if lost { $ty::from_bits($nan) } else { signed }
    }};
}

float_ops!(
    f32,
    u32,
    NAN_F32,
    canon_f32,
    flush_f32,
    ftz_f32,
    sat_f32,
    relu_f32,
    abs_f32,
    neg_f32,
    copysign_f32,
    testp_f32,
    min_f32,
    max_f32,
    min3_f32,
    max3_f32
);
float_ops!(
    f64,
    u64,
    NAN_F64,
    canon_f64,
    flush_f64,
    ftz_f64,
    sat_f64,
    relu_f64,
    abs_f64,
    neg_f64,
    copysign_f64,
    testp_f64,
    min_f64,
    max_f64,
    min3_f64,
    max3_f64
);
