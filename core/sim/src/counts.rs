//! Exact counts: one record per operation of a kernel, and their sum. Each follows from addresses and
//! control flow alone; the metric table (names, units, formulas) is built on these fields.

/// Opcode classes of `METRICS`: what an instruction mainly does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpClass {
    /// fp32 (and narrower floating point) arithmetic.
    Fp32,
    /// fp64 arithmetic.
    Fp64,
    /// Integer, logic, comparison, selection, moves and conversions.
    Integer,
    /// Loads, stores, atomics.
    Memory,
    /// Branches, calls, returns, exits.
    Control,
    /// Barriers, fences, warp synchronisation, votes and shuffles.
    Sync,
}

/// Counts of global or local memory instructions of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests: warp instructions with at least one active lane.
    pub requests: u64,
    /// 32-byte sectors touched, distinct within each request.
    pub sectors: u64,
    /// Sectors an ideally coalesced pattern of the same active lanes would touch.
    pub sectors_ideal: u64,
    /// Distinct 128-byte lines touched, summed over requests.
    pub lines: u64,
    /// Bytes lanes asked for (active lanes times access size).
    pub bytes: u64,
}

/// Counts of shared memory instructions of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharedTraffic {
    /// Requests.
    pub requests: u64,
    /// Serialised passes over the 32 banks.
    pub wavefronts: u64,
    /// Passes an access without bank conflicts would need (1, 2 or 4 by width and active lanes).
    pub wavefronts_ideal: u64,
    /// Worst n-way conflict of a single request.
    pub worst_way: u64,
    /// Bytes lanes asked for.
    pub bytes: u64,
}

/// Everything counted for one operation, or summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Warp instructions issued.
    pub inst: u64,
    /// Thread instructions: active lanes, guard not considered.
    pub thread_inst: u64,
    /// Thread instructions whose guard was true.
    pub thread_inst_pred_on: u64,
    /// Global loads (generic accesses that resolved to global included).
    pub global_ld: Traffic,
    /// Global stores.
    pub global_st: Traffic,
    /// Global atomics with a result.
    pub global_atom: Traffic,
    /// Global reductions (no result).
    pub global_red: Traffic,
    /// Local loads.
    pub local_ld: Traffic,
    /// Local stores.
    pub local_st: Traffic,
    /// Shared loads.
    pub shared_ld: SharedTraffic,
    /// Shared stores.
    pub shared_st: SharedTraffic,
    /// Shared atomics.
    pub shared_atom: SharedTraffic,
    /// Texture fetches: warp instructions with at least one active lane.
    pub texture_requests: u64,
    /// Surface loads, stores and reductions.
    pub surface_requests: u64,
    /// Branches whose active threads of the warp all went one way.
    pub branch_uniform: u64,
    /// Branches that split a warp.
    pub branch_divergent: u64,
}

/// The counts of one launch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KernelCounts {
    /// Sum over everything.
    pub total: Counts,
    /// Per executed function: its index in the module's `Resolved::funcs` (of the module it is defined in) and
    /// one record for each operation of its body.
    pub functions: Vec<FunctionCounts>,
    /// Distinct 32-byte global sectors the whole kernel touched: the bytes it must move at least, over 32.
    pub distinct_sectors_read: u64,
    /// The same for writes.
    pub distinct_sectors_written: u64,
}

/// Counts of one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionCounts {
    /// Module the function is in.
    pub module: u32,
    /// Index in that module's `Resolved::funcs`.
    pub func: u32,
    /// By operation index in `Body::ops`.
    pub ops: Vec<Counts>,
}

macro_rules! sums {
    ($t:ty: $($field:ident),* $(; $($nested:ident),*)? $(; max $($max:ident),*)?) => {
        impl $t {
            /// Adds another record to this one.
            pub fn add(&mut self, other: &$t) {
                $(self.$field += other.$field;)*
                $($(self.$nested.add(&other.$nested);)*)?
                $($(self.$max = self.$max.max(other.$max);)*)?
            }
        }
    };
}
sums!(Traffic: requests, sectors, sectors_ideal, lines, bytes);
sums!(SharedTraffic: requests, wavefronts, wavefronts_ideal, bytes; ; max worst_way);
sums!(Counts: inst, thread_inst, thread_inst_pred_on, texture_requests, surface_requests, branch_uniform, branch_divergent;
    global_ld, global_st, global_atom, global_red, local_ld, local_st, shared_ld, shared_st, shared_atom);
