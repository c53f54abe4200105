//! The embedded device beside its peers, one kernel after the other, so that each ratio comes from the same minute of the
//! same machine. Run by `scripts/bench`; arguments are criterion's (a filter, `--profile-time 5`). The table at the end is made
//! from the fastest of criterion's samples, ours and the peers' alike: what a sample takes longer is the rest of the machine.
//! Figures are for people: no test reads them.

mod peer_process;

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use peer_process::Peer;
use warplens_bench::{CASES, Case};
use warplens_sim::{Counters, Unobserved};

fn main() {
    let out = PathBuf::from(std::env::var("CRITERION_HOME").unwrap_or_else(|_| "target/criterion".into()));
    let mut c = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        .sample_size(20)
        .configure_from_args();
    let mut peers = start_peers();
    let mut instructions = Vec::new();
    for case in &CASES {
        instructions.push(measure(&mut c, case, &mut peers));
    }
    c.final_summary();
    if std::env::args().all(|a| !a.starts_with("--profile-time")) {
        table(&out, &instructions);
    }
}

/// The peers there are: `WARPLENS_PEER` is the compiled `peer.c`.
fn start_peers() -> Vec<(&'static str, Peer)> {
    let Ok(program) = std::env::var("WARPLENS_PEER") else { return Vec::new() };
    vec![
        ("pocl", Peer::start(std::slice::from_ref(&program), 1)),
        ("oclgrind", Peer::start(&["oclgrind".to_owned(), program], 16)),
    ]
}

/// Measures one kernel everywhere; gives its thread instructions.
fn measure(c: &mut Criterion, case: &Case, peers: &mut [(&'static str, Peer)]) -> u64 {
    let mut ready = case.prepare();
    let mut group = c.benchmark_group(case.name);
    group.bench_function("warplens", |b| b.iter(|| ready.run(1, &mut Unobserved)));
    if case.small_work > 0.0 {
        for (name, peer) in peers {
            if *name == "oclgrind" {
                group.sample_size(10).sampling_mode(SamplingMode::Flat);
            }
            group.bench_function(*name, |b| b.iter_custom(|n| peer.run(case.name, n)));
        }
    }
    group.sample_size(20).sampling_mode(SamplingMode::Auto);
    let mut counters = Counters::new();
    group.bench_function("counters", |b| b.iter(|| ready.run(1, &mut counters)));
    group.bench_function("two", |b| b.iter(|| ready.run(2, &mut Unobserved)));
    group.finish();
    ready.thread_instructions
}

/// Prints what the fastest samples say.
fn table(out: &Path, instructions: &[u64]) {
    println!(
        "{:<13} {:>9} {:>9} {:>9} {:>11} {:>8}",
        "kernel", "G inst/s", "counters", "two cores", "x Oclgrind", "x pocl"
    );
    let (mut product, mut n) = (0.0, 0);
    for (case, &instructions) in CASES.iter().zip(instructions) {
        let seconds = |id: &str| fastest(&out.join(case.name).join(id).join("new/sample.json"));
        let Some(one) = seconds("warplens") else { continue };
        let rate = |s: f64| instructions as f64 / s / 1e9;
        let cell = |v: Option<f64>, digits| v.map_or("-".to_owned(), |v| format!("{v:.digits$}"));
        let pocl = seconds("pocl").map(|s| s / one);
        let oclgrind = seconds("oclgrind").map(|s| s / case.small_work * case.work / one);
        println!(
            "{:<13} {:>9.2} {:>9} {:>9} {:>11} {:>8}",
            case.name,
            rate(one),
            cell(seconds("counters").map(rate), 2),
            cell(seconds("two").map(|s| one / s), 2),
            cell(oclgrind, 0),
            cell(pocl, 2),
        );
        if let Some(r) = pocl {
            (product, n) = (product + r.ln(), n + 1);
        }
    }
    if n > 0 {
        println!(
            "geometric mean to pocl, one thread each, no counters: {:.2} (Oclgrind at a smaller size)",
            (product / n as f64).exp()
        );
    }
}

/// Seconds an iteration took in the fastest sample.
fn fastest(samples: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(samples).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let list = |key: &str| {
        Some(json[key].as_array()?.iter().filter_map(serde_json::Value::as_f64).collect::<Vec<_>>())
    };
    let (times, iterations) = (list("times")?, list("iters")?);
    times.iter().zip(iterations).map(|(t, n)| t / n / 1e9).min_by(f64::total_cmp)
}
