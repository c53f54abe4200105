//! The actor against fake children inside this process: one that answers, one that hangs, one that dies.

use super::*;
use serde_json::json;
use std::sync::Mutex;
use tokio::io::{BufReader, DuplexStream, duplex, split};

/// Ends of the fake children that were launched, newest last.
type Launched = Arc<Mutex<Vec<DuplexStream>>>;

fn fake() -> (Launcher, Launched) {
    let launched = Launched::default();
    let keep = Arc::clone(&launched);
    let launcher: Launcher = Arc::new(move |_| {
        let (ours, theirs) = duplex(1 << 16);
        keep.lock().unwrap().push(theirs);
        let (reader, writer) = split(ours);
        Ok(Connection { reader: Box::new(BufReader::new(reader)), writer: Box::new(writer), process: None })
    });
    (launcher, launched)
}

fn start(launcher: Launcher) -> (Child, mpsc::UnboundedReceiver<Event>) {
    let (events, inbox) = mpsc::unbounded_channel();
    let child =
        Child::start(Pass::Host, launcher, json!({"initializationOptions": {}}), Limits::default(), events);
    (child, inbox)
}

async fn news(inbox: &mut mpsc::UnboundedReceiver<Event>) -> News {
    match inbox.recv().await {
        Some(Event::Clangd(event)) => event.news,
        other => panic!("{other:?}"),
    }
}

fn take(launched: &Launched) -> BufReader<DuplexStream> {
    BufReader::new(launched.lock().unwrap().pop().expect("a child was launched"))
}

/// Play clangd up to the answer to `initialize`.
async fn welcome(child: &mut BufReader<DuplexStream>) {
    let initialize = framing::read(child).await.unwrap();
    assert_eq!(initialize["method"], "initialize");
    let answer = json!({"jsonrpc": "2.0", "id": 0, "result": {"serverInfo": {"version": "fake"}}});
    framing::write(child, &answer).await.unwrap();
    assert_eq!(framing::read(child).await.unwrap()["method"], "initialized");
}

fn open(version: i32, text: &str) -> Order {
    Order::Open { uri: "file:///a.cu".into(), language: "cuda".into(), version, text: text.into() }
}

#[tokio::test(start_paused = true)]
async fn a_fake_child_that_dies_is_started_again_and_told_everything() {
    let (launcher, launched) = fake();
    let (child, mut inbox) = start(launcher);
    child.tell(open(1, "old"));
    tokio::task::yield_now().await;
    let mut first = take(&launched);
    welcome(&mut first).await;
    assert!(matches!(news(&mut inbox).await, News::Up { .. }));
    let change =
        Order::Change { uri: "file:///a.cu".into(), version: 2, text: "new".into(), changes: json!([]) };
    child.tell(change);
    child.tell(Order::Commands(vec![("/a.cu".into(), json!({"compilationCommand": []}))]));
    drop(first);
    assert!(matches!(news(&mut inbox).await, News::Down { gave_up: false, .. }));
    while launched.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut second = take(&launched);
    welcome(&mut second).await;
    let configuration = framing::read(&mut second).await.unwrap();
    assert_eq!(configuration["method"], "workspace/didChangeConfiguration");
    let opened = framing::read(&mut second).await.unwrap();
    assert_eq!(opened["params"]["textDocument"]["text"], "new");
    assert_eq!(opened["params"]["textDocument"]["version"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_fake_child_that_hangs_is_killed_and_its_askers_get_nothing() {
    let (launcher, launched) = fake();
    let (child, mut inbox) = start(launcher);
    child.tell(open(1, "x"));
    tokio::task::yield_now().await;
    let mut hung = take(&launched);
    welcome(&mut hung).await;
    assert!(matches!(news(&mut inbox).await, News::Up { .. }));
    let asked = tokio::time::Instant::now();
    assert_eq!(child.ask("textDocument/hover", json!({})).await, None);
    assert!(asked.elapsed() <= Limits::default().hang + Limits::default().ping * 2, "{:?}", asked.elapsed());
    match news(&mut inbox).await {
        News::Down { reason, gave_up } => assert!(reason.contains("no sign of life") && !gave_up, "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_hopeless_child_stays_down_and_says_so_once() {
    let launcher: Launcher = Arc::new(|_| Err(std::io::Error::other("no")));
    let (child, mut inbox) = start(launcher);
    let mut downs = 0;
    loop {
        match news(&mut inbox).await {
            News::Down { gave_up, .. } => {
                downs += 1;
                if gave_up {
                    break;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(downs, Limits::default().max_failures);
    assert_eq!(child.ask("textDocument/hover", json!({})).await, None);
    assert!(inbox.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn an_asker_who_leaves_cancels_in_the_child() {
    let (launcher, launched) = fake();
    let (child, mut inbox) = start(launcher);
    tokio::task::yield_now().await;
    let mut fake = take(&launched);
    welcome(&mut fake).await;
    assert!(matches!(news(&mut inbox).await, News::Up { .. }));
    let ask = tokio::time::timeout(Duration::from_secs(1), child.ask("textDocument/hover", json!({})));
    assert!(ask.await.is_err());
    let request = framing::read(&mut fake).await.unwrap();
    let cancel = framing::read(&mut fake).await.unwrap();
    assert_eq!(cancel["method"], "$/cancelRequest");
    assert_eq!(cancel["params"]["id"], request["id"]);
}

#[tokio::test(start_paused = true)]
async fn a_fake_child_that_talks_rubbish_is_replaced() {
    let (launcher, launched) = fake();
    let (_child, mut inbox) = start(launcher);
    tokio::task::yield_now().await;
    let mut fake = take(&launched);
    tokio::io::AsyncWriteExt::write_all(&mut fake, b"Segmentation fault\r\n\r\n").await.unwrap();
    assert!(matches!(news(&mut inbox).await, News::Down { gave_up: false, .. }));
}
