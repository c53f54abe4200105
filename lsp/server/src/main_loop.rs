//! The one loop that owns the state.
//!
//! Events come in one at a time and are handled to the end without waiting; whatever takes time goes to a worker with a
//! snapshot and comes back as an event. The order of text changes is the order on the wire.

mod configuration;
mod documents;
mod lifecycle;
mod results;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Response};
use tower_lsp::ls_types::{Diagnostic, Uri};

use crate::ServerOptions;
use crate::clangd::Clangd;
use crate::client::{Abilities, Client, Expected};
use crate::config::{FileSettings, Settings};
use crate::deep::DeepTier;
use crate::diagnostics::Shown;
use crate::dispatch::{self, Job};
use crate::document::Document;
use crate::event::{Event, Events};
use crate::snapshot::{LateTokens, SentTokens, Snapshot};
use crate::text::Encoding;
use crate::workspace::Workspace;

/// Where the session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing was said yet.
    New,
    /// `initialize` was answered.
    Running,
    /// `shutdown` was answered.
    ShutDown,
}

/// A request that waits for its answer.
struct InFlight {
    reply: oneshot::Sender<Response>,
    work: AbortHandle,
}

/// Which analyses of one document run.
#[derive(Clone, Copy, Debug, Default)]
struct Running {
    busy: bool,
    again: bool,
}

/// The state.
pub(crate) struct MainLoop {
    options: ServerOptions,
    events: Events,
    client: Client,
    phase: Phase,
    abilities: Arc<Abilities>,
    /// What the client said in `initialize`, for clangd.
    introduction: Value,
    encoding: Encoding,
    settings: Arc<Settings>,
    file_settings: Arc<FileSettings>,
    documents: Arc<HashMap<Uri, Arc<Document>>>,
    shown: Arc<HashMap<Uri, Shown>>,
    workspace: Arc<Workspace>,
    running: HashMap<Uri, Running>,
    /// What was last pushed for each document, so that nothing is pushed twice.
    pushed: HashMap<Uri, (i32, Vec<Diagnostic>)>,
    in_flight: HashMap<Id, InFlight>,
    clangd: Option<Arc<Clangd>>,
    /// Whether clangd was looked for since the settings last changed.
    clangd_tried: bool,
    /// Whether the user was told that there is no clang.
    clang_missed: bool,
    deep: DeepTier,
    scan: u64,
    scan_stop: Arc<AtomicBool>,
    progress_shown: bool,
    last_progress: Option<Value>,
    sent_tokens: SentTokens,
    late_tokens: LateTokens,
    headers: Arc<warplens_headers::Headers>,
}

impl MainLoop {
    pub(crate) fn new(options: ServerOptions, events: Events, client: Client) -> Self {
        Self {
            deep: DeepTier::new(events.clone()),
            options,
            events,
            client,
            phase: Phase::New,
            abilities: Arc::default(),
            introduction: Value::Null,
            encoding: Encoding::Utf16,
            settings: Arc::default(),
            file_settings: Arc::default(),
            documents: Arc::default(),
            shown: Arc::default(),
            workspace: Arc::default(),
            running: HashMap::new(),
            pushed: HashMap::new(),
            in_flight: HashMap::new(),
            clangd: None,
            clangd_tried: false,
            clang_missed: false,
            scan: 0,
            scan_stop: Arc::default(),
            progress_shown: false,
            last_progress: None,
            sent_tokens: SentTokens::default(),
            late_tokens: LateTokens::default(),
            headers: Arc::default(),
        }
    }

    /// Run until the client goes. True when it said `shutdown` before.
    pub(crate) async fn run(mut self, mut events: mpsc::UnboundedReceiver<Event>) -> bool {
        while let Some(event) = events.recv().await {
            if self.handle(event) {
                break;
            }
        }
        for (_, waiting) in self.in_flight.drain() {
            waiting.work.abort();
        }
        self.phase == Phase::ShutDown
    }

    /// Handle one event; true for the last.
    fn handle(&mut self, event: Event) -> bool {
        match event {
            Event::Request { id, method, params, reply } => self.request(id, &method, params, reply),
            Event::Notification { method, params } => return self.notification(&method, params),
            Event::Response(response) => self.response(response),
            Event::Closed => return true,
            Event::Answered { id, result } => self.answered(id, result),
            Event::Analysed(finished) => self.analysed(finished),
            Event::Clangd(event) => self.clangd_says(event),
            Event::Deep(finished) => self.compiled(finished),
            Event::Idle { uri, version } => self.idle(&uri, version),
            Event::Indexed(batch) => self.indexed(batch),
            Event::Settings(settings) => self.use_file_settings(settings),
        }
        false
    }

    fn request(&mut self, id: Id, method: &str, params: Value, reply: oneshot::Sender<Response>) {
        let result = match (method, self.phase) {
            ("initialize", Phase::New) => Ok(self.initialize(params)),
            ("initialize", _) => Err(Error::invalid_request()),
            (_, Phase::New) => Err(not_initialised()),
            (_, Phase::ShutDown) => Err(Error::invalid_request()),
            ("shutdown", Phase::Running) => {
                self.shut_down();
                Ok(Value::Null)
            }
            (_, Phase::Running) => match dispatch::route(method) {
                Some(route) => return self.start(route, id, params, reply),
                None => Err(Error::method_not_found()),
            },
        };
        // The transport may have given up on it.
        let _ = reply.send(Response::from_parts(id, result));
    }

    fn start(
        &mut self,
        route: &'static dispatch::Route,
        id: Id,
        params: Value,
        reply: oneshot::Sender<Response>,
    ) {
        let job = Job { snapshot: self.snapshot(), params };
        let events = self.events.clone();
        let name = id.clone();
        let work = tokio::spawn(async move {
            let result = (route.run)(job).await;
            let _ = events.send(Event::Answered { id: name, result });
        });
        let waiting = InFlight { reply, work: work.abort_handle() };
        if let Some(twin) = self.in_flight.insert(id.clone(), waiting) {
            // Two requests of one id: a broken client. The first cannot be told apart any more.
            let _ = twin.reply.send(Response::from_error(id, Error::invalid_request()));
        }
    }

    fn answered(&mut self, id: Id, result: Result<Value, Error>) {
        // Cancelled ones are gone already.
        if let Some(waiting) = self.in_flight.remove(&id) {
            let _ = waiting.reply.send(Response::from_parts(id, result));
        }
    }

    fn cancel(&mut self, params: &Value) {
        let id = match params.get("id") {
            Some(Value::Number(n)) => n.as_i64().map(Id::Number),
            Some(Value::String(s)) => Some(Id::String(s.clone())),
            _ => None,
        };
        if let Some(id) = id
            && let Some(waiting) = self.in_flight.remove(&id)
        {
            waiting.work.abort();
            let error = Error::new(ErrorCode::RequestCancelled);
            let _ = waiting.reply.send(Response::from_error(id, error));
        }
    }

    fn response(&mut self, response: Response) {
        match self.client.answered(response) {
            Some((Expected::Configuration, answer)) => self.configuration_answer(&answer),
            Some((Expected::Progress(token), _)) => self.progress_begins(&token),
            Some((Expected::Nothing, _)) | None => {}
        }
    }

    /// The state as a request sees it.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            documents: Arc::clone(&self.documents),
            shown: Arc::clone(&self.shown),
            workspace: Arc::clone(&self.workspace),
            settings: Arc::clone(&self.settings),
            file_settings: Arc::clone(&self.file_settings),
            abilities: Arc::clone(&self.abilities),
            encoding: self.encoding,
            clangd: self.clangd.clone(),
            deep: self.deep.reports(),
            sent_tokens: Arc::clone(&self.sent_tokens),
            late_tokens: Arc::clone(&self.late_tokens),
        }
    }
}

fn not_initialised() -> Error {
    let mut error = Error::new(ErrorCode::ServerError(-32002));
    error.message = "the first request must be `initialize`".into();
    error
}
