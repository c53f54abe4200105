//! The report for people: styled text of a given width.
//!
//! Makes strings with ANSI styles; whoever prints them strips the styles where they are not wanted. Layout is a pure
//! function of report and width.

mod numbers;
pub mod program;
mod text;

pub use text::{Options, render};
