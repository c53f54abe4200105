//! Who may know whom: the arrows of ARCHITECTURE.md, held against Cargo.toml files and `use` lines.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{files, root};

/// A folder and the folders its crates may use; the first line that matches counts. A folder not listed here fails
/// the test, so that its place is thought about.
const MAY_USE: &[(&str, &[&str])] = &[
    ("core/ptx", &[]),
    ("core/sim", &["core/ptx"]),
    ("core/image", &["core/ptx"]),
    ("core/trace", &[]),
    ("devices", &["core/sim"]),
    ("scripts/bench.d", &["core/sim"]),
    ("profiler", &["core/*", "devices"]),
    ("debugger", &["core/ptx", "core/sim", "core/image", "devices"]),
    // The deep tier compiles what is being edited.
    ("lsp/*", &["core/ptx", "core/sim", "core/image", "devices", "driver/cc", "lsp/*"]),
    // The device's side of the socket, in the `warplens` process.
    ("driver/server", &["core/ptx", "core/sim", "core/image", "devices", "driver/*"]),
    // The library a program loads and the compiler driver know the wire protocol at most.
    ("driver/*", &["driver/protocol"]),
];

/// Crates from outside that only one place may know: a folder, or several.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("object", &["core/image"]),
    ("gimli", &["core/image"]),
    ("clap", &["."]),
    ("crossterm", &["tui", "."]),
    ("ratatui", &["tui"]),
    ("egui", &["gui"]),
    ("eframe", &["gui"]),
    ("tower-lsp", &["lsp/server"]),
    ("tower-lsp-server", &["lsp/server"]),
    ("lsp-types", &["lsp/server"]),
    ("tokio", &["lsp/server", "."]),
];

/// What `core/*` may not name: it works on values it is given.
const NOT_IN_CORE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::Instant",
    "std::time::SystemTime",
    "serde::",
];

struct Crate {
    folder: String,
    name: String,
    /// Ordinary and build dependencies by package name; those of tests alone are free.
    dependencies: Vec<String>,
}

fn crates() -> Vec<Crate> {
    let manifests = files().into_iter().filter(|p| p.file_name().is_some_and(|n| n == "Cargo.toml"));
    manifests.filter(|p| !p.starts_with("fuzz")).filter_map(|path| read(&path)).collect()
}

fn read(path: &Path) -> Option<Crate> {
    let manifest: toml::Table = std::fs::read_to_string(root().join(path)).unwrap().parse().unwrap();
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    let workspace: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let shared = |alias: &str| workspace["workspace"]["dependencies"].get(alias).cloned();
    let mut dependencies = Vec::new();
    for table in ["dependencies", "build-dependencies"] {
        for (alias, spec) in manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
            let from_workspace = spec.get("workspace").is_some();
            let spec = if from_workspace { shared(alias).unwrap_or(spec.clone()) } else { spec.clone() };
            let package = spec.get("package").and_then(toml::Value::as_str).unwrap_or(alias);
            dependencies.push(package.to_owned());
        }
    }
    let folder = path.parent().unwrap().to_string_lossy().into_owned();
    Some(Crate { folder: if folder.is_empty() { ".".into() } else { folder }, name, dependencies })
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}

#[test]
fn crates_depend_along_the_arrows() {
    let crates = crates();
    let mut wrong = Vec::new();
    for krate in crates.iter().filter(|c| c.folder != ".") {
        let allowed: Option<&[&str]> =
            MAY_USE.iter().find(|(p, _)| matches(p, &krate.folder)).map(|(_, a)| *a);
        let Some(allowed) = allowed else {
            wrong.push(format!("{} has no arrows: add it to MAY_USE", krate.folder));
            continue;
        };
        for used in crates.iter().filter(|c| krate.dependencies.contains(&c.name)) {
            if !allowed.iter().any(|a| matches(a, &used.folder)) {
                wrong.push(format!("{} may not use {}", krate.folder, used.folder));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn each_protocol_is_known_in_one_place() {
    let mut wrong = Vec::new();
    for krate in crates() {
        for dependency in &krate.dependencies {
            if let Some((_, places)) = ONLY_IN.iter().find(|(name, _)| name == dependency)
                && !places.contains(&krate.folder.as_str())
            {
                wrong.push(format!(
                    "{} may not use {dependency}: it belongs to {}",
                    krate.folder,
                    places.join(", ")
                ));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn core_works_on_values_it_is_given() {
    let mut wrong = Vec::new();
    let in_core = |p: &Path| {
        p.starts_with("core")
            && p.extension().is_some_and(|e| e == "rs")
            && p.components().any(|c| c.as_os_str() == "src")
    };
    for path in files().iter().filter(|p| in_core(p)) {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        // Tests may read fixtures; they stand at the end of a file, or in files of their own.
        let name = path.file_stem().unwrap().to_string_lossy();
        if name == "tests" || name == "testing" || path.components().any(|c| c.as_os_str() == "tests") {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for (i, line) in code.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            for word in NOT_IN_CORE.iter().filter(|w| line.contains(**w)) {
                wrong.push(format!("{}:{}: {word}", path.display(), i + 1));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_plain_cargo_test_covers_every_crate() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let list = |key: &str| -> Vec<String> {
        let items = manifest["workspace"][key].as_array().unwrap();
        let names = items.iter().filter_map(|v| v.as_str()).filter(|s| *s != ".");
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names
    };
    assert_eq!(list("members"), list("default-members"));
    let covered = |folder: &str| {
        folder == "."
            || list("members").iter().any(|m| match m.strip_suffix("/*") {
                Some(parent) => Path::new(folder).parent() == Some(Path::new(parent)),
                None => m == folder,
            })
    };
    let names: BTreeMap<String, String> = crates().into_iter().map(|c| (c.folder, c.name)).collect();
    // A workspace of its own is left out on purpose, and says so.
    let excluded = list("exclude");
    let left_out: Vec<_> = names.keys().filter(|f| !covered(f) && !excluded.contains(f)).collect();
    assert!(left_out.is_empty(), "not members of the workspace: {left_out:?}");
}
