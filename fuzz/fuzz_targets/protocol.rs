//! What a program sends the device process: any bytes, and whatever is understood must read back as itself.
#![no_main]

use warplens_driver_protocol::wire::Wire as _;
use warplens_driver_protocol::{Hello, Reply, Request, Welcome};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(request) = Request::from_bytes(data) {
        assert_eq!(Request::from_bytes(&request.to_bytes()), Ok(request));
    }
    let _ = (Reply::from_bytes(data), Hello::from_bytes(data), Welcome::from_bytes(data));
});
