//! The language server: the protocol, the state, clangd and clang as child processes.
//!
//! `transport` moves messages, [`serve`] ties it to `main_loop`, which owns the state; `dispatch` and `requests` answer from
//! snapshots; `clangd` and `deep` run other programs. What code means is `warplens-ide`'s business: no rule and no
//! grammar is here, and no type of the protocol leaves this crate.

mod analysis;
mod capabilities;
pub mod clangd;
mod client;
pub mod config;
pub mod deep;
mod diagnostics;
mod dispatch;
mod document;
mod event;
mod main_loop;
mod requests;
mod snapshot;
mod text;
mod to_proto;
mod transport;
mod workspace;

use std::net::SocketAddr;
use std::path::PathBuf;

use futures_channel::mpsc as fut_mpsc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

use clangd::{Launcher, Limits};
use client::Client;
use main_loop::MainLoop;

/// What a server needs from its surroundings.
#[derive(Clone)]
pub struct ServerOptions {
    /// The version it says it is.
    pub version: &'static str,
    /// The folder of our headers, which holds `cuda/`, `musa/` and `common/`; `None`: sources go without.
    pub headers: Option<PathBuf>,
    /// How to start clangd; `None`: find one.
    pub clangd: Option<Launcher>,
    /// When a clangd counts as hung or hopeless.
    pub clangd_limits: Limits,
}

impl ServerOptions {
    /// A server of this version with our headers at `headers`.
    pub fn new(version: &'static str, headers: Option<PathBuf>) -> Self {
        Self { version, headers, clangd: None, clangd_limits: Limits::default() }
    }
}

/// Serve one client over a pair of streams until it leaves. True when it said `shutdown` first.
///
/// Wants a tokio runtime with time, IO and process drivers.
pub async fn serve<I, O>(input: I, output: O, options: ServerOptions) -> bool
where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let (events, inbox) = mpsc::unbounded_channel();
    let (out, outgoing) = fut_mpsc::unbounded();
    let main_loop = MainLoop::new(options, events.clone(), Client::new(out));
    let running = tokio::spawn(main_loop.run(inbox));
    transport::run(input, output, events, outgoing).await;
    running.await.unwrap_or(false)
}

/// Serve one client over standard input and output. True when it said `shutdown` before it left.
///
/// # Errors
/// When no runtime can be made.
pub fn serve_stdio(options: ServerOptions) -> std::io::Result<bool> {
    let runtime = runtime()?;
    let polite = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), options));
    // Reading standard input cannot be interrupted.
    runtime.shutdown_background();
    Ok(polite)
}

/// Serve clients over TCP, one after the other or at once, each with a state of its own. `ready` hears the address.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve_tcp(
    address: SocketAddr,
    options: ServerOptions,
    ready: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    let runtime = runtime()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(address).await?;
        ready(listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let options = options.clone();
            tokio::spawn(async move {
                let (input, output) = stream.into_split();
                serve(input, output, options).await;
            });
        }
    })
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Enough to work beside a scan; each more keeps freed memory of its own.
        .max_blocking_threads(4)
        .thread_keep_alive(std::time::Duration::from_secs(5))
        .build()
}
