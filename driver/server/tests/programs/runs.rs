//! Programs that do what they should.

use std::sync::{Arc, Mutex};

use warplens_driver_server::record::{Event, ProgramId, Recorder};
use warplens_sim::launch::KernelInfo;

use crate::{Program, output_of, server};

#[test]
fn a_kernel_fills_memory_and_the_host_reads_it() {
    let text = output_of(
        r#"int main(void) {
          unsigned *d, h[4], n = 4, v = 7;
          CHECK(cudaMalloc(&d, sizeof h));
          void *args[] = {&d, &n, &v};
          CHECK(launch(&fill, args, 0));
          CHECK(cudaGetLastError());
          CHECK(cudaMemcpy(h, d, sizeof h, D2H));
          printf("%u %u\n", h[0], h[3]);
          CHECK(cudaFree(d));
        }"#,
    );
    assert_eq!(text, "7 7\n");
}

#[test]
fn both_spellings_are_one_library() {
    let text = output_of(
        r#"int main(void) {
          int *d, h = 5, back = 0;
          CHECK(musaMalloc(&d, 4));
          CHECK(musaMemcpy(d, &h, 4, H2D));
          CHECK(cudaMemcpy(&back, d, 4, D2H));
          CHECK(musaFree(d));
          printf("%d %s %s\n", back, cudaGetErrorName(2), musaGetErrorName(2));
        }"#,
    );
    assert_eq!(text, "5 cudaErrorMemoryAllocation musaErrorMemoryAllocation\n");
}

#[test]
fn device_output_keeps_its_place_among_the_hosts() {
    let text = output_of(
        r#"int main(void) {
          int i = 1;
          void *args[] = {&i};
          CHECK(launch(&print, args, 0));
          printf("host before\n");
          CHECK(cudaDeviceSynchronize());
          printf("host after\n");
          i = 2;
          CHECK(launch(&print, args, 0));
          // Nobody synchronises: the text comes at exit.
        }"#,
    );
    assert_eq!(text, "host before\nkernel 1\nhost after\nkernel 2\n");
}

#[test]
fn pinned_managed_and_registered_memory_are_seen_by_both_sides() {
    let text = output_of(
        r#"int main(void) {
          unsigned *pinned, *managed, *mapped, *own = malloc(100000), n = 3, v = 9;
          CHECK(cudaMallocHost(&pinned, 64));
          CHECK(cudaMallocManaged(&managed, 64, 1));
          own[5000] = 42;
          CHECK(cudaHostRegister(own, 100000, 2));
          CHECK(cudaHostGetDevicePointer(&mapped, own, 0));
          void *a[] = {&pinned, &n, &v}, *b[] = {&managed, &n, &v}, *c[] = {&mapped, &n, &v};
          CHECK(launch(&fill, a, 0));
          CHECK(launch(&fill, b, 0));
          CHECK(launch(&fill, c, 0));
          CHECK(cudaDeviceSynchronize());
          printf("%u %u %u %u\n", pinned[2], managed[2], own[2], own[5000]);
          CHECK(cudaHostUnregister(own));
          printf("%u %u\n", own[2], own[5000]);
          free(own);
          CHECK(cudaFreeHost(pinned));
          CHECK(cudaFree(managed));
        }"#,
    );
    assert_eq!(text, "9 9 9 42\n9 42\n");
}

#[test]
fn symbols_rows_and_pitches_are_copied() {
    let text = output_of(
        r#"int main(void) {
          int v[4] = {1, 2, 3, 4}, back[2] = {0};
          CHECK(cudaMemcpyToSymbol(&table, v, sizeof v, 16, H2D));
          CHECK(cudaMemcpyFromSymbol(back, &table, sizeof back, 24, D2H));
          printf("%d %d\n", back[0], back[1]);
          printf("%s\n", cudaGetErrorName(cudaMemcpyToSymbol(&table, v, sizeof v, 56, H2D)));
          char *d, rows[2][3] = {"ab", "cd"}, again[2][3] = {{0}};
          size_t pitch;
          CHECK(cudaMallocPitch(&d, &pitch, 3, 2));
          CHECK(cudaMemcpy2D(d, pitch, rows, 3, 3, 2, H2D));
          CHECK(cudaMemcpy2D(again, 3, d, pitch, 3, 2, D2H));
          printf("%zu %s %s\n", pitch % 512, again[0], again[1]);
        }"#,
    );
    assert_eq!(text, "3 4\ncudaErrorInvalidValue\n0 ab cd\n");
}

#[test]
fn events_measure_modelled_time() {
    let text = output_of(
        r#"int main(void) {
          int i = 0;
          float ms;
          void *args[] = {&i};
          event_t a, b;
          CHECK(cudaEventCreate(&a));
          CHECK(cudaEventCreate(&b));
          CHECK(cudaEventRecord(a, 0));
          CHECK(launch(&print, args, 0));
          CHECK(launch(&print, args, 0));
          CHECK(cudaEventRecord(b, 0));
          printf("%s\n", cudaGetErrorName(cudaStreamQuery(0)));
          CHECK(cudaEventSynchronize(b));
          CHECK(cudaEventElapsedTime(&ms, a, b));
          // Two kernels of 5 ms, and the little the host took between them.
          printf("%s\n", ms >= 10 && ms < 14 ? "10 ms" : "wrong");
        }"#,
    );
    assert_eq!(text, "cudaErrorNotReady\nkernel 0\nkernel 0\n10 ms\n");
}

#[test]
fn host_functions_run_in_their_stream() {
    let text = output_of(
        r#"static unsigned *managed;
        static void see(void *data) { printf("%s %u\n", (char *)data, *managed); }
        int main(void) {
          unsigned n = 1, v = 5;
          stream_t s;
          CHECK(cudaMallocManaged(&managed, 4, 1));
          CHECK(cudaStreamCreate(&s));
          void *args[] = {&managed, &n, &v}, *more[] = {&managed, &v};
          CHECK(launch(&fill, args, s));
          CHECK(cudaLaunchHostFunc(s, see, "first"));
          CHECK(launch(&add, more, s));
          CHECK(cudaLaunchHostFunc(s, see, "second"));
          CHECK(cudaStreamSynchronize(s));
          printf("done\n");
        }"#,
    );
    assert_eq!(text, "first 5\nsecond 10\ndone\n");
}

#[test]
fn a_captured_graph_runs_as_often_as_it_is_launched() {
    let text = output_of(
        r#"int main(void) {
          unsigned *d, h = 0, v = 3;
          stream_t s, other;
          event_t forked, joined;
          void *graph, *exec;
          CHECK(cudaMalloc(&d, 4));
          CHECK(cudaMemset(d, 0, 4));
          CHECK(cudaStreamCreate(&s));
          CHECK(cudaStreamCreate(&other));
          CHECK(cudaEventCreate(&forked));
          CHECK(cudaEventCreate(&joined));
          void *args[] = {&d, &v};
          CHECK(cudaStreamBeginCapture(s, 0));
          CHECK(launch(&add, args, s));
          CHECK(cudaEventRecord(forked, s));
          CHECK(cudaStreamWaitEvent(other, forked, 0));
          CHECK(launch(&add, args, other));
          CHECK(cudaEventRecord(joined, other));
          CHECK(cudaStreamWaitEvent(s, joined, 0));
          CHECK(cudaStreamEndCapture(s, &graph));
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          printf("%u\n", h);
          CHECK(cudaGraphInstantiate(&exec, graph, 0));
          for (int i = 0; i < 5; i++) CHECK(cudaGraphLaunch(exec, s));
          CHECK(cudaStreamSynchronize(s));
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          printf("%u\n", h);
        }"#,
    );
    assert_eq!(text, "0\n30\n");
}

#[test]
fn threads_launch_together() {
    let text = output_of(
        r#"static unsigned *d;
        static void *work(void *unused) {
          unsigned one = 1;
          stream_t s;
          CHECK(cudaStreamCreate(&s));
          void *args[] = {&d, &one};
          for (int i = 0; i < 100; i++) CHECK(launch(&add, args, s));
          CHECK(cudaStreamSynchronize(s));
          return 0;
        }
        int main(void) {
          pthread_t t[4];
          unsigned h;
          CHECK(cudaMalloc(&d, 4));
          CHECK(cudaMemset(d, 0, 4));
          for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, work, 0);
          for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          printf("%u\n", h);
        }"#,
    );
    assert_eq!(text, "400\n");
}

#[test]
fn the_driver_api_loads_and_launches() {
    let text = output_of(
        r#"int main(void) {
          void *m, *f;
          unsigned long long d;
          unsigned n = 2, v = 8, h[2];
          CHECK(cuInit(0));
          CHECK(cuModuleLoadData(&m, image));
          CHECK(cuModuleGetFunction(&f, m, "fill"));
          CHECK(cuMemAlloc_v2(&d, 8));
          void *args[] = {&d, &n, &v};
          CHECK(cuLaunchKernel(f, 1, 1, 1, 1, 1, 1, 0, 0, args, 0));
          CHECK(cuMemcpyDtoH_v2(h, d, 8));
          printf("%u %d\n", h[1], cuModuleGetFunction(&f, m, "nothing"));
        }"#,
    );
    assert_eq!(text, "8 500\n");
}

#[test]
fn two_programs_share_the_device_and_its_memory() {
    let server = server(None);
    let program = Program::compile(
        r#"int main(int argc, char **argv) {
          size_t free_bytes, total;
          unsigned *d, h, n = 1, v = getpid();
          CHECK(cudaMalloc(&d, 20 << 20));
          void *args[] = {&d, &n, &v};
          CHECK(launch(&fill, args, 0));
          usleep(100000);
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          CHECK(cudaMemGetInfo(&free_bytes, &total));
          printf("%s %zu\n", h == v ? "mine" : "other", total - free_bytes >= 20 << 20);
        }"#,
    );
    let (a, b) = (program.spawn(&server), program.spawn(&server));
    for child in [a, b] {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "mine 1\n");
    }
}

#[derive(Default, Clone)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Recorder for Log {
    fn wants_counts(&mut self, _kernel: &KernelInfo) -> bool {
        true
    }
    fn record(&mut self, _program: ProgramId, event: &Event<'_>) {
        let line = match event {
            Event::Started { .. } => "started".to_owned(),
            Event::Ended { in_order, .. } => format!("ended {in_order}"),
            Event::Call { api, code, .. } => format!("{api} {code}"),
            Event::Module { text, .. } => format!("module {}", text.text),
            Event::Kernel { info, start, end, .. } => format!("kernel {} {}", info.name, end.0 - start.0),
            Event::Copy { kind, bytes, .. } => format!("copy {kind} {bytes}"),
            Event::Fill { bytes, .. } => format!("fill {bytes}"),
            Event::Mark { kind, text, .. } => format!("mark {kind} {text}"),
        };
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn a_recorder_hears_everything_in_order() {
    let log = Log::default();
    let server = server(Some(Box::new(log.clone())));
    let program = Program::compile(
        r#"int main(void) {
          unsigned *d, h, n = 1, v = 1;
          nvtxRangePushA("phase one");
          CHECK(cudaMalloc(&d, 4));
          CHECK(cudaMemset(d, 0, 4));
          void *args[] = {&d, &n, &v};
          CHECK(launch(&fill, args, 0));
          CHECK(cudaMemcpy(&h, d, 4, D2H));
          nvtxRangePop();
        }"#,
    );
    assert!(program.run(&server).status.success());
    drop(server);
    let log = log.0.lock().unwrap().clone();
    let wanted = [
        "started",
        "mark 0 phase one",
        "cudaMalloc 0",
        "fill 4",
        "module fake",
        "kernel fill 5000000",
        "copy 2 4",
        "cudaMemcpy 0",
        "mark 1 ",
        "ended true",
    ];
    let mut rest = log.iter();
    for line in wanted {
        assert!(rest.any(|l| l == line), "{line} is missing or out of order in {log:#?}");
    }
    // Each call of the program's once, however often it asks the device: a first launch loads code, too.
    let calls: Vec<_> = log.iter().filter(|l| l.starts_with("cuda")).collect();
    assert_eq!(calls, ["cudaMalloc 0", "cudaMemset 0", "cudaLaunchKernel 0", "cudaMemcpy 0"]);
}
