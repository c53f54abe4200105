//! Devices of a model: facts, limits and modelled times. What executes is in `embedded/machine.rs`.

use warplens_devices::Model;
use warplens_driver_protocol::message::DeviceFacts;

fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)) as u32
}

/// A model's facts as programs ask for them, with `memory` bytes of device memory.
pub fn facts(model: &Model, memory: u64) -> DeviceFacts {
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
