//! The library that a program loads as libcudart, libcuda, libmusart and libmusa: the documented C ABI, thin.
//!
//! Every function marshals its arguments, asks the device process ([`link`]) and gives its answer the CUDA way:
//! an error code, also kept for `cudaGetLastError`. Copies are plain `memmove`s, because device memory is mapped
//! here at its own addresses. Functions live by topic in `runtime/` and `driver/`; one table entry exports both
//! spellings (`cudaMalloc`, `musaMalloc`).
//!
//! Nothing here interprets PTX, keeps time or decides what an address means: that is the server's. No vendor's
//! private tables are imitated: programs that link the vendor's static runtime are told to relink.

// The C ABI is described by its documentation and by our headers; repeating it on every symbol would say nothing.
#![allow(missing_docs, non_snake_case, clippy::missing_safety_doc, clippy::too_many_arguments)]

#[macro_use]
mod entry;
mod arrays;
mod callbacks;
mod capture;
mod driver;
mod error;
mod images;
mod kernels;
mod layout;
mod layout_arrays;
mod link;
mod memory;
mod modules;
mod output;
mod runtime;
mod stdio;
mod streams;
mod textures;
mod thread;
