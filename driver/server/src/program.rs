//! Starting the program whose calls are served, and its end.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus};

use warplens_driver_protocol::{SOCKET_VARIABLE, sys};

use crate::{Server, library};

/// The program could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No libraries for it.
    #[error(transparent)]
    Library(#[from] library::NoFolder),
    /// The system said no.
    #[error("cannot start {program}: {error}{}", hint(.program, .error))]
    Start {
        /// What was asked for.
        program: String,
        /// Why not.
        error: io::Error,
    },
}

fn hint(program: &str, error: &io::Error) -> &'static str {
    let here = Path::new(program).exists() && !program.contains('/');
    match error.kind() {
        io::ErrorKind::NotFound if here => "; a program in this folder is written ./PROGRAM",
        io::ErrorKind::PermissionDenied => "; is it a program, and may you execute it?",
        _ => "",
    }
}

/// Runs a program against a server and waits for it, and for whatever it started that still uses the device.
///
/// Interrupts from the keyboard reach the program alone, and requests to end are handed on to it: it decides what
/// they mean, and nothing recorded is lost.
pub fn run(server: &Server, program: &OsString, arguments: &[OsString]) -> Result<ExitStatus, StartError> {
    let folder = library::folder()?;
    let mut path = folder.into_os_string();
    if let Some(more) = std::env::var_os("LD_LIBRARY_PATH").filter(|more| !more.is_empty()) {
        path.push(":");
        path.push(more);
    }
    sys::leave_keyboard_signals_to_children();
    let started = Command::new(program)
        .args(arguments)
        .env("LD_LIBRARY_PATH", path)
        .env(SOCKET_VARIABLE, server.socket())
        .spawn();
    let ended = started.and_then(|mut child| {
        sys::hand_signals_to(child.id());
        let status = child.wait();
        sys::hand_signals_to_nobody();
        status
    });
    let status = ended
        .map_err(|error| StartError::Start { program: program.to_string_lossy().into_owned(), error })?;
    server.wait_for_programs();
    Ok(status)
}

/// The exit status a shell would show: the program's own, or 128 and the signal that ended it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// The signal that ended a program, in words.
pub fn fate(status: ExitStatus) -> Option<String> {
    let signal = status.signal()?;
    let name = match signal {
        2 => "interrupted (SIGINT)",
        4 => "an illegal instruction (SIGILL)",
        6 => "aborted (SIGABRT)",
        7 => "a bus error (SIGBUS)",
        8 => "an arithmetic fault (SIGFPE)",
        9 => "killed (SIGKILL)",
        11 => "a segmentation fault (SIGSEGV)",
        13 => "a closed pipe (SIGPIPE)",
        15 => "terminated (SIGTERM)",
        _ => return Some(format!("signal {signal}")),
    };
    Some(name.to_owned())
}

/// Bytes of memory this machine can give, by the system's own estimate; `None` where it has none.
pub fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kib.checked_mul(1024)
}
