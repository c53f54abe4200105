//! What is measured: kernels of `examples/`, set up on a device, with the size of their work.

use warplens_sim::{Arena, Counters, Device, Launch, Limits, Observer, RunOptions};

/// A kernel, its launch and its work.
pub struct Case {
    /// As in the table, and as the peers know it.
    pub name: &'static str,
    example: &'static str,
    kernel: &'static str,
    grid: [u32; 3],
    block: [u32; 3],
    args: &'static [Arg],
    /// Elements of work.
    pub work: f64,
    /// The same at the size slow interpreters get; 0 when the peers do not have the kernel.
    pub small_work: f64,
}

enum Arg {
    Buffer(usize),
    U32(u32),
    F32(f32),
}
use Arg::{Buffer, F32, U32};

const N: u32 = 1 << 20;
const MILLION: f64 = N as f64;

/// All of them.
pub const CASES: [Case; 5] = [
    Case {
        name: "saxpy",
        example: "saxpy",
        kernel: "saxpy",
        grid: [N / 256, 1, 1],
        block: [256, 1, 1],
        args: &[U32(N), F32(2.0), Buffer(0), Buffer(1)],
        work: MILLION,
        small_work: MILLION / 16.0,
    },
    Case {
        name: "matmul",
        example: "matmul",
        kernel: "matmul_tiled",
        grid: [16, 16, 1],
        block: [16, 16, 1],
        args: &[Buffer(0), Buffer(1), Buffer(2), U32(256)],
        work: 256.0 * 256.0 * 256.0,
        small_work: 64.0 * 64.0 * 64.0,
    },
    Case {
        name: "matmul_naive",
        example: "matmul",
        kernel: "matmul_naive",
        grid: [16, 16, 1],
        block: [16, 16, 1],
        args: &[Buffer(0), Buffer(1), Buffer(2), U32(256)],
        work: 256.0 * 256.0 * 256.0,
        small_work: 0.0,
    },
    Case {
        name: "reduction",
        example: "reduction",
        kernel: "reduce_sequential",
        grid: [N / 256, 1, 1],
        block: [256, 1, 1],
        args: &[Buffer(0), Buffer(1), U32(N)],
        work: MILLION,
        small_work: MILLION / 16.0,
    },
    Case {
        name: "transpose",
        example: "transpose",
        kernel: "transpose_padded",
        grid: [32, 32, 1],
        block: [32, 8, 1],
        args: &[Buffer(0), Buffer(1), U32(1024)],
        work: MILLION,
        small_work: 128.0 * 128.0,
    },
];

/// A case ready to be launched again and again.
pub struct Ready {
    device: Device,
    launch: Launch,
    /// Thread instructions of one launch.
    pub thread_instructions: u64,
}

impl Case {
    /// Loads the example's PTX and allocates its buffers.
    pub fn prepare(&self) -> Ready {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/../../examples/{0}/{0}.ptx", self.example);
        let text = std::fs::read_to_string(path).expect("the example's PTX");
        let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 30).expect("address space"));
        let module = device.load(&text).expect("loads");
        let buffers: Vec<u64> = (0..3).map(|_| device.alloc(16 << 20, None).expect("memory")).collect();
        let info = device.kernel(module, self.kernel).expect("the kernel");
        let mut params = vec![0u8; info.param_bytes as usize];
        for (p, a) in info.params.iter().zip(self.args) {
            let bytes = match a {
                Buffer(k) => buffers[*k].to_le_bytes().to_vec(),
                U32(v) => v.to_le_bytes().to_vec(),
                F32(v) => v.to_le_bytes().to_vec(),
            };
            params[p.offset as usize..p.offset as usize + bytes.len()].copy_from_slice(&bytes);
        }
        let (grid, block) = (self.grid, self.block);
        let launch = Launch { kernel: info.id, grid, block, dynamic_shared: 0, params, cooperative: false };
        let mut ready = Ready { device, launch, thread_instructions: 0 };
        let mut counters = Counters::new();
        ready.run(1, &mut counters);
        ready.thread_instructions = counters.take().total.thread_inst;
        ready
    }
}

impl Ready {
    /// One launch.
    pub fn run(&mut self, workers: usize, observer: &mut dyn Observer) {
        let options = RunOptions { workers, ..RunOptions::default() };
        self.device.launch(&self.launch, &options, observer).expect("runs");
    }
}
