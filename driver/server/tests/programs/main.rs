//! Whole C programs against the server, with a device whose kernels are written in Rust: what is tested is everything
//! between a program's call and the device, without a compiler for device code. The programs are compiled with the
//! system's C compiler, which linking Rust needs anyway.

#![allow(missing_docs)]

mod fake;
mod faults;
mod hostile;
mod runs;

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use warplens_driver_server::record::Recorder;
use warplens_driver_server::{Server, Settings, library};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A scratch folder of its own, removed in the end.
pub struct Scratch(pub PathBuf);

impl Default for Scratch {
    fn default() -> Self {
        Scratch::new()
    }
}

impl Scratch {
    pub fn new() -> Scratch {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("warplens-programs-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A compiled program.
pub struct Program {
    _scratch: Scratch,
    path: PathBuf,
}

/// Declarations every program starts with.
const PRELUDE: &str = include_str!("prelude.h");

impl Program {
    pub fn compile(body: &str) -> Program {
        let scratch = Scratch::new();
        let (source, path) = (scratch.0.join("program.c"), scratch.0.join("program"));
        std::fs::write(&source, format!("{PRELUDE}\n{body}")).unwrap();
        let folder = library::folder().unwrap();
        let output = Command::new("cc")
            .args(["-O1", "-g", "-pthread", "-Wno-deprecated-declarations"])
            .arg(&source)
            .arg("-o")
            .arg(&path)
            .arg("-L")
            .arg(&folder)
            .args(["-lcudart", "-lcuda"])
            .output()
            .expect("the system's C compiler");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Program { _scratch: scratch, path }
    }

    pub fn command(&self, server: &Server) -> Command {
        let mut command = Command::new(&self.path);
        command
            .env("LD_LIBRARY_PATH", library::folder().unwrap())
            .env("WARPLENS_SOCKET", server.socket())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn spawn(&self, server: &Server) -> Child {
        self.command(server).spawn().unwrap()
    }

    pub fn run(&self, server: &Server) -> Output {
        self.command(server).output().unwrap()
    }
}

pub fn server(recorder: Option<Box<dyn Recorder>>) -> Server {
    Server::start(Settings { machines: Box::new(fake::Fakes::new(1)), recorder }).unwrap()
}

/// Runs a program that must succeed; its output.
#[track_caller]
pub fn output_of(body: &str) -> String {
    let output = Program::compile(body).run(&server(None));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{:?}\n{errors}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stdout).unwrap()
}
