//! Metrics of shared memory.

use super::{Class, Formula, IntoValue as _, Metric, metrics, ratio};

metrics! { TABLE;
    "smsp__inst_executed_op_shared_ld" ["request"] |s| s.shared_ld.requests,
        "Shared load requests.";
    "smsp__inst_executed_op_shared_st" ["request"] |s| s.shared_st.requests,
        "Shared store requests.";
    "smsp__inst_executed_op_shared_atom" ["request"] |s| s.shared_atom.requests,
        "Shared atomic requests.";
    "memory_l1_wavefronts_shared" ["wavefront"]
        |s| s.shared_ld.wavefronts + s.shared_st.wavefronts + s.shared_atom.wavefronts,
        "Passes over the banks that all shared accesses need. Shared memory has 32 banks of 4 bytes; lanes that \
         touch different words of one bank go in separate passes, lanes that read the same word share one, and 8- \
         and 16-byte accesses go by half and quarter warps.";
    "memory_l1_wavefronts_shared_ideal" ["wavefront"]
        |s| s.shared_ld.wavefronts_ideal + s.shared_st.wavefronts_ideal + s.shared_atom.wavefronts_ideal,
        "Passes the same accesses would need without bank conflicts.";
    "derived__memory_l1_wavefronts_shared_excessive" ["wavefront"]
        |s| (s.shared_ld.wavefronts + s.shared_st.wavefronts + s.shared_atom.wavefronts).saturating_sub(
            s.shared_ld.wavefronts_ideal + s.shared_st.wavefronts_ideal + s.shared_atom.wavefronts_ideal
        ),
        "Passes beyond the ideal: what bank conflicts cost.";
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld" ["wavefront"]
        |s| s.shared_ld.wavefronts.saturating_sub(s.shared_ld.wavefronts_ideal),
        "Bank conflicts of shared loads in the exact sense: passes beyond the ideal. (A GPU's counter of this name \
         also counts other stalls of the data stage.) Pad the row by one element, or swizzle the index.";
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_st" ["wavefront"]
        |s| s.shared_st.wavefronts.saturating_sub(s.shared_st.wavefronts_ideal),
        "Bank conflicts of shared stores: passes beyond the ideal.";
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_atom" ["wavefront"]
        |s| s.shared_atom.wavefronts.saturating_sub(s.shared_atom.wavefronts_ideal),
        "Passes of shared atomics beyond the ideal, threads that meet on one word included.";
    "derived__memory_l1_conflicts_shared_nway" ["wavefront/request"]
        |s| ratio(
            s.shared_ld.wavefronts + s.shared_st.wavefronts + s.shared_atom.wavefronts,
            s.shared_ld.requests + s.shared_st.requests + s.shared_atom.requests
        ),
        "Passes a shared request needs on average: 1 is free of conflicts for 4-byte accesses.";
    "ptx__memory_l1_conflicts_shared_worst_way" ["way"]
        |s| s.shared_ld.worst_way.max(s.shared_st.worst_way).max(s.shared_atom.worst_way),
        "The worst single request: an n-way conflict has n lanes on different words of one bank.";
    "ptx__bytes_mem_shared" ["byte"] |s| s.shared_ld.bytes + s.shared_st.bytes + s.shared_atom.bytes,
        "Bytes that threads loaded from and stored to shared memory.";
}
