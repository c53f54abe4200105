//! The rules, one a file.

pub mod contended_atomic;
pub mod divergent_branch;
pub mod idle_lanes;
pub mod local_memory_traffic;
pub mod low_occupancy;
pub mod partial_warp_block;
pub mod shared_bank_conflict;
pub mod small_grid;
pub mod uncoalesced_access;
