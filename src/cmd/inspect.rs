//! `warplens inspect FILE`: what a device image holds.
//!
//! Reads the file and prints; all knowledge of formats is in `warplens-image`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::report::{self, Help as _};

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub struct Args {
    /// The file to look into.
    file: PathBuf,
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let bytes = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {name}"))
        .help("give the path of a PTX file, fatbin, cubin, mubin, offload bundle, archive or executable")?;
    let format = warplens_image::identify(&bytes)
        .with_context(|| format!("{name} is not a device image"))
        .help("give a PTX file, fatbin, cubin, mubin, offload bundle, archive or executable")?;
    let mut out = report::stdout();
    writeln!(out, "{name}: {format}")?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
