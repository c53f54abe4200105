//! Builds the library that programs load, so that the command can carry it inside: one rustc call for the protocol,
//! one for the library, neither with dependencies. Always optimised, whatever the profile of the build.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));
    let (protocol, library) = (here.join("../protocol/src"), here.join("../rt/src"));
    println!("cargo::rerun-if-changed={}", protocol.display());
    println!("cargo::rerun-if-changed={}", library.display());
    let rlib = out.join("libwarplens_driver_protocol.rlib");
    rustc(&protocol.join("lib.rs"), "warplens_driver_protocol", "rlib", &rlib, &[]);
    let external = format!("warplens_driver_protocol={}", rlib.display());
    let arguments = ["--extern", external.as_str(), "-Cstrip=symbols", "-Clink-arg=-Wl,-z,now"];
    rustc(&library.join("lib.rs"), "warplens_rt", "cdylib", &out.join("libwarplens_rt.so"), &arguments);
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts"))
}

fn rustc(source: &Path, name: &str, kind: &str, output: &Path, more: &[&str]) {
    let status = Command::new(variable("RUSTC"))
        .args(["--edition", "2024", "-O", "-Ccodegen-units=4", "--cap-lints", "allow"])
        .args(["--target", &variable("TARGET"), "--crate-name", name, "--crate-type", kind])
        .args(more)
        .arg("-o")
        .arg(output)
        .arg(source)
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("building {name} ended with {status}"),
        Err(error) => panic!("cannot start rustc: {error}"),
    }
}
