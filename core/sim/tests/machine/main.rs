//! The machine seen from outside: short kernels in PTX, results and counts worked out by hand.

mod addresses;
mod counts;
mod forward_progress;
mod kernels;
mod traps;
