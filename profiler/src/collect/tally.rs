//! Sums of counts, with the split by opcode class that the device does not keep.

use warplens_sim::counts::{Counts, OpClass, SharedTraffic, Traffic};

use super::class::Flops;
use super::code::Instruction;

/// Opcode classes in the order of [`Tally::classes`].
pub const CLASSES: [OpClass; 6] =
    [OpClass::Fp32, OpClass::Fp64, OpClass::Integer, OpClass::Memory, OpClass::Control, OpClass::Sync];

/// Instructions of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassTally {
    /// Warp instructions.
    pub inst: u64,
    /// Thread instructions whose guard was true.
    pub thread_inst_pred_on: u64,
}

/// Counts and what follows from knowing the instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// The device's counts.
    pub counts: Counts,
    /// By class, in the order of [`CLASSES`].
    pub classes: [ClassTally; 6],
    /// Floating-point operations.
    pub flops: Flops,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Tally) {
        add_counts(&mut self.counts, &other.counts);
        for (a, b) in self.classes.iter_mut().zip(&other.classes) {
            a.inst += b.inst;
            a.thread_inst_pred_on += b.thread_inst_pred_on;
        }
        self.flops.fp16 += other.flops.fp16;
        self.flops.fp32 += other.flops.fp32;
        self.flops.fp64 += other.flops.fp64;
    }

    /// Adds an instruction's counts, class and operations included.
    pub fn add_instruction(&mut self, instruction: &Instruction, counts: &Counts) {
        add_counts(&mut self.counts, counts);
        self.add_class(instruction, counts);
    }

    /// Adds an instruction's class and operations only.
    pub fn add_class(&mut self, instruction: &Instruction, counts: &Counts) {
        if let Some(class) = self.classes.get_mut(instruction.class as usize) {
            class.inst += counts.inst;
            class.thread_inst_pred_on += counts.thread_inst_pred_on;
        }
        self.flops.fp16 += instruction.flops.fp16 * counts.thread_inst_pred_on;
        self.flops.fp32 += instruction.flops.fp32 * counts.thread_inst_pred_on;
        self.flops.fp64 += instruction.flops.fp64 * counts.thread_inst_pred_on;
    }

    /// Instructions of a class.
    pub fn class(&self, class: OpClass) -> ClassTally {
        self.classes.get(class as usize).copied().unwrap_or_default()
    }
}

/// Adds `b` to `a`; the worst conflict is the larger one.
pub fn add_counts(a: &mut Counts, b: &Counts) {
    // Taken apart so that a new field cannot be forgotten here.
    let Counts {
        inst,
        thread_inst,
        thread_inst_pred_on,
        global_ld,
        global_st,
        global_atom,
        global_red,
        local_ld,
        local_st,
        shared_ld,
        shared_st,
        shared_atom,
        branch_uniform,
        branch_divergent,
        texture_requests,
        surface_requests,
    } = b;
    a.inst += inst;
    a.thread_inst += thread_inst;
    a.thread_inst_pred_on += thread_inst_pred_on;
    add_traffic(&mut a.global_ld, global_ld);
    add_traffic(&mut a.global_st, global_st);
    add_traffic(&mut a.global_atom, global_atom);
    add_traffic(&mut a.global_red, global_red);
    add_traffic(&mut a.local_ld, local_ld);
    add_traffic(&mut a.local_st, local_st);
    add_shared(&mut a.shared_ld, shared_ld);
    add_shared(&mut a.shared_st, shared_st);
    add_shared(&mut a.shared_atom, shared_atom);
    a.branch_uniform += branch_uniform;
    a.branch_divergent += branch_divergent;
    a.texture_requests += texture_requests;
    a.surface_requests += surface_requests;
}

fn add_traffic(a: &mut Traffic, b: &Traffic) {
    let Traffic { requests, sectors, sectors_ideal, lines, bytes } = b;
    a.requests += requests;
    a.sectors += sectors;
    a.sectors_ideal += sectors_ideal;
    a.lines += lines;
    a.bytes += bytes;
}

fn add_shared(a: &mut SharedTraffic, b: &SharedTraffic) {
    let SharedTraffic { requests, wavefronts, wavefronts_ideal, worst_way, bytes } = b;
    a.requests += requests;
    a.wavefronts += wavefronts;
    a.wavefronts_ideal += wavefronts_ideal;
    a.worst_way = a.worst_way.max(*worst_way);
    a.bytes += bytes;
}
