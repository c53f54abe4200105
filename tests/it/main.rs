//! Whole-program tests, and tests of the repository itself: one binary, one module a subject.

mod arrows;
mod builds;
mod cc;
mod faults;
mod house;
mod inspect;
mod jit;
mod lint;
mod profile;
mod programs;
mod readme;
mod self_checking;
mod support;
mod vendor;
