//! Device images: what executables, fatbins, cubins, mubins and offload bundles hold.
//!
//! Works on byte slices it is given; opens no files. Every length and offset in an image is untrusted: parsing
//! never panics, and decompression is bounded.

#![forbid(unsafe_code)]

mod identify;

pub use identify::{Format, NotAnImage, identify};
