//! The device process's side of the driver: it listens on a private socket, keeps one session a program, and runs
//! what programs ask on devices.
//!
//! - [`Server`] listens; [`library::Folder`] holds the libraries that programs load instead of the vendor's.
//! - A session (`session`) answers requests one at a time; its streams and events live on a virtual clock
//!   (`timeline`), where device work takes its modelled time and waiting for the simulation takes none.
//! - [`machine::Machine`] is what runs kernels; [`embedded`] implements it with the embedded device.
//! - Whoever profiles gives a [`record::Recorder`] and is told everything in the order it happened.
//!
//! Work is done when it is issued: a launch returns to the program after the kernel ran, so order needs no queues
//! and results no waiting; only the clock knows that a device would have overlapped it.
//!
//! A program can do to its session what it likes: every handle and address is checked, a fault of the simulator is
//! caught and answered, and sessions share nothing but the count of used memory.

pub mod embedded;
pub mod library;
mod listener;
pub mod machine;
mod memory;
pub mod program;
pub mod record;
mod requests;
mod session;
mod timeline;

pub use listener::{Server, ServerError, Settings};
pub use timeline::Nanos;
pub use warplens_driver_protocol::message::mark_kind;
