//! Finding metrics by name and telling about them; also the page `docs/metrics.md`.

use std::fmt::Write as _;

use super::{Formula, Metric, all};

/// Suffixes Nsight Compute puts on metric names.
const ROLL_UPS: [&str; 5] = ["sum", "avg", "min", "max", "pct"];

/// The metric called `name`, by either of its names, with or without a roll-up suffix.
pub fn find(name: &str) -> Option<&'static Metric> {
    let base = without_roll_up(name);
    all().find(|m| m.name == base || m.alias == Some(base))
}

/// Metrics whose name begins with `prefix`; when there are none, those whose name contains it.
pub fn search(prefix: &str) -> Vec<&'static Metric> {
    let names = |m: &'static Metric| [Some(m.name), m.alias].into_iter().flatten();
    let starting: Vec<_> = all().filter(|m| names(m).any(|n| n.starts_with(prefix))).collect();
    if starting.is_empty() {
        all().filter(|m| names(m).any(|n| n.contains(prefix))).collect()
    } else {
        starting
    }
}

fn without_roll_up(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((base, suffix)) if ROLL_UPS.contains(&suffix) => base,
        _ => name,
    }
}

/// The formula as people read it.
pub fn formula(metric: &Metric) -> String {
    let text: String = metric.formula_text.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = if matches!(metric.formula, Formula::Counts(_)) { "s." } else { "l." };
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(own) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        // Only the closure's own name goes: `stats.x` keeps its last letter.
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            out.push_str(own);
        }
        rest = after.get(own.len()..).unwrap_or_default();
    }
    out + rest
}

/// Where a metric occurs.
pub fn scope(metric: &Metric) -> &'static str {
    match metric.formula {
        Formula::Counts(_) => "launches and source lines",
        Formula::Launch(_) => "launches",
    }
}

/// The page `docs/metrics.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Metrics\n\n\
         Generated from the metric table in `profiler/src/metrics`; change it there.\n\n\
         Names are Nsight Compute's where the same thing is measured, so that figures can be looked up and compared. \
         Names that begin with `ptx__` have no counterpart there, or count PTX instructions where its name speaks of \
         machine code: the embedded device executes PTX, and **every instruction count here is of PTX instructions**, \
         not of SASS or MTGPU code.\n\n\
         Every figure has a class. **exact** figures follow from addresses and control flow alone and are the same on \
         every run; **modelled** ones come from a timing model and **measured** ones from a real device. Everything \
         below is exact; where a formula uses a figure of the device file that nobody published, the report calls it \
         assumed.\n\n\
         A sector is 32 bytes; a request is one memory instruction of one warp; a wavefront is one serialised pass \
         over shared memory.\n\n\
         In formulas, `global_ld` and so on are the counts of one kind of access; a ratio with nothing below the line \
         has no value and is left out.\n\n\
         Nsight Compute's suffixes `.sum`, `.avg`, `.min` and `.max` roll a counter up over the units of the GPU. \
         The embedded device counts once for the whole device, so a launch has one figure, the sum. Over several \
         launches of a kernel the JSON report gives all four roll-ups.\n",
    );
    for metric in all() {
        let _ = write!(page, "\n## {}\n\n", metric.name);
        if let Some(alias) = metric.alias {
            let _ = write!(page, "Also `{alias}`. ");
        }
        let _ = write!(
            page,
            "Unit: {}. Class: {}. For {}.\n\n",
            metric.unit,
            metric.class.as_str(),
            scope(metric)
        );
        let _ = write!(page, "{}\n\n", metric.doc);
        let _ = writeln!(page, "Formula: `{}`", formula(metric));
        if !metric.figures.is_empty() {
            let _ = writeln!(page, "\nDevice figures: {}", metric.figures.join(", "));
        }
    }
    page
}
