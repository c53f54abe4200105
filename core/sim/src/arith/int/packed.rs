//! Two 16-bit integers in one word: `add`, `min`, `max` on `.u16x2` and `.s16x2`.

/// Applies `op` to the low halves and to the high halves.
#[inline(always)]
pub fn each(a: u32, b: u32, op: impl Fn(u16, u16) -> u16) -> u32 {
    u32::from(op(a as u16, b as u16)) | (u32::from(op((a >> 16) as u16, (b >> 16) as u16)) << 16)
}

/// `add.u16x2` and `add.s16x2`, wrapping.
#[inline(always)]
pub fn add_u16x2(a: u32, b: u32) -> u32 {
    each(a, b, u16::wrapping_add)
}

/// `min.u16x2`.
#[inline(always)]
pub fn min_u16x2(a: u32, b: u32) -> u32 {
    each(a, b, u16::min)
}

/// `max.u16x2`.
#[inline(always)]
pub fn max_u16x2(a: u32, b: u32) -> u32 {
    each(a, b, u16::max)
}

/// `min{.relu}.s16x2`; with `.relu` negative results become 0.
#[inline(always)]
pub fn min_s16x2(relu: bool, a: u32, b: u32) -> u32 {
    each(a, b, |x, y| (x as i16).min(y as i16).max(if relu { 0 } else { i16::MIN }) as u16)
}

/// `max{.relu}.s16x2`.
#[inline(always)]
pub fn max_s16x2(relu: bool, a: u32, b: u32) -> u32 {
    each(a, b, |x, y| (x as i16).max(y as i16).max(if relu { 0 } else { i16::MIN }) as u16)
}

/// `min.relu.s32`.
#[inline(always)]
pub fn min_relu_s32(a: i32, b: i32) -> i32 {
    a.min(b).max(0)
}

/// `max.relu.s32`.
#[inline(always)]
pub fn max_relu_s32(a: i32, b: i32) -> i32 {
    a.max(b).max(0)
}
