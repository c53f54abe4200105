//! Runs a launch file on a machine: fills buffers, launches, checks results, collects counts.
//!
//! Everything a user could have got wrong is found before the first launch where it can be. Files the launch file
//! refers to are read here, relative to it.

mod check;
mod glob;

use std::collections::BTreeMap;
use std::ops::Range;

use warplens_sim::launch::{KernelInfo, Launch, LaunchError, RunOptions};
use warplens_sim::trap::{Trap, TrapKind};

use crate::backend::{Machine, Problem};
use crate::collect::{Collector, KernelRecord, Shape};
use crate::demangle::{demangle, plain};
use crate::launch_file::{Fill, LaunchFile, LaunchFileError, LaunchSpec, bind, fill};
use crate::report::Checks;
use crate::suggest;

pub use glob::matches;

/// A PTX text and what to call it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path, or the place inside an image.
    pub name: String,
    /// The text.
    pub ptx: String,
}

/// What to run and what to keep of it.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Only kernels whose name matches are profiled; the others run, because theirs may be the input.
    pub kernel: Option<String>,
    /// Only launches with these numbers are profiled, counted from 0 in the order they run.
    pub launches: Option<Range<u64>>,
    /// How to run.
    pub options: RunOptions,
}

/// Why a run could not be made: always the user's to mend, with what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SessionError {
    /// The launch file, or what it refers to.
    #[error(transparent)]
    LaunchFile(#[from] LaunchFileError),
    /// The PTX.
    #[error("{}", ptx_problems(name, problems))]
    Ptx {
        /// What was loaded.
        name: String,
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// `--kernel` names nothing that is launched.
    #[error("no launch runs a kernel that matches `{pattern}`")]
    NoSuchKernel {
        /// The pattern.
        pattern: String,
        /// What to do.
        help: String,
    },
}

fn ptx_problems(name: &str, problems: &[Problem]) -> String {
    const SHOWN: usize = 5;
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(|p| match p.line {
            0 => format!("{name}: {}", p.message),
            _ => format!("{name}:{}:{}: {}", p.line, p.column, p.message),
        })
        .collect();
    if problems.len() > SHOWN {
        lines.push(format!("and {} more", problems.len() - SHOWN));
    }
    if lines.is_empty() { format!("{name} cannot be loaded") } else { lines.join("\n") }
}

impl SessionError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            SessionError::LaunchFile(e) => e.help.clone(),
            SessionError::Ptx { .. } => {
                "the embedded device runs PTX as clang 16 to 19 and nvcc 12 and 13 write it; \
                                         compile the source again, or change what these lines come from"
                    .to_owned()
            }
            SessionError::NoSuchKernel { help, .. } => help.clone(),
        }
    }
}

/// One launch about to run.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// Its number, from 0.
    pub index: u64,
    /// How many there are.
    pub total: u64,
    /// Kernel as people write it.
    pub kernel: String,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// Records of the profiled launches.
    pub records: Vec<KernelRecord>,
    /// Expectations.
    pub checks: Checks,
    /// What kernels printed.
    pub printed: String,
    /// The fault that ended the run, and the line of its launch.
    pub trap: Option<(u32, Box<Trap>)>,
    /// Whether somebody ended the run.
    pub interrupted: bool,
    /// Launches that ran to their end.
    pub finished: u64,
    /// Launches there were to run.
    pub total: u64,
}

struct Bound<'f> {
    spec: &'f LaunchSpec,
    kernel: KernelInfo,
    readable: String,
}

/// Runs a launch file. `before` is asked before every launch; when it says no, the run ends there.
pub fn run(
    machine: &mut dyn Machine,
    file: &LaunchFile,
    sources: &[Source],
    settings: &Settings,
    before: &mut dyn FnMut(&Upcoming) -> bool,
) -> Result<Outcome, SessionError> {
    let mut modules = Vec::new();
    for source in sources {
        let load = machine.load(&source.name, &source.ptx);
        modules.push(load.map_err(|problems| SessionError::Ptx { name: source.name.clone(), problems })?);
    }
    let kernels: Vec<KernelInfo> = modules.iter().flat_map(|&m| machine.kernels(m)).collect();
    let mut bound = Vec::new();
    for spec in &file.launches {
        let kernel = bind::kernel(file, spec, &kernels)?.clone();
        // Arguments are checked for all launches before the first one runs; addresses come later.
        bind::params(file, spec, &kernel, |_| Some(0))?;
        bound.push(Bound { spec, readable: demangle(&kernel.name), kernel });
    }
    pattern_matches(settings, &bound)?;
    let buffers = make_buffers(machine, file, &modules)?;

    let total = file.launches.iter().map(|l| u64::from(l.repeat)).sum();
    let mut outcome = Outcome {
        records: Vec::new(),
        checks: Checks::default(),
        printed: String::new(),
        trap: None,
        interrupted: false,
        finished: 0,
        total,
    };
    let mut collector = Collector::new();
    let mut index = 0;
    'launches: for b in &bound {
        let params = bind::params(file, b.spec, &b.kernel, |name| buffers.get(name).map(|p| p.address))?;
        for _ in 0..b.spec.repeat {
            if !before(&Upcoming { index, total, kernel: b.readable.clone() }) {
                outcome.interrupted = true;
                break 'launches;
            }
            let profiled = b.spec.profile
                && settings.kernel.as_ref().is_none_or(|p| names(b).iter().any(|n| matches(p, n)))
                && settings.launches.as_ref().is_none_or(|r| r.contains(&index));
            index += 1;
            let launch = Launch {
                kernel: b.kernel.id,
                grid: b.spec.grid,
                block: b.spec.block,
                dynamic_shared: b.spec.shared,
                params: params.clone(),
                cooperative: b.spec.cooperative,
            };
            let launched = machine.launch(&launch, &settings.options, profiled);
            if let Some(counts) = launched.counts.filter(|_| profiled) {
                let shape = Shape { grid: b.spec.grid, block: b.spec.block, dynamic_shared: b.spec.shared };
                collector.record(shape, &b.kernel, &counts, &&*machine);
            }
            match launched.end {
                Ok(finished) => outcome.printed.push_str(&finished.printed),
                Err(LaunchError::Invalid { message, .. }) => {
                    let what = format!("`{}` cannot be launched: {message}", b.spec.kernel);
                    let help = "change grid, block or shared in the launch file, or choose another --device";
                    return Err(LaunchFileError::new(&file.path, b.spec.line, what, help).into());
                }
                Err(LaunchError::Trap(trap)) if trap.kind == TrapKind::Interrupted => {
                    outcome.interrupted = true;
                    break 'launches;
                }
                Err(LaunchError::Trap(trap)) => {
                    outcome.trap = Some((b.spec.line, trap));
                    break 'launches;
                }
            }
            outcome.finished += 1;
        }
        check::check(machine, file, b.spec, &buffers, &mut outcome.checks)?;
    }
    outcome.records = collector.finish();
    Ok(outcome)
}

fn names<'b>(b: &'b Bound<'_>) -> [&'b str; 3] {
    [&b.kernel.name, &b.readable, plain(&b.readable)]
}

fn pattern_matches(settings: &Settings, bound: &[Bound<'_>]) -> Result<(), SessionError> {
    let Some(pattern) = &settings.kernel else { return Ok(()) };
    if bound.iter().any(|b| b.spec.profile && names(b).iter().any(|n| matches(pattern, n))) {
        return Ok(());
    }
    let mut known: Vec<&str> = bound.iter().filter(|b| b.spec.profile).map(|b| plain(&b.readable)).collect();
    known.dedup();
    let help = suggest::help(pattern, "profiled kernels", known);
    Err(SessionError::NoSuchKernel { pattern: pattern.clone(), help })
}

/// A buffer on the machine.
#[derive(Clone, Copy, Debug)]
struct Placed {
    address: u64,
    bytes: u64,
}

fn make_buffers(
    machine: &mut dyn Machine,
    file: &LaunchFile,
    modules: &[u32],
) -> Result<BTreeMap<String, Placed>, SessionError> {
    let mut placed = BTreeMap::new();
    for buffer in &file.buffers {
        let error = |message: String, help: &str| {
            LaunchFileError::new(
                &file.path,
                buffer.line,
                format!("buffer `{}`: {message}", buffer.name),
                help,
            )
        };
        let symbol = match &buffer.symbol {
            Some(name) => {
                let found = modules.iter().find_map(|&m| machine.variable(m, name));
                let help = "give the name of a __device__ or __constant__ variable as it is in the PTX";
                Some(found.ok_or_else(|| error(format!("the PTX has no variable `{name}`"), help))?)
            }
            None => None,
        };
        let bytes = match &buffer.fill {
            Fill::File(path) => {
                let path = file.folder().join(path);
                let read = std::fs::read(&path).map_err(|e| {
                    error(
                        format!("cannot read {}: {e}", path.display()),
                        "paths are relative to the launch file",
                    )
                })?;
                Some(read)
            }
            _ => None,
        };
        let size = fill::size(buffer, bytes.as_deref(), symbol.map(|(_, size)| size))
            .map_err(|why| error(why, "change len, type or fill"))?;
        let address = match symbol {
            Some((address, _)) => address,
            None => machine.alloc(size as u64, &buffer.name).map_err(|why| {
                error(why, "make the buffers smaller, or choose a --device with more memory")
            })?,
        };
        // Fresh memory is zero; a variable may have an initialiser.
        if buffer.fill != Fill::Zero || symbol.is_some() {
            let contents = fill::contents(buffer, bytes.as_deref(), size)
                .map_err(|why| error(why, "change len, type or fill"))?;
            machine.write(address, &contents).map_err(|why| error(why, "change len or type"))?;
        }
        placed.insert(buffer.name.clone(), Placed { address, bytes: size as u64 });
    }
    Ok(placed)
}

#[cfg(test)]
mod tests;
