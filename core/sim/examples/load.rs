//! Loads PTX files and says which the device takes: `cargo run --release -p warplens-sim --example load FILE...`
#![allow(clippy::print_stdout, reason = "its output is what it is for")]
use warplens_sim::{Arena, Device, Limits};
fn main() {
    let (mut good, mut all) = (0, 0);
    let mut device = Device::new(Limits::default(), Arena::anonymous(8 << 30).expect("address space"));
    for path in std::env::args().skip(1) {
        all += 1;
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
        match device.load(&text) {
            Ok(_) => good += 1,
            Err(e) => {
                for p in e.problems.iter().take(4) {
                    println!("{path}: {p}");
                }
            }
        }
    }
    println!("{good} of {all} load");
}
