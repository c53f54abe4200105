//! What the other tests share: a bench that loads one kernel, runs it and reads buffers back.

use warplens_sim::counts::KernelCounts;
use warplens_sim::launch::Dim3;
use warplens_sim::{Arena, CodeOptions, Counters, Device, Launch, LaunchError, Limits, RunOptions};

pub const HEAD: &str = ".version 8.0\n.target sm_80\n.address_size 64\n";

/// A device with one module.
pub struct Bench {
    pub device: Device,
    pub module: warplens_sim::ModuleId,
    pub options: RunOptions,
    pub counts: KernelCounts,
    pub printed: String,
}

impl Bench {
    /// Loads PTX without its head.
    pub fn new(ptx: &str) -> Bench {
        Bench::on(Limits::default(), ptx)
    }

    /// Loads PTX on a device with these limits.
    pub fn on(limits: Limits, ptx: &str) -> Bench {
        Bench::with(limits, CodeOptions::default(), ptx)
    }

    /// Loads PTX on a device with these limits, lowered like this.
    pub fn with(limits: Limits, options: CodeOptions, ptx: &str) -> Bench {
        let mut device = Device::new(limits, Arena::anonymous(64 << 20).expect("address space"));
        device.set_code_options(options);
        let module = device.load(&format!("{HEAD}{ptx}")).unwrap_or_else(|e| panic!("{e}"));
        let options = RunOptions { fuel: 50_000_000, ..RunOptions::default() };
        Bench { device, module, options, counts: KernelCounts::default(), printed: String::new() }
    }

    /// A kernel that gets `%rd1` = its first parameter (a pointer) and `%r1` = the linear thread number of the grid.
    pub fn body(body: &str) -> Bench {
        Bench::new(&kernel(body))
    }

    /// A buffer of 32-bit values.
    pub fn buffer(&mut self, values: &[u32]) -> u64 {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let at = self.device.alloc(bytes.len() as u64, Some("buffer")).expect("memory");
        self.device.write(at, &bytes).expect("allocated");
        at
    }

    /// Its values.
    pub fn read(&self, at: u64, n: usize) -> Vec<u32> {
        let mut bytes = vec![0; n * 4];
        self.device.read(at, &mut bytes).expect("allocated");
        bytes.chunks(4).map(|c| u32::from_le_bytes(c.try_into().expect("4 bytes"))).collect()
    }

    /// Runs kernel `k` with pointer parameters.
    pub fn run(&mut self, grid: Dim3, block: Dim3, params: &[u64]) -> Result<(), LaunchError> {
        let info = self.device.kernels(self.module).into_iter().next().expect("a kernel");
        let params = params.iter().flat_map(|p| p.to_le_bytes()).collect();
        let launch = Launch { kernel: info.id, grid, block, dynamic_shared: 0, params, cooperative: false };
        let mut counters = Counters::new();
        let done = self.device.launch(&launch, &self.options, &mut counters);
        self.counts = counters.take();
        self.printed = done?.printed;
        Ok(())
    }

    /// Runs one block and gives the first `n` values of a zeroed buffer.
    pub fn run_block(&mut self, threads: u32, n: usize) -> Vec<u32> {
        let out = self.buffer(&vec![0; n]);
        self.run([1, 1, 1], [threads, 1, 1], &[out]).unwrap_or_else(|e| panic!("{e}"));
        self.read(out, n)
    }
}

/// A kernel around a body; see [`Bench::body`].
pub fn kernel(body: &str) -> String {
    format!(
        ".visible .entry k(.param .u64 out) {{
            .reg .pred %p<20>; .reg .b16 %rs<20>; .reg .b32 %r<60>; .reg .f32 %f<20>; .reg .b64 %rd<40>; .reg .f64 %fd<9>;
            .shared .align 16 .b8 smem[8192];
            ld.param.u64 %rd1, [out];
            mov.u32 %r50, %ctaid.x; mov.u32 %r51, %ntid.x; mov.u32 %r52, %tid.x;
            mad.lo.s32 %r1, %r50, %r51, %r52;
            mul.wide.u32 %rd2, %r1, 4;
            add.s64 %rd2, %rd1, %rd2;
            {body}
            ret;
        }}"
    )
}
