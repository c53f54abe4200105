//! Builds the library that programs load, so that the command can carry it inside: one rustc call for the protocol,
//! one for the library, neither with dependencies. Always optimised, whatever the profile of the build.
//!
//! Programs that a vendor's linker made ask for symbols of a version, `cudaMalloc@libcudart.so.12`, and each generation
//! of the library names one. The loader takes symbols without a version for any, if some library of the right name
//! defines that version; so a second, empty library does, and needs the first.

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
    // With a name of its own the library can be linked by its path, as CMake does, and is still found by that name.
    let named = "-Clink-arg=-Wl,-z,now,-soname,libcudart.so";
    let arguments = ["--extern", external.as_str(), "-Cstrip=symbols", named];
    rustc(&library.join("lib.rs"), "warplens_rt", "cdylib", &out.join("libwarplens_rt.so"), &arguments);
    versions(&out);
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

/// The empty library that defines versions.
fn versions(out: &Path) {
    let map = out.join("versions.map");
    let text = "libcudart.so.11.0 {};\nlibcudart.so.12 {};\nlibcudart.so.13 {};\n";
    std::fs::write(&map, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", map.display()));
    let status = Command::new("cc")
        .args(["-shared", "-nostdlib", "-s", "-Wl,--no-as-needed", "-Wl,--enable-new-dtags,-rpath,$ORIGIN"])
        .arg(format!("-Wl,--version-script={}", map.display()))
        .arg("-L")
        .arg(out)
        .args(["-l:libwarplens_rt.so", "-o"])
        .arg(out.join("libwarplens_versions.so"))
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("linking the library of versions ended with {status}"),
        Err(error) => panic!("cannot start cc, which linking Rust needs too: {error}"),
    }
}
