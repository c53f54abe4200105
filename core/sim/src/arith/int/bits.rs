//! Bit fields and searches: `bfe`, `bfi`, `bfind`, `bmsk`, `szext`, `fns`, `lop3`.
//!
//! Positions and lengths beyond the word do what the manual's loops do; nothing here can shift too far.

/// `bfind.u32` and `bfind.u64` take the bits of a signed operand complemented when it is negative, which the `_s`
/// functions do.
const NONE: u32 = u32::MAX;

macro_rules! fields {
    ($u:ident, $s:ident, $bfe_u:ident, $bfe_s:ident, $bfi:ident, $find_u:ident, $find_s:ident) => {
        /// `bfe` unsigned: `c` bits of `a` from bit `b` on, zero-extended.
        #[inline(always)]
        pub fn $bfe_u(a: $u, b: u32, c: u32) -> $u {
            let (pos, len) = (b & 0xff, c & 0xff);
            let field = a.checked_shr(pos).unwrap_or(0);
            field & low_mask::<{ $u::BITS }>(len) as $u
        }

        /// `bfe` signed: as the unsigned form, then sign-extended from the field's last bit, or from the word's
        /// sign bit where the field runs past it.
        #[inline(always)]
        pub fn $bfe_s(a: $u, b: u32, c: u32) -> $u {
            let (pos, len) = (b & 0xff, c & 0xff);
            let last = (pos + len).wrapping_sub(1).min($u::BITS - 1);
            let sign = len != 0 && (a >> last) & 1 == 1;
            let room = $u::BITS.saturating_sub(pos);
            let keep = low_mask::<{ $u::BITS }>(len.min(room)) as $u;
            let field = a.checked_shr(pos).unwrap_or(0) & keep;
            if sign { field | !keep } else { field }
        }

        /// `bfi`: the low `d` bits of `a` over `b` from bit `c` on.
        #[inline(always)]
        pub fn $bfi(a: $u, b: $u, c: u32, d: u32) -> $u {
            let (pos, len) = (c & 0xff, d & 0xff);
            let mask = (low_mask::<{ $u::BITS }>(len) as $u).checked_shl(pos).unwrap_or(0);
            (b & !mask) | (a.checked_shl(pos).unwrap_or(0) & mask)
        }

        /// `bfind` unsigned: position of the highest one, or with `.shiftamt` how far it is from the top; all ones
        /// if there is none.
        #[inline(always)]
        pub fn $find_u(a: $u, shiftamt: bool) -> u32 {
            let up = a.leading_zeros();
            if a == 0 {
                NONE
            } else if shiftamt {
                up
            } else {
                $u::BITS - 1 - up
            }
        }

        /// `bfind` signed: of the highest bit that differs from the sign.
        #[inline(always)]
        pub fn $find_s(a: $s, shiftamt: bool) -> u32 {
            $find_u((a ^ (a >> ($s::BITS - 1))) as $u, shiftamt)
        }
    };
}

/// The low `len` bits set, all of them from `BITS` on.
#[inline(always)]
fn low_mask<const BITS: u32>(len: u32) -> u64 {
    let all = u64::MAX >> (64 - BITS);
    if len >= BITS { all } else { (1u64 << len) - 1 }
}

fields!(u32, i32, bfe_u32, bfe_s32, bfi_b32, bfind_u32, bfind_s32);
fields!(u64, i64, bfe_u64, bfe_s64, bfi_b64, bfind_u64, bfind_s64);

/// `bmsk`: `b` ones from bit `a` on. `.wrap` takes both modulo 32, `.clamp` treats 32 and more as too far.
#[inline(always)]
pub fn bmsk(clamp: bool, a: u32, b: u32) -> u32 {
    let (a1, b1) = (a & 31, b & 31);
    let from = if clamp && a >= 32 { 0 } else { u32::MAX << a1 };
    let beyond = a1 + b1 >= 32 || (clamp && (a >= 32 || b >= 32));
    let past = if beyond { 0 } else { u32::MAX << ((a1 + b1) & 31) };
    let past = if !beyond && b1 == 0 { u32::MAX } else { past };
    from & !past
}

/// `szext.u32`: the low `b` bits of `a`.
#[inline(always)]
pub fn szext_u32(clamp: bool, a: u32, b: u32) -> u32 {
    if clamp && b >= 32 { a } else { a & !(u32::MAX << (b & 31)) }
}

/// `szext.s32`: the low `b` bits of `a`, sign-extended.
#[inline(always)]
pub fn szext_s32(clamp: bool, a: u32, b: u32) -> u32 {
    let n = b & 31;
    let whole = clamp && b >= 32;
    let mask = if whole { 0 } else { u32::MAX << n };
    let sign = n != 0 && !whole && (a >> (n.wrapping_sub(1) & 31)) & 1 == 1;
    (a & !mask) | if sign { mask } else { 0 }
}

/// `fns.b32`: position of the `offset`-th set bit of `mask` from `base` on, upwards or (negative) downwards; all
/// ones if there is none. A base above 31, which the manual leaves undefined, finds nothing.
pub fn fns(mask: u32, base: u32, offset: i32) -> u32 {
    if base > 31 {
        return NONE;
    }
    if offset == 0 {
        return if (mask >> base) & 1 == 1 { base } else { NONE };
    }
    // Drop what lies before the base, then the set bits that are to be skipped.
    let skip = offset.unsigned_abs() - 1;
    if skip >= 32 {
        return NONE;
    }
    if offset > 0 {
        let rest = (0..skip).fold(mask & (u32::MAX << base), |m, _| m & m.wrapping_sub(1));
        if rest == 0 { NONE } else { rest.trailing_zeros() }
    } else {
        let low = mask & (u32::MAX >> (31 - base));
        let rest = (0..skip).fold(low, |m, _| if m == 0 { 0 } else { m & !(1 << (31 - m.leading_zeros())) });
        if rest == 0 { NONE } else { 31 - rest.leading_zeros() }
    }
}

/// `lop3.b32`: the Boolean function of three inputs whose truth table is `lut`. With a constant table this folds
/// to a few logic operations.
#[inline(always)]
pub fn lop3(a: u32, b: u32, c: u32, lut: u8) -> u32 {
    let term = |bit: u8, m: u32| if lut >> bit & 1 == 1 { m } else { 0 };
    term(0, !a & !b & !c)
        | term(1, !a & !b & c)
        | term(2, !a & b & !c)
        | term(3, !a & b & c)
        | term(4, a & !b & !c)
        | term(5, a & !b & c)
        | term(6, a & b & !c)
        | term(7, a & b & c)
}
