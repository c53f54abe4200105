//! Settings as plain data. Reading them from `warplens.toml` is another crate's work.

use std::collections::BTreeMap;

/// How loud a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not run.
    Off,
    /// Shown as a faint hint.
    Hint,
    /// Shown as information.
    Info,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Level {
    /// The word settings use for it.
    pub fn word(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Hint => "hint",
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    /// All of them, quietest first.
    pub const ALL: [Level; 5] = [Level::Off, Level::Hint, Level::Info, Level::Warning, Level::Error];

    /// The level of this word.
    pub fn from_word(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.word() == word)
    }
}

/// What rules must know of a device; `None` where it is not established.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its name, `mtt-s4000`.
    pub name: String,
    /// Its architecture, `mp_22` or `sm_80`.
    pub arch: String,
    /// Whether it is programmed through MUSA.
    pub musa: bool,
    /// Lanes of a warp.
    pub warp_size: u32,
    /// Threads a block may have.
    pub max_threads: Option<u64>,
    /// Extents a block may have.
    pub max_block: Option<[u64; 3]>,
    /// Extents a grid may have.
    pub max_grid: Option<[u64; 3]>,
    /// Bytes of shared memory a block gets without asking.
    pub shared_bytes: Option<u64>,
    /// Bytes of shared memory a block can get by asking.
    pub shared_bytes_optin: Option<u64>,
    /// How many times slower double is than float.
    pub fp64_ratio: Option<u32>,
}

/// Limits that hold on every CUDA device since compute capability 5.0, used when no device is named.
pub fn any_cuda_device() -> Device {
    Device {
        name: "any CUDA device".to_owned(),
        arch: "sm_50".to_owned(),
        musa: false,
        warp_size: 32,
        max_threads: Some(1024),
        max_block: Some([1024, 1024, 64]),
        max_grid: Some([i32::MAX as u64, 65535, 65535]),
        shared_bytes: Some(48 * 1024),
        shared_bytes_optin: Some(227 * 1024),
        fp64_ratio: None,
    }
}

/// A linter's settings.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Config {
    /// Levels of rules, by name or code.
    pub levels: BTreeMap<String, Level>,
    /// Devices the code must run on. Empty: [`any_cuda_device`].
    pub devices: Vec<Device>,
    /// The block size to assume where a file does not say.
    pub block: Option<[u64; 3]>,
    /// The grid size to assume where a file does not say.
    pub grid: Option<[u64; 3]>,
    /// Functions and macros that check an API call's result, besides those that look like it.
    pub checkers: Vec<String>,
}

impl Config {
    /// The devices to check against: at least one.
    pub fn targets(&self) -> Vec<Device> {
        if self.devices.is_empty() { vec![any_cuda_device()] } else { self.devices.clone() }
    }

    /// Whether every target is known to have warps of this many lanes.
    pub fn all_warps_are(&self, lanes: u32) -> bool {
        self.targets().iter().all(|d| d.warp_size == lanes)
    }

    /// The level of a rule.
    pub fn level(&self, rule: &crate::rules::Rule) -> Level {
        let set = self.levels.get(rule.name).or_else(|| self.levels.get(rule.code));
        set.copied().unwrap_or(rule.level)
    }
}
