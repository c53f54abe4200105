//! Kernels of a PTX module: arguments, declared sizes and what can be told of registers before allocation.
//!
//! Parsing is `warplens-ptx`'s; this only sums up. It is apart from [`crate::open`] because a runtime opens images
//! without wanting this.

use std::collections::BTreeSet;

use warplens_ptx::analysis::{Cfg, Liveness, register_pressure};
use warplens_ptx::ast::{FnDirective, Imm, Item, Module, StateSpace};
use warplens_ptx::isa::Mnemonic;
use warplens_ptx::resolve::{AddressBase, FuncId, Operand, Resolved, Var, VarId};
use warplens_ptx::span::LineIndex;
use warplens_ptx::{Severity, parse, resolve};

use crate::demangle::demangle;
use crate::tree::{Kernel, Param};

/// A PTX module summed up.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PtxSummary {
    /// `.version`.
    pub version: (u32, u32),
    /// `.target` words.
    pub target: Vec<String>,
    /// Entry points, in file order.
    pub kernels: Vec<Kernel>,
    /// Names of device functions that are defined here and can be called from other modules.
    pub device_functions: Vec<String>,
    /// Source files that `.loc` lines refer to.
    pub source_files: Vec<String>,
    /// Whether instructions map to source lines.
    pub has_lines: bool,
    /// Whether variables and types are described (`.debug_info`).
    pub has_debug_info: bool,
    /// What is wrong with the text, as `line:column: message`.
    pub errors: Vec<String>,
}

/// Sums up the module in `text`.
pub fn ptx_summary(text: &str) -> PtxSummary {
    let parsed = parse(text);
    let module = &parsed.module;
    let (resolved, findings) = resolve(module);
    let lines = LineIndex::new(text);
    let errors =
        parsed.diagnostics.iter().chain(&findings).filter(|d| d.severity == Severity::Error).map(|d| {
            let at = lines.line_col(d.span.start);
            format!("{}:{}: {}", at.line, at.column, d.message)
        });
    let defined = || {
        (0..resolved.funcs.len()).map(|i| FuncId(i as u32)).filter_map(|id| {
            let func = resolved.funcs.get(id.index())?;
            func.body.is_some().then_some((id, func))
        })
    };
    let mut kernels: Vec<(usize, Kernel)> = defined()
        .filter(|(_, f)| f.is_entry)
        .map(|(id, f)| (f.item, kernel(module, &resolved, id)))
        .collect();
    kernels.sort_by_key(|(item, _)| *item);
    PtxSummary {
        version: module.version,
        target: module.target.iter().map(|&s| module.names.get(s).to_owned()).collect(),
        kernels: kernels.into_iter().map(|(_, k)| k).collect(),
        device_functions: defined()
            .filter(|(_, f)| !f.is_entry)
            .map(|(_, f)| module.names.get(f.name).to_owned())
            .collect(),
        source_files: resolved.files.iter().map(|(_, path)| path.clone()).collect(),
        has_lines: !resolved.locs.is_empty(),
        has_debug_info: module.items.iter().any(|i| matches!(i, Item::Section(s) if s.name == ".debug_info")),
        errors: errors.collect(),
    }
}

fn kernel(module: &Module, resolved: &Resolved, id: FuncId) -> Kernel {
    let Some(func) = resolved.funcs.get(id.index()) else { return Kernel::default() };
    let name = module.names.get(func.name);
    let mut kernel = Kernel {
        name: name.to_owned(),
        demangled: demangle(name),
        params: params(module, resolved, &func.params),
        ..Kernel::default()
    };
    if let Some(Item::Function(item)) = module.items.get(func.item) {
        for directive in &item.directives {
            match directive {
                FnDirective::MaxNtid(size) => kernel.max_threads = Some(*size),
                FnDirective::ReqNtid(size) => kernel.required_threads = Some(*size),
                _ => {}
            }
        }
    }
    if let Some(body) = &func.body {
        let cfg = Cfg::new(body);
        kernel.register_pressure = Some(register_pressure(body, &cfg, &Liveness::new(body, &cfg)).regs32);
    }
    let reached = reach(resolved, id);
    // Module-scope variables count where they are used, a body's own always.
    let of_space = |space| {
        let vars = resolved.vars.iter().enumerate().filter(move |(_, v)| v.decl.space == space);
        vars.filter(|(i, v)| reached.vars.contains(&VarId(*i as u32)) || v.owner == Some(id)).map(|(_, v)| v)
    };
    let shared: Vec<&Var> = of_space(StateSpace::Shared).collect();
    kernel.dynamic_shared = shared.iter().any(|v| v.size == 0);
    kernel.shared_bytes = Some(laid_out(shared.into_iter()));
    kernel.stack_bytes = Some(laid_out(of_space(StateSpace::Local)));
    kernel.barriers = reached.barriers.map(|ids| ids.len() as u32);
    kernel
}

/// The first address from `at` on that suits the variable's alignment.
fn place(at: u64, var: &Var) -> u64 {
    at.checked_next_multiple_of(u64::from(var.align.max(1))).unwrap_or(u64::MAX)
}

/// Bytes of variables placed one after the other.
fn laid_out<'a>(vars: impl Iterator<Item = &'a Var>) -> u64 {
    vars.fold(0, |at: u64, v| place(at, v).saturating_add(v.size))
}

fn params(module: &Module, resolved: &Resolved, ids: &[VarId]) -> Vec<Param> {
    let mut at = 0u64;
    ids.iter()
        .filter_map(|id| resolved.vars.get(id.index()))
        .map(|var| {
            let align = u64::from(var.align.max(1));
            let offset = place(at, var);
            at = offset.saturating_add(var.size);
            let array = if var.decl.dims.is_empty() { String::new() } else { format!("[{}]", var.size) };
            Param {
                name: Some(module.names.get(var.name).to_owned()),
                offset,
                size: var.size,
                align: Some(align),
                ty: Some(format!(".{}{array}", var.decl.ty.as_str())),
            }
        })
        .collect()
}

/// What a kernel and the functions it may call refer to.
struct Reach {
    vars: BTreeSet<VarId>,
    /// Named barriers by number; `None` when one is chosen at run time.
    barriers: Option<BTreeSet<u64>>,
}

fn reach(resolved: &Resolved, kernel: FuncId) -> Reach {
    let mut reach = Reach { vars: BTreeSet::new(), barriers: Some(BTreeSet::new()) };
    let mut seen = BTreeSet::from([kernel]);
    let mut todo = vec![kernel];
    while let Some(id) = todo.pop() {
        let Some(body) = resolved.funcs.get(id.index()).and_then(|f| f.body.as_ref()) else { continue };
        for op in &body.ops {
            for operand in &op.operands {
                visit(operand, &mut |o| match o {
                    Operand::VarAddress(var, _) | Operand::Address(AddressBase::Var(var), ..) => {
                        reach.vars.insert(*var);
                    }
                    Operand::Func(f) if seen.insert(*f) => todo.push(*f),
                    _ => {}
                });
            }
            let of_warp = op.mods.iter().any(|m| m.as_str() == "warp");
            if matches!(op.mnemonic, Mnemonic::Bar | Mnemonic::Barrier) && !of_warp {
                // `bar.red` has its result first; the barrier is the first number.
                let number = op.operands.iter().find_map(|o| match o {
                    Operand::Imm(Imm::Int(n)) => u64::try_from(*n).ok(),
                    Operand::Imm(Imm::UInt(n)) => Some(*n),
                    _ => None,
                });
                match number {
                    Some(n) => reach.barriers.iter_mut().for_each(|ids| {
                        ids.insert(n);
                    }),
                    None => reach.barriers = None,
                }
            }
        }
    }
    reach
}

fn visit(operand: &Operand, each: &mut dyn FnMut(&Operand)) {
    each(operand);
    match operand {
        Operand::Vector(inner) | Operand::List(inner) | Operand::Address(_, _, inner) => {
            inner.iter().for_each(|o| visit(o, each));
        }
        Operand::Pair(a, b) => {
            visit(a, each);
            visit(b, each);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = ".version 8.0
.target sm_80, debug
.address_size 64
.file 1 \"a.cu\"
.shared .align 4 .b8 tile[512];
.extern .shared .align 16 .b8 dynamic[];
.shared .align 8 .b8 unused[64];
.func helper()
{
\t.reg .b32 %r<2>;
\tmov.u32 %r1, tile;
\tbar.sync 2;
\tret;
}
.visible .entry _Z1kPfi4Pack(
\t.param .u64 p0,
\t.param .u32 p1,
\t.param .align 8 .b8 p2[24]
)
.maxntid 128, 2, 1
{
\t.local .align 8 .b8 depot[40];
\t.reg .b32 %r<9>;
\t.loc 1 7 3
\tmov.u32 %r1, dynamic;
\tmov.u32 %r2, %r1;
\tadd.s32 %r3, %r1, %r2;
\tbar.sync 0;
\tbar.warp.sync 255;
\tcall helper, ();
\tret;
}
";

    #[test]
    fn a_kernel_is_summed_up_with_what_it_calls() {
        let summary = ptx_summary(TEXT);
        assert_eq!(summary.errors, Vec::<String>::new());
        assert_eq!((summary.version, summary.target.join(" ")), ((8, 0), "sm_80 debug".into()));
        assert_eq!((summary.has_lines, summary.has_debug_info), (true, false));
        assert_eq!(summary.source_files, ["a.cu"]);
        assert_eq!(summary.device_functions, ["helper"]);
        let [kernel] = summary.kernels.as_slice() else { panic!("{:?}", summary.kernels) };
        assert_eq!(kernel.demangled.as_deref(), Some("k(float*, int, Pack)"));
        let params: Vec<_> = kernel.params.iter().map(|p| (p.offset, p.size, p.ty.as_deref())).collect();
        assert_eq!(params, [(0, 8, Some(".u64")), (8, 4, Some(".u32")), (16, 24, Some(".b8[24]"))]);
        assert_eq!(kernel.max_threads, Some([128, 2, 1]));
        assert_eq!(
            (kernel.shared_bytes, kernel.dynamic_shared),
            (Some(512), true),
            "the unused array is not counted"
        );
        assert_eq!(kernel.stack_bytes, Some(40));
        assert_eq!(kernel.barriers, Some(2), "0 here and 2 in the helper; warp barriers are not counted");
        assert_eq!(kernel.register_pressure, Some(2));
    }

    #[test]
    fn errors_carry_their_line() {
        let summary =
            ptx_summary(".version 8.0\n.target sm_80\n.visible .entry k() {\n  frobnicate.u32 %r1;\n}\n");
        assert!(summary.errors.iter().any(|e| e.starts_with("4:3:")), "{:?}", summary.errors);
    }
}
