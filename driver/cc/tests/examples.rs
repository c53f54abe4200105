//! Every example's PTX is what clang 19 makes of its source with our headers today.
//!
//! Run with `WARPLENS_UPDATE=1` to write the files. Other versions of clang write other text, so without clang 19 the
//! comparison is skipped, and says so.

use std::fs;
use std::path::{Path, PathBuf};

use warplens_driver_cc::{Clang, DeviceOptions, Dialect, Headers, device_ptx};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// The device sources of the examples, in order.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in fs::read_dir(root().join("examples")).expect("examples/ reads") {
        let folder = folder.expect("an entry reads").path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(&folder).expect("an example reads") {
            let file = file.expect("an entry reads").path();
            if Dialect::of_path(&file).is_some() {
                found.push(file);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn checked_in_ptx_is_what_clang_19_makes() {
    let clang = match Clang::find() {
        Ok(clang) if clang.version == 19 => clang,
        Ok(clang) => {
            eprintln!("SKIPPED: needs clang 19, found {}", clang.version);
            return;
        }
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return;
        }
    };
    let headers = Headers::at(root().join("driver/include"));
    for source in sources() {
        let made = device_ptx(&clang, &headers, &source, &DeviceOptions::default())
            .unwrap_or_else(|e| panic!("{e}"));
        let checked_in = source.with_extension("ptx");
        if std::env::var_os("WARPLENS_UPDATE").is_some() {
            fs::write(&checked_in, &made).expect("the PTX can be written");
        }
        let found = fs::read_to_string(&checked_in).unwrap_or_default();
        assert!(
            found == made,
            "{} is out of date: run WARPLENS_UPDATE=1 cargo test -p warplens-driver-cc",
            checked_in.display()
        );
        assert!(
            !made.contains(root().to_str().expect("UTF-8")),
            "{} names this machine",
            checked_in.display()
        );
    }
}

#[test]
fn every_example_has_a_launch_file_and_a_readme() {
    let sources = sources();
    assert!(sources.len() >= 12, "only {} examples", sources.len());
    let musa = sources.iter().filter(|s| Dialect::of_path(s) == Some(Dialect::Musa)).count();
    assert!(musa >= 3, "only {musa} MUSA examples");
    for source in sources {
        let folder = source.parent().expect("a source lies in a folder");
        assert!(folder.join("launch.toml").is_file(), "{} has no launch.toml", folder.display());
        assert!(folder.join("README.md").is_file(), "{} has no README.md", folder.display());
        let text = fs::read_to_string(&source).expect("a source reads");
        assert!(text.contains("int main("), "{} checks itself on the host", source.display());
    }
}
