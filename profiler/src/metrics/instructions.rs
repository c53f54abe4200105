//! Metrics of instructions, branches and floating-point work.

use warplens_sim::counts::OpClass;

use super::{Class, Formula, IntoValue as _, Metric, metrics, percent, ratio};

metrics! { TABLE;
    "smsp__inst_executed" ("ptx__inst_executed") ["inst"] |s| s.inst,
        "Warp instructions executed: one for each time a warp issues an instruction with at least one active lane. \
         The embedded device executes PTX, so these are PTX instructions; a GPU executes SASS or MTGPU machine \
         code, and its figure differs. Compare it between versions of a kernel, not with a GPU's counter.";
    "smsp__thread_inst_executed" ("ptx__thread_inst_executed") ["inst"] |s| s.thread_inst,
        "Thread instructions executed: each warp instruction counts once for every active lane, whether or not the \
         lane's guard predicate was true. PTX instructions, not machine code.";
    "smsp__thread_inst_executed_pred_on" ("ptx__thread_inst_executed_pred_on") ["inst"] |s| s.thread_inst_pred_on,
        "Thread instructions whose guard predicate was true (or that had none): the work that had an effect. PTX \
         instructions, not machine code.";
    "smsp__thread_inst_executed_per_inst_executed" ("ptx__thread_inst_executed_per_inst_executed") ["thread/inst"]
        |s| ratio(s.thread_inst, s.inst),
        "Average active lanes of a warp instruction. The warp size of the device is the best; fewer means divergent \
         branches, early exits or blocks that are no multiple of the warp size.";
    "smsp__thread_inst_executed_pred_on_per_inst_executed" ("ptx__thread_inst_executed_pred_on_per_inst_executed")
        ["thread/inst"] |s| ratio(s.thread_inst_pred_on, s.inst),
        "Average lanes of a warp instruction that were active and whose guard predicate was true.";
    "ptx__inst_executed_op_fp32" ["inst"] |s| s.inst_of(OpClass::Fp32),
        "Warp instructions of single- and half-precision arithmetic.";
    "ptx__inst_executed_op_fp64" ["inst"] |s| s.inst_of(OpClass::Fp64),
        "Warp instructions of double-precision arithmetic. Devices for graphics and inference do 1/32 or 1/64 of \
         their single-precision rate here; a literal without `f` is enough to get one.";
    "ptx__inst_executed_op_integer" ["inst"] |s| s.inst_of(OpClass::Integer),
        "Warp instructions of integer arithmetic, logic, comparison, selection, conversion and moves: mostly \
         addresses and loop counters.";
    "ptx__inst_executed_op_memory" ["inst"] |s| s.inst_of(OpClass::Memory),
        "Warp instructions that load, store, prefetch or do atomics, in any state space, parameters included.";
    "ptx__inst_executed_op_control" ["inst"] |s| s.inst_of(OpClass::Control),
        "Warp instructions that branch, call, return or exit.";
    "ptx__inst_executed_op_sync" ["inst"] |s| s.inst_of(OpClass::Sync),
        "Warp instructions that synchronise or exchange: barriers, fences, votes, shuffles.";
    "ptx__thread_inst_executed_op_fp32_pred_on" ["inst"] |s| s.threads_of(OpClass::Fp32),
        "Thread instructions of single- and half-precision arithmetic whose guard was true. Nsight Compute's \
         smsp__sass_thread_inst_executed_op_fp32_pred_on counts the same of machine code.";
    "ptx__thread_inst_executed_op_fp64_pred_on" ["inst"] |s| s.threads_of(OpClass::Fp64),
        "Thread instructions of double-precision arithmetic whose guard was true.";
    "ptx__thread_inst_executed_op_integer_pred_on" ["inst"] |s| s.threads_of(OpClass::Integer),
        "Thread instructions of integer work whose guard was true.";
    "ptx__thread_inst_executed_op_memory_pred_on" ["inst"] |s| s.threads_of(OpClass::Memory),
        "Thread instructions that access memory and whose guard was true.";
    "ptx__thread_inst_executed_op_control_pred_on" ["inst"] |s| s.threads_of(OpClass::Control),
        "Thread instructions of control flow whose guard was true (a conditional branch counts when taken).";
    "ptx__thread_inst_executed_op_sync_pred_on" ["inst"] |s| s.threads_of(OpClass::Sync),
        "Thread instructions of synchronisation and exchange whose guard was true.";
    "ptx__flop_fp16" ["flop"] |s| s.tally.flops.fp16,
        "Half-precision and bfloat16 operations: an addition or multiplication counts 1, a fused one 2, a packed one \
         for each element. Divisions, roots and matrix instructions are not counted.";
    "ptx__flop_fp32" ["flop"] |s| s.tally.flops.fp32,
        "Single-precision operations: an addition or multiplication counts 1, a fused one 2. Divisions, roots and \
         other functions are not counted.";
    "ptx__flop_fp64" ["flop"] |s| s.tally.flops.fp64,
        "Double-precision operations, counted like ptx__flop_fp32.";
    "smsp__sass_branch_targets_threads_uniform" ("ptx__branch_targets_threads_uniform") ["branch"]
        |s| s.branch_uniform,
        "Branches that all active threads of the warp took the same way. Branches of the PTX, not of machine code, \
         where short ones become predicates.";
    "smsp__sass_branch_targets_threads_divergent" ("ptx__branch_targets_threads_divergent") ["branch"]
        |s| s.branch_divergent,
        "Branches that split a warp: both sides run one after the other, each with part of the lanes. Branches of \
         the PTX, not of machine code.";
    "smsp__sass_average_branch_targets_threads_uniform" ("ptx__average_branch_targets_threads_uniform") ["%"]
        |s| percent(s.branch_uniform, s.branch_uniform + s.branch_divergent),
        "Share of branches that did not split their warp. 100 % is best; look at the lines with divergent branches \
         when it is lower.";
    "ptx__texture_requests" ["request"] |s| s.texture_requests,
        "Texture fetches (tex, tld4) by warps with at least one active lane. Sectors are not given: the order of texels \
         in an array is not documented, so they do not follow from the program.";
    "ptx__surface_requests" ["request"] |s| s.surface_requests,
        "Surface loads, stores and reductions by warps with at least one active lane. Sectors are not given, as for textures.";
}
