//! Metrics of global and local memory.

use super::{Class, Formula, IntoValue as _, Metric, metrics, ratio};

metrics! { TABLE;
    "l1tex__t_requests_pipe_lsu_mem_global_op_ld" ["request"] |s| s.global_ld.requests,
        "Global load requests: one for each load instruction a warp executes with at least one active lane.";
    "l1tex__t_requests_pipe_lsu_mem_global_op_st" ["request"] |s| s.global_st.requests,
        "Global store requests.";
    "l1tex__t_requests_pipe_lsu_mem_global_op_atom" ["request"] |s| s.global_atom.requests,
        "Global atomic requests that return the old value.";
    "l1tex__t_requests_pipe_lsu_mem_global_op_red" ["request"] |s| s.global_red.requests,
        "Global reduction requests: atomics whose result is not used.";
    "l1tex__t_sectors_pipe_lsu_mem_global_op_ld" ["sector"] |s| s.global_ld.sectors,
        "32-byte sectors that global loads touched, distinct within each request. Memory moves whole sectors, so \
         this times 32 is what loads ask of the caches.";
    "l1tex__t_sectors_pipe_lsu_mem_global_op_st" ["sector"] |s| s.global_st.sectors,
        "32-byte sectors that global stores touched, distinct within each request.";
    "l1tex__t_sectors_pipe_lsu_mem_global_op_atom" ["sector"] |s| s.global_atom.sectors,
        "32-byte sectors that global atomics touched, distinct within each request.";
    "l1tex__t_sectors_pipe_lsu_mem_global_op_red" ["sector"] |s| s.global_red.sectors,
        "32-byte sectors that global reductions touched, distinct within each request.";
    "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld" ["sector/request"]
        |s| ratio(s.global_ld.sectors, s.global_ld.requests),
        "Sectors a global load request touches on average. For a full 32-lane warp the best is 4 for 4-byte, 8 for \
         8-byte and 16 for 16-byte accesses; 32 means that every lane pulls in a sector of its own. Let \
         neighbouring threads read neighbouring addresses.";
    "l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st" ["sector/request"]
        |s| ratio(s.global_st.sectors, s.global_st.requests),
        "Sectors a global store request touches on average; best as for loads. A transposed store is the classic \
         case: turn the tile in shared memory and write rows.";
    "memory_l2_theoretical_sectors_global" ["sector"]
        |s| s.global_ld.sectors + s.global_st.sectors + s.global_atom.sectors + s.global_red.sectors,
        "Sectors of all global accesses: what level 2 would be asked for if level 1 never hit.";
    "memory_l2_theoretical_sectors_global_ideal" ["sector"]
        |s| s.global_ld.sectors_ideal + s.global_st.sectors_ideal + s.global_atom.sectors_ideal
            + s.global_red.sectors_ideal,
        "Sectors the same accesses would touch if the active lanes of each request were side by side and aligned.";
    "derived__memory_l2_theoretical_sectors_global_excessive" ["sector"]
        |s| (s.global_ld.sectors + s.global_st.sectors + s.global_atom.sectors + s.global_red.sectors)
            .saturating_sub(
                s.global_ld.sectors_ideal + s.global_st.sectors_ideal + s.global_atom.sectors_ideal
                    + s.global_red.sectors_ideal
            ),
        "Sectors beyond the ideal: traffic that better access patterns would save.";
    "memory_l1_tag_requests_global" ["line"]
        |s| s.global_ld.lines + s.global_st.lines + s.global_atom.lines + s.global_red.lines,
        "Distinct 128-byte lines each global request touches, summed: level 1 looks up one tag for each.";
    "ptx__bytes_mem_global_op_ld" ["byte"] |s| s.global_ld.bytes,
        "Bytes that threads loaded from global memory: active lanes times access size.";
    "ptx__bytes_mem_global_op_st" ["byte"] |s| s.global_st.bytes,
        "Bytes that threads stored to global memory.";
    "ptx__bytes_mem_global_op_atom" ["byte"] |s| s.global_atom.bytes + s.global_red.bytes,
        "Bytes that threads' global atomics and reductions worked on.";
    "l1tex__t_requests_pipe_lsu_mem_local_op_ld" ["request"] |s| s.local_ld.requests,
        "Local load requests: reads of arrays and spilled values that each thread keeps in memory.";
    "l1tex__t_requests_pipe_lsu_mem_local_op_st" ["request"] |s| s.local_st.requests,
        "Local store requests.";
    "l1tex__t_sectors_pipe_lsu_mem_local_op_ld" ["sector"] |s| s.local_ld.sectors,
        "32-byte sectors that local loads touched. The same offset of neighbouring threads lies side by side in \
         local memory, so threads that use the same index coalesce.";
    "l1tex__t_sectors_pipe_lsu_mem_local_op_st" ["sector"] |s| s.local_st.sectors,
        "32-byte sectors that local stores touched.";
    "l1tex__average_t_sectors_per_request_pipe_lsu_mem_local_op_ld" ["sector/request"]
        |s| ratio(s.local_ld.sectors, s.local_ld.requests),
        "Sectors a local load request touches on average.";
    "l1tex__average_t_sectors_per_request_pipe_lsu_mem_local_op_st" ["sector/request"]
        |s| ratio(s.local_st.sectors, s.local_st.requests),
        "Sectors a local store request touches on average.";
    "memory_l2_theoretical_sectors_local" ["sector"] |s| s.local_ld.sectors + s.local_st.sectors,
        "Sectors of all local accesses.";
    "memory_l2_theoretical_sectors_local_ideal" ["sector"]
        |s| s.local_ld.sectors_ideal + s.local_st.sectors_ideal,
        "Sectors the same local accesses would touch if all active lanes used the same offset.";
    "derived__memory_l2_theoretical_sectors_local_excessive" ["sector"]
        |s| (s.local_ld.sectors + s.local_st.sectors)
            .saturating_sub(s.local_ld.sectors_ideal + s.local_st.sectors_ideal),
        "Local sectors beyond the ideal: threads of a warp index their arrays differently.";
    "memory_l1_tag_requests_local" ["line"] |s| s.local_ld.lines + s.local_st.lines,
        "Distinct 128-byte lines each local request touches, summed.";
}
