//! The terminal report.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use warplens_sim::counts::{OpClass, SharedTraffic, Traffic};

use super::numbers::{bytes, grouped, percent, shape, short};
use crate::analysis::Advice;
use crate::collect::{Place, Shape};
use crate::metrics::Value;
use crate::report::{KernelReport, LaunchReport, LineReport, Report, work};

/// How to lay the report out.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Columns.
    pub width: usize,
    /// Every metric by its name, too.
    pub details: bool,
    /// Lines shown a kernel.
    pub lines: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { width: 100, details: false, lines: 8 }
    }
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();

/// Label column, spaces before it included.
const LABEL: usize = 18;

/// The report as text with ANSI styles; every line ends with a line feed.
pub fn render(report: &Report, options: Options) -> String {
    let width = options.width.max(60);
    let mut page = Page { out: String::new(), width, details: options.details, lines: options.lines };
    let d = &report.device;
    page.put(&format!(
        "{BOLD}{}{BOLD:#}  {}, {}, {} lanes a warp",
        d.model, d.display_name, d.arch, d.warp_size
    ));
    page.put(&format!(
        "{DIM}embedded device: counts are exact; instructions are PTX instructions, not machine code{DIM:#}"
    ));
    if report.kernels.is_empty() {
        page.put("no launch was profiled");
    }
    for kernel in &report.kernels {
        page.kernel(kernel, d.warp_size, report.kernels.len() > 1);
    }
    if let Some(program) = &report.program {
        page.out.push_str(&super::program::render(program));
    }
    page.checks(report);
    for note in &report.notes {
        page.out.push('\n');
        page.wrap(&format!("{WARN}note{WARN:#}: "), 6, note);
    }
    page.out
}

struct Page {
    out: String,
    width: usize,
    details: bool,
    lines: usize,
}

impl Page {
    fn put(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn field(&mut self, label: &str, text: &str) {
        self.wrap(&format!("  {DIM}{label:<w$}{DIM:#}", w = LABEL - 2), LABEL, text);
    }

    // `text` broken at spaces to the width, after `head`, which takes `indent` columns.
    fn wrap(&mut self, head: &str, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent).max(20);
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let full = lines.last().is_some_and(|l| !l.is_empty() && columns(l) + 1 + columns(word) > room);
            if full {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        for (i, line) in lines.iter().enumerate() {
            let lead = if i == 0 { head.to_owned() } else { " ".repeat(indent) };
            self.put(&format!("{lead}{line}"));
        }
    }

    fn kernel(&mut self, k: &KernelReport, warp_size: u32, several: bool) {
        self.out.push('\n');
        let share = if several { format!("  {} of the work", percent(k.share)) } else { String::new() };
        self.put(&format!("{BOLD}{}{BOLD:#}{DIM}{share}{DIM:#}", k.demangled));
        self.launches(k);
        if let Some(heaviest) = k.launches.iter().max_by_key(|l| instructions(l)) {
            self.occupancy(heaviest);
        }
        self.counts(k, warp_size);
        self.hottest(k);
        if self.details {
            self.details(k);
        }
        self.advice(&k.advice);
    }

    fn launches(&mut self, k: &KernelReport) {
        const SHOWN: usize = 4;
        let mut shapes: Vec<(Shape, usize)> = Vec::new();
        for launch in &k.launches {
            match shapes.iter_mut().find(|(s, _)| *s == launch.shape) {
                Some((_, n)) => *n += 1,
                None => shapes.push((launch.shape, 1)),
            }
        }
        for (i, (s, n)) in shapes.iter().take(SHOWN).enumerate() {
            let times = if *n > 1 { format!("{n} times ") } else { String::new() };
            let dynamic = if s.dynamic_shared > 0 {
                format!(", {} dynamic shared", bytes(s.dynamic_shared.into()))
            } else {
                String::new()
            };
            let label = if i == 0 { "launched" } else { "" };
            self.field(label, &format!("{times}grid {}, block {}{dynamic}", shape(s.grid), shape(s.block)));
        }
        if shapes.len() > SHOWN {
            self.field("", &format!("and {} other shapes", shapes.len() - SHOWN));
        }
    }

    fn occupancy(&mut self, l: &LaunchReport) {
        let find = |name: &str| l.metrics.iter().find(|m| m.name == name);
        let int = |name: &str| match find(name).map(|m| m.value) {
            Some(Value::Int(n)) => n,
            _ => 0,
        };
        let o = l.occupancy;
        let assumed =
            l.metrics.iter().any(|m| m.name.starts_with("launch__occupancy_limit") && !m.assumed.is_empty());
        let note = if assumed { ", some limits of the device assumed" } else { "" };
        let waves = find("launch__waves_per_multiprocessor").map_or(0.0, |m| m.value.as_f64());
        let limiters = o.limiters().join(" and ").replace("shared_mem", "shared memory");
        self.field(
            "occupancy",
            &format!(
                "{} theoretical: {} blocks of {} warps a multiprocessor, limited by {limiters}{note}",
                percent(o.theoretical()),
                o.blocks(),
                o.warps_per_block
            ),
        );
        let mut limits = vec![format!("blocks {}", o.limit_blocks), format!("warps {}", o.limit_warps)];
        limits.extend(o.limit_registers.map(|n| format!("registers {n}")));
        limits.extend(o.limit_shared_mem.map(|n| format!("shared memory {n}")));
        limits.extend(o.limit_barriers.map(|n| format!("barriers {n}")));
        self.field("  limits", &format!("{}; waves {}", limits.join(", "), waves_words(waves)));
        self.field(
            "resources",
            &format!(
                "{} registers a thread (own allocation), {} static shared",
                int("launch__registers_per_thread"),
                bytes(int("launch__shared_mem_per_block_static"))
            ),
        );
    }

    fn counts(&mut self, k: &KernelReport, warp_size: u32) {
        let c = &k.total.counts;
        let lanes = if c.inst > 0 { c.thread_inst as f64 / c.inst as f64 } else { 0.0 };
        self.field(
            "instructions",
            &format!(
                "{} warp, {} thread; {} of {warp_size} lanes active",
                grouped(c.inst),
                grouped(c.thread_inst),
                short(lanes)
            ),
        );
        let classes = [
            ("fp32", OpClass::Fp32),
            ("fp64", OpClass::Fp64),
            ("integer", OpClass::Integer),
            ("memory", OpClass::Memory),
            ("control", OpClass::Control),
            ("sync", OpClass::Sync),
        ];
        let parts: Vec<String> = classes
            .into_iter()
            .map(|(name, class)| (name, k.total.class(class).inst))
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| format!("{name} {}", percent(n as f64 / c.inst.max(1) as f64)))
            .collect();
        self.field("  by class", &parts.join(", "));
        if c.branch_uniform + c.branch_divergent > 0 {
            self.field(
                "branches",
                &format!("{} uniform, {} divergent", grouped(c.branch_uniform), grouped(c.branch_divergent)),
            );
        }
        for (label, t) in [
            ("global loads", &c.global_ld),
            ("global stores", &c.global_st),
            ("global atomics", &c.global_atom),
            ("global reductions", &c.global_red),
            ("local loads", &c.local_ld),
            ("local stores", &c.local_st),
        ] {
            self.traffic(label, t);
        }
        for (label, t) in [
            ("shared loads", &c.shared_ld),
            ("shared stores", &c.shared_st),
            ("shared atomics", &c.shared_atom),
        ] {
            self.shared(label, t);
        }
        self.movement(k);
    }

    fn traffic(&mut self, label: &str, t: &Traffic) {
        if t.requests == 0 {
            return;
        }
        let each = |n: u64| short(n as f64 / t.requests as f64);
        let style = severity(t.sectors, t.sectors_ideal);
        self.field(
            label,
            &format!(
                "{} requests, {} sectors: {style}{} a request{style:#}, {} would do",
                grouped(t.requests),
                grouped(t.sectors),
                each(t.sectors),
                each(t.sectors_ideal)
            ),
        );
    }

    fn shared(&mut self, label: &str, t: &SharedTraffic) {
        if t.requests == 0 {
            return;
        }
        let each = |n: u64| short(n as f64 / t.requests as f64);
        let style = severity(t.wavefronts, t.wavefronts_ideal);
        let worst = if t.worst_way > 1 { format!(", worst {}-way", t.worst_way) } else { String::new() };
        self.field(
            label,
            &format!(
                "{} requests, {} passes: {style}{} a request{style:#}, {} would do{worst}",
                grouped(t.requests),
                grouped(t.wavefronts),
                each(t.wavefronts),
                each(t.wavefronts_ideal)
            ),
        );
    }

    // Of the heaviest launch: distinct sectors do not add up over launches.
    fn movement(&mut self, k: &KernelReport) {
        let Some(launch) = k.launches.iter().max_by_key(|l| instructions(l)) else { return };
        let value = |name: &str| launch.metrics.iter().find(|m| m.name == name).map(|m| m.value);
        let int = |name: &str| match value(name) {
            Some(Value::Int(n)) => n,
            _ => 0,
        };
        let (read, written) = (int("ptx__global_bytes_minimum_read"), int("ptx__global_bytes_minimum_write"));
        let mut text = format!("{} read, {} written at least", bytes(read), bytes(written));
        if let Some(x) = value("ptx__arithmetic_intensity") {
            let _ = write!(text, "; {:.2} flop/byte", x.as_f64());
        }
        if let Some(x) = value("ptx__roofline_attainable_pct") {
            let bound = if x.as_f64() < 100.0 { "memory" } else { "arithmetic" };
            let _ = write!(
                text,
                "; at best {} of peak arithmetic, bound by {bound}",
                percent(x.as_f64() / 100.0)
            );
        }
        self.field("must move", &text);
    }

    fn hottest(&mut self, k: &KernelReport) {
        if k.lines.is_empty() || self.lines == 0 {
            return;
        }
        let all: u64 = work(&k.total.counts).max(1);
        self.out.push('\n');
        self.put(&format!(
            "  {BOLD}hottest lines{BOLD:#}{DIM}  by warp instructions + sectors + shared passes{DIM:#}"
        ));
        self.put(&format!(
            "  {DIM}{:>6} {:>12} {:>12} {:>12}  {}{DIM:#}",
            "work", "instructions", "sectors", "passes", "line"
        ));
        for line in k.lines.iter().take(self.lines) {
            self.line(line, all);
        }
        if k.lines.len() > self.lines {
            let rest: u64 = k.lines.iter().skip(self.lines).map(|l| work(&l.tally.counts)).sum();
            self.put(&format!(
                "  {DIM}{:>6} in {} more lines{DIM:#}",
                percent(rest as f64 / all as f64),
                k.lines.len() - self.lines
            ));
        }
        let in_ptx: u64 = k.lines.iter().filter(|l| l.place.is_ptx).map(|l| l.tally.counts.inst).sum();
        if 2 * in_ptx > k.total.counts.inst {
            let text = "most instructions have no source line, so lines of the PTX stand for them; compile with \
                        -lineinfo (nvcc) or -gline-tables-only (clang, warplens cc) to see the source";
            self.wrap(&format!("  {WARN}note{WARN:#}: "), 8, text);
        }
    }

    fn line(&mut self, l: &LineReport, all: u64) {
        let c = &l.tally.counts;
        let sectors = c.global_ld.sectors
            + c.global_st.sectors
            + c.global_atom.sectors
            + c.global_red.sectors
            + c.local_ld.sectors
            + c.local_st.sectors;
        let passes = c.shared_ld.wavefronts + c.shared_st.wavefronts + c.shared_atom.wavefronts;
        let number = |n: u64| if n == 0 { "-".to_owned() } else { grouped(n) };
        let place = format!("{}:{}", l.place.file_name(), l.place.line);
        let text = l.text.as_deref().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        let room = self.width.saturating_sub(49 + place.chars().count() + 2).max(16);
        let text: String = if text.chars().count() > room {
            text.chars().take(room - 1).chain(['…']).collect()
        } else {
            text
        };
        self.put(&format!(
            "  {:>6} {:>12} {:>12} {:>12}  {place}  {text}",
            percent(work(c) as f64 / all as f64),
            number(c.inst),
            number(sectors),
            number(passes)
        ));
    }

    fn details(&mut self, k: &KernelReport) {
        self.out.push('\n');
        let several = k.launches.len() > 1;
        let what = if several { "over all launches: sum, or mean of ratios" } else { "of the launch" };
        self.put(&format!("  {BOLD}metrics{BOLD:#}{DIM}  {what}{DIM:#}"));
        let longest = k.roll_ups.iter().map(|r| r.reading.name.len()).max().unwrap_or(0);
        for r in &k.roll_ups {
            let value = match r.sum {
                // Sizes and limits do not add up.
                Some(_) if r.reading.name.starts_with("launch__") => short(r.avg),
                Some(Value::Int(n)) => grouped(n),
                _ => format!("{:.3}", r.avg),
            };
            let assumed = if r.reading.assumed.is_empty() { "" } else { ", assumed limits" };
            self.put(&format!(
                "  {:<longest$}  {value:>16} {DIM}{} ({}{assumed}){DIM:#}",
                r.reading.name,
                r.reading.unit,
                r.reading.class.as_str()
            ));
        }
    }

    fn advice(&mut self, advice: &[Advice]) {
        if advice.is_empty() {
            return;
        }
        self.out.push('\n');
        self.put(&format!("  {BOLD}advice{BOLD:#}"));
        for a in advice {
            let head = match a.weight {
                Some(w) => format!("{:>6}", percent(w)),
                None => " ".repeat(6),
            };
            let place = a.place.as_ref().map(place_words).unwrap_or_default();
            self.wrap(&format!("  {WARN}{head}{WARN:#}  "), 10, &format!("{place}{}", a.message));
            self.wrap(&format!("          {DIM}→{DIM:#} "), 12, &a.help);
        }
    }

    fn checks(&mut self, report: &Report) {
        let (passed, failed) = (report.checks.passed, &report.checks.failed);
        if passed == 0 && failed.is_empty() {
            return;
        }
        self.out.push('\n');
        for f in failed {
            let (head, rest) = f.message.split_once('\n').unwrap_or((&f.message, ""));
            self.wrap(
                &format!("{BAD}wrong result{BAD:#}: "),
                14,
                &format!("{} (line {}): {head}", f.kernel, f.line),
            );
            for line in rest.lines() {
                self.put(&format!("  {line}"));
            }
        }
        let all = passed + failed.len();
        let style = if failed.is_empty() { GOOD } else { BAD };
        self.put(&format!("{style}{passed} of {all} expected results hold{style:#}"));
    }
}

fn waves_words(waves: f64) -> String {
    if waves < 10.0 { format!("{waves:.2}") } else { short(waves) }
}

fn place_words(place: &Place) -> String {
    let kind = if place.is_ptx { "PTX line" } else { "line" };
    format!("{} {kind} {}: ", place.file_name(), place.line)
}

fn instructions(l: &LaunchReport) -> u64 {
    l.lines.iter().map(|line| line.tally.counts.inst).sum()
}

// Columns of styled text: escape sequences take none.
fn columns(text: &str) -> usize {
    let mut inside = false;
    text.chars()
        .filter(|&c| {
            let counts = !inside && c != '\u{1b}';
            inside = (inside || c == '\u{1b}') && c != 'm';
            counts
        })
        .count()
}

// Half as much again is worth a colour, four times as much a strong one.
fn severity(n: u64, ideal: u64) -> Style {
    match (n, ideal) {
        (n, ideal) if n >= 4 * ideal && ideal > 0 => BAD,
        (n, ideal) if 2 * n >= 3 * ideal => WARN,
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests;
