//! The `warplens` command: parse the line, run one verb, turn its error into words and an exit status.
//!
//! Exit status: what the verb says; 2 for bad input, bad usage or anything that failed on the way.
//! Verbs live in `cmd/`, one file each; nothing but `report` prints errors.

mod cmd;
mod report;

use std::process::ExitCode;

use clap::Parser;

/// See inside CUDA and MUSA kernels; no GPU and no vendor SDK needed.
#[derive(Parser)]
#[command(name = "warplens", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    /// When to colour the output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: report::ColorWhen,
    #[command(subcommand)]
    verb: cmd::Verb,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.apply();
    match cli.verb.run() {
        Ok(code) => code,
        Err(error) => report::failure(&error),
    }
}
