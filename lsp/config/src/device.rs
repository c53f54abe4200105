//! What rules may know of a device model: published figures only. An assumption is good enough to run a program on, not
//! to tell a person that their code is wrong.

use warplens_devices::{Model, Vendor};
use warplens_ide::Device;

pub use warplens_devices::UnknownDevice;

/// The device model of this name, as rules see it.
pub fn device(name: &str) -> Result<Device, UnknownDevice> {
    warplens_devices::find(name).map(of_model)
}

fn of_model(model: &Model) -> Device {
    let f = &model.figures;
    let wide = |v: Option<[u32; 3]>| v.map(|v| v.map(u64::from));
    Device {
        name: model.name.clone(),
        arch: model.arch.clone(),
        musa: model.vendor == Vendor::MooreThreads,
        warp_size: f.warp_size.get(),
        max_threads: f.max_threads_per_block.value.map(u64::from),
        max_block: wide(f.max_block_dim.value),
        max_grid: wide(f.max_grid_dim.value),
        shared_bytes: f.shared_per_block.value.map(u64::from),
        shared_bytes_optin: f.shared_per_block_optin.value.map(u64::from),
        fp64_ratio: f.fp64_ratio.value.filter(|r| *r > 0.0).map(|r| (1.0 / r).round() as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assumed_figures_do_not_become_limits() {
        let s80 = device("mtt-s80").unwrap();
        assert_eq!((s80.warp_size, s80.musa, s80.arch.as_str()), (128, true, "mp_21"));
        assert_eq!(s80.max_grid, None, "no public figure");
        assert_eq!(s80.shared_bytes, Some(28 * 1024));
        assert_eq!(device("h100").unwrap().max_threads, Some(1024));
    }
}
