//! The model file: TOML in, [`Model`] out. The only place here that knows serde.
//!
//! A figure is a table: `{ value = 32, source = "KEY" }`, with `also = [{ value = …, source = "KEY" }]` where
//! sources differ, or `{ unknown = true, assumed = 32, why = "…" }`. `KEY` names an entry of `[sources]`, or is
//! the source itself when it names none.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Capability, Figure, Model, Other, PciIds, Vendor, WireFigures};

/// Why a model file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadModel {
    /// No TOML, a field missing or of the wrong type, or a field that does not exist.
    #[error("{0}")]
    Syntax(String),
    /// A figure is neither given with a source nor unknown with an assumption.
    #[error(
        "figure `{0}` must be {{ value = …, source = \"…\" }} or {{ unknown = true, assumed = …, why = \"…\" }}"
    )]
    Figure(&'static str),
    /// The architecture is not `sm_NN` or `mp_NN`.
    #[error("architecture `{0}` is neither `sm_NN` nor `mp_NN`")]
    Arch(String),
    /// A number the device could not work with.
    #[error("figure `{0}` must not be zero")]
    Zero(&'static str),
}

pub(crate) type Sources = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireModel {
    name: String,
    display_name: String,
    vendor: WireVendor,
    arch: String,
    pci: WirePci,
    #[serde(default)]
    sources: Sources,
    figures: WireFigures,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WireVendor {
    MooreThreads,
    Nvidia,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePci {
    vendor: u16,
    devices: Vec<u16>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireFigure<T> {
    value: Option<T>,
    source: Option<String>,
    #[serde(default = "Vec::new")]
    also: Vec<WireOther<T>>,
    #[serde(default)]
    unknown: bool,
    assumed: Option<T>,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireOther<T> {
    value: T,
    source: String,
}

fn cite(sources: &Sources, key: String) -> String {
    sources.get(&key).cloned().unwrap_or(key)
}

impl<T: Copy> WireFigure<T> {
    pub(crate) fn into_model(self, name: &'static str, sources: &Sources) -> Result<Figure<T>, BadModel> {
        let also = self
            .also
            .into_iter()
            .map(|o| Other { value: o.value, source: cite(sources, o.source) })
            .collect();
        match (self.unknown, self.value, self.source, self.assumed, self.why) {
            (false, Some(value), Some(source), None, None) => {
                Ok(Figure { value: Some(value), assumed: value, source: cite(sources, source), also })
            }
            (true, None, None, Some(assumed), Some(why)) => {
                Ok(Figure { value: None, assumed, source: cite(sources, why), also })
            }
            _ => Err(BadModel::Figure(name)),
        }
    }
}

fn capability(arch: &str) -> Option<Capability> {
    let digits = arch.strip_prefix("sm_").or_else(|| arch.strip_prefix("mp_"))?;
    let number: u32 = digits.trim_end_matches(|c: char| c.is_ascii_lowercase()).parse().ok()?;
    Some(Capability { major: number / 10, minor: number % 10 })
}

/// Reads a model file.
pub fn parse(text: &str) -> Result<Model, BadModel> {
    let wire: WireModel = toml::from_str(text).map_err(|e| BadModel::Syntax(e.to_string()))?;
    let capability = capability(&wire.arch).ok_or_else(|| BadModel::Arch(wire.arch.clone()))?;
    let figures = wire.figures.into_model(&wire.sources)?;
    for (name, figure) in [
        ("warp_size", &figures.warp_size),
        ("multiprocessors", &figures.multiprocessors),
        ("subpartitions", &figures.subpartitions),
        ("max_threads_per_block", &figures.max_threads_per_block),
        ("max_warps_per_multiprocessor", &figures.max_warps_per_multiprocessor),
        ("register_allocation_unit", &figures.register_allocation_unit),
        ("shared_allocation_unit", &figures.shared_allocation_unit),
        ("shared_banks", &figures.shared_banks),
        ("shared_bank_bytes", &figures.shared_bank_bytes),
    ] {
        if figure.get() == 0 {
            return Err(BadModel::Zero(name));
        }
    }
    Ok(Model {
        name: wire.name,
        display_name: wire.display_name,
        vendor: match wire.vendor {
            WireVendor::MooreThreads => Vendor::MooreThreads,
            WireVendor::Nvidia => Vendor::Nvidia,
        },
        arch: wire.arch,
        capability,
        pci: PciIds {
            vendor: wire.pci.vendor,
            devices: wire.pci.devices,
            source: cite(&wire.sources, wire.pci.source),
        },
        figures,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn h100_with(from: &str, to: &str) -> Result<Model, BadModel> {
        let text = include_str!("../models/h100.toml");
        assert!(text.contains(from), "{from}");
        parse(&text.replacen(from, to, 1))
    }

    #[test]
    fn a_figure_without_a_source_is_refused_by_name() {
        let line = "warp_size = { value = 32, source = \"guide\" }";
        assert_eq!(h100_with(line, "warp_size = { value = 32 }"), Err(BadModel::Figure("warp_size")));
        assert_eq!(
            h100_with(line, "warp_size = { unknown = true, assumed = 32 }"),
            Err(BadModel::Figure("warp_size"))
        );
        assert_eq!(
            h100_with(line, "warp_size = { value = 0, source = \"guide\" }"),
            Err(BadModel::Zero("warp_size"))
        );
    }

    #[test]
    fn a_misspelt_figure_is_named_with_its_line() {
        let error = h100_with("warp_size =", "wrap_size =").unwrap_err().to_string();
        assert!(error.contains("wrap_size") && error.contains("line"), "{error}");
    }

    #[test]
    fn architectures_give_their_numbers() {
        assert_eq!(capability("mp_31"), Some(Capability { major: 3, minor: 1 }));
        assert_eq!(capability("sm_90a"), Some(Capability { major: 9, minor: 0 }));
        assert_eq!(capability("sm_120"), Some(Capability { major: 12, minor: 0 }));
        assert_eq!(capability("gfx90a"), None);
    }
}
