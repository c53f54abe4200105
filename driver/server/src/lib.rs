//! The device process's side of the driver: it listens on a private socket, keeps one session a program, and runs
//! what programs ask on devices.
//!
//! - [`Server`] listens; [`library::Folder`] holds the libraries that programs load instead of the vendor's.
//! - A session (`session`) has threads that take requests and run kernels. What a request waits for is decided in
//!   `order`, kept in `schedule`; what it does is in `requests`, `copies` and `launches`. Streams and events also live
//!   on a virtual clock (`timeline`), where device work takes its modelled time and waiting for the simulation none.
//! - [`machine::Machine`] is what runs kernels; [`embedded`] implements it with the embedded device.
//! - Whoever profiles gives a [`record::Recorder`] and is told everything in the order it happened.
//!
//! A launch returns to the program at once, as on a GPU, and other calls are answered while a kernel runs. Kernels of
//! one device run one after another, in the order they were issued wherever streams and events leave a choice.
//!
//! A program can do to its session what it likes: every handle and address is checked, a fault of the simulator is
//! caught and answered, and sessions share nothing but the count of used memory.

mod copies;
pub mod embedded;
mod launches;
pub mod library;
mod listener;
pub mod machine;
mod memory;
mod objects;
mod order;
mod peers;
pub mod program;
pub mod record;
mod requests;
mod schedule;
mod session;
mod state;
mod timeline;

pub use listener::{Server, ServerError, Settings};
pub use timeline::Nanos;
pub use warplens_driver_protocol::message::mark_kind;
