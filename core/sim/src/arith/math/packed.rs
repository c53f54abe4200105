//! The packed-integer functions of CUDA 9.0 and 9.1 (`__nv_vadd2`, `__nv_vcmpgts4`, ...): CUDA Math API, "SIMD
//! Intrinsics". Newer headers spell them with video instructions.

/// One lane's operands as signed numbers, sign- or zero-extended.
#[inline(always)]
fn lanes<const WIDTH: u32>(signed: bool, a: u32, b: u32, op: impl Fn(i32, i32) -> i32) -> u32 {
    let ones = u32::MAX >> (32 - WIDTH);
    (0..32 / WIDTH).fold(0, |d, i| {
        let up = 32 - WIDTH;
        let lane = |w: u32| {
            let v = (w >> (i * WIDTH)) << up;
            if signed { (v as i32) >> up } else { (v >> up) as i32 }
        };
        d | ((op(lane(a), lane(b)) as u32 & ones) << (i * WIDTH))
    })
}

/// Applies `op` to signed lanes.
#[inline(always)]
pub fn signed<const WIDTH: u32>(a: u32, b: u32, op: impl Fn(i32, i32) -> i32) -> u32 {
    lanes::<WIDTH>(true, a, b, op)
}

/// Applies `op` to unsigned lanes.
#[inline(always)]
pub fn unsigned<const WIDTH: u32>(a: u32, b: u32, op: impl Fn(i32, i32) -> i32) -> u32 {
    lanes::<WIDTH>(false, a, b, op)
}

/// Clamps to a signed lane.
#[inline(always)]
pub fn clamp_signed<const WIDTH: u32>(x: i32) -> i32 {
    let max = (1 << (WIDTH - 1)) - 1;
    x.clamp(-max - 1, max)
}

/// Clamps to an unsigned lane.
#[inline(always)]
pub fn clamp_unsigned<const WIDTH: u32>(x: i32) -> i32 {
    x.clamp(0, (1 << WIDTH) - 1)
}

/// The sum of the lanes' absolute differences.
#[inline(always)]
pub fn sum_of_differences<const WIDTH: u32>(is_signed: bool, a: u32, b: u32) -> u32 {
    let d = lanes::<WIDTH>(is_signed, a, b, |x, y| (x - y).abs());
    let ones = u32::MAX >> (32 - WIDTH);
    (0..32 / WIDTH).map(|i| (d >> (i * WIDTH)) & ones).sum()
}
