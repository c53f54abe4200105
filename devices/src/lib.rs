//! Device models: what a GPU allows and how fast it is said to be, each figure with its public source.
//!
//! A model is one TOML file (`models/`, or a user's own through [`parse`]). A figure nobody published is marked
//! unknown and carries an assumption, so that launching works and reports can say "assumed"; nothing here is
//! measured. Parsing works on text; the caller reads files.
//!
//! [`occupancy`] holds the arithmetic that turns limits into resident blocks.

#![forbid(unsafe_code)]

mod file;
mod limits;
mod model;
pub mod occupancy;

use std::sync::LazyLock;

pub use file::{BadModel, parse};
pub use model::{Capability, Figure, FigureRow, Figures, Model, Other, PciIds, Vendor};

/// The model used when none is named.
pub const DEFAULT: &str = "mtt-s5000";

const TEXTS: [(&str, &str); 6] = [
    ("mtt-s5000", include_str!("../models/mtt-s5000.toml")),
    ("mtt-s4000", include_str!("../models/mtt-s4000.toml")),
    ("mtt-s80", include_str!("../models/mtt-s80.toml")),
    ("h100", include_str!("../models/h100.toml")),
    ("a100", include_str!("../models/a100.toml")),
    ("rtx4090", include_str!("../models/rtx4090.toml")),
];

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    // A file that does not parse fails every test here, so none can be missing in a build that passed them.
    TEXTS.iter().filter_map(|(_, text)| parse(text).ok()).collect()
});

/// Every built-in model, the default first.
pub fn all() -> &'static [Model] {
    &MODELS
}

/// No built-in model has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no device model named `{name}`{}; known: {}", did_you_mean(.suggestion), .known.join(", "))]
pub struct UnknownDevice {
    /// What was asked for.
    pub name: String,
    /// What could have been asked for.
    pub known: Vec<&'static str>,
    /// The known name that looks most like it, if one does.
    pub suggestion: Option<&'static str>,
}

fn did_you_mean(suggestion: &Option<&'static str>) -> String {
    suggestion.map(|s| format!(" (did you mean `{s}`?)")).unwrap_or_default()
}

/// The built-in model called `name`; case and `_` for `-` do not matter.
pub fn find(name: &str) -> Result<&'static Model, UnknownDevice> {
    let wanted = name.to_ascii_lowercase().replace('_', "-");
    if let Some(model) = all().iter().find(|m| m.name == wanted) {
        return Ok(model);
    }
    let known: Vec<&'static str> = TEXTS.iter().map(|(name, _)| *name).collect();
    let likeness = |candidate: &str| strsim::jaro_winkler(candidate, &wanted);
    // `s80` and `4090` are likely too: a name that ends like a known one counts as close.
    let suggestion =
        known.iter().copied().find(|k| wanted.len() >= 2 && k.ends_with(wanted.as_str())).or_else(|| {
            let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
            (likeness(best) > 0.75).then_some(best)
        });
    Err(UnknownDevice { name: name.to_owned(), known, suggestion })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_model_parses_and_is_named_after_its_file() {
        for (name, text) in TEXTS {
            let model = parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(model.name, name);
        }
        assert_eq!(all().len(), TEXTS.len());
        assert_eq!(find(DEFAULT).unwrap().name, all()[0].name);
    }

    #[test]
    fn every_figure_is_sourced_or_says_why_it_is_assumed() {
        for model in all() {
            for row in model.figures.rows() {
                assert!(row.source.len() > 15, "{}: {}: source {:?}", model.name, row.name, row.source);
            }
        }
    }

    #[test]
    fn the_limits_of_one_model_agree_with_one_another() {
        for model in all() {
            let f = &model.figures;
            let name = &model.name;
            assert_eq!(
                f.max_warps_per_multiprocessor.get() * f.warp_size.get(),
                f.max_threads_per_multiprocessor.get(),
                "{name}"
            );
            assert!(f.shared_per_block.get() <= f.shared_per_block_optin.get(), "{name}");
            assert!(f.shared_per_block_optin.get() <= f.shared_per_multiprocessor.get(), "{name}");
            assert!(f.max_threads_per_block.get() <= f.max_block_dim.get()[0], "{name}");
            assert_eq!(f.max_threads_per_block.get() % f.warp_size.get(), 0, "{name}");
            assert!(f.registers_per_block.get() <= f.registers_per_multiprocessor.get(), "{name}");
            let ratio = f.fp64_flops.get() / f.fp32_flops.get();
            assert!((ratio / f.fp64_ratio.get() - 1.0).abs() < 0.05, "{name}: fp64 ratio {ratio}");
        }
    }

    #[test]
    fn warp_sizes_are_those_of_the_architectures() {
        let warp = |name: &str| find(name).unwrap().figures.warp_size.value;
        assert_eq!(
            ["mtt-s80", "mtt-s4000", "mtt-s5000", "h100"].map(warp),
            [Some(128), Some(128), Some(32), Some(32)]
        );
    }

    #[test]
    fn sources_that_differ_are_both_kept() {
        let memory = &find("mtt-s5000").unwrap().figures.memory_bytes;
        assert_eq!(memory.value, Some(80 << 30));
        assert_eq!(memory.also.iter().map(|o| o.value).collect::<Vec<_>>(), [32 << 30]);
        assert!(memory.also[0].source.len() > 10);
    }

    #[test]
    fn a_name_that_is_nearly_right_gets_a_suggestion() {
        let suggestion = |name: &str| find(name).unwrap_err().suggestion;
        assert_eq!(suggestion("mtt-s500"), Some("mtt-s5000"));
        assert_eq!(suggestion("s80"), Some("mtt-s80"));
        assert_eq!(suggestion("4090"), Some("rtx4090"));
        assert_eq!(suggestion("a10"), Some("a100"));
        assert_eq!(suggestion("zzz"), None);
        assert_eq!(find("MTT_S80").unwrap().name, "mtt-s80");
        assert_eq!(
            find("h10").unwrap_err().to_string(),
            "there is no device model named `h10` (did you mean `h100`?); known: mtt-s5000, mtt-s4000, mtt-s80, h100, \
             a100, rtx4090"
        );
    }
}
