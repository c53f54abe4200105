//! Instructions and provided functions one by one: PTX in, value out, compared with hand-worked values or the arithmetic library.

mod arithmetic;
mod bench;
mod coverage;
mod matrix;
mod memory;
mod natives;
mod surface;
mod texture;
mod video;
