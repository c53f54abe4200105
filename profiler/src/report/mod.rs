//! The report as data: kernels by weight, with metrics, lines, source text and advice. `view` and `export` write it.

mod program;
mod sources;

use std::collections::BTreeMap;

use warplens_devices::Model;
use warplens_sim::counts::Counts;

use crate::analysis::{Advice, advise};
use crate::collect::{KernelRecord, LaunchRecord, Place, Shape, Tally};
use crate::metrics::{self, LaunchFacts, Reading, Value};

pub use program::{CallTotal, CopyTotal, Program, RangeTotal};
pub use sources::{NoSources, SourceFiles, Sources};

/// A whole report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The device.
    pub device: Device,
    /// Kernels, weightiest first.
    pub kernels: Vec<KernelReport>,
    /// Expectations of a launch file; none when there were no expectations to check.
    pub checks: Checks,
    /// What the program did besides; none for a lone kernel.
    pub program: Option<Program>,
    /// What a reader must know: a run that was cut short, PTX older than its source.
    pub notes: Vec<String>,
}

/// Which device.
#[derive(Clone, Debug)]
pub struct Device {
    /// Model name.
    pub model: String,
    /// Name for people.
    pub display_name: String,
    /// Architecture.
    pub arch: String,
    /// Lanes of a warp.
    pub warp_size: u32,
}

/// Results of expectations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checks {
    /// How many held.
    pub passed: usize,
    /// Those that did not: kernel, and what differs.
    pub failed: Vec<FailedCheck>,
}

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedCheck {
    /// Kernel of the launch.
    pub kernel: String,
    /// Line of the expectation in the launch file.
    pub line: u32,
    /// What differs.
    pub message: String,
}

/// One kernel.
#[derive(Clone, Debug)]
pub struct KernelReport {
    /// Name in the PTX.
    pub name: String,
    /// Name people write.
    pub demangled: String,
    /// Part of the run's work, 0 to 1.
    pub share: f64,
    /// Sum over its launches.
    pub total: Tally,
    /// Launches in order.
    pub launches: Vec<LaunchReport>,
    /// Lines over all launches, hottest first.
    pub lines: Vec<LineReport>,
    /// Metrics rolled up over the launches.
    pub roll_ups: Vec<RollUp>,
    /// Advice, weightiest first.
    pub advice: Vec<Advice>,
}

/// One launch.
#[derive(Clone, Debug)]
pub struct LaunchReport {
    /// Shape.
    pub shape: Shape,
    /// Metrics.
    pub metrics: Vec<Reading>,
    /// Lines in order of places.
    pub lines: Vec<LineReport>,
    /// Occupancy, for words about it.
    pub occupancy: warplens_devices::occupancy::Occupancy,
}

/// One line.
#[derive(Clone, Debug)]
pub struct LineReport {
    /// Where.
    pub place: Place,
    /// Its text, when the source was found.
    pub text: Option<String>,
    /// Everything counted.
    pub tally: Tally,
    /// Metrics other than zero.
    pub metrics: Vec<Reading>,
}

/// One metric over several launches.
#[derive(Clone, Debug, PartialEq)]
pub struct RollUp {
    /// The metric, with its unit and class; its value is the sum, or none for ratios.
    pub reading: Reading,
    /// Sum; left out for ratios and percentages, where it means nothing.
    pub sum: Option<Value>,
    /// Mean of the launches.
    pub avg: f64,
    /// Smallest.
    pub min: Value,
    /// Largest.
    pub max: Value,
}

/// Work in units: warp instructions, sectors, shared-memory passes. A cost that needs no timing model.
pub fn work(c: &Counts) -> u64 {
    c.inst
        + c.global_ld.sectors
        + c.global_st.sectors
        + c.global_atom.sectors
        + c.global_red.sectors
        + c.local_ld.sectors
        + c.local_st.sectors
        + c.shared_ld.wavefronts
        + c.shared_st.wavefronts
        + c.shared_atom.wavefronts
}

impl Report {
    /// Builds the report of a run.
    pub fn build(records: &[KernelRecord], model: &Model, sources: &dyn Sources) -> Report {
        let all: u64 = records.iter().map(|r| work(&r.total().counts)).sum();
        let mut kernels: Vec<KernelReport> = records.iter().map(|r| kernel(r, model, sources, all)).collect();
        // Stable: kernels of equal weight stay in order of their first launch.
        kernels.sort_by_key(|k| std::cmp::Reverse(work(&k.total.counts)));
        Report {
            device: Device {
                model: model.name.clone(),
                display_name: model.display_name.clone(),
                arch: model.arch.clone(),
                warp_size: model.figures.warp_size.get(),
            },
            kernels,
            program: None,
            checks: Checks::default(),
            notes: Vec::new(),
        }
    }
}

fn kernel(record: &KernelRecord, model: &Model, sources: &dyn Sources, all: u64) -> KernelReport {
    let total = record.total();
    let assumed = model.assumed_figures();
    let launches: Vec<LaunchReport> =
        record.launches.iter().map(|l| launch(l, record, model, &assumed, sources)).collect();
    KernelReport {
        name: record.name.clone(),
        demangled: record.demangled.clone(),
        share: work(&total.counts) as f64 / all.max(1) as f64,
        total,
        lines: hottest(record, sources),
        roll_ups: roll_ups(&launches),
        launches,
        advice: advise(record, model),
    }
}

fn launch(
    launch: &LaunchRecord,
    record: &KernelRecord,
    model: &Model,
    assumed: &[&'static str],
    sources: &dyn Sources,
) -> LaunchReport {
    let facts = LaunchFacts::new(launch, &record.info, model);
    LaunchReport {
        shape: launch.shape,
        metrics: metrics::of_launch(&facts, assumed),
        lines: launch.lines.iter().map(|l| line(&l.place, &l.tally, sources)).collect(),
        occupancy: facts.occupancy,
    }
}

fn line(place: &Place, tally: &Tally, sources: &dyn Sources) -> LineReport {
    LineReport {
        place: place.clone(),
        text: sources.line(place),
        tally: *tally,
        metrics: metrics::of_line(tally),
    }
}

fn hottest(record: &KernelRecord, sources: &dyn Sources) -> Vec<LineReport> {
    let mut lines: BTreeMap<&Place, Tally> = BTreeMap::new();
    for l in record.launches.iter().flat_map(|l| &l.lines) {
        lines.entry(&l.place).or_default().add(&l.tally);
    }
    let mut lines: Vec<LineReport> = lines.iter().map(|(place, tally)| line(place, tally, sources)).collect();
    lines.sort_by_key(|l| std::cmp::Reverse(work(&l.tally.counts)));
    lines
}

fn roll_ups(launches: &[LaunchReport]) -> Vec<RollUp> {
    let mut order: Vec<&Reading> = Vec::new();
    let mut values: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for reading in launches.iter().flat_map(|l| &l.metrics) {
        let entry = values.entry(reading.name).or_default();
        if entry.is_empty() {
            order.push(reading);
        }
        entry.push(reading.value);
    }
    let roll_up = |reading: &&Reading| {
        let values = values.get(reading.name)?;
        let by = |a: &&Value, b: &&Value| a.as_f64().total_cmp(&b.as_f64());
        let sum = values.iter().try_fold(0_u64, |n, v| match v {
            Value::Int(i) => Some(n.saturating_add(*i)),
            Value::Real(_) => None,
        });
        Some(RollUp {
            reading: (*reading).clone(),
            sum: sum.map(Value::Int),
            avg: values.iter().map(|v| v.as_f64()).sum::<f64>() / values.len() as f64,
            min: *values.iter().min_by(by)?,
            max: *values.iter().max_by(by)?,
        })
    };
    order.iter().filter_map(roll_up).collect()
}

#[cfg(test)]
pub(crate) mod fixture;
