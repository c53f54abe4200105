//! The embedded device: a deterministic SIMT machine that executes PTX.

pub mod arith;
pub mod counts;
mod exec;
pub mod launch;
pub mod limits;
pub mod memory;
pub mod observer;
pub mod trap;
