//! Fatbins: any bytes after the magic, compressed entries included.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let bytes = [&[0x50, 0xed, 0x55, 0xba, 1, 0, 16, 0][..], data].concat();
    if let Ok(image) = warplens_image::open(&bytes) {
        let _ = warplens_image::ptx_sources(&image);
    }
});
