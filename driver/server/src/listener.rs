//! The socket: a private folder, a thread that accepts, a thread for each program.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::machine::Machines;
use crate::memory::Used;
use crate::record::{ProgramId, Recorder};
use crate::session;
use crate::state::Shared;

/// How to serve.
pub struct Settings {
    /// The devices.
    pub machines: Box<dyn Machines>,
    /// Who is told what happens.
    pub recorder: Option<Box<dyn Recorder>>,
}

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No folder for the socket.
    #[error("cannot make a private folder for the driver's socket in {}: {error}; set TMPDIR to a folder that you can write to", .parent.display())]
    Folder {
        /// Where.
        parent: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// No socket in it.
    #[error("cannot listen at {}: {error}; if the path is long, set TMPDIR to a shorter one", .path.display())]
    Listen {
        /// Where.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

struct Live {
    count: Mutex<u32>,
    changed: Condvar,
    stopping: AtomicBool,
}

/// Serves programs until it is stopped.
pub struct Server {
    folder: PathBuf,
    socket: PathBuf,
    live: Arc<Live>,
    accepting: Option<JoinHandle<()>>,
}

static SERVERS: AtomicU32 = AtomicU32::new(0);

impl Server {
    /// Listens on a new socket that only this user can reach.
    pub fn start(settings: Settings) -> Result<Server, ServerError> {
        let parent = std::env::temp_dir();
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let nonce = Instant::now();
        let folder = parent.join(format!("warplens-{}-{number}-{}", std::process::id(), unique(&nonce)));
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(|error| ServerError::Folder { parent: parent.clone(), error })?;
        let socket = folder.join("socket");
        let listener = UnixListener::bind(&socket).map_err(|error| {
            let _ = std::fs::remove_dir_all(&folder);
            ServerError::Listen { path: socket.clone(), error }
        })?;
        let used = Used::new(settings.machines.facts().len());
        let recorder = settings.recorder.map(Mutex::new);
        let shared = Arc::new(Shared { machines: settings.machines, used, recorder });
        let live = Arc::new(Live {
            count: Mutex::new(0),
            changed: Condvar::new(),
            stopping: AtomicBool::new(false),
        });
        let for_thread = live.clone();
        let accepting = std::thread::spawn(move || accept(&listener, &shared, &for_thread));
        Ok(Server { folder, socket, live, accepting: Some(accepting) })
    }

    /// What programs must find in `WARPLENS_SOCKET`.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Waits until no program is connected.
    pub fn wait_for_programs(&self) {
        let mut count = self.live.count.lock().unwrap_or_else(PoisonError::into_inner);
        while *count > 0 {
            count = self.live.changed.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.live.stopping.store(true, Ordering::SeqCst);
        // A connection of our own wakes the accepting thread; if it fails, the thread is gone already.
        let _ = UnixStream::connect(&self.socket);
        if let Some(thread) = self.accepting.take() {
            let _ = thread.join();
        }
        self.wait_for_programs();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn unique(at: &Instant) -> String {
    // The folder's creation fails if the name exists, so this need not be unguessable, only new.
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(at, &mut hasher);
    format!("{:08x}", std::hash::Hasher::finish(&hasher) as u32)
}

fn accept(listener: &UnixListener, shared: &Arc<Shared>, live: &Arc<Live>) {
    let start = Instant::now();
    let mut number = 0;
    for connection in listener.incoming() {
        if live.stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(socket) = connection else { continue };
        let program = ProgramId(number);
        number += 1;
        *live.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let guard = Leaving(live.clone());
        let shared = shared.clone();
        // If no thread can be had, the connection closes and the program is told by that.
        let _ = std::thread::Builder::new().name(format!("program-{number}")).spawn(move || {
            let _guard = guard;
            session::serve(socket, &shared, program, start);
        });
    }
}

/// Counts a program out, however its thread ends.
struct Leaving(Arc<Live>);

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut count = self.0.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
        self.0.changed.notify_all();
    }
}
