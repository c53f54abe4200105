//! The folder of libraries that programs load and link: one file, carried inside this binary, under every name that
//! programs know it by.
//!
//! It lies in the user's cache and is made once for each build of the library; where the cache cannot be written, a
//! private temporary folder does.

use std::fs::{self, DirBuilder};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The library itself.
static LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libwarplens_rt.so"));

const FILE: &str = "libwarplens_rt.so";

/// The empty library that defines the versions of symbols which programs of a vendor's linker ask for; it needs the
/// other.
static VERSIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libwarplens_versions.so"));

const VERSIONS_FILE: &str = "libwarplens_versions.so";

/// Names programs are linked with (`-lcudart`) and names they load.
pub const NAMES: [&str; 20] = [
    "libcudart.so",
    "libcudart.so.11.0",
    "libcudart.so.12",
    "libcudart.so.13",
    "libcuda.so",
    "libcuda.so.1",
    "libmusart.so",
    "libmusart.so.1",
    "libmusart.so.2",
    "libmusart.so.3",
    "libmusart.so.4",
    "libmusa.so",
    "libmusa.so.1",
    "libmusa.so.2",
    "libmusa.so.3",
    "libmusa.so.4",
    "libnvToolsExt.so",
    "libnvToolsExt.so.1",
    "libmttx.so",
    "libmttx.so.1",
];

/// What builds link besides: the device runtime, which has nothing in it, and the static runtime, which stands for
/// the shared one.
const STAND_INS: [(&str, &str); 3] = [
    ("libcudadevrt.a", "!<arch>\n"),
    ("libcudart_static.a", "INPUT(-lcudart)\n"),
    ("libmusart_static.a", "INPUT(-lmusart)\n"),
];

/// The file behind a name: names that end with a generation of CUDA's runtime are asked for with versions.
fn file_of(name: &str) -> &'static str {
    if name.starts_with("libcudart.so.") { VERSIONS_FILE } else { FILE }
}

/// No folder for the libraries could be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot put the driver libraries anywhere: {error} (tried {}); set XDG_CACHE_HOME or TMPDIR to a folder that you \
     can write to",
    .tried.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" and ")
)]
pub struct NoFolder {
    tried: Vec<PathBuf>,
    error: io::Error,
}

/// The folder with the libraries, made if it is not there.
pub fn folder() -> Result<PathBuf, NoFolder> {
    let mut hasher = DefaultHasher::new();
    LIBRARY.hash(&mut hasher);
    (VERSIONS, STAND_INS).hash(&mut hasher);
    let name = format!("lib-{:016x}", hasher.finish());
    let home = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let cache = home.map(|home| home.join("warplens"));
    let temporary = std::env::temp_dir().join(format!("warplens-{}", user()));
    let mut tried = Vec::new();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for parent in cache.into_iter().chain([temporary]) {
        match make(&parent, &name) {
            Ok(folder) => return Ok(folder),
            Err(error) => last = error,
        }
        tried.push(parent);
    }
    Err(NoFolder { tried, error: last })
}

/// The user's number, from a file that is always ours.
pub(crate) fn user() -> u32 {
    fs::metadata("/proc/self").map_or(0, |m| m.uid())
}

static ATTEMPT: AtomicU32 = AtomicU32::new(0);

fn make(parent: &Path, name: &str) -> io::Result<PathBuf> {
    let folder = parent.join(name);
    if is_complete(&folder) {
        return Ok(folder);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    if fs::metadata(parent)?.uid() != user() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder belongs to another user"));
    }
    // Made under another name and moved into place whole, so that nobody sees half a folder.
    let attempt = ATTEMPT.fetch_add(1, Ordering::Relaxed);
    let fresh = parent.join(format!(".new-{}-{attempt}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&fresh)?;
    fs::write(fresh.join(FILE), LIBRARY)?;
    fs::write(fresh.join(VERSIONS_FILE), VERSIONS)?;
    STAND_INS.iter().try_for_each(|(name, contents)| fs::write(fresh.join(name), contents))?;
    NAMES.iter().try_for_each(|alias| symlink(file_of(alias), fresh.join(alias)))?;
    match fs::rename(&fresh, &folder) {
        Ok(()) => Ok(folder),
        Err(error) => {
            fs::remove_dir_all(&fresh)?;
            // Another process was quicker.
            if is_complete(&folder) { Ok(folder) } else { Err(error) }
        }
    }
}

fn is_complete(folder: &Path) -> bool {
    let ours = fs::metadata(folder).is_ok_and(|m| m.uid() == user());
    let whole = fs::metadata(folder.join(FILE)).is_ok_and(|m| m.len() == LIBRARY.len() as u64);
    ours && whole && NAMES.iter().all(|alias| folder.join(alias).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_has_the_library_under_all_its_names() {
        let parent = std::env::temp_dir().join(format!("warplens-test-library-{}", std::process::id()));
        let folder = make(&parent, "lib").unwrap();
        assert_eq!(fs::read(folder.join("libcudart.so")).unwrap(), LIBRARY);
        assert_eq!(fs::read(folder.join("libcudart.so.12")).unwrap(), VERSIONS);
        assert_eq!(fs::read(folder.join("libmusart.so")).unwrap(), LIBRARY);
        assert_eq!(make(&parent, "lib").unwrap(), folder, "the second time it is there");
        let mode = fs::metadata(&folder).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o700);
        fs::remove_dir_all(&parent).unwrap();
    }
}
