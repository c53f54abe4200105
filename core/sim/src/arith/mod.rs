//! What every PTX arithmetic instruction computes, as pure functions on scalars and packed words.
//!
//! Why apart from the engine: the engine decides *when* and *for which lanes* something happens, this module
//! decides *what the bits are*. Everything here is deterministic and bit-identical on every machine: plain IEEE
//! operators, `mul_add`, `sqrt` and integer code only, never the host's C library and never a changed rounding mode
//! of the processor. Functions are `#[inline(always)]` where a warp's row loop calls them, and take their modifiers
//! as plain enums, so a call with constant modifiers folds to straight code that LLVM can vectorise.
//!
//! Map: [`mode`] the modifiers; [`float`] flushing, saturation, NaN, minimum and maximum; [`round`] add to sqrt in
//! every rounding mode; [`half`] f16 and bf16; [`cvt`] conversions; [`int`] integers, bits, packed and video
//! arithmetic; [`set`] comparisons; [`approx`] the approximate instructions; [`math`] the CUDA math API; [`exact`]
//! the wide reference arithmetic behind directed rounding.
//!
//! NaN results. Single precision gives 0x7fffffff (CUDA C++ Programming Guide, "Floating-Point Standard"), half
//! precision 0x7fff. The manual leaves double precision open; this device always gives 0xfff8000000000000, so
//! that results do not depend on the host or on operand order.

pub mod approx;
pub mod cvt;
pub mod exact;
pub mod float;
pub mod half;
pub mod int;
pub mod math;
pub mod mode;
pub mod round;
pub mod set;
