//! Programs that do wrong, and sides that die: an error or a right result, never a hang, nothing lost.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{Program, output_of, server};

#[test]
fn a_kernels_fault_is_answered_by_every_later_call() {
    let program = Program::compile(
        r#"int main(void) {
          int *d;
          CHECK(cudaMalloc(&d, 4));
          printf("%d %d\n", launch(&crash, 0, 0), cudaGetLastError());
          printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
          printf("%s\n", cudaGetErrorName(cudaMalloc(&d, 4)));
          printf("%s\n", cudaGetErrorName(cudaGetLastError()));
          printf("%s\n", cudaGetErrorName(cudaPeekAtLastError()));
          CHECK(cudaDeviceReset());
          CHECK(cudaMalloc(&d, 4));
          unsigned n = 1, v = 2, h;
          void *args[] = {&d, &n, &v};
          CHECK(launch(&fill, args, 0));
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          printf("%u\n", h);
        }"#,
    );
    let output = program.run(&server(None));
    let illegal = "cudaErrorIllegalAddress\n".repeat(4);
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("0 0\n{illegal}2\n"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors, "warplens: out-of-bounds write in crash\n", "the story is told once");
}

#[test]
fn a_fault_of_the_simulator_loses_the_context_and_nothing_else() {
    let program = Program::compile(
        r#"int main(void) {
          printf("%s\n", cudaGetErrorName(launch(&fault, 0, 0)));
          printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
        }"#,
    );
    let server = server(None);
    for _ in 0..2 {
        let output = program.run(&server);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "cudaSuccess\ncudaErrorUnknown\n");
        assert!(String::from_utf8_lossy(&output.stderr).contains("failed in kernel fault; please report it"));
    }
}

#[test]
fn wrong_arguments_get_the_errors_a_gpu_gives() {
    let text = output_of(
        r#"#define SHOW(call) printf("%s\n", cudaGetErrorName(call))
        int main(void) {
          int *d, h[8];
          SHOW(cudaMalloc(&d, (size_t)65 << 20));
          SHOW(cudaMalloc(0, 4));
          CHECK(cudaMalloc(&d, 16));
          SHOW(cudaMemcpy(d, h, 32, H2D));
          SHOW(cudaMemcpy(h, h, 4, D2H));
          SHOW(cudaMemcpy(d, h, 4, 77));
          SHOW(cudaFree(h));
          SHOW(cudaFree((char *)d + 4));
          SHOW(cudaSetDevice(9));
          SHOW(launch(&lost, 0, 0));
          SHOW(launch(h, 0, 0));
          SHOW(cudaStreamSynchronize((stream_t)0x77777));
          CHECK(cudaFree(d));
          SHOW(cudaFree(d));
          SHOW(cudaBindTexture(0, 0, 0, 0, 0));
          CHECK(cudaFree(0));
        }"#,
    );
    let wanted = [
        "MemoryAllocation",
        "InvalidValue",
        "InvalidValue",
        "InvalidValue",
        "InvalidMemcpyDirection",
        "InvalidValue",
        "InvalidValue",
        "InvalidDevice",
        "InvalidDeviceFunction",
        "InvalidDeviceFunction",
        "InvalidResourceHandle",
        "InvalidValue",
        "NotSupported",
    ];
    let wanted: String = wanted.iter().map(|name| format!("cudaError{name}\n")).collect();
    assert_eq!(text, wanted);
}

#[test]
fn a_program_without_a_device_process_is_told_how_to_get_one() {
    let program = Program::compile(
        r#"int main(void) { int n = 7; printf("%d", cudaGetDeviceCount(&n)); printf(" %d\n", n); }"#,
    );
    let server = server(None);
    let output = program.command(&server).env_remove("WARPLENS_SOCKET").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "100 0\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("warplens run -- PROGRAM"));
}

#[test]
fn a_forked_child_gets_an_error_and_its_parent_goes_on() {
    let text = output_of(
        r#"int main(void) {
          int *d, status;
          CHECK(cudaMalloc(&d, 4));
          fflush(stdout);
          pid_t child = fork();
          if (!child) {
            int *mine;
            int code = cudaMalloc(&mine, 4);
            printf("child %s\n", cudaGetErrorName(code));
            exit(0);
          }
          waitpid(child, &status, 0);
          CHECK(cudaMemset(d, 0, 4));
          CHECK(cudaDeviceSynchronize());
          printf("parent\n");
        }"#,
    );
    assert_eq!(text, "child cudaErrorInitializationError\nparent\n");
}

#[test]
fn calls_before_main_and_after_exit_are_answered() {
    let text = output_of(
        r#"static int *early;
        __attribute__((constructor(65535))) static void before(void) { printf("%d\n", cudaMalloc(&early, 4)); }
        __attribute__((destructor)) static void after(void) { printf("%d\n", cudaFree(early)); fflush(stdout); }
        int main(void) { printf("main\n"); }"#,
    );
    assert_eq!(text, "0\nmain\n0\n");
}

#[test]
fn the_program_hears_of_the_device_processs_death() {
    let program = Program::compile(
        r#"int main(void) {
          int *d, h = 3;
          CHECK(cudaMalloc(&d, 4));
          CHECK(cudaMemcpy(d, &h, 4, H2D));
          printf("ready\n");
          fflush(stdout);
          getchar();
          printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
          printf("%s %d\n", cudaGetErrorName(cudaMalloc(&d, 4)), *d);
        }"#,
    );
    // The device process is this test's own executable, so that it can be killed.
    let mut device = Command::new(std::env::current_exe().unwrap())
        .args(["faults::stand_alone_device", "--exact", "--nocapture", "--include-ignored"])
        .env("WARPLENS_TEST_DEVICE", "1")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(device.stdout.take().unwrap()).lines();
    let socket = lines.find_map(|l| Some(l.ok()?.split_once("socket ")?.1.to_owned())).unwrap();
    let mut child = program
        .command(&server(None))
        .env("WARPLENS_SOCKET", &socket)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    output.read_line(&mut text).unwrap();
    assert_eq!(text, "ready\n");
    device.kill().unwrap();
    device.wait().unwrap();
    let start = Instant::now();
    drop(child.stdin.take());
    output.read_to_string(&mut text).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "no hang");
    assert_eq!(text, "ready\ncudaErrorDevicesUnavailable\ncudaErrorDevicesUnavailable 3\n");
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    child.wait().unwrap();
    assert!(errors.contains("the device process has ended"), "{errors}");
    let folder = std::path::Path::new(&socket).parent().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

/// Not a test by itself: the device process of the test above.
#[test]
fn stand_alone_device() {
    if std::env::var_os("WARPLENS_TEST_DEVICE").is_some() {
        let server = server(None);
        println!("socket {}", server.socket().display());
        let _ = std::io::stdin().read(&mut [0]);
        std::thread::sleep(Duration::from_secs(60));
    }
}

#[test]
fn a_killed_program_ends_its_session() {
    let program = Program::compile(
        r#"int main(void) {
          int *d;
          CHECK(cudaMalloc(&d, 60 << 20));
          if (fork() == 0) { sleep(3); _exit(0); }  // keeps what it inherited open for a while
          printf("ready\n");
          fflush(stdout);
          sleep(30);
        }"#,
    );
    let server = server(None);
    let mut child = program.spawn(&server);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    server.wait_for_programs();
    assert!(start.elapsed() < Duration::from_secs(2));
    let again = Program::compile("int main(void) { int *d; CHECK(cudaMalloc(&d, 60 << 20)); }");
    assert!(again.run(&server).status.success(), "its memory is free again");
}

#[test]
fn a_peer_that_talks_nonsense_harms_nobody() {
    use std::io::Write as _;
    let server = server(None);
    for bytes in [&b"\xff\xff\xff\xff garbage"[..], b"\x04\0\0\0abcd", b"", b"\x10"] {
        let mut socket = UnixStream::connect(server.socket()).unwrap();
        socket.write_all(bytes).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert!(answer.is_empty());
    }
    let fine = Program::compile("int main(void) { int *d; CHECK(cudaMalloc(&d, 4)); }");
    assert!(fine.run(&server).status.success());
}

#[test]
fn the_socket_is_private() {
    use std::os::unix::fs::MetadataExt as _;
    let server = server(None);
    let folder = server.socket().parent().unwrap().to_owned();
    assert_eq!(std::fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    drop(server);
    assert!(!folder.exists(), "and gone in the end");
}
