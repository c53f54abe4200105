//! Device output: what kernels printed waits in the device process and is written to the program's standard output
//! where CUDA would: when the program synchronises, and at exit.

use warplens_driver_protocol::{Reply, Request};

use crate::{link, stdio};

/// Writes what waits.
pub fn flush() {
    while link::output_waiting() {
        match link::exchange(&Request::TakeOutput {}) {
            Ok(Reply::Output { piece }) if !piece.0.is_empty() => stdio::print(&piece.0),
            _ => break,
        }
    }
}
