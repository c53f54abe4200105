//! Element types of buffers and arguments, and numbers to bytes and back.
//!
//! Numbers pass through [`Number`], which keeps 64-bit integers whole; rounding to a type happens once, to
//! nearest with ties to even. No arithmetic beyond that.

use std::fmt;

/// A buffer's element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Unsigned, bytes.
    Unsigned(u8),
    /// Two's complement, bytes.
    Signed(u8),
    /// IEEE half precision.
    F16,
    /// The upper half of an `f32`.
    Bf16,
    /// IEEE single precision.
    F32,
    /// IEEE double precision.
    F64,
}

/// A value of any element type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Every integer type fits.
    Int(i128),
    /// Every floating-point type fits.
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(i) => write!(f, "{i}"),
            Number::Float(x) if x.abs() >= 1e7 || (*x != 0.0 && x.abs() < 1e-4) => write!(f, "{x:e}"),
            Number::Float(x) => write!(f, "{x}"),
        }
    }
}

impl Number {
    /// As a double, rounded when it must be.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(x) => x,
        }
    }
}

impl Element {
    /// Every type by its name in a launch file.
    pub const NAMES: [(&'static str, Element); 12] = [
        ("u8", Element::Unsigned(1)),
        ("i8", Element::Signed(1)),
        ("u16", Element::Unsigned(2)),
        ("i16", Element::Signed(2)),
        ("u32", Element::Unsigned(4)),
        ("i32", Element::Signed(4)),
        ("u64", Element::Unsigned(8)),
        ("i64", Element::Signed(8)),
        ("f16", Element::F16),
        ("bf16", Element::Bf16),
        ("f32", Element::F32),
        ("f64", Element::F64),
    ];

    /// The type called `name`.
    pub fn parse(name: &str) -> Option<Element> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|&(_, e)| e)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, e)| *e == self).map_or("?", |(n, _)| n)
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Element::Unsigned(n) | Element::Signed(n) => usize::from(n),
            Element::F16 | Element::Bf16 => 2,
            Element::F32 => 4,
            Element::F64 => 8,
        }
    }

    /// Floating point?
    pub fn is_float(self) -> bool {
        !matches!(self, Element::Unsigned(_) | Element::Signed(_))
    }

    /// Smallest and largest integer of an integer type.
    pub fn integer_range(self) -> Option<(i128, i128)> {
        match self {
            Element::Unsigned(n) => Some((0, (1_i128 << (8 * u32::from(n))) - 1)),
            Element::Signed(n) => {
                let half = 1_i128 << (8 * u32::from(n) - 1);
                Some((-half, half - 1))
            }
            _ => None,
        }
    }

    /// Appends `value` in little-endian bytes; `Err` says why the type cannot hold it.
    pub fn encode(self, value: Number, out: &mut Vec<u8>) -> Result<(), String> {
        if let Some((low, high)) = self.integer_range() {
            let Number::Int(i) = value else {
                return Err(format!("{value} is not a whole number, and the type is {}", self.name()));
            };
            if i < low || i > high {
                return Err(format!("{i} does not fit in {} ({low} to {high})", self.name()));
            }
            out.extend(i.to_le_bytes().iter().take(self.size()));
            return Ok(());
        }
        let x = value.as_f64();
        match self {
            Element::F16 => out.extend(narrow(x, 5, 10).to_le_bytes()),
            Element::Bf16 => out.extend(narrow(x, 8, 7).to_le_bytes()),
            Element::F32 => out.extend((x as f32).to_le_bytes()),
            _ => out.extend(x.to_le_bytes()),
        }
        Ok(())
    }

    /// The value of one element; `bytes` has [`Element::size`] bytes (missing ones count as zero).
    pub fn decode(self, bytes: &[u8]) -> Number {
        let mut word = [0_u8; 8];
        word.iter_mut().zip(bytes).for_each(|(w, b)| *w = *b);
        let bits = u64::from_le_bytes(word);
        match self {
            Element::Unsigned(_) => Number::Int(i128::from(bits)),
            Element::Signed(n) => {
                let shift = 64 - 8 * u32::from(n);
                Number::Int(i128::from(((bits << shift) as i64) >> shift))
            }
            Element::F16 => Number::Float(widen(bits as u16, 5, 10)),
            Element::Bf16 => Number::Float(widen(bits as u16, 8, 7)),
            Element::F32 => Number::Float(f64::from(f32::from_bits(bits as u32))),
            Element::F64 => Number::Float(f64::from_bits(bits)),
        }
    }
}

/// A double as a 16-bit float with the given exponent and mantissa widths, to nearest, ties to even.
fn narrow(x: f64, exponent_bits: u32, mantissa_bits: u32) -> u16 {
    let sign = ((x.to_bits() >> 63) as u16) << 15;
    let infinity = ((1_u16 << exponent_bits) - 1) << mantissa_bits;
    if x.is_nan() {
        return sign | infinity | (1 << (mantissa_bits - 1));
    }
    let bias = (1_i32 << (exponent_bits - 1)) - 1;
    let exponent = (((x.to_bits() >> 52) & 0x7ff) as i32 - 1023).max(1 - bias);
    // In units of the last place every representable value is a whole number, so rounding is one call.
    // A power of two scales exactly here: the exponent is at least 1 - bias - mantissa_bits > -1022.
    let units = (x.abs() * 2_f64.powi(mantissa_bits as i32 - exponent)).round_ties_even();
    if !units.is_finite() || exponent > bias {
        return sign | infinity;
    }
    // `units` is below 2^(mantissa_bits + 1); a carry runs into the exponent field as it should.
    let biased = (exponent + bias - 1) as u32;
    let bits = (biased << mantissa_bits) + units as u32;
    sign | (bits.min(u32::from(infinity)) as u16)
}

fn widen(bits: u16, exponent_bits: u32, mantissa_bits: u32) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let bias = (1_i32 << (exponent_bits - 1)) - 1;
    let mantissa = f64::from(bits & ((1 << mantissa_bits) - 1));
    let exponent = i32::from((bits >> mantissa_bits) & ((1 << exponent_bits) - 1));
    let scale = |e: i32| 2_f64.powi(e - bias - mantissa_bits as i32);
    match exponent {
        e if e == (1 << exponent_bits) - 1 && mantissa != 0.0 => f64::NAN,
        e if e == (1 << exponent_bits) - 1 => sign * f64::INFINITY,
        0 => sign * mantissa * scale(1),
        e => sign * (mantissa + f64::from(1_u32 << mantissa_bits)) * scale(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(x: f64) -> u16 {
        narrow(x, 5, 10)
    }

    #[test]
    fn halves_round_to_nearest_even() {
        assert_eq!(half(1.0), 0x3c00);
        assert_eq!(half(-2.0), 0xc000);
        assert_eq!(half(65504.0), 0x7bff);
        assert_eq!(half(65519.0), 0x7bff);
        assert_eq!(half(65520.0), 0x7c00, "halfway to the next binade is infinity");
        assert_eq!(half(2_f64.powi(-24)), 0x0001);
        assert_eq!(half(2_f64.powi(-25)), 0x0000, "ties go to even");
        assert_eq!(half(1.0 + 2_f64.powi(-11)), 0x3c00);
        assert_eq!(half(1.0 + 3.0 * 2_f64.powi(-11)), 0x3c02);
        assert_eq!(half(-0.0), 0x8000);
        assert_eq!(half(1e300), 0x7c00);
        assert_eq!(half(2_f64.powi(-14)), 0x0400);
    }

    #[test]
    fn every_half_and_bfloat_survives_the_round_trip() {
        for element in [Element::F16, Element::Bf16] {
            for bits in 0..=u16::MAX {
                let value = element.decode(&bits.to_le_bytes());
                let mut back = Vec::new();
                element.encode(value, &mut back).unwrap();
                if !value.as_f64().is_nan() {
                    assert_eq!(back, bits.to_le_bytes(), "{element:?} {bits:#x}");
                }
            }
        }
    }

    #[test]
    fn integers_keep_all_bits_and_refuse_what_does_not_fit() {
        let mut out = Vec::new();
        Element::Unsigned(8).encode(Number::Int(u64::MAX.into()), &mut out).unwrap();
        assert_eq!(Element::Unsigned(8).decode(&out), Number::Int(u64::MAX.into()));
        assert_eq!(Element::Signed(8).decode(&out), Number::Int(-1));
        let refused = Element::Signed(1).encode(Number::Int(128), &mut out).unwrap_err();
        assert_eq!(refused, "128 does not fit in i8 (-128 to 127)");
        let refused = Element::Unsigned(4).encode(Number::Float(0.5), &mut out).unwrap_err();
        assert_eq!(refused, "0.5 is not a whole number, and the type is u32");
    }
}
