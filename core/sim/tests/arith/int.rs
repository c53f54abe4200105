//! Integer instructions against the manual's pseudo-code, written as the loops it gives.

use crate::sample::Rng;
use warplens_sim::arith::int::{bits, carry, dot, mul, packed, permute, shift, simple};

/// The manual's `bfe`, bit by bit.
fn bfe_loop(a: u64, b: u32, c: u32, msb: u32, signed: bool) -> u64 {
    let (pos, len) = (b & 0xff, c & 0xff);
    let sbit = if !signed || len == 0 { 0 } else { (a >> (pos + len - 1).min(msb)) & 1 };
    let mut d = if sbit == 1 { u64::MAX >> (63 - msb) } else { 0 };
    for i in 0..=msb {
        if i < len && pos + i <= msb {
            d = (d & !(1 << i)) | (((a >> (pos + i)) & 1) << i);
        }
    }
    d
}

/// The manual's `bfi`, bit by bit.
fn bfi_loop(a: u64, b: u64, c: u32, d: u32, msb: u32) -> u64 {
    let (pos, len) = (c & 0xff, d & 0xff);
    let mut f = b;
    for i in 0..len {
        if pos + i <= msb {
            f = (f & !(1 << (pos + i))) | (((a >> i) & 1) << (pos + i));
        }
    }
    f
}

#[test]
fn bit_fields_equal_the_manuals_loops_for_every_position_and_length() {
    let mut rng = Rng(10);
    let places: Vec<u32> = (0..70).chain([127, 128, 200, 254, 255, 256, 300, u32::MAX]).collect();
    for _ in 0..12 {
        let (a, b) = (rng.int(), rng.int());
        for &p in &places {
            for &n in &places {
                let (lo, at) = (a as u32, format!("{a:x} {b:x} {p} {n}"));
                assert_eq!(u64::from(bits::bfe_u32(lo, p, n)), bfe_loop(lo.into(), p, n, 31, false), "{at}");
                assert_eq!(u64::from(bits::bfe_s32(lo, p, n)), bfe_loop(lo.into(), p, n, 31, true), "{at}");
                assert_eq!(bits::bfe_u64(a, p, n), bfe_loop(a, p, n, 63, false), "{at}");
                assert_eq!(bits::bfe_s64(a, p, n), bfe_loop(a, p, n, 63, true), "{at}");
                let want = bfi_loop(lo.into(), (b as u32).into(), p, n, 31);
                assert_eq!(u64::from(bits::bfi_b32(lo, b as u32, p, n)), want, "{at}");
                assert_eq!(bits::bfi_b64(a, b, p, n), bfi_loop(a, b, p, n, 63), "{at}");
            }
        }
    }
}

#[test]
fn bfind_searches_from_the_top() {
    assert_eq!(bits::bfind_u32(0, false), u32::MAX);
    assert_eq!(bits::bfind_u32(1, false), 0);
    assert_eq!(bits::bfind_u32(1, true), 31);
    assert_eq!(bits::bfind_s32(-1, false), u32::MAX);
    assert_eq!(bits::bfind_s32(-2, false), 0);
    assert_eq!(bits::bfind_s32(i32::MIN, true), 1);
    assert_eq!(bits::bfind_u64(1 << 40, false), 40);
    assert_eq!(bits::bfind_s64(-(1 << 40) - 1, true), 23);
}

#[test]
fn bmsk_and_szext_equal_the_manuals_text() {
    for a in 0..70u32 {
        for b in 0..70u32 {
            for clamp in [false, true] {
                let (a1, b1) = (a & 31, b & 31);
                let sum = a1 + b1;
                let mut mask0 = u32::MAX << a1;
                let mut gone = sum >= 32;
                if clamp && a >= 32 {
                    mask0 = 0;
                    gone = true;
                }
                gone |= clamp && b >= 32;
                let mask1 = if gone {
                    0
                } else if b1 == 0 {
                    u32::MAX
                } else {
                    u32::MAX << sum
                };
                assert_eq!(bits::bmsk(clamp, a, b), mask0 & !mask1, "{a} {b} {clamp}");
            }
        }
    }
    assert_eq!(bits::bmsk(true, 4, 8), 0x0ff0);
    for n in 0..70u32 {
        for value in [0x8000_0001u32, 0x7fff_fff5, 0xdead_beef] {
            for clamp in [false, true] {
                let width = if clamp && n >= 32 { 32 } else { n & 31 };
                let kept = u64::from(value) & ((1u64 << width) - 1);
                assert_eq!(u64::from(bits::szext_u32(clamp, value, n)), kept);
                // N of 32 or more: the manual's text replicates no sign.
                let sign = width > 0 && width < 32 && kept >> (width - 1) & 1 == 1;
                let want = if sign { kept as u32 | (u32::MAX << width) } else { kept as u32 };
                assert_eq!(bits::szext_s32(clamp, value, n), want, "{value:x} {n} {clamp}");
            }
        }
    }
}

#[test]
fn fns_equals_the_manuals_loop() {
    let mut rng = Rng(11);
    for _ in 0..2_000 {
        let mask = rng.int() as u32;
        for base in 0..32i32 {
            for offset in [-40, -33, -5, -2, -1, 0, 1, 2, 5, 31, 32, 33, i32::MIN, i32::MAX] {
                let mut want = u32::MAX;
                if offset == 0 {
                    if mask >> base & 1 == 1 {
                        want = base as u32;
                    }
                } else {
                    let (mut pos, mut count) = (base, offset.unsigned_abs() - 1);
                    while (0..32).contains(&pos) {
                        if mask >> pos & 1 == 1 {
                            if count == 0 {
                                want = pos as u32;
                                break;
                            }
                            count -= 1;
                        }
                        pos += offset.signum();
                    }
                }
                assert_eq!(bits::fns(mask, base as u32, offset), want, "{mask:x} {base} {offset}");
            }
        }
    }
    assert_eq!(bits::fns(u32::MAX, 32, 1), u32::MAX);
}

#[test]
fn lop3_is_its_truth_table() {
    let (a, b, c) = (0b1111_0000, 0b1100_1100, 0b1010_1010);
    for lut in 0..=u8::MAX {
        assert_eq!(bits::lop3(a, b, c, lut) as u8, lut);
    }
}

#[test]
fn prmt_modes() {
    use permute::{Mode, prmt};
    let (a, b) = (0x8302_0100, 0x0706_0504);
    assert_eq!(prmt(Mode::Generic, a, b, 0x7531), 0x0705_8301);
    assert_eq!(prmt(Mode::Generic, a, b, 0xb8_30 & 0xffff), 0xff00_8300, "sign replication");
    let modes = [Mode::F4e, Mode::B4e, Mode::Rc8, Mode::Ecl, Mode::Ecr, Mode::Rc16];
    let a = 0x0302_0100;
    let want: [[u32; 4]; 6] = [
        [0x0302_0100, 0x0403_0201, 0x0504_0302, 0x0605_0403],
        [0x0506_0700, 0x0607_0001, 0x0700_0102, 0x0001_0203],
        [0x0000_0000, 0x0101_0101, 0x0202_0202, 0x0303_0303],
        [0x0302_0100, 0x0302_0101, 0x0302_0202, 0x0303_0303],
        [0x0000_0000, 0x0101_0100, 0x0202_0100, 0x0302_0100],
        [0x0100_0100, 0x0302_0302, 0x0100_0100, 0x0302_0302],
    ];
    for (mode, row) in modes.into_iter().zip(want) {
        for (c, want) in row.into_iter().enumerate() {
            assert_eq!(prmt(mode, a, b, c as u32 | 0xfc), want, "{mode:?} {c}");
        }
    }
}

#[test]
fn shifts_clamp_and_funnels_clamp_or_wrap() {
    assert_eq!(shift::shl_b32(1, 31), 1 << 31);
    assert_eq!(shift::shl_b32(1, 32), 0);
    assert_eq!(shift::shl_b16(1, 16), 0);
    assert_eq!(shift::shr_s32(-8, 200), -1);
    assert_eq!(shift::shr_u64(u64::MAX, 64), 0);
    assert_eq!(shift::shr_s64(i64::MIN, u32::MAX), -1);
    assert_eq!(shift::shr_s16(-4, 1), -2);
    let (a, b) = (0x1111_2222, 0x3333_4444);
    assert_eq!(shift::shf_l(true, a, b, 8), 0x3344_4411);
    assert_eq!(shift::shf_r(true, a, b, 8), 0x4411_1122);
    assert_eq!(shift::shf_l(true, a, b, 40), a);
    assert_eq!(shift::shf_r(true, a, b, 32), b);
    assert_eq!(shift::shf_l(false, a, b, 32), b);
    assert_eq!(shift::shf_r(false, a, b, 40), shift::shf_r(false, a, b, 8));
}

#[test]
fn products_have_the_bits_of_the_wide_product() {
    let mut rng = Rng(12);
    for _ in 0..100_000 {
        let (a, b) = (rng.int(), rng.int());
        let (x, y) = (a as u32, b as u32);
        assert_eq!(mul::hi_u64(a, b), ((u128::from(a) * u128::from(b)) >> 64) as u64);
        assert_eq!(
            mul::hi_s64(a as i64, b as i64),
            ((i128::from(a as i64) * i128::from(b as i64)) >> 64) as i64
        );
        assert_eq!(mul::hi_u32(x, y), (mul::wide_u32(x, y) >> 32) as u32);
        assert_eq!(mul::hi_s32(x as i32, y as i32), (mul::wide_s32(x as i32, y as i32) >> 32) as i32);
        assert_eq!(mul::hi_u16(x as u16, y as u16), (mul::wide_u16(x as u16, y as u16) >> 16) as u16);
        assert_eq!(mul::hi_s16(x as i16, y as i16), (mul::wide_s16(x as i16, y as i16) >> 16) as i16);
        let (s, t) = (i64::from(((x << 8) as i32) >> 8), i64::from(((y << 8) as i32) >> 8));
        assert_eq!(mul::mul24_lo_s32(x, y), (s * t) as u32);
        assert_eq!(mul::mul24_hi_s32(x, y), ((s * t) >> 16) as u32);
        let (s, t) = (u64::from(x & 0xff_ffff), u64::from(y & 0xff_ffff));
        assert_eq!(mul::mul24_lo_u32(x, y), (s * t) as u32);
        assert_eq!(mul::mul24_hi_u32(x, y), ((s * t) >> 16) as u32);
    }
    assert_eq!(mul::mad_hi_sat_s32(i32::MAX, i32::MAX, i32::MAX), i32::MAX);
    assert_eq!(mul::mad24_hi_sat_s32(0x7f_ffff, 0x7f_ffff, 0x7fff_ffff), 0x7fff_ffff);
}

#[test]
fn carries_chain_into_wide_sums() {
    let mut rng = Rng(13);
    for _ in 0..50_000 {
        let (a, b) = (rng.int(), rng.int());
        let (lo, c) = carry::add_u32(a as u32, b as u32, false);
        let (hi, c2) = carry::add_u32((a >> 32) as u32, (b >> 32) as u32, c);
        let (sum, out) = a.overflowing_add(b);
        assert_eq!((u64::from(lo) | u64::from(hi) << 32, c2), (sum, out));
        let (lo, c) = carry::sub_u32(a as u32, b as u32, false);
        let (hi, c2) = carry::sub_u32((a >> 32) as u32, (b >> 32) as u32, c);
        let (diff, out) = a.overflowing_sub(b);
        assert_eq!((u64::from(lo) | u64::from(hi) << 32, c2), (diff, out));
    }
    assert_eq!(carry::add_u64(u64::MAX, u64::MAX, true), (u64::MAX, true));
    assert_eq!(carry::sub_u64(0, u64::MAX, true), (0, true));
}

#[test]
fn division_by_zero_has_one_documented_answer() {
    assert_eq!((simple::div_u32(7, 0), simple::rem_u32(7, 0)), (u32::MAX, 7));
    assert_eq!((simple::div_s32(-7, 0), simple::rem_s32(-7, 0)), (-1, -7));
    assert_eq!((simple::div_u64(7, 0), simple::rem_u64(7, 0)), (u64::MAX, 7));
    assert_eq!((simple::div_s64(i64::MIN, -1), simple::rem_s64(i64::MIN, -1)), (i64::MIN, 0));
    assert_eq!((simple::div_s16(i16::MIN, -1), simple::rem_s16(-7, 2)), (i16::MIN, -1));
    assert_eq!((simple::div_u16(7, 2), simple::rem_u16(7, 0)), (3, 7));
}

#[test]
fn sums_of_differences_selections_and_saturation() {
    assert_eq!(simple::sad_s32(i32::MIN, i32::MAX, 1), 0, "the difference wraps as unsigned");
    assert_eq!(simple::sad_u32(1, 5, 10), 14);
    assert_eq!(simple::sad_u16(5, 1, u16::MAX), 3);
    assert_eq!(simple::sad_s16(-5, 5, 0), 10);
    assert_eq!(simple::sad_u64(0, u64::MAX, 1), 0);
    assert_eq!(simple::sad_s64(-1, 1, 0), 2);
    assert_eq!(simple::add_sat_s32(0x7fff_ffff, 1), 0x7fff_ffff);
    assert_eq!(simple::sub_sat_s32(0x8000_0000, 1), 0x8000_0000);
    assert_eq!((simple::cnot_b32(0), simple::cnot_b64(9), simple::cnot_b16(0)), (1, 0, 1));
    assert_eq!(simple::slct_s32('a', 'b', 0), 'a');
    assert_eq!(simple::slct_f32(false, 'a', 'b', f32::NAN), 'b');
    assert_eq!(simple::slct_f32(false, 'a', 'b', -1e-45), 'b');
    assert_eq!(simple::slct_f32(true, 'a', 'b', -1e-45), 'a', "flushed to -0, which is not less than 0");
}

#[test]
fn dot_products() {
    assert_eq!(dot::dp4a(true, true, 0xff_02_03_04, 0x01_02_03_80, 10), (10 - 1 + 4 + 9 - 512i32) as u32);
    assert_eq!(dot::dp4a(false, false, u32::MAX, u32::MAX, u32::MAX), 4 * 255 * 255 - 1);
    assert_eq!(dot::dp4a(false, true, 0xff, 0xff, 0), (-255i32) as u32);
    assert_eq!(dot::dp2a(false, true, false, 0xffff_0002, 0x0403_0201, 0), 0, "2 * 1 + -1 * 2");
    assert_eq!(dot::dp2a(true, true, false, 0xffff_0002, 0x0403_0201, 1), 3, "1 + 2 * 3 - 4");
    assert_eq!(dot::dp2a(true, false, true, 0xffff_0000, 0x8000_0000, 0), (-128i32 * 65535) as u32);
}

#[test]
fn packed_halves() {
    assert_eq!(packed::add_u16x2(0xffff_0001, 0x0001_0001), 0x0000_0002);
    assert_eq!(packed::min_u16x2(0xffff_0001, 0x0001_0002), 0x0001_0001);
    assert_eq!(packed::max_u16x2(0xffff_0001, 0x0001_0002), 0xffff_0002);
    assert_eq!(packed::min_s16x2(false, 0xffff_0001, 0x0001_0002), 0xffff_0001);
    assert_eq!(packed::min_s16x2(true, 0xffff_0001, 0x0001_0002), 0x0000_0001);
    assert_eq!(packed::max_s16x2(true, 0xffff_8000, 0xfffe_0002), 0x0000_0002);
    assert_eq!((packed::min_relu_s32(-1, 2), packed::max_relu_s32(-1, -2)), (0, 0));
}
