//! `warplens lint PATH…`: what the rules say of files and folders, for people and for CI.
//!
//! Exit status 0 when nothing is found, 1 when something is, 2 when something could not be read, or could not be compiled
//! where compiling was asked for: a run that did not do what it was told is never a pass.

use crate::report::{self, Help as _};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use warplens_config::Settings;
use warplens_driver_cc::Headers;
use warplens_ide::{Analysis, Config, Diagnostic, Severity};
use warplens_lint::{Baseline, Deep, Options, Report};
use warplens_lsp::deep::lint::Compiler;

/// Arguments of `lint`.
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders; folders are searched for CUDA and MUSA code, honouring .gitignore
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Device model the code must run on; may be given more than once (warplens.toml: lint.devices)
    #[arg(long, value_name = "MODEL")]
    device: Vec<String>,
    /// Block size to assume where a file does not launch its kernels
    #[arg(long, value_name = "X,Y,Z", value_delimiter = ',')]
    block: Option<Vec<u64>>,
    /// Grid size to assume where a file does not launch its kernels
    #[arg(long, value_name = "X,Y,Z", value_delimiter = ',')]
    grid: Option<Vec<u64>>,
    /// Compile each source with clang, too, for the rules that need it: spills, occupancy, compiler errors, inline PTX
    /// (warplens.toml: lint.deep)
    #[arg(long)]
    deep: bool,
    /// Apply the fixes that keep the program's meaning, and write the files
    #[arg(long)]
    fix: bool,
    /// Report only findings that are not in this file; written if it is not there
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Least severity to report: hints and remarks are for the editor unless asked for
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    least: Least,
    /// Settings to use instead of the nearest warplens.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One array of findings
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub workflow commands
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Least {
    Hint,
    Info,
    Warning,
    Error,
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (mut settings, root) = settings(&args)?;
    from_arguments(&args, settings.base_mut())?;
    let least = match args.least {
        Least::Hint => Severity::Hint,
        Least::Info => Severity::Info,
        Least::Warning => Severity::Warning,
        Least::Error => Severity::Error,
    };
    let compile = args.deep || settings.deep();
    let deep = compile.then(compiler).flatten();
    let no_clang = compile && deep.is_none();
    let options = Options { paths: args.paths, settings, root, least, fix: args.fix, jobs: 0, deep };
    let mut found = warplens_lint::run(&options);
    if let Some(path) = &args.baseline {
        apply_baseline(path, &mut found)?;
    }
    print(&found, args.format)?;
    for error in &found.errors {
        report::failure(&anyhow::anyhow!("{error}"));
    }
    let mut err = anstream::stderr();
    if no_clang {
        writeln!(
            err,
            "skipped: the rules that need a compile, because no clang++ was found; install clang 16 or later, or set WARPLENS_CLANGXX"
        )?;
    }
    for (file, why) in &found.skipped {
        writeln!(err, "skipped: {file} was not compiled: {why}")?;
    }
    if found.looked_at == 0 && found.errors.is_empty() {
        writeln!(
            err,
            "note: no CUDA or MUSA code was found there; name files with other endings one by one"
        )?;
    }
    let complete = found.errors.is_empty() && !no_clang && found.skipped.is_empty();
    Ok(match (complete, found.files.is_empty()) {
        (false, _) => ExitCode::from(report::FAILURE),
        (true, false) => ExitCode::from(1),
        (true, true) => ExitCode::SUCCESS,
    })
}

/// The compiler of the language server's deep tier, in the linter's hands.
struct Clang(Compiler);

impl std::fmt::Debug for Clang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clang")
    }
}

impl Deep for Clang {
    fn look(&self, path: &Path, analysis: &Analysis, config: &Config) -> Result<Vec<Diagnostic>, String> {
        self.0.look(path, analysis, config)
    }
}

fn compiler() -> Option<Arc<dyn Deep>> {
    let headers = Headers::find().map(|h| h.root().to_path_buf()).ok();
    Compiler::find(headers).map(|c| Arc::new(Clang(c)) as Arc<dyn Deep>)
}

fn settings(args: &Args) -> anyhow::Result<(Settings, Option<PathBuf>)> {
    let path = args.config.clone().or_else(|| args.paths.first().and_then(|p| warplens_lint::find_config(p)));
    let Some(path) = path else { return Ok((Settings::default(), None)) };
    let text = std::fs::read_to_string(&path)
        .map_err(|e| anyhow::anyhow!("cannot read {}: {e}", path.display()))
        .help("give --config a file that is there, or leave it out")?;
    let settings = warplens_config::parse(&text)
        .map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))
        .help("docs/warplens.schema.json has every key")?;
    let root = std::path::absolute(&path).ok().and_then(|p| p.parent().map(PathBuf::from));
    Ok((settings, root))
}

fn from_arguments(args: &Args, config: &mut Config) -> anyhow::Result<()> {
    if !args.device.is_empty() {
        config.devices = args.device.iter().map(|d| warplens_config::device(d)).collect::<Result<_, _>>()?;
    }
    if let Some(block) = &args.block {
        config.block = Some(warplens_config::extents(block));
    }
    if let Some(grid) = &args.grid {
        config.grid = Some(warplens_config::extents(grid));
    }
    Ok(())
}

fn apply_baseline(path: &PathBuf, found: &mut Report) -> anyhow::Result<()> {
    if path.exists() {
        let text = std::fs::read_to_string(path)?;
        let known = Baseline::from_json(&text).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        known.subtract_from(found);
        return Ok(());
    }
    let all = Baseline::of(found);
    std::fs::write(path, all.to_json()?)
        .map_err(|e| anyhow::anyhow!("cannot write the baseline {}: {e}", path.display()))?;
    let mut err = anstream::stderr();
    writeln!(
        err,
        "note: wrote {} with {} known findings; later runs report new ones only",
        path.display(),
        all.len()
    )?;
    found.files.clear();
    Ok(())
}

fn print(found: &Report, format: Format) -> anyhow::Result<()> {
    let mut out = report::stdout();
    match format {
        Format::Text => write!(out, "{}", warplens_lint::text(found))?,
        Format::Json => writeln!(out, "{}", warplens_lint::json(found)?)?,
        Format::Sarif => writeln!(out, "{}", warplens_lint::sarif(found, env!("CARGO_PKG_VERSION"))?)?,
        Format::Github => write!(out, "{}", warplens_lint::github(found))?,
    }
    out.flush()?;
    Ok(())
}
