//! ELF files for CPUs and NVIDIA GPUs, and whatever else the first bytes make of the input.
#![no_main]

use warplens_image::lines::{Table, cubin_lines};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = warplens_image::open(data);
    let mut cubin = data.to_vec();
    if let (Some(start), true) = (cubin.get_mut(..4), data.len() > 20) {
        start.copy_from_slice(b"\x7fELF");
        cubin[18..20].copy_from_slice(&190u16.to_le_bytes());
        let _ = warplens_image::open(&cubin);
        let _ = cubin_lines(&cubin, Table::Source);
    }
});
