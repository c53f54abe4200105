//! The embedded device: a deterministic SIMT machine that executes PTX.

pub mod arith;
pub mod counts;
pub mod launch;
pub mod limits;
pub mod trap;
