//! Device images: what executables, fatbins, cubins, mubins and offload bundles hold.
//!
//! [`open`] turns bytes into a tree: an executable holds fatbins, a fatbin holds PTX and cubins, a cubin holds
//! kernels. [`ptx_sources`] picks the modules a runtime would load from it. Lines of machine code come from
//! [`lines`], variables and types of PTX from [`debug_info`].
//!
//! Works on byte slices it is given; opens no files. Every length and offset in an image is untrusted: parsing
//! never panics, what cannot be read becomes a [`Problem`] beside what could, and the work is bounded by
//! [`Bounds`].

#![forbid(unsafe_code)]

mod archive;
mod bundle;
mod bytes;
mod cubin;
pub mod debug_info;
mod demangle;
mod fatbin;
mod host;
mod identify;
mod inflate;
pub mod lines;
mod msgpack;
mod mubin;
mod offload_binary;
mod open;
mod ptx;
mod sources;
#[cfg(test)]
mod testing;
mod tree;

pub use demangle::demangle;
pub use identify::{Format, NotAnImage, identify};
pub use inflate::InflateError;
pub use msgpack::MsgPackError;
pub use open::{Bounds, open, open_within};
pub use ptx::{PtxSummary, ptx_summary};
pub use sources::{NoPtx, PtxSource, ptx_sources};
pub use tree::{Arch, Compression, Entry, Image, Kernel, Param, Problem, What};
