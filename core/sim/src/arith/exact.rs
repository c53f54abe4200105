//! Exact intermediate values, rounded once into any binary format.
//!
//! A value is sign, 128-bit magnitude and exponent; a result that does not fit keeps its lowest bit set ("sticky"),
//! which is all that correct rounding needs. This is the slow, obviously right path: directed rounding of double
//! precision, conversions from integers, narrow formats. Not a general big-number library: magnitudes stay below
//! 2^127.

use super::mode::Rounding;

/// A binary interchange format: sign bit, exponent field, fraction field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Fraction bits, without the implicit one.
    pub fraction: u32,
    /// Exponent of the smallest normal number.
    pub emin: i32,
    /// Largest finite magnitude, as bits.
    pub max: u64,
    /// What a magnitude beyond `max` becomes when rounding goes away from zero: infinity, or the format's NaN or
    /// largest number where it has no infinity.
    pub overflow: u64,
    /// Position of the sign bit.
    pub sign: u32,
}

/// IEEE half precision.
pub const F16: Format = Format { fraction: 10, emin: -14, max: 0x7bff, overflow: 0x7c00, sign: 15 };
/// bfloat16.
pub const BF16: Format = Format { fraction: 7, emin: -126, max: 0x7f7f, overflow: 0x7f80, sign: 15 };
/// IEEE single precision.
pub const F32: Format =
    Format { fraction: 23, emin: -126, max: 0x7f7f_ffff, overflow: 0x7f80_0000, sign: 31 };
/// IEEE double precision.
pub const F64: Format = Format {
    fraction: 52,
    emin: -1022,
    max: 0x7fef_ffff_ffff_ffff,
    overflow: 0x7ff0_0000_0000_0000,
    sign: 63,
};
/// 8-bit, 4 exponent and 3 fraction bits; no infinity, NaN is 0x7f.
pub const E4M3: Format = Format { fraction: 3, emin: -6, max: 0x7e, overflow: 0x7f, sign: 7 };
/// 8-bit, 5 exponent and 2 fraction bits, with infinities.
pub const E5M2: Format = Format { fraction: 2, emin: -14, max: 0x7b, overflow: 0x7c, sign: 7 };
/// 6-bit, 2 exponent and 3 fraction bits; every code is a number.
pub const E2M3: Format = Format { fraction: 3, emin: 0, max: 0x1f, overflow: 0x1f, sign: 5 };
/// 6-bit, 3 exponent and 2 fraction bits; every code is a number.
pub const E3M2: Format = Format { fraction: 2, emin: -2, max: 0x1f, overflow: 0x1f, sign: 5 };
/// 4-bit, 2 exponent and 1 fraction bit; every code is a number.
pub const E2M1: Format = Format { fraction: 1, emin: 0, max: 0x7, overflow: 0x7, sign: 3 };

/// A finite number: `(-1)^neg * mag * 2^exp`, `mag < 2^127`, its lowest bit possibly sticky.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// Sign.
    pub neg: bool,
    /// Exponent of the lowest bit of `mag`.
    pub exp: i32,
    /// Magnitude.
    pub mag: u128,
}

impl Exact {
    /// A finite double; `None` for infinities and NaN.
    pub fn from_f64(x: f64) -> Option<Exact> {
        let b = x.to_bits();
        let e = ((b >> 52) & 0x7ff) as i32;
        let f = u128::from(b & 0x000f_ffff_ffff_ffff);
        match e {
            0x7ff => None,
            0 => Some(Exact { neg: b >> 63 != 0, exp: -1074, mag: f }),
            _ => Some(Exact { neg: b >> 63 != 0, exp: e - 1075, mag: f | (1 << 52) }),
        }
    }

    /// The product; exact while both magnitudes are below 2^63.
    pub fn times(self, o: Exact) -> Exact {
        Exact { neg: self.neg != o.neg, exp: self.exp + o.exp, mag: self.mag * o.mag }
    }

    /// The same value with its highest bit at 125, so that a sum cannot overflow.
    fn normal(self) -> Exact {
        if self.mag == 0 {
            return self;
        }
        let up = self.mag.leading_zeros() as i32 - 2;
        if up >= 0 {
            Exact { exp: self.exp - up, mag: self.mag << up, ..self }
        } else {
            Exact { exp: self.exp - up, mag: sticky_shr(self.mag, up.unsigned_abs()), ..self }
        }
    }

    /// The sum, sticky where bits fall off. An exact zero is negative only if both terms are, or if rounding
    /// towards negative infinity and they are not both positive (IEEE 754, section 6.3).
    pub fn plus(self, o: Exact, mode: Rounding) -> Exact {
        let zero_neg = if self.neg == o.neg { self.neg } else { mode == Rounding::Rm };
        if self.mag == 0 && o.mag == 0 {
            return Exact { neg: zero_neg, exp: 0, mag: 0 };
        }
        let (a, b) = (self.normal(), o.normal());
        if a.mag == 0 {
            return b;
        }
        if b.mag == 0 {
            return a;
        }
        let (hi, lo) = if a.exp >= b.exp { (a, b) } else { (b, a) };
        let low = sticky_shr(lo.mag, (hi.exp - lo.exp).unsigned_abs());
        if hi.neg == lo.neg {
            Exact { neg: hi.neg, exp: hi.exp, mag: hi.mag + low }
        } else if hi.mag == low {
            Exact { neg: mode == Rounding::Rm, exp: 0, mag: 0 }
        } else if hi.mag > low {
            Exact { neg: hi.neg, exp: hi.exp, mag: hi.mag - low }
        } else {
            Exact { neg: lo.neg, exp: hi.exp, mag: low - hi.mag }
        }
    }

    /// The quotient of two finite non-zero values with magnitudes of at most 64 bits, sticky.
    pub fn over(self, o: Exact) -> Exact {
        let up = self.mag.leading_zeros() as i32 - 2;
        let n = self.mag << up;
        let (q, r) = (n / o.mag, n % o.mag);
        // q has at least 125 - 64 = 61 bits; one more place makes room for the sticky bit.
        Exact { neg: self.neg != o.neg, exp: self.exp - up - o.exp - 1, mag: (q << 1) | u128::from(r != 0) }
    }

    /// The square root of a positive value, sticky.
    pub fn sqrt(self) -> Exact {
        let mut up = self.mag.leading_zeros() as i32 - 2;
        if (self.exp - up) & 1 != 0 {
            up -= 1;
        }
        let n = self.mag << up;
        let root = n.isqrt();
        Exact { neg: false, exp: (self.exp - up) / 2 - 1, mag: (root << 1) | u128::from(root * root != n) }
    }

    /// Rounds once into `format`, subnormals included, and gives its bits.
    pub fn round(self, format: Format, mode: Rounding) -> u64 {
        let sign = u64::from(self.neg) << format.sign;
        if self.mag == 0 {
            return sign;
        }
        let m = format.fraction as i32;
        let top = 127 - self.mag.leading_zeros() as i32 + self.exp;
        let quantum = top.max(format.emin) - m;
        let drop = quantum - self.exp;
        let (kept, rest) = if drop <= 0 {
            ((self.mag << (-drop)) as u64, 0)
        } else if drop > 127 {
            (0, 1)
        } else {
            let rest = self.mag & ((1 << drop) - 1);
            // 0 exact, 1 below half, 2 half, 3 above half
            let half = 1u128 << (drop - 1);
            (
                (self.mag >> drop) as u64,
                if rest == 0 { 0 } else { 2 + i32::from(rest > half) - i32::from(rest < half) },
            )
        };
        let up = match mode {
            Rounding::Rn => rest == 3 || (rest == 2 && kept & 1 == 1),
            Rounding::Rz => false,
            Rounding::Rm => rest != 0 && self.neg,
            Rounding::Rp => rest != 0 && !self.neg,
        };
        let binade = (quantum - (format.emin - m)) as u64;
        let beyond = binade > format.max >> format.fraction;
        let bits = (if beyond { 0 } else { binade << format.fraction }) + kept + u64::from(up);
        if beyond || bits > format.max {
            let away = match mode {
                Rounding::Rn => true,
                Rounding::Rz => false,
                Rounding::Rm => self.neg,
                Rounding::Rp => !self.neg,
            };
            return sign | if away { format.overflow } else { format.max };
        }
        sign | bits
    }

    /// Rounds into double precision.
    pub fn to_f64(self, mode: Rounding) -> f64 {
        f64::from_bits(self.round(F64, mode))
    }
}

/// `x >> by`, with every bit that falls off kept as one sticky bit.
fn sticky_shr(x: u128, by: u32) -> u128 {
    if by == 0 {
        x
    } else if by > 127 {
        u128::from(x != 0)
    } else {
        (x >> by) | u128::from(x & ((1 << by) - 1) != 0)
    }
}
