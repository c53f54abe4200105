//! How full a launch's blocks leave a multiprocessor, from what a kernel takes and what a launch asks for.
//!
//! The rules of the calculator are `warplens-devices`'; here is only what the text of a launch says.

use warplens_devices as devices;

use super::Kernel;
use crate::config::Config;
use crate::model::Launch;
use crate::{Analysis, TextRange};

/// The device models to judge by: those of the settings, else the default of the language the text is written in.
pub fn targets(analysis: &Analysis, config: &Config) -> Vec<&'static devices::Model> {
    let named: Vec<_> = config.devices.iter().filter_map(|d| devices::find(&d.name).ok()).collect();
    if !named.is_empty() {
        return named;
    }
    let default = if analysis.is_musa() { devices::DEFAULT } else { "a100" };
    devices::find(default).into_iter().collect()
}

/// Occupancy of blocks of `threads` threads with `dynamic` bytes of shared memory beside the kernel's own.
pub fn of(
    device: &devices::Model,
    kernel: &Kernel,
    threads: u32,
    dynamic: u32,
) -> devices::occupancy::Occupancy {
    let demand = devices::occupancy::Demand {
        registers_per_thread: kernel.registers().max(16),
        shared_per_block: u32::try_from(kernel.shared).unwrap_or(u32::MAX).saturating_add(dynamic),
        threads_per_block: threads,
        barriers_per_block: 0,
    };
    devices::occupancy::occupancy(&device.figures, demand)
}

/// Threads a block of this launch has, where that is constant.
pub fn threads_of(analysis: &Analysis, launch: &Launch) -> Option<u32> {
    let block = launch.configuration.get(1)?;
    let extents = analysis.model().eval_dim3(analysis.syntax().node(*block));
    let threads = extents.into_iter().try_fold(1u64, |all, e| all.checked_mul(e?))?;
    u32::try_from(threads).ok().filter(|&t| t > 0)
}

/// Bytes of dynamic shared memory this launch asks for; 0 where it does not say, or not as a constant.
pub fn dynamic_shared(analysis: &Analysis, launch: &Launch) -> u32 {
    let bytes = launch.configuration.get(2).and_then(|n| analysis.model().eval(analysis.syntax().node(*n)));
    bytes.and_then(|b| u32::try_from(b).ok()).unwrap_or(0)
}

/// The greatest number of threads a block of this kernel may have, from its `__launch_bounds__`.
pub fn launch_bound(analysis: &Analysis, bounds: TextRange) -> Option<u64> {
    let first = bounds.of(analysis.text()).split(',').next()?;
    u64::try_from(analysis.model().text_value(first)?).ok().filter(|t| *t > 0)
}
