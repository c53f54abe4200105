//! Nodes of graphs: adding each kind, reading and changing their parameters.

use std::ffi::{c_int, c_void};

use crate::callbacks::Function;
use crate::capture::{self, Work};
use crate::error::{Error, Result};
use crate::kernels::{Launch, gather};
use crate::layout::{HostNodeParams, KernelNodeParams, Memcpy3DParms, MemsetParams};
use crate::memory::{Copy, Fill, kind};
use crate::{modules, thread};

unsafe fn after(nodes: *const u64, count: usize) -> Vec<u64> {
    // SAFETY: the caller gives `count` nodes.
    (0..if nodes.is_null() { 0 } else { count }).map(|i| unsafe { nodes.add(i).read() }).collect()
}

pub unsafe fn add(out: *mut u64, graph: u64, nodes: *const u64, count: usize, work: Work) -> Result {
    // SAFETY: as for the callers: arrays with their counts.
    unsafe { super::give(out, capture::add_node(graph, work, after(nodes, count))?) }
}

unsafe fn kernel(p: *const KernelNodeParams) -> Result<Work> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    let facts = modules::kernel(p.func, thread::device())?;
    // SAFETY: the structure points to a value for each parameter.
    let params = unsafe { gather(&facts, p.params)? };
    let shared = p.shared as usize;
    Ok(Work::Kernel(Launch { facts, grid: p.grid, block: p.block, shared, cooperative: false, params }))
}

unsafe fn fill(p: *const MemsetParams) -> Result<Work> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    let element = p.element_size as usize;
    if !matches!(element, 1 | 2 | 4) {
        return Err(Error::INVALID_VALUE);
    }
    let (at, pitch, value) = (p.dst, p.pitch, p.value);
    Ok(Work::Fill(Fill { at, pitch, value, element, width: p.width, rows: p.height }))
}

unsafe fn host(p: *const HostNodeParams) -> Result<Work> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    Ok(Work::Host(Function::Host(p.function.ok_or(Error::INVALID_VALUE)?, p.data)))
}

unsafe fn copies(p: *const Memcpy3DParms) -> Result<Work> {
    // SAFETY: the caller gives the structure or null.
    let p = unsafe { p.as_ref() }.ok_or(Error::INVALID_VALUE)?;
    Ok(Work::Copies(super::arrays::slices(p)?))
}

fn flat(to: u64, from: u64, bytes: usize, direction: c_int) -> Result<Work> {
    Ok(Work::Copy(Copy::flat(kind(direction)?, to, from, bytes)))
}

fn to_symbol(
    symbol: *const c_void,
    from: u64,
    bytes: usize,
    offset: usize,
    direction: c_int,
) -> Result<Work> {
    flat(super::copies::place(symbol, bytes, offset)?, from, bytes, direction)
}

fn from_symbol(
    to: u64,
    symbol: *const c_void,
    bytes: usize,
    offset: usize,
    direction: c_int,
) -> Result<Work> {
    flat(to, super::copies::place(symbol, bytes, offset)?, bytes, direction)
}

/// Gives a node other work of the same kind.
fn change(id: u64, work: Work) -> Result {
    capture::edit_node(id, |node| replace(&mut node.work, work))
}

/// The same in an executable graph.
fn change_executable(executable: u64, id: u64, work: Work) -> Result {
    capture::edit_executable(executable, |nodes| {
        let node = nodes.iter_mut().find(|node| node.id == id).ok_or(Error::INVALID_VALUE)?;
        replace(&mut node.work, work)
    })
}

fn replace(old: &mut Work, new: Work) -> Result {
    let copies = |work: &Work| matches!(work, Work::Copy(_) | Work::Copies(_));
    if std::mem::discriminant(old) != std::mem::discriminant(&new) && !(copies(old) && copies(&new)) {
        return Err(Error::INVALID_VALUE);
    }
    *old = new;
    Ok(())
}

/// `cudaGraphNodeType`
fn type_of(work: &Work) -> c_int {
    match work {
        Work::Kernel(_) => 0,
        Work::Copy(_) | Work::Copies(_) => 1,
        Work::Fill(_) => 2,
        Work::Host(_) => 3,
        Work::Child(_) => 4,
        Work::Empty => 5,
        Work::Record(_) => 7,
        Work::Memory { frees: false, .. } => 10,
        Work::Memory { frees: true, .. } => 11,
    }
}

api! {
    GraphAddKernelNode(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, parameters: *const KernelNodeParams,
    ) {
        // SAFETY: the caller gives arrays with their counts and the structure.
        unsafe { add(out, graph, nodes, count, kernel(parameters)?) }
    }

    GraphAddMemcpyNode(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, parameters: *const Memcpy3DParms,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, copies(parameters)?) }
    }

    GraphAddMemcpyNode1D(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, to: u64, from: u64, bytes: usize,
        direction: c_int,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, flat(to, from, bytes, direction)?) }
    }

    GraphAddMemcpyNodeToSymbol(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, symbol: *const c_void, from: u64,
        bytes: usize, offset: usize, direction: c_int,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, to_symbol(symbol, from, bytes, offset, direction)?) }
    }

    GraphAddMemcpyNodeFromSymbol(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, to: u64, symbol: *const c_void,
        bytes: usize, offset: usize, direction: c_int,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, from_symbol(to, symbol, bytes, offset, direction)?) }
    }

    GraphAddMemsetNode(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, parameters: *const MemsetParams,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, fill(parameters)?) }
    }

    GraphAddHostNode(
        out: *mut u64, graph: u64, nodes: *const u64, count: usize, parameters: *const HostNodeParams,
    ) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, host(parameters)?) }
    }

    GraphAddEmptyNode(out: *mut u64, graph: u64, nodes: *const u64, count: usize) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, Work::Empty) }
    }

    GraphAddEventRecordNode(out: *mut u64, graph: u64, nodes: *const u64, count: usize, event: u64) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, Work::Record(event)) }
    }

    // Nodes run one after another, so what the event stands for has always happened.
    GraphAddEventWaitNode(out: *mut u64, graph: u64, nodes: *const u64, count: usize, event: u64) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, Work::Empty) }
    }

    GraphAddChildGraphNode(out: *mut u64, graph: u64, nodes: *const u64, count: usize, child: u64) {
        // SAFETY: as above.
        unsafe { add(out, graph, nodes, count, Work::Child(capture::nodes(child)?)) }
    }

    GraphNodeGetType(id: u64, out: *mut c_int) {
        let found = capture::edit_node(id, |node| Ok(type_of(&node.work)))?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, found) }
    }

    GraphNodeGetDependencies(id: u64, nodes: *mut u64, count: *mut usize) {
        let before = capture::edit_node(id, |node| Ok(node.after.clone()))?;
        // SAFETY: the caller gives an array and its length, or null.
        unsafe { super::graphs::give_all(nodes, count, &before) }
    }

    GraphDestroyNode(id: u64) {
        capture::edit_node(id, |node| {
            node.gone = true;
            Ok(())
        })
    }

    GraphKernelNodeSetParams(id: u64, parameters: *const KernelNodeParams) {
        // SAFETY: the caller gives the structure.
        change(id, unsafe { kernel(parameters)? })
    }

    GraphMemsetNodeSetParams(id: u64, parameters: *const MemsetParams) {
        // SAFETY: as above.
        change(id, unsafe { fill(parameters)? })
    }

    GraphMemcpyNodeSetParams(id: u64, parameters: *const Memcpy3DParms) {
        // SAFETY: as above.
        change(id, unsafe { copies(parameters)? })
    }

    GraphMemcpyNodeSetParams1D(id: u64, to: u64, from: u64, bytes: usize, direction: c_int) {
        change(id, flat(to, from, bytes, direction)?)
    }

    GraphHostNodeSetParams(id: u64, parameters: *const HostNodeParams) {
        // SAFETY: as above.
        change(id, unsafe { host(parameters)? })
    }

    GraphExecKernelNodeSetParams(executable: u64, id: u64, parameters: *const KernelNodeParams) {
        // SAFETY: as above.
        change_executable(executable, id, unsafe { kernel(parameters)? })
    }

    GraphExecMemsetNodeSetParams(executable: u64, id: u64, parameters: *const MemsetParams) {
        // SAFETY: as above.
        change_executable(executable, id, unsafe { fill(parameters)? })
    }

    GraphExecMemcpyNodeSetParams(executable: u64, id: u64, parameters: *const Memcpy3DParms) {
        // SAFETY: as above.
        change_executable(executable, id, unsafe { copies(parameters)? })
    }

    GraphExecMemcpyNodeSetParams1D(
        executable: u64, id: u64, to: u64, from: u64, bytes: usize, direction: c_int,
    ) {
        change_executable(executable, id, flat(to, from, bytes, direction)?)
    }

    GraphExecHostNodeSetParams(executable: u64, id: u64, parameters: *const HostNodeParams) {
        // SAFETY: as above.
        change_executable(executable, id, unsafe { host(parameters)? })
    }
}
