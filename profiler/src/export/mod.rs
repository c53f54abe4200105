//! Reports in other programs' formats.

pub mod json;
