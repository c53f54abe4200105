//! A small but complete run, from real PTX and hand-made counts.

use warplens_sim::counts::{Counts, FunctionCounts, KernelCounts, SharedTraffic, Traffic};
use warplens_sim::launch::{KernelId, KernelInfo, ModuleId};

use super::{Report, SourceFiles};
use crate::collect::{Code, Collector, KernelRecord, ModuleView, Shape, add_counts};

pub const PTX: &str = r#".version 8.5
.target sm_80
.address_size 64
.file 1 "/elsewhere/turn.cu"
.visible .entry _Z4turnPKfPf(.param .u64 a, .param .u64 b)
{
  .reg .b64 %rd<4>;
  .reg .b32 %r<4>;
  .reg .f32 %f<3>;
  .loc 1 0 0
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  .loc 1 3 5
  ld.global.f32 %f1, [%rd1];
  fma.rn.f32 %f2, %f1, %f1, %f1;
  .loc 1 4 5
  st.global.f32 [%rd2], %f2;
  ret;
}
"#;

pub const SOURCE: &str = "__global__ void turn(const float* a, float* b) {\n  // one\n  float x = a[i];\n  \
                          b[j] = x * x + x;\n}\n";

pub struct Loaded {
    resolved: warplens_ptx::resolve::Resolved,
}

impl Code for Loaded {
    fn module(&self, module: u32) -> Option<ModuleView<'_>> {
        (module == 0).then_some(ModuleView { name: "turn.ptx", text: PTX, resolved: &self.resolved })
    }
}

pub fn loaded() -> Loaded {
    let parse = warplens_ptx::parse::parse(PTX);
    Loaded { resolved: warplens_ptx::resolve::resolve(&parse.module).0 }
}

fn issued(inst: u64) -> Counts {
    Counts { inst, thread_inst: 32 * inst, thread_inst_pred_on: 32 * inst, ..Counts::default() }
}

/// Counts of one launch by `warps` full warps: coalesced loads, stores a line apart.
pub fn counts(warps: u64) -> KernelCounts {
    let t = |sectors, lines| Traffic {
        requests: warps,
        sectors: warps * sectors,
        sectors_ideal: warps * 4,
        lines: warps * lines,
        bytes: warps * 128,
    };
    let ops = vec![
        issued(warps),
        issued(warps),
        Counts { global_ld: t(4, 1), ..issued(warps) },
        issued(warps),
        Counts { global_st: t(32, 32), ..issued(warps) },
        issued(warps),
    ];
    let mut total = Counts::default();
    ops.iter().for_each(|c| add_counts(&mut total, c));
    assert_eq!(total.shared_ld, SharedTraffic::default());
    KernelCounts {
        total,
        functions: vec![FunctionCounts { module: 0, func: 0, ops }],
        distinct_sectors_read: warps * 4,
        distinct_sectors_written: warps * 4,
    }
}

pub fn info() -> KernelInfo {
    KernelInfo {
        id: KernelId { module: ModuleId(0), func: 0 },
        name: "_Z4turnPKfPf".into(),
        params: Vec::new(),
        param_bytes: 16,
        registers: 12,
        static_shared: 0,
        local: 0,
        barriers: 0,
        max_threads: None,
    }
}

/// Two launches: of 1024 and of 512 blocks.
pub fn records() -> Vec<KernelRecord> {
    let mut collector = Collector::new();
    for blocks in [1024, 512] {
        let shape = Shape { grid: [blocks, 1, 1], block: [256, 1, 1], dynamic_shared: 0 };
        collector.record(shape, &info(), &counts(u64::from(blocks) * 8), &loaded());
    }
    collector.finish()
}

pub fn report(device: &str) -> Report {
    let sources = SourceFiles::default();
    sources.provide("/elsewhere/turn.cu", SOURCE);
    sources.provide("turn.ptx", PTX);
    Report::build(&records(), warplens_devices::find(device).unwrap(), &sources)
}
