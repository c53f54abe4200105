//! Which headers a source includes, found on disk or in the editor, read once and kept.
//!
//! Quoted names are looked for beside the file that includes them, then in the folders that `compile_commands.json` gives
//! with `-I`; where no database speaks for the file, in the folders above it and their `include`, `inc` and `common`. SDK
//! headers are left out: rules know those names by heart. Reading is bounded in depth, number and bytes; a file on disk is
//! read again when its time or length change. `warplens-ide` says what a header's text gives.

#![forbid(unsafe_code)]

mod folders;

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use warplens_ide::{Analysis, Language, Share, Surroundings};

/// Includes in includes are followed this deep.
const MAX_DEPTH: usize = 8;
/// Headers around one file.
const MAX_HEADERS: usize = 64;
/// A larger header is not read.
const MAX_BYTES: u64 = 1 << 20;
/// Bytes of headers around one file.
const MAX_ALL_BYTES: u64 = 8 << 20;
/// For this long the disk is not asked again about a file whose includes have not changed.
const FRESH: Duration = Duration::from_secs(1);

/// The headers known so far; shared by all files.
#[derive(Debug, Default)]
pub struct Headers {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Headers open in an editor: their text there counts.
    open: HashMap<PathBuf, Open>,
    /// Headers read from disk.
    read: HashMap<PathBuf, Stored>,
    /// What was last found around a file.
    around: HashMap<PathBuf, Found>,
    folders: folders::Folders,
}

struct Open {
    analysis: Arc<Analysis>,
    /// What it gives, once somebody has asked.
    share: Option<Arc<Share>>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("share", &self.share).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Stored {
    stamp: (Option<SystemTime>, u64),
    share: Arc<Share>,
}

#[derive(Debug)]
struct Found {
    includes: Vec<(String, bool)>,
    headers: HashSet<PathBuf>,
    surroundings: Arc<Surroundings>,
    at: Instant,
}

impl Headers {
    /// What the headers around `path` give, whose text `analysis` is of.
    pub fn around(&self, path: &Path, analysis: &Analysis) -> Arc<Surroundings> {
        if analysis.model().includes.is_empty() || analysis.ptx().is_some() {
            return Arc::default();
        }
        let includes: Vec<(String, bool)> =
            analysis.model().includes.iter().map(|i| (i.path.clone(), i.quoted)).collect();
        let mut state = self.lock();
        let fresh = |f: &&Found| f.includes == includes && f.at.elapsed() < FRESH;
        if let Some(found) = state.around.get(path).filter(fresh) {
            return Arc::clone(&found.surroundings);
        }
        let mut walk = Walk { shares: Vec::new(), seen: HashSet::from([path.to_owned()]), bytes: 0 };
        let folders = state.folders.of(path);
        walk.follow(&mut state, path, &includes, &folders, 0);
        walk.seen.remove(path);
        let old = state.around.get(path).map(|f| &f.surroundings).filter(|s| s.is_of(&walk.shares));
        let surroundings = match old {
            Some(same) => Arc::clone(same),
            None => Arc::new(Surroundings::new(walk.shares)),
        };
        let found = Found {
            includes,
            headers: walk.seen,
            surroundings: Arc::clone(&surroundings),
            at: Instant::now(),
        };
        state.around.insert(path.to_owned(), found);
        surroundings
    }

    /// An editor has `path` open with this text. Gives the files that include it and see something else now.
    pub fn opened(&self, path: &Path, analysis: &Arc<Analysis>) -> Vec<PathBuf> {
        let mut state = self.lock();
        // What nobody includes needs no looking at until somebody does.
        let share = if state.users(path).next().is_some() {
            let new = Share::of(analysis, path);
            let old = state.open.get(path).and_then(|o| o.share.clone());
            let old = old.or_else(|| state.read.get(path).map(|s| Arc::clone(&s.share)));
            Some(old.filter(|old| old.same_as(&new)).unwrap_or_else(|| Arc::new(new)))
        } else {
            None
        };
        let changed = match (&share, state.given(path)) {
            (Some(new), Some(old)) => !Arc::ptr_eq(new, &old),
            (share, _) => share.is_some(),
        };
        state.open.insert(path.to_owned(), Open { analysis: Arc::clone(analysis), share });
        if changed { state.forget_users(path) } else { Vec::new() }
    }

    /// The editor has closed it: the file on disk counts again. Gives the files that include it.
    pub fn closed(&self, path: &Path) -> Vec<PathBuf> {
        let mut state = self.lock();
        match state.open.remove(path) {
            Some(_) => state.forget_users(path),
            None => Vec::new(),
        }
    }

    /// These files changed on disk. Gives those that include them; all that include anything when a change may have moved
    /// the folders that headers are looked for in.
    pub fn changed_on_disk(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let mut state = self.lock();
        if paths.iter().any(|p| p.file_name().is_some_and(|n| n == warplens_ide::commands::FILE_NAME)) {
            state.folders = folders::Folders::default();
            return state.around.drain().map(|(path, _)| path).collect();
        }
        paths.iter().flat_map(|p| state.forget_users(p)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Files that include `header`, as far as was last seen.
    fn users<'a>(&'a self, header: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        self.around.iter().filter(move |(_, found)| found.headers.contains(header)).map(|(path, _)| path)
    }

    /// Forgets what was found around files that include `header`, and gives them.
    fn forget_users(&mut self, header: &Path) -> Vec<PathBuf> {
        let users: Vec<PathBuf> = self.users(header).cloned().collect();
        for user in &users {
            self.around.remove(user);
        }
        users
    }

    /// What a header was last seen to give.
    fn given(&self, path: &Path) -> Option<Arc<Share>> {
        let open = self.open.get(path).and_then(|o| o.share.clone());
        open.or_else(|| self.read.get(path).map(|s| Arc::clone(&s.share)))
    }

    /// A header and its size, if it is there, is text, and is not too large.
    fn share(&mut self, path: &Path) -> Option<(Arc<Share>, u64)> {
        if let Some(open) = self.open.get_mut(path) {
            let share = open.share.get_or_insert_with(|| Arc::new(Share::of(&open.analysis, path)));
            return Some((Arc::clone(share), 0));
        }
        let about = std::fs::metadata(path).ok().filter(|m| m.is_file() && m.len() <= MAX_BYTES)?;
        let stamp = (about.modified().ok(), about.len());
        if let Some(stored) = self.read.get(path).filter(|s| s.stamp == stamp) {
            return Some((Arc::clone(&stored.share), about.len()));
        }
        let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
        let language = match Language::from_path(&path.to_string_lossy()) {
            Language::Musa => Language::Musa,
            _ => Language::Cuda,
        };
        let read = || Share::of(&Analysis::of(text, language), path);
        // A header that our reader fails on is no reason to say nothing of the source.
        let share = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_default();
        let share = Arc::new(share);
        self.read.insert(path.to_owned(), Stored { stamp, share: Arc::clone(&share) });
        Some((share, about.len()))
    }
}

struct Walk {
    shares: Vec<Arc<Share>>,
    seen: HashSet<PathBuf>,
    bytes: u64,
}

impl Walk {
    fn follow(
        &mut self,
        state: &mut State,
        from: &Path,
        includes: &[(String, bool)],
        folders: &[PathBuf],
        depth: usize,
    ) {
        for (name, quoted) in includes {
            if depth >= MAX_DEPTH || self.shares.len() >= MAX_HEADERS || self.bytes > MAX_ALL_BYTES {
                return;
            }
            if is_vendors(name) {
                continue;
            }
            let own = from.parent().filter(|_| *quoted).map(Path::to_owned);
            for folder in own.iter().chain(folders) {
                let path = normalise(&folder.join(name));
                if self.seen.contains(&path) {
                    break;
                }
                let Some((share, bytes)) = state.share(&path) else { continue };
                self.seen.insert(path.clone());
                self.bytes += bytes;
                self.shares.push(Arc::clone(&share));
                self.follow(state, &path, share.includes(), folders, depth + 1);
                break;
            }
        }
    }
}

/// Whether a header is the SDK's or the standard library's: rules know those names without reading it.
fn is_vendors(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let extension = base.rsplit_once('.').map(|(_, e)| e);
    let known = [
        "cuda", "musa", "cublas", "mublas", "cudnn", "mudnn", "cufft", "curand", "cusparse", "cusolver",
        "nvtx", "nccl", "mccl",
    ];
    extension.is_none()
        || name.starts_with("thrust/")
        || name.starts_with("cub/")
        || name.starts_with("cuda/")
        || known.iter().any(|k| base.starts_with(k))
            && base.ends_with(".h")
            && !name.contains("..")
            && is_sdk_name(base)
}

/// Names like `cuda_runtime.h`, `cublas_v2.h`: but a project may well have a `cuda_utils.h` of its own.
fn is_sdk_name(base: &str) -> bool {
    const SDK: &[&str] = &[
        "cuda.h",
        "cuda_runtime.h",
        "cuda_runtime_api.h",
        "cuda_fp16.h",
        "cuda_bf16.h",
        "cuda_fp8.h",
        "cuda_profiler_api.h",
        "musa.h",
        "musa_runtime.h",
        "musa_runtime_api.h",
        "musa_fp16.h",
        "musa_bf16.h",
        "cublas_v2.h",
        "cublas.h",
        "cublasLt.h",
        "mublas.h",
        "cudnn.h",
        "mudnn.h",
        "cufft.h",
        "curand.h",
        "curand_kernel.h",
        "cusparse.h",
        "cusolverDn.h",
        "nccl.h",
        "mccl.h",
    ];
    SDK.contains(&base)
}

/// Resolve `.` and `..` by name alone.
pub(crate) fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
