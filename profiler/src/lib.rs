//! The profiler: launch files, what is collected from a run, the metric table, advice, and the report.
//!
//! Counts come from the embedded device (`warplens-sim`); everything here gives them names, units, source
//! lines and words. It draws nothing on a terminal itself: `view` makes styled text, the command prints it.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod backend;
pub mod collect;
pub mod demangle;
pub mod export;
pub mod launch_file;
pub mod live;
pub mod metrics;
pub mod report;
pub mod session;
pub mod store;
pub mod suggest;
pub mod view;
