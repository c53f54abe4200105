//! A model's limits as the embedded device takes them: plain numbers, assumptions included.

use warplens_sim::limits::Limits;

use crate::model::Model;

impl From<&Model> for Limits {
    fn from(model: &Model) -> Limits {
        let f = &model.figures;
        Limits {
            warp_size: f.warp_size.get(),
            multiprocessors: f.multiprocessors.get(),
            max_threads_per_block: f.max_threads_per_block.get(),
            max_block_dim: f.max_block_dim.get(),
            max_grid_dim: f.max_grid_dim.get(),
            max_threads_per_multiprocessor: f.max_threads_per_multiprocessor.get(),
            max_blocks_per_multiprocessor: f.max_blocks_per_multiprocessor.get(),
            registers_per_multiprocessor: f.registers_per_multiprocessor.get(),
            max_registers_per_thread: f.max_registers_per_thread.get(),
            register_allocation_unit: f.register_allocation_unit.get(),
            shared_per_block: f.shared_per_block.get(),
            shared_per_block_optin: f.shared_per_block_optin.get(),
            shared_per_multiprocessor: f.shared_per_multiprocessor.get(),
            shared_allocation_unit: f.shared_allocation_unit.get(),
            shared_reserved_per_block: f.shared_reserved_per_block.get(),
            memory_bytes: f.memory_bytes.get(),
            // Rounded: a clock of 4.29 THz and beyond is no clock.
            clock_khz: (f.core_clock.get() / 1e3).round().clamp(1.0, f64::from(u32::MAX)) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    #[test]
    fn limits_are_the_models_figures() {
        let limits = Limits::from(find("a100").unwrap());
        assert_eq!((limits.warp_size, limits.multiprocessors), (32, 108));
        assert_eq!((limits.clock_khz, limits.shared_per_block_optin), (1_410_000, 163 << 10));
        assert_eq!(Limits::from(find("mtt-s80").unwrap()).warp_size, 128);
    }
}
