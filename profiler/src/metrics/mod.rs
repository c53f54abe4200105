//! The metric table: name, unit, class, formula and paragraph of everything a report can say in numbers.
//!
//! Names are Nsight Compute's where the same thing is measured, and `ptx__…` where its name would promise
//! machine instructions (the embedded device executes PTX) or where it has none. Reports, `warplens explain` and
//! `docs/metrics.md` all read this table; nothing else knows a metric's name.

pub mod explain;
mod instructions;
mod launch;
mod memory;
mod shared;

use std::ops::Deref;

use warplens_devices::occupancy::{Demand, Occupancy, occupancy};
use warplens_devices::{Figures, Model};
use warplens_sim::counts::{Counts, OpClass};
use warplens_sim::launch::KernelInfo;

use crate::collect::{LaunchRecord, Shape, Tally};

/// How far a figure can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Follows from addresses and control flow: right to the last digit.
    Exact,
    /// From the timing model.
    Modelled,
    /// From a real device.
    Measured,
}

impl Class {
    /// As reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Exact => "exact",
            Class::Modelled => "modelled",
            Class::Measured => "measured",
        }
    }
}

/// A metric's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A count.
    Int(u64),
    /// A ratio or percentage.
    Real(f64),
}

impl Value {
    /// As a double.
    pub fn as_f64(self) -> f64 {
        match self {
            Value::Int(n) => n as f64,
            Value::Real(x) => x,
        }
    }
}

/// What formulas over counts may read: the counts themselves by dereference, and the split by class.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Counts of a launch or of a line of it.
    pub tally: &'a Tally,
}

impl Deref for Subject<'_> {
    type Target = Counts;
    fn deref(&self) -> &Counts {
        &self.tally.counts
    }
}

impl Subject<'_> {
    fn inst_of(&self, class: OpClass) -> u64 {
        self.tally.class(class).inst
    }

    fn threads_of(&self, class: OpClass) -> u64 {
        self.tally.class(class).thread_inst_pred_on
    }
}

/// What formulas over a whole launch may read.
#[derive(Clone, Copy, Debug)]
pub struct LaunchFacts<'a> {
    /// Shape.
    pub shape: Shape,
    /// The kernel.
    pub info: &'a KernelInfo,
    /// The device.
    pub figures: &'a Figures,
    /// Resident blocks and what limits them.
    pub occupancy: Occupancy,
    /// Counts of the launch.
    pub tally: &'a Tally,
    /// Bytes of the distinct sectors read.
    pub bytes_read: u64,
    /// Bytes of the distinct sectors written.
    pub bytes_written: u64,
}

/// Bytes of a sector.
pub const SECTOR: u64 = 32;

impl<'a> LaunchFacts<'a> {
    /// The facts of one launch on a device.
    pub fn new(launch: &'a LaunchRecord, info: &'a KernelInfo, model: &'a Model) -> Self {
        let shape = launch.shape;
        let demand = Demand {
            registers_per_thread: info.registers,
            shared_per_block: info.static_shared.saturating_add(shape.dynamic_shared),
            threads_per_block: u32::try_from(shape.threads()).unwrap_or(u32::MAX),
            barriers_per_block: info.barriers,
        };
        LaunchFacts {
            shape,
            info,
            figures: &model.figures,
            occupancy: occupancy(&model.figures, demand),
            tally: &launch.total,
            bytes_read: launch.distinct_sectors_read * SECTOR,
            bytes_written: launch.distinct_sectors_written * SECTOR,
        }
    }

    fn flops(&self) -> u64 {
        let f = self.tally.flops;
        f.fp16 + f.fp32 + f.fp64
    }

    fn bytes(&self) -> u64 {
        self.bytes_read + self.bytes_written
    }

    // Seconds at peak, where both peaks are published for what the kernel uses.
    fn peak_seconds(&self) -> Option<(f64, f64)> {
        let at = |flops: u64, peak: &warplens_devices::Figure<f64>| match (flops, peak.value) {
            (0, _) => Some(0.0),
            (n, Some(peak)) => Some(n as f64 / peak),
            (_, None) => None,
        };
        let f = self.tally.flops;
        let arithmetic = at(f.fp16, &self.figures.fp16_flops)?
            + at(f.fp32, &self.figures.fp32_flops)?
            + at(f.fp64, &self.figures.fp64_flops)?;
        let memory = self.bytes() as f64 / self.figures.memory_bandwidth.value?;
        Some((arithmetic, memory))
    }

    fn roofline_pct(&self) -> Option<f64> {
        let (arithmetic, memory) = self.peak_seconds()?;
        let longer = arithmetic.max(memory);
        (arithmetic > 0.0 && longer > 0.0).then(|| 100.0 * arithmetic / longer)
    }
}

/// Anything a formula may give.
trait IntoValue {
    fn into_value(self) -> Option<Value>;
}

impl IntoValue for u64 {
    fn into_value(self) -> Option<Value> {
        Some(Value::Int(self))
    }
}

impl IntoValue for u32 {
    fn into_value(self) -> Option<Value> {
        Some(Value::Int(self.into()))
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Option<Value> {
        self.is_finite().then_some(Value::Real(self))
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Option<Value> {
        self.and_then(T::into_value)
    }
}

fn ratio(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| a as f64 / b as f64)
}

fn percent(a: u64, b: u64) -> Option<f64> {
    ratio(a, b).map(|r| 100.0 * r)
}

/// How a metric is computed.
#[derive(Clone, Copy)]
pub enum Formula {
    /// From counts: for launches and for lines.
    Counts(fn(Subject<'_>) -> Option<Value>),
    /// From a whole launch.
    Launch(fn(&LaunchFacts<'_>) -> Option<Value>),
}

/// One metric.
pub struct Metric {
    /// Name in reports.
    pub name: &'static str,
    /// Another name `explain` knows it by.
    pub alias: Option<&'static str>,
    /// Unit.
    pub unit: &'static str,
    /// Class.
    pub class: Class,
    /// The formula.
    pub formula: Formula,
    /// The formula as text.
    pub formula_text: &'static str,
    /// Figures of the device file it uses; where one is assumed, reports say so.
    pub figures: &'static [&'static str],
    /// What it means and when to look at it.
    pub doc: &'static str,
}

const fn first(names: &[&'static str]) -> Option<&'static str> {
    if let [name, ..] = names { Some(name) } else { None }
}

// metrics! { TABLE;
//     "name" ["unit"] |s| s.inst, "paragraph";                                from counts
//     "name" ("ptx__alias") ["unit"] |s| s.inst, "paragraph";                 with a second name
//     "name" ["unit"] launch {figure, figure} |l| l.occupancy.blocks(), "…";  from a launch and the device file
// }
// expands to `pub(super) const TABLE: &[Metric]`; the formula's text is the formula's own tokens.
macro_rules! metrics {
    ($table:ident; $($rest:tt)*) => {
        pub(super) const TABLE: &[Metric] = metrics!(@list [] $($rest)*);
    };
    (@list [$($done:expr,)*]) => { &[$($done,)*] };
    (@list [$($done:expr,)*] $name:literal $(($alias:literal))? [$unit:literal] |$s:ident| $formula:expr, $doc:expr; $($rest:tt)*) => {
        metrics!(@list [$($done,)* Metric {
            name: $name,
            alias: super::first(&[$($alias)?]),
            unit: $unit,
            class: Class::Exact,
            formula: Formula::Counts(|$s| $formula.into_value()),
            formula_text: stringify!($formula),
            figures: &[],
            doc: $doc,
        },] $($rest)*)
    };
    (@list [$($done:expr,)*] $name:literal $(($alias:literal))? [$unit:literal] launch {$($figure:ident),*} |$l:ident| $formula:expr, $doc:expr; $($rest:tt)*) => {
        metrics!(@list [$($done,)* Metric {
            name: $name,
            alias: super::first(&[$($alias)?]),
            unit: $unit,
            class: Class::Exact,
            formula: Formula::Launch(|$l| $formula.into_value()),
            formula_text: stringify!($formula),
            figures: &[$(stringify!($figure)),*],
            doc: $doc,
        },] $($rest)*)
    };
}
use metrics;

/// Every metric, in the order reports show them.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    [launch::TABLE, instructions::TABLE, memory::TABLE, shared::TABLE].into_iter().flatten()
}

/// A metric's value in a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Name.
    pub name: &'static str,
    /// Value.
    pub value: Value,
    /// Unit.
    pub unit: &'static str,
    /// Class.
    pub class: Class,
    /// Device figures it rests on that are assumptions.
    pub assumed: Vec<&'static str>,
}

fn reading(metric: &Metric, value: Value, assumed: Vec<&'static str>) -> Reading {
    Reading { name: metric.name, value, unit: metric.unit, class: metric.class, assumed }
}

/// Every metric of a launch that has a value.
pub fn of_launch(facts: &LaunchFacts<'_>, assumed_figures: &[&'static str]) -> Vec<Reading> {
    let subject = Subject { tally: facts.tally };
    all()
        .filter_map(|m| {
            let value = match m.formula {
                Formula::Counts(f) => f(subject),
                Formula::Launch(f) => f(facts),
            }?;
            let assumed = assumed_figures.iter().copied().filter(|f| m.figures.contains(f)).collect();
            Some(reading(m, value, assumed))
        })
        .collect()
}

/// Every metric of a line that has a value other than zero.
pub fn of_line(tally: &Tally) -> Vec<Reading> {
    all()
        .filter_map(|m| match m.formula {
            Formula::Counts(f) => f(Subject { tally }).map(|v| (m, v)),
            Formula::Launch(_) => None,
        })
        .filter(|(_, v)| v.as_f64() != 0.0)
        .map(|(m, v)| reading(m, v, Vec::new()))
        .collect()
}

#[cfg(test)]
mod tests;
