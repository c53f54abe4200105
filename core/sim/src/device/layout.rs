//! Loading: where a module's variables go, their initial bytes, and lowering all its functions.

use std::collections::BTreeSet;

use warplens_ptx::ast::{Init, StateSpace};
use warplens_ptx::resolve::{FuncId, GlobalRef, Operand, Resolved, VarId};
use warplens_ptx::span::{LineIndex, Span};

use super::{Device, LoadError, LoadedModule, Problem};
use crate::launch::ModuleId;
use crate::lower::{self, Input, Place};
use crate::memory::{CODE_WINDOW, SHARED_WINDOW};

/// Most bytes of shared or local variables worth laying out.
const LAYOUT_LIMIT: u64 = 1 << 30;

/// Parses, lays out, initialises and lowers a module.
pub(super) fn load(device: &mut Device, id: ModuleId, ptx: &str) -> Result<LoadedModule, LoadError> {
    let parse = warplens_ptx::parse(ptx);
    let (resolved, more) = warplens_ptx::resolve(&parse.module);
    let lines = LineIndex::new(ptx);
    let problem = |span: Span, message: String| {
        let at = lines.line_col(span.start);
        Problem { line: at.line, column: at.column, message }
    };
    let errors: Vec<Problem> = parse
        .diagnostics
        .iter()
        .chain(&more)
        .filter(|d| d.severity == warplens_ptx::Severity::Error)
        .map(|d| problem(d.span, d.message.clone()))
        .collect();
    if !errors.is_empty() {
        return Err(LoadError { problems: errors });
    }
    let module = parse.module;
    if module.address_size == 32 {
        let message = "32-bit address size is not supported; compile for a 64-bit host".to_owned();
        return Err(LoadError { problems: vec![Problem { line: 1, column: 1, message }] });
    }
    let (places, shared) = place_variables(device, &resolved, &module)
        .map_err(|(span, message)| LoadError { problems: vec![problem(span, message)] })?;
    let owned: Vec<u64> = resolved
        .vars
        .iter()
        .zip(&places)
        .filter(|(v, _)| v.owner.is_none() || !matches!(v.decl.space, StateSpace::Param))
        .filter_map(|(_, p)| match p {
            Place::Global(a) => Some(*a),
            _ => None,
        })
        .collect();
    let mut code_of = vec![None; resolved.funcs.len()];
    let first = device.codes.len() as u32;
    let mut next = first;
    for (i, f) in resolved.funcs.iter().enumerate() {
        if f.body.is_some() {
            code_of[i] = Some(next);
            next += 1;
        }
    }
    for i in 0..code_of.len() {
        if let Some(to) = resolved.funcs[i].alias_of {
            code_of[i] = code_of[to.index()];
        }
    }
    let local_bytes: Vec<u32> =
        (0..resolved.funcs.len()).map(|f| local_size(&resolved, &places, f)).collect();
    let (mut refused, mut codes) = (Vec::new(), Vec::new());
    let (mut blocks, mut sites) = (device.blocks, device.sites);
    for (i, f) in resolved.funcs.iter().enumerate() {
        if f.body.is_none() {
            continue;
        }
        let input = Input {
            module: &module,
            resolved: &resolved,
            module_id: id.0,
            places: &places,
            code_of: &code_of,
            local_bytes: &local_bytes,
            static_shared: shared[i],
            isa: device.isa,
            warp_size: device.limits.warp_size,
            keep_registers: device.options.keep_registers,
        };
        match lower::function(&input, FuncId(i as u32), &mut device.pool, blocks, sites) {
            Ok(code) => {
                blocks += code.blocks.len() as u32;
                sites += code.op_count.max(1);
                codes.push(code);
            }
            Err(list) => {
                let name = module.names.get(f.name);
                refused.extend(
                    list.into_iter().map(|r| problem(r.span, format!("{} (in `{name}`)", r.message))),
                );
            }
        }
    }
    if !refused.is_empty() {
        for a in owned {
            let _ = device.free(a);
        }
        return Err(LoadError { problems: refused });
    }
    device.codes.extend(codes);
    (device.blocks, device.sites) = (blocks, sites);
    initialise(device, &resolved, &places, &code_of);
    Ok(LoadedModule { text: ptx.to_owned(), module, resolved, lines, places, code_of, owned })
}

type Refused = (Span, String);

/// Gives each variable a place, and each function its static shared memory (of what it can reach).
fn place_variables(
    device: &mut Device,
    resolved: &Resolved,
    module: &warplens_ptx::ast::Module,
) -> Result<(Vec<Place>, Vec<u32>), Refused> {
    let n = resolved.funcs.len();
    let reach = reachable_shared(resolved);
    let mut places = vec![Place::Nowhere; resolved.vars.len()];
    let mut shared_end = vec![0u64; n];
    let mut local_end = vec![0u64; n];
    for (i, v) in resolved.vars.iter().enumerate() {
        let (decl, align) = (&v.decl, v.align.max(1) as u64);
        let name = module.names.get(v.name);
        let too_big = || (decl.span, format!("`{name}` is too large to lay out"));
        if v.size > LAYOUT_LIMIT && !matches!(decl.space, StateSpace::Global) {
            return Err(too_big());
        }
        places[i] = match decl.space {
            StateSpace::Global | StateSpace::Const => {
                if decl.linkage == warplens_ptx::ast::Linkage::Extern {
                    Place::Extern(name.to_owned())
                } else {
                    let label = Some(name);
                    let table = device.table.get_mut().unwrap_or_else(|e| e.into_inner());
                    Place::Global(table.alloc(v.size, align, label).map_err(|e| (decl.span, e.to_string()))?)
                }
            }
            StateSpace::Shared if v.size == 0 => Place::SharedDynamic,
            StateSpace::Shared => {
                // The same offset in every kernel that reaches the variable, behind what those have so far.
                let users: Vec<usize> = (0..n).filter(|&f| reach[f].contains(&(i as u32))).collect();
                let at = users.iter().map(|&f| shared_end[f]).max().unwrap_or(0).next_multiple_of(align);
                let end = at + v.size;
                if end > LAYOUT_LIMIT {
                    return Err(too_big());
                }
                for f in users {
                    shared_end[f] = end;
                }
                Place::Shared(at as u32)
            }
            StateSpace::Local | StateSpace::Param => match v.owner {
                Some(f)
                    if decl.space == StateSpace::Param
                        && resolved.funcs[f.index()].is_entry
                        && resolved.funcs[f.index()].params.contains(&VarId(i as u32)) =>
                {
                    Place::Param(param_offset(resolved, f, i))
                }
                Some(f) => {
                    let at = local_end[f.index()].next_multiple_of(align.max(4));
                    local_end[f.index()] = at + v.size.next_multiple_of(4);
                    if local_end[f.index()] > LAYOUT_LIMIT {
                        return Err(too_big());
                    }
                    Place::Local(at as u32)
                }
                None => Place::Nowhere,
            },
            _ => Place::Nowhere,
        };
    }
    let shared = shared_end.into_iter().map(|e| e.next_multiple_of(16) as u32).collect();
    Ok((places, shared))
}

/// Offset of an entry's parameter: declared order, natural alignment.
pub(super) fn param_offset(resolved: &Resolved, f: FuncId, var: usize) -> u32 {
    let mut at = 0u64;
    for p in &resolved.funcs[f.index()].params {
        let v = &resolved.vars[p.index()];
        at = at.next_multiple_of(v.align.max(1) as u64);
        if p.index() == var {
            break;
        }
        at += v.size;
    }
    at.min(u32::MAX as u64) as u32
}

fn local_size(resolved: &Resolved, places: &[Place], f: usize) -> u32 {
    let ends = resolved.vars.iter().zip(places).filter_map(|(v, p)| match p {
        Place::Local(at) if v.owner == Some(FuncId(f as u32)) => Some(at + v.size.next_multiple_of(4) as u32),
        _ => None,
    });
    ends.max().unwrap_or(0).next_multiple_of(16)
}

/// The shared variables each function can reach, through the functions it names.
fn reachable_shared(resolved: &Resolved) -> Vec<BTreeSet<u32>> {
    let n = resolved.funcs.len();
    let mut own: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); n];
    let mut calls: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n];
    let mut indirect = vec![false; n];
    for (i, f) in resolved.funcs.iter().enumerate() {
        for op in f.body.iter().flat_map(|b| &b.ops) {
            let mut todo: Vec<&Operand> = op.operands.iter().collect();
            while let Some(o) = todo.pop() {
                match o {
                    Operand::VarAddress(v, _) => {
                        own[i].insert(v.0);
                    }
                    Operand::Address(base, _, extra) => {
                        if let warplens_ptx::resolve::AddressBase::Var(v) = base {
                            own[i].insert(v.0);
                        }
                        todo.extend(extra);
                    }
                    Operand::Func(g) => {
                        calls[i].insert(g.index());
                    }
                    Operand::Vector(items) | Operand::List(items) => todo.extend(items),
                    Operand::Pair(a, b) => todo.extend([&**a, &**b]),
                    Operand::Prototype(_) => indirect[i] = true,
                    _ => {}
                }
            }
        }
        for (v, var) in resolved.vars.iter().enumerate() {
            if var.owner == Some(FuncId(i as u32)) && var.decl.space == StateSpace::Shared {
                own[i].insert(v as u32);
            }
        }
        if let Some(to) = f.alias_of {
            calls[i].insert(to.index());
        }
    }
    // A function pointer can lead to any function that is no kernel.
    for i in 0..n {
        if indirect[i] {
            calls[i].extend((0..n).filter(|&g| !resolved.funcs[g].is_entry));
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for i in 0..n {
            for g in calls[i].clone() {
                let more: Vec<u32> = own[g].difference(&own[i]).copied().collect();
                changed |= !more.is_empty();
                own[i].extend(more);
            }
        }
    }
    own
}

/// Writes initial values of module-scope variables.
fn initialise(device: &mut Device, resolved: &Resolved, places: &[Place], code_of: &[Option<u32>]) {
    for (v, place) in resolved.vars.iter().zip(places) {
        let Place::Global(address) = place else { continue };
        let mut bytes = vec![0u8; usize::try_from(v.size).unwrap_or(0)];
        if let Some(init) = &v.decl.init {
            let width = v.decl.ty.bytes() as usize;
            let mut at = 0;
            write_init(init, width, &v.decl.dims, &mut bytes, &mut at, &|symbol, generic| match resolved
                .symbols
                .get(&symbol)
            {
                Some(GlobalRef::Var(id)) => match places[id.index()] {
                    Place::Global(a) => a,
                    Place::Shared(a) => a as u64 + if generic { SHARED_WINDOW } else { 0 },
                    _ => 0,
                },
                Some(GlobalRef::Func(f)) => code_of[f.index()].map_or(0, |c| CODE_WINDOW + c as u64 * 16),
                None => 0,
            });
        }
        // Fresh from the table, so inside an allocation.
        let _ = device.write(*address, &bytes);
    }
}

fn write_init(
    init: &Init,
    width: usize,
    dims: &[Option<u64>],
    out: &mut [u8],
    at: &mut usize,
    address: &dyn Fn(warplens_ptx::ast::Symbol, bool) -> u64,
) {
    let mut put = |v: u64, at: &mut usize| {
        for (k, b) in v.to_le_bytes().into_iter().enumerate().take(width) {
            if let Some(o) = out.get_mut(*at + k) {
                *o = b;
            }
        }
        *at += width;
    };
    match init {
        Init::Value(v) => {
            use warplens_ptx::ast::Imm;
            let bits = match (v, width) {
                (Imm::F64(b), 4) => (f64::from_bits(*b) as f32).to_bits() as u64,
                (Imm::F32(b), 8) => (f32::from_bits(*b) as f64).to_bits(),
                (v, _) => lower::operand::int_bits(*v),
            };
            put(bits, at);
        }
        Init::Address { symbol, offset, generic, mask } => {
            let a = address(*symbol, *generic).wrapping_add(*offset as u64);
            match mask {
                Some(m) if *m != 0 => put((a & m) >> (m.trailing_zeros()), at),
                _ => put(a, at),
            }
        }
        // Sampler and texture settings: such objects have no bytes here.
        Init::Setting(..) => {}
        Init::List(items) => {
            // A nested list fills one row of the inner dimensions, however short it is.
            let inner: u64 = dims.iter().skip(1).map(|d| d.unwrap_or(1)).product();
            for item in items {
                let start = *at;
                let nested = matches!(item, Init::List(_));
                write_init(item, width, dims.get(1..).unwrap_or(&[]), out, at, address);
                if nested {
                    *at = start + inner as usize * width;
                }
            }
        }
    }
}
