//! What a launch is asked with, and the ways it can end.

use crate::trap::Trap;

/// Three dimensions, x first.
pub type Dim3 = [u32; 3];

/// A kernel of a loaded module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KernelId {
    /// The module.
    pub module: ModuleId,
    /// Index of the function in the module's `Resolved::funcs`.
    pub func: u32,
}

/// A loaded module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

/// A kernel launch.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Which kernel.
    pub kernel: KernelId,
    /// Blocks in the grid.
    pub grid: Dim3,
    /// Threads in a block.
    pub block: Dim3,
    /// Dynamic shared memory a block, bytes.
    pub dynamic_shared: u32,
    /// Parameter bytes, laid out as the kernel declares them (see `KernelInfo::params`).
    pub params: Vec<u8>,
    /// Cooperative launch: all blocks must be resident together and may wait for one another.
    pub cooperative: bool,
}

/// How to run, apart from what to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Worker threads; 1 runs blocks in a fixed order, so that every run gives the same bytes.
    pub workers: usize,
    /// Warp instructions after which an endless kernel is stopped.
    pub fuel: u64,
    /// Warps executed together (see the `exec` module); `None` picks. 1 gives a debugger single warps.
    pub warps_per_gang: Option<u32>,
    /// Where to tell how far the run is, and to be told to stop.
    pub progress: Option<std::sync::Arc<Progress>>,
    /// Asked whenever the limit is used up by a group of lanes that only polls memory, which somebody outside may
    /// yet write; `None` never waits for anybody.
    pub patience: Option<Patience>,
}

/// Waits a little for somebody outside; false when it has waited long enough and the kernel is to be stopped.
#[derive(Clone)]
pub struct Patience(pub std::sync::Arc<dyn Fn() -> bool + Send + Sync>);

impl std::fmt::Debug for Patience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Patience")
    }
}

/// How far a run is; read and written from other threads.
#[derive(Debug, Default)]
pub struct Progress {
    /// Blocks that ended.
    pub blocks_done: std::sync::atomic::AtomicU64,
    /// Blocks of the launch.
    pub blocks_total: std::sync::atomic::AtomicU64,
    /// Turns that lanes gave up because they only polled memory.
    pub polls: std::sync::atomic::AtomicU64,
    /// Set to end the run with `TrapKind::Interrupted`.
    pub cancel: std::sync::atomic::AtomicBool,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions { workers: 1, fuel: 20_000_000_000, warps_per_gang: None, progress: None, patience: None }
    }
}

/// A parameter of a kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamInfo {
    /// PTX name.
    pub name: String,
    /// Byte offset in the parameter block.
    pub offset: u32,
    /// Bytes.
    pub size: u32,
    /// Alignment, bytes.
    pub align: u32,
    /// PTX type as written (`u64`, `f32`, `b8` for aggregates).
    pub ty: String,
}

/// Facts about a kernel that do not depend on a launch.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelInfo {
    /// Handle.
    pub id: KernelId,
    /// Name as in the PTX (mangled).
    pub name: String,
    /// Parameters in order.
    pub params: Vec<ParamInfo>,
    /// Bytes of all parameters.
    pub param_bytes: u32,
    /// Registers a thread by our own allocation over the PTX (32-bit units; not ptxas's figure).
    pub registers: u32,
    /// Static shared memory, bytes.
    pub static_shared: u32,
    /// Local memory a thread, bytes (without called functions).
    pub local: u32,
    /// Named barriers used, when they are constants.
    pub barriers: u32,
    /// `.maxntid` / `.reqntid` product.
    pub max_threads: Option<u32>,
}

/// What a launch that ran to its end reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finished {
    /// Warp instructions executed.
    pub warp_instructions: u64,
    /// Text the kernel printed, in order of the deterministic schedule.
    pub printed: String,
}

/// Why a launch did not run to its end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LaunchError {
    /// The launch itself is impossible; nothing ran. The text says which limit and what to do.
    #[error("{message}")]
    Invalid {
        /// Which of the CUDA errors a program would see.
        code: InvalidLaunch,
        /// One sentence with the numbers.
        message: String,
    },
    /// The kernel did something it must not.
    #[error("{0}")]
    Trap(Box<Trap>),
}

/// Kinds of impossible launches, one a CUDA error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidLaunch {
    /// Grid or block dimensions out of range (cudaErrorInvalidConfiguration).
    Configuration,
    /// Too many resources (cudaErrorLaunchOutOfResources).
    Resources,
    /// Wrong parameters (cudaErrorInvalidValue).
    Parameters,
    /// No such kernel (cudaErrorInvalidDeviceFunction).
    Function,
    /// Cooperative grid does not fit (cudaErrorCooperativeLaunchTooLarge).
    CooperativeTooLarge,
}
