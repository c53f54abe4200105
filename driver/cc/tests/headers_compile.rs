//! Every header compiles by itself: as C, as C++ for the host, and in both passes of a device source.
//!
//! Skipped without clang, and says so.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use warplens_driver_cc::{Clang, Dialect, Headers};

fn include_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../include").canonicalize().expect("the headers are there")
}

/// Headers that a program may include, as `<name>`, with the dialects they belong to.
fn public_headers() -> Vec<(String, Vec<Dialect>)> {
    let mut found = Vec::new();
    for (folder, dialects) in [
        ("common", vec![Dialect::Cuda, Dialect::Musa]),
        ("cuda", vec![Dialect::Cuda]),
        ("musa", vec![Dialect::Musa]),
    ] {
        let root = include_dir().join(folder);
        for sub in ["", "nvtx3", "cooperative_groups", "cuda"] {
            let Ok(entries) = fs::read_dir(root.join(sub)) else { continue };
            for entry in entries {
                let path = entry.expect("an entry reads").path();
                if path.is_file() {
                    let name = path.strip_prefix(&root).expect("it lies below").display().to_string();
                    found.push((name, dialects.clone()));
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn compile(clang: &Clang, flags: &[OsString], text: &str) -> Result<(), String> {
    let mut child = Command::new(&clang.path)
        .args(flags)
        .args(["-fsyntax-only", "-Wall", "-Wno-unused-function", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("clang starts");
    std::io::Write::write_all(child.stdin.as_mut().expect("stdin is piped"), text.as_bytes())
        .expect("clang reads");
    let output = child.wait_with_output().expect("clang ends");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[test]
fn all_headers_compile_in_every_language() {
    let clang = match Clang::find() {
        Ok(clang) => clang,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return;
        }
    };
    let headers = Headers::at(include_dir());
    for dialect in [Dialect::Cuda, Dialect::Musa] {
        let names: Vec<String> =
            public_headers().into_iter().filter(|(_, d)| d.contains(&dialect)).map(|(n, _)| n).collect();
        assert!(names.len() > 20, "only {} headers", names.len());
        let text: String = names.iter().map(|n| format!("#include <{n}>\n")).collect();
        for language in [&["-x", "c++"][..], &["-x", "c++", "-std=c++14"], &["-x", "c++", "-std=c++20"]] {
            let mut flags: Vec<OsString> = language.iter().map(OsString::from).collect();
            flags.extend(headers.include_flags(dialect));
            compile(&clang, &flags, &text).unwrap_or_else(|e| panic!("{language:?} {dialect:?}:\n{e}"));
        }

        let mut flags: Vec<OsString> = ["-x", "c"].iter().map(OsString::from).collect();
        flags.extend(headers.include_flags(dialect));
        compile(&clang, &flags, &text).unwrap_or_else(|e| panic!("C {dialect:?}:\n{e}"));
        for side in ["--cuda-device-only", "--cuda-host-only"] {
            let mut flags = warplens_driver_cc::language_flags(dialect, &headers);
            flags.push(side.into());
            if side == "--cuda-device-only" {
                flags.extend(warplens_driver_cc::device_flags(dialect, "sm_80"));
            }
            compile(&clang, &flags, &text).unwrap_or_else(|e| panic!("{side} {dialect:?}:\n{e}"));
        }
    }
}
