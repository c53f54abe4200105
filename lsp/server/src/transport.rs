//! tower-lsp's framing and multiplexing between a pair of byte streams and the main loop.
//!
//! Only its transport is used: messages enter the loop's queue inside `call`, before anything is awaited, so the
//! order of text changes is the order on the wire. It does not look at methods or parameters.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::mpsc as fut_mpsc;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Request, Response};
use tower_lsp::{Loopback, Server};
use tower_service::Service;

use crate::event::{Event, Events};

/// How many requests may wait for their answer at once. High, so that a cancellation is never stuck behind them.
const MAX_WAITING: usize = 4096;

/// Run the transport until the client closes it or sends `exit`.
pub(crate) async fn run<I, O>(
    input: I,
    output: O,
    events: Events,
    outgoing: fut_mpsc::UnboundedReceiver<Request>,
) where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let (responses, mut incoming) = fut_mpsc::unbounded();
    let to_loop = events.clone();
    let pump = tokio::spawn(async move {
        while let Ok(response) = incoming.recv().await {
            if to_loop.send(Event::Response(response)).is_err() {
                return;
            }
        }
    });
    let socket = Socket { outgoing, responses };
    Server::new(input, output, socket)
        .concurrency_level(MAX_WAITING)
        .serve(Port { events: events.clone() })
        .await;
    pump.abort();
    // The loop may have ended already, after `exit`.
    let _ = events.send(Event::Closed);
}

struct Socket {
    outgoing: fut_mpsc::UnboundedReceiver<Request>,
    responses: fut_mpsc::UnboundedSender<Response>,
}

impl Loopback for Socket {
    type RequestStream = fut_mpsc::UnboundedReceiver<Request>;
    type ResponseSink = fut_mpsc::UnboundedSender<Response>;

    fn split(self) -> (Self::RequestStream, Self::ResponseSink) {
        (self.outgoing, self.responses)
    }
}

struct Port {
    events: Events,
}

impl Service<Request> for Port {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Option<Response>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id, params) = request.into_parts();
        let method = method.into_owned();
        let params = params.unwrap_or(Value::Null);
        let Some(id) = id else {
            let _ = self.events.send(Event::Notification { method, params });
            return Box::pin(std::future::ready(Ok(None)));
        };
        let (reply, answer) = oneshot::channel();
        let event = Event::Request { id: id.clone(), method, params, reply };
        let _ = self.events.send(event);
        Box::pin(async move {
            let response = answer.await.unwrap_or_else(|_| Response::from_error(id, Error::internal_error()));
            Ok(Some(response))
        })
    }
}
