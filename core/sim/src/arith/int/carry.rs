//! Carry chains: `add.cc`, `addc`, `sub.cc`, `subc`, and with [`super::mul`] also `mad.cc`, `madc`.
//!
//! The condition code is one bit per thread. For subtraction it holds the borrow (PTX ISA, "subc").

macro_rules! carry {
    ($ty:ident, $add:ident, $sub:ident) => {
        /// `a + b + carry`, and the carry out.
        #[inline(always)]
        pub fn $add(a: $ty, b: $ty, carry: bool) -> ($ty, bool) {
            let (s, c1) = a.overflowing_add(b);
            let (s, c2) = s.overflowing_add($ty::from(carry));
            (s, c1 | c2)
        }

        /// `a - (b + borrow)`, and the borrow out.
        #[inline(always)]
        pub fn $sub(a: $ty, b: $ty, borrow: bool) -> ($ty, bool) {
            let (d, b1) = a.overflowing_sub(b);
            let (d, b2) = d.overflowing_sub($ty::from(borrow));
            (d, b1 | b2)
        }
    };
}
carry!(u32, add_u32, sub_u32);
carry!(u64, add_u64, sub_u64);
