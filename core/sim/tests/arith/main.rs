//! Specifications of `warplens_sim::arith`, one file a module. Rounding is judged by LLVM's software floating point,
//! 16-bit formats exhaustively; everything else by the manual's own definitions, written as loops.

mod approx;
mod cvt;
mod exact;
mod float;
mod half;
mod int;
mod math;
mod round;
mod sample;
mod set;
mod video;
