//! PTX text as a typed module: lexer, parser, printer, one instruction table, names resolved to indices,
//! source lines. Works on `&str`; knows no files, no devices and no editors.

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
