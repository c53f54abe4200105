//! Thread instructions a second of some example kernels, counters off and on:
//! `cargo run --release -p warplens-sim --example speed [WORKERS]`. Figures for humans; `scripts/bench` has the peers.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]
use std::time::Instant;
use warplens_sim::{Arena, Counters, Device, Launch, Limits, Observer, RunOptions, Unobserved};

fn main() {
    let table = std::env::args().any(|a| a == "--table");
    let workers: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let n = 1u32 << 20;
    // Example, kernel, grid, block, elements of work, arguments.
    type Case = (&'static str, &'static str, [u32; 3], [u32; 3], f64, Vec<Arg>);
    let (million, cube) = (n as f64, 256f64.powi(3));
    let cases: [Case; 5] = [
        (
            "saxpy",
            "saxpy",
            [n / 256, 1, 1],
            [256, 1, 1],
            million,
            vec![Arg::U32(n), Arg::F32(2.0), Arg::Buf(0), Arg::Buf(1)],
        ),
        (
            "matmul",
            "matmul_tiled",
            [16, 16, 1],
            [16, 16, 1],
            cube,
            vec![Arg::Buf(0), Arg::Buf(1), Arg::Buf(2), Arg::U32(256)],
        ),
        (
            "matmul",
            "matmul_naive",
            [16, 16, 1],
            [16, 16, 1],
            cube,
            vec![Arg::Buf(0), Arg::Buf(1), Arg::Buf(2), Arg::U32(256)],
        ),
        (
            "reduction",
            "reduce_sequential",
            [n / 256, 1, 1],
            [256, 1, 1],
            million,
            vec![Arg::Buf(0), Arg::Buf(1), Arg::U32(n)],
        ),
        (
            "transpose",
            "transpose_padded",
            [32, 32, 1],
            [32, 8, 1],
            million,
            vec![Arg::Buf(0), Arg::Buf(1), Arg::U32(1024)],
        ),
    ];
    for (example, kernel, grid, block, work, args) in cases {
        let path = format!("{}/../../examples/{example}/{example}.ptx", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the example's PTX");
        let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 30).expect("address space"));
        let m = device.load(&text).expect("loads");
        let buffers: Vec<u64> = (0..3).map(|_| device.alloc(16 << 20, None).expect("memory")).collect();
        let info = device.kernel(m, kernel).expect(kernel);
        let mut params = vec![0u8; info.param_bytes as usize];
        for (p, a) in info.params.iter().zip(&args) {
            let bytes: Vec<u8> = match a {
                Arg::Buf(k) => buffers[*k].to_le_bytes().to_vec(),
                Arg::U32(v) => v.to_le_bytes().to_vec(),
                Arg::F32(v) => v.to_le_bytes().to_vec(),
            };
            params[p.offset as usize..p.offset as usize + bytes.len()].copy_from_slice(&bytes);
        }
        let launch = Launch { kernel: info.id, grid, block, dynamic_shared: 0, params, cooperative: false };
        let options = RunOptions { workers, ..RunOptions::default() };
        let mut counters = Counters::new();
        device.launch(&launch, &options, &mut counters).unwrap_or_else(|e| panic!("{kernel}: {e}"));
        let threads = counters.take().total.thread_inst;
        let mut rate = |o: &mut dyn Observer| {
            let mut best = f64::MAX;
            for _ in 0..7 {
                let t = Instant::now();
                device.launch(&launch, &options, o).expect("runs");
                best = best.min(t.elapsed().as_secs_f64());
            }
            threads as f64 / best / 1e9
        };
        let (off, on) = (rate(&mut Unobserved), rate(&mut counters));
        if table {
            let name = if kernel == "matmul_naive" { kernel } else { example };
            println!("{name} {off} {on} {}", work * off * 1e9 / threads as f64);
            continue;
        }
        println!("{kernel:20} {threads:12} thread instructions   off {off:6.2} G/s   counters {on:6.2} G/s");
    }
}

enum Arg {
    Buf(usize),
    U32(u32),
    F32(f32),
}
