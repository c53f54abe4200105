//! The report as JSON, schema 1 (`docs/report-schema.md`, `docs/report-schema.json`).
//!
//! Written by structs that say the format and nothing else; metrics keep the order of the table. The same run gives
//! the same bytes: there is no time, host or path of this machine in it.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::metrics::{Reading, Value};
use crate::report::{
    CallTotal, CopyTotal, KernelReport, LaunchReport, LineReport, RangeTotal, Report, RollUp,
};

/// Version of the format; raised when a reader of the old one would be wrong about the new one.
pub const SCHEMA: u32 = 1;

/// The report as pretty-printed JSON with a final line end.
pub fn render(report: &Report) -> serde_json::Result<String> {
    let wire = WireReport {
        schema: SCHEMA,
        tool: WireTool { name: "warplens", version: env!("CARGO_PKG_VERSION") },
        device: WireDevice {
            model: &report.device.model,
            name: &report.device.display_name,
            arch: &report.device.arch,
            backend: "embedded",
            warp_size: report.device.warp_size,
        },
        instructions: "ptx",
        kernels: report.kernels.iter().map(kernel).collect(),
        checks: WireChecks {
            passed: report.checks.passed,
            failed: report
                .checks
                .failed
                .iter()
                .map(|f| WireFailed { kernel: &f.kernel, line: f.line, message: &f.message })
                .collect(),
        },
        program: report.program.as_ref().map(|p| WireProgram {
            calls: &p.calls,
            copies: &p.copies,
            ranges: &p.ranges,
        }),
        notes: &report.notes,
    };
    let mut text = serde_json::to_string_pretty(&wire)?;
    text.push('\n');
    Ok(text)
}

#[derive(serde::Serialize)]
struct WireReport<'a> {
    schema: u32,
    tool: WireTool,
    device: WireDevice<'a>,
    instructions: &'static str,
    kernels: Vec<WireKernel<'a>>,
    checks: WireChecks<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<WireProgram<'a>>,
    notes: &'a [String],
}

/// Only whole programs have it. Times are nanoseconds.
#[derive(serde::Serialize)]
struct WireProgram<'a> {
    calls: &'a [CallTotal],
    copies: &'a [CopyTotal],
    ranges: &'a [RangeTotal],
}

#[derive(serde::Serialize)]
struct WireTool {
    name: &'static str,
    version: &'static str,
}

#[derive(serde::Serialize)]
struct WireDevice<'a> {
    model: &'a str,
    name: &'a str,
    arch: &'a str,
    backend: &'static str,
    warp_size: u32,
}

#[derive(serde::Serialize)]
struct WireKernel<'a> {
    name: &'a str,
    demangled: &'a str,
    share: f64,
    launches: Vec<WireLaunch<'a>>,
    summary: RollUps<'a>,
    advice: Vec<WireAdvice<'a>>,
}

#[derive(serde::Serialize)]
struct WireLaunch<'a> {
    grid: [u32; 3],
    block: [u32; 3],
    dynamic_shared: u32,
    metrics: Readings<'a>,
    lines: Vec<WireLine<'a>>,
}

#[derive(serde::Serialize)]
struct WireLine<'a> {
    file: &'a str,
    line: u32,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    metrics: Readings<'a>,
}

#[derive(serde::Serialize)]
struct WireAdvice<'a> {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<f64>,
    message: &'a str,
    help: &'a str,
}

#[derive(serde::Serialize)]
struct WireChecks<'a> {
    passed: usize,
    failed: Vec<WireFailed<'a>>,
}

#[derive(serde::Serialize)]
struct WireFailed<'a> {
    kernel: &'a str,
    line: u32,
    message: &'a str,
}

#[derive(serde::Serialize)]
struct WireReading<'a> {
    value: WireValue,
    unit: &'static str,
    class: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    assumed: &'a [&'static str],
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum WireValue {
    Int(u64),
    Real(f64),
}

fn value(v: Value) -> WireValue {
    match v {
        Value::Int(n) => WireValue::Int(n),
        Value::Real(x) => WireValue::Real(x),
    }
}

struct Readings<'a>(&'a [Reading]);

impl Serialize for Readings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for r in self.0 {
            map.serialize_entry(r.name, &entry(r, r.value))?;
        }
        map.end()
    }
}

fn entry(r: &Reading, v: Value) -> WireReading<'_> {
    WireReading { value: value(v), unit: r.unit, class: r.class.as_str(), assumed: &r.assumed }
}

struct RollUps<'a>(&'a [RollUp]);

impl Serialize for RollUps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for r in self.0 {
            let mut put = |suffix: &str, v| {
                map.serialize_entry(&format!("{}.{suffix}", r.reading.name), &entry(&r.reading, v))
            };
            if let Some(sum) = r.sum {
                put("sum", sum)?;
            }
            put("avg", Value::Real(r.avg))?;
            put("min", r.min)?;
            put("max", r.max)?;
        }
        map.end()
    }
}

fn kernel(k: &KernelReport) -> WireKernel<'_> {
    let advice = k.advice.iter().map(|a| WireAdvice {
        rule: a.rule,
        file: a.place.as_ref().map(|p| &*p.file),
        line: a.place.as_ref().map(|p| p.line),
        weight: a.weight,
        message: &a.message,
        help: &a.help,
    });
    WireKernel {
        name: &k.name,
        demangled: &k.demangled,
        share: k.share,
        launches: k.launches.iter().map(launch).collect(),
        summary: RollUps(&k.roll_ups),
        advice: advice.collect(),
    }
}

fn launch(l: &LaunchReport) -> WireLaunch<'_> {
    WireLaunch {
        grid: l.shape.grid,
        block: l.shape.block,
        dynamic_shared: l.shape.dynamic_shared,
        metrics: Readings(&l.metrics),
        lines: l.lines.iter().map(line).collect(),
    }
}

fn line(l: &LineReport) -> WireLine<'_> {
    WireLine {
        file: &l.place.file,
        line: l.place.line,
        kind: if l.place.is_ptx { "ptx" } else { "source" },
        text: l.text.as_deref(),
        metrics: Readings(&l.metrics),
    }
}

#[cfg(test)]
mod tests;
