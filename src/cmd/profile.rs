//! `warplens profile PATH`: runs a launch file's kernels on the embedded device and reports.
//!
//! Decides what PATH means and where output goes; running is `profiler::session`, words and numbers are
//! `profiler::report` and its views.

mod input;
mod program;
mod progress;

use std::io::Write as _;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use warplens_profiler::backend::embedded::Embedded;
use warplens_profiler::live::Choice;
use warplens_profiler::report::{Report, SourceFiles};
use warplens_profiler::session::{self, Outcome, Settings};
use warplens_profiler::{export, view};
use warplens_sim::launch::RunOptions;

use crate::report::{self, Help as _};

/// Arguments of `profile`.
#[derive(clap::Args)]
pub struct Args {
    /// A folder with a launch.toml, a launch file, a PTX file, a CUDA or MUSA source, or an image that holds PTX
    #[arg(required_unless_present = "program")]
    path: Option<PathBuf>,
    /// A whole program and its arguments, after `--`
    #[arg(last = true, value_name = "PROGRAM", conflicts_with = "path")]
    program: Vec<std::ffi::OsString>,
    /// Where a program's capture goes [default: PROGRAM.wlens]
    #[arg(long, value_name = "FOLDER", requires = "program")]
    capture: Option<PathBuf>,
    /// How many devices a program finds
    #[arg(long, value_name = "N", default_value_t = 1, requires = "program", value_parser = clap::value_parser!(u32).range(1..=16))]
    devices: u32,
    /// The launch file: grid, block, buffers and expected results [default: launch.toml beside PATH]
    #[arg(long, value_name = "FILE")]
    launch: Option<PathBuf>,
    /// The device model, or a model file of your own
    #[arg(long, value_name = "MODEL", default_value = warplens_devices::DEFAULT)]
    device: String,
    /// Profile only kernels whose name matches (`*` and `?`); the others run but are not reported
    #[arg(long, value_name = "GLOB")]
    kernel: Option<String>,
    /// Profile only these launches, counted from 0; B is not among them, and either end may be left out
    #[arg(long, value_name = "A..B", value_parser = launches)]
    launches: Option<Range<u64>>,
    /// Also write the report as JSON (docs/report-schema.md)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Print every metric by its name, too
    #[arg(long)]
    details: bool,
    /// Run blocks on so many threads; counts stay exact, but what racing blocks leave in memory may vary
    #[arg(long, value_name = "N", conflicts_with = "deterministic", value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    /// Run blocks in one fixed order; the default
    #[arg(long)]
    deterministic: bool,
    /// Stop a kernel after so many warp instructions
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// Take the PTX as it is, even when its source is newer
    #[arg(long)]
    no_compile: bool,
    /// Warps executed together inside the device; changes no figure (tests use it to show that)
    #[arg(long, value_name = "N", hide = true)]
    gang: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

fn launches(text: &str) -> Result<Range<u64>, String> {
    let help = "write it like 0..4, 2.. or ..4";
    let (from, to) = text.split_once("..").ok_or(help)?;
    let number = |s: &str, default| if s.is_empty() { Ok(default) } else { s.parse().map_err(|_| help) };
    let range = number(from, 0)?..number(to, u64::MAX)?;
    if range.is_empty() { Err(format!("{text} is empty; {help}")) } else { Ok(range) }
}

/// Status when an expectation failed or a kernel was stopped by a fault.
const WRONG: u8 = 1;
/// Status of a run ended with Ctrl-C: what shells give for SIGINT.
const INTERRUPTED: u8 = 130;

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let own_model;
    let model = match input::model(&args.device)? {
        input::Model::BuiltIn(model) => model,
        input::Model::Own(model) => {
            own_model = *model;
            &own_model
        }
    };
    let Some(path) = &args.path else {
        if args.format == Format::Json {
            return Err(anyhow::anyhow!(
                "--format json is for lone kernels: standard output is the program's"
            ))
            .help("write the program's report to a file with --report FILE");
        }
        return program::profile(program::Request {
            program: args.program,
            model: model.clone(),
            choice: Choice { kernel: args.kernel, launches: args.launches },
            workers: args.workers.map_or(1, usize::from),
            fuel: args.fuel.unwrap_or(RunOptions::default().fuel),
            devices: args.devices,
            capture: args.capture,
            report: args.report,
            view: view::Options { width: width(), details: args.details, ..view::Options::default() },
        });
    };
    let input = input::read(path, args.launch.as_deref(), !args.no_compile)?;
    let watch = progress::Watch::start();
    let defaults = RunOptions::default();
    let settings = Settings {
        kernel: args.kernel,
        launches: args.launches,
        options: RunOptions {
            workers: args.workers.map_or(1, usize::from),
            fuel: args.fuel.unwrap_or(defaults.fuel),
            warps_per_gang: args.gang,
            progress: Some(watch.progress()),
            ..defaults
        },
    };
    let mut machine = Embedded::new(model)
        .context("the embedded device cannot start")
        .help("it reserves address space as large as the device's memory: raise `ulimit -v`")?;
    let mut before = |upcoming: &session::Upcoming| watch.before(upcoming);
    let outcome = session::run(&mut machine, &input.launch, &input.sources, &settings, &mut before);
    watch.finish();
    let outcome = outcome.map_err(|e| {
        let help = e.help();
        Err::<(), _>(e).help(help).unwrap_err()
    })?;

    let sources = SourceFiles::beside(input.folders);
    for source in &input.sources {
        sources.provide(&source.name, &source.ptx);
    }
    let mut whole = Report::build(&outcome.records, model, &sources);
    whole.checks = outcome.checks.clone();
    whole.notes = input.notes;
    whole.notes.extend(cut_short(&outcome));
    if let Some(path) = &args.report {
        let json = export::json::render(&whole)?;
        std::fs::write(path, json)
            .with_context(|| format!("cannot write the report to {}", path.display()))
            .help("give --report a file in a folder that exists")?;
    }
    let mut out = report::stdout();
    match args.format {
        Format::Text => {
            if !outcome.printed.is_empty() {
                writeln!(out, "{}\n", outcome.printed.trim_end())?;
            }
            let options = view::Options { width: width(), details: args.details, ..view::Options::default() };
            write!(out, "{}", view::render(&whole, options))?;
        }
        Format::Json => {
            // What kernels print is not part of the report.
            anstream::eprint!("{}", outcome.printed);
            write!(out, "{}", export::json::render(&whole)?)?;
        }
    }
    out.flush()?;
    Ok(status(&outcome))
}

fn status(outcome: &Outcome) -> ExitCode {
    if let Some((_, trap)) = &outcome.trap {
        anstream::eprintln!("kernel fault: {}", trap.with_names(warplens_image::demangle));
    }
    if outcome.interrupted {
        anstream::eprintln!("interrupted; the report covers what ran until then");
        return ExitCode::from(INTERRUPTED);
    }
    let wrong = outcome.trap.is_some() || !outcome.checks.failed.is_empty();
    if wrong { ExitCode::from(WRONG) } else { ExitCode::SUCCESS }
}

fn cut_short(outcome: &Outcome) -> Option<String> {
    let of = format!("{} of {} launches ran to their end", outcome.finished, outcome.total);
    if let Some((line, trap)) = &outcome.trap {
        return Some(format!("{of}; `{}` (launch file line {line}) was stopped by a fault", trap.kernel));
    }
    outcome.interrupted.then(|| format!("{of}; the run was interrupted"))
}

// Of the terminal; wide enough for every column elsewhere.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0)).min(160)
}
