//! From resolved PTX to code the machine runs: operands become rows, instructions become handlers, labels become
//! positions, branches learn where their lanes meet again.
//!
//! What cannot be executed is refused here, by name and line, before anything runs ([`Refusal`]).

mod address;
pub(crate) mod alu;
pub(crate) mod code;
mod control;
mod executes;
mod matrix;
mod mbarrier;
mod memory;
mod moves;
pub(crate) mod operand;
pub(crate) mod pool;
mod registers;
mod texture;
mod video;
mod warp;

use warplens_ptx::analysis::{Cfg, Liveness, post_dominators, register_pressure};
use warplens_ptx::ast;
use warplens_ptx::isa::{Mnemonic, ScalarType};
use warplens_ptx::resolve::{Body, FuncId, Op as PtxOp, Operand, RegId, Resolved};
use warplens_ptx::span::Span;

use crate::exec::ctx::{Ctx, Flow, Guard, Handler, Op, Ref};
use crate::exec::pred;
use crate::exec::row::Isa;
pub use executes::executes;

use code::{Code, CodeBlock, Cond, Control, Slot, Target};
use pool::Pool;

/// Something the device cannot execute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// Where a variable is, decided before lowering.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// Device memory: guest address.
    Global(u64),
    /// Device memory of a module that defines the name.
    Extern(String),
    /// Offset in the block's static shared memory.
    Shared(u32),
    /// Behind the static shared memory, as big as the launch says.
    SharedDynamic,
    /// Offset in the owner's local memory.
    Local(u32),
    /// Offset in the kernel's parameters.
    Param(u32),
    /// A register parameter, or nothing that has an address.
    Nowhere,
}

/// What lowering a function needs to know.
pub(crate) struct Input<'a> {
    pub(crate) module: &'a ast::Module,
    pub(crate) resolved: &'a Resolved,
    pub(crate) module_id: u32,
    /// By variable.
    pub(crate) places: &'a [Place],
    /// Code index of each function that has a body.
    pub(crate) code_of: &'a [Option<u32>],
    /// Bytes of local memory each function's variables take.
    pub(crate) local_bytes: &'a [u32],
    pub(crate) static_shared: u32,
    pub(crate) isa: Isa,
    pub(crate) warp_size: u32,
    /// Keep each register in a place of its own (a debugger can then show all of them).
    pub(crate) keep_registers: bool,
}

/// Lowers one function.
pub(crate) fn function(
    input: &Input<'_>,
    id: FuncId,
    pool: &mut Pool,
    block_base: u32,
    site_base: u32,
) -> Result<Code, Vec<Refusal>> {
    let func = &input.resolved.funcs[id.index()];
    let empty = Body::default();
    let body = func.body.as_ref().unwrap_or(&empty);
    let cfg = Cfg::new(body);
    let liveness = Liveness::new(body, &cfg);
    let pressure = register_pressure(body, &cfg, &liveness);
    let mut lower = Lower {
        input,
        pool,
        body,
        is_entry: func.is_entry,
        regs: Vec::new(),
        frame: registers::FrameLayout::default(),
        code: Code {
            module: input.module_id,
            func: id.0,
            name: input.module.names.get(func.name).into(),
            is_entry: func.is_entry,
            ops: Vec::new(),
            guards: Vec::new(),
            source: Vec::new(),
            vectors: Vec::new(),
            controls: Vec::new(),
            blocks: Vec::new(),
            block_at: Vec::new(),
            runs_to: Vec::new(),
            block_base,
            site_base,
            op_count: body.ops.len() as u32,
            frame_bytes: 0,
            local_bytes: input.local_bytes[id.index()],
            params: Vec::new(),
            returns: Vec::new(),
            param_rows: Vec::new(),
            natives: Vec::new(),
            registers: pressure.regs32,
            static_shared: input.static_shared,
            barriers: 0,
        },
        op: 0,
        guard: None,
        refusals: Vec::new(),
        block_of: Vec::new(),
        carry: None,
        addresses: address::Addresses::default(),
        controls_at: Vec::new(),
    };
    for span in &body.broken {
        lower.refusals.push(Refusal { span: *span, message: "this statement could not be read".into() });
    }
    lower.place_registers(&cfg, &liveness);
    lower.code.params = lower.own_slots(&func.params);
    lower.code.returns = lower.own_slots(&func.returns);
    lower.body(&cfg);
    if lower.refusals.is_empty() { Ok(lower.code) } else { Err(lower.refusals) }
}

/// The state of lowering one function.
pub(crate) struct Lower<'a> {
    input: &'a Input<'a>,
    pool: &'a mut Pool,
    body: &'a Body,
    is_entry: bool,
    regs: Vec<registers::RegPlace>,
    frame: registers::FrameLayout,
    code: Code,
    /// Current PTX operation.
    op: u32,
    guard: Option<Cond>,
    refusals: Vec<Refusal>,
    /// Counting block that begins at a PTX operation.
    block_of: Vec<Option<u32>>,
    /// Predicate row of the carry flag, once used.
    carry: Option<Ref>,
    addresses: address::Addresses,
    /// Positions of control operations.
    controls_at: Vec<u32>,
}

impl Lower<'_> {
    /// Lowers all operations, block by block.
    fn body(&mut self, cfg: &Cfg) {
        let post = post_dominators(cfg);
        let n = self.body.ops.len();
        // Counting blocks: control-flow blocks, cut also after calls, from which fewer lanes may come back.
        self.block_of = vec![None; n + 1];
        let mut firsts = Vec::new();
        for b in &cfg.blocks {
            if b.ops.is_empty() {
                continue;
            }
            firsts.push(b.ops.start);
            for i in b.ops.clone() {
                if self.is_code_call(&self.body.ops[i as usize]) && i + 1 < b.ops.end {
                    firsts.push(i + 1);
                }
            }
        }
        // One empty block at the end: where labels at the end of the body and last calls lead.
        firsts.push(n as u32);
        for (k, &first) in firsts.iter().enumerate() {
            let end = firsts.get(k + 1).copied().unwrap_or(n as u32);
            self.block_of[first as usize] = Some(k as u32);
            self.code.blocks.push(CodeBlock { first, end, pc: 0 });
        }
        for k in 0..firsts.len() {
            let CodeBlock { first, end, .. } = self.code.blocks[k];
            self.code.blocks[k].pc = self.code.ops.len() as u32;
            self.addresses.forget_all();
            for i in first..end {
                self.op = i;
                let op = &self.body.ops[i as usize];
                self.guard = op.guard.map(|g| self.cond(g));
                let rpc_block = cfg.block_of.get(i as usize).and_then(|b| post.of(*b));
                let rpc = rpc_block.map(|b| cfg.blocks[b.index()].ops.start);
                if self.addresses.needed(i) {
                    self.operation(op, rpc);
                    self.forget_addresses(op);
                }
            }
            self.guard = None;
            if first == end {
                self.leave(None);
                continue;
            }
            // A block whose last operation does not jump runs into the next one.
            let last = &self.body.ops[end as usize - 1];
            let jumps = self.is_code_call(last)
                || matches!(
                    last.mnemonic,
                    Mnemonic::Bra | Mnemonic::Brx | Mnemonic::Ret | Mnemonic::Exit | Mnemonic::Trap
                );
            if !jumps && let Some(t) = self.target_of(end) {
                self.control(Control::Fall(t));
            }
        }
        self.patch();
        self.find_plain_blocks();
        self.code.frame_bytes = self.frame.bytes();
    }

    /// A target, by PTX operation: the pc is filled in once all blocks are placed.
    fn target_of(&self, op: u32) -> Option<Target> {
        let block = self.block_of.get(op as usize).copied().flatten()?;
        Some(Target { pc: 0, block })
    }

    /// Gives every target its position.
    fn patch(&mut self) {
        let mut block_at = vec![u32::MAX; self.code.ops.len()];
        for (k, b) in self.code.blocks.iter().enumerate() {
            block_at[b.pc as usize] = k as u32;
        }
        self.code.block_at = block_at;
        let blocks = &self.code.blocks;
        let fix = |t: &mut Target| t.pc = blocks[t.block as usize].pc;
        let fix_rpc = |rpc: &mut u32| {
            if *rpc != crate::exec::tree::NEVER {
                *rpc = blocks[*rpc as usize].pc;
            }
        };
        for c in &mut self.code.controls {
            match c {
                Control::Fall(t) => fix(t),
                Control::Branch { taken, next, rpc, .. } => {
                    fix(taken);
                    next.iter_mut().for_each(fix);
                    fix_rpc(rpc);
                }
                Control::Indexed { targets, next, rpc, .. } => {
                    targets.iter_mut().for_each(fix);
                    next.iter_mut().for_each(fix);
                    fix_rpc(rpc);
                }
                Control::Call(c) => c.back.iter_mut().for_each(fix),
                Control::Ret { next, .. } | Control::Trap { next, .. } => next.iter_mut().for_each(fix),
                Control::Barrier(_) | Control::WarpSync { .. } => {}
            }
        }
    }

    /// Blocks whose only control operation is an unconditional end.
    fn find_plain_blocks(&mut self) {
        let end = self.code.ops.len() as u32;
        let mut controls = self.controls_at.iter().zip(&self.code.controls).peekable();
        for k in 0..self.code.blocks.len() {
            let until = self.code.blocks.get(k + 1).map_or(end, |b| b.pc);
            let mut inside = Vec::new();
            while let Some((&at, control)) = controls.next_if(|c| *c.0 < until) {
                inside.push((at + 1 == until, control));
            }
            let to = match inside.as_slice() {
                [(true, Control::Fall(t) | Control::Branch { cond: None, taken: t, .. })] => t.pc,
                _ => u32::MAX,
            };
            self.code.runs_to.push(to);
        }
    }

    /// One PTX operation.
    fn operation(&mut self, op: &PtxOp, rpc: Option<u32>) {
        use Mnemonic as M;
        if let Some(Operand::Reg(r)) = op.operands.first()
            && self.regs[r.index()].alias
            && warplens_ptx::analysis::effects::has_result(op)
        {
            return;
        }
        let done = match op.mnemonic {
            M::Bra | M::Brx | M::Ret | M::Exit | M::Trap | M::Brkpt | M::Call | M::Bar | M::Barrier => {
                self.control_flow(op, rpc)
            }
            M::Ld
            | M::Ldu
            | M::St
            | M::Atom
            | M::Red
            | M::Prefetch
            | M::Prefetchu
            | M::Cvta
            | M::Isspacep
            | M::Discard
            | M::Applypriority
            | M::Cp
            | M::Createpolicy => self.memory(op),
            M::Shfl | M::Vote | M::Match | M::Redux | M::Activemask | M::Elect => self.warp_level(op),
            // Ordering is program order here, and blocks are sequential or racing: fences and hints have nothing to do.
            M::Membar | M::Fence | M::Nanosleep | M::Pmevent | M::Griddepcontrol | M::Setmaxnreg => Ok(()),
            M::Mov
            | M::Selp
            | M::Setp
            | M::Set
            | M::Slct
            | M::Not
            | M::And
            | M::Or
            | M::Xor
            | M::Add
            | M::Sub
            | M::Addc
            | M::Subc
            | M::Mad
            | M::Madc
            | M::Testp
            | M::Lop3 => self.special_forms(op),
            M::Min | M::Max if op.operands.len() == 4 => self.three_way(op),
            M::Mbarrier => self.mbarrier(op),
            M::Wmma | M::Mma => self.matrix(op),
            M::Tex | M::Tld4 | M::Txq | M::Suld | M::Sust | M::Sured | M::Suq => self.texture(op),
            // A cluster is one block: every address is in it, and its rank is 0.
            M::Mapa | M::Getctarank => self.cluster_address(op),
            m if m.as_str().starts_with('v') && m != M::Vote => self.video(op),
            _ => self.arithmetic(op),
        };
        if let Err(message) = done {
            self.refusals.push(Refusal { span: op.span, message });
        }
    }

    /// An instruction from the arithmetic table.
    fn arithmetic(&mut self, op: &PtxOp) -> Result<(), String> {
        let shape = alu::Shape { mnemonic: op.mnemonic, mods: &op.mods, isa: self.input.isa };
        let alu = alu::pick(&shape).ok_or_else(|| self.not_there(op))?;
        self.emit_alu(op, &alu)
    }

    fn emit_alu(&mut self, op: &PtxOp, alu: &alu::Alu) -> Result<(), String> {
        let mut imm = alu.imm;
        if alu.imm_operand {
            match op.operands.last() {
                Some(Operand::Imm(v)) => imm = operand::int_bits(*v),
                _ => return Err("the last operand must be a constant".into()),
            }
        }
        let mut src = [Ref::NONE; 4];
        for (k, &ty) in alu.srcs().iter().enumerate() {
            let o = op.operands.get(k + 1).ok_or("an operand is missing")?;
            src[k] = self.source(o, ty)?;
        }
        let dst = op.operands.first().ok_or("an operand is missing")?;
        if matches!(dst, Operand::Sink) {
            return Ok(());
        }
        self.with_destination(dst, alu.dst, |lower, dst| {
            lower.emit(alu.run, dst, src, imm);
            Ok(())
        })
    }

    /// The refusal of an instruction the device lacks.
    fn not_there(&self, op: &PtxOp) -> String {
        let mut name = op.mnemonic.as_str().to_owned();
        for m in &op.mods {
            name.push('.');
            name.push_str(m.as_str());
        }
        format!("the embedded device does not execute `{name}` yet")
    }

    /// Appends an operation with the current guard.
    fn emit(&mut self, run: Handler, dst: Ref, src: [Ref; 4], imm: u64) {
        let [a, b, c, d] = src;
        let mut op = Op { run, inner: run, dst, a, b, c, d, imm };
        let site = self.site();
        // The guard of one PTX operation counts once, at the first operation it became.
        let first = self.code.source.last() != Some(&self.op);
        let mut guard = Guard { pred: Ref::NONE, flip: 0, site: if first { site } else { u32::MAX } };
        if let Some(c) = self.guard {
            op.run = pred::guarded;
            (guard.pred, guard.flip) = (c.pred, c.flip);
        }
        self.code.ops.push(op);
        self.code.guards.push(guard);
        self.code.source.push(self.op);
    }

    /// Appends a control operation; its condition, if any, is inside it.
    fn control(&mut self, control: Control) {
        self.control_with(control, control_handler);
    }

    /// Appends a control operation whose handler may do the work itself.
    fn control_with(&mut self, control: Control, run: Handler) {
        // Other lanes may run in between.
        self.addresses.forget_all();
        let guard = self.guard.take();
        let k = self.code.controls.len() as u64;
        self.code.controls.push(control);
        self.controls_at.push(self.code.ops.len() as u32);
        self.emit(run, Ref::NONE, [Ref::NONE; 4], k);
        self.guard = guard;
    }

    /// The current operation's site.
    fn site(&self) -> u32 {
        self.code.site_base + self.op
    }

    fn cond(&mut self, g: warplens_ptx::resolve::Guard) -> Cond {
        Cond { pred: self.pred_of(g.pred), flip: if g.negated { u32::MAX } else { 0 } }
    }

    fn pred_of(&self, r: RegId) -> Ref {
        self.regs[r.index()].row
    }

    fn reg_type(&self, r: RegId) -> ScalarType {
        self.body.regs[r.index()].ty
    }

    /// Parameters or results of the function itself.
    fn own_slots(&self, vars: &[warplens_ptx::resolve::VarId]) -> Vec<Slot> {
        vars.iter()
            .map(|v| {
                if let Some((_, r)) = self.body.reg_params.iter().find(|(p, _)| p == v) {
                    let p = &self.regs[r.index()];
                    return Slot::Row { row: p.row, wide: p.width == registers::Width::W64 };
                }
                match self.input.places[v.index()] {
                    Place::Local(offset) => {
                        Slot::Local { offset, size: self.input.resolved.vars[v.index()].size as u32 }
                    }
                    _ => Slot::Nowhere,
                }
            })
            .collect()
    }
}

/// Hands an operation to the run loop.
///
/// # Safety
/// None needed; the signature is the handlers'.
pub(crate) unsafe fn control_handler(_: &mut Ctx<'_>, _: &Op) -> Flow {
    Flow::Control
}
