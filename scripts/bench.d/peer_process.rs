//! A peer: `peer.c` on some OpenCL device, asked over its standard input, so that criterion times it as it times us.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A running peer.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts `command` with one thread to compute with; `scale` divides the size of the work.
    pub fn start(command: &[String], scale: u32) -> Peer {
        let kernels = concat!(env!("CARGO_MANIFEST_DIR"), "/kernels.cl");
        let mut child = Command::new(&command[0])
            .args(&command[1..])
            .args([kernels, &scale.to_string()])
            .env("POCL_MAX_PTHREAD_COUNT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Peer { child, input, output }
    }

    /// The time `rounds` launches of a kernel take, by the peer's own clock.
    pub fn run(&mut self, kernel: &str, rounds: u64) -> Duration {
        writeln!(self.input, "{kernel} {rounds}").expect("the peer listens");
        self.input.flush().expect("the peer listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        Duration::from_secs_f64(line.trim().parse().expect("seconds"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.input.write_all(b"quit 0\n");
        let _ = self.child.wait();
    }
}
