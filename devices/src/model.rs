//! The model of one device: identity and figures, each figure with its provenance.
//!
//! The list of figures is one table ([`figures!`]): the struct, the wire form of the file and the rows a report
//! prints are all made from it, so none can drift.

use std::fmt::Debug;

/// Who makes the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// Moore Threads: MUSA names, `mp_` architectures.
    MooreThreads,
    /// NVIDIA: CUDA names, `sm_` architectures.
    Nvidia,
}

/// Compute capability: `sm_90` is 9.0, `mp_31` is 3.1. The two vendors' numbers do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Capability {
    /// Before the dot.
    pub major: u32,
    /// After the dot.
    pub minor: u32,
}

/// PCI identification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PciIds {
    /// Vendor id.
    pub vendor: u16,
    /// Device ids that go with this model or its architecture.
    pub devices: Vec<u16>,
    /// Where they are listed.
    pub source: String,
}

/// One figure with its provenance.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<T> {
    /// The published figure; `None` when nobody published one.
    pub value: Option<T>,
    /// What to work with: the published figure, else an assumption.
    pub assumed: T,
    /// The document that gives the value, or why the assumption was made.
    pub source: String,
    /// What other sources say, where they differ.
    pub also: Vec<Other<T>>,
}

/// A differing figure from another source.
#[derive(Clone, Debug, PartialEq)]
pub struct Other<T> {
    /// Their figure.
    pub value: T,
    /// The source.
    pub source: String,
}

impl<T: Copy> Figure<T> {
    /// The figure to work with, published or assumed.
    pub fn get(&self) -> T {
        self.assumed
    }

    /// Whether a report must call this figure assumed.
    pub fn is_assumed(&self) -> bool {
        self.value.is_none()
    }
}

/// One figure as a report prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// Field name, as in the model file.
    pub name: &'static str,
    /// Unit; empty for plain counts.
    pub unit: &'static str,
    /// The figure in digits.
    pub value: String,
    /// Whether it is an assumption.
    pub assumed: bool,
    /// The source, or why it is assumed.
    pub source: String,
    /// Differing figures and their sources.
    pub also: Vec<(String, String)>,
}

// figures! { /// Doc. name: u32, "unit"; } expands to
//   pub struct Figures { /// Doc. pub name: Figure<u32> }        the model
//   struct WireFigures { name: WireFigure<u32> }                 the file, one table per figure
//   Figures::rows(): one FigureRow per field                     reports
macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident: $ty:ty, $unit:literal;)*) => {
        /// Everything a model says in numbers.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Figures { $($(#[$doc])* pub $name: Figure<$ty>,)* }

        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct WireFigures { $($name: crate::file::WireFigure<$ty>,)* }

        impl WireFigures {
            pub(crate) fn into_model(
                self,
                sources: &crate::file::Sources,
            ) -> Result<Figures, crate::file::BadModel> {
                Ok(Figures { $($name: self.$name.into_model(stringify!($name), sources)?,)* })
            }
        }

        impl Figures {
            /// Every figure in order, as text.
            pub fn rows(&self) -> Vec<FigureRow> {
                vec![$(row(stringify!($name), $unit, &self.$name),)*]
            }
        }
    };
}

fn row<T: Copy + Debug>(name: &'static str, unit: &'static str, figure: &Figure<T>) -> FigureRow {
    FigureRow {
        name,
        unit,
        value: format!("{:?}", figure.get()),
        assumed: figure.is_assumed(),
        source: figure.source.clone(),
        also: figure.also.iter().map(|o| (format!("{:?}", o.value), o.source.clone())).collect(),
    }
}

figures! {
    /// Lanes of a warp.
    warp_size: u32, "lanes";
    /// Multiprocessors of the device.
    multiprocessors: u32, "";
    /// Processing blocks of a multiprocessor; warps and registers are dealt out among them.
    subpartitions: u32, "";
    /// Threads a block may have.
    max_threads_per_block: u32, "threads";
    /// Block size limit in x, y, z.
    max_block_dim: [u32; 3], "threads";
    /// Grid size limit in x, y, z.
    max_grid_dim: [u32; 3], "blocks";
    /// Threads resident on a multiprocessor.
    max_threads_per_multiprocessor: u32, "threads";
    /// Blocks resident on a multiprocessor.
    max_blocks_per_multiprocessor: u32, "blocks";
    /// Warps resident on a multiprocessor.
    max_warps_per_multiprocessor: u32, "warps";
    /// 32-bit registers of a multiprocessor.
    registers_per_multiprocessor: u32, "registers";
    /// 32-bit registers a block may use.
    registers_per_block: u32, "registers";
    /// 32-bit registers a thread may use.
    max_registers_per_thread: u32, "registers";
    /// A warp's registers are given out in multiples of this.
    register_allocation_unit: u32, "registers";
    /// Shared memory a block gets without asking.
    shared_per_block: u32, "bytes";
    /// Shared memory a block gets when the kernel opts in.
    shared_per_block_optin: u32, "bytes";
    /// Shared memory of a multiprocessor.
    shared_per_multiprocessor: u32, "bytes";
    /// A block's shared memory is given out in multiples of this.
    shared_allocation_unit: u32, "bytes";
    /// Shared memory the system takes from each block.
    shared_reserved_per_block: u32, "bytes";
    /// Shared memory banks.
    shared_banks: u32, "banks";
    /// Bytes a bank serves in one pass.
    shared_bank_bytes: u32, "bytes";
    /// Named barriers of a block.
    barriers_per_block: u32, "barriers";
    /// Named barriers of a multiprocessor.
    barriers_per_multiprocessor: u32, "barriers";
    /// Constant memory.
    constant_memory: u32, "bytes";
    /// Local memory a thread may use.
    local_per_thread: u32, "bytes";
    /// Device memory.
    memory_bytes: u64, "bytes";
    /// Device memory bandwidth.
    memory_bandwidth: f64, "bytes/s";
    /// Width of the memory interface.
    memory_bus_width: u32, "bits";
    /// Highest sustained clock of the multiprocessors.
    core_clock: f64, "Hz";
    /// Memory clock; data moves on both edges.
    memory_clock: f64, "Hz";
    /// Level-2 cache.
    l2_bytes: u64, "bytes";
    /// Single-precision peak, fused multiply-add counted as two.
    fp32_flops: f64, "FLOP/s";
    /// Double-precision peak.
    fp64_flops: f64, "FLOP/s";
    /// Half-precision peak outside matrix units.
    fp16_flops: f64, "FLOP/s";
    /// Double-precision peak over single-precision peak.
    fp64_ratio: f64, "";
    /// Board power.
    board_power: f64, "W";
}

/// One device.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What `--device` takes: `mtt-s5000`.
    pub name: String,
    /// What reports and device queries show.
    pub display_name: String,
    /// Who makes it.
    pub vendor: Vendor,
    /// Architecture as compilers spell it: `mp_31`, `sm_90`.
    pub arch: String,
    /// The architecture's number.
    pub capability: Capability,
    /// PCI identification.
    pub pci: PciIds,
    /// The numbers.
    pub figures: Figures,
}

impl Model {
    /// Names of the figures that are assumptions.
    pub fn assumed_figures(&self) -> Vec<&'static str> {
        self.figures.rows().into_iter().filter(|r| r.assumed).map(|r| r.name).collect()
    }
}
