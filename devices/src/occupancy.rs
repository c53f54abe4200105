//! How many blocks of a kernel fit on a multiprocessor, and what stops more: the rules of the CUDA occupancy
//! calculator (CUDA C++ Programming Guide, "Multiprocessor Level"; Nsight Compute documentation, "Occupancy";
//! the allocation units are figures of the model).
//!
//! Results are named after Nsight Compute's `launch__occupancy_limit_*`. Registers are given to whole warps and
//! warps to sub-partitions, shared memory to whole blocks, each rounded up to its unit. Exact for models whose
//! limits are published; the report says which ones are assumed ([`crate::Figure::is_assumed`]). Clusters and
//! preferred shared-memory carve-outs are not considered.

use crate::model::Figures;

/// What one launch asks of a multiprocessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// 32-bit registers a thread.
    pub registers_per_thread: u32,
    /// Static plus dynamic shared memory a block, bytes.
    pub shared_per_block: u32,
    /// Threads a block.
    pub threads_per_block: u32,
    /// Named barriers a block uses.
    pub barriers_per_block: u32,
}

/// Resident blocks a multiprocessor each resource allows; `None` where the kernel does not use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupancy {
    /// `launch__occupancy_limit_blocks`
    pub limit_blocks: u32,
    /// `launch__occupancy_limit_warps`
    pub limit_warps: u32,
    /// `launch__occupancy_limit_registers`
    pub limit_registers: Option<u32>,
    /// `launch__occupancy_limit_shared_mem`
    pub limit_shared_mem: Option<u32>,
    /// `launch__occupancy_limit_barriers`
    pub limit_barriers: Option<u32>,
    /// Warps of one block.
    pub warps_per_block: u32,
    /// Warps a multiprocessor can hold.
    pub max_warps: u32,
}

impl Occupancy {
    /// Resident blocks: the smallest of the limits. 0 means that the block cannot launch at all.
    pub fn blocks(&self) -> u32 {
        [self.limit_registers, self.limit_shared_mem, self.limit_barriers]
            .into_iter()
            .flatten()
            .fold(self.limit_blocks.min(self.limit_warps), u32::min)
    }

    /// Resident warps.
    pub fn warps(&self) -> u32 {
        self.blocks() * self.warps_per_block
    }

    /// Theoretical occupancy, 0 to 1: `sm__maximum_warps_per_active_cycle_pct` over 100.
    pub fn theoretical(&self) -> f64 {
        f64::from(self.warps()) / f64::from(self.max_warps)
    }

    /// Names of the resources that set [`Occupancy::blocks`], in Nsight Compute's words.
    pub fn limiters(&self) -> Vec<&'static str> {
        let blocks = self.blocks();
        [
            ("blocks", Some(self.limit_blocks)),
            ("registers", self.limit_registers),
            ("shared_mem", self.limit_shared_mem),
            ("warps", Some(self.limit_warps)),
            ("barriers", self.limit_barriers),
        ]
        .into_iter()
        .filter(|(_, limit)| *limit == Some(blocks))
        .map(|(name, _)| name)
        .collect()
    }

    /// `launch__waves_per_multiprocessor`: how many times the device fills with blocks of this grid.
    pub fn waves(&self, grid_blocks: u64, multiprocessors: u32) -> Option<f64> {
        let resident = u64::from(self.blocks()) * u64::from(multiprocessors);
        (resident > 0).then(|| grid_blocks as f64 / resident as f64)
    }
}

/// The largest number of resident blocks by each resource.
pub fn occupancy(figures: &Figures, demand: Demand) -> Occupancy {
    let max_warps = figures.max_warps_per_multiprocessor.get();
    let warps_per_block = demand.threads_per_block.div_ceil(figures.warp_size.get()).max(1);
    Occupancy {
        limit_blocks: figures.max_blocks_per_multiprocessor.get(),
        limit_warps: if demand.threads_per_block > figures.max_threads_per_block.get() {
            0
        } else {
            max_warps / warps_per_block
        },
        limit_registers: register_limit(figures, demand.registers_per_thread, warps_per_block),
        limit_shared_mem: shared_limit(figures, demand.shared_per_block),
        limit_barriers: (demand.barriers_per_block > 0)
            .then(|| figures.barriers_per_multiprocessor.get() / demand.barriers_per_block),
        warps_per_block,
        max_warps,
    }
}

fn register_limit(figures: &Figures, per_thread: u32, warps_per_block: u32) -> Option<u32> {
    if per_thread == 0 {
        return None;
    }
    if per_thread > figures.max_registers_per_thread.get() {
        return Some(0);
    }
    let unit = u64::from(figures.register_allocation_unit.get());
    let per_warp = (u64::from(per_thread) * u64::from(figures.warp_size.get())).next_multiple_of(unit);
    let parts = u64::from(figures.subpartitions.get());
    // Warps go to sub-partitions in turn, so one block alone must fit its fullest sub-partition.
    let spread_warps = u64::from(warps_per_block).next_multiple_of(parts);
    if per_warp * spread_warps > u64::from(figures.registers_per_block.get()) {
        return Some(0);
    }
    let warps_per_part = u64::from(figures.registers_per_multiprocessor.get()) / parts / per_warp;
    u32::try_from(warps_per_part * parts / u64::from(warps_per_block)).ok()
}

fn shared_limit(figures: &Figures, per_block: u32) -> Option<u32> {
    if per_block > figures.shared_per_block_optin.get() {
        return Some(0);
    }
    let taken = u64::from(per_block) + u64::from(figures.shared_reserved_per_block.get());
    if taken == 0 {
        return None;
    }
    let rounded = taken.next_multiple_of(u64::from(figures.shared_allocation_unit.get()));
    u32::try_from(u64::from(figures.shared_per_multiprocessor.get()) / rounded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    fn of(device: &str, registers: u32, shared: u32, threads: u32) -> Occupancy {
        let demand = Demand {
            registers_per_thread: registers,
            shared_per_block: shared,
            threads_per_block: threads,
            barriers_per_block: 1,
        };
        occupancy(&find(device).unwrap().figures, demand)
    }

    /// CUDA C++ Best Practices Guide, "Calculating Occupancy": 65,536 registers, 64 warps, 37 registers a thread:
    /// 12 blocks of 128 threads (75 %), but four blocks of 320 threads (63 %).
    #[test]
    fn the_best_practices_guides_example() {
        for device in ["a100", "h100"] {
            let small = of(device, 37, 0, 128);
            assert_eq!((small.limit_registers, small.blocks()), (Some(12), 12));
            assert_eq!(small.theoretical(), 0.75);
            assert_eq!(small.limiters(), ["registers"]);
            let large = of(device, 37, 0, 320);
            assert_eq!(large.blocks(), 4);
            assert_eq!((large.theoretical() * 100.0).round(), 63.0);
        }
    }

    /// The same guide: with at most 32 registers a thread, 2,048 threads are resident.
    #[test]
    fn thirty_two_registers_a_thread_fill_a_multiprocessor() {
        for threads in [64, 128, 256, 512, 1024] {
            assert_eq!(of("a100", 32, 0, threads).theoretical(), 1.0, "{threads}");
            assert_eq!(of("h100", 32, 0, threads).theoretical(), 1.0, "{threads}");
        }
        // Ada holds 48 warps, so 1,024-thread blocks leave a third empty.
        assert_eq!(of("rtx4090", 32, 0, 1024).blocks(), 1);
        assert_eq!(of("rtx4090", 32, 0, 1024).limiters(), ["warps"]);
        assert_eq!(of("rtx4090", 40, 0, 256).theoretical(), 1.0);
    }

    /// Tuning guides: each block's shared memory is one KiB more than the kernel asks for, and 164, 100 and 228
    /// KiB are there, so 163, 99 and 227 are the most one block gets.
    #[test]
    fn shared_memory_counts_the_reserved_kibibyte() {
        for (device, most) in [("a100", 163), ("rtx4090", 99), ("h100", 227)] {
            assert_eq!(of(device, 16, most * 1024, 32).limit_shared_mem, Some(1), "{device}");
            assert_eq!(of(device, 16, most * 1024 + 1, 32).blocks(), 0, "{device}");
        }
        // 48 KiB + 1 KiB: three of them in 164, two in 100, four in 228.
        assert_eq!(of("a100", 16, 48 * 1024, 256).limit_shared_mem, Some(3));
        assert_eq!(of("rtx4090", 16, 48 * 1024, 256).limit_shared_mem, Some(2));
        assert_eq!(of("h100", 16, 48 * 1024, 256).limit_shared_mem, Some(4));
        assert_eq!(of("h100", 16, 48 * 1024, 256).limiters(), ["shared_mem"]);
    }

    #[test]
    fn small_blocks_are_limited_by_their_number() {
        assert_eq!(of("a100", 16, 0, 32).limiters(), ["blocks"]);
        assert_eq!(of("a100", 16, 0, 32).theoretical(), 0.5);
        assert_eq!(of("rtx4090", 16, 0, 32).theoretical(), 0.5);
    }

    #[test]
    fn what_cannot_launch_has_no_resident_block() {
        assert_eq!(of("h100", 256, 0, 32).blocks(), 0, "more than 255 registers a thread");
        assert_eq!(of("h100", 255, 0, 1024).blocks(), 0, "a block's registers beyond the register file");
        assert_eq!(of("h100", 32, 0, 1025).blocks(), 0, "more threads than a block may have");
        assert_eq!(of("h100", 255, 0, 1024).waves(100, 132), None);
    }

    #[test]
    fn waves_count_how_often_the_device_fills() {
        assert_eq!(of("a100", 32, 0, 1024).waves(432, 108), Some(2.0));
    }

    #[test]
    fn a_128_lane_warp_counts_as_one() {
        let wide = of("mtt-s80", 32, 0, 200);
        assert_eq!(wide.warps_per_block, 2);
        assert_eq!(of("mtt-s80", 32, 28 * 1024 + 1, 128).blocks(), 0, "beyond 28 KiB a block");
    }
}
