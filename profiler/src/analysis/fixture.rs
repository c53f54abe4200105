//! Hand-made kernels for the rules' tests.

use warplens_ptx::isa::Mnemonic;
use warplens_sim::counts::{Counts, OpClass, SharedTraffic, Traffic};
use warplens_sim::launch::{KernelId, KernelInfo, ModuleId};

use super::{Advice, advise};
use crate::collect::{Flops, Instruction, KernelRecord, LaunchRecord, Place, Shape, Site, Tally};

/// A kernel under construction: one launch of 1024 blocks of 256 threads on an H100 unless changed.
pub struct Made {
    record: KernelRecord,
    device: &'static str,
}

pub fn kernel() -> Made {
    let info = KernelInfo {
        id: KernelId { module: ModuleId(0), func: 0 },
        name: "k".into(),
        params: Vec::new(),
        param_bytes: 0,
        registers: 16,
        static_shared: 0,
        local: 0,
        barriers: 1,
        max_threads: None,
    };
    let shape = Shape { grid: [1024, 1, 1], block: [256, 1, 1], dynamic_shared: 0 };
    let launch = LaunchRecord {
        shape,
        total: Tally::default(),
        distinct_sectors_read: 0,
        distinct_sectors_written: 0,
        lines: Vec::new(),
    };
    let record = KernelRecord {
        name: "k".into(),
        demangled: "k".into(),
        info,
        launches: vec![launch],
        sites: Vec::new(),
    };
    Made { record, device: "h100" }
}

impl Made {
    pub fn on(mut self, device: &'static str) -> Made {
        self.device = device;
        self
    }

    pub fn shape(mut self, grid: u32, block: u32) -> Made {
        self.record.launches[0].shape.grid[0] = grid;
        self.record.launches[0].shape.block[0] = block;
        self
    }

    pub fn info(mut self, change: impl Fn(&mut KernelInfo)) -> Made {
        change(&mut self.record.info);
        self
    }

    /// An instruction on a line of k.cu.
    pub fn site(mut self, line: u32, mnemonic: Mnemonic, counts: Counts) -> Made {
        let place = Place { file: "k.cu".into(), line, is_ptx: false };
        let instruction = Instruction {
            text: mnemonic.as_str().into(),
            mnemonic,
            class: OpClass::Memory,
            flops: Flops::default(),
            place,
            ptx_line: line,
        };
        self.record.launches[0].total.add_instruction(&instruction, &counts);
        self.record.sites.push(Site { instruction, counts });
        self
    }

    /// Plain arithmetic: `inst` warp instructions with `lanes` active lanes.
    pub fn work(self, line: u32, inst: u64, lanes: u64) -> Made {
        self.site(line, Mnemonic::Fma, issued(inst, lanes))
    }

    pub fn advice(&self) -> Vec<Advice> {
        advise(&self.record, warplens_devices::find(self.device).unwrap())
    }

    /// The advice of one rule as text, one a paragraph.
    pub fn says(&self, rule: &str) -> String {
        let told = |a: &Advice| {
            let line = a.place.as_ref().map(|p| format!("line {}: ", p.line)).unwrap_or_default();
            let weight = a.weight.map(|w| format!(" [{:.0} %]", 100.0 * w)).unwrap_or_default();
            format!("{line}{}{weight}\n{}", a.message, a.help)
        };
        self.advice().iter().filter(|a| a.rule == rule).map(told).collect::<Vec<_>>().join("\n\n")
    }
}

pub fn issued(inst: u64, lanes: u64) -> Counts {
    Counts { inst, thread_inst: inst * lanes, thread_inst_pred_on: inst * lanes, ..Counts::default() }
}

/// `requests` by full 32-lane warps, each touching so many sectors and lines; 4-byte accesses.
pub fn traffic(requests: u64, sectors: u64, lines: u64) -> Traffic {
    Traffic {
        requests,
        sectors: requests * sectors,
        sectors_ideal: requests * 4,
        lines: requests * lines,
        bytes: requests * 128,
    }
}

pub fn shared(requests: u64, passes: u64) -> SharedTraffic {
    SharedTraffic {
        requests,
        wavefronts: requests * passes,
        wavefronts_ideal: requests,
        worst_way: passes,
        bytes: requests * 128,
    }
}
