//! `dp4a` and `dp2a`: small dot products accumulated in 32 bits, wrapping.

/// Byte `n` of a word, sign- or zero-extended.
#[inline(always)]
fn byte(signed: bool, w: u32, n: u32) -> i32 {
    let v = (w >> (8 * n)) as u8;
    if signed { i32::from(v as i8) } else { i32::from(v) }
}

/// `dp4a`: `c` plus the products of corresponding bytes.
#[inline(always)]
pub fn dp4a(a_signed: bool, b_signed: bool, a: u32, b: u32, c: u32) -> u32 {
    let p = |n| byte(a_signed, a, n) * byte(b_signed, b, n);
    c.wrapping_add((p(0) + p(1) + p(2) + p(3)) as u32)
}

/// `dp2a`: `c` plus the products of the two halves of `a` with two bytes of `b`, its upper ones for `.hi`.
#[inline(always)]
pub fn dp2a(hi: bool, a_signed: bool, b_signed: bool, a: u32, b: u32, c: u32) -> u32 {
    let half = |n: u32| {
        let v = (a >> (16 * n)) as u16;
        if a_signed { i32::from(v as i16) } else { i32::from(v) }
    };
    let p = |n: u32| half(n) * byte(b_signed, b, n + if hi { 2 } else { 0 });
    c.wrapping_add((p(0) + p(1)) as u32)
}
