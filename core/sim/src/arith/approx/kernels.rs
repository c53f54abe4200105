//! Branch-free double-precision polynomials, good to about 45 bits: what single precision needs, not more.
//!
//! Coefficients are Chebyshev fits computed with 40 digits; no step uses a fused multiply-add, so that the code is
//! as quick on a processor without one and gives the same bits. Arguments are single-precision values, or products
//! of such with a constant.

/// 1.5 * 2^52: adding it rounds a small double to an integer in its low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;

#[inline(always)]
fn horner<const N: usize>(z: f64, c: [f64; N]) -> f64 {
    c.iter().rev().fold(0.0, |p, &k| p * z + k)
}

/// 2^x; NaN stays NaN, and results beyond single precision's range become infinite or zero when narrowed.
#[inline(always)]
pub fn exp2(x: f64) -> f64 {
    let low = if x < -300.0 { -300.0 } else { x };
    let c = if low > 300.0 { 300.0 } else { low };
    let shifted = c + MAGIC;
    let r = c - (shifted - MAGIC);
    let p = horner(
        r,
        [
            1.0,
            0.693_147_180_559_946_2,
            0.240_226_506_956_403_4,
            0.055_504_108_664_651_67,
            0.009_618_129_193_934_313,
            0.001_333_355_820_079_459_2,
            0.000_154_034_337_512_510_1,
            1.525_267_292_485_073_7e-5,
            1.325_964_524_488_711e-6,
            1.020_590_541_376_559_5e-7,
        ],
    );
    // The integer part goes straight into the exponent field.
    let scaled = f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52));
    if x.is_nan() { x } else { scaled }
}

/// Splits a positive number into an exponent and a mantissa around 1, as the ratio `s = (m - 1) / (m + 1)`.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let offset = x.to_bits().wrapping_sub(ROOT_HALF);
    let field = offset & 0xfff0_0000_0000_0000;
    let m = f64::from_bits(x.to_bits().wrapping_sub(field));
    // The exponent as a double, without a conversion of 64-bit integers: bias it, then place it in a mantissa.
    let biased = (field.wrapping_add(0x4000_0000_0000_0000)) >> 52;
    let e = f64::from_bits(0x4330_0000_0000_0000 | biased) - (4_503_599_627_370_496.0 + 1024.0);
    (e, (m - 1.0) / (m + 1.0))
}

/// The logarithm to base 2: NaN below zero, -inf at both zeros.
#[inline(always)]
pub fn log2(x: f64) -> f64 {
    let (e, s) = split(x);
    let p = horner(
        s * s,
        [
            2.885_390_081_777_927,
            0.961_796_693_924_334_5,
            0.577_078_017_246_328_6,
            0.412_198_402_048_275_2,
            0.320_616_388_132_245_47,
            0.261_444_249_352_291_5,
            0.242_916_085_398_753_5,
        ],
    );
    let r = e + s * p;
    let r = if x == f64::INFINITY { x } else { r };
    let r = if x == 0.0 { f64::NEG_INFINITY } else { r };
    if x >= 0.0 { r } else { f64::NAN }
}

/// Sine and cosine. Accurate to double precision's own spacing up to about 10^6; above 2^30 only bounded.
#[inline(always)]
pub fn sin_cos(x: f64) -> (f64, f64) {
    let shifted = x * std::f64::consts::FRAC_2_PI + MAGIC;
    let n = shifted - MAGIC;
    // pi / 2 in three parts; the first two times `n` are exact below 2^20.
    let r =
        ((x - n * 1.570_796_326_734_125_6) - n * 6.077_100_506_303_966e-11) - n * 2.022_266_248_795_950_6e-21;
    let r = if r > 0.8 { 0.8 } else { r };
    let r = if r < -0.8 { -0.8 } else { r };
    let z = r * r;
    let s = r * horner(
        z,
        [
            1.0,
            -0.166_666_666_666_114_93,
            0.008_333_333_323_100_49,
            -0.000_198_412_628_990_419_94,
            2.755_518_949_161_447e-6,
            -2.475_068_093_912_2e-8,
        ],
    );
    let c = horner(
        z,
        [
            1.0,
            -0.499_999_999_999_991_56,
            0.041_666_666_666_452_114,
            -0.001_388_888_886_842_335_5,
            2.480_157_800_370_156_4e-5,
            -2.755_514_995_132_028_5e-7,
            2.062_555_573_268_896e-9,
        ],
    );
    let quadrant = shifted.to_bits();
    let swap = quadrant & 1 != 0;
    let (a, b) = if swap { (c, s) } else { (s, c) };
    let sin_sign = (quadrant & 2) << 62;
    let cos_sign = (quadrant.wrapping_add(1) & 2) << 62;
    let finite = x.abs() < f64::INFINITY;
    let sin = f64::from_bits(a.to_bits() ^ sin_sign);
    let cos = f64::from_bits(b.to_bits() ^ cos_sign);
    (if finite { sin } else { f64::NAN }, if finite { cos } else { f64::NAN })
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let t = exp2(x.abs() * (2.0 * std::f64::consts::LOG2_E));
    let far = 1.0 - 2.0 / (t + 1.0);
    // Below 2^-5 the difference above would lose digits; x - x^3/3 + 2 x^5/15 has the rest.
    let z = x * x;
    let near = x.abs() * (1.0 + z * (-1.0 / 3.0 + z * (2.0 / 15.0)));
    let r = if x.abs() < 0.03125 { near } else { far };
    f64::from_bits(r.to_bits() | (x.to_bits() & (1 << 63)))
}
