//! Integer to integer: truncation, extension, saturation, and `cvt.pack`.

use crate::arith::int::IntType;

/// `cvt{.sat}.to.from`: the source's low bits as `from`, brought into `to`, extended to 64 bits as `to` demands. A
/// destination register wider than `to` takes as many low bits as it has.
#[inline(always)]
pub fn convert(from: IntType, to: IntType, sat: bool, x: u64) -> u64 {
    let v = from.extend(x);
    to.extend(if !sat {
        v
    } else if from.signed() {
        let high = if to.max() > i64::MAX as u64 { i64::MAX } else { to.max() as i64 };
        let v = v as i64;
        let v = if v < to.min() { to.min() } else { v };
        (if v > high { high } else { v }) as u64
    } else if v > to.max() {
        to.max()
    } else {
        v
    })
}

/// `cvt.pack.sat`: `a` and `b` clamped to integers of `bits` bits (16, 8, 4 or 2) and packed, `b` lowest; for fewer
/// than 16 bits the low bits of `c` follow above them.
#[inline(always)]
pub fn pack_sat(bits: u32, signed: bool, a: u32, b: u32, c: u32) -> u32 {
    let max = (1i64 << (bits - u32::from(signed))) - 1;
    let min = if signed { -max - 1 } else { 0 };
    let field = |x: u32| (i64::from(x as i32).clamp(min, max) as u64) & ((1 << bits) - 1);
    let packed = field(b) | (field(a) << bits);
    (packed | (u64::from(c) << (2 * bits))) as u32
}
