//! Advice in plain words: what a kernel wastes, on which line, and what to change.
//!
//! One rule, one file in `rules/`; adding one touches that file and one line of [`RULES`]. A rule sees exact counts
//! and says nothing when nothing is wrong. Advice is ordered by weight: what is wasted as a part of the kernel's
//! whole work, where warp instructions, 32-byte sectors and shared-memory passes count one unit each. Advice whose
//! cost cannot be counted (occupancy, grid size) comes after the rest.

mod rules;

use std::collections::BTreeMap;

use warplens_devices::Model;
use warplens_sim::counts::Counts;

use crate::collect::{Instruction, KernelRecord, Place, Tally, add_counts};
use crate::metrics::LaunchFacts;
use crate::report::work;

/// One piece of advice.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The rule that gave it.
    pub rule: &'static str,
    /// The line it is about; none when it is about the launch.
    pub place: Option<Place>,
    /// Wasted part of the kernel's work, 0 to 1; none when that cannot be counted.
    pub weight: Option<f64>,
    /// What was seen, with figures.
    pub message: String,
    /// What to change.
    pub help: String,
}

/// A rule.
pub struct Rule {
    /// Name of the defect.
    pub name: &'static str,
    /// What it finds and when it speaks.
    pub doc: &'static str,
    check: fn(&Kernel<'_>) -> Vec<Advice>,
}

/// Every rule.
pub const RULES: &[&Rule] = &[
    &rules::uncoalesced_access::RULE,
    &rules::local_memory_traffic::RULE,
    &rules::shared_bank_conflict::RULE,
    &rules::contended_atomic::RULE,
    &rules::divergent_branch::RULE,
    &rules::idle_lanes::RULE,
    &rules::partial_warp_block::RULE,
    &rules::low_occupancy::RULE,
    &rules::small_grid::RULE,
];

/// A kernel as rules see it.
pub struct Kernel<'a> {
    record: &'a KernelRecord,
    model: &'a Model,
    launches: Vec<LaunchFacts<'a>>,
    total: Tally,
}

/// The advice for a kernel, weightiest first.
pub fn advise(record: &KernelRecord, model: &Model) -> Vec<Advice> {
    let kernel = Kernel {
        record,
        model,
        launches: record.launches.iter().map(|l| LaunchFacts::new(l, &record.info, model)).collect(),
        total: record.total(),
    };
    let mut advice: Vec<Advice> = RULES.iter().flat_map(|r| (r.check)(&kernel)).collect();
    advice.sort_by(|a, b| b.weight.unwrap_or(-1.0).total_cmp(&a.weight.unwrap_or(-1.0)));
    advice
}

/// Least part of the kernel's work that is worth a word.
const WORTH_SAYING: f64 = 0.01;

impl Kernel<'_> {
    fn warp_size(&self) -> u32 {
        self.model.figures.warp_size.get()
    }

    // Part of the whole work; `None` when it is not worth a word.
    fn weight(&self, wasted: f64) -> Option<f64> {
        let weight = wasted / (work(&self.total.counts).max(1) as f64);
        (weight >= WORTH_SAYING).then_some(weight.min(1.0))
    }

    // Counts by line over the instructions that `keep` accepts.
    fn lines(&self, keep: impl Fn(&Instruction, &Counts) -> bool) -> BTreeMap<&Place, Counts> {
        let mut lines: BTreeMap<&Place, Counts> = BTreeMap::new();
        for site in self.record.sites.iter().filter(|s| keep(&s.instruction, &s.counts)) {
            add_counts(lines.entry(&site.instruction.place).or_default(), &site.counts);
        }
        lines
    }

    // Issue slots that blocks of no whole number of warps leave empty, as a part of all slots.
    fn partial_warp_loss(&self) -> f64 {
        let warp = u64::from(self.warp_size());
        let (mut used, mut slots) = (0.0, 0.0);
        for launch in &self.record.launches {
            let threads = launch.shape.threads();
            // By instructions: a launch that does more counts more.
            let weight = launch.total.counts.inst as f64;
            used += weight * threads as f64;
            slots += weight * threads.next_multiple_of(warp) as f64;
        }
        if slots > 0.0 { 1.0 - used / slots } else { 0.0 }
    }
}

// 4 and 31.9, not 4.0 and 31.93.
fn short(x: f64) -> String {
    let rounded = (x * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

fn percent(part: f64) -> String {
    format!("{:.0} %", 100.0 * part)
}

#[cfg(test)]
mod fixture;
