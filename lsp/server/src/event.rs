//! Everything that can happen to the server, as one closed enum: the main loop's only input.
//!
//! Whoever has news (transport, worker, child process) sends an [`Event`]; nobody else changes the state.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tower_lsp::jsonrpc::{Error, Id, Response};

use crate::analysis::Finished;
use crate::clangd::ClangdEvent;
use crate::deep::DeepFinished;
use crate::workspace::Indexed;

/// One thing that happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// The client asks; the answer goes to `reply`.
    Request { id: Id, method: String, params: Value, reply: oneshot::Sender<Response> },
    /// The client tells.
    Notification { method: String, params: Value },
    /// The client answers one of our requests.
    Response(Response),
    /// The client is gone.
    Closed,
    /// A worker has the answer to the client's request `id`.
    Answered { id: Id, result: Result<Value, Error> },
    /// The fast tier has looked at one version of one document.
    Analysed(Finished),
    /// One of the two clangd children has something to say.
    Clangd(ClangdEvent),
    /// The deep tier has compiled, or given up on, one version of one document.
    Deep(DeepFinished),
    /// The idle timer of one document has run out.
    Idle { uri: tower_lsp::ls_types::Uri, version: i32 },
    /// A part of the workspace's files has been read.
    Indexed(Indexed),
    /// Settings were read from a `warplens.toml`, or the reading failed with a sentence for the user.
    Settings(Arc<crate::config::FileSettings>),
}

/// The way into the main loop, cheap to clone.
pub(crate) type Events = mpsc::UnboundedSender<Event>;
