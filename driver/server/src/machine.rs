//! What the server needs of a device: modules, memory, launches. The embedded device is one; others may follow.

use std::sync::Arc;
use warplens_driver_protocol::message::{DeviceFacts, KernelFacts};
use warplens_driver_protocol::objects::{ImageFacts, SamplerFacts};
use warplens_driver_protocol::sys::Mapping;
use warplens_sim::Lent;
use warplens_sim::counts::KernelCounts;

use warplens_sim::launch::{KernelInfo, Patience, Progress};

/// CUDA error codes the server gives.
pub mod code {
    #![allow(missing_docs)]
    pub const INVALID_VALUE: i32 = 1;
    pub const MEMORY_ALLOCATION: i32 = 2;
    pub const INVALID_CONFIGURATION: i32 = 9;
    pub const INVALID_DEVICE_POINTER: i32 = 17;
    pub const INVALID_CHANNEL: i32 = 20;
    pub const INVALID_COPY_DIRECTION: i32 = 21;
    pub const INVALID_DEVICE_FUNCTION: i32 = 98;
    pub const INVALID_DEVICE: i32 = 101;
    pub const NO_KERNEL_IMAGE: i32 = 209;
    pub const PEER_UNSUPPORTED: i32 = 217;
    pub const INVALID_PTX: i32 = 218;
    pub const INVALID_HANDLE: i32 = 400;
    pub const SYMBOL_NOT_FOUND: i32 = 500;
    pub const NOT_READY: i32 = 600;
    pub const LAUNCH_OUT_OF_RESOURCES: i32 = 701;
    pub const PEER_ALREADY_ENABLED: i32 = 704;
    pub const PEER_NOT_ENABLED: i32 = 705;
    pub const NOT_SUPPORTED: i32 = 801;
    pub const UNKNOWN: i32 = 999;
}

/// A call that did not work: the error code for the program, and words for its user (or none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: i32,
    /// One or more sentences; empty when the code says it all.
    pub message: String,
}

impl Refusal {
    /// A code that needs no words.
    pub fn code(code: i32) -> Refusal {
        Refusal { code, message: String::new() }
    }

    /// A code with words.
    pub fn new(code: i32, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into() }
    }
}

/// A module's PTX as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedText {
    /// The number that counts refer to.
    pub number: u32,
    /// Name for messages and reports.
    pub name: String,
    /// The PTX.
    pub text: String,
}

/// A launch as the program asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// Kernel, from [`Machine::kernel`].
    pub kernel: u32,
    /// Blocks.
    pub grid: [u32; 3],
    /// Threads.
    pub block: [u32; 3],
    /// Dynamic shared memory, bytes.
    pub shared: u32,
    /// All blocks resident together.
    pub cooperative: bool,
    /// Parameter bytes.
    pub params: Vec<u8>,
}

/// How a launch that was possible ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ended {
    /// What the kernel printed.
    pub printed: String,
    /// Warp instructions it took.
    pub warp_instructions: u64,
    /// The kernel's fault: the error code for the program and the whole story.
    pub trap: Option<(i32, String)>,
    /// Exact counts, when asked for.
    pub counts: Option<KernelCounts>,
}

/// What a launch is watched and ended by.
#[derive(Clone, Debug)]
pub struct Control {
    /// Set its `cancel` to end the launch.
    pub progress: Arc<Progress>,
    /// Asked when a kernel that only waits for memory has used up its fuel.
    pub patience: Patience,
}

/// A device of one program. One launch runs at a time and no image is loaded or unloaded meanwhile; everything else
/// may be asked from other threads while it does.
pub trait Machine: Send + Sync {
    /// Loads an image (PTX, fatbin, ...): a handle, and the PTX that was in it.
    fn load(&self, image: &[u8], name: &str) -> Result<(u32, Vec<LoadedText>), Refusal>;
    /// Resolves what modules take from one another.
    fn link(&self) -> Result<(), Refusal>;
    /// Forgets a module.
    fn unload(&self, module: u32);
    /// A kernel of a module.
    fn kernel(&self, module: u32, name: &str) -> Result<KernelFacts, Refusal>;
    /// All facts about a kernel, for reports.
    fn info(&self, kernel: u32) -> Option<Arc<KernelInfo>>;
    /// Address and bytes of a variable of a module.
    fn variable(&self, module: u32, name: &str) -> Result<(u64, u64), Refusal>;
    /// Allocates; the address.
    fn allocate(&self, bytes: u64, align: u64) -> Option<u64>;
    /// Frees an allocation by its address.
    fn free(&self, address: u64) -> bool;
    /// Lets a kernel use this much dynamic shared memory.
    fn shared_limit(&self, kernel: u32, bytes: u32) -> Result<(), Refusal>;
    /// How many blocks of a kernel fit a multiprocessor.
    fn occupancy(&self, kernel: u32, block: u32, shared: u32) -> Result<u32, Refusal>;
    /// What another device needs to use this one's memory; `None` where devices cannot.
    fn lent_memory(&self) -> Option<Lent> {
        None
    }
    /// Lets kernels use another device's memory, or no longer.
    fn use_peer(&self, _peer: &Lent, _on: bool) {}
    /// Whether a launch is possible.
    fn check(&self, work: &Work) -> Result<(), Refusal>;
    /// Makes a texture object, or without a sampler a surface object.
    fn create_object(&self, _image: &ImageFacts, _sampler: Option<&SamplerFacts>) -> Result<u64, Refusal> {
        Err(Refusal::new(code::NOT_SUPPORTED, "this device has no textures"))
    }
    /// Ends such an object.
    fn destroy_object(&self, _handle: u64) -> bool {
        false
    }
    /// Runs a kernel to its end.
    fn launch(&self, work: &Work, counts: bool, control: &Control) -> Result<Ended, Refusal>;
}

/// Makes devices for programs.
pub trait Machines: Send + Sync {
    /// Facts about each device.
    fn facts(&self) -> &[DeviceFacts];
    /// Bytes of address space a device's arena needs (device memory and pinned host memory).
    fn arena_bytes(&self, device: u32) -> u64;
    /// A device for one program, on that program's arena, which the program sees at `base`.
    fn open(&self, device: u32, arena: Arc<Mapping>, base: u64) -> Arc<dyn Machine>;
    /// Modelled time of a kernel, nanoseconds.
    fn kernel_time(&self, device: u32, work: &Work, ended: &Ended) -> u64;
    /// Modelled time of a copy or fill of so many bytes, nanoseconds; `across` when it crosses to the host.
    fn copy_time(&self, device: u32, bytes: u64, across: bool) -> u64;
}
