//! Launching: the configuration between `<<<` and the call, parameters from the caller's pointers, and the request.

use std::ffi::c_void;
use std::sync::Arc;

use warplens_driver_protocol::Request;
use warplens_driver_protocol::message::KernelFacts;
use warplens_driver_protocol::wire::Bytes;

use crate::error::{Error, Result};
use crate::layout::Dim3;
use crate::{capture, link, streams};

/// A launch with everything but its device.
#[derive(Clone, Debug)]
pub struct Launch {
    pub facts: Arc<KernelFacts>,
    pub grid: Dim3,
    pub block: Dim3,
    pub shared: usize,
    pub cooperative: bool,
    pub params: Vec<u8>,
}

/// Gathers parameter bytes from the caller's array of pointers to values.
pub unsafe fn gather(facts: &KernelFacts, args: *const *const c_void) -> Result<Vec<u8>> {
    let mut bytes = vec![0; facts.param_bytes as usize];
    if !facts.params.is_empty() && args.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    for (i, &(offset, size)) in facts.params.iter().enumerate() {
        let slot = bytes.get_mut(offset as usize..(offset + size) as usize).ok_or(Error::INVALID_VALUE)?;
        // SAFETY: the caller's array has one pointer a parameter, each to a value of the parameter's size.
        unsafe {
            let value = *args.add(i);
            if value.is_null() {
                return Err(Error::INVALID_VALUE);
            }
            std::ptr::copy_nonoverlapping(value.cast::<u8>(), slot.as_mut_ptr(), slot.len());
        }
    }
    Ok(bytes)
}

/// Launches in a stream, or adds to the graph that the stream captures.
pub fn launch(device: u32, stream: u64, launch: Launch) -> Result {
    if capture::add(stream, || capture::Work::Kernel(launch.clone()))? {
        return Ok(());
    }
    run(device, stream, &launch)
}

/// Launches now: the reply says whether the launch is possible, and the kernel runs in its stream's order.
pub fn run(device: u32, stream: u64, launch: &Launch) -> Result {
    let request = Request::Launch {
        device,
        kernel: launch.facts.kernel,
        stream,
        grid: launch.grid.array(),
        block: launch.block.array(),
        shared: u32::try_from(launch.shared).map_err(|_| Error::INVALID_VALUE)?,
        cooperative: launch.cooperative,
        params: Bytes(launch.params.clone()),
    };
    // A kernel's fault is no error of its launch: later calls answer it.
    link::tell(&request)
}

/// `cudaLaunchKernel`, by a host function or a kernel handle.
pub unsafe fn launch_host(
    function: *const c_void,
    grid: Dim3,
    block: Dim3,
    args: *const *const c_void,
    shared: usize,
    stream: *mut c_void,
    cooperative: bool,
) -> Result {
    let stream = streams::resolve(stream)?;
    let device = streams::device(stream);
    let facts = crate::modules::kernel(function, device)?;
    // SAFETY: as for the caller.
    let params = unsafe { gather(&facts, args)? };
    launch(device, stream, Launch { facts, grid, block, shared, cooperative, params })
}
