//! Lists the headers of `driver/include` and CMake's toolchain file for embedding, so that an installed binary carries
//! them.
//!
//! Writes `headers.rs` with one `(path, contents)` pair a file, sorted by path.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../include").canonicalize()?;
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root)?.to_str().ok_or("a header's name is not UTF-8")?;
        writeln!(table, "    ({name:?}, include_str!({:?})),", file.to_str().ok_or("a path is not UTF-8")?)?;
    }
    let toolchain = root.join("../../cmake/warplens.cmake").canonicalize()?;
    println!("cargo::rerun-if-changed={}", toolchain.display());
    let path = toolchain.to_str().ok_or("a path is not UTF-8")?;
    writeln!(table, "    (\"cmake/warplens.cmake\", include_str!({path:?})),")?;
    table.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("headers.rs"), table)?;
    Ok(())
}
