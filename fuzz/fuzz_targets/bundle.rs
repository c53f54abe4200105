//! Offload bundles, compressed bundles, offload binaries and archives: any bytes after each magic.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for magic in [&b"__CLANG_OFFLOAD_BUNDLE__"[..], b"CCOB", &[0x10, 0xff, 0x10, 0xad], b"!<arch>\n"] {
        let _ = warplens_image::open(&[magic, data].concat());
    }
});
