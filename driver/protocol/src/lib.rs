//! What the driver library inside a program and the device process say to each other.
//!
//! A program's library connects to the private unix socket named by [`SOCKET_VARIABLE`], gets one mailbox and
//! one arena for each device as file descriptors ([`socket`]), and from then on writes [`Request`]s and reads
//! [`Reply`]s through the mailbox ([`mailbox`]), which both sides watch for a moment before they sleep on a futex.
//! The socket stays open only so that each side sees the other's death.
//!
//! Device memory is the arena: a memfd that both sides map at the same address, so copies never pass through
//! here. Everything read from the other side is bounded and checked ([`wire`]); no value of a message is trusted
//! as a length, index or address.
//!
//! Not here: what a request means (the server), and the C ABI (the library).

pub mod mailbox;
pub mod message;
pub mod objects;
pub mod socket;
pub mod sys;
pub mod wire;

pub use message::{Hello, Reply, Request, Welcome};

/// Changes whenever a message or the mailbox does; both sides must agree.
pub const VERSION: u32 = 2;

/// Environment variable that holds the path of the device process's socket.
pub const SOCKET_VARIABLE: &str = "WARPLENS_SOCKET";

/// Where the first device's arena lies in both address spaces.
pub const ARENA_BASE: u64 = 0x3000_0000_0000;

/// Distance of the arenas of two devices: more than any device's memory.
pub const ARENA_STRIDE: u64 = 0x0040_0000_0000;

/// Most devices a device process offers.
pub const MAX_DEVICES: u32 = 16;
