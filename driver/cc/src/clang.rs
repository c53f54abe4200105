//! Finds clang: `WARPLENS_CLANG` first, then the versioned names on PATH from new to old, then plain `clang`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;
use std::{env, fs};

use crate::Error;
use crate::headers::{cache_folder, is_ours, private_folder};

/// The oldest clang whose device and host passes fit our headers.
pub const MINIMUM_VERSION: u32 = 16;
/// The newest version whose name is tried.
const NEWEST_NAME: u32 = 24;

/// A clang that was found and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clang {
    /// The program.
    pub path: PathBuf,
    /// Its major version.
    pub version: u32,
}

impl Clang {
    /// Finds a clang of a usable version. `WARPLENS_CLANG`, when set, is the only one considered.
    pub fn find() -> Result<Self, Error> {
        if let Some(path) = env::var_os("WARPLENS_CLANG").filter(|p| !p.is_empty()) {
            return Self::at(Path::new(&path));
        }
        let preferred = (MINIMUM_VERSION..=NEWEST_NAME).rev().map(|v| format!("clang-{v}"));
        // 19 is what the headers are tested with, so it goes first.
        let names: Vec<String> =
            ["clang-19".to_string()].into_iter().chain(preferred).chain(["clang".to_string()]).collect();
        let folders: Vec<PathBuf> =
            env::var_os("PATH").map(|p| env::split_paths(&p).collect()).unwrap_or_default();
        for name in &names {
            for folder in &folders {
                let candidate = folder.join(name);
                if candidate.is_file()
                    && let Ok(clang) = Self::at(&candidate)
                {
                    return Ok(clang);
                }
            }
        }
        Err(Error::NoClang {
            looked_for: format!("clang-{NEWEST_NAME} to clang-{MINIMUM_VERSION} and clang on PATH"),
        })
    }

    /// The clang at `path`, after asking its version. The answer is kept for as long as the file stays what it is:
    /// asking takes a twentieth of a small compile.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let kept = kept_version(path);
        if let Some(version) = kept.as_ref().and_then(|file| fs::read_to_string(file).ok()?.parse().ok()) {
            return Ok(Self { path: path.to_path_buf(), version });
        }
        let clang = Self::asked(path)?;
        if let Some(file) = kept {
            // Where it cannot be kept, it is asked again.
            let _ = fs::write(file, clang.version.to_string());
        }
        Ok(clang)
    }

    fn asked(path: &Path) -> Result<Self, Error> {
        let bad = |reason: String| Error::BadClang { path: path.to_path_buf(), reason };
        let output = Command::new(path).arg("--version").output().map_err(|e| bad(e.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version =
            parse_version(&text).ok_or_else(|| bad("it does not say that it is clang".to_string()))?;
        if version < MINIMUM_VERSION {
            return Err(bad(format!("it is version {version}")));
        }
        Ok(Self { path: path.to_path_buf(), version })
    }

    /// The folder of clang's own headers, when it says.
    pub fn resource_dir(&self) -> Option<PathBuf> {
        let output = Command::new(&self.path).arg("-print-resource-dir").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.trim_end()).filter(|t| !t.is_empty()).map(PathBuf::from)
    }

    /// The C++ driver of the same installation, for linking C++ programs; clang itself when there is none beside it.
    pub fn cxx(&self) -> PathBuf {
        let name = self.path.file_name().and_then(|n| n.to_str()).unwrap_or("clang");
        let beside = self.path.with_file_name(name.replacen("clang", "clang++", 1));
        if beside.is_file() { beside } else { self.path.clone() }
    }
}

/// The file that keeps the version of this clang, as long as its size and time of change stay.
fn kept_version(path: &Path) -> Option<PathBuf> {
    let facts = fs::metadata(path).ok()?;
    let changed = facts.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let mut hasher = DefaultHasher::new();
    (fs::canonicalize(path).ok()?, facts.len(), changed, MINIMUM_VERSION).hash(&mut hasher);
    let folder = cache_folder();
    private_folder(&folder).ok()?;
    is_ours(&folder).then(|| folder.join(format!("clang-{:016x}", hasher.finish())))
}

/// The major version in `clang --version`'s output; vendors put words before and after.
fn parse_version(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("clang version ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_among_a_vendors_words() {
        assert_eq!(parse_version("Debian clang version 19.1.7 (3+b1)\nTarget: x86_64"), Some(19));
        assert_eq!(parse_version("clang version 16.0.0git"), Some(16));
        assert_eq!(parse_version("gcc (Debian 12.2.0-14) 12.2.0"), None);
    }

    #[test]
    fn a_program_that_is_not_clang_is_refused_with_a_way_out() {
        let error = Clang::at(Path::new("/bin/true")).expect_err("true is not clang").to_string();
        assert!(error.contains("WARPLENS_CLANG"), "{error}");
    }
}
