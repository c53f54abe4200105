//! Known findings: a file of those that were there when the linter was introduced, so that only new ones are reported.
//!
//! A finding is known again by its file, its rule and the text of its line, however lines move; of several alike, as many
//! are known as were.

use crate::{Finding, Report};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use warplens_ide::LineIndex;

/// A set of known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    file: String,
    rule: String,
    line: String,
}

#[derive(Serialize, Deserialize)]
struct WireBaseline {
    schema: u32,
    findings: Vec<WireEntry>,
}

#[derive(Serialize, Deserialize)]
struct WireEntry {
    #[serde(flatten)]
    key: Key,
    count: usize,
}

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadBaseline {
    /// Not what [`Baseline::to_json`] writes.
    #[error("this is no baseline: {0}; delete the file to have it written anew")]
    Json(#[from] serde_json::Error),
    /// From a later version.
    #[error(
        "the baseline has schema {0}, this program knows 1; update it, or delete the file to have it written anew"
    )]
    Schema(u32),
}

impl Baseline {
    /// Everything a report holds.
    pub fn of(report: &Report) -> Baseline {
        let mut known = BTreeMap::new();
        for file in &report.files {
            let lines = LineIndex::new(&file.text);
            for finding in &file.findings {
                *known.entry(key(finding, &file.text, &lines)).or_insert(0) += 1;
            }
        }
        Baseline { known }
    }

    /// Reads what [`Baseline::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Baseline, BadBaseline> {
        let wire: WireBaseline = serde_json::from_str(text)?;
        if wire.schema != 1 {
            return Err(BadBaseline::Schema(wire.schema));
        }
        Ok(Baseline { known: wire.findings.into_iter().map(|e| (e.key, e.count)).collect() })
    }

    /// As text, sorted, one entry a finding and line.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let findings =
            self.known.iter().map(|(key, count)| WireEntry { key: key.clone(), count: *count }).collect();
        serde_json::to_string_pretty(&WireBaseline { schema: 1, findings }).map(|t| t + "\n")
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes known findings out of a report.
    pub fn subtract_from(&self, report: &mut Report) {
        let mut left = self.known.clone();
        for file in &mut report.files {
            let lines = LineIndex::new(&file.text);
            let text = &file.text;
            file.findings.retain(|finding| match left.get_mut(&key(finding, text, &lines)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            });
        }
        report.files.retain(|f| !f.findings.is_empty());
    }
}

fn key(finding: &Finding, text: &str, lines: &LineIndex) -> Key {
    let line = lines.line_range(text, lines.line(finding.diagnostic.range.start)).of(text);
    Key {
        file: finding.path.clone(),
        rule: finding.diagnostic.rule.to_owned(),
        line: line.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
