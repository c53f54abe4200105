//! Programs and device processes that end at the worst moment, on the embedded device: an error or the right result,
//! never a hang, and nothing recorded is lost.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::support::{has, root, scratch, warplens};

const CLANG: &str = "clang-19";
/// Longer than anything here takes on a slow machine; a hang is what it ends.
const LONG: Duration = Duration::from_secs(60);
const STATES: [&str; 6] = ["idle", "copy", "launch", "malloc", "load", "spin"];

/// A compiled program of tests/data; `None` without a compiler.
fn program(name: &str) -> Option<PathBuf> {
    has(CLANG).then(|| {
        let file = scratch(&format!("faults-{name}")).join(name);
        let source = root().join("tests/data").join(name).with_extension("cu");
        let run = warplens(&["cc", "-O2", &source.display().to_string(), "-o", &file.display().to_string()]);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        file
    })
}

/// The one of most tests, compiled once.
fn states() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM.get_or_init(|| program("states")).as_deref()
}

fn start(arguments: &[&str], program: &Path, state: &str) -> (Child, u32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_warplens"))
        .args(arguments)
        .arg("--")
        .arg(program)
        .arg(state)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Read byte by byte, so that what follows stays in the pipe.
    let (mut line, mut byte) = (Vec::new(), [0]);
    let output = child.stdout.as_mut().unwrap();
    while output.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
        line.extend(byte);
    }
    let line = String::from_utf8(line).unwrap();
    let pid = line.strip_prefix("ready ").unwrap_or_else(|| panic!("{state}: {line}")).parse().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    (child, pid)
}

fn kill(pid: u32, signal: &str) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

fn is_there(pid: u32) -> bool {
    // A zombie that nobody has waited for is gone, too.
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

/// How it ended, and what it said since.
fn end(mut child: Child) -> (ExitStatus, String, String) {
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < LONG, "it hangs");
        std::thread::sleep(Duration::from_millis(5));
    };
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (status, out, err)
}

#[test]
fn a_program_killed_in_any_state_ends_its_session() {
    let Some(program) = states() else { return };
    for state in STATES {
        let (child, pid) = start(&["run"], program, state);
        kill(pid, "-KILL");
        let (status, _, errors) = end(child);
        assert_eq!(status.code(), Some(137), "{state}: {errors}");
        assert!(errors.contains("killed (SIGKILL)"), "{state}: {errors}");
    }
}

#[test]
fn a_capture_is_complete_up_to_the_kill() {
    let Some(program) = states() else { return };
    for state in ["idle", "launch", "spin"] {
        let capture = scratch(&format!("faults-capture-{state}")).join("c.wlens");
        let (child, pid) = start(&["profile", "--capture", capture.to_str().unwrap()], program, state);
        kill(pid, "-KILL");
        let (status, _, errors) = end(child);
        assert_eq!(status.code(), Some(137), "{state}: {errors}");
        let meta: serde_json::Value =
            serde_json::from_slice(&std::fs::read(capture.join("meta.json")).unwrap()).unwrap();
        assert!(meta.to_string().contains("SIGKILL"), "{state}: {meta}");
        read_with_duckdb(&capture, state);
    }
}

/// Another engine reads the tables: the first launch is there with its exact count, as are its span and its call.
fn read_with_duckdb(capture: &Path, state: &str) {
    const QUERY: &str = r"
import duckdb, sys
c = sys.argv[1]
q = lambda text: duckdb.sql(text.replace('@', c)).fetchall()
names = q('''SELECT s.text, k.inst FROM '@/kernels/*.parquet' k JOIN '@/strings/*.parquet' s ON k.demangled = s.id''')
first = [inst for name, inst in names if name.startswith('add')][0]
calls = q('''SELECT count(*) FROM '@/spans/*.parquet' p JOIN '@/strings/*.parquet' s ON p.name = s.id
             WHERE s.text = 'cudaLaunchKernel' ''')[0][0]
lines = q('''SELECT count(*) FROM '@/lines/*.parquet' ''')[0][0]
print(len(names) > 0, first > 0, calls > 0, lines >= 0)
";
    let python = if Command::new("python3")
        .args(["-c", "import duckdb"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        "python3"
    } else {
        let line = "SKIPPED a part of a_capture_is_complete_up_to_the_kill: duckdb is not here (scripts/test installs it)\n";
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return;
    };
    let read = Command::new(python).args(["-c", QUERY]).arg(capture).output().unwrap();
    let text = String::from_utf8_lossy(&read.stdout).into_owned();
    assert_eq!(text, "True True True True\n", "{state}: {}", String::from_utf8_lossy(&read.stderr));
}

#[test]
fn a_device_process_killed_in_any_state_is_an_error_for_the_program() {
    let Some(program) = states() else { return };
    for state in STATES {
        let (mut child, pid) = start(&["run"], program, state);
        child.kill().unwrap();
        child.wait().unwrap();
        let started = Instant::now();
        while is_there(pid) {
            assert!(started.elapsed() < LONG, "{state}: the program hangs");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "cudaErrorDevicesUnavailable\n", "{state}");
    }
}

#[test]
fn requests_to_end_reach_the_program_and_the_socket_goes() {
    let Some(program) = states() else { return };
    for (signal, number) in [("-TERM", 15), ("-HUP", 1)] {
        let (child, pid) = start(&["run"], program, "spin");
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
        let socket = environment
            .split(|b| *b == 0)
            .find_map(|v| std::str::from_utf8(v).ok()?.strip_prefix("WARPLENS_SOCKET="))
            .unwrap()
            .to_owned();
        assert!(Path::new(&socket).exists());
        kill(child.id(), signal);
        let (status, _, errors) = end(child);
        assert_eq!(status.code(), Some(128 + number), "{errors}");
        assert!(!is_there(pid) && !Path::new(&socket).parent().unwrap().exists());
    }
}

#[test]
fn the_exit_status_is_the_programs() {
    for (script, code) in [("exit 0", 0), ("exit 77", 77), ("kill -SEGV $$", 139), ("kill -ABRT $$", 134)] {
        let run = warplens(&["run", "--", "sh", "-c", script]);
        assert_eq!(run.status, Some(code), "{script}: {}", run.stderr);
    }
    // The shell is gone; nothing of ours makes it something else.
    let status =
        Command::new(env!("CARGO_BIN_EXE_warplens")).args(["run", "--", "sh", "-c", "exit 5"]).status();
    assert_eq!(status.unwrap().into_raw(), 5 << 8);
}

#[test]
fn a_kernel_that_nobody_will_wake_is_stopped_at_exit() {
    if !has(CLANG) {
        return;
    }
    let folder = scratch("faults-left");
    let text = r"
#include <cuda_runtime.h>
__global__ void wait_for(volatile int *flag) { while (!*flag) {} }
int main() { int *flag; cudaMallocHost(&flag, 4); *flag = 0; wait_for<<<1, 32>>>(flag); return 3; }
";
    let (source, left) = (folder.join("left.cu"), folder.join("left"));
    std::fs::write(&source, text).unwrap();
    let run = warplens(&["cc", "-O2", source.to_str().unwrap(), "-o", left.to_str().unwrap()]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let started = Instant::now();
    let run = warplens(&["run", "--", left.to_str().unwrap()]);
    assert_eq!(run.status, Some(3), "{}", run.stderr);
    assert!(started.elapsed() < LONG);
}

#[test]
fn host_and_device_work_at_the_same_time() {
    let Some(program) = program("streams") else { return };
    for more in [&["run"][..], &["run", "--deterministic"]] {
        let run = warplens(&[more, &["--", program.to_str().unwrap()]].concat());
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{}", run.stdout);
        assert_eq!(run.stdout, "flags\nthread saw 10\nadded 96\n");
    }
}

#[test]
fn devices_use_each_others_memory_when_they_may() {
    let Some(program) = program("peers") else { return };
    let run = warplens(&["run", "--devices", "2", "--memory", "64", "--", program.to_str().unwrap()]);
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
    let wanted = "can 1\ncudaErrorPeerAccessNotEnabled\ncudaErrorInvalidDevice\ncudaErrorPeerAccessAlreadyEnabled\n\
                  cudaSuccess\n3 93\n";
    assert_eq!(run.stdout, wanted);
    let run =
        warplens(&["run", "--devices", "2", "--memory", "64", "--", program.to_str().unwrap(), "unasked"]);
    assert_eq!(run.stdout, "can 1\ncudaErrorIllegalAddress\n", "{}", run.stderr);
}

#[test]
fn a_socket_that_cannot_be_made_is_told_with_its_remedy() {
    let long = "/tmp/".to_owned() + &"long/".repeat(30);
    for (folder, says) in [("/proc", "TMPDIR"), ("/nowhere", "TMPDIR"), (long.as_str(), "TMPDIR")] {
        let run = Command::new(env!("CARGO_BIN_EXE_warplens"))
            .args(["run", "--", "true"])
            .env("TMPDIR", folder)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{folder}: {errors}");
        assert!(errors.contains(says) && errors.starts_with("error: "), "{folder}: {errors}");
    }
}

#[test]
fn two_programs_at_once_do_not_meet() {
    let Some(program) = states() else { return };
    let script = "\"$0\" exit > one & \"$0\" exit > two; wait; cat one two";
    let folder = scratch("faults-two");
    let run = Command::new(env!("CARGO_BIN_EXE_warplens"))
        .args(["run", "--", "sh", "-c", script])
        .arg(program)
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(run.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(text.lines().filter(|line| line.starts_with("ready ")).count(), 2, "{text}");
}
