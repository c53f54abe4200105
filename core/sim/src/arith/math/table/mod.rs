//! The functions of the CUDA math API, one line each: name, then meaning. `macros` turns a line into a [`MathFn`].

mod convert;
mod double;
mod integer;
mod macros;
mod rounded;
mod simd;
mod single;

use super::MathFn;

pub(super) const GROUPS: &[&[MathFn]] =
    &[single::TABLE, double::TABLE, rounded::TABLE, convert::TABLE, integer::TABLE, simd::TABLE];
