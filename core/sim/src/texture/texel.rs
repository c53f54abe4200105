//! Bytes of an element to channel values and back.

use super::{ChannelKind, Format};
use crate::arith::half::f16;
use crate::arith::mode::Rounding;

/// The bits of one channel.
fn channel(bytes: &[u8; 16], format: Format, k: u32) -> u32 {
    let size = (format.bits / 8) as usize;
    let at = k as usize * size;
    (0..size).fold(0, |v, i| v | u32::from(bytes[at + i]) << (8 * i))
}

/// What a signed channel's bits say.
fn signed(bits: u32, raw: u32) -> i32 {
    (raw << (32 - bits)) as i32 >> (32 - bits)
}

/// An element as register bits: floats as `f32`, integers extended, or as fractions of their range. Channels that are not
/// there are zero.
pub(crate) fn decode(bytes: &[u8; 16], format: Format, normalized: bool, srgb: bool) -> [u32; 4] {
    let mut out = [0; 4];
    for k in 0..format.channels {
        let raw = channel(bytes, format, k);
        out[k as usize] = match format.kind {
            ChannelKind::Float if format.bits == 16 => f16::to_f32(raw as u16).to_bits(),
            ChannelKind::Float => raw,
            ChannelKind::Unsigned if normalized => {
                let v = raw as f32 / ((1u64 << format.bits) - 1) as f32;
                let linear = srgb && format.bits == 8 && k < 3;
                if linear { srgb_to_linear(v) } else { v }.to_bits()
            }
            ChannelKind::Signed if normalized => {
                let most = ((1u64 << (format.bits - 1)) - 1) as f32;
                (signed(format.bits, raw) as f32 / most).max(-1.0).to_bits()
            }
            ChannelKind::Unsigned => raw,
            ChannelKind::Signed => signed(format.bits, raw) as u32,
        };
    }
    out
}

/// IEC 61966-2-1.
fn srgb_to_linear(v: f32) -> f32 {
    let v = f64::from(v);
    (if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }) as f32
}

/// One 32-bit value as a channel of a formatted store: integers clamped to the channel's range, floats rounded to
/// nearest.
pub(crate) fn encode(value: u32, format: Format) -> u32 {
    match format.kind {
        ChannelKind::Float if format.bits == 16 => {
            u32::from(f16::from_f32(f32::from_bits(value), Rounding::Rn))
        }
        ChannelKind::Unsigned if format.bits < 32 => value.min((1 << format.bits) - 1),
        ChannelKind::Signed if format.bits < 32 => {
            let most = (1 << (format.bits - 1)) - 1;
            (value as i32).clamp(-most - 1, most) as u32 & ((1 << format.bits) - 1)
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(b: &[u8]) -> [u8; 16] {
        let mut out = [0; 16];
        out[..b.len()].copy_from_slice(b);
        out
    }

    fn f(v: f32) -> u32 {
        v.to_bits()
    }

    #[test]
    fn integers_are_extended() {
        let two = Format::new(8, 2, ChannelKind::Signed).unwrap();
        assert_eq!(decode(&bytes(&[0xff, 0x7f]), two, false, false), [u32::MAX, 127, 0, 0]);
        let one = Format::new(16, 1, ChannelKind::Unsigned).unwrap();
        assert_eq!(decode(&bytes(&[0xff, 0xff]), one, false, false)[0], 65535);
    }

    #[test]
    fn fractions_span_the_range() {
        let u = Format::new(8, 4, ChannelKind::Unsigned).unwrap();
        let s = Format::new(8, 4, ChannelKind::Signed).unwrap();
        assert_eq!(
            decode(&bytes(&[0, 255, 51, 102]), u, true, false),
            [f(0.0), f(1.0), f(51.0 / 255.0), f(0.4)]
        );
        // Both -128 and -127 are -1.
        assert_eq!(decode(&bytes(&[0x80, 0x81, 127, 0]), s, true, false), [f(-1.0), f(-1.0), f(1.0), f(0.0)]);
    }

    #[test]
    fn srgb_leaves_alpha_alone() {
        let u = Format::new(8, 4, ChannelKind::Unsigned).unwrap();
        let [r, g, _, a] = decode(&bytes(&[255, 128, 0, 128]), u, true, true).map(f32::from_bits);
        assert_eq!(r, 1.0);
        // 128/255 = 0.50196; ((0.50196 + 0.055) / 1.055)^2.4 = 0.21586.
        assert!((g - 0.21586).abs() < 1e-5, "{g}");
        assert_eq!(a, 128.0 / 255.0);
    }

    #[test]
    fn halves_widen() {
        let h = Format::new(16, 2, ChannelKind::Float).unwrap();
        assert_eq!(decode(&bytes(&[0x00, 0x3c, 0x00, 0xc0]), h, false, false)[..2], [f(1.0), f(-2.0)]);
        assert_eq!(encode(f(1.0), h), 0x3c00);
    }

    #[test]
    fn formatted_stores_clamp() {
        let u = Format::new(8, 1, ChannelKind::Unsigned).unwrap();
        let s = Format::new(8, 1, ChannelKind::Signed).unwrap();
        assert_eq!((encode(300, u), encode(200, s), encode(-200i32 as u32, s)), (255, 127, 0x80));
    }
}
