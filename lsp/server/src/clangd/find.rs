//! Where clangd, clang and clang-format are: an explicit setting, the environment, PATH, the MUSA SDK.
//!
//! It looks, it runs nothing. Folders of the workspace are never searched: a checkout must not choose what is run.

use std::path::{Path, PathBuf};

/// Versions tried by name, newest first: clangd 16 is the first that parses what our headers need.
const VERSIONS: std::ops::RangeInclusive<u32> = 16..=23;

/// Find the program `name` (`clangd`, `clang++`, `clang-format`).
///
/// `setting` is the user's own path; `variable` the environment variable that names one. An explicit path that does
/// not exist means "none", not "some other one".
pub fn program(name: &str, setting: Option<&Path>, variable: &str) -> Option<PathBuf> {
    if let Some(path) = setting {
        return path.is_file().then(|| path.to_owned());
    }
    if let Some(path) = std::env::var_os(variable).filter(|v| !v.is_empty()) {
        let path = PathBuf::from(path);
        return path.is_file().then_some(path);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|p| p.is_absolute()).collect();
    let mut names: Vec<String> = VERSIONS.rev().map(|v| format!("{name}-{v}")).collect();
    // The version that is tested comes first, then whatever the user calls by the bare name.
    names.sort_by_key(|n| !n.ends_with("-19"));
    names.insert(1, name.to_owned());
    in_folders(&names, &folders).or_else(|| in_folders(&[name.to_owned()], &musa_folders()))
}

/// The program `name` in the folder of the program `neighbour` of PATH, or of the CUDA toolkit's usual place.
pub fn beside(neighbour: &str, name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|p| p.is_absolute()).collect();
    let found = in_folders(&[neighbour.to_owned()], &folders);
    // PATH may hold a link to it.
    let real = found.and_then(|p| p.canonicalize().ok()).and_then(|p| p.parent().map(Path::to_owned));
    let toolkits = ["CUDA_HOME", "CUDA_PATH"].iter().filter_map(std::env::var_os).map(PathBuf::from);
    let toolkits = toolkits.chain([PathBuf::from("/usr/local/cuda")]).map(|root| root.join("bin"));
    let folders: Vec<PathBuf> = real.into_iter().chain(toolkits).collect();
    in_folders(&[name.to_owned()], &folders)
}

fn in_folders(names: &[String], folders: &[PathBuf]) -> Option<PathBuf> {
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

fn musa_folders() -> Vec<PathBuf> {
    ["MUSA_HOME", "MUSA_PATH"]
        .iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from)
        .chain([PathBuf::from("/usr/local/musa")])
        .map(|root| root.join("bin"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_points_nowhere_is_not_replaced_by_a_guess() {
        let nowhere = Path::new("/nonexistent/clangd");
        assert_eq!(program("clangd", Some(nowhere), "WARPLENS_TEST_UNSET"), None);
    }

    #[test]
    fn a_setting_wins() {
        let me = std::env::current_exe().unwrap();
        assert_eq!(program("clangd", Some(&me), "WARPLENS_TEST_UNSET"), Some(me));
    }
}
