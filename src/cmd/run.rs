//! `warplens run -- PROGRAM`: runs a CUDA or MUSA program on embedded devices.
//!
//! The devices live in this process; the program loads the libraries it talks to them through from a folder that
//! this process puts first on LD_LIBRARY_PATH.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

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
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
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

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let machines = args.devices.open(if args.deterministic { 1 } else { cores })?;
    let server = Server::start(Settings { machines: Box::new(machines), recorder: None })?;
    let Some((name, arguments)) = args.program.split_first() else {
        anyhow::bail!("no program was given");
    };
    let status = program::run(&server, name, arguments)?;
    drop(server);
    if let Some(fate) = program::fate(status) {
        let mut errors = anstream::stderr();
        // If standard error is gone, the exit status still tells.
        let _ = writeln!(errors, "warplens: {} ended by {fate}", name.to_string_lossy());
    }
    Ok(ExitCode::from(program::exit_code(status)))
}
