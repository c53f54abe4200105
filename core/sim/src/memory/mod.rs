//! Device memory: one arena of bytes, and the table of what is allocated in it.
//!
//! Guest addresses are the arena's base plus an offset; whoever makes the arena decides where it is mapped and
//! which guest base it has, so that a program in another process can map the same bytes at the same address.
//! Global and constant space share these addresses. Shared, local and parameter memory are seen by generic
//! addresses through windows below the arena ([`SHARED_WINDOW`], [`LOCAL_WINDOW`], [`PARAM_WINDOW`]).

mod arena;
mod table;

pub use arena::{Arena, ArenaError};
pub use table::Lent;
pub(crate) use table::{Lookup, Table};

/// Guest address where the arena of [`Arena::anonymous`] begins.
pub const DEFAULT_BASE: u64 = 0x3000_0000_0000;
/// Generic addresses of the block's shared memory begin here.
pub const SHARED_WINDOW: u64 = 0x1000_0000_0000;
/// Generic addresses of the thread's local memory begin here.
pub const LOCAL_WINDOW: u64 = 0x1100_0000_0000;
/// Generic addresses of kernel parameters begin here.
pub const PARAM_WINDOW: u64 = 0x1200_0000_0000;
/// Bytes of each window.
pub const WINDOW_SIZE: u64 = 1 << 32;
/// Generic addresses of functions begin here (device function pointers).
pub const CODE_WINDOW: u64 = 0x1300_0000_0000;

/// Device memory is exhausted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("out of device memory: {requested} bytes wanted, largest free range is {largest} of {total} bytes")]
pub struct OutOfMemory {
    /// Bytes asked for.
    pub requested: u64,
    /// Largest free range, bytes.
    pub largest: u64,
    /// Size of device memory, bytes.
    pub total: u64,
}

/// A host access to device memory that is not allocated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("no allocation holds the {size} bytes at {address:#x}")]
pub struct AccessError {
    /// Start address.
    pub address: u64,
    /// Bytes.
    pub size: u64,
}

/// A free of something that is not the start of an allocation.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{address:#x} is not the start of an allocation{}", if *.already_freed { " (it was freed before)" } else { "" })]
pub struct NotAllocated {
    /// The address.
    pub address: u64,
    /// It was once.
    pub already_freed: bool,
}
