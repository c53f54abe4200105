//! What is collected from a run: one [`KernelRecord`] a kernel, one [`LaunchRecord`] a launch.
//!
//! [`Collector::record`] takes a launch's raw counts and files them by source line and by opcode class, so the
//! report does not depend on where launches come from: a launch file or a live program. Nothing is rounded or
//! left out here.

mod class;
mod code;
mod tally;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use warplens_sim::counts::KernelCounts;
use warplens_sim::launch::{Dim3, KernelInfo};

pub use class::{Flops, class_of, flops_of};
pub use code::{Code, Instruction, ModuleView, Place};
pub use tally::{CLASSES, ClassTally, Tally, add_counts};

use crate::demangle::demangle;

/// The shape of one launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Blocks.
    pub grid: Dim3,
    /// Threads a block.
    pub block: Dim3,
    /// Dynamic shared memory a block, bytes.
    pub dynamic_shared: u32,
}

impl Shape {
    /// Blocks of the grid.
    pub fn blocks(&self) -> u64 {
        self.grid.iter().map(|&d| u64::from(d)).fold(1, u64::saturating_mul)
    }

    /// Threads of a block.
    pub fn threads(&self) -> u64 {
        self.block.iter().map(|&d| u64::from(d)).fold(1, u64::saturating_mul)
    }
}

/// One launch.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchRecord {
    /// Its shape.
    pub shape: Shape,
    /// Everything counted.
    pub total: Tally,
    /// Distinct global sectors read.
    pub distinct_sectors_read: u64,
    /// Distinct global sectors written.
    pub distinct_sectors_written: u64,
    /// The same by place, in order of places.
    pub lines: Vec<LineRecord>,
}

/// What one place counted in one launch.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRecord {
    /// Where.
    pub place: Place,
    /// What.
    pub tally: Tally,
}

/// One instruction with its counts over all launches of its kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The instruction.
    pub instruction: Instruction,
    /// Its counts.
    pub counts: warplens_sim::counts::Counts,
}

/// One kernel and its launches.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelRecord {
    /// Name in the PTX.
    pub name: String,
    /// Name people write.
    pub demangled: String,
    /// Facts that do not depend on a launch.
    pub info: KernelInfo,
    /// Launches in order.
    pub launches: Vec<LaunchRecord>,
    /// Executed instructions in order of functions and PTX lines.
    pub sites: Vec<Site>,
}

impl KernelRecord {
    /// Sum over the launches.
    pub fn total(&self) -> Tally {
        let mut sum = Tally::default();
        self.launches.iter().for_each(|l| sum.add(&l.total));
        sum
    }
}

type FunctionKey = (u32, u32);

/// Files the launches of a run.
#[derive(Debug, Default)]
pub struct Collector {
    kernels: Vec<KernelRecord>,
    by_id: HashMap<FunctionKey, usize>,
    code: HashMap<FunctionKey, Arc<Vec<Instruction>>>,
    // Position of a function's operation among a kernel's sites.
    sites: Vec<BTreeMap<(u32, u32, u32), Site>>,
}

impl Collector {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Files one launch and shows how.
    pub fn record(
        &mut self,
        shape: Shape,
        info: &KernelInfo,
        counts: &KernelCounts,
        code: &dyn Code,
    ) -> Option<&LaunchRecord> {
        let key = (info.id.module.0, info.id.func);
        let index = *self.by_id.entry(key).or_insert_with(|| {
            self.kernels.push(KernelRecord {
                name: info.name.clone(),
                demangled: demangle(&info.name),
                info: info.clone(),
                launches: Vec::new(),
                sites: Vec::new(),
            });
            self.sites.push(BTreeMap::new());
            self.kernels.len() - 1
        });
        let (Some(kernel), Some(sites)) = (self.kernels.get_mut(index), self.sites.get_mut(index)) else {
            return None;
        };
        let mut total = Tally { counts: counts.total, ..Tally::default() };
        let mut lines: BTreeMap<Place, Tally> = BTreeMap::new();
        for function in &counts.functions {
            let instructions = self.code.entry((function.module, function.func)).or_insert_with(|| {
                let view = code.module(function.module);
                Arc::new(view.map(|v| code::instructions(&v, function.func)).unwrap_or_default())
            });
            for (op, (instruction, counts)) in instructions.iter().zip(&function.ops).enumerate() {
                if counts.inst == 0 {
                    continue;
                }
                total.add_class(instruction, counts);
                lines.entry(instruction.place.clone()).or_default().add_instruction(instruction, counts);
                let site = sites
                    .entry((function.module, function.func, op as u32))
                    .or_insert_with(|| Site { instruction: instruction.clone(), counts: Default::default() });
                add_counts(&mut site.counts, counts);
            }
        }
        kernel.launches.push(LaunchRecord {
            shape,
            total,
            distinct_sectors_read: counts.distinct_sectors_read,
            distinct_sectors_written: counts.distinct_sectors_written,
            lines: lines.into_iter().map(|(place, tally)| LineRecord { place, tally }).collect(),
        });
        kernel.launches.last()
    }

    /// The records, in order of first launch.
    pub fn finish(mut self) -> Vec<KernelRecord> {
        for (kernel, sites) in self.kernels.iter_mut().zip(self.sites) {
            kernel.sites = sites.into_values().collect();
        }
        self.kernels
    }
}
