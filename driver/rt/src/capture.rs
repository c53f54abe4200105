//! Stream capture and graphs: work that is written down instead of done, and done later in its order.
//!
//! A graph is a list of nodes with the nodes they wait for. Because the device runs one kernel after another anyway,
//! launching a graph issues its nodes in an order that respects their dependencies, all into the graph's stream.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::Request;

use crate::callbacks::{self, Function};
use crate::error::{Error, Result};
use crate::{kernels, link, memory, streams};

/// What a node does.
#[derive(Clone, Debug)]
pub enum Work {
    Empty,
    Kernel(kernels::Launch),
    Copy(memory::Copy),
    /// Several copies: a box of memory.
    Copies(Vec<memory::Copy>),
    Fill(memory::Fill),
    Host(Function),
    Record(u64),
    /// An allocation that the graph owns begins or ends.
    Memory {
        address: u64,
        frees: bool,
    },
    Child(Vec<Node>),
}

/// A node: its work, and the numbers of the nodes before it.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: u64,
    pub work: Work,
    pub after: Vec<u64>,
    /// Removed nodes keep their place in dependencies.
    pub gone: bool,
}

#[derive(Default)]
struct State {
    next: u64,
    graphs: HashMap<u64, Vec<Node>>,
    executables: HashMap<u64, Vec<Node>>,
    /// Streams in capture: the graph, and the nodes the next one comes after.
    capturing: HashMap<u64, (u64, Vec<u64>)>,
    /// The stream where each capture began.
    origin: HashMap<u64, u64>,
    /// Events recorded in a capture: graph and nodes.
    events: HashMap<u64, (u64, Vec<u64>)>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);
static CAPTURING: AtomicUsize = AtomicUsize::new(0);

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    f(STATE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

impl State {
    fn number(&mut self) -> u64 {
        // Aligned and far from stream numbers, as handles go.
        self.next += 16;
        0x6000_0000 + self.next
    }
}

fn idle() -> bool {
    CAPTURING.load(Ordering::Relaxed) == 0
}

/// Adds work to the graph that `stream` captures; false when it captures none.
pub fn add(stream: u64, work: impl FnOnce() -> Work) -> Result<bool> {
    if idle() {
        return Ok(false);
    }
    with(|state| {
        let Some((graph, after)) = state.capturing.get(&stream).cloned() else { return Ok(false) };
        let id = state.number();
        let node = Node { id, work: work(), after, gone: false };
        state.graphs.get_mut(&graph).ok_or(Error::CAPTURE_INVALIDATED)?.push(node);
        state.capturing.insert(stream, (graph, vec![id]));
        Ok(true)
    })
}

/// Calls that wait cannot be captured.
pub fn forbid(stream: u64) -> Result {
    if !idle() && with(|s| s.capturing.contains_key(&stream)) {
        Err(Error::CAPTURE_UNSUPPORTED)
    } else {
        Ok(())
    }
}

/// `cudaStreamBeginCapture`
pub fn begin(stream: u64) -> Result {
    if stream == 0 {
        return Err(Error::CAPTURE_UNSUPPORTED);
    }
    with(|state| {
        if state.capturing.contains_key(&stream) {
            return Err(Error::ILLEGAL_STATE);
        }
        let graph = state.number();
        state.graphs.insert(graph, Vec::new());
        state.capturing.insert(stream, (graph, Vec::new()));
        state.origin.insert(graph, stream);
        CAPTURING.fetch_add(1, Ordering::Relaxed);
        Ok(())
    })
}

/// `cudaStreamEndCapture`: the graph.
pub fn end(stream: u64) -> Result<u64> {
    with(|state| {
        let (graph, last) = state.capturing.get(&stream).cloned().ok_or(Error::ILLEGAL_STATE)?;
        if state.origin.get(&graph) != Some(&stream) {
            return Err(Error::CAPTURE_UNMATCHED);
        }
        // What other streams did must have come back to this one.
        let nodes = state.graphs.get(&graph).cloned().unwrap_or_default();
        let mut reached: HashSet<u64> = last.into_iter().collect();
        for node in nodes.iter().rev() {
            if reached.contains(&node.id) {
                reached.extend(node.after.iter().copied());
            }
        }
        let unjoined = state
            .capturing
            .iter()
            .any(|(&s, (g, last))| s != stream && *g == graph && last.iter().any(|n| !reached.contains(n)));
        state.capturing.retain(|_, (g, _)| *g != graph);
        state.events.retain(|_, (g, _)| *g != graph);
        state.origin.remove(&graph);
        CAPTURING.fetch_sub(1, Ordering::Relaxed);
        if unjoined { Err(Error::CAPTURE_UNJOINED) } else { Ok(graph) }
    })
}

/// The graph a stream captures into.
pub fn current(stream: u64) -> Option<u64> {
    if idle() { None } else { with(|s| s.capturing.get(&stream).map(|(graph, _)| *graph)) }
}

/// An event is recorded in a stream; true when that was captured.
pub fn record(event: u64, stream: u64) -> bool {
    if idle() {
        return false;
    }
    with(|state| match state.capturing.get(&stream).cloned() {
        Some(place) => {
            state.events.insert(event, place);
            true
        }
        None => {
            state.events.remove(&event);
            false
        }
    })
}

/// A stream waits for an event; true when the event is part of a capture, which the stream so joins.
pub fn join(stream: u64, event: u64) -> Result<bool> {
    if idle() {
        return Ok(false);
    }
    with(|state| {
        let Some((graph, nodes)) = state.events.get(&event).cloned() else {
            let capturing = state.capturing.contains_key(&stream);
            return if capturing { Err(Error::CAPTURE_UNSUPPORTED) } else { Ok(false) };
        };
        let (own, after) = state.capturing.entry(stream).or_insert((graph, Vec::new()));
        if *own != graph {
            return Err(Error::CAPTURE_UNMATCHED);
        }
        for node in nodes {
            if !after.contains(&node) {
                after.push(node);
            }
        }
        Ok(true)
    })
}

/// `cudaGraphCreate`
pub fn create() -> u64 {
    with(|state| {
        let graph = state.number();
        state.graphs.insert(graph, Vec::new());
        graph
    })
}

/// Adds a node to a graph.
pub fn add_node(graph: u64, work: Work, after: Vec<u64>) -> Result<u64> {
    with(|state| {
        let id = state.number();
        let nodes = state.graphs.get_mut(&graph).ok_or(Error::INVALID_VALUE)?;
        if after.iter().any(|a| !nodes.iter().any(|n| n.id == *a)) {
            return Err(Error::INVALID_VALUE);
        }
        nodes.push(Node { id, work, after, gone: false });
        Ok(id)
    })
}

/// Changes a graph's nodes in place.
pub fn edit<T>(graph: u64, f: impl FnOnce(&mut Vec<Node>) -> Result<T>) -> Result<T> {
    with(|state| f(state.graphs.get_mut(&graph).ok_or(Error::INVALID_VALUE)?))
}

/// Changes an executable graph's nodes in place.
pub fn edit_executable<T>(executable: u64, f: impl FnOnce(&mut Vec<Node>) -> Result<T>) -> Result<T> {
    with(|state| f(state.executables.get_mut(&executable).ok_or(Error::INVALID_VALUE)?))
}

/// Changes the node of whatever graph holds it.
pub fn edit_node<T>(id: u64, f: impl FnOnce(&mut Node) -> Result<T>) -> Result<T> {
    with(|state| {
        let node = state.graphs.values_mut().flatten().find(|node| node.id == id && !node.gone);
        f(node.ok_or(Error::INVALID_VALUE)?)
    })
}

/// A copy of a graph's nodes.
pub fn nodes(graph: u64) -> Result<Vec<Node>> {
    edit(graph, |nodes| Ok(nodes.iter().filter(|n| !n.gone).cloned().collect()))
}

/// `cudaGraphClone`
pub fn duplicate(graph: u64) -> Result<u64> {
    let nodes = nodes(graph)?;
    Ok(with(|state| {
        let copy = state.number();
        state.graphs.insert(copy, nodes);
        copy
    }))
}

/// `cudaGraphDestroy`
pub fn destroy(graph: u64) -> Result {
    with(|state| state.graphs.remove(&graph).map(drop).ok_or(Error::INVALID_VALUE))
}

/// `cudaGraphInstantiate`: refuses circles.
pub fn instantiate(graph: u64) -> Result<u64> {
    let ordered = in_order(nodes(graph)?)?;
    Ok(with(|state| {
        let executable = state.number();
        state.executables.insert(executable, ordered);
        executable
    }))
}

/// `cudaGraphExecUpdate`: same shape, new contents.
pub fn update(executable: u64, graph: u64) -> Result {
    let ordered = in_order(nodes(graph)?)?;
    edit_executable(executable, |nodes| {
        let same = nodes.len() == ordered.len()
            && nodes
                .iter()
                .zip(&ordered)
                .all(|(a, b)| std::mem::discriminant(&a.work) == std::mem::discriminant(&b.work));
        if !same {
            return Err(Error(910));
        }
        *nodes = ordered;
        Ok(())
    })
}

/// `cudaGraphExecDestroy`
pub fn destroy_executable(executable: u64) -> Result {
    with(|state| state.executables.remove(&executable).map(drop).ok_or(Error::INVALID_VALUE))
}

/// Nodes so that each comes after those it waits for; otherwise in the order they were added.
fn in_order(nodes: Vec<Node>) -> Result<Vec<Node>> {
    let known: HashSet<u64> = nodes.iter().map(|n| n.id).collect();
    let mut done = HashSet::new();
    let mut left = nodes;
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let before = left.len();
        let mut later = Vec::new();
        for node in left {
            if node.after.iter().all(|a| done.contains(a) || !known.contains(a)) {
                done.insert(node.id);
                ordered.push(node);
            } else {
                later.push(node);
            }
        }
        if later.len() == before {
            return Err(Error::INVALID_VALUE);
        }
        left = later;
    }
    Ok(ordered)
}

/// `cudaGraphLaunch`; a launch into a capturing stream becomes a node of that capture.
pub fn launch(executable: u64, stream: u64) -> Result {
    let nodes = edit_executable(executable, |nodes| Ok(nodes.clone()))?;
    if add(stream, || Work::Child(nodes.clone()))? {
        return Ok(());
    }
    nodes.iter().try_for_each(|node| run(&node.work, stream))
}

fn run(work: &Work, stream: u64) -> Result {
    match work {
        // Memory of graphs is there all the time.
        Work::Empty | Work::Memory { .. } => Ok(()),
        Work::Kernel(launch) => kernels::run(streams::device(stream), stream, launch),
        Work::Copy(copy) => memory::copy_now(stream, *copy, true),
        Work::Copies(copies) => copies.iter().try_for_each(|copy| memory::copy_now(stream, *copy, true)),
        Work::Fill(fill) => memory::fill_now(stream, *fill),
        Work::Host(function) => callbacks::add(stream, *function),
        Work::Record(event) => {
            link::tell(&Request::EventRecord { device: streams::device(stream), event: *event, stream })
        }
        Work::Child(nodes) => in_order(nodes.clone())?.iter().try_for_each(|node| run(&node.work, stream)),
    }
}
