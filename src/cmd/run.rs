//! `warplens run -- PROGRAM`: runs a CUDA or MUSA program on embedded devices.
//!
//! The devices live in this process; the program loads the libraries it talks to them through from a folder that
//! this process puts first on LD_LIBRARY_PATH.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use warplens_driver_cc::Dialect;
use warplens_driver_server::embedded::Embedded;
use warplens_driver_server::{Server, Settings, program};

use crate::report::Help as _;

/// Arguments of `run`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    devices: Devices,
    /// Run blocks in one fixed order on one thread, so that every run gives the same bytes
    #[arg(long)]
    deterministic: bool,
    /// The program and its arguments; `--` before them is optional
    #[arg(trailing_var_arg = true, required = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

/// The devices a program finds.
#[derive(clap::Args)]
pub struct Devices {
    /// The device model (`warplens devices` lists them)
    #[arg(long, value_name = "MODEL", default_value = warplens_devices::DEFAULT)]
    device: String,
    /// How many devices the program finds
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
    devices: u32,
    /// Memory of a device in MiB [default: the model's, at most three quarters of what this machine has free]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=131_072))]
    memory: Option<u64>,
    /// Stop a kernel after so many warp instructions
    #[arg(long, value_name = "N", default_value_t = 20_000_000_000)]
    fuel: u64,
}

impl Devices {
    /// Makes the devices; `workers` threads run a kernel's blocks.
    pub fn open(&self, workers: usize) -> anyhow::Result<Embedded> {
        let model = warplens_devices::find(&self.device).help("`warplens devices` lists the models")?;
        let free = program::available_memory().unwrap_or(4 << 30);
        let memory = self.memory.map_or(free / 4 * 3, |mib| mib << 20);
        Ok(Embedded::new(model, self.devices, memory, workers, self.fuel))
    }
}

/// What a shell would call the program made of a source file.
pub fn runnable(source: &Path) -> String {
    let program = source.with_extension("");
    let here = program.parent().is_none_or(|folder| folder == Path::new(""));
    if here { format!("./{}", program.display()) } else { program.display().to_string() }
}

/// A source file is no program; says how to make one of it.
fn refuse_source(name: &OsStr) -> anyhow::Result<()> {
    let path = Path::new(name);
    if Dialect::of_path(path).is_none() {
        return Ok(());
    }
    let (source, program) = (path.display(), runnable(path));
    Err(anyhow::anyhow!("{source} is a source file, not a program"))
        .help(format!("`warplens cc {source} -o {program}`, then `warplens run {program}`"))
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some((name, arguments)) = args.program.split_first() else {
        anyhow::bail!("no program was given");
    };
    refuse_source(name)?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let machines = args.devices.open(if args.deterministic { 1 } else { cores })?;
    let server = Server::start(Settings { machines: Box::new(machines), recorder: None })?;
    let status = program::run(&server, name, arguments)?;
    drop(server);
    if let Some(fate) = program::fate(status) {
        let mut errors = anstream::stderr();
        // If standard error is gone, the exit status still tells.
        let _ = writeln!(errors, "warplens: {} ended by {fate}", name.to_string_lossy());
    }
    Ok(ExitCode::from(program::exit_code(status)))
}
