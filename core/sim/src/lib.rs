//! The embedded device: a deterministic SIMT machine that executes PTX.
//!
//! ```
//! use warplens_sim::{Arena, Counters, Device, Launch, Limits, RunOptions};
//! let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 20).unwrap());
//! let module = device.load("
//!     .version 7.0
//!     .target sm_80
//!     .address_size 64
//!     .visible .entry answer(.param .u64 out) {
//!         .reg .b64 %rd<3>;
//!         .reg .b32 %r<3>;
//!         ld.param.u64 %rd1, [out];
//!         mov.u32 %r1, %tid.x;
//!         mul.wide.u32 %rd2, %r1, 4;
//!         add.s64 %rd2, %rd1, %rd2;
//!         st.global.u32 [%rd2], %r1;
//!         ret;
//!     }").unwrap();
//! let out = device.alloc(32 * 4, Some("out")).unwrap();
//! let launch = Launch {
//!     kernel: device.kernel(module, "answer").unwrap().id,
//!     grid: [1, 1, 1],
//!     block: [32, 1, 1],
//!     dynamic_shared: 0,
//!     params: out.to_le_bytes().to_vec(),
//!     cooperative: false,
//! };
//! let mut counters = Counters::new();
//! device.launch(&launch, &RunOptions::default(), &mut counters).unwrap();
//! assert_eq!(counters.take().total.global_st.sectors, 4);
//! ```
//!
//! Knows no files, sockets, clocks or formats. Faults of a kernel are values ([`Trap`](trap::Trap)).

pub mod arith;
pub mod counts;
mod device;
#[allow(
    clippy::needless_range_loop,
    clippy::too_many_arguments,
    reason = "lanes index several rows at once, and a lane loop without closures is what the compiler vectorises; handlers \
              pass the parts of one access along"
)]
mod exec;
pub mod launch;
pub mod limits;
mod lower;
pub mod memory;
pub mod observer;
pub mod texture;
pub mod trap;

pub use device::{CodeOptions, Device, LoadError, LoadedModule, Problem};
pub use launch::{Finished, KernelId, KernelInfo, Launch, LaunchError, ModuleId, Progress, RunOptions};
pub use limits::Limits;
pub use lower::executes;
pub use memory::{Arena, Lent, OutOfMemory};
pub use observer::{Counters, Observer, Unobserved};
pub use trap::{Trap, TrapKind};
