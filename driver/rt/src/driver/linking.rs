//! `cuLink…`: PTX texts and fat binaries become one image for `cuModuleLoadData`.
//!
//! The device resolves names across modules when it loads them, so linking here is putting together; but what cannot be
//! loaded is an error of the link, as it is on a GPU. Machine code, host objects and libraries are refused.

use std::collections::HashMap;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::sync::{Mutex, PoisonError};

use warplens_driver_protocol::Request;

use super::jit::Logs;
use super::{give, string};
use crate::error::{Error, Result};
use crate::{images, link, modules, stdio, thread};

/// `CUjitInputType`
const CUBIN: c_int = 0;
const PTX: c_int = 1;
const FATBINARY: c_int = 2;

/// What a link has so far.
#[derive(Default)]
struct State {
    parts: Vec<Vec<u8>>,
    logs: Logs,
    /// The result; callers hold its address until the state goes.
    image: Vec<u8>,
}

#[derive(Default)]
struct States {
    next: u64,
    live: HashMap<u64, State>,
}

static STATES: Mutex<Option<States>> = Mutex::new(None);

fn with<T>(f: impl FnOnce(&mut States) -> T) -> T {
    f(STATES.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

fn with_state<T>(state: u64, f: impl FnOnce(&mut State) -> T) -> Result<T> {
    with(|s| s.live.get_mut(&state).map(f)).ok_or(Error::INVALID_HANDLE)
}

fn add(state: u64, kind: c_int, bytes: &[u8]) -> Result {
    let text_end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
    let part = match kind {
        PTX => images::fatbin(bytes.get(..text_end).unwrap_or(bytes)),
        FATBINARY if images::is_fatbin(bytes) => bytes.to_vec(),
        CUBIN if images::unlinked(bytes).is_some() => images::unlinked(bytes).unwrap_or_default().to_vec(),
        _ => {
            stdio::warn(
                "linking takes PTX and fat binaries; machine code, objects and libraries have no place here",
            );
            return Err(Error::INVALID_KERNEL_IMAGE);
        }
    };
    with_state(state, |s| s.parts.push(part))
}

driver_api! {
    LinkCreate(count: c_uint, options: *const c_int, values: *mut *mut c_void, out: *mut u64) {
        // SAFETY: the caller gives two arrays of `count` elements.
        let logs = unsafe { Logs::of(count, options, values) };
        let state = with(|s| {
            s.next += 16;
            s.live.insert(s.next, State { logs, ..State::default() });
            s.next
        });
        // SAFETY: the caller gives a place.
        unsafe { give(out, state) }
    }

    LinkAddData(
        state: u64, kind: c_int, data: *const u8, size: usize, name: *const c_char, count: c_uint,
        options: *const c_int, values: *mut *mut c_void,
    ) {
        if data.is_null() {
            return Err(Error::INVALID_VALUE);
        }
        // SAFETY: the caller's data has `size` bytes.
        add(state, kind, unsafe { std::slice::from_raw_parts(data, size) })
    }

    LinkAddFile(
        state: u64, kind: c_int, path: *const c_char, count: c_uint, options: *const c_int,
        values: *mut *mut c_void,
    ) {
        // SAFETY: the caller gives a C string.
        let path = unsafe { string(path)? };
        add(state, kind, &std::fs::read(path).map_err(|_| Error::FILE_NOT_FOUND)?)
    }

    LinkComplete(state: u64, image: *mut *const c_void, size: *mut usize) {
        let (linked, logs) = with_state(state, |s| {
            (images::linked(s.parts.iter().map(Vec::as_slice)), s.logs)
        })?;
        link::device_count()?;
        let device = thread::device();
        let loaded = modules::load(device, "what the program linked", &linked);
        let problem = if loaded.is_err() { link::last_message() } else { String::new() };
        // SAFETY: the caller keeps its buffers as long as the state.
        unsafe { logs.write(&problem) };
        link::tell(&Request::Unload { device, module: loaded? })?;
        let (at, bytes) = with_state(state, |s| {
            s.image = linked;
            (s.image.as_ptr(), s.image.len())
        })?;
        // SAFETY: the caller gives places; the size may be left out.
        unsafe {
            if !size.is_null() {
                size.write(bytes);
            }
            give(image, at.cast())
        }
    }

    LinkDestroy(state: u64) {
        with(|s| s.live.remove(&state)).map(drop).ok_or(Error::INVALID_HANDLE)
    }
}
