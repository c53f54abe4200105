//! One clangd: started, spoken to, watched, killed and started again.
//!
//! An actor task owns the process. It keeps the open documents and their compile commands, so that a new process knows
//! what the old one knew. A child that dies is restarted with a growing pause, one that stops answering is killed; after
//! [`Limits::max_failures`] in a row it stays down until the configuration changes, and everyone who asks gets
//! "nothing" at once. It does not judge answers: that is [`super::merge`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::flags::Pass;
use super::{ClangdEvent, News, framing};
use crate::event::{Event, Events};

/// A running child as the actor sees it.
pub struct Connection {
    /// What the child says.
    pub reader: Box<dyn AsyncBufRead + Unpin + Send>,
    /// What the child hears.
    pub writer: Box<dyn AsyncWrite + Unpin + Send>,
    /// The process, killed when dropped; `None` for a child inside this process, in tests.
    pub process: Option<tokio::process::Child>,
}

/// Starts a child for a pass.
pub type Launcher = Arc<dyn Fn(Pass) -> std::io::Result<Connection> + Send + Sync>;

/// When a child counts as hung or as hopeless.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A child that says nothing for this long after a question that needs no thought is killed.
    pub hang: Duration,
    /// How often it is asked.
    pub ping: Duration,
    /// The first pause before a restart; it doubles each time.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How many failures in a row before it stays down. A session that lived a minute clears the count.
    pub max_failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            hang: Duration::from_secs(20),
            ping: Duration::from_secs(5),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            max_failures: 6,
        }
    }
}

/// A session that lived this long clears the count of failures.
const HEALTHY: Duration = Duration::from_secs(60);

/// What the rest of the server tells a child.
pub(crate) enum Order {
    /// A document is open with this text.
    Open { uri: String, language: String, version: i32, text: Arc<str> },
    /// A document changed: `changes` as the client sent them, `text` what came of it.
    Change { uri: String, version: i32, text: Arc<str>, changes: Value },
    /// A document was saved.
    Save { uri: String },
    /// A document was closed.
    Close { uri: String },
    /// Compile commands, by path, as clangd's extension takes them.
    Commands(Vec<(String, Value)>),
    /// Some asker has lost patience: tell the child to stop thinking about it.
    Sweep,
    /// Ask; dropping the receiver, then [`Order::Sweep`], cancels.
    Ask { method: String, params: Value, reply: oneshot::Sender<Value> },
    /// End for good.
    Stop,
}

/// The way to one child.
#[derive(Clone)]
pub(crate) struct Child {
    orders: mpsc::UnboundedSender<Order>,
    /// What the newest process said it can do; null before it said so.
    capabilities: Arc<Mutex<Value>>,
}

impl Child {
    /// Start the actor. `initialize` holds the parameters of every new process's `initialize`.
    pub(crate) fn start(
        pass: Pass,
        launcher: Launcher,
        initialize: Value,
        limits: Limits,
        events: Events,
    ) -> Self {
        let (orders, inbox) = mpsc::unbounded_channel();
        let capabilities = Arc::default();
        let actor = Actor {
            capabilities: Arc::clone(&capabilities),
            pass,
            launcher,
            initialize,
            limits,
            events,
            inbox,
            documents: BTreeMap::new(),
            commands: BTreeMap::new(),
            failures: 0,
        };
        tokio::spawn(actor.run());
        Self { orders, capabilities }
    }

    /// What the newest process said it can do, at a path of its `capabilities`.
    pub(crate) fn capability(&self, path: &str) -> Option<Value> {
        let said = self.capabilities.lock().unwrap_or_else(PoisonError::into_inner);
        said.pointer(path).cloned()
    }

    /// Tell; a child that is gone for good hears nothing.
    pub(crate) fn tell(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// Ask and wait. `None`: no answer, an error, or no child.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Option<Value> {
        let (reply, answer) = oneshot::channel();
        self.tell(Order::Ask { method: method.to_owned(), params, reply });
        let mut waiting = Waiting { child: self, answered: false };
        let result = answer.await.ok();
        waiting.answered = true;
        result
    }
}

/// Sweeps when the asker goes away before the answer comes.
struct Waiting<'a> {
    child: &'a Child,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.child.tell(Order::Sweep);
        }
    }
}

struct Document {
    language: String,
    version: i32,
    text: Arc<str>,
}

struct Actor {
    capabilities: Arc<Mutex<Value>>,
    pass: Pass,
    launcher: Launcher,
    initialize: Value,
    limits: Limits,
    events: Events,
    inbox: mpsc::UnboundedReceiver<Order>,
    documents: BTreeMap<String, Document>,
    commands: BTreeMap<String, Value>,
    failures: u32,
}

/// How a session ended.
enum End {
    Stopped,
    Failed(String),
}

impl Actor {
    async fn run(mut self) {
        loop {
            let began = Instant::now();
            let end = match (self.launcher)(self.pass) {
                Ok(connection) => self.session(connection).await,
                Err(e) => End::Failed(format!("it could not be started: {e}")),
            };
            let End::Failed(reason) = end else { return };
            if began.elapsed() > HEALTHY {
                self.failures = 0;
            }
            self.failures += 1;
            let gave_up = self.failures >= self.limits.max_failures;
            self.report(News::Down { reason, gave_up });
            let doubled = 1 << (self.failures - 1).min(16);
            let pause = self.limits.first_pause.saturating_mul(doubled);
            let until =
                if gave_up { None } else { Some(Instant::now() + pause.min(self.limits.longest_pause)) };
            if self.pause(until).await {
                return;
            }
        }
    }

    fn report(&self, news: News) {
        let _ = self.events.send(Event::Clangd(ClangdEvent { pass: self.pass, news }));
    }

    /// Keep the books while no process runs. True when told to stop.
    async fn pause(&mut self, until: Option<Instant>) -> bool {
        loop {
            let order = match until {
                Some(until) => match tokio::time::timeout_at(until, self.inbox.recv()).await {
                    Ok(order) => order,
                    Err(_) => return false,
                },
                None => self.inbox.recv().await,
            };
            match order {
                None | Some(Order::Stop) => return true,
                // Dropping the reply says "nothing".
                Some(order) => drop(self.note(order)),
            }
        }
    }

    /// Remember what a later process must know; gives back what the present one must be told.
    fn note(&mut self, order: Order) -> Option<(String, Value)> {
        match order {
            Order::Open { uri, language, version, text } => {
                let params = json!({"textDocument":
                    {"uri": uri, "languageId": language, "version": version, "text": &*text}});
                self.documents.insert(uri, Document { language, version, text });
                Some(("textDocument/didOpen".to_owned(), params))
            }
            Order::Change { uri, version, text, changes } => {
                let document = self.documents.get_mut(&uri)?;
                document.version = version;
                document.text = text;
                let params =
                    json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
                Some(("textDocument/didChange".to_owned(), params))
            }
            Order::Save { uri } => {
                self.documents.get(&uri)?;
                Some(("textDocument/didSave".to_owned(), json!({"textDocument": {"uri": uri}})))
            }
            Order::Close { uri } => {
                self.documents.remove(&uri)?;
                Some(("textDocument/didClose".to_owned(), json!({"textDocument": {"uri": uri}})))
            }
            Order::Commands(commands) => {
                let changes: serde_json::Map<_, _> = commands.iter().cloned().collect();
                self.commands.extend(commands);
                let params = json!({"settings": {"compilationDatabaseChanges": changes}});
                Some(("workspace/didChangeConfiguration".to_owned(), params))
            }
            Order::Ask { .. } | Order::Sweep | Order::Stop => None,
        }
    }

    async fn session(&mut self, connection: Connection) -> End {
        let Connection { mut reader, mut writer, process } = connection;
        let (to_child, mut outbox) = mpsc::unbounded_channel::<Value>();
        // Its own task, because a child that hangs stops reading and the pipe fills.
        let writing = tokio::spawn(async move {
            while let Some(message) = outbox.recv().await {
                if framing::write(&mut writer, &message).await.is_err() {
                    return;
                }
            }
        });
        let (heard, mut messages) = mpsc::unbounded_channel();
        let reading = tokio::spawn(async move {
            loop {
                let message = framing::read(&mut reader).await;
                let last = message.is_err();
                if heard.send(message).is_err() || last {
                    return;
                }
            }
        });
        let mut session = Session { to_child, asked: HashMap::new(), next_id: 1, ready: false };
        let end = self.talk(&mut session, &mut messages).await;
        reading.abort();
        writing.abort();
        drop(process);
        end
    }

    async fn talk(
        &mut self,
        session: &mut Session,
        messages: &mut mpsc::UnboundedReceiver<Result<Value, framing::FramingError>>,
    ) -> End {
        let mut initialize = self.initialize.clone();
        initialize["initializationOptions"]["compilationDatabaseChanges"] =
            Value::Object(self.commands.clone().into_iter().collect());
        session.send(json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": initialize}));
        let mut unanswered_since = Some(Instant::now());
        let mut ticks = tokio::time::interval(self.limits.ping);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut waiting: Vec<Order> = Vec::new();
        loop {
            let deadline = unanswered_since.map(|since| since + self.limits.hang);
            let hung = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                message = messages.recv() => {
                    let message = match message {
                        Some(Ok(message)) => message,
                        Some(Err(e)) => return End::Failed(e.to_string()),
                        None => return End::Failed("the stream ended".to_owned()),
                    };
                    unanswered_since = None;
                    if !session.ready && message.get("id").and_then(Value::as_i64) == Some(0) {
                        self.welcome(session, &message);
                        for order in waiting.drain(..) {
                            self.obey(session, order);
                        }
                    } else {
                        self.hear(session, message);
                    }
                }
                order = self.inbox.recv() => match order {
                    None | Some(Order::Stop) => {
                        session.send(json!({"jsonrpc": "2.0", "id": -1, "method": "shutdown"}));
                        session.send(json!({"jsonrpc": "2.0", "method": "exit"}));
                        // Give the writer a chance; the process is killed right after in any case.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        return End::Stopped;
                    }
                    Some(order) if session.ready => self.obey(session, order),
                    Some(order @ Order::Ask { .. }) => waiting.push(order),
                    // The new process gets the books as a whole.
                    Some(order) => drop(self.note(order)),
                },
                _ = ticks.tick(), if session.ready => {
                    if unanswered_since.is_none() && !self.documents.is_empty() {
                        // An unknown `$/` request is refused at once by a server that lives.
                        session.send(json!({"jsonrpc": "2.0", "id": -2, "method": "$/warplens/alive"}));
                        unanswered_since = Some(Instant::now());
                    }
                }
                () = hung => {
                    let seconds = self.limits.hang.as_secs_f32();
                    return End::Failed(format!("it gave no sign of life for {seconds} s"));
                }
            }
        }
    }

    /// The answer to `initialize`: tell the new process everything.
    fn welcome(&mut self, session: &mut Session, message: &Value) {
        session.ready = true;
        session.notify("initialized", json!({}));
        let version = message.pointer("/result/serverInfo/version").and_then(Value::as_str);
        self.report(News::Up { version: version.unwrap_or("unknown version").to_owned() });
        let capabilities = message.pointer("/result/capabilities").cloned().unwrap_or(Value::Null);
        *self.capabilities.lock().unwrap_or_else(PoisonError::into_inner) = capabilities;
        let commands: serde_json::Map<_, _> = self.commands.clone().into_iter().collect();
        if !commands.is_empty() {
            let params = json!({"settings": {"compilationDatabaseChanges": commands}});
            session.notify("workspace/didChangeConfiguration", params);
        }
        for (uri, d) in &self.documents {
            let params = json!({"textDocument":
                {"uri": uri, "languageId": d.language, "version": d.version, "text": &*d.text}});
            session.notify("textDocument/didOpen", params);
        }
    }

    fn obey(&mut self, session: &mut Session, order: Order) {
        if matches!(order, Order::Sweep) {
            session.sweep();
        } else if let Order::Ask { method, params, reply } = order {
            let id = session.next_id;
            session.next_id += 1;
            session.asked.insert(id, reply);
            session.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        } else if let Some((method, params)) = self.note(order) {
            session.notify(&method, params);
        }
    }

    fn hear(&mut self, session: &mut Session, mut message: Value) {
        let id = message.get("id").cloned();
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        match (method, id) {
            (None, Some(id)) => {
                let asked = id.as_i64().and_then(|id| session.asked.remove(&id));
                if let (Some(reply), Some(result)) = (asked, message.get_mut("result")) {
                    // The asker may have lost patience.
                    let _ = reply.send(result.take());
                }
            }
            (Some(method), Some(id)) => {
                // A refusal would make clangd complain; there is nothing it may ask that we must do, but edits.
                if method == "workspace/applyEdit" {
                    self.report(News::ApplyEdit(message["params"].take()));
                    session.send(json!({"jsonrpc": "2.0", "id": id, "result": {"applied": true}}));
                } else {
                    session.send(json!({"jsonrpc": "2.0", "id": id, "result": null}));
                }
            }
            (Some(method), None) if method == "textDocument/publishDiagnostics" => {
                self.report(News::Diagnostics(message["params"].take()));
            }
            _ => {}
        }
    }
}

struct Session {
    to_child: mpsc::UnboundedSender<Value>,
    asked: HashMap<i64, oneshot::Sender<Value>>,
    next_id: i64,
    ready: bool,
}

impl Session {
    fn send(&self, message: Value) {
        let _ = self.to_child.send(message);
    }

    fn sweep(&mut self) {
        let closed: Vec<i64> =
            self.asked.iter().filter(|(_, reply)| reply.is_closed()).map(|(&id, _)| id).collect();
        for id in closed {
            self.asked.remove(&id);
            self.notify("$/cancelRequest", json!({"id": id}));
        }
    }

    fn notify(&self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }
}

#[cfg(test)]
mod tests;
