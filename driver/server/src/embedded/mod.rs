//! Devices of a model, executed by `warplens-sim`.
//!
//! Times are modelled, and simply so: a kernel takes a fixed start-up time and issues one warp instruction a cycle in
//! each sub-partition its blocks can occupy; a copy takes a fixed time and its bytes over a bandwidth (the device's
//! own, or that of a PCIe 4 link, which no device file names). Good for seeing order and overlap, not for predicting
//! a GPU's speed.

mod machine;

use std::sync::Arc;

use warplens_devices::Model;
use warplens_driver_protocol::ARENA_STRIDE;
use warplens_driver_protocol::message::DeviceFacts;
use warplens_driver_protocol::sys::Mapping;

use crate::machine::{Ended, Machine, Machines, Work};

/// Start-up of a kernel and of a copy, nanoseconds. Assumed.
const KERNEL_START: u64 = 3_000;
const COPY_START: u64 = 2_000;
/// Bytes a second between host and device: PCIe 4.0 x16 after overheads. Assumed.
const LINK_BANDWIDTH: f64 = 25e9;

/// Devices of one model.
pub struct Embedded {
    model: Model,
    facts: Vec<DeviceFacts>,
    /// Threads that run blocks; 1 gives the same bytes on every run.
    workers: usize,
    /// Warp instructions after which a kernel is stopped.
    fuel: u64,
}

impl Embedded {
    /// `count` devices, with at most `memory` bytes each: the model's figure, or what this machine can back.
    pub fn new(model: &Model, count: u32, memory: u64, workers: usize, fuel: u64) -> Embedded {
        let memory = memory.min(model.figures.memory_bytes.get()).min(ARENA_STRIDE / 2);
        let facts = vec![facts(model, memory); count as usize];
        Embedded { model: model.clone(), facts, workers, fuel }
    }
}

impl Machines for Embedded {
    fn facts(&self) -> &[DeviceFacts] {
        &self.facts
    }

    /// Twice the device's memory: the other half is for pinned host memory and red zones.
    fn arena_bytes(&self, device: u32) -> u64 {
        self.facts.get(device as usize).map_or(0, |f| f.memory * 2)
    }

    fn open(&self, device: u32, arena: Arc<Mapping>, base: u64) -> Arc<dyn Machine> {
        let bytes = self.arena_bytes(device).min(arena.len() as u64);
        let settings = machine::Settings { workers: self.workers, fuel: self.fuel };
        Arc::new(machine::Embedded::new(&self.model, arena, base, bytes, settings))
    }

    fn kernel_time(&self, _device: u32, work: &Work, ended: &Ended) -> u64 {
        let figures = &self.model.figures;
        let blocks: f64 = work.grid.iter().map(|&n| f64::from(n)).product();
        let multiprocessors = f64::from(figures.multiprocessors.get()).min(blocks).max(1.0);
        let issued = multiprocessors * f64::from(figures.subpartitions.get());
        let cycles = ended.warp_instructions as f64 / issued;
        KERNEL_START + (cycles / figures.core_clock.get() * 1e9) as u64
    }

    fn copy_time(&self, _device: u32, bytes: u64, across: bool) -> u64 {
        let bandwidth = if across { LINK_BANDWIDTH } else { self.model.figures.memory_bandwidth.get() / 2.0 };
        COPY_START + (bytes as f64 / bandwidth * 1e9) as u64
    }
}

fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)) as u32
}

/// A model's facts as programs ask for them, with `memory` bytes of device memory.
fn facts(model: &Model, memory: u64) -> DeviceFacts {
    let f = &model.figures;
    DeviceFacts {
        name: model.display_name.clone(),
        model: model.name.clone(),
        major: model.capability.major,
        minor: model.capability.minor,
        memory,
        warp_size: f.warp_size.get(),
        multiprocessors: f.multiprocessors.get(),
        max_threads_per_block: f.max_threads_per_block.get(),
        max_block: f.max_block_dim.get(),
        max_grid: f.max_grid_dim.get(),
        max_threads_per_multiprocessor: f.max_threads_per_multiprocessor.get(),
        max_blocks_per_multiprocessor: f.max_blocks_per_multiprocessor.get(),
        registers_per_multiprocessor: f.registers_per_multiprocessor.get(),
        registers_per_block: f.registers_per_block.get(),
        shared_per_block: f.shared_per_block.get(),
        shared_per_block_optin: f.shared_per_block_optin.get(),
        shared_per_multiprocessor: f.shared_per_multiprocessor.get(),
        shared_reserved: f.shared_reserved_per_block.get(),
        clock_khz: whole(f.core_clock.get() / 1e3),
        memory_clock_khz: whole(f.memory_clock.get() / 1e3),
        memory_bus_bits: f.memory_bus_width.get(),
        l2_bytes: f.l2_bytes.get(),
        fp64_ratio: whole((1.0 / f.fp64_ratio.get().max(1e-3)).round()),
    }
}
