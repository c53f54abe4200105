//! `warplens lsp`: the language server, over standard input and output, or TCP.
//!
//! Editors start it; it takes no settings on the command line beyond where to listen.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use warplens_driver_cc::Headers;
use warplens_lsp::ServerOptions;

/// Arguments of `warplens lsp`.
#[derive(clap::Args)]
pub struct Args {
    /// Serve clients over TCP at this address instead of standard input and output; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Speak over standard input and output; the default, and some editors insist on saying so
    #[arg(long, conflicts_with = "listen")]
    stdio: bool,
}

/// Runs the server until its client leaves.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    // Without our headers C++ is known less well; the rest works.
    let headers = Headers::find().map(|h| h.root().to_path_buf()).ok();
    let options = ServerOptions::new(env!("CARGO_PKG_VERSION"), headers);
    let Some(address) = args.listen else {
        let polite = warplens_lsp::serve_stdio(options).context("the language server could not start")?;
        // The protocol's rule: leaving without `shutdown` is an error.
        return Ok(if polite { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    };
    warplens_lsp::serve_tcp(address, options, |at| eprintln!("listening on {at}"))
        .with_context(|| format!("the language server could not listen on {address}"))?;
    Ok(ExitCode::SUCCESS)
}
