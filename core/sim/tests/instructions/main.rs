//! Instructions and provided functions one by one: PTX in, value out, compared with hand-worked values or the arithmetic library.

mod bench;
mod natives;
