//! Settings: what the editor sends under `warplens`, over what a `warplens.toml` says, over the defaults.
//!
//! The editor's settings are the user's own and may name programs; a `warplens.toml` belongs to the workspace, which is
//! not trusted, so it can choose rules and devices but never a program to run.

use std::path::{Path, PathBuf};

use serde::Deserialize;
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
    /// Milliseconds without an edit before the text counts as settled.
    pub idle_ms: u64,
    /// Compile when idle, too, and not on save alone.
    pub on_idle: bool,
}

impl Default for DeepSettings {
    fn default() -> Self {
        Self { enable: true, clang_path: None, idle_ms: 800, on_idle: true }
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
    roots: Vec<(PathBuf, ide::Config)>,
    other: ide::Config,
    complaints: Vec<String>,
}

impl FileSettings {
    /// Read them. `device` is the editor's choice, which goes before the files'.
    pub fn read(roots: &[PathBuf], device: Option<&str>) -> Self {
        let mut out = Self::default();
        let chosen = device.and_then(|name| match find_device(name) {
            Ok(device) => Some(device),
            Err(sentence) => {
                out.complaints.push(sentence);
                None
            }
        });
        for root in roots {
            let file = root.join("warplens.toml");
            let mut config = match std::fs::read_to_string(&file) {
                Ok(text) => parse_toml(&text).unwrap_or_else(|sentence| {
                    out.complaints.push(format!("{sentence}: {}", file.display()));
                    ide::Config::default()
                }),
                Err(_) => ide::Config::default(),
            };
            if let Some(device) = &chosen {
                config.devices = vec![device.clone()];
            }
            out.roots.push((root.clone(), config));
        }
        out.other.devices = chosen.into_iter().collect();
        out
    }

    /// What holds for `path`: its innermost root's settings.
    pub fn config_for(&self, path: Option<&Path>) -> &ide::Config {
        let holding = self.roots.iter().filter(|(root, _)| path.is_some_and(|p| p.starts_with(root)));
        holding.max_by_key(|(root, _)| root.components().count()).map_or(&self.other, |(_, config)| config)
    }

    /// Sentences for the user about what could not be understood.
    pub fn complaints(&self) -> &[String] {
        &self.complaints
    }
}

/// What the rules must know of the device model called `name`.
///
/// # Errors
/// A sentence for the user when there is no such model.
pub fn find_device(name: &str) -> Result<ide::Device, String> {
    let model = warplens_devices::find(name).map_err(|e| e.to_string())?;
    let f = &model.figures;
    // What is assumed is not established: a rule must not call an error what may be none.
    fn known<T: Copy + Into<u64>>(figure: &warplens_devices::Figure<T>) -> Option<u64> {
        figure.value.map(Into::into)
    }
    let extents = |figure: &warplens_devices::Figure<[u32; 3]>| figure.value.map(|v| v.map(u64::from));
    Ok(ide::Device {
        name: model.name.clone(),
        arch: model.arch.clone(),
        musa: model.vendor == warplens_devices::Vendor::MooreThreads,
        warp_size: f.warp_size.get(),
        max_threads: known(&f.max_threads_per_block),
        max_block: extents(&f.max_block_dim),
        max_grid: extents(&f.max_grid_dim),
        shared_bytes: known(&f.shared_per_block),
        shared_bytes_optin: known(&f.shared_per_block_optin),
        fp64_ratio: None,
    })
}

/// The rules' settings from the text of a `warplens.toml`.
///
/// ```toml
/// devices = ["mtt-s4000", "a100"]      # the models that the code must run on
/// checkers = ["MY_CHECK"]              # what checks the result of an API call
/// [rules]
/// legacy-warp-intrinsic = "warning"    # off, hint, info, warning, error; by name or code
/// [launch]
/// block = [256, 1, 1]                  # assumed where a file does not say
/// ```
///
/// # Errors
/// A sentence for the user: what is wrong, and where.
pub fn parse_toml(text: &str) -> Result<ide::Config, String> {
    #[derive(Deserialize, Default)]
    #[serde(default, deny_unknown_fields)]
    struct Launch {
        block: Option<[u64; 3]>,
        grid: Option<[u64; 3]>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default, deny_unknown_fields)]
    struct File {
        devices: Vec<String>,
        checkers: Vec<String>,
        rules: std::collections::BTreeMap<String, String>,
        launch: Launch,
    }
    let refused = |what: String| format!("the settings in this file are not used, because {what}");
    let file: File = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
        refused(format!("line {line} is not understood ({})", e.message()))
    })?;
    let mut config = ide::Config {
        block: file.launch.block,
        grid: file.launch.grid,
        checkers: file.checkers,
        ..ide::Config::default()
    };
    for (name, word) in file.rules {
        if ide::rules::find(&name).is_none() {
            return Err(refused(format!("there is no rule `{name}`")));
        }
        let level = ide::Level::from_word(&word).ok_or_else(|| {
            refused(format!("`{word}` is no level of `{name}`: use off, hint, info, warning or error"))
        })?;
        config.levels.insert(name, level);
    }
    for name in &file.devices {
        config.devices.push(find_device(name).map_err(refused)?);
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_settings_file_chooses_rules_and_devices() {
        let text = "devices = [\"mtt-s4000\"]\n[rules]\nlegacy-warp-intrinsic = \"off\"\n[launch]\nblock = [256, 1, 1]\n";
        let config = parse_toml(text).unwrap();
        assert_eq!(config.devices.first().map(|d| d.warp_size), Some(128));
        assert_eq!(config.levels.get("legacy-warp-intrinsic"), Some(&ide::Level::Off));
        assert_eq!(config.block, Some([256, 1, 1]));
    }

    #[test]
    fn a_mistake_in_a_settings_file_is_named_with_its_line() {
        let said = |text: &str| parse_toml(text).unwrap_err();
        assert!(said("a = 1\n").contains("line 1"), "{}", said("a = 1\n"));
        assert!(said("[rules]\nno-such-rule = \"off\"").contains("no-such-rule"));
        assert!(said("[rules]\nlegacy-warp-intrinsic = \"loud\"").contains("loud"));
        assert!(said("devices = [\"mtt-s40\"]").contains("mtt-s40"));
        assert!(
            said("clangd_path = \"/bin/evil\"").contains("line 1"),
            "a workspace must not choose programs"
        );
    }

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
