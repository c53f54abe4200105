//! `cvt` and `cvt.pack` (PTX ISA, "Data Movement and Conversion Instructions: cvt").
//!
//! One file a pair of kinds: [`int`] integer to integer, [`to_int`] float to integer, [`from_int`] integer to
//! float, [`to_float`] float to float and rounding to integral values, [`narrow`] the 8-, 6- and 4-bit formats and
//! tf32. f16 and bf16 conversions are `to_f32`, `from_f32`, `to_f64`, `from_f64` in [`super::half`].

pub mod from_int;
pub mod int;
pub mod narrow;
pub mod to_float;
pub mod to_int;

pub use to_float::f32_to_f64;
