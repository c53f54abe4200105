//! From a method's name to the code that answers it: the one table of requests.
//!
//! A read request runs on a worker with a [`Snapshot`], beside the same question to clangd; a panic in it becomes an
//! internal error of that one request. What the server advertises is checked against this table by a test.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::Uri;
use tower_lsp::ls_types::request::Request;

use crate::clangd::Pass;
use crate::clangd::child::Child;
use crate::snapshot::Snapshot;

/// What one pass is asked.
pub(crate) struct Question {
    pub(crate) pass: Pass,
    pub(crate) child: Child,
    pub(crate) params: Value,
}

/// A request that changes nothing. One file in `requests/` each.
pub(crate) trait Read: Request<Params: Send + 'static, Result: Send + 'static> + 'static {
    /// How long clangd may take before our own answer goes out alone.
    const PATIENCE: Duration = Duration::from_millis(1500);

    /// Our own answer.
    fn answer(snapshot: &Snapshot, params: &Self::Params) -> Result<Self::Result, Error>;

    /// The document to ask clangd about; `None`: clangd is not asked.
    fn document(_params: &Self::Params) -> Option<&Uri> {
        None
    }

    /// Whom to ask what: the client's own question about [`Read::document`], unless a request knows better.
    fn questions(snapshot: &Snapshot, params: &Self::Params, raw: &Value) -> Vec<Question> {
        let children = Self::document(params).map(|uri| snapshot.children_of(uri)).unwrap_or_default();
        children.into_iter().map(|(pass, child)| Question { pass, child, params: raw.clone() }).collect()
    }

    /// A pass was asked and has not answered in time: say so, where the answer has room for it.
    fn late(_result: &mut Self::Result) {}

    /// One answer of ours and of those of the passes that had one, host first.
    fn merge(ours: Self::Result, _theirs: Vec<(Pass, Self::Result)>) -> Self::Result {
        ours
    }
}

/// What a request runs with.
pub(crate) struct Job {
    /// The state when it came in.
    pub(crate) snapshot: Snapshot,
    /// Its parameters.
    pub(crate) params: Value,
}

/// The answer, some time.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

/// A row of the table.
pub(crate) struct Route {
    /// The method's name.
    pub(crate) method: &'static str,
    /// What answers it.
    pub(crate) run: fn(Job) -> Answer,
}

impl Route {
    /// The row of a read request.
    pub(crate) const fn of<R: Read>() -> Self {
        Self { method: R::METHOD, run: |job| Box::pin(run::<R>(job)) }
    }
}

/// The row for `method`.
pub(crate) fn route(method: &str) -> Option<&'static Route> {
    crate::requests::ROUTES.iter().find(|r| r.method == method)
}

async fn run<R: Read>(job: Job) -> Result<Value, Error> {
    let Job { snapshot, params: raw } = job;
    let params: R::Params = parse(raw.clone())?;
    let questions = R::questions(&snapshot, &params, &raw);
    let theirs = ask::<R::Result>(questions, R::METHOD, R::PATIENCE);
    let worker = blocking(move || R::answer(&snapshot, &params));
    let (ours, (mut theirs, late)) = tokio::join!(worker, theirs);
    let mut merged = match ours {
        Ok(ours) => R::merge(ours, theirs),
        // An answer from clangd is better than an error of ours.
        Err(_) if !theirs.is_empty() => theirs.remove(0).1,
        Err(e) => return Err(e),
    };
    if late {
        R::late(&mut merged);
    }
    serde_json::to_value(merged).map_err(|e| internal(&e.to_string()))
}

/// Ask passes at once. What they answered, host first, and whether one of them took longer than `patience`.
pub(crate) async fn ask<T: DeserializeOwned>(
    questions: Vec<Question>,
    method: &str,
    patience: Duration,
) -> (Vec<(Pass, T)>, bool) {
    let mut late = false;
    let one = |question: Option<Question>| async move {
        let Question { pass, child, params } = question?;
        Some((pass, tokio::time::timeout(patience, child.ask(method, params)).await))
    };
    let mut questions = questions.into_iter();
    let (host, device) = tokio::join!(one(questions.next()), one(questions.next()));
    let mut answers = Vec::new();
    for (pass, answer) in host.into_iter().chain(device) {
        match answer {
            Ok(Some(value)) => answers.extend(serde_json::from_value(value).ok().map(|v| (pass, v))),
            // An error, or no child: nothing will come.
            Ok(None) => {}
            Err(_) => late = true,
        }
    }
    (answers, late)
}

/// Run `work` on a worker thread; a panic is an internal error.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let guarded = move || std::panic::catch_unwind(AssertUnwindSafe(work));
    match tokio::task::spawn_blocking(guarded).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(internal(&panic_text(&*panic))),
        Err(_) => Err(Error::internal_error()),
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("this is a bug of warplens: {}", said.unwrap_or_else(|| "a panic without words".to_owned()))
}

/// Parameters of a known shape.
pub(crate) fn parse<T: DeserializeOwned>(params: Value) -> Result<T, Error> {
    serde_json::from_value(params).map_err(|e| {
        let mut error = Error::new(ErrorCode::InvalidParams);
        error.message = e.to_string().into();
        error
    })
}

/// An error of ours.
pub(crate) fn internal(message: &str) -> Error {
    let mut error = Error::internal_error();
    error.message = message.to_owned().into();
    error
}

/// A request that makes no sense here, with a sentence for the user.
pub(crate) fn refused(message: impl Into<String>) -> Error {
    let mut error = Error::new(ErrorCode::ServerError(-32803));
    error.message = message.into().into();
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_a_read_request_is_an_error_of_that_request_alone() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let failed = blocking::<()>(|| panic!("index out of bounds")).await.unwrap_err();
        std::panic::set_hook(hook);
        assert_eq!(failed.code, ErrorCode::InternalError);
        assert!(failed.message.contains("index out of bounds"), "{}", failed.message);
        assert_eq!(blocking(|| Ok(7)).await.unwrap(), 7);
    }
}
