//! PTX text as a typed module: lexer, parser, printer, one instruction table, names resolved to indices,
//! source lines, dataflow analyses. Works on `&str`; knows no files, no devices and no editors.
//!
//! [`parse()`] gives a module and diagnostics, never an error; [`resolve()`] turns names into indices, which is what the
//! embedded device lowers and [`analysis`] reads; [`print`](print::print) is the inverse of [`parse()`]; [`table`] holds every
//! instruction in the manual's notation. Why this is not an existing crate: see README.md.

pub mod analysis;
pub mod ast;
pub mod debug_sections;
pub mod diagnostic;
pub mod isa;
mod lex;
pub mod parse;
pub mod print;
pub mod resolve;
pub mod span;
pub mod table;

pub use diagnostic::{Diagnostic, Severity};
pub use parse::{Parse, parse, parse_bytes};
pub use resolve::resolve;
