//! PTX text: any bytes parse, resolve and sum up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (text, _) = warplens_ptx::parse_bytes(data);
    let _ = warplens_image::ptx_summary(&text);
});
