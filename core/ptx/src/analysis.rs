//! Dataflow over one resolved body: blocks, dominators, liveness, register pressure, uniformity.
//!
//! What the embedded device lowers with (reconvergence points, register slots) and what the editor's deep rules
//! stand on. All of it is plain worklist code over bit sets; nothing here knows a device.

pub mod bits;
pub mod cfg;
pub mod dominators;
pub mod effects;
pub mod liveness;
pub mod pressure;
pub mod uniformity;

pub use bits::BitSet;
pub use cfg::{Block, BlockId, Cfg};
pub use dominators::{Dominators, dominators, post_dominators};
pub use effects::{Effects, effects};
pub use liveness::Liveness;
pub use pressure::{Pressure, register_pressure};
pub use uniformity::{Affine, Class, Factor, Uniformity, Value};
