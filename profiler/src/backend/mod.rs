//! What runs kernels for the profiler: the embedded device today, hardware later, a double in tests.

pub mod embedded;

use warplens_sim::counts::KernelCounts;
use warplens_sim::launch::{Finished, KernelInfo, Launch, LaunchError, RunOptions};

use crate::collect::Code;

/// Something wrong with a PTX text.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Line, from 1; 0 when it has no place.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What.
    pub message: String,
}

/// How a launch went. Counts are there after a trap too, up to where it came.
#[derive(Debug)]
pub struct Launched {
    /// Its end.
    pub end: Result<Finished, LaunchError>,
    /// What was counted, when asked for.
    pub counts: Option<KernelCounts>,
}

/// A device that loads PTX, holds memory and runs launches.
pub trait Machine: Code {
    /// Loads a PTX text and gives the module's number.
    fn load(&mut self, name: &str, ptx: &str) -> Result<u32, Vec<Problem>>;
    /// The kernels of a module.
    fn kernels(&self, module: u32) -> Vec<KernelInfo>;
    /// Address and size of a module's variable.
    fn variable(&self, module: u32, name: &str) -> Option<(u64, u64)>;
    /// Memory, zeroed; `Err` says in one sentence why there is none.
    fn alloc(&mut self, bytes: u64, label: &str) -> Result<u64, String>;
    /// Writes memory that was allocated.
    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), String>;
    /// Reads memory that was allocated.
    fn read(&self, address: u64, bytes: &mut [u8]) -> Result<(), String>;
    /// Runs a launch to its end.
    fn launch(&mut self, launch: &Launch, options: &RunOptions, count: bool) -> Launched;
}
