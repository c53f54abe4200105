//! Settings: what the editor sends under `warplens`, over what a `warplens.toml` says, over the defaults.
//!
//! The editor's settings are the user's own and may name programs; a `warplens.toml` belongs to the workspace, which is
//! not trusted, so it can choose rules and devices but never a program to run.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use warplens_config as file;
use warplens_ide as ide;

/// What the editor may set, all optional; unknown keys are ignored so that newer editors work with older servers.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// clangd.
    pub clangd: ClangdSettings,
    /// The background compile.
    pub deep: DeepSettings,
    /// Inlay hints.
    pub inlay_hints: Toggle,
    /// Code lenses.
    pub code_lens: Toggle,
    /// The device model to judge by: a name from `devices/`.
    pub device: Option<String>,
    /// Show diagnostics of files that are not open.
    pub workspace_diagnostics: Toggle,
    /// The path of clang-format.
    pub clang_format_path: Option<PathBuf>,
}

/// On unless the user says otherwise.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Toggle {
    /// On or off.
    pub enable: bool,
}

impl Default for Toggle {
    fn default() -> Self {
        Self { enable: true }
    }
}

/// Settings of clangd.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub struct ClangdSettings {
    /// Use clangd if there is one.
    pub enable: bool,
    /// Its path, if the first one found is not wanted.
    pub path: Option<PathBuf>,
    /// Further arguments, for instance `--query-driver`, which runs compilers: the user's decision alone.
    pub arguments: Vec<String>,
    /// Analyse the device pass too, in a second process.
    pub device_pass: bool,
    /// A CUDA toolkit for clangd to use in place of our headers.
    pub cuda_path: Option<PathBuf>,
}

impl Default for ClangdSettings {
    fn default() -> Self {
        Self { enable: true, path: None, arguments: Vec::new(), device_pass: true, cuda_path: None }
    }
}

/// Settings of the deep tier.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub struct DeepSettings {
    /// Compile in the background on save and when idle.
    pub enable: bool,
    /// The path of `clang++`.
    pub clang_path: Option<PathBuf>,
    /// The path of `ptxas`.
    pub ptxas_path: Option<PathBuf>,
    /// Milliseconds without an edit before the text counts as settled.
    pub idle_ms: u64,
    /// Compile when idle, too, and not on save alone.
    pub on_idle: bool,
}

impl Default for DeepSettings {
    fn default() -> Self {
        Self { enable: true, clang_path: None, ptxas_path: None, idle_ms: 800, on_idle: true }
    }
}

impl Settings {
    /// Read what the editor sent: the section itself, or an object with a `warplens` member.
    ///
    /// # Errors
    /// A sentence for the user when a known key has a value of the wrong kind.
    pub fn from_json(value: &serde_json::Value) -> Result<Self, String> {
        let section = value.get("warplens").unwrap_or(value);
        if section.is_null() {
            return Ok(Self::default());
        }
        Self::deserialize(section).map_err(|e| {
            format!("the settings under `warplens` were not understood, so the old ones stay: {e}")
        })
    }
}

/// What the `warplens.toml` files of the workspace's roots say, each for the files under it.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    roots: Vec<(PathBuf, file::Settings)>,
    other: file::Settings,
    complaints: Vec<String>,
}

impl FileSettings {
    /// Read them. `device` is the editor's choice, which goes before the files'.
    pub fn read(roots: &[PathBuf], device: Option<&str>) -> Self {
        let mut out = Self::default();
        let chosen = device.and_then(|name| match file::device(name) {
            Ok(device) => Some(device),
            Err(e) => {
                out.complaints.push(e.to_string());
                None
            }
        });
        for root in roots {
            let path = root.join(file::FILE_NAME);
            let mut settings = match std::fs::read_to_string(&path).map(|text| file::parse(&text)) {
                Ok(Ok(settings)) => settings,
                Ok(Err(e)) => {
                    out.complaints.push(format!(
                        "the settings in this file are not used, because {e}: {}",
                        path.display()
                    ));
                    file::Settings::default()
                }
                Err(_) => file::Settings::default(),
            };
            if let Some(device) = &chosen {
                settings.base_mut().devices = vec![device.clone()];
            }
            out.roots.push((root.clone(), settings));
        }
        out.other.base_mut().devices = chosen.into_iter().collect();
        out
    }

    /// What holds for `path`: its innermost root's settings; `None` when they leave it out.
    pub fn of(&self, path: Option<&Path>) -> Option<ide::Config> {
        let holding = self.roots.iter().filter_map(|(root, settings)| {
            let inside = path?.strip_prefix(root).ok()?;
            Some((root.components().count(), settings, inside.to_string_lossy().replace('\\', "/")))
        });
        match holding.max_by_key(|(depth, ..)| *depth) {
            Some((_, settings, inside)) => settings.for_path(&inside),
            None => self.other.for_path(""),
        }
    }

    /// What holds for `path`.
    pub fn config_for(&self, path: Option<&Path>) -> ide::Config {
        self.of(path).unwrap_or_default()
    }

    /// What the rules find in `analysis`; nothing in a file that the settings leave out.
    pub fn findings(&self, analysis: &ide::Analysis, path: Option<&Path>) -> Vec<ide::Diagnostic> {
        self.of(path).map(|config| ide::diagnostics(analysis, &config)).unwrap_or_default()
    }

    /// Sentences for the user about what could not be understood.
    pub fn complaints(&self) -> &[String] {
        &self.complaints
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_section_may_come_wrapped_bare_or_not_at_all() {
        let off = Settings::from_json(&json!({"warplens": {"clangd": {"enable": false}}})).unwrap();
        assert!(!off.clangd.enable);
        assert_eq!(Settings::from_json(&json!({"clangd": {"enable": false}})).unwrap(), off);
        assert_eq!(Settings::from_json(&json!(null)).unwrap(), Settings::default());
        assert_eq!(Settings::from_json(&json!({"new": 1})).unwrap(), Settings::default());
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_said_and_not_swallowed() {
        let e = Settings::from_json(&json!({"clangd": {"enable": "yes"}})).unwrap_err();
        assert!(e.contains("warplens"), "{e}");
    }
}
