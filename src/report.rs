//! How the command talks to the terminal: colour choice, and errors as `error: … / help: …`.
//!
//! Verbs print through [`stdout`], which drops colours when they are not wanted and whose write errors are
//! ordinary values: a reader that goes away (`warplens … | head`) ends the run quietly, without a panic.
//! Machine-readable outputs are the verbs' own business.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// `--color`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum ColorWhen {
    // On a terminal, unless `NO_COLOR` is set.
    Auto,
    Always,
    Never,
}

impl ColorWhen {
    /// Makes this the choice for the whole process.
    pub fn apply(self) {
        match self {
            ColorWhen::Auto => anstream::ColorChoice::Auto,
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Standard output, buffered; write with `writeln!(out, …)?`. Call `flush()?` when done (dropping flushes
/// too, but hides the error).
pub fn stdout() -> impl Write {
    std::io::BufWriter::new(anstream::stdout())
}

/// Exit status of everything that went wrong before or outside a verb's own verdict.
pub const FAILURE: u8 = 2;

/// An error together with what its reader can do about it.
#[derive(Debug)]
pub struct Helped {
    error: anyhow::Error,
    help: String,
}

impl fmt::Display for Helped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.error)
    }
}

impl std::error::Error for Helped {}

/// Attaches advice to an error: `read(path).help("give a PTX file or an executable")?`.
pub trait Help<T> {
    /// Says what to do next when this is an error.
    fn help(self, advice: impl Into<String>) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Help<T> for Result<T, E> {
    fn help(self, advice: impl Into<String>) -> anyhow::Result<T> {
        self.map_err(|e| Helped { error: e.into(), help: advice.into() }.into())
    }
}

/// Prints an error and gives the exit status. A closed pipe is not an error.
pub fn failure(error: &anyhow::Error) -> ExitCode {
    let closed_pipe = error
        .chain()
        .filter_map(|e| e.downcast_ref::<std::io::Error>())
        .any(|e| e.kind() == ErrorKind::BrokenPipe);
    if closed_pipe {
        return ExitCode::SUCCESS;
    }
    // Nothing is left to do if standard error is gone too.
    let _ = write_failure(&mut anstream::stderr(), error);
    ExitCode::from(FAILURE)
}

fn write_failure(to: &mut impl Write, error: &anyhow::Error) -> std::io::Result<()> {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let cyan = anstyle::AnsiColor::Cyan.on_default().bold();
    writeln!(to, "{red}error{red:#}: {error:#}")?;
    for helped in error.chain().filter_map(|e| e.downcast_ref::<Helped>()) {
        writeln!(to, " {cyan}help{cyan:#}: {}", helped.help)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    fn plain(error: &anyhow::Error) -> String {
        let mut bytes = Vec::new();
        write_failure(&mut anstream::StripStream::new(&mut bytes), error).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn advice_follows_the_error_whatever_context_is_added() {
        let inner: Result<(), _> = Err(anyhow::anyhow!("no kernel `f`"));
        let error = inner.help("kernels here: g, h").context("cannot profile a.ptx").unwrap_err();
        assert_eq!(plain(&error), "error: cannot profile a.ptx: no kernel `f`\n help: kernels here: g, h\n");
    }

    #[test]
    fn a_closed_pipe_ends_quietly() {
        let error = anyhow::Error::from(std::io::Error::from(ErrorKind::BrokenPipe)).context("writing");
        assert_eq!(failure(&error), ExitCode::SUCCESS);
    }
}
