//! Executing lowered code.
//!
//! **Gangs.** The unit of execution is not one warp but a *gang*: up to [`MAX_CHUNKS`] chunks of 32 lanes
//! that belong to consecutive warps of one block and run the same code. A 128-lane warp is four chunks; eight
//! 32-lane warps are eight. Dispatch is paid once a gang. This is legal because warps of a block may be
//! scheduled in any order, and it is exact because every count is made for each warp from its own lanes' mask:
//! projected on one warp, a gang's divergence tree is that warp's own tree.
//!
//! **Rows.** A register of a chunk is one row of 32 values; a chunk's registers lie together (its *frame*). 8- and 16-bit
//! registers live in 32-bit rows. A predicate is one `u32` mask a chunk. Constants, parameters and values
//! uniform over the launch are single rows with a chunk stride of zero.
//!
//! **Divergence** (`tree`): groups of lanes with one pc each, reconverging at immediate post-dominators, with
//! forward progress: a group that runs long is set aside for its siblings, and lanes that wait at a
//! reconvergence point are let go when those they wait for do not come.

pub(crate) mod access;
pub(crate) mod ctx;
pub(crate) mod lanes;
mod math;
pub(crate) mod matrix;
pub(crate) mod mem;
pub(crate) mod native;
pub(crate) mod pattern;
pub(crate) mod pred;
mod printf;
pub(crate) mod row;
pub(crate) mod run;
pub(crate) mod tally;
pub(crate) mod texture;
pub(crate) mod tree;

/// Chunks of 32 lanes a gang can have.
pub(crate) const MAX_CHUNKS: usize = 8;

/// One bit a lane, one word a chunk.
pub(crate) type Masks = [u32; MAX_CHUNKS];
