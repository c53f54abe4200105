//! `warplens devices [MODEL]`: which device models there are, and where each of a model's figures comes from.

use std::io::Write as _;
use std::process::ExitCode;

use warplens_devices::{DEFAULT, FigureRow, all, find};

use crate::report::{self, Help as _};

/// Arguments of `devices`.
#[derive(clap::Args)]
pub struct Args {
    /// Show this model's figures and their sources.
    model: Option<String>,
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = report::stdout();
    let bold = anstyle::Style::new().bold();
    match args.model {
        None => {
            for model in all() {
                let assumed = model.assumed_figures().len();
                let published = model.figures.rows().len() - assumed;
                let default = if model.name == DEFAULT { "  (default)" } else { "" };
                writeln!(
                    out,
                    "{bold}{:<10}{bold:#} {:<26} {:<6} {published:>2} figures published, {assumed:>2} assumed{default}",
                    model.name, model.display_name, model.arch
                )?;
            }
        }
        Some(name) => {
            let model = find(&name).help("`warplens devices` lists the models")?;
            writeln!(out, "{bold}{}{bold:#}: {}, {}", model.name, model.display_name, model.arch)?;
            for row in model.figures.rows() {
                writeln!(out, "  {:<32} {:>24}  {}", row.name, value(&row), provenance(&row))?;
                for (other, source) in &row.also {
                    writeln!(out, "  {:<32} {other:>24}  differs: {source}", "")?;
                }
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn value(row: &FigureRow) -> String {
    if row.unit.is_empty() { row.value.clone() } else { format!("{} {}", row.value, row.unit) }
}

fn provenance(row: &FigureRow) -> String {
    if row.assumed { format!("assumed: {}", row.source) } else { row.source.clone() }
}
