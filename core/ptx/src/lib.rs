//! PTX text as a typed module: lexer, parser, printer, one instruction table, names resolved to indices,
//! source lines. Works on `&str`; knows no files, no devices and no editors.

pub mod ast;
pub mod isa;
pub mod resolve;
pub mod span;
