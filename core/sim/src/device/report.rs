//! Facts for people: kernel information, traps with their places, counts by operation.

use warplens_ptx::resolve::FuncId;

use super::Device;
use crate::counts::{Counts, FunctionCounts, KernelCounts};
use crate::exec::run::{Outcome, Stopped};
use crate::exec::tally::SiteTally;
use crate::launch::{KernelId, KernelInfo, ParamInfo};
use crate::lower::Place;
use crate::lower::code::Code;
use crate::trap::{Frame, Trap, TrapKind};

pub(super) fn kernel_info(device: &Device, id: KernelId) -> Option<KernelInfo> {
    let loaded = device.source(id.module)?;
    let f = loaded.resolved.funcs.get(id.func as usize)?;
    let code = device.codes.get(device.code(id)? as usize)?;
    let mut params = Vec::new();
    let mut end = 0;
    for p in &f.params {
        let v = &loaded.resolved.vars[p.index()];
        let Place::Param(offset) = loaded.places[p.index()] else { continue };
        end = offset as u64 + v.size;
        params.push(ParamInfo {
            name: loaded.module.names.get(v.name).to_owned(),
            offset,
            size: v.size as u32,
            align: v.align,
            ty: v.decl.ty.as_str().to_owned(),
        });
    }
    let warplens_ptx::ast::Item::Function(item) = loaded.module.items.get(f.item)? else { return None };
    let max_threads = item.directives.iter().find_map(|d| match d {
        warplens_ptx::ast::FnDirective::MaxNtid(n) | warplens_ptx::ast::FnDirective::ReqNtid(n) => {
            Some(n.iter().fold(1u32, |a, &b| a.saturating_mul(b.max(1))))
        }
        _ => None,
    });
    Some(KernelInfo {
        id,
        name: code.name.to_string(),
        params,
        param_bytes: end as u32,
        registers: code.registers,
        static_shared: code.static_shared,
        local: code.local_bytes,
        barriers: code.barriers,
        max_threads,
    })
}

/// Dresses a fault as a trap.
pub(super) fn trap(device: &Device, kernel: &str, block_dim: [u32; 3], stopped: Stopped) -> Trap {
    let fault = stopped.fault;
    let warp_size = device.limits.warp_size;
    let thread = stopped.first_warp * warp_size + fault.chunk as u32 * 32 + fault.lane;
    let mut frames = Vec::new();
    let (mut instruction, mut ptx_line) = (String::new(), 0);
    for (depth, &(code, op)) in stopped.stack.iter().enumerate() {
        let Some(code) = device.codes.get(code) else { continue };
        let Some(loaded) = device.modules.get(code.module as usize).and_then(Option::as_ref) else {
            continue;
        };
        let Some(body) = loaded.resolved.funcs.get(code.func as usize).and_then(|f| f.body.as_ref()) else {
            continue;
        };
        let Some(op) = body.ops.get(op as usize) else { continue };
        if depth == 0 {
            let text = loaded.text.get(op.span.start as usize..op.span.end as usize).unwrap_or("");
            instruction = text.split_whitespace().collect::<Vec<_>>().join(" ");
            ptx_line = loaded.lines.line_col(op.span.start).line;
        }
        for f in loaded.resolved.frames(&loaded.module.names, FuncId(code.func), op) {
            frames.push(Frame {
                function: f.function.unwrap_or("").to_owned(),
                file: f.file.to_owned(),
                line: f.line,
                column: f.column,
            });
        }
    }
    let nearest = match fault.kind {
        TrapKind::OutOfBounds | TrapKind::UseAfterFree | TrapKind::NullPointer | TrapKind::Misaligned => {
            fault.address.and_then(|a| device.table().nearest(a))
        }
        _ => None,
    };
    Trap {
        kind: fault.kind,
        kernel: kernel.to_owned(),
        instruction,
        frames,
        ptx_line,
        block: stopped.block,
        thread: [
            thread % block_dim[0],
            thread / block_dim[0] % block_dim[1],
            thread / block_dim[0] / block_dim[1],
        ],
        warp: thread / warp_size,
        lane: thread % warp_size,
        address: fault.address,
        size: fault.size,
        write: fault.write,
        nearest,
        printed: String::new(),
    }
}

/// The counts of a launch from what its workers brought back.
pub(super) fn counts(device: &Device, outcomes: Vec<Outcome>) -> KernelCounts {
    let mut entered = vec![[0u64; 2]; device.blocks as usize];
    let mut sites: Vec<SiteTally> = vec![SiteTally::default(); device.sites as usize];
    let mut partial = Vec::new();
    let mut sectors = None;
    for o in outcomes {
        for (a, b) in entered.iter_mut().zip(&o.entered) {
            (a[0], a[1]) = (a[0] + b[0], a[1] + b[1]);
        }
        partial.extend(o.partial);
        let Some(t) = o.tally else { continue };
        for (a, b) in sites.iter_mut().zip(&t.sites) {
            add_site(a, b);
        }
        match &mut sectors {
            None => sectors = Some((t.read, t.written)),
            Some((r, w)) => {
                r.merge(&t.read);
                w.merge(&t.written);
            }
        }
    }
    let mut out = KernelCounts::default();
    if let Some((r, w)) = sectors {
        (out.distinct_sectors_read, out.distinct_sectors_written) = (r.count(), w.count());
    }
    for code in &device.codes {
        let first = code.block_base as usize;
        if entered[first..first + code.blocks.len()].iter().all(|e| e[0] == 0) {
            continue;
        }
        out.functions.push(function_counts(device, code, &entered, &partial, &sites));
    }
    for f in &out.functions {
        for c in &f.ops {
            out.total.add(c);
        }
    }
    out
}

fn function_counts(
    device: &Device,
    code: &Code,
    entered: &[[u64; 2]],
    partial: &[(usize, u32, u64, u64)],
    sites: &[SiteTally],
) -> FunctionCounts {
    let mut ops = vec![Counts::default(); code.op_count as usize];
    for (k, b) in code.blocks.iter().enumerate() {
        let at = code.block_base as usize + k;
        let [warps, threads] = entered[at];
        for i in b.first..b.end {
            let gone = partial.iter().filter(|p| p.0 == at && i >= p.1);
            let (w, t) = gone.fold((0, 0), |(w, t), p| (w + p.2, t + p.3));
            let c = &mut ops[i as usize];
            c.inst = warps.saturating_sub(w);
            c.thread_inst = threads.saturating_sub(t);
            c.thread_inst_pred_on = c.thread_inst;
        }
    }
    let body = device
        .modules
        .get(code.module as usize)
        .and_then(Option::as_ref)
        .and_then(|m| m.resolved.funcs.get(code.func as usize))
        .and_then(|f| f.body.as_ref());
    for (i, c) in ops.iter_mut().enumerate() {
        let Some(s) = sites.get(code.site_base as usize + i) else { continue };
        if s.guarded {
            c.thread_inst_pred_on = s.pred_on;
        }
        (c.branch_uniform, c.branch_divergent) = (s.branch_uniform, s.branch_divergent);
        let Some(op) = body.and_then(|b| b.ops.get(i)) else { continue };
        use warplens_ptx::isa::Mnemonic as M;
        match op.mnemonic {
            M::St => (c.global_st, c.local_st, c.shared_st) = (s.global, s.local, s.shared),
            M::Atom => (c.global_atom, c.shared_atom) = (s.global, s.shared),
            M::Red => (c.global_red, c.shared_atom) = (s.global, s.shared),
            M::Tex | M::Tld4 => c.texture_requests = s.global.requests,
            M::Suld | M::Sust | M::Sured => c.surface_requests = s.global.requests,
            M::Cp => (c.global_ld, c.shared_st) = (s.global, s.shared),
            _ => (c.global_ld, c.local_ld, c.shared_ld) = (s.global, s.local, s.shared),
        }
        // An unguarded branch is uniform for each warp that comes to it.
        if op.mnemonic == M::Bra && op.guard.is_none() {
            c.branch_uniform = c.inst;
        }
    }
    FunctionCounts { module: code.module, func: code.func, ops }
}

fn add_site(a: &mut SiteTally, b: &SiteTally) {
    a.pred_on += b.pred_on;
    a.guarded |= b.guarded;
    a.branch_uniform += b.branch_uniform;
    a.branch_divergent += b.branch_divergent;
    a.global.add(&b.global);
    a.local.add(&b.local);
    a.shared.add(&b.shared);
}
