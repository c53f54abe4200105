//! Graphs: making, instantiating, launching, updating. Nodes are in `graph_nodes`.

use std::ffi::{c_int, c_void};

use crate::error::{Error, Result};
use crate::{capture, link, streams};

/// `cudaGraphExecUpdateResultInfo`
#[repr(C)]
struct UpdateResult {
    result: c_int,
    error_node: u64,
    error_from_node: u64,
}

const SUCCESS: c_int = 0;
const TOPOLOGY_CHANGED: c_int = 2;

/// Writes handles to a caller's array; without one, only tells how many there are.
pub unsafe fn give_all(out: *mut u64, count: *mut usize, handles: &[u64]) -> Result {
    if count.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives a count, and with an array also its length in it.
    unsafe {
        if !out.is_null() {
            for i in 0..count.read() {
                out.add(i).write(handles.get(i).copied().unwrap_or(0));
            }
        }
        count.write(handles.len());
    }
    Ok(())
}

api! {
    GraphCreate(out: *mut u64, flags: u32) {
        link::device_count()?;
        // SAFETY: the caller gives a place or null.
        unsafe { super::give(out, capture::create()) }
    }

    GraphDestroy(graph: u64) {
        capture::destroy(graph)
    }

    GraphClone(out: *mut u64, graph: u64) {
        // SAFETY: as above.
        unsafe { super::give(out, capture::duplicate(graph)?) }
    }

    // CUDA 11 passes three more arguments and CUDA 12 one; none changes what happens here.
    GraphInstantiate(out: *mut u64, graph: u64) {
        // SAFETY: as above.
        unsafe { super::give(out, capture::instantiate(graph)?) }
    }

    GraphInstantiateWithFlags(out: *mut u64, graph: u64, flags: u64) {
        // SAFETY: as above.
        unsafe { super::give(out, capture::instantiate(graph)?) }
    }

    GraphUpload(executable: u64, stream: *mut c_void) {
        capture::edit_executable(executable, |_| Ok(()))
    }

    GraphLaunch(executable: u64, stream: *mut c_void) {
        capture::launch(executable, streams::resolve(stream)?)
    }

    GraphExecDestroy(executable: u64) {
        capture::destroy_executable(executable)
    }

    GraphExecUpdate(executable: u64, graph: u64, info: *mut c_void) {
        let updated = capture::update(executable, graph);
        if let Some(info) = std::ptr::NonNull::new(info.cast::<UpdateResult>()) {
            let result = if updated.is_ok() { SUCCESS } else { TOPOLOGY_CHANGED };
            // SAFETY: the caller gives the structure.
            unsafe { info.write(UpdateResult { result, error_node: 0, error_from_node: 0 }) };
        }
        updated
    }

    GraphGetNodes(graph: u64, nodes: *mut u64, count: *mut usize) {
        let all: Vec<u64> = capture::nodes(graph)?.iter().map(|node| node.id).collect();
        // SAFETY: the caller gives an array and its length, or null.
        unsafe { give_all(nodes, count, &all) }
    }

    GraphGetRootNodes(graph: u64, nodes: *mut u64, count: *mut usize) {
        let all = capture::nodes(graph)?;
        let roots: Vec<u64> = all.iter().filter(|n| n.after.is_empty()).map(|n| n.id).collect();
        // SAFETY: as above.
        unsafe { give_all(nodes, count, &roots) }
    }

    GraphGetEdges(graph: u64, from: *mut u64, to: *mut u64, count: *mut usize) {
        let all = capture::nodes(graph)?;
        let edges: Vec<(u64, u64)> =
            all.iter().flat_map(|node| node.after.iter().map(|&before| (before, node.id))).collect();
        let (sources, targets): (Vec<u64>, Vec<u64>) = edges.into_iter().unzip();
        if count.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: both arrays have the length in `count`, or are null.
        unsafe {
            let mut room = count.read();
            give_all(from, &mut room, &sources)?;
            give_all(to, count, &targets)
        }
    }

    GraphAddDependencies(graph: u64, from: *const u64, to: *const u64, count: usize) {
        for i in 0..count {
            // SAFETY: both arrays have `count` entries.
            let (before, after) = unsafe { (from.add(i).read(), to.add(i).read()) };
            capture::edit(graph, |nodes| {
                if !nodes.iter().any(|n| n.id == before) {
                    return Err(Error::INVALID_VALUE);
                }
                let node = nodes.iter_mut().find(|n| n.id == after).ok_or(Error::INVALID_VALUE)?;
                node.after.push(before);
                Ok(())
            })?;
        }
        Ok(())
    }

    GraphRemoveDependencies(graph: u64, from: *const u64, to: *const u64, count: usize) {
        for i in 0..count {
            // SAFETY: as above.
            let (before, after) = unsafe { (from.add(i).read(), to.add(i).read()) };
            capture::edit(graph, |nodes| {
                let node = nodes.iter_mut().find(|n| n.id == after).ok_or(Error::INVALID_VALUE)?;
                node.after.retain(|&n| n != before);
                Ok(())
            })?;
        }
        Ok(())
    }
}
