//! PTX text: any bytes parse, resolve, sum up and give up their debug information.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (text, _) = warplens_ptx::parse_bytes(data);
    let _ = warplens_image::ptx_summary(&text);
    let parsed = warplens_ptx::parse(&text);
    let (resolved, _) = warplens_ptx::resolve(&parsed.module);
    let _ = warplens_image::debug_info::debug_info(&parsed.module, &resolved);
});
