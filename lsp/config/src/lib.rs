//! `warplens.toml`: what the linter and the language server are told.
//!
//! Parsing works on text; finding and reading the file is the caller's. The wire structs live here and nowhere else:
//! rules see [`warplens_ide::Config`]. The JSON Schema that editors complete from is made from the rules' registry.

#![forbid(unsafe_code)]

mod device;
mod schema;

pub use device::{UnknownDevice, device};
pub use schema::schema;

use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use std::collections::BTreeMap;
use warplens_ide::{Config, Level, rules};

/// The file's name.
pub const FILE_NAME: &str = "warplens.toml";

/// What a file says, ready to be asked for a path.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    base: Config,
    exclude: Vec<GlobMatcher>,
    overrides: Vec<(GlobMatcher, BTreeMap<String, Level>)>,
    deep: bool,
}

/// Why a file cannot be used; the text is for its author.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// Not TOML, or not of this form.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// No such rule.
    #[error("there is no rule `{name}`{}; `warplens explain` lists them all", did_you_mean(.near))]
    UnknownRule {
        /// What was written.
        name: String,
        /// The rule that looks most like it.
        near: Option<&'static str>,
    },
    /// No such level.
    #[error("`{level}` is no level for `{rule}`: use off, hint, info, warning or error")]
    UnknownLevel {
        /// The rule.
        rule: String,
        /// What was written.
        level: String,
    },
    /// No such device.
    #[error(transparent)]
    UnknownDevice(#[from] UnknownDevice),
    /// A path pattern that is none.
    #[error("`{pattern}` is no path pattern: {why}")]
    BadPattern {
        /// What was written.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
}

fn did_you_mean(near: &Option<&'static str>) -> String {
    near.map(|n| format!(" (did you mean `{n}`?)")).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFile {
    #[serde(default)]
    lint: WireLint,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLint {
    #[serde(default)]
    devices: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    checkers: Vec<String>,
    #[serde(default)]
    deep: bool,
    block: Option<Vec<u64>>,
    grid: Option<Vec<u64>>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    #[serde(default)]
    paths: Vec<WirePath>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePath {
    path: String,
    levels: BTreeMap<String, String>,
}

/// Reads a file's text.
pub fn parse(text: &str) -> Result<Settings, BadConfig> {
    let file: WireFile = toml::from_str(text)?;
    let lint = file.lint;
    let mut base = Config {
        levels: levels(lint.levels)?,
        block: lint.block.map(|b| extents(&b)),
        grid: lint.grid.map(|g| extents(&g)),
        checkers: lint.checkers,
        ..Config::default()
    };
    for name in &lint.devices {
        base.devices.push(device(name)?);
    }
    let exclude = lint.exclude.iter().map(|p| glob(p)).collect::<Result<_, _>>()?;
    let mut overrides = Vec::new();
    for path in lint.paths {
        overrides.push((glob(&path.path)?, levels(path.levels)?));
    }
    Ok(Settings { base, exclude, overrides, deep: lint.deep })
}

impl Settings {
    /// The settings for a file, by its path from the folder of `warplens.toml`, with forward slashes; none if it is
    /// excluded.
    pub fn for_path(&self, path: &str) -> Option<Config> {
        if self.exclude.iter().any(|g| g.is_match(path)) {
            return None;
        }
        let mut config = self.base.clone();
        for (_, levels) in self.overrides.iter().filter(|(g, _)| g.is_match(path)) {
            config.levels.extend(levels.iter().map(|(r, l)| (r.clone(), *l)));
        }
        Some(config)
    }

    /// Whether `warplens lint` is to compile sources, for the rules that need it.
    pub fn deep(&self) -> bool {
        self.deep
    }

    /// Settings for all files, to change from the command line.
    pub fn base_mut(&mut self) -> &mut Config {
        &mut self.base
    }
}

/// Three extents from one, two or three numbers; missing ones are 1.
pub fn extents(numbers: &[u64]) -> [u64; 3] {
    let at = |i: usize| numbers.get(i).copied().unwrap_or(1);
    [at(0), at(1), at(2)]
}

fn levels(wire: BTreeMap<String, String>) -> Result<BTreeMap<String, Level>, BadConfig> {
    let mut levels = BTreeMap::new();
    for (name, word) in wire {
        let Some(rule) = rules::find(&name) else {
            let near = nearest(&name);
            return Err(BadConfig::UnknownRule { name, near });
        };
        let Some(level) = Level::from_word(&word) else {
            return Err(BadConfig::UnknownLevel { rule: name, level: word });
        };
        levels.insert(rule.name.to_owned(), level);
    }
    Ok(levels)
}

fn glob(pattern: &str) -> Result<GlobMatcher, BadConfig> {
    match Glob::new(pattern) {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => {
            Err(BadConfig::BadPattern { pattern: pattern.to_owned(), why: error.kind().to_string() })
        }
    }
}

/// The rule whose name shares most words with what was written.
pub fn nearest(name: &str) -> Option<&'static str> {
    let shared =
        |rule: &str| name.split('-').filter(|w| w.len() > 2 && rule.split('-').any(|r| r == *w)).count();
    let best = rules::RULES.iter().max_by_key(|r| shared(r.name))?;
    (shared(best.name) > 0).then_some(best.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_devices_and_paths_are_read() {
        let settings = parse(
            "[lint]\ndevices = [\"mtt-s80\"]\nexclude = [\"third_party/**\"]\nblock = [256]\n[lint.levels]\n\
             WL028 = \"error\"\ninline-ptx = \"off\"\n[[lint.paths]]\npath = \"tests/**\"\nlevels = { unchecked-launch = \"off\" }\n",
        )
        .unwrap();
        let config = settings.for_path("src/a.cu").unwrap();
        assert_eq!(config.levels.get("unchecked-launch"), Some(&Level::Error));
        assert_eq!(config.block, Some([256, 1, 1]));
        assert_eq!(config.devices[0].warp_size, 128);
        assert_eq!(
            settings.for_path("tests/b.cu").unwrap().levels.get("unchecked-launch"),
            Some(&Level::Off)
        );
        assert!(settings.for_path("third_party/x/c.cu").is_none());
    }

    #[test]
    fn mistakes_are_answered_with_what_to_write_instead() {
        let cases = [
            ("[lint.levels]\nbarrier-divergent = \"off\"", "did you mean `divergent-barrier`"),
            ("[lint.levels]\ninline-ptx = \"loud\"", "use off, hint, info, warning or error"),
            ("[lint]\ndevices = [\"s80\"]", "did you mean `mtt-s80`"),
            ("[lint]\nexclude = [\"a[\"]", "is no path pattern"),
            ("[lint]\nlevel = 3", "unknown field `level`"),
            ("[lint", "TOML"),
        ];
        for (text, expected) in cases {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
