//! Where our CUDA and MUSA headers are: in the source tree, or unpacked from this binary into a private cache folder.
//!
//! The cache folder's name carries a hash of the contents, so two versions never share one, and it is filled under
//! a temporary name and renamed, so a half-written one is never used.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process;

use crate::{Dialect, Error};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/headers.rs"));
}

/// The folder that holds `cuda/`, `musa/` and `common/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    root: PathBuf,
}

impl Headers {
    /// `WARPLENS_INCLUDE` when set, else the headers embedded in this binary, unpacked on first use.
    pub fn find() -> Result<Self, Error> {
        if let Some(root) = env::var_os("WARPLENS_INCLUDE").filter(|p| !p.is_empty()) {
            return Ok(Self { root: root.into() });
        }
        unpack(&cache_folder()).map(|root| Self { root })
    }

    /// The headers at a known place.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder that holds `cuda/`, `musa/` and `common/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// CMake's toolchain file, which is unpacked with the headers.
    pub fn cmake_toolchain(&self) -> PathBuf {
        self.root.join("cmake/warplens.cmake")
    }

    /// The include flags for a dialect: its own names first, then the other's for sources that mix them.
    pub fn include_flags(&self, dialect: Dialect) -> Vec<OsString> {
        let (own, other) = match dialect {
            Dialect::Cuda => ("cuda", "musa"),
            Dialect::Musa => ("musa", "cuda"),
        };
        ["common", own, other]
            .into_iter()
            .flat_map(|folder| [OsString::from("-isystem"), self.root.join(folder).into_os_string()])
            .collect()
    }
}

/// `$XDG_CACHE_HOME/warplens`, `~/.cache/warplens`, or a folder of this user's under the temporary folder.
pub(crate) fn cache_folder() -> PathBuf {
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|p| p.is_absolute()) {
        return cache.join("warplens");
    }
    if let Some(home) = env::var_os("HOME").map(PathBuf::from).filter(|p| p.is_absolute()) {
        return home.join(".cache/warplens");
    }
    let user = fs::metadata("/proc/self").map(|m| m.uid()).unwrap_or(0);
    env::temp_dir().join(format!("warplens-{user}"))
}

/// Makes a folder that nobody else reads, if it is not there.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn unpack(cache: &Path) -> Result<PathBuf, Error> {
    let target = cache.join(format!("include-{:016x}", content_hash()));
    if is_ours(&target) {
        return Ok(target);
    }
    let private = private_folder;
    let failed = |path: &Path, source: io::Error| Error::File {
        action: "could not unpack the headers to",
        path: path.to_path_buf(),
        source,
    };
    private(cache).map_err(|e| failed(cache, e))?;
    let staging = cache.join(format!("include-{}-{:?}.new", process::id(), std::thread::current().id()));
    for (name, contents) in embedded::FILES {
        let path = staging.join(name);
        path.parent().map_or(Ok(()), private).map_err(|e| failed(&path, e))?;
        fs::write(&path, contents).map_err(|e| failed(&path, e))?;
    }
    // Another process may have been quicker; its folder has the same contents.
    if let Err(source) = fs::rename(&staging, &target) {
        let _ = fs::remove_dir_all(&staging);
        if !is_ours(&target) {
            return Err(failed(&target, source));
        }
    }
    Ok(target)
}

/// A folder of this user's own that nobody else may write to.
pub(crate) fn is_ours(folder: &Path) -> bool {
    let user = fs::metadata("/proc/self").map(|m| m.uid());
    match (fs::symlink_metadata(folder), user) {
        (Ok(m), Ok(user)) => m.is_dir() && m.uid() == user && m.mode() & 0o022 == 0,
        _ => false,
    }
}

/// FNV-1a over names and contents.
fn content_hash() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for (name, contents) in embedded::FILES {
        for byte in name.bytes().chain([0]).chain(contents.bytes()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_twice_gives_the_same_private_folder() {
        let cache = env::temp_dir().join(format!("warplens-headers-test-{}", process::id()));
        let first = unpack(&cache).expect("the headers unpack");
        let second = unpack(&cache).expect("the headers are found");
        assert_eq!(first, second);
        assert!(first.join("cuda/cuda_runtime.h").is_file());
        assert!(first.join("musa/musa_runtime.h").is_file());
        assert_eq!(fs::metadata(&cache).expect("the folder is there").mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&cache).expect("the folder reads").count(), 1, "no staging folder is left");
        fs::remove_dir_all(&cache).expect("the test's folder can go");
    }
}
