//! Metrics of a launch: its shape, the limits of its occupancy, its place under the roofline.

use super::{Class, Formula, IntoValue as _, Metric, metrics, ratio};

metrics! { TABLE;
    "launch__grid_size" ["block"] launch {} |l| l.shape.blocks(),
        "Blocks of the grid.";
    "launch__block_size" ["thread"] launch {} |l| l.shape.threads(),
        "Threads of a block. Best a multiple of the warp size, or the last warp of every block runs with idle lanes.";
    "launch__thread_count" ["thread"] launch {} |l| l.shape.blocks().saturating_mul(l.shape.threads()),
        "Threads of the whole launch.";
    "launch__registers_per_thread" ["register"] launch {} |l| l.info.registers,
        "32-bit registers a thread by Warplens's own allocation over the PTX. ptxas and mcc decide on a GPU, and \
         their figure differs.";
    "launch__shared_mem_per_block_static" ["byte"] launch {} |l| l.info.static_shared,
        "Shared memory a block that the kernel declares.";
    "launch__shared_mem_per_block_dynamic" ["byte"] launch {} |l| l.shape.dynamic_shared,
        "Shared memory a block that the launch adds.";
    "launch__occupancy_limit_blocks" ["block"] launch {max_blocks_per_multiprocessor}
        |l| l.occupancy.limit_blocks,
        "Resident blocks a multiprocessor allows at most, whatever they need.";
    "launch__occupancy_limit_registers" ["block"]
        launch {registers_per_multiprocessor, registers_per_block, register_allocation_unit, subpartitions,
                max_registers_per_thread}
        |l| l.occupancy.limit_registers,
        "Resident blocks a multiprocessor's registers allow. Registers a thread are Warplens's own allocation, see \
         launch__registers_per_thread. To raise it: fewer live values, __launch_bounds__, smaller blocks.";
    "launch__occupancy_limit_shared_mem" ["block"]
        launch {shared_per_multiprocessor, shared_per_block_optin, shared_allocation_unit,
                shared_reserved_per_block}
        |l| l.occupancy.limit_shared_mem,
        "Resident blocks a multiprocessor's shared memory allows. To raise it: smaller tiles, or narrower types.";
    "launch__occupancy_limit_warps" ["block"] launch {max_warps_per_multiprocessor, warp_size}
        |l| l.occupancy.limit_warps,
        "Resident blocks a multiprocessor's warp slots allow.";
    "launch__occupancy_limit_barriers" ["block"] launch {barriers_per_multiprocessor}
        |l| l.occupancy.limit_barriers,
        "Resident blocks a multiprocessor's named barriers allow.";
    "launch__waves_per_multiprocessor" ["wave"]
        launch {multiprocessors, max_blocks_per_multiprocessor, max_warps_per_multiprocessor,
                registers_per_multiprocessor, shared_per_multiprocessor}
        |l| l.occupancy.waves(l.shape.blocks(), l.figures.multiprocessors.get()),
        "How many times the grid fills the device with resident blocks. Below 1 some multiprocessors have room to \
         spare; a little above a whole number, a nearly empty last wave costs as much as a full one.";
    "sm__maximum_warps_per_active_cycle_pct" ["%"]
        launch {max_blocks_per_multiprocessor, max_warps_per_multiprocessor, registers_per_multiprocessor,
                shared_per_multiprocessor}
        |l| 100.0 * l.occupancy.theoretical(),
        "Theoretical occupancy: resident warps as a share of the warps a multiprocessor can hold. More helps to \
         hide latency; past about half it often stops to matter.";
    "ptx__global_bytes_minimum_read" ["byte"] launch {} |l| l.bytes_read,
        "Bytes of the distinct global sectors the kernel reads: what must come from memory at least once, with \
         perfect caches.";
    "ptx__global_bytes_minimum_write" ["byte"] launch {} |l| l.bytes_written,
        "Bytes of the distinct global sectors the kernel writes: what must go to memory at least once.";
    "ptx__arithmetic_intensity" ["flop/byte"] launch {} |l| ratio(l.flops(), l.bytes()),
        "Floating-point operations for each byte the kernel must move at least (ptx__flop_* over \
         ptx__global_bytes_minimum_*). Below the device's ratio of peak arithmetic to bandwidth, memory bounds the \
         kernel however well it is written; only fewer bytes help.";
    "ptx__roofline_attainable_pct" ["%"] launch {}
        |l| l.roofline_pct(),
        "Place under the roofline: the share of the device's peak arithmetic rate that the kernel can reach at best, \
         given the bytes it must move and the published peak rates. 100 % means that arithmetic bounds it. Left out \
         where the device file has no published peak.";
}
